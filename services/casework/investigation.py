"""Finding out: plan, start, sessions, evidence, end, report, cause (chapter 3, 4/5.2.8)."""

import hashlib
from datetime import datetime

from sqlalchemy import select

from services.casework.methods import SessionIn, not_yet, words_of
from services.casework.tables import Evidence, Finding, Investigation, Report, Sitting
from services.casework.work import Work
from shared.errors import Problem
from shared.events import (
    CauseFound,
    EvidenceCollected,
    InvestigationEnded,
    InvestigationPlanned,
    InvestigationStarted,
    ReportSubmitted,
    SessionRecorded,
)
from shared.glossary import Cause, EvidenceKind


async def latest(work: Work, *, this_round: bool = True) -> Investigation | None:
    """Return the case's investigation: of this round, or the last one there was."""
    asked = select(Investigation).where(Investigation.complaint == work.case.complaint)
    if this_round:
        asked = asked.where(Investigation.round == work.case.round)
    return (await work.session.scalars(asked.order_by(Investigation.round.desc()).limit(1))).one_or_none()


async def plan(work: Work, investigators: list[str], begins_at: datetime, place: str, questions: str) -> None:
    """Who investigates, when, where, and what is to be found out (3/3.1). Raises ``Problem`` 409 once it has begun."""
    _investigated(work)
    work.check("investigation.planned")
    _able(work, investigators)
    planned = await latest(work)
    if planned is not None and planned.started_at is not None:
        raise Problem(409, "already_planned")
    words = {"place": place, "questions": questions}
    if planned is None:
        work.record(Investigation, words, round=work.case.round, investigators=investigators, begins_at=begins_at)
    else:
        planned.investigators, planned.begins_at, planned.at, planned.by = investigators, begins_at, work.at, work.by
        work.seal_words(planned, words)
    await work.move(InvestigationPlanned(investigators=tuple(investigators), begins_at=begins_at, by=work.by))


def _able(work: Work, investigators: list[str]) -> None:
    """Nobody investigates a complaint that names them or somebody they directly lead (4/5.2.2)."""
    away = work.staff.kept_away(work.case.named_officers)
    for at, one in enumerate(investigators):
        person = work.staff.people.get(one)
        if person is None or not person.active or one in away:
            raise Problem(422, "invalid", errors=[(f"investigators.{at}", "officer_unfit")])


def _investigated(work: Work) -> None:
    if work.case.kind in {"consultation", "suggestion"}:
        raise Problem(409, "not_investigated")


async def start(work: Work) -> None:
    """The facts are being verified from now on (4/5.2.8(1)). Raises ``Problem`` 409 without a plan (3/3.1)."""
    _investigated(work)
    work.check("investigation.started")
    planned = await latest(work)
    if planned is None:
        raise Problem(409, "plan_needed")
    planned.started_at = work.at
    await work.move(InvestigationStarted(by=work.by))


async def record_session(work: Work, session: SessionIn) -> None:
    """One session: time, place, the people taking part, content, and what its method needs (3/3.3).

    Raises ``Problem`` 422 for what lies in the future.
    """
    work.check("session.recorded")
    wrong = not_yet(session, work.at)
    if wrong:
        raise Problem(422, "invalid", errors=wrong)
    under_way = await latest(work)
    if under_way is None or under_way.ended_at is not None:
        raise Problem(409, "investigation_over")
    made = work.record(Sitting, words_of(session), method=session.method, held_at=session.at)
    await work.move(SessionRecorded(session=made.id, method=session.method, at=session.at, by=work.by))


async def collect(
    work: Work, kind: EvidenceKind, title: str, text: str | None, attachment: str | None, attachment_sha256: str | None
) -> None:
    """A piece of evidence, hashed as it arrived (4/5.2.8(2)): a text by its sealed bytes, a file by its content."""
    work.check("evidence.collected")
    made = work.record(
        Evidence, {"title": title, "text": text}, kind=kind, attachment=attachment, sha256=attachment_sha256
    )
    # the hash of a short text would give the text away to whoever guesses it: the sealed bytes are hashed
    made.sha256 = attachment_sha256 or hashlib.sha256(made.words).hexdigest()
    await work.move(EvidenceCollected(evidence=made.id, kind=kind, sha256=made.sha256, by=work.by))


async def end(work: Work) -> None:
    """The facts are established; the report is due in 3 working days (4/5.2.8(3)). Needs a session (3/3.3)."""
    work.check("investigation.ended")
    under_way = await latest(work)
    if under_way is None or under_way.ended_at is not None:
        raise Problem(409, "investigation_over")
    held = select(Sitting.id).where(Sitting.complaint == work.case.complaint, Sitting.at >= under_way.started_at)
    if (await work.session.scalars(held.limit(1))).one_or_none() is None:
        raise Problem(409, "record_needed")
    under_way.ended_at = work.at
    await work.move(InvestigationEnded(by=work.by))


async def report(work: Work, text: str) -> None:
    """The investigation report (4/5.2.8(3)). Raises ``Problem`` 409 before an investigation has ended."""
    work.check("report.submitted")
    ended = await latest(work, this_round=False)
    if ended is None or ended.ended_at is None:
        raise Problem(409, "no_investigation")
    made = work.record(Report, {"text": text}, investigation=ended.id)
    await work.move(ReportSubmitted(report=made.id, by=work.by))


async def find_cause(work: Work, cause: Cause, root: str, text: str) -> None:
    """The handler's finding of the cause, down to the root (3/4.1, 7/3.4.13)."""
    work.check("cause.found")
    work.record(Finding, {"root": root, "text": text}, cause=cause)
    await work.move(CauseFound(cause=cause, by=work.by))
