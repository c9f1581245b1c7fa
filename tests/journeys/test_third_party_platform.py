"""A platform passes a complaint on: three working days, or the platform's own date if that is earlier."""

import pytest

from tests.journeys.story import Story, at, end_of
from tests.office import Office


def _passed_on(due_at: str | None) -> dict[str, object]:
    platform: dict[str, object] = {"name": "消費者協會", "reference": "XF-2026-118"}
    return {"platform": platform | ({"due_at": at(due_at).isoformat()} if due_at else {})}


@pytest.mark.clause("1/1.1.5", "5/3.3")
async def test_a_platforms_earlier_date_is_kept(office: Office) -> None:
    story = await Story.through(office, "third_party", **_passed_on("2026-03-04 18:00"))
    await story.registered()
    await story.handle("acceptance")
    # Monday 2 March + 3 would be Thursday 5 March; the platform wants it on Wednesday at 18:00
    assert await story.due("reply.third_party#1") == at("2026-03-04 18:00")
    await story.investigated()
    await story.decided()
    await story.until("2026-03-04 18:00")
    await story.has(reply_third_party="breached")
    await story.replied()
    await story.has(reply_third_party="late")


@pytest.mark.clause("1/1.1.5", "5/3.3")
async def test_a_platforms_later_date_changes_nothing(office: Office) -> None:
    story = await Story.through(office, "third_party", **_passed_on("2026-03-20 18:00"))
    await story.registered()
    # Monday 2 March + 3 working days
    assert await story.due("reply.third_party#1") == end_of("2026-03-05")
    await story.has(reply_third_party="running")


@pytest.mark.clause("1/1.1.5", "5/3.3")
async def test_a_platform_without_a_date_waits_three_working_days(office: Office) -> None:
    story = await Story.through(office, "third_party", **_passed_on(None))
    assert await story.due("reply.third_party#1") == end_of("2026-03-05")
    await story.has(reply_third_party="provisional")
