"""Only the officer and those above; never those whom the complaint names, nor their superiors (4/5.2.2)."""

import pytest

from tests.services.casework.conftest import Caseworld
from tests.services.casework.test_the_road_of_a_case import PLAN, do


async def officer_of(world: Caseworld, complaint: str) -> str:
    return str((await world.case(complaint))["officer"])


async def test_a_colleague_cannot_do_the_officers_work(casework: Caseworld) -> None:
    complaint = await casework.complaint()
    officer = await officer_of(casework, complaint)
    colleague = "water.handler" if officer == "water.handler2" else "water.handler2"
    refused = await do(casework, colleague, complaint, "investigation/start", status=403)
    assert refused["code"] == "not_your_case"
    assert (await do(casework, "gas.head", complaint, "investigation/start", status=403))["code"] == "not_your_case"
    await do(casework, "water.head", complaint, "investigation/plan", PLAN)
    await do(casework, "water.head", complaint, "investigation/start")


@pytest.mark.clause("6/3.4.2(2)")
async def test_the_officer_alone_accepts(casework: Caseworld) -> None:
    complaint = await casework.complaint()
    assert (await do(casework, "water.head", complaint, "acceptance", status=403))["code"] == "not_your_case"
    officer = await officer_of(casework, complaint)
    await do(casework, officer, complaint, "acceptance")
    assert (await do(casework, officer, complaint, "acceptance", status=409))["code"] == "already_accepted"


@pytest.mark.clause("4/5.2.2")
async def test_named_officers_and_their_superiors_neither_read_nor_act(casework: Caseworld) -> None:
    complaint = await casework.complaint(named_officers=("water.handler",))
    assert await officer_of(casework, complaint) == "director"
    for who in ("water.handler", "water.head"):
        answer = await casework.as_(who).get(f"/complaints/{complaint}")
        assert (answer.status_code, answer.json()["code"]) == (403, "named_in_complaint")
        body = {"way": "look", "finding": "slow", "text": "?"}
        assert (await do(casework, who, complaint, "follow-ups", body, status=403))["code"] == "named_in_complaint"
        listed = (await casework.as_(who).get("/cases", params={"officer": "director"})).json()
        assert complaint not in [one["id"] for one in listed]
    listed = (await casework.as_("director").get("/cases", params={"officer": "director"})).json()
    assert complaint in [one["id"] for one in listed]


async def test_a_case_is_not_handed_to_somebody_it_names(casework: Caseworld) -> None:
    complaint = await casework.complaint(service="gas", topic_code="gas.price", named_officers=("water.handler",))
    officer = await officer_of(casework, complaint)
    body = {"department": "water", "officer": "water.handler"}
    refused = await do(casework, "director", complaint, "assignment", body, status=422)
    assert refused["errors"] == [
        {"field": "department", "rule": "department_unfit", "message": refused["errors"][0]["message"]}
    ]
    other = {"officer": "power.handler", "reason": "A colleague of another department"}
    refused = await do(casework, officer, complaint, "handover", other, status=422)
    assert refused["errors"][0]["rule"] == "officer_unfit"


@pytest.mark.clause("6/3.4.3(2)", "6/3.4.2(2)")
async def test_a_supervisor_re_dispatches_and_a_dispute_is_decided_by_the_complaints_department(
    casework: Caseworld,
) -> None:
    complaint = await casework.complaint()
    body = {"department": "gas", "reason": "The smell is gas."}
    assert (await do(casework, "gas.head", complaint, "assignment", body, status=403))["code"] == "supervisor_needed"
    unreasoned = await do(casework, "complaints.head", complaint, "assignment", {"department": "gas"}, status=422)
    assert [(one["field"], one["rule"]) for one in unreasoned["errors"]] == [("reason", "missing")]
    case = await do(casework, "complaints.head", complaint, "assignment", body)
    assert case["department"] == "gas"
    assert case["officer"] in {"gas.handler", "gas.handler2"}
    assert [one["how"] for one in case["assignments"]] == ["rule", "redispatched"]
    assert case["assignments"][1]["reason"] == "The smell is gas."


@pytest.mark.clause("6/3.4.2(2)")
async def test_load_is_balanced_between_the_handlers(casework: Caseworld) -> None:
    officers = [
        await officer_of(casework, await casework.complaint(service="sanitation", topic_code="sanitation.cleaning"))
        for _ in range(4)
    ]
    assert sorted(officers) == [
        "sanitation.handler",
        "sanitation.handler",
        "sanitation.handler2",
        "sanitation.handler2",
    ]


@pytest.mark.parametrize("who", ["operator1", "archivist1", "analyst1", "admin"])
async def test_other_roles_do_not_handle(casework: Caseworld, who: str) -> None:
    complaint = await casework.complaint()
    answer = await casework.as_(who).post(f"/complaints/{complaint}/investigation/start")
    assert (answer.status_code, answer.json()["code"]) == (403, "not_allowed")


async def test_the_administrator_changes_the_office_and_the_tree_stays_one_tree(casework: Caseworld) -> None:
    admin = casework.as_("admin")
    name = {"zh_hant": "漏水科", "zh_hans": "漏水科", "en": "Leaks"}
    made = await admin.post("/departments", json={"id": "leaks", "name": name, "parent": "water", "head": "water.head"})
    assert made.status_code == 200, made.text
    tree = made.json()
    assert tree[0]["id"] == "company"
    water = next(one for one in tree[0]["departments"] if one["id"] == "water")
    assert [one["id"] for one in water["departments"]] == ["leaks"]
    ring = await admin.post("/departments", json={"id": "water", "name": name, "parent": "leaks", "head": "water.head"})
    assert ring.json()["errors"][0]["rule"] == "tree_broken"
    second_root = await admin.post("/departments", json={"id": "other", "name": name})
    assert second_root.json()["errors"][0]["rule"] == "tree_broken"
    officer = {"id": "leaks.new", "name": name, "department": "leaks", "roles": ["handler"]}
    assert (await admin.post("/officers", json=officer)).json()["open_cases"] == 0
    assert [kind for kind, _ in await casework.published("leaks")] == ["department.defined"]
    assert [kind for kind, _ in await casework.published("leaks.new")] == ["officer.defined"]
    assert (await casework.as_("water.head").post("/officers", json=officer)).status_code == 403
