"""The roster: who is on duty and who is on call, entered beforehand, handed over while it runs (2/1.1.16(1))."""

from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Final
from uuid import uuid4

from sqlalchemy import select, text
from sqlalchemy.ext.asyncio import AsyncSession

from services.casework import office
from services.casework.on_duty import Watch
from services.casework.tables import Shift
from shared import batch
from shared.clock import now
from shared.errors import Problem

LONGEST: Final = timedelta(days=7)
_ABLE: Final = frozenset({"operator", "handler", "supervisor"})
_ONE_AT_A_TIME: Final = text("SELECT pg_advisory_xact_lock(hashtextextended('roster', 0))")


async def watches(session: AsyncSession, at: datetime) -> list[Watch]:
    """Return the shifts that run at a moment (UTC); of a batch, each day's are read once."""
    if not batch.is_taken_in(session):
        return [_watch(one) for one in await between(session, at, at + timedelta(microseconds=1))]
    day = at.replace(hour=0, minute=0, second=0, microsecond=0)
    shifts = session.info.setdefault("shifts", {})
    if day not in shifts:
        shifts[day] = await between(session, day, day + timedelta(days=1))
    return [_watch(one) for one in shifts[day] if one.begins_at <= at < one.ends_at]


async def between(session: AsyncSession, begin: datetime, end: datetime) -> Sequence[Shift]:
    """Return the shifts that run somewhere in [begin, end), the earliest first."""
    asked = select(Shift).where(Shift.ends_at > begin, Shift.begins_at < end, Shift.cancelled_at.is_(None))
    return (await session.scalars(asked.order_by(Shift.begins_at, Shift.kind, Shift.officer))).all()


def _watch(shift: Shift) -> Watch:
    return Watch(shift.kind, shift.officer, shift.deputy, shift.begins_at, shift.ends_at)


async def enter(session: AsyncSession, wanted: Watch, by: str) -> Shift:
    """Enter a shift. Raises ``Problem`` 422 for one that is over, too long, or of people who cannot take an alarm."""
    await session.execute(_ONE_AT_A_TIME)
    at = await now(session)
    if wanted.ends_at <= wanted.begins_at or wanted.ends_at - wanted.begins_at > LONGEST:
        raise Problem(422, "invalid", errors=[("ends_at", "shift_length")])
    if wanted.ends_at <= at:
        raise Problem(422, "invalid", errors=[("ends_at", "in_past")])
    await _check_able(session, "officer", wanted.officer)
    if wanted.deputy is not None:
        await _check_able(session, "deputy", wanted.deputy)
        if wanted.deputy == wanted.officer:
            raise Problem(422, "invalid", errors=[("deputy", "own_deputy")])
    for other in await between(session, wanted.begins_at, wanted.ends_at):
        if (other.officer, other.kind) == (wanted.officer, wanted.kind):
            raise Problem(409, "on_duty_already")
    return _add(session, wanted, at, by)


def _add(session: AsyncSession, wanted: Watch, at: datetime, by: str, follows: str | None = None) -> Shift:
    made = Shift(
        id=str(uuid4()),
        kind=wanted.kind,
        officer=wanted.officer,
        deputy=wanted.deputy,
        begins_at=wanted.begins_at,
        ends_at=wanted.ends_at,
        entered_at=at,
        entered_by=by,
        follows=follows,
    )
    session.add(made)
    return made


async def _check_able(session: AsyncSession, field: str, officer: str) -> None:
    person = (await office.staff(session)).people.get(officer)
    if person is None or not person.active or not person.roles & _ABLE:
        raise Problem(422, "invalid", errors=[(field, "not_fit_for_duty")])


async def hand_over(session: AsyncSession, shift: str, to: str, note: str, by: str, *, keeps: bool) -> Shift:
    """Somebody takes a running shift over, with what they have to know.

    ``keeps``: the caller keeps the roster; others hand over only what is theirs. Raises ``Problem`` 403, 404, 409, 422.
    """
    await session.execute(_ONE_AT_A_TIME)
    at, running = await now(session), await _shift(session, shift)
    if not keeps and by not in {running.officer, running.deputy}:
        raise Problem(403, "not_your_shift")
    if not _watch(running).runs(at):
        raise Problem(409, "shift_not_running")
    await _check_able(session, "officer", to)
    if to == running.officer:
        raise Problem(422, "invalid", errors=[("officer", "own_deputy")])
    deputy = running.deputy if running.deputy != to else None
    made = _add(session, Watch(running.kind, to, deputy, at, running.ends_at), at, by, follows=running.id)
    made.note, running.ends_at = note, at
    return made


async def cancel(session: AsyncSession, shift: str) -> None:
    """Take a shift back that has not begun. Raises ``Problem`` 404, 409."""
    await session.execute(_ONE_AT_A_TIME)
    at, found = await now(session), await _shift(session, shift)
    if found.begins_at <= at:
        raise Problem(409, "shift_begun")
    found.cancelled_at = at


async def _shift(session: AsyncSession, shift: str) -> Shift:
    found = await session.get(Shift, shift)
    if found is None or found.cancelled_at:
        raise Problem(404, "shift_not_found")
    return found
