"""Slow ones are urged: by the office at 80 % of the time, by the complainant once a working day (6/3.4.3(2))."""

import pytest

from tests.clauses.desk import at_the_desk
from tests.journeys.story import Story, end_of
from tests.office import Office


async def _urgings(story: Story) -> list[dict[str, object]]:
    found: list[dict[str, object]] = (await story.case())["urgings"]
    return found


@pytest.mark.both_carriers
@pytest.mark.clause("6/3.4.3(2)")
async def test_the_office_urges_when_80_percent_of_the_time_is_gone(office: Office) -> None:
    story = await Story.by_phone(office)
    await story.handle("acceptance")
    # 21 office hours from Monday 09:00 to Wednesday 24:00; 16.8 of them are gone on Wednesday at 11:48
    await story.until("2026-03-04 11:47")
    assert await _urgings(story) == []
    await story.until("2026-03-04 11:48")
    (urging,) = await _urgings(story)
    assert (urging["origin"], urging["duty"]) == ("office", "reply.phone")
    (made,) = await story.events("urging.made")
    assert (made["data"]["duty"], made["data"]["by"]) == ("reply.phone", "system")
    # urged on Wednesday 4 March + 1 working day
    assert await story.due("urging#1") == end_of("2026-03-05")
    await story.has(urging="running")
    await story.until("2026-03-04 15:00")
    await story.handle(f"urgings/{urging['id']}/answer", text="今天下午上門。")
    await story.has(urging="fulfilled", reply_phone="running")


@pytest.mark.clause("6/3.4.3(2)")
async def test_the_complainant_urges_and_is_answered_late(office: Office) -> None:
    story = await Story.by_phone(office)
    await story.handle("acceptance")
    assert (await story.act("urge", text="今天還沒有人來！")).status_code == 200
    again = await story.act("urge")
    assert (again.status_code, again.json()["code"]) == (409, "urged_today")
    (urging,) = await _urgings(story)
    assert urging["origin"] == "complainant"
    # Monday 2 March + 1 working day
    assert await story.due("urging#1") == end_of("2026-03-03")
    await story.until("2026-03-03 23:59")
    await story.has(urging="running")
    await story.until("2026-03-04 09:05")
    await story.has(urging="breached")
    await story.handle(f"urgings/{urging['id']}/answer", text="維修隊今早已出發。")
    await story.has(urging="late")
    assert (await story.act("urge")).status_code == 200
    await story.until("2026-03-04 09:30")
    assert await story.due("urging#2") == end_of("2026-03-05")


@pytest.mark.clause("6/3.4.3(2)")
async def test_an_urging_lapses_when_what_was_urged_is_done(office: Office) -> None:
    story = await Story.by_phone(office)
    await story.handle("acceptance")
    await story.investigated()
    await story.decided()
    await story.until("2026-03-04 14:00")
    await story.has(urging="running")
    await story.replied()
    await story.has(urging="void", reply_phone="fulfilled")
    assert all(one["lapsed_at"] for one in await _urgings(story))
    await story.closed()
    assert await story.stage() == "closed"


@pytest.mark.clause("6/3.4.3(2)")
async def test_after_two_urgings_without_an_answer_the_supervisor_finds_it_and_gives_it_to_somebody_else(
    office: Office,
) -> None:
    story = await Story.by_phone(office)
    await story.handle("acceptance")
    await story.act("urge", text="今天還沒有人來！")
    own = await story.refused(await story.handler(), "/casework/complaints/{id}/urgings")
    assert (own.status_code, own.json()["code"]) == (403, "not_allowed")
    supervisor, elsewhere = await office.as_("water.head"), await office.as_("gas.head")
    slow = "/casework/unanswered-urgings"
    assert (await supervisor.get(slow)).json() == []
    await story.until("2026-03-03 09:30")
    await story.act("urge", text="還是沒有人來！")
    (found,) = (await supervisor.get(slow)).json()
    assert (found["number"], found["officer"], found["urgings"]) == (story.number, await story.handler(), 2)
    assert (await elsewhere.get(slow)).json() == []  # another department's
    assert (await (await office.as_(await story.handler())).get(slow)).status_code == 403
    async with at_the_desk(office, "water.head") as desk:
        assert '<b class="count" data-n="1">' in (await desk.get("/desk/")).text.split("/desk/unanswered")[1][:200]
        assert story.number in (await desk.get("/desk/unanswered")).text
        page = f"/desk/complaints/{story.id}"
        other = ({"water.handler", "water.handler2"} - {await story.handler()}).pop()
        moved = {"department": "water", "officer": other, "reason": "原責任人兩次未答覆催辦。"}
        assert (await desk.send(page, f"{page}/steps/assignment", **moved)).status_code == 200
    assert await story.handler() == other
    await story.handle("acceptance")
    for one in await _urgings(story):
        await story.handle(f"urgings/{one['id']}/answer", text="今天下午上門。")
    assert (await supervisor.get(slow)).json() == []
