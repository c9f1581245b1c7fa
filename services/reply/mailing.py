"""An incident's replies in one go: one text, a personal letter to each complainant, step by step.

Every letter is drafted, answered, checked, signed and sent by the same steps as any other; what stands between is only
that one command takes many of them. A step that was broken off is called again: what is done is done, none doubled.
"""

from collections.abc import Awaitable, Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final
from uuid import UUID

import httpx

from services.reply import answering, letters
from services.reply.api_letters import NewLetter, draft_letter
from services.reply.asking import officer_name, supports
from services.reply.tables import Letter
from services.reply.work import Call
from shared.errors import Problem, sentence, unavailable
from shared.glossary import Language

WAITING: Final[Mapping[str, tuple[str | None, ...]]] = {
    "letters": (None, "draft"),
    "check": ("submitted",),
    "signature": ("submitted", "checked"),
    "sending": ("signed", "maybe_sent"),
}
"""By step: the states of a letter that wait for it; ``None``: there is no letter yet."""
BEGUN: Final = ("sending", "printing", "delivered")


@dataclass(frozen=True, slots=True)
class OneText:
    """What all letters of one language say, each in its place; what is not given comes from the case as it stands."""

    analysis: str | None = None
    measures: str | None = None
    answer: str | None = None


@dataclass(frozen=True, slots=True)
class Member:
    """A complaint of the incident, and its letter of this round as far as it has come."""

    complaint: str
    number: str
    language: Language
    letter: str | None
    state: str | None


@dataclass(frozen=True, slots=True)
class Went:
    """What became of one member in this go; ``code``: why its step was not possible."""

    member: Member
    code: str | None = None
    title: str | None = None


async def members(call: Call, incident: UUID) -> list[Member]:
    """Return the incident's complaints with their letters, in one order. Raises ``Problem`` 404, 503."""
    try:
        found = await call.service.services.get(
            "casework", f"/incidents/{incident}", on_behalf_of=call.caller.acts_as, language=call.language
        )
    except httpx.TransportError:
        raise unavailable() from None
    ids = sorted(one["complaint"] for one in found["members"])
    return [one for complaint in ids if (one := await _member(call, complaint)) is not None]


async def _member(call: Call, complaint: str) -> Member | None:
    try:
        async with call.look_at(complaint) as work:
            letter = await letters.current_reply(work)
            return Member(
                complaint,
                work.case.number,
                letter.language if letter else work.case.language,
                letter.id if letter else None,
                letter.state if letter else None,
            )
    except Problem:
        return None  # it names the caller, or reply has not heard of it yet


async def go(call: Call, chosen: Sequence[Member], act: Callable[[Member], Awaitable[None]]) -> list[Went]:
    """Take a step for each, one transaction a letter: one that is refused says why and holds nobody up."""
    went = []
    for member in chosen:
        try:
            await act(member)
        except Problem as problem:
            title = problem.title or sentence(problem.code, call.language, problem.params)
            went.append(Went(await _member(call, member.complaint) or member, problem.code, title))
        else:
            went.append(Went(await _member(call, member.complaint) or member))
    return went


async def write(call: Call, member: Member, texts: Mapping[Language, OneText]) -> None:
    """Draft it from the case, put the one text in its place, answer what is raised, and hand it in (5/1.1, 5/2.2).

    A draft that somebody else is writing stays theirs: 403.
    """
    letter = member.letter
    if letter is None:
        letter = (await draft_letter(UUID(member.complaint), NewLetter(), call)).id
    carried_by = sorted(await supports(call.service, member.complaint))
    async with call.on_letter(UUID(letter)) as (work, found):
        if work.by not in found.authors:
            raise Problem(403, "only_author_submits")
        text = texts.get(found.language, OneText())
        given = {name: said for name in ("analysis", "measures") if (said := getattr(text, name))}
        if given:
            letters.rewrite(work, found, given, found.version)
        await _answer(work, found, text, carried_by)
        await letters.submit(work, found)


async def _answer(work: Any, letter: Letter, text: OneText, carried_by: Sequence[str]) -> None:
    """What is still open is answered by what was found out for all; what a person answered stays."""
    answer = text.answer or text.analysis or letters.fields_of(work, letter).analysis
    for matter in await answering.matters_of(work, letter):
        if matter.state == "open":
            answering.answer_matter(work, matter, answer[:4000], carried_by[:30], established=True)


async def check(call: Call, member: Member) -> None:
    """A second person has checked it."""
    async with call.on_letter(_id(member)) as (work, found):
        await letters.check(work, found)


async def sign(call: Call, member: Member) -> None:
    """Sign it in the company's name, by another person than the author (5/2.1-5/2.3)."""
    signature = await officer_name(call.service, call.caller.acts_as, member.language)
    async with call.on_letter(_id(member)) as (work, found):
        await letters.sign(work, found, signature)


async def send(call: Call, member: Member) -> None:
    """Send it, by the best way there is for this complainant (4/5.2.10(1))."""
    async with call.on_letter(_id(member)) as (work, found):
        await letters.send(work, found, None)


def _id(member: Member) -> UUID:
    assert member.letter is not None
    return UUID(member.letter)
