"""The officers and their habits: each looks at their own queue and does what the case itself says comes next.

An officer sits down to a case for one sitting at a time: the steps up to one that somebody else has to take up.
"""

import asyncio
from collections import Counter
from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any, Final

from tests.demo import afterwards, assigning, duty, schedule, together, writing
from tests.demo.caller import picture
from tests.demo.clock import Clock
from tests.demo.methods import of_method
from tests.demo.place import Place, Refused
from tests.demo.samples import FIRST_DAY, OFFICE, Sample
from tests.demo.together import Incident
from tests.demo.words import lot, named, said

Case = dict[str, Any]
PUNCTUAL: Final = ("09:10", "10:40", "14:00", "15:20", "17:10")
SLOW: Final = ("10:40", "15:20")
SLOW_ONES: Final = frozenset({"power.handler2", "sanitation.handler2", "transport.handler2"})
DEPARTMENTS: Final = ("water", "power", "gas", "sanitation", "transport", "infrastructure")
_PAGE: Final = 1000
_LEFT_LYING: Final = {
    "slow": timedelta(days=7),
    "urged_office": timedelta(days=4),
    "urged": timedelta(days=3, hours=12),
}
"""How long after its receipt a case is left as it was accepted, by story."""
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
    news: Counter[str] = field(default_factory=Counter)
    """How much has happened to each complaint, by its owners' journals."""
    heard: Counter[str] = field(default_factory=Counter)
    looked: dict[tuple[str, str, str], int] = field(default_factory=dict)
    """Who has looked at which complaint for what, and after how much news of it."""
    incident: Incident = field(default_factory=Incident)
    redispatched: set[str] = field(default_factory=set)
    """Complaints that a supervisor has taken to somebody else."""
    sent_back: set[str] = field(default_factory=set)
    """Complaints whose letter a checker has sent back to its author."""
    returned: dict[str, str] = field(default_factory=dict)
    """Files that the archivist gave back, by complaint."""

    @property
    def day(self) -> int:
        """Return the day of the month, the first is 1."""
        return (self.clock.now.astimezone(OFFICE).date() - FIRST_DAY.date()).days + 1

    def story(self, complaint: str) -> str:
        """Return how the story of a complaint goes."""
        return self.script[complaint].story if complaint in self.script else "ordinary"

    def written(self, what: str, complaint: str) -> str:
        """Return what an officer writes to whoever complained, in their language."""
        return said(what, self.script[complaint].body if complaint in self.script else {})

    async def queue(self, who: str, name: str) -> list[dict[str, Any]]:
        """Return somebody's queue as insight shows it to them."""
        if self.empty.get((who, name)) == self.clock.events:
            return []
        seen = self.clock.events
        found: list[dict[str, Any]] = (await self.place.as_(who, "GET", f"/insight/queues/{name}", limit=500))["items"]
        if not found:
            self.empty[who, name] = seen
        return found

    async def hear_news(self) -> None:
        """Read on in the journals: people look again only where something has happened."""
        for service in ("intake", "casework", "reply", "archive"):
            page = None
            while page is None or len(page) == _PAGE:
                after = self.heard[service]
                page = await self.place.as_("director", "GET", f"/{service}/events", after=after, limit=_PAGE)
                self.heard[service] += len(page)
                self.news.update(one["subject"] for one in page)

    def is_news(self, who: str, what: str, complaint: str) -> bool:
        """Say whether something has happened to a complaint since somebody last looked at it for this."""
        known, self.looked[who, what, complaint] = self.looked.get((who, what, complaint)), self.news[complaint]
        return known != self.news[complaint]

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
        if _waits(desk, item) or not (desk.is_news(who, "case", item["id"]) or desk.story(item["id"]) == "paused"):
            continue
        try:
            await _sitting(desk, who, item["id"])
        except Refused as refusal:
            desk.looked.pop((who, "case", item["id"]))
            if refusal.answer.status_code not in _MISSED:
                raise
    await writing.look_at_letters(desk, who)


def _waits(desk: Desk, item: dict[str, Any]) -> bool:
    """Say whether the case is left lying today: a slow one for a week, an extended one while the laboratory works."""
    story, age = desk.story(item["id"]), _age(desk, item)
    if story == "redispatched":  # whoever has it first does not even accept it
        return item["id"] not in desk.redispatched
    return item["accepted"] and item["stage"] == "assigned" and age < _LEFT_LYING.get(story, timedelta())


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
        if action is None or desk.incident.leaves_to_leading(complaint, action):
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
    """The case is taken on, and followed up at once: by phone where there is one, some at the place (6/3.4.6)."""
    place = f"/casework/complaints/{case['id']}"
    if await assigning.disputes(desk, who, case):
        return None
    await desk.place.as_(who, "POST", f"{place}/acceptance", {})
    await together.hint(desk, who, case)
    way = "on_site" if lot(case, 9) == 0 else "phone" if "phone" in case["reachable"] else "look"
    follow_up = {"way": way, "finding": "in_progress", "text": said("follow_up", case)}
    after: Case = await desk.place.as_(who, "POST", f"{place}/follow-ups", follow_up)
    if desk.story(case["id"]) == "extended":
        until = (desk.clock.now.astimezone(OFFICE) + timedelta(days=12)).date().isoformat()
        more = {"until": until, "reason": said("extension", case)}
        await desk.tries(who, f"/reply/complaints/{case['id']}/extensions", more)
    if desk.story(case["id"]) in _LEFT_LYING:
        return None
    return await assigning.after_acceptance(desk, who, after)


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
        words = {"participants": [named(who, case), "示例工程隊"], "content": said("session", case)}
        await desk.place.as_(
            who, "POST", f"{place}/sessions", session | words | of_method(session["method"], case, begins)
        )
        evidence = {"kind": "document", "title": said("evidence", case), "text": said("session", case)}
        await desk.place.as_(who, "POST", f"{place}/evidence", evidence)
        if lot(case, 5) == 1:
            photo = await desk.place.attach(who, "photo.png", picture(), case["id"])
            shown = {"kind": "photo", "title": said("evidence", case), "attachment": photo}
            await desk.place.as_(who, "POST", f"{place}/evidence", shown)
        if lot(case, 6) == 0:
            await duty.ask_others(desk, who, case)
    after: Case = await desk.place.as_(who, "POST", f"{place}/end", {})
    return after


def _method(case: Case) -> str:
    methods = ("on_site", "documents", "technical_test", "expert", "data")
    return methods[lot(case, len(methods))]


async def _propose(desk: Desk, who: str, case: Case) -> Case | None:
    outcomes = ("upheld", "upheld", "partly_upheld", "not_upheld", "upheld", "not_established")
    outcome = outcomes[lot(case, len(outcomes))]
    opinion: dict[str, Any] = {
        "outcome": outcome,
        "text": said(f"opinion.{outcome}", case),
        "legal_basis": said("law", case),
    }
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
        if lot(case, 5) == 0:
            later = (desk.clock.now.astimezone(OFFICE) + timedelta(days=30)).date().isoformat()
            after = await desk.tries(who, f"{place}/handover", {"due_on": later}) or after
        else:
            after = await desk.tries(who, f"{place}/done", {"text": said("done", case)}) or after
    return after if after and after["next"] != case["next"] else None


async def _complete(desk: Desk, who: str, case: Case) -> Case | None:
    """What the archivist missed is added, and the file collected anew (10/5.2.7)."""
    file = desk.returned.pop(case["id"], None)
    if file is not None:
        await desk.place.attach(who, "scan.png", picture(), case["id"])
        await desk.tries(who, f"/archive/files/{file}/collection")
    return None


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
    "resumption": assigning.resume,
    "investigation/plan": _on_case("investigation/plan", _plan_of),
    "investigation/start": assigning.start,
    "investigation/sessions": _collect_and_end,
    "investigation/evidence": _collect_and_end,
    "investigation/end": _collect_and_end,
    "investigation/report": _on_case("investigation/report", lambda desk, who, case: {"text": said("report", case)}),
    "cause": _on_case(
        "cause",
        lambda desk, who, case: {
            "cause": ("service_quality", "product", "policy")[lot(case, 3)],
            "root": said("root", case),
            "text": said("report", case),
        },
    ),
    "opinion": _propose,
    "opinion/determination": _on_case("opinion/determination", lambda desk, who, case: {}, last=True),
    "measures": _measure,
    "letter": writing.write,
    "measures/done": _finish_measures,
    "accountability": _on_case(
        "accountability", lambda desk, who, case: {"at_fault": lot(case, 4) == 0, "text": said("account", case)}
    ),
    "closing": _close,
    "completion": _complete,
}
"""What a handler can do, by the action that a case names as next."""


# --- heads, the complaints department, the archive -----------------------------------------------------------


async def head(desk: Desk, who: str) -> None:
    """Determine opinions, grant extensions, sign; and the own cases."""
    for item in await desk.queue(who, "department"):
        waits = item["stage"] == "investigating" and not desk.incident.leaves_to_leading(item["id"], "opinion")
        if waits and desk.is_news(who, "opinion", item["id"]):
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
            await writing.tell_extension(desk, who, case, step, letters)


async def supervisor(desk: Desk, who: str) -> None:
    """Each morning: urge what is overdue or was promised attention; look oneself at what nobody has followed up.

    What nobody accepts goes to somebody else.
    """
    await assigning.redispatch(desk, who)
    for item in await desk.queue(who, "breached"):
        if item["stage"] not in {"assigned", "investigating", "decided"}:
            continue
        if item["next_due"] and item["next_due"]["duty"].startswith("first_follow_up"):
            look = {"way": "look", "finding": "slow", "text": said("follow_up", {"language": "zh-Hant"})}
            await desk.tries(who, f"/casework/complaints/{item['id']}/follow-ups", look)
        if desk.story(item["id"]) in {"slow", "urged_office"}:
            await desk.tries(who, f"/casework/complaints/{item['id']}/urgings", {})
    await writing.look_at_letters(desk, who)


async def archivist(desk: Desk, who: str) -> None:
    """Accept the complete volumes once a day; give one back, once."""
    found = await desk.place.as_(who, "GET", "/archive/files", state="collected", limit=500)
    for one in found["items"]:
        if desk.story(one["complaint"]) == "file_returned" and one["volume"] == 1 and not one["returned_at"]:
            lacks = {"missing": ["attachment"], "reason": said("missing", {"language": "zh-Hant"})}
            if await desk.tries(who, f"/archive/files/{one['id']}/return", lacks):
                desk.returned[one["complaint"]] = one["id"]
                one["complete"] = False
    whole = [one["id"] for one in found["items"] if one["complete"]]
    if whole:
        await desk.place.as_(who, "POST", "/archive/acceptances", {"ids": whole})


_HEADS: Final = tuple(f"{one}.head" for one in DEPARTMENTS)
ROUNDS: Final[dict[str, dict[Callable[[Desk, str], Awaitable[None]], tuple[str, ...]]]] = {
    "09:10": {
        clerk: ("operator1",),
        together.look_again: ("operator1",),
        schedule.review_progress: ("complaints.head",),
        supervisor: ("complaints.head",),
    },
    "09:30": {head: _HEADS},
    "10:40": {
        clerk: ("operator1",),
        schedule.collect_mailbox: ("operator1",),
        together.declare: ("operator1",),
        handler: ("director",),
    },
    "11:30": {
        head: _HEADS,
        assigning.arbiter: ("complaints.head",),
        afterwards.answer_suggestions: _HEADS,
    },
    "14:00": {
        clerk: ("operator2",),
        together.join: ("operator2",),
        afterwards.visitor: ("operator2",),
        afterwards.reviewer: ("reviewer1",),
    },
    "15:20": {head: _HEADS, handler: ("director",)},
    "16:40": {
        archivist: ("archivist1",),
        supervisor: ("director",),
        assigning.arbiter: ("complaints.head",),
        afterwards.sign_reviews: ("director",),
        afterwards.promise_keeper: ("complaints.head",),
        schedule.look_at_effects: ("analyst1",),
    },
    "17:10": {clerk: ("operator1",), head: _HEADS},
}
"""Who goes to work when on a working day, beside the handlers."""


async def work(desk: Desk, at: str) -> None:
    """Everybody whose hour it is works, each at their own desk, all at once."""
    await desk.hear_news()
    busy = [habit(desk, who) for habit, people in ROUNDS.get(at, {}).items() for who in people]
    once = schedule.ONCE.get((desk.day, at))
    busy += [once(desk)] if once else []
    for department in DEPARTMENTS:
        for who in (f"{department}.handler", f"{department}.handler2"):
            busy += [handler(desk, who)] if at in (SLOW if who in SLOW_ONES else PUNCTUAL) else []
    await asyncio.gather(*busy)
