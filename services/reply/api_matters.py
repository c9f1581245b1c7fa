"""Routes on the matters of a reply: listed from the complaint, each answered before the letter is handed in (5/1.1)."""

from typing import Annotated
from uuid import UUID

from fastapi import APIRouter, Depends
from pydantic import Field, StringConstraints

from services.reply import answering, letters
from services.reply.answers import AnyLetterOut
from services.reply.api_bodies import In, Said
from services.reply.asking import supports, text_of
from services.reply.tables import Letter, Matter
from services.reply.view import letter_view
from services.reply.work import Call, Work, may
from shared.errors import Problem

router = APIRouter(prefix="/letters/{letter}/matters", tags=["matters"])
MatterText = Annotated[str, StringConstraints(min_length=1, max_length=1000, strip_whitespace=True)]


class NewMatter(In):
    """A matter that the list does not have."""

    text: MatterText


class AnswerIn(In):
    """The answer, and what of the case carries it: evidence, sessions, measures - or that nothing could be shown."""

    answer: Said
    evidence: list[str] = Field(default_factory=list, max_length=30)
    established: bool = True
    text: MatterText | None = None


class Merger(In):
    """The matter that it is answered with."""

    into: UUID


class Removal(In):
    """Why the reply leaves the matter out."""

    reason: Annotated[str, StringConstraints(min_length=1, max_length=1000, strip_whitespace=True)]


Writing = Annotated[Call, Depends(may("reply.write"))]


@router.post("", status_code=201, summary="Add a matter")
async def add_matter(letter: UUID, body: NewMatter, call: Writing) -> AnyLetterOut:
    """Add a matter to a draft, in the writer's words (5/1.1). Handler, supervisor; 409 once it is handed in."""
    async with call.on_letter(letter) as (work, found):
        letters.write_at(work, found)
        await answering.add_matter(work, found, body.text)
        return await letter_view(work, found)


@router.post("/listing", summary="List anew")
async def list_again(letter: UUID, call: Writing) -> AnyLetterOut:
    """List what the complainant has added since; what is listed stays as it is (5/1.1). Handler, supervisor."""
    await catch_up(call, letter)
    async with call.on_letter(letter, held=False) as (work, found):
        return await letter_view(work, found)


@router.put("/{matter}", summary="Answer a matter")
async def answer_matter(letter: UUID, matter: UUID, body: AnswerIn, call: Writing) -> AnyLetterOut:
    """Answer it with what carries the answer, or say that it could not be established (5/1.1). Handler, supervisor.

    422 ``answer_without_evidence``, ``evidence_not_of_case``; 409 once the letter is handed in.
    """
    known: frozenset[str] = frozenset()
    if body.evidence:
        async with call.on_letter(letter, held=False) as (work, _):
            complaint = work.case.complaint
        known = await supports(call.service, complaint)
    async with call.on_letter(letter) as (work, found):
        letters.write_at(work, found)
        if not known.issuperset(body.evidence):
            raise Problem(422, "evidence_not_of_case", errors=[("evidence", "evidence_not_of_case")])
        row = await _matter(work, found, matter)
        answering.answer_matter(work, row, body.answer, body.evidence, established=body.established, text=body.text)
        return await letter_view(work, found)


@router.post("/{matter}/merger", summary="Merge a matter")
async def merge_matter(letter: UUID, matter: UUID, body: Merger, call: Writing) -> AnyLetterOut:
    """Answer it together with another one of the letter (5/1.1). Handler, supervisor; 422 ``merge_into_another``."""
    async with call.on_letter(letter) as (work, found):
        letters.write_at(work, found)
        into = await _matter(work, found, body.into)
        await answering.merge_matter(work, found, await _matter(work, found, matter), into)
        return await letter_view(work, found)


@router.post("/{matter}/removal", summary="Remove a matter")
async def remove_matter(letter: UUID, matter: UUID, body: Removal, call: Writing) -> AnyLetterOut:
    """Leave it out of the reply, with the reason on record (5/1.1). Handler, supervisor."""
    async with call.on_letter(letter) as (work, found):
        letters.write_at(work, found)
        await answering.remove_matter(work, found, await _matter(work, found, matter), body.reason)
        return await letter_view(work, found)


async def catch_up(call: Call, letter: UUID) -> None:
    """Add to a draft what the complainant has said since it was drafted. Raises ``Problem`` 410, 503."""
    async with call.on_letter(letter, held=False) as (work, found):
        if found.state != "draft" or found.purpose != "reply":
            return
        complaint = work.case.complaint
    text = await text_of(call.service, complaint)
    async with call.on_letter(letter) as (work, found):
        if found.state == "draft":
            await answering.list_matters(work, found, text)


async def _matter(work: Work, letter: Letter, matter: UUID) -> Matter:
    row: Matter | None = await work.session.get(Matter, str(matter))
    if row is None or row.letter != letter.id:
        raise Problem(404, "not_found")
    return row
