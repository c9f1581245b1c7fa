"""Routes on letters: draft, check, return, sign, send, prove the delivery; mails that lie in the data folder."""

import asyncio
from collections.abc import Mapping
from typing import Annotated, Any, Literal
from uuid import UUID

from fastapi import APIRouter, Depends, Path, Query, Response
from pydantic import Field, StringConstraints
from sqlalchemy import ColumnElement, func, select
from sqlalchemy.ext.asyncio import AsyncSession

from services.reply import answering, letters, mailbox, typesetting
from services.reply.answers import AnyLetterOut, MailOut, MailsOut, ToPostOut
from services.reply.api_bodies import In, Said, Words
from services.reply.api_matters import catch_up
from services.reply.asking import material, officer_name
from services.reply.companies import house_of
from services.reply.drafting import draft
from services.reply.sending import delivery, sent
from services.reply.tables import Case, Delivery, Letter
from services.reply.view import letter_view
from services.reply.work import Call, Work, may, not_about
from shared.errors import Problem
from shared.events import ReplyDelivered
from shared.fairness import read_tree
from shared.glossary import Language, LetterWay
from shared.privacy import unseal_bytes

router = APIRouter(tags=["letters"])


class NewLetter(In):
    """A letter to be drafted; the language is the complainant's where none is given."""

    purpose: Literal["reply"] = "reply"
    language: Language | None = None


class Parts(In):
    """The parts of a letter that its author writes; those not given stay as they are."""

    salutation: Annotated[str, StringConstraints(max_length=300)] | None = None
    summary: Annotated[str, StringConstraints(max_length=4000)] | None = None
    analysis: Words | None = None
    measures: Words | None = None
    review: Annotated[str, StringConstraints(max_length=1000)] | None = None
    closing: Annotated[str, StringConstraints(max_length=1000)] | None = None


class Rewriting(In):
    """A new version of a draft; ``version`` is the one it was made from."""

    fields: Parts
    version: int = Field(ge=1)


class Reason(In):
    """Why a letter goes back to its author."""

    reason: Said


class Sending(In):
    """The way to send it; the best possible one where none is given."""

    way: LetterWay | None = None


class Proof(In):
    """What proves the delivery, or that it was attempted."""

    proof: Literal["posting_record", "attempt_recorded", "smtp_accepted"]
    text: Annotated[str, StringConstraints(max_length=4000)] = ""


@router.post("/complaints/{complaint}/letters", status_code=201)
async def draft_letter(
    complaint: UUID, body: NewLetter, call: Annotated[Call, Depends(may("reply.write"))]
) -> AnyLetterOut:
    """Draft the reply from the case in the prescribed form, in the complainant's language (5/2.2, 5/2.3)."""
    async with call.look_at(complaint) as looked:
        await _check_draft(looked)
        case, tree = looked.case, looked.tree
    language: Language = body.language or case.language
    of = await material(call.service, case, tree, language, with_case=True)
    async with call.on_case(complaint) as work:
        await _check_draft(work)
        assert work.key is not None
        letter = letters.new_letter(
            work.case, body.purpose, language, draft(body.purpose, of), work.key, work.by, work.at
        )
        work.session.add(letter)
        await work.session.flush()
        await _list_matters(work, letter, of.text)
        return await letter_view(work, letter)


async def _list_matters(work: Work, letter: Letter, text: Mapping[str, Any]) -> None:
    """List what is to be answered (5/1.1); what a reply answered that was returned after its signature stands."""
    if (earlier := await letters.returned_reply(work)) is not None:
        await answering.carry_over(work, letter, earlier)
    await answering.list_matters(work, letter, text)


async def _check_draft(work: Work) -> None:
    work.check("reply.drafted")
    if not work.readable:
        raise Problem(410, "erased")
    if (existing := await letters.current_reply(work)) is not None:
        raise Problem(409, "reply_exists", letter=existing.id)


@router.get("/letters/{letter}")
async def read_letter(letter: UUID, call: Annotated[Call, Depends(may("reply.read"))]) -> AnyLetterOut:
    """A letter with its words, what it lacks of the prescribed form, who did what, and its deliveries (5/2.3)."""
    async with call.on_letter(letter, held=False) as (work, found):
        return await letter_view(work, found)


@router.put("/letters/{letter}")
async def rewrite_letter(
    letter: UUID, body: Rewriting, call: Annotated[Call, Depends(may("reply.write"))]
) -> AnyLetterOut:
    """Improve a draft; 409 when somebody else has changed it since ``version`` (5/2.3)."""
    async with call.on_letter(letter) as (work, found):
        letters.rewrite(work, found, body.fields.model_dump(exclude_none=True), body.version)
        return await letter_view(work, found)


@router.get("/letters/{letter}/pdf", response_class=Response)
async def read_pdf(letter: UUID, call: Annotated[Call, Depends(may("reply.read"))]) -> Response:
    """The PDF: as signed, or the draft as it would look (5/2.2)."""
    async with call.on_letter(letter, held=False) as (work, found):
        if not work.readable:
            raise Problem(410, "erased")
        if found.pdf is not None:
            pdf = unseal_bytes(work.key, found.complaint, letters.pdf_name(found.id), found.pdf)
            return _pdf(pdf, str(found.letter_number))
        house = house_of(call.service.settings, work.company, found.language)
        fields = await letters.fields_with_answers(work, found)
        sheet = letters.sheet_of(house, work.case, found, fields, work.at)
    return _pdf(await asyncio.to_thread(typesetting.make_pdf, sheet), "draft")


def _pdf(content: bytes, name: str) -> Response:
    headers = {"Content-Disposition": f'inline; filename="{name}.pdf"', "Cache-Control": "private, no-store"}
    return Response(content, media_type="application/pdf", headers=headers)


@router.post("/letters/{letter}/submission")
async def submit_letter(letter: UUID, call: Annotated[Call, Depends(may("reply.write"))]) -> AnyLetterOut:
    """The author hands the draft in: every matter answered (5/1.1), the prescribed form whole (5/2.2, 5/2.3).

    422 ``matters_unanswered`` names the matters, ``letter_incomplete`` the parts, ``letter_language`` the places.
    """
    await catch_up(call, letter)
    async with call.on_letter(letter) as (work, found):
        await letters.submit(work, found)
        return await letter_view(work, found)


@router.post("/letters/{letter}/check")
async def check_letter(letter: UUID, call: Annotated[Call, Depends(may("reply.check"))]) -> AnyLetterOut:
    """A second person has checked it (policy, signing) (5/2.1)."""
    async with call.on_letter(letter) as (work, found):
        await letters.check(work, found)
        return await letter_view(work, found)


@router.post("/letters/{letter}/return")
async def return_letter(letter: UUID, body: Reason, call: Annotated[Call, Depends(may("reply.check"))]) -> AnyLetterOut:
    """The checker or signer sends it back to the author (5/2.1)."""
    async with call.on_letter(letter) as (work, found):
        await letters.send_back(work, found, body.reason)
        return await letter_view(work, found)


@router.post("/letters/{letter}/signature")
async def sign_letter(letter: UUID, call: Annotated[Call, Depends(may("reply.sign"))]) -> AnyLetterOut:
    """Sign in the company's name: another person than the author, by level another than the checker (5/2.1-5/2.3)."""
    async with call.on_letter(letter, held=False) as (_, seen):
        language = seen.language
    signature = await officer_name(call.service, call.caller.acts_as, language)
    async with call.on_letter(letter) as (work, found):
        await letters.sign(work, found, signature)
        return await letter_view(work, found)


@router.post("/letters/{letter}/sending")
async def send_letter(
    letter: UUID, call: Annotated[Call, Depends(may("reply.send"))], body: Sending | None = None
) -> AnyLetterOut:
    """Send a signed letter: by mail, by post (print queue), or on the status page of who gave neither (4/5.2.10)."""
    async with call.on_letter(letter) as (work, found):
        await letters.send(work, found, body.way if body else None)
        return await letter_view(work, found)


@router.post("/letters/{letter}/delivery")
async def prove_delivery(letter: UUID, body: Proof, call: Annotated[Call, Depends(may("reply.send"))]) -> AnyLetterOut:
    """Record what proves the delivery: the posting, an attempt, or that a mail of which nobody knew did go out
    (6/3.4.4(2)).
    """
    async with call.on_letter(letter) as (work, found):
        if found.way is None:
            raise Problem(409, "wrong_letter_state", state=found.state)
        if (found.state, body.proof) in {("maybe_sent", "smtp_accepted"), ("printing", "posting_record")}:
            _note(work, await sent(work.session, found, body.proof, work.by, work.at), body)
        elif found.state in {"delivered", "maybe_sent"} and body.proof == "attempt_recorded":
            await _attempted(work, found, body)
        else:
            raise Problem(409, "wrong_letter_state", state=found.state)
        await work.session.flush()
        return await letter_view(work, found)


@router.post("/letters/{letter}/taking-out", summary="Take a letter out of the post")
async def take_letter_out(letter: UUID, call: Annotated[Call, Depends(may("reply.send"))]) -> AnyLetterOut:
    """It was not posted and shall not be: a refusal that a review has set aside (4/5.2.10(2)). 409 for any other.

    One that was posted before that is put on record as ever.
    """
    async with call.on_letter(letter) as (work, found):
        letters.take_out(work, found)
        await work.session.flush()
        return await letter_view(work, found)


async def _attempted(work: Work, letter: Letter, body: Proof) -> None:
    row = delivery(letter, "attempted", body.proof, work.by, work.at)
    _note(work, row, body)
    work.session.add(row)
    if letter.purpose == "reply" and letter.sent_at is not None:
        await work.say(ReplyDelivered(reply=letter.id, way=letter.way or "letter", proof=body.proof, by=work.by))


def _note(work: Work, row: Delivery, body: Proof) -> None:
    row.note = work.seal(f"delivery.{row.id}", body.text) if body.text else None


async def _not_about(session: AsyncSession, call: Call) -> ColumnElement[bool]:
    return not_about(await read_tree(session), call.caller.acts_as)


@router.get("/print-queue")
async def print_queue(
    call: Annotated[Call, Depends(may("reply.send"))],
    state: Annotated[Literal["printing", "maybe_sent"], Query()] = "printing",
) -> list[ToPostOut]:
    """Letters that go by post and whose posting is not on record yet (5/2.1); ``set_aside``: not to be posted any
    more. ``maybe_sent``: those whose sending broke off, so that somebody has to find out (6/3.4.4(2)).
    """
    async with call.service.database.session() as session:
        wanted = select(Letter, Case).join(Case).where(Letter.state == state, await _not_about(session, call))
        rows = (await session.execute(wanted.order_by(Letter.sending_at))).all()
    return [
        ToPostOut.of(letter, letter=letter.id, number=case.number, set_aside=letters.is_set_aside(case, letter))
        for letter, case in rows
    ]


async def letters_to_post(call: Call) -> int:
    """Return how many letters wait to be posted, without reading them."""
    async with call.service.database.session() as session:
        wanted = select(func.count()).select_from(Letter).join(Case)
        printing = wanted.where(Letter.state == "printing", await _not_about(session, call))
        return (await session.scalars(printing)).one()


@router.get("/mails")
async def mails(call: Annotated[Call, Depends(may("reply.read"))]) -> MailsOut:
    """The mails that lie in the data folder, because no mail server is set; without a word of them (5/2.1)."""
    settings = call.service.settings
    sizes = dict(mailbox.laid(settings))
    async with call.service.database.session() as session:
        wanted = select(Letter, Case.number).join(Case).where(Letter.id.in_(sizes), await _not_about(session, call))
        rows = (await session.execute(wanted.order_by(Letter.sending_at.desc()))).all()
    items = [
        MailOut.of(letter, letter=letter.id, number=number, name=f"{letter.id}.eml", size=sizes[letter.id])
        for letter, number in rows
    ]
    return MailsOut(mail_server=bool(settings.smtp_url), mailbox=settings.mail_from, items=items)


@router.get("/mails/{name}", response_class=Response)
async def read_mail(
    name: Annotated[str, Path(examples=["0b7c1a52-6a63-4c5e-9a0e-2f5f0c8a4d11.eml"])],
    call: Annotated[Call, Depends(may("reply.send"))],
) -> Response:
    """A mail as it lies in the data folder (message/rfc822) (5/2.1)."""
    try:
        letter = UUID(name.removesuffix(".eml"))
    except ValueError:
        raise Problem(404, "not_found") from None
    async with call.on_letter(letter, held=False):
        content = mailbox.read(call.service.settings, letter)
    if content is None:
        raise Problem(404, "not_found")
    headers = {"Content-Disposition": f'attachment; filename="{letter}.eml"', "Cache-Control": "private, no-store"}
    return Response(content, media_type="message/rfc822", headers=headers)
