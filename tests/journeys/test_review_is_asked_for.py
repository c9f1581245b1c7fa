"""The next higher department can be asked for a review within 30 days of the reply or the refusal (4/5.2.10(2))."""

import pytest

from tests.clauses.desk import at_the_desk
from tests.journeys.story import Story, at, end_of, good, moment
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


@pytest.mark.clause("4/5.2.10(2)", "4/5.2.6(2)")
async def test_a_refusal_that_is_set_aside_before_its_letter_is_posted_files_nothing_and_need_not_be_posted(
    office: Office,
) -> None:
    by_post = {"name": "季蘊芝", "postal_address": "柳巷 9 號"}
    refusal = {"reason": "out_of_scope", "where_to_turn": "city_hotline"}
    posted, not_posted = [
        await Story.through(office, "website", complainant=by_post, text="隔壁餐館每晚油煙太大。") for _ in range(2)
    ]
    for story in (posted, not_posted):
        await story.as_("operator1", "POST", "/intake/complaints/{id}/refusal", **refusal)
    letters = {one["complaint"]: one["letter"] for one in await posted.as_("operator1", "GET", "/reply/print-queue")}
    early = await posted.refused("operator1", f"/reply/letters/{letters[not_posted.id]}/taking-out")
    assert (early.status_code, early.json()["code"]) == (409, "wrong_letter_state")
    await posted.until("2026-03-03 10:00")
    for story in (posted, not_posted):
        assert (await story.act("review", text=WORDS)).status_code == 200
        await _overturned(story)
        await story.has(refusal="void", registration="running")
    queue = await posted.as_("operator1", "GET", "/reply/print-queue")
    assert {one["letter"] for one in queue if one["set_aside"]} == set(letters.values())
    # one lies in the letter-box already: its posting is a fact, and ends nothing
    await posted.as_("operator1", "POST", f"/reply/letters/{letters[posted.id]}/delivery", proof="posting_record")
    # the other is taken out
    async with at_the_desk(office, "operator1") as desk:
        page = "/desk/print-queue"
        assert "A review has set this refusal aside" in (await desk.get(page)).text
        assert "柳巷 9 號" in (await desk.get(page)).text  # what stands on the envelope
        assert (await desk.send(page, f"{page}/{letters[not_posted.id]}/taking-out")).status_code == 200
        assert letters[not_posted.id] not in (await desk.get(page)).text
    assert "refusal.sent" in await posted.types()
    assert "refusal.sent" not in await not_posted.types()
    archivist = await office.as_("archivist1")
    for story in (posted, not_posted):
        assert "filing#1" not in await story.ledger()
        assert (await good(await archivist.get("/archive/files", params={"number": story.number})))["total"] == 0
        assert await story.stage() == "received"
    await posted.registered()
    await posted.as_("operator1", "POST", "/casework/complaints/{id}/withdrawal")
    for one in await posted.as_("operator1", "GET", "/reply/print-queue"):
        if one["purpose"] == "withdrawal_confirmation":
            await posted.as_("operator1", "POST", f"/reply/letters/{one['letter']}/delivery", proof="posting_record")
    await posted.has(filing="running")
    assert (await posted.filed())["volume"] == 1


async def _overturned(story: Story) -> None:
    """The review decides otherwise, and its letter goes out."""
    reviews = await story.as_("director", "GET", "/reply/reviews")
    review = next(one for one in reviews if one["number"] == story.number)
    await story.as_("director", "POST", f"/reply/reviews/{review['id']}/assignment")
    body = {"result": "overturned", "reasons": "排煙口在本公司管理的管廊內，屬本公司受理範圍。"}
    decided = await story.as_("reviewer1", "POST", f"/reply/reviews/{review['id']}/decision", **body)
    assert "重新辦理" in decided["letter"]["measures"]
    letter = f"/reply/letters/{decided['letter']['id']}"
    await story.as_("director", "POST", f"{letter}/signature")
    sent = await story.as_("director", "POST", f"{letter}/sending")
    if sent["way"] == "letter":
        await story.as_("director", "POST", f"{letter}/delivery", proof="posting_record")


async def _set_aside(story: Story, refusal: dict[str, str]) -> None:
    """The review decides otherwise: what its letter says happens, the complaint is registered and answered."""
    await _overturned(story)
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
