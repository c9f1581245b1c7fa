"""An alarm rings at somebody, and climbs while nobody takes it (2/1.1.16(1); policy, level 1).

Time is kept by the duty engine: each quarter of an hour without an acceptance is a breach, and each breach a climb.
"""

from collections.abc import Iterable
from datetime import datetime
from typing import Final, cast
from uuid import uuid4

from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession

from services.casework import office, roster
from services.casework.assignment import assignment_rules
from services.casework.on_duty import ladder, next_to_call, supervisors_of
from services.casework.tables import Alarm, Case
from services.casework.work import Work
from shared import batch
from shared.clock import now
from shared.errors import Problem
from shared.events import AlarmAccepted, AlarmClimbed
from shared.outbox import say

CLIMBING: Final = frozenset({"alarm", "alarm.climbed"})
"""The duties whose breach lets an alarm climb."""


async def rungs(session: AsyncSession, case: Case, at: datetime) -> tuple[str, ...]:
    """Return whom an alarm of the case rings for at a moment, in order."""
    staff = await office.staff(session)
    heads = supervisors_of(case.department, staff, assignment_rules().decides_disputes)
    return ladder(await roster.watches(session, at), at, heads, staff.kept_away(case.named_officers))


async def ring(session: AsyncSession, case: Case, at: datetime, by: str, cause: str, cues: list[str]) -> None:
    """An alarm begins to ring at whoever is on duty, or where another one of the complaint rings already."""
    others = await _of(session, case)
    called = list(others[0].called) if others else [*(await rungs(session, case, at))[:1]]
    alarm = Alarm(id=str(uuid4()), complaint=case.complaint, at=at, by=by, cause=cause, cues=cues, called=called)
    others.append(alarm)
    session.add(alarm)


async def climb(session: AsyncSession, case: Case, at: datetime) -> None:
    """Nobody has taken it in time: it rings at the next of those who are on duty now; at the top it rings on."""
    rings = await _of(session, case)
    if not rings:
        return  # taken meanwhile
    called = list(rings[0].called)
    to = next_to_call(await rungs(session, case, at), called)
    if to is None:
        return
    for alarm in rings:
        alarm.called = [*called, to]
    await say(session, case.complaint, AlarmClimbed(step=len(called), to=to))


async def accept(work: Work) -> None:
    """Somebody takes the alarm: whoever it is, nothing is lost (policy: within 15 minutes, by someone on duty).

    Who takes it answers for the complaint until it is assigned. Raises ``Problem`` 409 where none rings.
    """
    if not await silence(work.session, work.case.complaint, work.by):
        raise Problem(409, "no_alarm")
    if work.case.officer is None:
        work.case.responsible = work.by


async def silence(session: AsyncSession, complaint: str, by: str) -> bool:
    """A person has taken every ringing alarm of the complaint; say whether one rang."""
    found = await ringing_of_batch(session) if batch.is_taken_in(session) else await ringing(session, [complaint])
    rang = found.pop(complaint, [])
    for alarm in rang:
        alarm.accepted_at, alarm.accepted_by = await now(session), by
    if rang:
        await say(session, complaint, AlarmAccepted(by=by))
    return bool(rang)


async def ringing_of_batch(session: AsyncSession) -> dict[str, list[Alarm]]:
    """Return the alarms that ring for the complaints of the batch; read at its first need."""
    if "ringing" not in session.info:
        session.info["ringing"] = await ringing(session, batch.subjects(session))
    return cast("dict[str, list[Alarm]]", session.info["ringing"])


async def ringing(session: AsyncSession, complaints: Iterable[str]) -> dict[str, list[Alarm]]:
    """Return the alarms that ring, by complaint."""
    asked = select(Alarm).where(Alarm.complaint.in_(complaints), Alarm.accepted_at.is_(None))
    found: dict[str, list[Alarm]] = {}
    for alarm in await session.scalars(asked.order_by(Alarm.place)):
        found.setdefault(alarm.complaint, []).append(alarm)
    return found


async def _of(session: AsyncSession, case: Case) -> list[Alarm]:
    if batch.is_taken_in(session):
        return (await ringing_of_batch(session)).setdefault(case.complaint, [])
    return (await ringing(session, [case.complaint])).get(case.complaint, [])


async def pass_on(session: AsyncSession, officer: str, to: str) -> None:
    """Whoever took a shift over is called where the one before was; not about a complaint they must keep away from."""
    staff = await office.staff(session)
    asked = select(Alarm, Case.named_officers).join(Case, Case.complaint == Alarm.complaint)
    for alarm, named in await session.execute(asked.where(Alarm.accepted_at.is_(None)).with_for_update(of=Alarm)):
        if alarm.called[-1:] == [officer] and to not in staff.kept_away(named):
            alarm.called = [*alarm.called[:-1], to]
