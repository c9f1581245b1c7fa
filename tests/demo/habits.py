"""The officers and their habits: each looks at their own queue and does what the case itself says comes next.

An officer sits down to a case for one sitting at a time: the steps up to one that somebody else has to take up.
"""

import asyncio
from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any, Final

from tests.demo import afterwards, duty
from tests.demo.clock import Clock
from tests.demo.methods import of_method
from tests.demo.place import Place, Refused
from tests.demo.samples import OFFICE, Sample
from tests.demo.words import said

Case = dict[str, Any]
PUNCTUAL: Final = ("09:10", "10:40", "14:00", "15:20", "17:10")
SLOW: Final = ("10:40", "15:20")
SLOW_ONES: Final = frozenset({"power.handler2", "sanitation.handler2", "transport.handler2"})
DEPARTMENTS: Final = ("water", "power", "gas", "sanitation", "transport", "infrastructure")
_MISSED: Final = frozenset({403, 404, 409, 422, 503})
"""Answers that an officer shrugs at: somebody was quicker, or it is not their turn."""


@dataclass
class Desk:
    """What all officers share: the office, its clock, and the script by complaint (what the story is)."""

    place: Place
    clock: Clock
    script: dict[str, Sample]
    empty: dict[tuple[str, str], int] = field(default_factory=dict)
    """Queues that were found empty, and after how many events: they stay so until there are more."""

    def story(self, complaint: str) -> str:
        """Return how the story of a complaint goes."""
        return self.script[complaint].story if complaint in self.script else "ordinary"

    async def queue(self, who: str, name: str) -> list[dict[str, Any]]:
        """Return somebody's queue as insight shows it to them."""
        if self.empty.get((who, name)) == self.clock.events:
            return []
        seen = self.clock.events
        found: list[dict[str, Any]] = (await self.place.as_(who, "GET", f"/insight/queues/{name}", limit=500))["items"]
        if not found:
            self.empty[who, name] = seen
        return found

    async def tries(self, who: str, path: str, body: Any = None, method: str = "POST") -> Any:
        """Act where it may have become impossible meanwhile; return None then."""
        try:
            return await self.place.as_(who, method, path, body or {})
        except Refused as refusal:
            if refusal.answer.status_code not in _MISSED:
                raise
            return None


# --- the clerk: checks the scope and registers -----------------------------------------------------------------------


async def clerk(desk: Desk, who: str) -> None:
    """Work off the scope checks; one letter lies under a pile until the day after it should have been registered."""
    for item in await desk.queue(who, "scope_check"):
        sample, waited = desk.script.get(item["id"]), _age(desk, item)
        if sample is None or (sample.story == "late_registered" and waited < timedelta(days=3, hours=6)):
            continue
        labels = sample.expected or await _proposed(desk, who, item["id"])
        act = "refusal" if "refusal" in labels else "registration"
        await desk.tries(who, f"/intake/complaints/{item['id']}/{act}", labels.get("refusal", labels))
    for letter in await desk.place.as_(who, "GET", "/reply/print-queue"):
        proof = {"proof": "posting_record", "text": "R 0000 0000"}
        await desk.tries(who, f"/reply/letters/{letter['letter']}/delivery", proof)


async def _proposed(desk: Desk, who: str, complaint: str) -> dict[str, Any]:
    """Return the classifier's labels where it has any, else a refusal: for messages that nobody has labelled."""
    proposal = (await desk.place.as_(who, "GET", f"/intake/complaints/{complaint}"))["proposal"] or {}
    names = ("service", "topic_code", "nature", "kind")
    if not proposal.get("in_scope") or not all(proposal.get(name) for name in names):
        return {"refusal": {"reason": "out_of_scope", "where_to_turn": "city_hotline"}}
    level = {"level": proposal.get("level") or 3} if proposal["kind"] == "complaint" else {}
    return {name: proposal[name] for name in names} | level


# --- the handler ------------------------------------------------------------------------------------------------------


async def handler(desk: Desk, who: str) -> None:
    """Answer what others ask, sit down to each of the own cases once; then look at what colleagues have written."""
    await duty.answer_others(desk, who)
    for item in await desk.queue(who, "mine"):
        if _waits(desk, item):
            continue
        try:
            await _sitting(desk, who, item["id"])
        except Refused as refusal:
            if refusal.answer.status_code not in _MISSED:
                raise
    await look_at_letters(desk, who)


def _waits(desk: Desk, item: dict[str, Any]) -> bool:
    """Say whether the case is left lying today: a slow one for a week, an extended one while the laboratory works."""
    story, age = desk.story(item["id"]), _age(desk, item)
    left = {"slow": timedelta(days=7), "urged_office": timedelta(days=4), "urged": timedelta(days=3, hours=12)}
    return item["accepted"] and item["stage"] == "assigned" and age < left.get(story, timedelta())


def _age(desk: Desk, item: dict[str, Any]) -> timedelta:
    return desk.clock.now - datetime.fromisoformat(item["received_at"])


Step = Callable[[Desk, str, Case], Awaitable[Case | None]]
"""A step answers with the case after it; None ends the sitting."""


async def _sitting(desk: Desk, who: str, complaint: str) -> None:
    case: Case | None = await desk.place.as_(who, "GET", f"/casework/complaints/{complaint}")
    for _ in range(12):
        if case is None or case["officer"] != who:
            return
        action = next((one["action"] for one in case["next"] if one["action"] in STEPS), None)
        if action is None:
            return
        case = await STEPS[action](desk, who, case)


def _on_case(path: str, body: Callable[[Desk, str, Case], dict[str, Any]], *, last: bool = False) -> Step:
    async def step(desk: Desk, who: str, case: Case) -> Case | None:
        after: Case = await desk.place.as_(
            who, "POST", f"/casework/complaints/{case['id']}/{path}", body(desk, who, case)
        )
        return None if last else after

    return step


async def _accept(desk: Desk, who: str, case: Case) -> Case | None:
    """The case is taken on, and followed up at once by phone where there is one (6/3.4.6)."""
    place = f"/casework/complaints/{case['id']}"
    await desk.place.as_(who, "POST", f"{place}/acceptance", {})
    way = "phone" if "phone" in case["reachable"] else "look"
    follow_up = {"way": way, "finding": "in_progress", "text": said("follow_up", case)}
    after: Case = await desk.place.as_(who, "POST", f"{place}/follow-ups", follow_up)
    if desk.story(case["id"]) == "extended":
        until = (desk.clock.now.astimezone(OFFICE) + timedelta(days=12)).date().isoformat()
        more = {"until": until, "reason": said("extension", case)}
        await desk.tries(who, f"/reply/complaints/{case['id']}/extensions", more)
    return after


async def _answer_urging(desk: Desk, who: str, case: Case) -> Case | None:
    after: Case | None = case
    for urging in case["urgings"]:
        if not urging.get("answered_at") and not urging.get("ended_at"):
            path = f"/casework/complaints/{case['id']}/urgings/{urging['id']}/answer"
            after = await desk.tries(who, path, {"text": said("urging", case)}) or after
    return after if after and after["next"] != case["next"] else None


async def _collect_and_end(desk: Desk, who: str, case: Case) -> Case | None:
    place = f"/casework/complaints/{case['id']}/investigation"
    begins = desk.clock.now.isoformat()
    if not case["investigation"]["sessions"] or case["next"][0]["action"] == "investigation/sessions":
        session = {"method": _method(case), "at": begins, "place": said("place", case)}
        words = {"participants": [who, "示例工程隊"], "content": said("session", case)}
        await desk.place.as_(
            who, "POST", f"{place}/sessions", session | words | of_method(session["method"], case, begins)
        )
        evidence = {"kind": "document", "title": said("evidence", case), "text": said("session", case)}
        await desk.place.as_(who, "POST", f"{place}/evidence", evidence)
        if _lot(case, 6) == 0:
            await duty.ask_others(desk, who, case)
    after: Case = await desk.place.as_(who, "POST", f"{place}/end", {})
    return after


def _method(case: Case) -> str:
    methods = ("on_site", "documents", "technical_test", "expert", "data")
    return methods[_lot(case, len(methods))]


def _lot(case: Case, of: int) -> int:
    """Return a number below ``of`` that a complaint always draws: chance that can be repeated."""
    return sum(map(ord, case["number"])) * 7 % of


async def _propose(desk: Desk, who: str, case: Case) -> Case | None:
    outcomes = ("upheld", "upheld", "partly_upheld", "not_upheld", "upheld", "not_established")
    outcome = outcomes[_lot(case, len(outcomes))]
    opinion = {"outcome": outcome, "text": said(f"opinion.{outcome}", case), "legal_basis": said("law", case)}
    found = case["investigation"]
    opinion["evidence"] = [one["id"] for one in (*found["evidence"], *found["sessions"])]
    after: Case = await desk.place.as_(who, "POST", f"/casework/complaints/{case['id']}/opinion", opinion)
    if case["kind"] == "complaint" and case["level"] in (1, 2):
        return None  # the head determines it
    return after


async def _measure(desk: Desk, who: str, case: Case) -> Case | None:
    due = (desk.clock.now.astimezone(OFFICE) + timedelta(days=5)).date().isoformat()
    body = {"text": said("measure", case), "expectation": said("expected", case), "owner": who, "due_on": due}
    after: Case = await desk.place.as_(who, "POST", f"/casework/complaints/{case['id']}/measures", body)
    return after


async def _finish_measures(desk: Desk, who: str, case: Case) -> Case | None:
    after: Case | None = case
    for measure in case["measures"]:
        if measure.get("done_at") or measure.get("handed_over_at"):
            continue
        place = f"/casework/complaints/{case['id']}/measures/{measure['id']}"
        if _lot(case, 5) == 0:
            later = (desk.clock.now.astimezone(OFFICE) + timedelta(days=30)).date().isoformat()
            after = await desk.tries(who, f"{place}/handover", {"due_on": later}) or after
        else:
            after = await desk.tries(who, f"{place}/done", {"text": said("done", case)}) or after
    return after if after and after["next"] != case["next"] else None


async def _write(desk: Desk, who: str, case: Case) -> Case | None:
    """Draft and submit the reply, send it when it is signed, tell the result by phone meanwhile."""
    letters = await desk.place.as_(who, "GET", f"/reply/complaints/{case['id']}")
    for step in letters["next"]:
        match step["action"]:
            case "draft":
                draft = await desk.tries(who, f"/reply/complaints/{case['id']}/letters", {"purpose": "reply"})
                if draft:
                    await _answer(desk, who, case, draft)
                    await desk.tries(who, f"/reply/letters/{draft['id']}/submission")
            case "answer":
                draft = await desk.place.as_(who, "GET", f"/reply/letters/{step['letter']}")
                await _answer(desk, who, case, draft)
            case "submit":
                await desk.tries(who, f"/reply/letters/{step['letter']}/submission")
            case "send":
                await desk.tries(who, f"/reply/letters/{step['letter']}/sending")
            case "tell_result" if "phone" in letters["ways"]["notice"]:
                notice = {"way": "phone", "text": said("notice", case)}
                await desk.tries(who, f"/reply/complaints/{case['id']}/result-notices", notice)
            case "tell_extension" | "give_preliminary_opinion":
                await _extension(desk, who, case, step, letters)
    return None


async def _answer(desk: Desk, who: str, case: Case, letter: dict[str, Any]) -> None:
    """Answer each matter with what the case has found; now and then one cannot be established (5/1.1)."""
    found = [one["id"] for part in ("evidence", "sessions") for one in case["investigation"][part]]
    for matter in letter["matters"]:
        if matter["state"] != "open":
            continue
        known = bool(found) and (matter["position"] == 1 or (_lot(case, 7) + matter["position"]) % 5 > 0)
        body = {"answer": said("answer" if known else "unknown", case), "established": known}
        body["evidence"] = found[:2] if known else []
        await desk.tries(who, f"/reply/letters/{letter['id']}/matters/{matter['id']}", body, method="PUT")


async def _extension(desk: Desk, who: str, case: Case, step: dict[str, Any], letters: dict[str, Any]) -> None:
    part, words = {
        "tell_extension": ("notice", "extension"),
        "give_preliminary_opinion": ("preliminary-opinion", "preliminary"),
    }[step["action"]]
    body = {"way": letters["ways"]["notice"][0], "text": said(words, case)}
    await desk.tries(who, f"/reply/extensions/{step['extension']}/{part}", body)


async def _close(desk: Desk, who: str, case: Case) -> Case | None:
    body = {"basis": case["fitting_bases"][0]}
    await desk.tries(who, f"/casework/complaints/{case['id']}/closing", body)
    return None


def _plan_of(desk: Desk, who: str, case: Case) -> dict[str, Any]:
    begins = desk.clock.now.isoformat()
    place, questions = said("place", case), said("questions", case)
    return {"investigators": [who], "begins_at": begins, "place": place, "questions": questions}


STEPS: Final[dict[str, Step]] = {
    "findings/note": afterwards.read_findings,
    "emergency-plan": _on_case("emergency-plan", duty.plan),
    "emergency-plan/steps/done": duty.do_steps,
    "emergency-plan/restoration": _on_case("emergency-plan/restoration", duty.restored),
    "acceptance": _accept,
    "urgings/answer": _answer_urging,
    "investigation/plan": _on_case("investigation/plan", _plan_of),
    "investigation/start": _on_case("investigation/start", lambda desk, who, case: {}, last=True),
    "investigation/sessions": _collect_and_end,
    "investigation/evidence": _collect_and_end,
    "investigation/end": _collect_and_end,
    "investigation/report": _on_case("investigation/report", lambda desk, who, case: {"text": said("report", case)}),
    "cause": _on_case(
        "cause",
        lambda desk, who, case: {
            "cause": ("service_quality", "product", "policy")[_lot(case, 3)],
            "root": said("root", case),
            "text": said("report", case),
        },
    ),
    "opinion": _propose,
    "opinion/determination": _on_case("opinion/determination", lambda desk, who, case: {}, last=True),
    "measures": _measure,
    "letter": _write,
    "measures/done": _finish_measures,
    "accountability": _on_case(
        "accountability", lambda desk, who, case: {"at_fault": _lot(case, 4) == 0, "text": said("account", case)}
    ),
    "closing": _close,
}
"""What a handler can do, by the action that a case names as next."""


# --- letters, heads, the complaints department, the archive -----------------------------------------------------------


async def look_at_letters(desk: Desk, who: str) -> None:
    """Check or sign what waits in the department, where one may: the author never, a signer who is not the checker."""
    head = who.endswith(".head") or who == "director"
    for item in await desk.queue(who, "to_sign"):
        try:
            letters = await desk.place.as_(who, "GET", f"/reply/complaints/{item['id']}")
        except Refused:
            continue
        for step in letters["next"]:
            if step["action"] == "sign" and head:
                await desk.tries(who, f"/reply/letters/{step['letter']}/signature")
            if step["action"] == "check" and not head:
                await desk.tries(who, f"/reply/letters/{step['letter']}/check")


async def head(desk: Desk, who: str) -> None:
    """Determine opinions, grant extensions, sign; and the own cases."""
    for item in await desk.queue(who, "department"):
        if item["stage"] == "investigating":
            case = await desk.place.as_(who, "GET", f"/casework/complaints/{item['id']}")
            if any(one["action"] == "opinion/determination" for one in case["next"]) and case["officer"] != who:
                await desk.tries(who, f"/casework/complaints/{item['id']}/opinion/determination")
        if desk.story(item["id"]) == "extended":
            for step in (await desk.place.as_(who, "GET", f"/reply/complaints/{item['id']}"))["next"]:
                if step["action"] == "decide_extension":
                    await desk.tries(who, f"/reply/extensions/{step['extension']}/approval")
        if desk.story(item["id"]) == "extended":
            await _keep_the_extension(desk, item)
    await handler(desk, who)


async def _keep_the_extension(desk: Desk, item: dict[str, Any]) -> None:
    """The officer tells of the extension and gives the preliminary opinion as soon as it is approved (5/3.4)."""
    who = item["officer"]
    if not who:
        return
    case = await desk.place.as_(who, "GET", f"/casework/complaints/{item['id']}")
    letters = await desk.place.as_(who, "GET", f"/reply/complaints/{item['id']}")
    for step in letters["next"]:
        if step["action"] in {"tell_extension", "give_preliminary_opinion"}:
            await _extension(desk, who, case, step, letters)


async def supervisor(desk: Desk, who: str) -> None:
    """Each morning: urge what is overdue or was promised attention; look oneself at what nobody has followed up."""
    for item in await desk.queue(who, "breached"):
        if item["stage"] not in {"assigned", "investigating", "decided"}:
            continue
        if item["next_due"] and item["next_due"]["duty"].startswith("first_follow_up"):
            look = {"way": "look", "finding": "slow", "text": said("follow_up", {"language": "zh-Hant"})}
            await desk.tries(who, f"/casework/complaints/{item['id']}/follow-ups", look)
        if desk.story(item["id"]) in {"slow", "urged_office"}:
            await desk.tries(who, f"/casework/complaints/{item['id']}/urgings", {})
    await look_at_letters(desk, who)


async def archivist(desk: Desk, who: str) -> None:
    """Accept the complete volumes once a day; give back what lacks something, once."""
    found = await desk.place.as_(who, "GET", "/archive/files", state="collected", limit=500)
    whole = [one["id"] for one in found["items"] if one["complete"]]
    if whole:
        await desk.place.as_(who, "POST", "/archive/acceptances", {"ids": whole})


ROUNDS: Final[dict[str, dict[Callable[[Desk, str], Awaitable[None]], tuple[str, ...]]]] = {
    "09:10": {clerk: ("operator1",), supervisor: ("complaints.head",)},
    "09:30": {head: tuple(f"{one}.head" for one in DEPARTMENTS)},
    "10:40": {clerk: ("operator1",)},
    "11:30": {head: tuple(f"{one}.head" for one in DEPARTMENTS)},
    "14:00": {clerk: ("operator2",), afterwards.visitor: ("operator2",), afterwards.reviewer: ("reviewer1",)},
    "15:20": {head: tuple(f"{one}.head" for one in DEPARTMENTS)},
    "16:40": {
        archivist: ("archivist1",),
        supervisor: ("director",),
        afterwards.sign_reviews: ("director",),
        afterwards.promise_keeper: ("complaints.head",),
        afterwards.answer_suggestions: tuple(f"{one}.head" for one in DEPARTMENTS),
    },
    "17:10": {clerk: ("operator1",), head: tuple(f"{one}.head" for one in DEPARTMENTS)},
}
"""Who goes to work when on a working day, beside the handlers."""


async def work(desk: Desk, at: str) -> None:
    """Everybody whose hour it is works, each at their own desk, all at once."""
    busy = [habit(desk, who) for habit, people in ROUNDS.get(at, {}).items() for who in people]
    for department in DEPARTMENTS:
        for who in (f"{department}.handler", f"{department}.handler2"):
            busy += [handler(desk, who)] if at in (SLOW if who in SLOW_ONES else PUNCTUAL) else []
    await asyncio.gather(*busy)
