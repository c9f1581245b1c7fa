"""4/5.2.8(1): another department is asked to contribute, by a date, and answers."""

import pytest

from tests.clauses.desk import at_the_desk
from tests.journeys.story import Story, end_of
from tests.journeys.test_duties_of_the_case import breached, warned
from tests.office import Office

ASKED = {"department": "power", "question": "泵房 3 月 1 日有否停電？", "due_on": "2026-03-04"}


@pytest.mark.clause("4/5.2.8(1)")
@pytest.mark.parametrize(("answered", "state"), [("2026-03-04 23:59", "fulfilled"), ("2026-03-05 00:00", "late")])
async def test_a_sub_task_is_answered_by_its_date(office: Office, answered: str, state: str) -> None:
    story = await Story.by_phone(office)
    await story.handle("acceptance")
    case = await story.handle("sub-tasks", **ASKED)
    assert await story.due("sub_task#1") == end_of("2026-03-04")
    await story.until(answered)
    assert await warned(story, "sub_task") == [0.5, 0.8]
    assert await story.state("sub_task#1") == ("running" if state == "fulfilled" else "breached")
    path = f"/casework/complaints/{{id}}/sub-tasks/{case['sub_tasks'][0]['id']}/answer"
    case = await story.as_("power.handler", "POST", path, text="3 月 1 日 03:05 至 03:20 停電。")
    assert case["sub_tasks"][0]["answer"] == "3 月 1 日 03:05 至 03:20 停電。"
    assert await story.state("sub_task#1") == state
    assert await breached(story, "sub_task") == (state == "late")


@pytest.mark.clause("4/5.2.8(1)")
async def test_only_another_department_is_asked_and_only_it_answers(office: Office) -> None:
    story = await Story.by_phone(office)
    await story.handle("acceptance")
    officer, path = await story.handler(), "/casework/complaints/{id}/sub-tasks"
    for change in ({"department": "water"}, {"department": "army"}, {"due_on": "2026-03-01"}):
        wrong = await story.refused(officer, path, **(ASKED | change))
        assert (wrong.status_code, [one["field"] for one in wrong.json()["errors"]]) == (422, list(change))
    assert (await story.refused("power.handler", path, **ASKED)).status_code == 403
    case = await story.handle("sub-tasks", **ASKED)
    answer = f"{path}/{case['sub_tasks'][0]['id']}/answer"
    assert (await story.refused(officer, answer, text="自己答。")).json()["code"] == "not_your_department"
    asked = await office.as_("power.handler2")
    (line,) = (await asked.get("/casework/sub-tasks")).json()
    assert (line["complaint"], line["department"], line["due_on"]) == (story.id, "power", "2026-03-04")
    assert (await (await office.as_("gas.handler")).get("/casework/sub-tasks")).json() == []
    async with at_the_desk(office, "power.handler") as desk:
        assert story.number in (await desk.get("/desk/sub-tasks")).text
        assert ASKED["question"] in (await desk.get(f"/desk/complaints/{story.id}")).text
        step = f"/desk/complaints/{story.id}/steps/sub_task_answer?item={line['id']}"
        page = await desk.send(f"/desk/complaints/{story.id}", step, text="沒有停電。")
        assert "沒有停電。" in page.text
    assert (await asked.get("/casework/sub-tasks")).json() == []
    assert (await story.refused("power.handler", answer, text="再答。")).json()["code"] == "sub_task_answered"
