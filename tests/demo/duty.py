"""Those on duty and what they do about danger: roster, alarm, emergency plan; and what others ask of one."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import TYPE_CHECKING, Any, Final

from tests.demo import assigning
from tests.demo.place import Refused
from tests.demo.samples import OFFICE
from tests.demo.words import named

if TYPE_CHECKING:
    from tests.demo.habits import Case, Desk

_WEEK: Final = timedelta(days=7)
_SERVICES: Final = ("water", "power", "gas", "sanitation", "transport", "infrastructure")


async def roster(desk: Desk, begins: datetime, days: int) -> None:
    """Enter who is on duty, week by week, with a deputy; and who is on call."""
    pairs = (("operator1", "operator2"), ("operator2", "operator1"))
    for week in range(days // 7 + 1):
        officer, deputy = pairs[week % 2]
        span = {"begins_at": (begins + week * _WEEK).isoformat(), "ends_at": (begins + (week + 1) * _WEEK).isoformat()}
        await desk.tries("complaints.head", "/casework/roster", span | {"officer": officer, "deputy": deputy})
        on_call = {"kind": "on_call", "officer": f"{_SERVICES[week % 6]}.handler"}
        await desk.tries("complaints.head", "/casework/roster", span | on_call)


async def on_duty(desk: Desk, who: str) -> None:
    """Take what rings, and start the emergency plan: day and night somebody is on duty."""
    for alarm in await desk.place.as_(who, "GET", "/casework/alarms"):
        place = f"/casework/complaints/{alarm['complaint']}"
        case = await desk.tries(who, f"{place}/alarm/acceptance")
        if case and desk.story(case["id"]) == "false_alarm":
            await assigning.relabel(desk, who, case, {"level": 3, "importance": "ordinary", "urgent": False}, "lowered")
            continue
        if case and case["stage"] == "received" and await _is_harmless(desk, who, case):
            continue
        if case and not case["emergency_plans"] and case["level"] in (None, 1):
            await desk.tries(who, f"{place}/emergency-plan", plan(desk, who, case))


async def _is_harmless(desk: Desk, who: str, case: Case) -> bool:
    """Call back; where there is no danger, the person registers it at its true level. Say whether that was so."""
    labels = desk.script[case["id"]].expected if case["id"] in desk.script else None
    if labels is None or "refusal" in labels or labels.get("level") == 1:
        return False
    return await desk.tries(who, f"/intake/complaints/{case['id']}/registration", labels) is not None


def plan(_: Desk, __: str, case: Case) -> dict[str, Any]:
    """The department of the case, and the one that leads."""
    return {"departments": sorted({case["department"] or "complaints", "complaints"})}


async def do_steps(desk: Desk, who: str, case: Case) -> Case | None:
    """The checklist is worked off, what was agreed is written down, and the service runs again."""
    place, after = f"/casework/complaints/{case['id']}/emergency-plan", case
    for step in case["emergency_steps"]:
        if not step.get("done_at"):
            done = {"text": "已按清單完成。"}
            after = await desk.tries(who, f"{place}/steps/{step['id']}/done", done) or after
    minutes = {
        "held_at": desk.clock.now.isoformat(),
        "participants": [named(who, case), "現場指揮"],
        "text": "先排險，後恢復。",
    }
    return await desk.tries(who, f"{place}/minutes", minutes) or after


def restored(desk: Desk, _: str, __: Case) -> dict[str, Any]:
    """Since now."""
    return {"restored_at": desk.clock.now.isoformat()}


async def ask_others(desk: Desk, who: str, case: Case) -> None:
    """Ask another department what it knows, by the day after tomorrow (4/5.2.8(1))."""
    own = case["department"]
    others = [one for one in _SERVICES if one != own]
    due = (desk.clock.now.astimezone(OFFICE) + timedelta(days=2)).date().isoformat()
    asked = {"department": others[len(case["number"]) % len(others)], "due_on": due}
    path = f"/casework/complaints/{case['id']}/sub-tasks"
    await desk.tries(who, path, asked | {"question": "當日該處有否施工或停電？"})


async def answer_others(desk: Desk, who: str) -> None:
    """Answer what other departments ask of one's own."""
    try:
        asked = await desk.place.as_(who, "GET", "/casework/sub-tasks")
    except Refused:
        return
    for one in asked:
        path = f"/casework/complaints/{one['complaint']}/sub-tasks/{one['id']}/answer"
        await desk.tries(who, path, {"text": "當日該處沒有施工，也沒有停電。"})
