"""Reclassified: a shorter clock counts from the change and never ends later; a longer one is as if always so."""

import pytest

from tests.journeys.story import WATER_COMPLAINT, Story, at, end_of
from tests.office import Office


def changed(**labels: object) -> dict[str, object]:
    names = ("service", "topic_code", "nature", "kind", "level", "importance")
    return {name: WATER_COMPLAINT[name] for name in names} | {"reason": "現場情況與登記時不同。"} | labels


@pytest.mark.clause("2/1.1.16(2)", "2/1.1.16(3)")
async def test_a_raised_level_counts_from_the_change(office: Office) -> None:
    story = await Story.by_phone(office)
    await story.handle("acceptance")
    await story.until("2026-03-04 10:00")
    await story.handle("classification", **changed(level=2))
    # Wednesday 4 March + 5: 5 6, 9 10 11 March; that is before 16 March
    assert await story.due("set_time.2#1") == end_of("2026-03-11")
    rows = await story.ledger()
    assert (rows["set_time.3#1"]["state"], rows["set_time.2#1"]["state"]) == ("void", "running")
    # nothing else was touched
    assert await story.due("reply.phone#1") == end_of("2026-03-04")


@pytest.mark.clause("2/1.1.16(2)", "2/1.1.16(3)")
async def test_a_raised_level_never_ends_later_than_before(office: Office) -> None:
    story = await Story.by_phone(office)
    await story.handle("acceptance")
    await story.until("2026-03-12 10:00")
    await story.handle("classification", **changed(level=2))
    # Thursday 12 March + 5 would be 19 March; it was due on Monday 16 March
    assert await story.due("set_time.2#1") == end_of("2026-03-16")


@pytest.mark.clause("2/1.1.16(3)")
async def test_a_lowered_level_is_as_if_it_had_always_been_so(office: Office) -> None:
    story = await Story.by_phone(office, WATER_COMPLAINT | {"level": 2})
    await story.handle("acceptance")
    assert await story.due("set_time.2#1") == end_of("2026-03-09")
    await story.until("2026-03-04 10:00")
    await story.as_("water.head", "POST", "/casework/complaints/{id}/classification", **changed(level=3))
    # from registration on Monday 2 March, ten working days
    assert await story.due("set_time.3#1") == end_of("2026-03-16")
    await story.has(set_time_2="void", set_time_3="running")


@pytest.mark.clause("6/3.4.6(1)", "2/1.1.16(1)")
async def test_a_complaint_that_becomes_level_1_is_followed_up_within_24_hours_of_the_change(office: Office) -> None:
    story = await Story.by_phone(office)
    await story.handle("acceptance")
    await story.until("2026-03-02 15:00")
    await story.handle("classification", **changed(level=1, nature="safety", importance="major"))
    # 24 hours from Monday 15:00, before the 48 hours of Wednesday 09:00
    assert await story.due("first_follow_up.urgent#1") == at("2026-03-03 15:00")
    # one working day from the change on Monday 2 March
    assert await story.due("set_time.1#1") == end_of("2026-03-03")
    await story.has(first_follow_up_ordinary="void", set_time_3="void")
    assert "alarm.raised" in await story.types()


@pytest.mark.clause("6/3.4.6(1)")
async def test_marked_urgent_on_the_second_day_the_follow_up_never_comes_later(office: Office) -> None:
    story = await Story.by_phone(office)
    await story.handle("acceptance")
    await story.until("2026-03-03 16:00")
    await story.handle("classification", **changed(urgent=True))
    # 24 hours from Tuesday 16:00 would be Wednesday 16:00; it was due on Wednesday 09:00
    assert await story.due("first_follow_up.urgent#1") == at("2026-03-04 09:00")
