"""Routes on what the complainant is told and says: result notices, extensions, satisfaction, dispute, review."""

from datetime import date, timedelta
from typing import Annotated
from uuid import UUID, uuid4

from fastapi import APIRouter, Depends
from pydantic import Field, StringConstraints
from sqlalchemy import select

from services.reply import extending, noticing, reviewing
from services.reply.answers import ExtensionOut, NoticeOut, VoiceOut, WaitingExtensionOut
from services.reply.api_bodies import In, Said
from services.reply.letters import current_reply
from services.reply.tables import Voice
from services.reply.view import extension_view, notice_view, voice_view
from services.reply.work import Call, Work, may
from shared import errors
from shared.clock import now
from shared.errors import Problem
from shared.events import OutcomeDisputed, SatisfactionRecorded
from shared.fairness import read_tree
from shared.glossary import NoticeWay
from shared.office_calendar import SHANGHAI
from shared.procedure.reader import load

router = APIRouter(tags=["notices"])


class Notice(In):
    """What the complainant was told, and how."""

    way: NoticeWay
    text: Said


class ResultNotice(Notice):
    """What the complainant was told, and what they say of it when they are asked: 1 (not satisfied at all) to 5."""

    score: int | None = Field(None, ge=1, le=5)


class MoreTime(In):
    """A new date for the reply, at most 10 working days after the one it replaces, and why."""

    until: date
    reason: Said


class Score(In):
    """How satisfied the complainant is: 1 (not at all) to 5."""

    score: int = Field(ge=1, le=5)
    text: Annotated[str, StringConstraints(max_length=4000)] = ""


class Complaining(In):
    """What the complainant says of the outcome."""

    text: Annotated[str, StringConstraints(max_length=4000)] = ""


@router.post("/complaints/{complaint}/result-notices", status_code=201)
async def tell_result(
    complaint: UUID, body: ResultNotice, call: Annotated[Call, Depends(may("reply.notify"))]
) -> NoticeOut:
    """The result was told, so that the complainant knows it, and they were asked for their opinion of it.

    4/5.2.9(2), 6/3.4.4, 3/5.1. By ``sms`` it is handed to the gateway, and told when that has taken it; nobody answers
    there, so that a ``score`` is refused. In writing, 422 ``letter_language`` as for a letter. Operator, handler,
    supervisor.
    """
    if body.score is not None and body.way not in {"phone", "in_person"}:
        raise Problem(422, "invalid", errors=[("score", "not_spoken")])
    async with call.on_case(complaint) as work:
        notice = await noticing.tell_result(work, body.way, body.text)
        if body.score is not None:
            _voice(work, "satisfaction", "", score=body.score)
            await work.say(SatisfactionRecorded(score=body.score, by=_speaker(work)))
        return notice_view(work, notice)


@router.post("/complaints/{complaint}/extensions", status_code=201)
async def request_extension(
    complaint: UUID, body: MoreTime, call: Annotated[Call, Depends(may("reply.request_extension"))]
) -> ExtensionOut:
    """Ask for more time, before the deadline (5/3.4)."""
    async with call.on_case(complaint) as work:
        return extension_view(work, await extending.request(work, body.until, body.reason))


@router.get("/extensions", summary="Extensions that wait for approval")
async def waiting_extensions(
    call: Annotated[Call, Depends(may("reply.approve_extension"))],
) -> list[WaitingExtensionOut]:
    """What the caller can still approve in time, for their department and those below it, the next due first (5/3.4).

    A second one is for a department above the case's. Nothing of a complaint that names the caller.
    """
    async with call.service.database.session() as session:
        tree, at = await read_tree(session), await now(session)
        rows = await extending.waiting(session, tree, call.caller.acts_as, at)
    return [
        WaitingExtensionOut.of(
            one,
            extension=one.id,
            number=case.number,
            stage=case.stage,
            topic_code=case.topic_code,
            department=case.department,
            due_at=one.replaces_due_at,
        )
        for one, case in rows
    ]


@router.post("/extensions/{extension}/approval")
async def approve_extension(
    extension: UUID, call: Annotated[Call, Depends(may("reply.approve_extension"))]
) -> ExtensionOut:
    """Approve: notice and preliminary opinion are now both due; 409 ``reply_is_out`` once it is answered (5/3.4)."""
    async with call.on_extension(extension) as (work, found):
        await extending.approve(work, found)
        return extension_view(work, found)


@router.post("/extensions/{extension}/rejection")
async def reject_extension(
    extension: UUID, call: Annotated[Call, Depends(may("reply.approve_extension"))]
) -> ExtensionOut:
    """Say no: the deadline stands (5/3.4)."""
    async with call.on_extension(extension) as (work, found):
        await extending.reject(work, found)
        return extension_view(work, found)


@router.post("/extensions/{extension}/notice")
async def tell_extension(
    extension: UUID, body: Notice, call: Annotated[Call, Depends(may("reply.notify"))]
) -> ExtensionOut:
    """Tell the complainant in advance; 409 ``notice_too_late`` once the deadline has passed (5/3.4).

    In writing, 422 ``letter_language`` as for a letter (5/1.2(1)).
    """
    async with call.on_extension(extension) as (work, found):
        await extending.notify(work, found, body.way, body.text)
        return extension_view(work, found)


@router.post("/extensions/{extension}/preliminary-opinion")
async def give_preliminary_opinion(
    extension: UUID, body: Notice, call: Annotated[Call, Depends(may("reply.notify"))]
) -> ExtensionOut:
    """Give the preliminary opinion, due within the original deadline (5/3.4).

    In writing, 422 ``letter_language`` as for a letter (5/1.2(1)).
    """
    async with call.on_extension(extension) as (work, found):
        await extending.give_opinion(work, found, body.way, body.text)
        return extension_view(work, found)


@router.post("/complaints/{complaint}/satisfaction", status_code=201)
async def rate(
    complaint: UUID, body: Score, call: Annotated[Call, Depends(may("reply.speak_for_complainant"))]
) -> VoiceOut:
    """How satisfied the complainant is (1/1.1.11, 7/3.4.14(2))."""
    async with call.on_case(complaint) as work:
        await _check_answered(work, "outcome.disputed")
        voice = _voice(work, "satisfaction", body.text, score=body.score)
        await work.say(SatisfactionRecorded(score=body.score, by=_speaker(work)))
        return voice_view(work, voice)


@router.post("/complaints/{complaint}/dispute", status_code=201)
async def dispute(
    complaint: UUID, body: Complaining, call: Annotated[Call, Depends(may("reply.speak_for_complainant"))]
) -> VoiceOut:
    """It is not solved, says the complainant; casework re-opens. Said twice, it is the same (3/5.2)."""
    async with call.on_case(complaint) as work:
        if (said := await _said(work, "dispute")) is not None:
            return voice_view(work, said)
        await _check_answered(work, "outcome.disputed")
        await reviewing.check_no_review_open(work)
        voice = _voice(work, "dispute", body.text)
        await work.say(OutcomeDisputed(by=_speaker(work)))
        return voice_view(work, voice)


@router.post("/complaints/{complaint}/review", status_code=201)
async def ask_for_review(
    complaint: UUID, body: Complaining, call: Annotated[Call, Depends(may("reply.speak_for_complainant"))]
) -> VoiceOut:
    """The next higher department is asked to look again, within 30 days of the reply or refusal (4/5.2.10(2)).

    Operator, or the complainant through intake. 409 ``review_exists``: what was reviewed is final within the company.
    """
    async with call.on_case(complaint) as work:
        await _check_answered(work, "review.requested")
        voice = await wish_for_review(work, body.text)
        return voice_view(work, voice)


async def wish_for_review(work: Work, text: str) -> Voice:
    """Write down that a review is wanted, and begin it. Raises ``Problem`` 409: there was one, or it is too late."""
    if await _said(work, "review") is not None:
        raise Problem(409, "review_exists")
    ended, days = work.case.ended_at, load().policy.review.asked_within_days
    last = (ended or work.at).astimezone(SHANGHAI).date() + timedelta(days=days)
    if work.at.astimezone(SHANGHAI).date() > last:
        raise Problem(409, "review_too_late", until=last.isoformat())
    voice = _voice(work, "review", text)
    await reviewing.ask(work, _speaker(work))
    return voice


async def _check_answered(work: Work, event_type: str) -> None:
    """Raise ``Problem`` 409 before there is an answer; 503 when casework has not heard of the reply yet."""
    if work.case.stage == "decided":
        reply = await current_reply(work)
        if reply is not None and reply.sent_at is not None:
            raise errors.ahead()
    work.check(event_type)


async def _said(work: Work, kind: str) -> Voice | None:
    wanted = select(Voice).where(
        Voice.complaint == work.case.complaint, Voice.kind == kind, Voice.round == work.case.round
    )
    found: Voice | None = await work.session.scalar(wanted)
    return found


def _voice(work: Work, kind: str, text: str, score: int | None = None) -> Voice:
    id_ = str(uuid4())
    voice = Voice(
        id=id_,
        complaint=work.case.complaint,
        round=work.case.round,
        kind=kind,
        score=score,
        text=work.seal(f"{kind}.{id_}", text),
        at=work.at,
        by=_speaker(work),
    )
    work.session.add(voice)
    return voice


def _speaker(work: Work) -> str:
    """Who speaks: the complainant through intake, or the operator who writes down what they said."""
    return "complainant" if work.caller.is_service else work.by
