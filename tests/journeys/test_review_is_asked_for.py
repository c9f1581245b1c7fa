"""The next higher department can be asked for a review within 30 days of the reply or the refusal (4/5.2.10(2))."""

import pytest

from tests.journeys.story import Story
from tests.office import Office

WORDS = "答覆與事實不符，請上級復查。"


async def _answered(office: Office) -> Story:
    story = await Story.by_phone(office)
    await story.handle("acceptance")
    await story.investigated()
    await story.decided()
    await story.until("2026-03-03 10:00")
    await story.replied()
    return story


@pytest.mark.clause("4/5.2.10(2)")
async def test_a_review_is_asked_for_on_the_thirtieth_day_after_the_reply(office: Office) -> None:
    story = await _answered(office)
    # Tuesday 3 March + 30 days = Thursday 2 April
    await story.until("2026-04-02 23:00")
    assert (await story.act("review", text=WORDS)).status_code == 200
    assert "review.requested" in await story.types()
    again = await story.act("review", text=WORDS)
    assert (again.status_code, again.json()["code"]) == (409, "review_exists")
    # asking re-opens nothing by itself; a supervisor does on the decision
    assert await story.stage() == "replied"
    assert (await story.case())["review_requested_at"]


@pytest.mark.clause("4/5.2.10(2)")
async def test_a_review_on_the_thirty_first_day_is_too_late_although_it_was_closed_later(office: Office) -> None:
    story = await _answered(office)
    await story.until("2026-03-20 10:00")
    await story.closed()
    await story.until("2026-04-03 00:00")
    answer = await story.act("review", text=WORDS)
    assert (answer.status_code, answer.json()["code"]) == (409, "review_too_late")


@pytest.mark.clause("4/5.2.10(2)")
async def test_a_review_of_a_refusal_counts_from_the_refusal(office: Office) -> None:
    story = await Story.through(office, "email", text="隔壁餐館每晚油煙太大。")
    refusal = {"reason": "out_of_scope", "where_to_turn": "city_hotline"}
    await story.as_("operator1", "POST", "/intake/complaints/{id}/refusal", **refusal)
    # Monday 2 March + 30 days = Wednesday 1 April
    await story.until("2026-04-01 23:59")
    assert (await story.act("review", text=WORDS)).status_code == 200
    await story.until("2026-04-02 00:00")
    assert "review.requested" in await story.types()
