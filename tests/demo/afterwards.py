"""After the reply: findings are read, visits made, promises kept, reviews decided, suggestions answered."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

from tests.demo.place import Refused
from tests.demo.words import said

if TYPE_CHECKING:
    from tests.demo.habits import Case, Desk

_QUESTIONS: Final = ("solved", "speed", "attitude", "reply")


async def read_findings(desk: Desk, who: str, case: Case) -> Case | None:
    """The handler reads what others have found out (6/3.4.8(1))."""
    after: Case | None = case
    for one in case["follow_ups"]:
        if one["passed_on_at"] and not one["noted_at"]:
            path = f"/casework/complaints/{case['id']}/follow-ups/{one['id']}/note"
            after = await desk.tries(who, path) or after
    return after if after and after["next"] != case["next"] else None


async def visitor(desk: Desk, who: str) -> None:
    """Make the return visits that are due (3/5.2): most are solved; some cannot be reached, twice."""
    for visit in await desk.place.as_(who, "GET", "/reply/visits"):
        lot = sum(map(ord, visit["number"])) % 7
        path, words = f"/reply/visits/{visit['id']}", said("visit", {"language": "zh-Hant"})
        if lot == 6:
            for _ in range(2):
                await desk.tries(who, f"{path}/attempts", {"way": "phone", "text": words})
            await desk.tries(who, f"{path}/impossibility", {"reason": "not_reached", "text": words})
            continue
        score = 1 if lot == 5 else 3 + lot % 3
        body = {"way": "phone", "solved": lot != 5, "score": score, "text": words}
        await desk.tries(who, f"{path}/result", body | {"questions": dict.fromkeys(_QUESTIONS, score)})


async def promise_keeper(desk: Desk, who: str) -> None:
    """Promise a call back on what is late, and keep what was promised by today."""
    for item in (await desk.queue(who, "breached"))[:3]:
        try:
            case = await desk.place.as_(who, "GET", f"/casework/complaints/{item['id']}")
        except Refused:
            continue
        place, today = f"/casework/complaints/{item['id']}/promises", desk.clock.now.date().isoformat()
        if not case["promises"]:
            body = {"what": "call_back", "due_on": today, "text": said("promise", case)}
            await desk.tries(who, place, body)
        for one in case["promises"]:
            if not one["kept_at"] and one["due_on"] <= today:
                await desk.tries(who, f"{place}/{one['id']}/kept", {"text": said("promise", case)})


async def reviewer(desk: Desk, who: str) -> None:
    """Take on and decide the reviews of the company: that of a refusal stands, the other one not (4/5.2.10(2))."""
    for review in await desk.place.as_(who, "GET", "/reply/reviews"):
        path = f"/reply/reviews/{review['id']}"
        if review["reviewer"] is None and await desk.tries(who, f"{path}/assignment", {}) is None:
            continue
        if review["result"] is None:
            result = "overturned" if desk.story(review["complaint"]) == "review" else "upheld"
            body = {"result": result, "reasons": desk.written("review", review["complaint"])}
            await desk.tries(who, f"{path}/decision", body)


async def sign_reviews(desk: Desk, who: str) -> None:
    """The next higher department checks, signs and sends the letters of its reviews."""
    for review in await desk.place.as_(who, "GET", "/reply/reviews"):
        if review["result"] is None:
            continue
        letters = (await desk.place.as_(who, "GET", f"/reply/complaints/{review['complaint']}"))["letters"]
        for letter in (one for one in letters if one["purpose"] == "review_decision"):
            await _bring_out(desk, who, letter)


async def _bring_out(desk: Desk, who: str, letter: dict[str, Any]) -> None:
    path = f"/reply/letters/{letter['id']}"
    if letter["state"] == "submitted":
        await desk.tries("complaints.head", f"{path}/check")
    if letter["state"] in {"submitted", "checked"}:
        await desk.tries(who, f"{path}/signature")
    if letter["state"] in {"submitted", "checked", "signed"}:
        await desk.tries(who, f"{path}/sending")


async def answer_suggestions(desk: Desk, who: str) -> None:
    """Tell what became of a suggestion as soon as it is acknowledged (6/3.4.2(1))."""
    for item in await desk.queue(who, "department"):
        if item["kind"] != "suggestion" or item["stage"] not in {"decided", "replied"}:
            continue
        letters = await desk.place.as_(who, "GET", f"/reply/complaints/{item['id']}")
        if letters["suggestion"] is None and item["stage"] == "replied":
            way = letters["ways"]["notice"][0]
            body = {"outcome": "partly_adopted", "way": way, "text": desk.written("suggestion", item["id"])}
            await desk.tries(who, f"/reply/complaints/{item['id']}/suggestion-outcome", body)
