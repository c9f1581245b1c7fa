"""The story of a complaint: where it stands, what it is owed, and everything that happened."""

from datetime import timedelta

import pytest

from services.insight.handlers import HANDLERS
from shared import events as said
from shared.events import CATALOGUE
from tests.services.insight.conftest import MONDAY, InsightOffice

DUE = MONDAY + timedelta(days=2, hours=15)


def test_every_fact_of_the_catalogue_is_heard() -> None:
    assert set(HANDLERS) == set(CATALOGUE.values())


async def _under_way(office: InsightOffice) -> str:
    complaint = await office.receive(number="26-0000007-2")
    await office.hear(complaint, office.registered(number="26-0000007-2"), source="intake")
    await office.hear(
        complaint, said.ComplaintAssigned(department="water", officer="water.handler", how="rule", by="system")
    )
    return complaint


async def test_the_story_shows_each_event_once_in_the_order_in_which_it_came_about(office: InsightOffice) -> None:
    complaint = await _under_way(office)
    start = said.DutyStarted(row="reply.phone#1", duty="reply.phone", clause="5/3.2", due_at=DUE, binding=True)
    started = await office.hear(complaint, start, source="sla")
    await office.hear(complaint, said.AssignmentAccepted(officer="water.handler", by="water.handler"))
    office.sent["complaints"] -= 1  # it comes a second time on the wire: counted once
    await office.put(started)
    await office.hear(complaint, said.InvestigationStarted(by="water.handler"))
    story = await office.story(complaint)
    assert [event["type"] for event in story["events"]] == [
        "complaint.received",
        "complaint.registered",
        "complaint.assigned",
        "duty.started",
        "assignment.accepted",
        "investigation.started",
    ]
    assert story["events"][4]["by"] == "water.handler"
    assert story["events"][0]["data"]["channel"] == "phone"
    assert (story["stage"], story["department"], story["officer"]) == ("investigating", "water", "water.handler")
    assert story["labels"]["topic_code"] == "water.pressure"


async def test_a_complaint_is_found_by_its_number_as_well(office: InsightOffice) -> None:
    complaint = await _under_way(office)
    assert (await office.story("26-0000007-2"))["complaint"] == complaint
    assert (await office.as_("director").get("/complaints/26-9999999-9")).status_code == 404


async def test_the_ledger_follows_the_duty_engine_and_names_the_proof(office: InsightOffice) -> None:
    complaint = await _under_way(office)
    name = {"row": "reply.phone#1", "duty": "reply.phone", "clause": "5/3.2"}
    await office.hear(complaint, said.DutyStarted(**name, due_at=DUE, binding=False), source="sla")
    assert (await office.story(complaint))["ledger"][0]["state"] == "provisional"
    change = said.DutyChanged(**name, due_at=DUE, binding=True, paused=False, cause="complaint.registered")
    await office.hear(complaint, change, source="sla")
    await office.hear(complaint, said.DutyWarned(**name, due_at=DUE, share=0.5), source="sla")
    row = (await office.story(complaint))["ledger"][0]
    assert (row["state"], row["binding"], row["warned"]) == ("running", True, [0.5])
    await office.hear(complaint, said.DutyBreached(**name, due_at=DUE), source="sla")
    assert (await office.story(complaint))["ledger"][0]["state"] == "breached"
    proof = said.DutyFulfilled(**name, proof="e-1", proof_type="reply.sent", at=DUE + timedelta(hours=1), late=True)
    await office.hear(complaint, proof, source="sla")
    row = (await office.story(complaint))["ledger"][0]
    assert (row["state"], row["proof"], row["proof_type"]) == ("late", "e-1", "reply.sent")


@pytest.mark.parametrize(("language", "words"), [("en", "phone"), ("zh-Hant", "電話"), ("zh-Hans", "电话")])
async def test_duties_are_titled_in_the_readers_language(office: InsightOffice, language: str, words: str) -> None:
    complaint = await _under_way(office)
    start = said.DutyStarted(row="reply.phone#1", duty="reply.phone", clause="5/3.2", due_at=DUE, binding=True)
    await office.hear(complaint, start, source="sla")
    assert words in (await office.story(complaint, language=language))["ledger"][0]["title"]


async def test_only_the_owner_moves_the_stage_and_a_late_fact_does_not(office: InsightOffice) -> None:
    complaint = await _under_way(office)
    await office.hear(complaint, said.ComplaintWithdrawn(by="complainant"))
    await office.hear(complaint, said.ReplySent(reply="r-1", letter_number="L-1", way="mail", by="x"), source="reply")
    await office.hear(complaint, said.ComplaintReplied(reply="r-1", by="x"))
    story = await office.story(complaint)
    assert story["stage"] == "withdrawn"
    assert [event["type"] for event in story["events"]][-2:] == ["reply.sent", "complaint.replied"]


async def test_a_fact_that_is_ahead_of_its_complaint_waits_for_it(office: InsightOffice) -> None:
    complaint = await office.receive()
    other = "6a1f5c1e-0000-4000-8000-000000000001"
    await office.put([office.event(other, said.AlarmRaised(cause="probability"), "classification")])
    office.sent["complaints"] -= 1
    await office.rest()
    office.intake.texts[other] = {"text": "有煤氣味", "supplements": []}
    office.sent["complaints"] += 1
    await office.hear(other, office.received(), source="intake")
    story = await office.story(other)
    assert story["alarm_ringing"]
    assert {event["type"] for event in story["events"]} == {"complaint.received", "alarm.raised"}
    assert not (await office.story(complaint))["alarm_ringing"]


async def test_an_officer_whom_a_complaint_names_and_who_leads_them_are_not_told_of_it(office: InsightOffice) -> None:
    complaint = await office.receive("江濤態度惡劣", named_officers=["water.handler"])
    for who in ("water.handler", "water.head"):
        assert (await office.as_(who).get(f"/complaints/{complaint}")).status_code == 403
        assert complaint not in await office.queue(who, "all")
        assert await office.search("態度惡劣", who) == []
    assert complaint in await office.queue("director", "all")
    assert (await office.as_("director").get(f"/complaints/{complaint}")).status_code == 200
