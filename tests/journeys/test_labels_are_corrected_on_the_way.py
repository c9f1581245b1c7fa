"""Labels are changed while the case is worked: clocks follow, nobody wins time, and what was urged stays urged."""

from tests.journeys.story import WATER_COMPLAINT, Story, at, end_of
from tests.office import Office


async def _changed(story: Story, **labels: object) -> None:
    path = "/casework/complaints/{id}/classification"
    await story.as_("operator1", "POST", path, **WATER_COMPLAINT | labels, reason="看過案卷後更正。")


async def test_a_complaint_taken_for_a_consultation_and_back_wins_no_time(office: Office) -> None:
    story = await Story.by_phone(office)
    await story.until("2026-03-04 10:00")
    await _changed(story, kind="consultation", level=None)
    assert await story.state("set_time.3#1") == "void"
    await story.until("2026-03-06 10:00")
    await _changed(story)
    assert await story.due("set_time.3#2") == end_of("2026-03-16")  # as from registration on 2 March


async def test_an_urged_set_time_stays_urged_at_its_new_level_and_the_urging_can_be_answered(office: Office) -> None:
    story = await Story.by_phone(office)
    await story.handle("acceptance")
    await story.until("2026-03-12 17:00")  # 80 % of the set time are gone: the office has urged of itself
    await _changed(story, level=1)
    case = await story.case()
    assert (case["level"], case["importance"], case["urgent"]) == (1, "major", True)
    # level 1 has one working day from the change: Friday 13 March; before it was Monday 16 March
    assert await story.due("set_time.1#1") == end_of("2026-03-13")
    urged = next(one for one in case["urgings"] if one["duty"] == "set_time.3")
    assert urged["lapsed_at"] is None
    rows = await story.ledger()
    row = next(name for name in rows if name.startswith("urging#") and rows[name]["started_at"] == urged["at"])
    assert rows[row]["state"] == "running"
    await story.handle(f"urgings/{urged['id']}/answer", text="今晚派員處理。")
    assert await story.state(row) == "fulfilled"


async def test_a_level_raised_by_mistake_leaves_no_trace_in_the_set_time(office: Office) -> None:
    story = await Story.by_phone(office, WATER_COMPLAINT | {"level": 2})
    await story.until("2026-03-04 10:00")
    await _changed(story, level=1)
    assert await story.due("set_time.1#1") == end_of("2026-03-05")
    await _changed(story, level=3)
    assert await story.due("set_time.3#1") == end_of("2026-03-16")
    assert await story.due("reply.phone#1") == end_of("2026-03-04")  # no label moves it
    assert await story.due("first_follow_up.ordinary#2") == at("2026-03-04 09:00")
