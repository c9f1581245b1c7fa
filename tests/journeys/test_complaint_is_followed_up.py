"""Follow-ups: the first within 48 hours, and one each week while a complaint stays unhandled (6/3.4.6)."""

import pytest

from tests.journeys.story import Story, at, end_of
from tests.office import Office

FOUND = {"way": "phone", "finding": "slow", "text": "仍在等待配件，已告知投訴人。"}


@pytest.mark.clause("6/3.4.6(2)", "6/3.4.8(2)")
async def test_a_first_follow_up_within_48_hours_is_in_time(office: Office) -> None:
    await office.advance_to(at("2026-03-06 17:00"))
    story = await Story.by_phone(office)
    # Friday 17:00 + 48 hours: weekends and nights count
    assert await story.due("first_follow_up.ordinary#1") == at("2026-03-08 17:00")
    await story.handle("acceptance")
    await story.until("2026-03-08 16:59")
    await story.handle("follow-ups", **FOUND)
    await story.has(first_follow_up_ordinary="fulfilled")
    (event,), (kept,) = await story.events("follow_up.recorded"), (await story.case())["follow_ups"]
    assert event["data"]["finding"] == kept["finding"] == "slow"
    assert kept["text"] == FOUND["text"]


@pytest.mark.clause("6/3.4.6(2)")
async def test_a_first_follow_up_after_48_hours_is_late(office: Office) -> None:
    story = await Story.by_phone(office)
    await story.handle("acceptance")
    await story.until("2026-03-04 08:59")
    await story.has(first_follow_up_ordinary="running")
    await story.until("2026-03-04 09:00")
    await story.has(first_follow_up_ordinary="breached")
    await story.handle("follow-ups", **FOUND)
    await story.has(first_follow_up_ordinary="late")


@pytest.mark.clause("6/3.4.6(3)")
async def test_a_complaint_long_unhandled_is_followed_up_each_week_until_the_reply(office: Office) -> None:
    story = await Story.by_phone(office)
    await story.handle("acceptance")
    await story.handle("follow-ups", **FOUND)
    await story.leap("2026-03-12 10:00")
    await story.handle("follow-ups", **FOUND)
    # registered on Monday 2 March: ten working days without a reply are over when Monday 16 March is
    await story.leap("2026-03-16 23:59")
    assert "weekly_follow_up#1" not in await story.ledger()
    await story.until("2026-03-17 00:00")
    # seven days after the last follow-up, on Thursday 12 March
    assert await story.due("weekly_follow_up#1") == end_of("2026-03-19")
    await story.until("2026-03-18 10:00")
    await story.handle("follow-ups", **FOUND)
    assert await story.state("weekly_follow_up#1") == "fulfilled"
    assert await story.due("weekly_follow_up#2") == end_of("2026-03-25")
    await story.leap("2026-03-26 09:00")
    assert await story.state("weekly_follow_up#2") == "breached"
    await story.handle("follow-ups", **FOUND)
    assert await story.state("weekly_follow_up#2") == "late"
    assert await story.due("weekly_follow_up#3") == end_of("2026-04-02")
    await story.investigated()
    await story.decided()
    await story.replied()
    assert await story.state("weekly_follow_up#3") == "void"
