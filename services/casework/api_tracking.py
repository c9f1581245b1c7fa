"""Tracking (chapter 6): follow-ups, urgings, pauses. Each command answers with the case after it."""

from datetime import datetime
from typing import Annotated
from uuid import UUID

from fastapi import APIRouter, Depends

from services.casework import findings, office, promises, tracking
from services.casework.bodies import FollowUpIn, PauseIn, PromiseIn, ResumptionIn, TextIn, UrgingIn
from services.casework.view import CaseOut, ListedOut, view
from services.casework.work import Work, on_case
from shared.access import Caller, allowed
from shared.procedure import load
from shared.running import Session

router = APIRouter()

Handling = Annotated[Work, Depends(on_case("casework.handle", own=True), scope="function")]
Following = Annotated[Work, Depends(on_case("casework.follow_up"), scope="function")]
Promising = Annotated[Work, Depends(on_case("casework.promise"), scope="function")]
Urging = Annotated[Work, Depends(on_case("casework.urge"), scope="function")]


class UnansweredOut(ListedOut):
    """A complaint whose urgings went unanswered: how many, and since when."""

    department: str | None
    officer: str | None
    urgings: int
    since: datetime


@router.get("/unanswered-urgings", summary="What the supervisor has to look at")
async def unanswered(
    session: Session, caller: Annotated[Caller, Depends(allowed("casework.assign"))]
) -> list[UnansweredOut]:
    """Complaints with two urgings or more that nobody answered, the longest waiting first: to be re-dispatched
    (6/3.4.3(2); policy, urging). Of the caller's department and those below it; never one that names the caller.
    """
    staff = await office.staff(session)
    concern = staff.concern(caller.acts_as)
    return [
        UnansweredOut.model_validate(row, from_attributes=True)
        for row in await tracking.unanswered(session, load().policy.urging.to_supervisor_after_unanswered)
        if staff.supervises(caller.acts_as, row.department) and concern.isdisjoint(row.named_officers)
    ]


@router.post("/complaints/{complaint}/follow-ups", summary="Record a follow-up")
async def follow_up(body: FollowUpIn, work: Following) -> CaseOut:
    """A person's finding, by phone, on site, or by a look at the case (6/3.4.6, 6/3.4.7); the handler has it at once.

    Operator, handler, supervisor.
    """
    await tracking.follow_up(work, body.way, body.finding, body.text, body.satisfaction)
    return await view(work)


@router.post("/complaints/{complaint}/follow-ups/{follow_up}/note", summary="Take note of a finding")
async def take_note(follow_up: UUID, work: Handling) -> CaseOut:
    """The handler has read what a follow-up found (6/3.4.8(1)). Its officer, or a supervisor above."""
    await findings.take_note(work, str(follow_up))
    return await view(work)


@router.post("/complaints/{complaint}/promises", summary="Promise something to a person")
async def promise(body: PromiseIn, work: Promising) -> CaseOut:
    """A date that a person was given becomes a duty with its own clock (6/3.4.4(1)). Operator, handler, supervisor."""
    await promises.promise(work, body.what, body.due_on, body.text)
    return await view(work)


@router.post("/complaints/{complaint}/promises/{promise}/kept", summary="A promise was kept")
async def keep(promise: UUID, body: TextIn, work: Promising) -> CaseOut:
    """What was promised was done, and the person knows (6/3.4.4(1)). Operator, handler, supervisor."""
    await promises.keep(work, str(promise), body.text)
    return await view(work)


@router.post("/complaints/{complaint}/urgings", summary="Urge the handler")
async def urge(body: UrgingIn, work: Urging) -> CaseOut:
    """By a supervisor, or by the complainant, who may do so once a working day (6/3.4.3(2))."""
    await tracking.urge(work, body.text)
    return await view(work)


@router.post("/complaints/{complaint}/urgings/{urging}/answer", summary="Answer an urging")
async def answer(urging: UUID, body: TextIn, work: Handling) -> CaseOut:
    """What has been done and what will be; due in 1 working day (6/3.4.3(2))."""
    await tracking.answer(work, str(urging), body.text)
    return await view(work)


@router.post("/complaints/{complaint}/pause", summary="Let the clocks stand still")
async def pause(body: PauseIn, work: Handling) -> CaseOut:
    """For a typed reason; force majeure only by a supervisor (policy, pauses) (4/5.2.3)."""
    await tracking.pause(work, body.reason)
    return await view(work)


@router.post("/complaints/{complaint}/resumption", summary="Let the clocks run on")
async def resume(work: Handling, body: ResumptionIn | None = None) -> CaseOut:
    """The reason has gone (4/5.2.3)."""
    await tracking.resume(work, body.reason if body else None)
    return await view(work)
