"""A complainant takes it back: before registration, after it, and while the reply is on its way."""

import asyncio

import pytest

from tests.journeys.story import Story, end_of
from tests.office import Office


async def test_a_complaint_withdrawn_before_registration_is_confirmed_and_filed(office: Office) -> None:
    story = await Story.through(office, "website")
    await story.until("2026-03-02 16:00")
    assert (await story.act("withdraw")).json()["stage"] == "withdrawn"
    assert await story.stage() == "withdrawn"
    await story.has(registration="void", reply_online="void", first_follow_up_ordinary="void", filing="running")
    assert [one["source"] for one in await story.events("complaint.withdrawn")] == ["intake"]
    # confirmed in writing on Monday 2 March: 3 4 5 6, 9 10 11 12 13, 16 March
    assert [one["data"]["way"] for one in await story.events("withdrawal.confirmed")] == ["mail"]
    assert await story.due("filing#1") == end_of("2026-03-16")
    assert await story.cause("filing#1") == "withdrawal.confirmed"
    sealed = await story.filed()
    assert (sealed["ending"], sealed["complete"]) == ("withdrawn", True)
    await story.has(filing="fulfilled")
    assert await story.stage() == "filed"


async def test_a_complaint_withdrawn_after_registration_ends_its_duties_but_not_a_report_begun(office: Office) -> None:
    story = await Story.by_phone(office)
    await story.handle("acceptance")
    await story.investigated(reported=False)
    await story.until("2026-03-03 10:00")
    assert (await story.act("withdraw")).json()["stage"] == "withdrawn"
    assert await story.stage() == "withdrawn"
    assert [one["source"] for one in await story.events("complaint.withdrawn")] == ["casework"]
    await story.has(reply_phone="void", set_time_3="void", first_follow_up_ordinary="void", report="running")
    # the investigation ended on Monday 2 March: its report is still due on Thursday 5 March
    assert await story.due("report#1") == end_of("2026-03-05")
    await story.until("2026-03-05 23:59")
    await story.handle("investigation/report", text="水泵跳閘造成停水。")
    await story.has(report="fulfilled")
    again = await story.act("withdraw")
    assert (again.status_code, again.json()["stage"]) == (409, "withdrawn")
    await story.filed()
    await story.has(filing="fulfilled")


@pytest.mark.both_carriers
async def test_a_withdrawal_crosses_the_reply_and_the_ledger_shows_both(office: Office) -> None:
    story = await Story.by_phone(office)
    await story.handle("acceptance")
    await story.investigated()
    await story.decided()
    letter = await story.signed()
    await office.settle()
    officer = await office.as_(await story.handler())
    # reply stands still for a moment: the sending has begun, and the letter is not out yet
    admin = await office.as_("admin")
    assert (await admin.post("/reply/clock", json={"hold": True})).is_success
    assert (await officer.post(f"/reply/letters/{letter}/sending", json={})).is_success
    complainant = office.complainant(story.receipt_code)
    acts = f"/intake/complaints/{story.number}/acts"
    assert (await complainant.post(acts, json={"act": "withdraw"})).json()["stage"] == "withdrawn"
    await asyncio.sleep(0.3)
    assert (await admin.post("/reply/clock", json={"hold": False})).is_success
    await office.settle()
    assert await story.stage() == "withdrawn"
    types = await story.types()
    assert {"complaint.withdrawn", "reply.sent", "withdrawal.confirmed"} <= set(types)
    assert "complaint.replied" not in types
    ledger = (await story.as_("director", "GET", "/sla/complaints/{id}/ledger"))["rows"]
    row = next(one for one in ledger if one["row"] == "reply.phone#1")
    # it stays void, and the letter that went out all the same is its proof
    assert (row["state"], row["ended"]) == ("void", "complaint.withdrawn")
    (sent,) = await story.events("reply.sent")
    assert row["proof"] == {"event": sent["id"], "type": "reply.sent"}
    await story.filed()
    assert await story.stage() == "filed"


async def test_a_withdrawal_and_the_sending_at_the_same_moment_leave_one_truth(office: Office) -> None:
    story = await Story.by_phone(office)
    await story.handle("acceptance")
    await story.investigated()
    await story.decided()
    letter = await story.signed()
    await office.settle()
    officer = await office.as_(await story.handler())
    complainant = office.complainant(story.receipt_code)
    withdrawn, sent = await asyncio.gather(
        complainant.post(f"/intake/complaints/{story.number}/acts", json={"act": "withdraw"}),
        officer.post(f"/reply/letters/{letter}/sending", json={}),
    )
    await office.settle()
    assert withdrawn.is_success or withdrawn.json()["stage"] == "replied"
    assert sent.is_success or sent.status_code == 409
    assert await story.stage() == ("withdrawn" if withdrawn.is_success else "replied")
    assert (await story.case())["stage"] == await story.stage()
