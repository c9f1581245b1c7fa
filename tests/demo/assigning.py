"""Whose it is, and under which labels: disputes and their arbiter, handing over, re-dispatch, corrections, pauses."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import TYPE_CHECKING, Any, Final

from tests.demo.words import said

if TYPE_CHECKING:
    from tests.demo.habits import Case, Desk

_OUGHT: Final = {"disputed": "power", "disputed_in_vain": "water"}
"""The department that should have it, as the disputing one sees it, by story."""
_LABELS: Final = ("service", "topic_code", "nature", "kind", "level", "importance", "urgent")


async def disputes(desk: Desk, who: str, case: Case) -> bool:
    """Say that another department is responsible, before accepting it (6/3.4.2(2)); say whether it was said."""
    ought = _OUGHT.get(desk.story(case["id"]))
    if ought is None or case["disputes"]:
        return False
    body = {"department": ought, "reason": said("not_ours", case)}
    return await desk.tries(who, f"/casework/complaints/{case['id']}/dispute", body) is not None


async def arbiter(desk: Desk, who: str) -> None:
    """Decide each dispute, with a reason, within four working hours (6/3.4.2(2))."""
    for one in await desk.place.as_(who, "GET", "/casework/disputes"):
        upheld = desk.story(one["complaint"]) != "disputed_in_vain"
        body = {"department": one["department"] if upheld else one["from_department"]}
        body["reason"] = said("decided", {"language": "zh-Hant"})
        await desk.tries(who, f"/casework/complaints/{one['complaint']}/dispute/decision", body)


async def redispatch(desk: Desk, who: str) -> None:
    """Take what nobody accepts to somebody else of the department (6/3.4.3(2))."""
    for item in await desk.queue(who, "unaccepted"):
        if desk.story(item["id"]) == "redispatched" and item["id"] not in desk.redispatched:
            body = {"department": item["department"], "officer": _colleague(item["officer"])}
            body["reason"] = said("redispatch", {"language": "zh-Hant"})
            if await desk.tries(who, f"/casework/complaints/{item['id']}/assignment", body):
                desk.redispatched.add(item["id"])


async def after_acceptance(desk: Desk, who: str, case: Case) -> Case | None:
    """Some go to a colleague, of some the labels are put right (2/1.1.14(1)); most stay as they are."""
    place = f"/casework/complaints/{case['id']}"
    story = desk.story(case["id"])
    if story == "handed_over" and all(one["how"] != "handed_over" for one in case["assignments"]):
        body = {"officer": _colleague(who), "reason": said("hand_over", case)}
        await desk.tries(who, f"{place}/handover", body)
        return None
    if story == "relabelled" and not case["reclassifications"]:
        found = {"level": 2, "extent": "neighbourhood", "people_affected": 60}
        return await relabel(desk, who, case, found, "raised")
    return case


def _colleague(who: str) -> str:
    return who.removesuffix("2") if who.endswith("2") else f"{who}2"


async def relabel(desk: Desk, who: str, case: Case, found: dict[str, Any], why: str) -> Case | None:
    """A person changes the labels, with a reason: the clocks are recomputed from the history."""
    body = {name: case[name] for name in _LABELS} | found | {"reason": said(why, case)}
    changed: Case | None = await desk.tries(who, f"/casework/complaints/{case['id']}/classification", body)
    return changed


async def start(desk: Desk, who: str, case: Case) -> Case | None:
    """Start the investigation; where a laboratory has to test first, the clocks stand still (policy, pauses)."""
    place = f"/casework/complaints/{case['id']}"
    if desk.story(case["id"]) == "paused" and not case["pauses"]:
        await desk.tries(who, f"{place}/pause", {"reason": "outside_test"})
        return None
    await desk.place.as_(who, "POST", f"{place}/investigation/start", {})
    return None


async def resume(desk: Desk, who: str, case: Case) -> Case | None:
    """After two days the laboratory has answered: the clocks run on."""
    since = min(datetime.fromisoformat(one["at"]) for one in case["pauses"] if not one["resumed_at"])
    if desk.clock.now - since < timedelta(days=2):
        return None
    resumed: Case | None = await desk.tries(who, f"/casework/complaints/{case['id']}/resumption", {})
    return resumed
