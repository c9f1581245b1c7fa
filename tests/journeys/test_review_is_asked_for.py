"""The next higher department can be asked for a review within 30 days of the reply or the refusal (4/5.2.10(2))."""

import pytest

from tests.journeys.story import Story, at, end_of, moment
from tests.office import Office

WORDS = "答覆與事實不符，請上級復查。"


async def _answered(office: Office) -> Story:
    story = await Story.by_phone(office)
    await story.handle("acceptance")
    await story.investigated()
    await story.decided()
    await office.advance_to(at("2026-03-03 10:00"))
    await story.replied()
    return story


@pytest.mark.clause("4/5.2.10(2)")
async def test_a_review_is_asked_for_within_thirty_days_and_a_refusal_it_sets_aside_is_answered_anew(
    office: Office,
) -> None:
    # refused on 2 March + 30 days = Wednesday 1 April; replied on 3 March + 30 days = Thursday 2 April
    refused = await Story.through(office, "email", text="隔壁餐館每晚油煙太大。")
    refusal = {"reason": "out_of_scope", "where_to_turn": "city_hotline"}
    await refused.as_("operator1", "POST", "/intake/complaints/{id}/refusal", **refusal)
    await refused.filed()
    story, closed = await _answered(office), await _answered(office)
    await office.leap(at("2026-03-20 10:00"))
    await closed.closed()
    await office.leap(at("2026-04-01 23:59"))
    assert (await refused.act("review", text=WORDS)).status_code == 200
    assert await refused.stage() == "filed"
    await office.advance_to(at("2026-04-02 10:00"))
    assert (await story.act("review", text=WORDS)).status_code == 200
    again = await story.act("review", text=WORDS)
    assert (again.status_code, again.json()["code"]) == (409, "review_exists")
    # asking re-opens nothing by itself; a supervisor does on the decision
    assert await story.stage() == "replied"
    assert (await story.case())["review_requested_at"]
    await _set_aside(refused, refusal)
    await office.advance_to(at("2026-04-03 00:00"))
    answer = await closed.act("review", text=WORDS)  # too late, although it was closed later
    assert (answer.status_code, answer.json()["code"]) == (409, "review_too_late")


async def _set_aside(story: Story, refusal: dict[str, str]) -> None:
    """The review decides otherwise: what its letter says happens, the complaint is registered and answered."""
    reviews = await story.as_("director", "GET", "/reply/reviews")
    review = next(one for one in reviews if one["number"] == story.number)
    await story.as_("director", "POST", f"/reply/reviews/{review['id']}/assignment")
    body = {"result": "overturned", "reasons": "排煙口在本公司管理的管廊內，屬本公司受理範圍。"}
    decided = await story.as_("reviewer1", "POST", f"/reply/reviews/{review['id']}/decision", **body)
    assert "重新辦理" in decided["letter"]["measures"]
    await story.as_("director", "POST", f"/reply/letters/{decided['letter']['id']}/signature")
    await story.as_("director", "POST", f"/reply/letters/{decided['letter']['id']}/sending")
    # it is back with who registers, and its dates begin anew
    assert await story.stage() == "received"
    assert await story.due("registration#2") == end_of("2026-04-03")
    # Thursday 2 April + 3 working days: 3 April, then Qingming (4-6 April), 7 8 April
    assert await story.due("reply.online#2") == end_of("2026-04-08")
    await story.has(reply_online="provisional", first_follow_up_ordinary="provisional", review="fulfilled")
    assert (await story.status())["refusal"] is None
    (waits,) = await story.as_("operator1", "GET", "/intake/scope-checks")
    assert (waits["number"], moment(waits["due_at"])) == (story.number, end_of("2026-04-03"))
    again = await story.refused("operator1", "/intake/complaints/{id}/refusal", **refusal)
    assert (again.status_code, again.json()["code"]) == (409, "refusal_overturned")
    await story.registered()
    await story.has(registration="fulfilled", reply_online="running", set_time_3="running", assignment="running")
    await story.handle("acceptance")
    await story.investigated()
    await story.decided()
    await story.replied()
    await story.closed()
    assert (await story.filed())["volume"] == 2
    await story.has(reply_online="fulfilled", filing="fulfilled")
