"""What a follow-up has found reaches the handling department at once, so that it can adjust (6/3.4.8(1))."""

from collections.abc import Sequence
from datetime import datetime

from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession

from services.casework.tables import Case, FollowUp
from services.casework.work import Work
from shared.errors import Problem
from shared.events import FindingPassedOn
from shared.outbox import say


async def pass_on(session: AsyncSession, case: Case, found: Sequence[FollowUp], at: datetime) -> None:
    """Pass findings on to the officer; while there is none they wait for the assignment. Their own they know."""
    if case.officer is None:
        case.findings_wait = case.findings_wait or bool(found)
        return
    for one in found:
        one.passed_on_at, one.passed_on_to = at, case.officer
        if one.by == case.officer:
            one.noted_at, one.noted_by = at, case.officer
        await say(session, case.complaint, FindingPassedOn(follow_up=one.id, to=case.officer))


async def pass_on_waiting(session: AsyncSession, case: Case, at: datetime) -> None:
    """The case has become somebody's: what was found before reaches them now."""
    if not case.findings_wait:
        return
    case.findings_wait = False
    wanted = select(FollowUp).where(FollowUp.complaint == case.complaint, FollowUp.passed_on_at.is_(None))
    await pass_on(session, case, (await session.scalars(wanted.order_by(FollowUp.place))).all(), at)


async def take_note(work: Work, follow_up: str) -> None:
    """The handler has read it. Raises ``Problem`` 404, and 409 the second time."""
    found = await work.own(FollowUp, follow_up, "finding_not_found")
    if found.noted_at is not None:
        raise Problem(409, "finding_noted")
    found.noted_at, found.noted_by = work.at, work.by
