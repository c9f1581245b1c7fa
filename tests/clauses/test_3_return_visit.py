"""3/5.2: another unit asks whether it is really solved - every level 1 and 2, one in five of level 3."""

from typing import Any

import pytest

from tests.clauses.desk import at_the_desk, sees
from tests.journeys.story import WATER_COMPLAINT, Story, end_of
from tests.office import Office

SATISFIED = {"solved": 5, "speed": 4, "attitude": 5, "reply": 4}
SOLVED = {"way": "phone", "solved": True, "score": 5, "questions": SATISFIED, "text": "確認已恢復供水。"}
NOT_SOLVED = SOLVED | {"solved": False, "score": 1, "text": "還是沒有水。"}


async def _replied(office: Office, level: int = 2, **body: Any) -> Story:
    story = await Story.by_phone(office, WATER_COMPLAINT | {"level": level}, **body)
    await story.handle("acceptance")
    await story.investigated()
    await story.decided()
    await story.replied()
    return story


async def _visit(story: Story) -> dict[str, Any]:
    found = await story.as_("complaints.head", "GET", "/reply/visits")
    return next(dict(one) for one in found if one["complaint"] == story.id)


@pytest.mark.clause("3/5.2", "1/1.1.11")
async def test_level_2_is_visited_by_another_unit_within_ten_working_days_and_not_closed_before(office: Office) -> None:
    story = await _replied(office)
    # Monday 2 March + 10 working days: 3-6, 9-13, 16 March
    assert await story.due("visit#1") == end_of("2026-03-16")
    visit = await _visit(story)
    assert (visit["department"], visit["handled_by"]) == ("complaints", "water")
    officer = await story.handler()
    closing = await story.refused(officer, "/casework/complaints/{id}/closing", basis="replied")
    assert closing.json()["open"] == ["visit_open"]
    path = f"/reply/visits/{visit['id']}/result"
    for own in (officer, "water.head"):
        assert (await story.refused(own, path, **SOLVED)).json()["code"] == "visit_by_another_unit"
    assert (await story.refused("power.head", path, **SOLVED)).json()["code"] == "not_visiting_unit"
    unanswered = await story.refused("operator1", path, **SOLVED | {"questions": {"speed": 4}})
    assert unanswered.status_code == 422
    assert {one["field"] for one in unanswered.json()["errors"]} == {
        "questions.solved",
        "questions.attitude",
        "questions.reply",
    }
    for beyond in (0, 6):
        wrong = await story.refused("operator1", path, **SOLVED | {"questions": SATISFIED | {"speed": beyond}})
        assert (wrong.status_code, wrong.json()["errors"][0]["field"]) == (422, "questions.speed")
    await story.leap("2026-03-10 10:00")
    await story.as_("operator1", "POST", path, **SOLVED)
    await story.has(visit="fulfilled")
    assert (await story.proofs())["visit"] == "visit.done"
    (said,) = await story.events("satisfaction.recorded")
    assert (said["data"]["score"], said["data"]["questions"]) == (5, SATISFIED)
    # the handler sees what was said
    kept = (await story.as_(officer, "GET", "/reply/complaints/{id}"))["visits"]
    assert [(one["solved"], one["text"], one["by"]) for one in kept] == [(True, "確認已恢復供水。", "operator1")]
    assert (await story.refused("operator1", path, **SOLVED)).json()["code"] == "visit_over"
    assert (await story.act("rate", score=4, text="恢復得很快。")).is_success
    unfit = await story.refused(officer, "/casework/complaints/{id}/closing", basis="measures_done")
    assert (unfit.status_code, unfit.json()["fitting"]) == (409, ["replied"])
    await story.closed()
    (closed,) = await story.events("complaint.closed")
    assert (closed["data"]["basis"], closed["data"]["outcome"]) == ("replied", "upheld")
    await sees(office, "director", story.id, "Upheld", "Reply delivered", "恢復得很快。", " · speed 4")
    papers = (await story.filed())["id"]
    archivist = await office.as_("archivist1")
    entries = (await archivist.get(f"/archive/files/{papers}")).json()["entries"]
    assert "visit" in {one["kind"] for one in entries}


@pytest.mark.clause("3/5.2")
async def test_not_solved_reopens_it_unless_the_person_asks_for_a_review(office: Office) -> None:
    story = await _replied(office, 1)
    await story.as_("operator2", "POST", f"/reply/visits/{(await _visit(story))['id']}/result", **NOT_SOLVED)
    assert await story.stage() == "assigned"
    assert [one["data"]["ground"] for one in await story.events("complaint.reopened")] == ["not_solved"]
    await story.has(set_time_1="running", reply_phone="running")
    # answered again: visited again
    await story.handle("acceptance")
    await story.decided()
    await story.replied()
    visit = await _visit(story)
    asks = NOT_SOLVED | {"wants_review": True}
    await story.as_("operator2", "POST", f"/reply/visits/{visit['id']}/result", **asks)
    assert await story.stage() == "replied"
    await story.has(visit="fulfilled", review="running")
    assert len(await story.events("complaint.reopened")) == 1


@pytest.mark.clause("3/5.2")
async def test_a_visit_that_is_not_possible_says_why_and_only_after_two_attempts(office: Office) -> None:
    story = await _replied(office)
    visit = f"/reply/visits/{(await _visit(story))['id']}"
    reason = {"reason": "not_reached", "text": "電話關機。"}
    for _ in range(2):
        early = await story.refused("operator1", f"{visit}/impossibility", **reason)
        assert (early.status_code, early.json()["code"]) == (409, "visit_attempts_needed")
        await story.as_("operator1", "POST", f"{visit}/attempts", way="phone", text="無人接聽。")
    assert [one["attempts"] for one in await story.as_("operator1", "GET", "/reply/visits")] == [2]
    async with at_the_desk(office, await story.handler()) as desk:  # the handler sees them on the complaint's page
        assert (await desk.get(f"/desk/complaints/{story.id}")).text.count("無人接聽。") == 2
    async with at_the_desk(office, "operator1") as desk:
        assert "tried 2 times" in (await desk.get("/desk/visits")).text
    await story.as_("operator1", "POST", f"{visit}/impossibility", **reason)
    await story.has(visit="fulfilled")
    assert (await story.proofs())["visit"] == "visit.not_possible"
    await sees(office, "director", story.id, "Could not be reached", reason["text"])
    await story.closed()
    # nobody to reach: on record at once
    labels = WATER_COMPLAINT | {"level": 2}
    nobody = await Story.through(office, "website", complainant=None, text="小區門口的水表井蓋破了三天。")
    await nobody.registered(labels)
    await nobody.handle("acceptance")
    await nobody.investigated()
    await nobody.decided()
    await nobody.replied()
    await nobody.has(visit="fulfilled")
    kept = (await nobody.as_("director", "GET", "/reply/complaints/{id}"))["visits"]
    assert [(one["not_possible"], one["by"]) for one in kept] == [("nobody_to_reach", "system")]
    await nobody.closed("nobody_to_reach")


@pytest.mark.clause("3/5.2")
async def test_a_visit_that_nobody_makes_is_warned_of_breached_and_late_and_is_done_at_the_desk(office: Office) -> None:
    story = await _replied(office)
    await story.leap("2026-03-16 23:59")
    assert (await story.state("visit#1"), (await story.ledger())["visit#1"]["warned"]) == ("running", [0.5, 0.8])
    await story.until("2026-03-17 00:00")
    assert await story.state("visit#1") == "breached"
    async with at_the_desk(office, "operator1") as desk:
        assert '<b class="count" data-n="1">' in (await desk.get("/desk/")).text.split('"/desk/visits"')[-1][:100]
        assert story.number in (await desk.get("/desk/visits")).text
        visit = (await _visit(story))["id"]
        form = {f"question-{code}": str(score) for code, score in SATISFIED.items()}
        form |= {"way": "phone", "solved": "yes", "score": "4", "text": "已恢復。"}
        page = f"/desk/visits/{visit}"
        unanswered = await desk.send(page, f"{page}/result", **form | {"question-speed": ""})
        assert unanswered.status_code == 422
        assert (await desk.send(page, f"{page}/result", **form)).status_code == 200
    assert await story.state("visit#1") == "late"
    async with at_the_desk(office, await story.handler()) as desk:
        assert "已恢復。" in (await desk.get(f"/desk/complaints/{story.id}")).text


@pytest.mark.clause("3/5.2")
async def test_one_in_five_of_level_3_is_visited_and_its_date_is_kept(office: Office) -> None:
    stories = [await _replied(office, 3, text=f"第{n}次停水，沒有通知。") for n in range(5)]
    visited = [one for one in stories if "visit.assigned" in await one.types()]
    assert visited == stories[-1:]
    chosen = visited[0]
    assert await chosen.due("visit.chosen#1") == end_of("2026-03-16")
    await stories[0].closed()
    await chosen.handle("accountability", at_fault=False, text="無人有過失。")
    closing = await chosen.refused(await chosen.handler(), "/casework/complaints/{id}/closing", basis="replied")
    assert closing.json()["open"] == ["visit_open"]
    await chosen.leap("2026-03-16 23:59")
    assert (await chosen.ledger())["visit.chosen#1"]["warned"] == [0.5, 0.8]
    assert await chosen.state("visit.chosen#1") == "running"
    await chosen.until("2026-03-17 00:00")
    assert await chosen.state("visit.chosen#1") == "breached"
    await chosen.as_("operator1", "POST", f"/reply/visits/{(await _visit(chosen))['id']}/result", **SOLVED)
    assert await chosen.state("visit.chosen#1") == "late"
