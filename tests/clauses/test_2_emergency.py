"""2/1.1.16(1): the emergency plan of level 1 - departments, checklist, minutes, and the service restored."""

from typing import Any

import pytest

from tests.clauses.desk import sees
from tests.journeys.story import GAS_LEAK, Story, at, moment
from tests.journeys.test_duties_of_the_case import breached, warned
from tests.office import Office

PLAN = "/casework/complaints/{id}/emergency-plan"


async def leak_at_night(office: Office) -> Story:
    """A gas leak is told by phone at two in the morning, and the head takes the alarm."""
    await office.advance_to(at("2026-03-03 02:00"))
    story = await Story.by_phone(office, GAS_LEAK, text="廚房燃氣洩漏，氣味很重，老人頭暈！")
    await story.as_("gas.head", "POST", "/casework/complaints/{id}/alarm/acceptance")
    return story


@pytest.mark.clause("2/1.1.16(1)")
@pytest.mark.parametrize(("started", "state"), [("02:29", "fulfilled"), ("02:30", "late")])
async def test_the_emergency_plan_is_started_within_half_an_hour_of_the_alarm(
    office: Office, started: str, state: str
) -> None:
    story = await leak_at_night(office)
    assert await story.due("emergency_plan#1") == at("2026-03-03 02:30")
    await story.until(f"2026-03-03 {started}")
    assert await warned(story, "emergency_plan") == [0.5, 0.8]  # at once, though the office sleeps
    case = await story.as_("gas.head", "POST", PLAN, departments=["gas", "water"])
    assert await story.state("emergency_plan#1") == state
    assert await breached(story, "emergency_plan") == (state == "late")
    (begun,) = await story.events("emergency_plan.started")
    assert begun["data"]["departments"] == ["gas", "water"]
    assert case["emergency_plans"][0]["departments"] == ["gas", "water"]
    titles = [one["title"]["en"] for one in case["emergency_steps"]]
    assert "Gas cut off, no open flame" in titles  # the checklist of the service
    await story.has(restoration="running")


@pytest.mark.clause("2/1.1.16(1)")
async def test_a_plan_runs_by_its_checklist_until_the_service_is_restored(office: Office) -> None:
    story = await leak_at_night(office)
    unknown = await story.refused("gas.head", PLAN, departments=["army"])
    assert (unknown.status_code, unknown.json()["errors"][0]["field"]) == (422, "departments")
    for path, body in {"minutes": MINUTES, "restoration": {"text": "無須恢復。"}}.items():
        assert (await story.refused("gas.head", f"{PLAN}/{path}", **body)).status_code == 409  # no plan runs
    case = await story.as_("gas.head", "POST", PLAN, departments=["gas"], steps=["關閥", "疏散"])
    assert (await story.refused("gas.head", PLAN, departments=["gas"])).json()["code"] == "plan_running"
    for step in case["emergency_steps"]:
        assert case["next"][0]["action"] == "emergency-plan/steps/done"
        done = f"{PLAN}/steps/{step['id']}/done"
        case = await story.as_("gas.handler", "POST", done, text=f"{step['title']}：完成。")
        assert (await story.refused("gas.handler", done, text="再做一次。")).status_code == 409
    assert [(one["text"], one["done_by"]) for one in case["emergency_steps"]] == [
        ("關閥：完成。", "gas.handler"),
        ("疏散：完成。", "gas.handler"),
    ]
    assert len(await story.events("emergency_plan.step_done")) == 2
    assert case["next"][0]["action"] == "emergency-plan/restoration"
    ahead = await story.refused("gas.head", f"{PLAN}/minutes", **MINUTES | {"held_at": "2026-03-03T05:00:00+08:00"})
    assert [one["field"] for one in ahead.json()["errors"]] == ["held_at"]
    case = await story.as_("gas.head", "POST", f"{PLAN}/minutes", **MINUTES)
    (kept,) = case["emergency_minutes"]
    assert (kept["participants"], kept["text"]) == (MINUTES["participants"], MINUTES["text"])
    assert moment(kept["at"]) == moment(MINUTES["held_at"])
    for restored_at, wrong in {
        "2026-03-03T05:00": "restored_at",
        "2026-03-03T01:00": "restored_at",
        "": "text",
    }.items():
        body = {"restored_at": f"{restored_at}:00+08:00"} if restored_at else {}
        refused = await story.refused("gas.head", f"{PLAN}/restoration", **body)
        assert (refused.status_code, [one["field"] for one in refused.json()["errors"]]) == (422, [wrong])
    await sees(office, "gas.head", story.id, ">Emergency plan<", "關閥：完成。", "馮守安, 消防", MINUTES["text"])
    await story.until("2026-03-03 04:40")
    await story.has(restoration="running")
    case = await story.as_("gas.head", "POST", f"{PLAN}/restoration", restored_at="2026-03-03T04:30:00+08:00")
    assert case["emergency_plans"][0]["restored_at"].startswith("2026-03-02T20:30:00")
    await story.has(restoration="fulfilled")
    (restored,) = await story.events("service.restored")
    assert restored["data"]["at"].startswith("2026-03-02T20:30:00")


@pytest.mark.clause("2/1.1.16(1)")
async def test_the_measures_of_level_1_are_owed_after_a_withdrawal_too(office: Office) -> None:
    story = await leak_at_night(office)
    assert (await story.act("withdraw")).json()["stage"] == "withdrawn"
    await story.has(emergency_plan="running", set_time_1="void")
    await story.until("2026-03-03 02:20")
    case = await story.as_("gas.head", "POST", PLAN, departments=["gas"])
    await story.has(emergency_plan="fulfilled", restoration="running")
    step = case["emergency_steps"][0]["id"]
    await story.as_("gas.head", "POST", f"{PLAN}/steps/{step}/done", text="已疏散。")
    await story.as_("gas.head", "POST", f"{PLAN}/restoration", text="現場檢測正常，無須恢復。")
    await story.has(restoration="fulfilled")
    assert await story.stage() == "withdrawn"
    await sees(office, "gas.head", story.id, "Nothing had to be restored", "現場檢測正常，無須恢復。")


@pytest.mark.clause("2/1.1.16(1)")
async def test_level_1_is_not_closed_without_a_plan_nor_before_the_service_is_restored(office: Office) -> None:
    story = await leak_at_night(office)
    await story.handle("acceptance")
    await story.investigated()
    await story.decided("not_upheld")
    await story.replied()
    assert "no_emergency_plan" in await _open(story)
    await story.as_("gas.head", "POST", PLAN, departments=["gas"])
    assert "service_not_restored" in await _open(story)
    case = await story.as_("gas.head", "POST", f"{PLAN}/restoration", text="現場檢測正常，無須恢復。")
    assert not {"no_emergency_plan", "service_not_restored"} & set(case["still_open"])


@pytest.mark.clause("2/1.1.16(1)")
async def test_what_a_person_lowers_owes_no_plan_and_what_never_rang_gets_none(office: Office) -> None:
    story = await leak_at_night(office)
    lowered = GAS_LEAK | {"level": 3, "importance": "ordinary", "reason": "現場無洩漏。"}
    await story.as_("gas.head", "POST", "/casework/complaints/{id}/classification", **lowered)
    await story.has(emergency_plan="void")
    quiet = await Story.by_phone(office, text="水費單看不懂。")
    assert (await quiet.refused("water.head", PLAN, departments=["water"])).json()["code"] == "not_level_1"


async def _open(story: Story) -> list[str]:
    refused = await story.refused(await story.handler(), "/casework/complaints/{id}/closing", basis="replied")
    found: list[str] = refused.json()["open"]
    return found


MINUTES: dict[str, Any] = {
    "held_at": "2026-03-03T01:59:00+08:00",
    "participants": ["馮守安", "消防"],
    "text": "先關閥，後檢測。",
}
