"""Tracking (chapter 6): follow-ups, urgings, pauses."""

from collections.abc import Sequence
from typing import Any, Final
from uuid import uuid4

from sqlalchemy import select, text
from sqlalchemy.ext.asyncio import AsyncSession

from services.casework import findings
from services.casework.moving import move, stage_of
from services.casework.tables import Case, FollowUp, Pausing, SpecialDay, Urging
from services.casework.urging import complainant_may_urge, lapses, newest
from services.casework.work import Work
from shared.clock import now
from shared.errors import Problem
from shared.events import ClockPaused, ClockResumed, FollowUpRecorded, UrgingAnswered, UrgingMade
from shared.glossary import FollowUpFinding, FollowUpWay, PauseReason
from shared.lifecycle import is_possible
from shared.office_calendar import Calendar
from shared.procedure import load
from shared.procedure.calendars import default_calendar, special_day

_UNANSWERED: Final = text(
    "SELECT c.complaint, c.number, c.stage, c.topic_code, c.department, c.officer, c.named_officers,"
    " count(*) AS urgings, min(u.at) AS since FROM urgings AS u JOIN cases AS c USING (complaint)"
    " WHERE u.answered_at IS NULL AND u.lapsed_at IS NULL"
    " GROUP BY c.complaint HAVING count(*) >= :at_least ORDER BY since, c.complaint LIMIT 500"
)


async def follow_up(
    work: Work, way: FollowUpWay, finding: FollowUpFinding, text: str, satisfaction: int | None = None
) -> None:
    """A person's recorded finding (6/3.4.6); only that fulfils the duty, never watching by system.

    It is passed on to the handler at once (6/3.4.8(1)).
    """
    work.check("follow_up.recorded")
    made = work.record(FollowUp, {"text": text}, way=way, finding=finding, satisfaction=satisfaction)
    await work.move(FollowUpRecorded(follow_up=made.id, way=way, finding=finding, by=work.by))
    await findings.pass_on(work.session, work.case, [made], work.at)


async def urgings(session: AsyncSession, complaint: str, **only: Any) -> list[Urging]:
    """Return the complaint's urgings, the oldest first."""
    asked = select(Urging).filter_by(complaint=complaint, **only).order_by(Urging.place)
    return list(await session.scalars(asked))


async def calendar(session: AsyncSession) -> Calendar:
    """Return the office's calendar with its special days."""
    special = {one.day: special_day(one.kind) for one in await session.scalars(select(SpecialDay))}
    return default_calendar().with_special_days(special) if special else default_calendar()


async def urge(work: Work, text: str | None) -> None:
    """The handler is urged by a supervisor, or by the complainant (at intake, or through an operator on the phone).

    Raises ``Problem`` 409 ``urged_today`` where the complainant has done so on this working day.
    """
    work.check("urging.made")
    office_urges = "supervisor" in work.caller.roles
    origin = "office" if office_urges else "complainant"
    if not office_urges:
        earlier = await urgings(work.session, work.case.complaint, origin="complainant")
        last = newest(one.at for one in earlier)
        if not complainant_may_urge(last, work.at, load().policy, await calendar(work.session)):
            raise Problem(409, "urged_today")
    by = "complainant" if work.caller.is_service else work.by
    made = work.record(Urging, {"text": text} if text else None, origin=origin)
    made.by = by
    await work.move(UrgingMade(urging=made.id, origin=origin, by=by))


async def urge_by_office(session: AsyncSession, case: Case, duty: str) -> None:
    """80 % of a duty's time is gone: the office urges by itself, once while that urging is open (6/3.4.3(2))."""
    if not is_possible(stage_of(case), "urging.made"):
        return  # replied or later: nothing to urge
    open_ones = await urgings(session, case.complaint, duty=duty, answered_at=None, lapsed_at=None)
    if open_ones:
        return
    made = Urging(
        id=str(uuid4()), complaint=case.complaint, at=await now(session), by="system", origin="office", duty=duty
    )
    session.add(made)
    await session.flush()
    await move(session, case, UrgingMade(urging=made.id, origin="office", duty=duty, by="system"))


async def answer(work: Work, urging: str, text: str) -> None:
    """The handler answers what has been done and what will be, by when (policy: in 1 working day)."""
    found = await work.own(Urging, urging, "urging_not_found")
    work.check("urging.answered")
    if found.answered_at or found.lapsed_at:
        raise Problem(409, "urging_over")
    found.answered_at, found.answered_by = work.at, work.by
    work.seal_words(found, work.words(found) | {"answer": text})
    await work.move(UrgingAnswered(urging=found.id, by=work.by))


async def lapse(session: AsyncSession, complaint: str, duty: str | None) -> None:
    """An urging lapses when its duty ends, all of them when the complaint does (``duty`` None)."""
    for one in await urgings(session, complaint, answered_at=None, lapsed_at=None):
        if duty is None or lapses(one.duty, duty):
            one.lapsed_at = await now(session)


async def pause(work: Work, reason: PauseReason) -> None:
    """The pausable clocks stand still (policy, pauses). Raises ``Problem`` 403 for force majeure by a handler."""
    work.check("clock.paused")
    cap = next((one for one in load().policy.pauses if reason in one.reasons), None)
    if cap is not None and cap.by == "supervisor" and not work.supervises:
        raise Problem(403, "supervisor_needed")
    if any(one.reason == reason for one in await _paused(work)):
        raise Problem(409, "already_paused")
    work.record(Pausing, reason=reason)
    await work.move(ClockPaused(reason=reason, by=work.by))


async def resume(work: Work, reason: PauseReason | None) -> None:
    """The reason has gone, the clocks run on; without a reason, all of them have gone."""
    work.check("clock.resumed")
    ending = [one for one in await _paused(work) if reason in {None, one.reason}]
    if not ending:
        raise Problem(409, "not_paused")
    for one in ending:
        one.resumed_at, one.resumed_by = work.at, work.by
        await work.move(ClockResumed(reason=one.reason, by=work.by))


async def _paused(work: Work) -> list[Pausing]:
    asked = select(Pausing).where(Pausing.complaint == work.case.complaint, Pausing.resumed_at.is_(None))
    return list(await work.session.scalars(asked))


async def unanswered(session: AsyncSession, at_least: int) -> Sequence[Any]:
    """Return the complaints with so many urgings that wait for an answer, the longest waiting first."""
    return (await session.execute(_UNANSWERED, {"at_least": at_least})).all()
