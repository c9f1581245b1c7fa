"""Complaints of one cause: proposed by likeness, declared by a person, found out once, answered in one go."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, Final

from tests.demo.place import Refused
from tests.demo.words import said

if TYPE_CHECKING:
    from tests.demo.habits import Case, Desk

_OF_ONE_CAUSE: Final = ("burst", "burst_apart")
_THEIR_OWN: Final = frozenset({"acceptance", "urgings/answer", "findings/note"})
"""What is still to be done on each complaint of an incident, beside the one that leads."""
_LANGUAGES: Final = ("zh-Hant", "zh-Hans", "en")


@dataclass
class Incident:
    """The burst main: which complaints belong to it, and whether the letters to them are written."""

    id: str = ""
    leading: str = ""
    members: set[str] = field(default_factory=set)
    left: set[str] = field(default_factory=set)
    written: bool = False
    over: bool = False

    def goes_on(self, complaint: str) -> bool:
        """Say whether a complaint belongs to it while it goes on."""
        return not self.over and complaint in self.members

    def leaves_to_leading(self, complaint: str, action: str) -> bool:
        """Say whether a step is taken on the leading complaint for all: one investigation, one decision."""
        return self.goes_on(complaint) and complaint != self.leading and action not in _THEIR_OWN

    def is_now(self, seen: dict[str, Any]) -> None:
        """Take over what casework says."""
        self.id, self.leading = seen["id"], seen["leading"]
        self.members = {one["complaint"] for one in seen["members"]}


async def declare(desk: Desk, who: str) -> None:
    """A person looks at what is proposed, and declares what has one cause."""
    free = _free(desk)
    if desk.incident.id or len(free) < 2:
        return
    for proposal in await desk.place.as_(who, "GET", "/casework/incidents/proposals"):
        chosen = [one["complaint"] for one in proposal["complaints"] if one["complaint"] in free]
        if len(chosen) > 1:
            desk.incident.is_now(await desk.place.as_(who, "POST", "/casework/incidents", {"complaints": chosen}))
            return


async def join(desk: Desk, who: str) -> None:
    """What came with other words or under another topic is added by hand."""
    incident = desk.incident
    if not incident.id or incident.over:
        return
    for complaint in sorted(_free(desk)):
        path = f"/casework/incidents/{incident.id}/members"
        seen = await desk.tries(who, path, {"complaints": [complaint]})
        if seen:
            incident.is_now(seen)


async def look_again(desk: Desk, who: str) -> None:
    """The day after: what has another cause is taken out; once all are answered, it is over."""
    incident = desk.incident
    if not incident.id or incident.over:
        return
    apart = [one for one in incident.members if desk.story(one) == "burst_apart"]
    for complaint in apart:
        path = f"/casework/incidents/{incident.id}/members/{complaint}/leaving"
        seen = await desk.tries(who, path, {"reason": said("apart", {"language": "zh-Hant"})})
        if seen:
            incident.left.add(complaint)
            incident.is_now(seen)
    letters = await desk.place.as_(who, "GET", f"/reply/incidents/{incident.id}/letters")
    if letters["sent"] == letters["total"]:
        await desk.tries(who, f"/casework/incidents/{incident.id}/ending")
        incident.over = True


def _free(desk: Desk) -> set[str]:
    known = desk.incident.members | desk.incident.left
    return {id_ for id_, sample in desk.script.items() if sample.story in _OF_ONE_CAUSE} - known


async def write_to_all(desk: Desk, who: str) -> None:
    """From one text, a letter of their own to each; they go out together when all are signed (4/5.2.10(1))."""
    incident, texts = desk.incident, {}
    for language in _LANGUAGES:
        case = {"language": language}
        texts[language] = {
            "analysis": said("report", case),
            "measures": said("measure", case),
            "answer": said("answer", case),
        }
    progress = await _for_each(desk, who, "", {"texts": texts})
    incident.written = True
    if progress["signed"] == progress["total"]:
        await _for_each(desk, who, "/sending", {})


async def check_or_sign(desk: Desk, who: str, *, head: bool) -> None:
    """Colleagues check the letters, nobody their own, the head signs them, each in one go (policy, signing)."""
    incident = desk.incident
    if not incident.written or incident.over or not who.startswith("water."):
        return
    await _for_each(desk, who, "/signature" if head else "/check", {})


async def _for_each(desk: Desk, who: str, step: str, body: dict[str, Any]) -> dict[str, Any]:
    """Take some at a time until all have been taken; return how far they are."""
    path, after = f"/reply/incidents/{desk.incident.id}/letters{step}", None
    while True:
        progress: dict[str, Any] = await desk.place.as_(who, "POST", path, body | {"after": after, "limit": 3})
        after = progress["next"]
        if after is None:
            return progress


async def hint(desk: Desk, who: str, case: Case) -> None:
    """Beside a complaint: its incident, or a proposal, and planned outages (2/1.1.12)."""
    try:
        await desk.place.as_(who, "GET", f"/casework/complaints/{case['id']}/incident")
    except Refused as refusal:
        if refusal.answer.status_code not in {403, 503}:
            raise
