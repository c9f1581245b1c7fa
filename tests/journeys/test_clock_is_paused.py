"""Waiting for the complainant: the set time stands still, the reply does not."""

import pytest

from tests.journeys.story import Story, end_of
from tests.office import Office


@pytest.mark.clause("2/1.1.16(3)")
async def test_a_pause_moves_the_set_time_and_never_the_reply(office: Office) -> None:
    story = await Story.by_phone(office)
    await story.handle("acceptance")
    assert await story.due("set_time.3#1") == end_of("2026-03-16")
    await story.until("2026-03-03 08:30")
    await story.handle("pause", reason="waiting_for_complainant")
    await story.has(set_time_3="paused", reply_phone="running", first_follow_up_ordinary="running")
    await story.until("2026-03-05 09:00")
    await story.handle("resumption", reason="waiting_for_complainant")
    await story.has(set_time_3="running", reply_phone="breached")
    # all office hours of Tuesday 3 and Wednesday 4 March were paused: two working days more than 16 March
    assert await story.due("set_time.3#1") == end_of("2026-03-18")
    assert await story.due("reply.phone#1") == end_of("2026-03-04")


@pytest.mark.clause("4/5.2.8(3)")
async def test_a_pause_moves_the_report(office: Office) -> None:
    story = await Story.by_phone(office)
    await story.handle("acceptance")
    await story.investigated(reported=False)
    # Monday 2 March + 3
    assert await story.due("report#1") == end_of("2026-03-05")
    await story.until("2026-03-03 09:00")
    await story.handle("pause", reason="outside_test")
    await story.until("2026-03-03 17:30")
    await story.handle("resumption", reason="outside_test")
    # Tuesday was paused from the first to the last office minute: one working day more
    assert await story.due("report#1") == end_of("2026-03-06")


async def test_a_pause_of_half_a_day_moves_nothing(office: Office) -> None:
    story = await Story.by_phone(office)
    await story.handle("acceptance")
    await story.until("2026-03-03 09:00")
    await story.handle("pause", reason="waiting_for_complainant")
    await story.until("2026-03-03 12:30")
    await story.handle("resumption")
    assert await story.due("set_time.3#1") == end_of("2026-03-16")


async def test_waiting_for_the_complainant_stops_the_clock_for_ten_working_days_in_all(office: Office) -> None:
    story = await Story.by_phone(office)
    await story.handle("acceptance")
    await story.until("2026-03-03 08:00")
    await story.handle("pause", reason="waiting_for_complainant")
    # 3 4 5 6, 9 10 11 12 13, 16 March stood still; from then on the clock runs, resumed or not
    await story.until("2026-03-17 09:00")
    await story.has(set_time_3="running")
    # ten working days are still needed: 17 18 19 20, 23 24 25 26 27, 30 March
    assert await story.due("set_time.3#1") == end_of("2026-03-30")
