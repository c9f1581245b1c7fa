"""A warning that comes outside office hours goes to whoever is on duty, not only to its owner (policy, warnings)."""

from collections.abc import Sequence
from datetime import datetime
from typing import Final, cast

from sqlalchemy import func, select
from sqlalchemy.ext.asyncio import AsyncSession

from services.casework import alarms, office, roster, tracking
from services.casework.on_duty import sees_to_it, sleeps
from services.casework.tables import Case, PassedWarning
from shared import batch
from shared.events import DutyWarned, WarningPassedOn
from shared.office_calendar import Calendar
from shared.outbox import say

AT_ONCE: Final = 200
"""How many warnings are listed: the next due ones; what stands behind them comes up as they are seen to."""


async def pass_on(session: AsyncSession, case: Case, fact: DutyWarned, at: datetime) -> None:
    """Tell who is on duty, where the office sleeps at the moment of the warning. An alarm rings at them by itself."""
    if fact.duty in alarms.CLIMBING or not sleeps(at, await _calendar(session)):
        return
    to = next(iter(await alarms.rungs(session, case, at)), None)
    if to is None:
        return
    known = await _open(session)
    one = known.get((case.complaint, fact.row))
    if one is None:
        one = PassedWarning(complaint=case.complaint, row=fact.row, duty=fact.duty, clause=fact.clause)
        known[case.complaint, fact.row] = one
        session.add(one)
    one.share, one.due_at, one.at, one.to = fact.share, fact.due_at, at, to
    told = WarningPassedOn(row=fact.row, duty=fact.duty, share=fact.share, due_at=fact.due_at, to=to)
    await say(session, case.complaint, told)


async def is_over(session: AsyncSession, complaint: str, row: str) -> None:
    """The duty is fulfilled or void: nobody has to see to it any more."""
    one = (await _open(session)).pop((complaint, row), None)
    if one in session.new:
        session.expunge(one)
    elif one is not None:
        await session.delete(one)


async def hand_over(session: AsyncSession, officer: str, to: str) -> None:
    """Whoever took a shift over sees to what the one before was told; not about a complaint they keep away from."""
    staff = await office.staff(session)
    told = select(PassedWarning, Case.named_officers).join(Case, Case.complaint == PassedWarning.complaint)
    for one, named in await session.execute(told.where(PassedWarning.to == officer).with_for_update(of=PassedWarning)):
        if to not in staff.kept_away(named):
            one.to = to


async def listed(
    session: AsyncSession, officer: str, at: datetime, *, mine: bool
) -> Sequence[tuple[PassedWarning, Case, str]]:
    """Return what was passed on and is not over, and who sees to it now, the next due first, ``AT_ONCE`` at most.

    Nothing that names the officer (4/5.2.2); ``mine``: those alone that the officer sees to.
    """
    running, staff = await roster.watches(session, at), await office.staff(session)
    asked = select(PassedWarning, Case).join(Case, Case.complaint == PassedWarning.complaint)
    asked = asked.where(await office.not_about(session, officer))
    asked = asked.order_by(PassedWarning.due_at, PassedWarning.complaint, PassedWarning.row)
    if mine:
        # few are ever told; who sees to it instead follows from the shifts, and from whom the complaint names
        told = await session.scalars(select(PassedWarning.to).distinct())
        theirs = [to for to in told if sees_to_it(to, running, at, frozenset()) == officer]
        names_nobody = func.cardinality(Case.named_officers) == 0
        plain = await session.execute(asked.where(names_nobody, PassedWarning.to.in_(theirs)).limit(AT_ONCE))
        rows = [*plain, *await session.execute(asked.where(~names_nobody))]
        rows.sort(key=lambda row: (row[0].due_at, row[0].complaint, row[0].row))
    else:
        rows = [*await session.execute(asked.limit(AT_ONCE))]
    seen_to = ((one, case, sees_to_it(one.to, running, at, staff.kept_away(case.named_officers))) for one, case in rows)
    return [(one, case, to) for one, case, to in seen_to if to == officer or not mine][:AT_ONCE]


async def _open(session: AsyncSession) -> dict[tuple[str, str], PassedWarning]:
    """Return what is passed on of the batch's complaints; read at its first need."""
    if "passed" not in session.info:
        asked = select(PassedWarning).where(PassedWarning.complaint.in_(batch.subjects(session)))
        session.info["passed"] = {(one.complaint, one.row): one for one in await session.scalars(asked)}
    return cast("dict[tuple[str, str], PassedWarning]", session.info["passed"])


async def _calendar(session: AsyncSession) -> Calendar:
    if "office_calendar" not in session.info:
        session.info["office_calendar"] = await tracking.calendar(session)
    return cast("Calendar", session.info["office_calendar"])
