"""The end of the road, and the way back: withdrawal, closing, re-opening, filing (4/5.2.11(1))."""

from datetime import datetime

from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession

from services.casework import records, tracking
from services.casework.assigning import assign_again
from services.casework.closing import WORDS, fitting_bases, still_open
from services.casework.moving import move, stage_of
from services.casework.tables import Case, Opinion
from services.casework.work import Work
from shared.clock import now
from shared.errors import Problem
from shared.events import (
    ComplaintClosed,
    ComplaintFiled,
    ComplaintReopened,
    ComplaintWithdrawn,
    FileSealed,
    FilingCancelled,
    RefusalOverturned,
)
from shared.glossary import LANGUAGES, ClosingBasis
from shared.lifecycle import next_stage
from shared.outbox import say
from shared.procedure import load


async def close(work: Work, basis: ClosingBasis) -> None:
    """Close, naming the basis. Raises ``Problem`` 409 ``not_ready_to_close`` with what is still open."""
    work.check("complaint.closed")
    stands = records.standing(work.case, await records.read(work.session, work.case.complaint))
    left = still_open(stands, load().policy)
    if left:
        at = LANGUAGES.index(work.language)
        words = [WORDS[code][at] for code in left]
        raise Problem(409, "not_ready_to_close", open=list(left), open_labels=words)
    if basis not in fitting_bases(stands):
        raise Problem(409, "basis_does_not_fit", fitting=fitting_bases(stands))
    work.case.closed_at, work.case.basis = work.at, basis
    determined = select(Opinion.outcome).where(
        Opinion.complaint == work.case.complaint, Opinion.round == work.case.round, Opinion.determined_at.is_not(None)
    )
    outcome = await work.session.scalar(determined)
    await work.move(ComplaintClosed.model_validate({"basis": basis, "outcome": outcome, "by": work.by}))


async def withdraw(work: Work) -> None:
    """The complainant takes it back; a letter whose sending has begun still goes out and is recorded."""
    work.check("complaint.withdrawn")
    by = "complainant" if work.caller.is_service else work.by
    await work.move(ComplaintWithdrawn(by=by))
    await tracking.lapse(work.session, work.case.complaint, None)


async def reopen(session: AsyncSession, case: Case, ground: str, by: str) -> None:
    """Reply and set time start again; the earlier results stand. ``ground``: not_solved, review or decision."""
    await move(session, case, ComplaintReopened(ground=ground, by=by))
    case.round += 1
    case.decided_at = case.reply_sent_at = case.reply_delivered_at = case.result_notice_at = None
    case.reply = case.closed_at = case.basis = None
    case.visit_assigned_at = case.visit_ended_at = None
    case.file_missing = []
    case.delivery_attempts = 0
    await assign_again(session, case)


async def take_up(session: AsyncSession, case: Case, by: str) -> None:
    """A review has set the refusal aside: it goes back to intake, which has to register it (4/5.2.10(2))."""
    await move(session, case, RefusalOverturned(by=by))
    case.file_missing = []


async def reopen_by_supervisor(work: Work, ground: str) -> None:
    """A supervisor re-opens: not solved, or decided otherwise. Raises ``Problem`` 403 for others, 409 in a review."""
    work.check("complaint.reopened")
    if work.case.registered_at is None:
        raise Problem(409, "never_registered")
    work.check_supervisor()
    if records.review_open(work.case):
        raise Problem(409, "review_open")
    await reopen(work.session, work.case, ground, work.by)


async def on_sealed(session: AsyncSession, case: Case, sealed: FileSealed, at: datetime) -> None:
    """The volume was sealed at a moment (UTC): filed if the complaint has rested since.

    Re-opened meanwhile, also when it was closed again, the volume does not stand.
    """
    if sealed.supplement:
        return  # it was filed before, and stays where it is
    older = case.closed_at is not None and at < case.closed_at
    if older or next_stage(stage_of(case), "complaint.filed") is None:
        cancelled = FilingCancelled(file=sealed.file, volume=sealed.volume, by="system")
        await say(session, case.complaint, cancelled)
        return
    case.file, case.filed_at, case.file_missing = sealed.file, await now(session), []
    await move(session, case, ComplaintFiled(file=sealed.file, volume=sealed.volume, by=sealed.by))
