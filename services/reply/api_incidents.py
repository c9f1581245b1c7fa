"""Routes on the replies of an incident: N personal letters in one go, with progress (4/5.2.10(1))."""

from collections.abc import Awaitable, Callable
from typing import Annotated, Any
from uuid import UUID

from fastapi import APIRouter, Depends
from pydantic import Field

from services.reply import mailing
from services.reply.answers import MemberOut, ProgressOut
from services.reply.api_bodies import In, Words
from services.reply.mailing import BEGUN, WAITING, Member, OneText, Went
from services.reply.work import Call, may
from shared.glossary import Language

router = APIRouter(prefix="/incidents/{incident}", tags=["incidents"])


class Text(In):
    """What all letters of one language say; each keeps its own salutation, summary, number and dates."""

    analysis: Words | None = None
    measures: Words | None = None
    answer: Words | None = None


class Go(In):
    """How many letters to take at a time, and after which complaint to go on (``next`` of the answer before)."""

    after: UUID | None = None
    limit: int = Field(20, ge=1, le=50)


class Writing(Go):
    """The one text by language; for a language that is not given, what stands in the case."""

    texts: dict[Language, Text] = Field(default_factory=dict)


@router.get("/letters", summary="How far an incident's replies are")
async def progress(incident: UUID, call: Annotated[Call, Depends(may("reply.read"))]) -> ProgressOut:
    """Each complaint of the incident with the state of its own letter (4/5.2.10(1))."""
    return _progress(await mailing.members(call, incident), [], None)


@router.post("/letters", summary="Write a reply to each")
async def write(incident: UUID, body: Writing, call: Annotated[Call, Depends(may("reply.write"))]) -> ProgressOut:
    """From one text, a personal letter to each, in the prescribed form, handed in for checking (5/1.1, 5/2.2).

    What is written already is left as it is. One that is not possible says why (``problem``) and holds nobody up.
    """
    texts = {language: OneText(**text.model_dump()) for language, text in body.texts.items()}
    return await _step(call, incident, "letters", body, lambda one: mailing.write(call, one, texts))


@router.post("/letters/check", summary="Check them")
async def check(incident: UUID, body: Go, call: Annotated[Call, Depends(may("reply.check"))]) -> ProgressOut:
    """A second person has checked each (policy, signing) (5/2.1)."""
    return await _step(call, incident, "check", body, lambda one: mailing.check(call, one))


@router.post("/letters/signature", summary="Sign them")
async def sign(incident: UUID, body: Go, call: Annotated[Call, Depends(may("reply.sign"))]) -> ProgressOut:
    """Each is signed, numbered and typeset for itself, by another person than its author (5/2.1-5/2.3)."""
    return await _step(call, incident, "signature", body, lambda one: mailing.sign(call, one))


@router.post("/letters/sending", summary="Send them")
async def send(incident: UUID, body: Go, call: Annotated[Call, Depends(may("reply.send"))]) -> ProgressOut:
    """Each goes by its complainant's own way: mail, post, or laid ready on the status page (4/5.2.10(1))."""
    return await _step(call, incident, "sending", body, lambda one: mailing.send(call, one))


async def _step(
    call: Call, incident: UUID, step: str, body: Go, act: Callable[[Member], Awaitable[None]]
) -> ProgressOut:
    members = await mailing.members(call, incident)
    after = str(body.after) if body.after else ""
    waiting = [one for one in members if one.complaint > after and one.state in WAITING[step]]
    chosen = waiting[: body.limit]
    went = await mailing.go(call, chosen, act)
    return _progress(members, went, chosen[-1].complaint if len(waiting) > len(chosen) else None)


def _progress(members: list[Member], went: list[Went], after: str | None) -> ProgressOut:
    now: dict[str, Went] = {one.complaint: Went(one) for one in members} | {one.member.complaint: one for one in went}
    states = [one.member.state for one in now.values()]

    def reached(*further: str) -> int:
        return sum(state in {*further, "maybe_sent", *BEGUN} for state in states)

    return ProgressOut(
        total=len(now),
        written=reached("submitted", "checked", "signed"),
        checked=reached("checked", "signed"),
        signed=reached("signed"),
        sent=sum(state in BEGUN for state in states),
        next=after,
        letters=[_letter(one) for one in now.values()],
    )


def _letter(one: Went) -> MemberOut:
    member = one.member
    values: dict[str, Any] = {
        name: getattr(member, name) for name in ("complaint", "number", "language", "letter", "state")
    }
    return MemberOut(**values, problem=one.title, code=one.code)
