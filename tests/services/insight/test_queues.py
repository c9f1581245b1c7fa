"""The queues: what waits for whom, and how many."""

from datetime import timedelta
from typing import Any

import pytest

from services.insight import listing
from shared import events as said
from tests.services.insight.conftest import InsightOffice

TO_THE_DUE_TIME = timedelta(days=2, hours=15)
REPLY = {"row": "reply.phone#1", "duty": "reply.phone", "clause": "5/3.2"}


async def _assigned(office: InsightOffice, officer: str = "water.handler", **more: Any) -> str:
    complaint = await office.receive(**more)
    await office.hear(complaint, office.registered(), source="intake")
    department = officer.partition(".")[0]
    await office.hear(
        complaint, said.ComplaintAssigned(department=department, officer=officer, how="rule", by="system")
    )
    return complaint


async def test_what_was_received_waits_for_the_scope_check(office: InsightOffice) -> None:
    complaint = await office.receive()
    assert await office.queue("operator1", "scope_check") == [complaint]
    await office.hear(complaint, office.registered(), source="intake")
    assert await office.queue("operator1", "scope_check") == []


async def test_mine_is_mine_and_the_departments_is_the_departments_and_below(office: InsightOffice) -> None:
    water, power = await _assigned(office), await _assigned(office, "power.handler")
    assert await office.queue("water.handler", "mine") == [water]
    assert await office.queue("water.handler2", "mine") == []
    assert await office.queue("water.head", "department") == [water]
    assert sorted(await office.queue("director", "department")) == sorted([water, power])
    assert await office.queue("director", "department", department="power") == [power]


async def test_it_is_unaccepted_until_the_officer_takes_it_on_and_again_when_handed_over(office: InsightOffice) -> None:
    complaint = await _assigned(office)
    assert await office.queue("water.head", "unaccepted") == [complaint]
    await office.hear(complaint, said.AssignmentAccepted(officer="water.handler", by="water.handler"))
    assert await office.queue("water.head", "unaccepted") == []
    handed = said.ComplaintAssigned(department="water", officer="water.handler2", how="handed_over", by="water.handler")
    await office.hear(complaint, handed)
    assert await office.queue("water.head", "unaccepted") == [complaint]
    assert await office.queue("power.head", "unaccepted") == []


async def test_an_alarm_rings_until_it_is_taken(office: InsightOffice) -> None:
    complaint = await office.receive("家裡有煤氣味", urgent=True)
    await office.hear(complaint, said.AlarmRaised(cause="danger_cue", cues=("gas_smell",)), source="intake")
    assert await office.queue("operator1", "alarms") == [complaint]
    await office.hear(complaint, said.AlarmAccepted(by="operator1"))
    assert await office.queue("operator1", "alarms") == []


async def test_what_is_due_next_stands_with_the_complaint_and_is_due_soon_on_its_last_day(
    office: InsightOffice,
) -> None:
    complaint, due = await _assigned(office), office.now + TO_THE_DUE_TIME
    later = {"row": "set_time.3#1", "duty": "set_time.3", "clause": "2/1.1.16(3)"}
    await office.hear(
        complaint,
        said.DutyStarted(**later, due_at=due + timedelta(days=20), binding=True),
        said.DutyStarted(**REPLY, due_at=due, binding=True),
        source="sla",
    )
    answer = (await office.as_("water.handler").get("/queues/mine")).json()
    first = answer["items"][0]["next_due"]
    assert (first["duty"], first["clause"], first["state"]) == ("reply.phone", "5/3.2", "running")
    assert await office.queue("water.handler", "due_soon") == []
    await office.stand_at(due - timedelta(hours=23))
    assert await office.queue("water.handler", "due_soon") == [complaint]
    await office.stand_at(due)
    await office.hear(complaint, said.DutyBreached(**REPLY, due_at=due), source="sla")
    assert await office.queue("water.handler", "breached") == [complaint]
    assert await office.queue("water.handler", "due_soon") == []
    sent = said.DutyFulfilled(**REPLY, proof="e-1", proof_type="reply.sent", at=due, late=True)
    await office.hear(complaint, sent, source="sla")
    assert await office.queue("water.handler", "breached") == []
    assert (await office.as_("water.handler").get("/queues/mine")).json()["items"][0]["next_due"][
        "duty"
    ] == "set_time.3"


async def test_the_last_warning_makes_it_due_soon(office: InsightOffice) -> None:
    complaint, due = await _assigned(office), office.now + TO_THE_DUE_TIME
    await office.hear(complaint, said.DutyStarted(**REPLY, due_at=due, binding=True), source="sla")
    await office.hear(complaint, said.DutyWarned(**REPLY, due_at=due, share=0.5), source="sla")
    assert await office.queue("water.head", "due_soon") == []
    await office.hear(complaint, said.DutyWarned(**REPLY, due_at=due, share=0.8), source="sla")
    assert await office.queue("water.head", "due_soon") == [complaint]


async def test_what_is_due_first_is_listed_first_and_the_next_page_goes_on_from_it(office: InsightOffice) -> None:
    hours = {await _assigned(office): more for more in (12, 2, 20)}
    for complaint, more in hours.items():
        due = office.now + timedelta(hours=more)
        await office.hear(complaint, said.DutyStarted(**REPLY, due_at=due, binding=True), source="sla")
    assert await office.queue("water.head", "due_soon") == sorted(hours, key=lambda one: hours[one])
    first = (await office.as_("water.head").get("/queues/due_soon", params={"limit": 2})).json()
    rest = (await office.as_("water.head").get("/queues/due_soon", params={"after": first["after"]})).json()
    assert [hours[one["id"]] for one in (*first["items"], *rest["items"])] == [2, 12, 20]


async def test_a_letter_waits_to_be_signed_until_it_is_signed_or_sent_back(office: InsightOffice) -> None:
    complaint = await _assigned(office)
    letter = {"reply": "r-1", "by": "water.handler"}
    await office.hear(complaint, said.ReplyDrafted(**letter), source="reply")
    assert await office.queue("water.head", "to_sign") == [complaint]
    await office.hear(complaint, said.ReplyReturned(**letter), source="reply")
    assert await office.queue("water.head", "to_sign") == []
    await office.hear(complaint, said.ReplyDrafted(**letter), said.ReplyChecked(**letter), source="reply")
    assert await office.queue("water.head", "to_sign") == [complaint]
    await office.hear(complaint, said.ReplySigned(**letter, letter_number="L-1"), source="reply")
    assert await office.queue("water.head", "to_sign") == []


async def test_what_was_refused_waits_for_its_file(office: InsightOffice) -> None:
    complaint = await office.receive()
    refusal = said.ComplaintRefused(number="26-1", reason="out_of_scope", where_to_turn="12345", by="operator1")
    await office.hear(complaint, refusal, source="intake")
    assert await office.queue("archivist1", "to_file") == [complaint]
    await office.hear(complaint, said.ComplaintFiled(file="f-1", volume=1, by="archivist1"))
    assert await office.queue("archivist1", "to_file") == []
    assert (await office.story(complaint))["stage"] == "filed"


async def test_a_queue_is_read_page_by_page_with_each_complaint_once(office: InsightOffice) -> None:
    complaints = [await office.receive() for _ in range(5)]
    client, after, seen = office.as_("operator1"), "", []
    while True:
        page = (await client.get("/queues/scope_check", params={"limit": 2, "after": after})).json()
        assert page["total"] == 5
        seen += [one["id"] for one in page["items"]]
        after = page["after"]
        if after is None:
            break
    assert sorted(seen) == sorted(complaints)
    assert (await client.get("/queues/scope_check", params={"after": "nonsense"})).status_code == 422
    assert (await client.get("/queues/nonsense")).status_code == 404


async def test_the_counts_are_told_by_department_and_by_officer(office: InsightOffice) -> None:
    await _assigned(office)
    await _assigned(office)
    await _assigned(office, "power.handler")
    client = office.as_("analyst1")
    by_department = (await client.get("/counts", params={"by": "department"})).json()["by"]
    assert (by_department["water"]["department"], by_department["power"]["unaccepted"]) == (2, 1)
    by_officer = (await client.get("/counts", params={"by": "officer"})).json()["by"]
    assert by_officer["water.handler"]["department"] == 2
    assert (await client.get("/counts", params={"officer": "power.handler"})).json()["queues"]["all"] == 1


async def test_a_long_queue_is_counted_once_in_a_while(office: InsightOffice, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(listing, "EXACT_UP_TO", 2)
    complaints = [await office.receive() for _ in range(3)]
    assert set(await office.queue("operator1", "scope_check")) == set(complaints)
    monkeypatch.setattr(listing, "EXACT_UP_TO", 1000)
    complaints.append(await office.receive())
    assert set(await office.queue("operator1", "scope_check")) == set(complaints)
    monkeypatch.setattr(listing, "EXACT_UP_TO", 2)
    page = (await office.as_("operator1").get("/queues/scope_check")).json()
    assert (len(page["items"]), page["total"]) == (4, 3)
