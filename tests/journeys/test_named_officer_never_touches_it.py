"""Fairness (4/5.2.2): whom a complaint names, and their superior, neither handles it nor sees it."""

import pytest

from tests.clauses.desk import at_the_desk
from tests.journeys.story import WATER_COMPLAINT, Story
from tests.office import Office

NAMED = WATER_COMPLAINT | {"topic_code": "water.billing", "named_officers": ["water.handler"]}


@pytest.mark.clause("4/5.2.2")
async def test_a_named_officer_and_the_superior_are_kept_away_and_the_work_moves_up(office: Office) -> None:
    story = await Story.by_phone(office, NAMED, text="抄表員陸曉波態度惡劣，還亂記水錶讀數。")
    case = await story.case()
    # the department's head is the direct superior: the nearest department whose head is neither
    assert case["department"] == "company"
    assert case["officer"] not in {"water.handler", "water.head"}
    for kept_away in ("water.handler", "water.head"):
        client = await office.as_(kept_away)
        assert (await client.get(f"/casework/complaints/{story.id}")).status_code == 403
        for path, body in (
            ("acceptance", {}),
            ("follow-ups", {"way": "phone", "finding": "solved", "text": "已解決。"}),
            ("handover", {"officer": "water.handler2", "reason": "交接。"}),
            ("classification", {**WATER_COMPLAINT, "reason": "改派。"}),
        ):
            answer = await story.refused(kept_away, f"/casework/complaints/{{id}}/{path}", **body)
            assert answer.status_code == 403, path
    named = await office.as_("water.handler")
    for service in ("intake", "casework", "reply", "insight"):
        assert (await named.get(f"/{service}/complaints/{story.id}")).status_code == 403, service
    found = (await named.get("/insight/queues/all")).json()
    assert story.id not in {one["id"] for one in found["items"]}
    answer = await story.refused(
        "director", "/casework/complaints/{id}/assignment", department="water", officer="water.handler"
    )
    assert (answer.status_code, answer.json()["errors"][0]["field"]) == (422, "department")
    async with at_the_desk(office, case["officer"]) as desk:  # whoever has it sees why it is with them
        page = (await desk.get(f"/desk/complaints/{story.id}")).text
        assert "Lu Xiaobo" in desk.found(page, r'id="named">(.*?)</p>')

    # the work goes on without them
    await story.handle("acceptance")
    plan = {"begins_at": (await office.now()).isoformat(), "place": "三樓", "questions": "讀數對嗎？"}
    path = "/casework/complaints/{id}/investigation/plan"
    unfit = await story.refused(case["officer"], path, **plan, investigators=["water.handler"])
    assert [one["field"] for one in unfit.json()["errors"]] == ["investigators.0"]
    await story.has(assignment="fulfilled", reply_phone="running")


@pytest.mark.clause("4/5.2.2")
async def test_who_is_named_neither_registers_nor_refuses_it_nor_is_responsible_for_it(office: Office) -> None:
    story = await Story.through(office, "website", named_officers=["operator2"])
    bodies = {
        "registration": WATER_COMPLAINT,
        "refusal": {"reason": "out_of_scope", "where_to_turn": "city_hotline"},
    }
    for path, body in bodies.items():
        refused = await story.refused("operator2", f"/intake/complaints/{{id}}/{path}", **body)
        assert (refused.status_code, refused.json()["code"]) == (403, "named_in_complaint")
    path = "/intake/complaints/{id}/registration"
    given = await story.refused("operator1", path, **WATER_COMPLAINT | {"officer": "operator2"})
    assert (given.status_code, given.json()["code"]) == (403, "named_in_complaint")
