"""What is not the company's matter is refused by a person, told in writing, and filed."""

import pytest

from tests.clauses.desk import at_the_desk
from tests.journeys.story import WATER_COMPLAINT, Story, end_of
from tests.office import Office

SMOKE = "隔壁餐館每晚油煙太大，請你們去查一查。"
BODIES = {
    *("city_hotline", "consumers_association", "market_regulator", "housing_authority", "transport_authority"),
    *("environment_authority", "police", "court", "next_higher_department"),
}


@pytest.mark.both_carriers
@pytest.mark.clause("4/5.2.6(2)", "4/5.2.7(2)")
async def test_an_out_of_scope_message_is_refused_in_writing_and_filed(office: Office) -> None:
    story = await Story.through(office, "email", text=SMOKE)
    await story.until("2026-03-03 14:00")
    refusal = {"reason": "other_authority", "where_to_turn": "environment_authority"}
    path = "/intake/complaints/{id}/refusal"
    for field in refusal:  # no refusal without a reason, and a body of the policy's list to turn to
        lacking = await story.refused("operator1", path, **{one: refusal[one] for one in refusal if one != field})
        assert [one["field"] for one in lacking.json()["errors"]] == [field]
    assert {one["code"] for one in await story.as_("operator1", "GET", "/intake/outside-bodies")} == BODIES
    nowhere = await story.refused("operator1", path, **refusal | {"where_to_turn": "the_moon"})
    assert [one["rule"] for one in nowhere.json()["errors"]] == ["outside_body_unknown"]
    await story.as_("operator1", "POST", "/intake/complaints/{id}/refusal", **refusal)
    assert await story.stage() == "refused"
    await story.stands(
        {
            # Monday 2 March + 1: refused is decided, too
            "registration#1": ("fulfilled", end_of("2026-03-03")),
            "reply.online#1": ("void", end_of("2026-03-05")),
            "first_follow_up.ordinary#1": ("void", (await story.due("first_follow_up.ordinary#1"))),
            "particulars#1": ("void", None),
            "person_responsible#1": ("void", None),
            # told within the day of registration
            "refusal#1": ("fulfilled", end_of("2026-03-03")),
            # the refusal went out on Tuesday 3 March: 4 5 6, 9 10 11 12 13, 16 17 March
            "filing#1": ("running", end_of("2026-03-17")),
        }
    )
    assert (await story.proofs())["registration"] == "complaint.refused"
    assert await story.cause("filing#1") == "refusal.sent"
    sent = await story.events("refusal.sent")
    assert [one["data"]["way"] for one in sent] == ["mail"]
    status = await story.status()
    assert status["refusal"]["where_to_turn"] == "environment_authority"
    assert [one["purpose"] for one in status["letters"]] == ["refusal"]
    (letter,) = (await story.as_("operator1", "GET", "/reply/complaints/{id}"))["letters"]
    assert ("應由其他機關處理" in letter["analysis"], "生態環境部門" in letter["measures"]) == (True, True)
    async with at_the_desk(office, "operator1") as desk:  # staff see why, where to, and who said so
        said = desk.found((await desk.get(f"/desk/complaints/{story.id}")).text, r'id="refused">(.*?)</p>')
        assert all(one in said for one in ("For another authority", "Environment authority", "Fang Xiaowen"))

    sealed = await story.filed()
    assert (sealed["ending"], sealed["complete"]) == ("refused", True)
    assert sealed["retained_until"] == "2029-03-03"  # refused: three years
    assert await story.stage() == "filed"
    await story.has(filing="fulfilled")


@pytest.mark.clause("4/5.2.6(2)")
async def test_what_was_refused_cannot_be_registered(office: Office) -> None:
    story = await Story.through(office, "email", text=SMOKE)
    refusal = {"reason": "other_authority", "where_to_turn": "environment_authority"}
    await story.as_("operator1", "POST", "/intake/complaints/{id}/refusal", **refusal)
    answer = await story.refused("operator1", "/intake/complaints/{id}/registration", **WATER_COMPLAINT)
    assert (answer.status_code, answer.json()["stage"]) == (409, "refused")
