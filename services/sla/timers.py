"""The timers: what happens to a ledger by itself, found by sweeps and told of once.

Two kinds of moments. A *turn* (a duty begins, a pause is used up, the calendar changed): the complaint is computed
anew from its history. A *look* at one row (a warning, a breach): its dates, which the last computation left beside it,
decide, so that a hundred thousand overdue ones are soon caught up with.

A sweep only narrows: it passes over complaints that somebody else holds, and what is really due is decided by what
stands in the tables once it holds them. Any number of replicas may sweep at once.
"""

from collections.abc import Sequence
from datetime import datetime
from typing import Any, Final

from sqlalchemy import Row, func, select, update
from sqlalchemy.ext.asyncio import AsyncSession

from services.sla import calendar_entries, standing, statements
from services.sla.keeping import moments, recompute, to_text
from services.sla.looking import Watch, look
from services.sla.tables import LedgerRow, Timer
from shared.clock import held, now
from shared.events import OFFICE, DutyBreached, DutyWarned, Fact, StandingDutyBreached, StandingDutyWarned
from shared.faults import is_infrastructure
from shared.logs import where
from shared.outbox import publish_many
from shared.service import Service
from shared.working_time import Calendar

BATCH: Final = 500
_WORDS: Final[tuple[tuple[type[Fact], type[Fact]], ...]] = (
    (DutyBreached, DutyWarned),
    (StandingDutyBreached, StandingDutyWarned),
)


async def sweep(service: Service) -> bool:
    """One round; says whether more is waiting. Turns come first: they may move a date before it is looked at."""
    try:
        if await _turn(service, BATCH):
            return True
    except Exception as fault:
        if is_infrastructure(fault):
            raise
        _tell(service, "sweep failed", fault)
        if await _turn_one_by_one(service):
            return True
    return await _look(service, 2 * BATCH)


async def _turn(service: Service, batch: int) -> bool:
    async with service.database.session() as session:
        if await held(session):
            return False
        claimed = await session.execute(statements.CLAIM_TURNS, {"batch": batch})
        complaints = [row.subject for row in claimed]
        if complaints:
            await _anew(session, complaints)
    return len(complaints) == batch


async def _anew(session: AsyncSession, subjects: Sequence[str]) -> None:
    if OFFICE in subjects:
        await standing.keep(session)
    await recompute(session, [one for one in subjects if one != OFFICE])


async def _turn_one_by_one(service: Service) -> bool:
    """A complaint that cannot be computed is tried again an hour later; the others go on."""
    for _ in range(BATCH):
        async with service.database.session() as session:
            complaint = await session.scalar(statements.CLAIM_TURNS, {"batch": 1})
            if complaint is None:
                return False
            try:
                async with session.begin_nested():
                    await _anew(session, [complaint])
            except Exception as fault:
                if is_infrastructure(fault):
                    raise
                _tell(service, "timer failed", fault, subject=complaint)
                await session.execute(statements.LATER, {"complaint": complaint})
    return True


async def _look(service: Service, batch: int) -> bool:
    async with service.database.session() as session:
        if await held(session):
            return False
        claimed = list(await session.execute(statements.CLAIM_ROWS, {"batch": batch}))
        if claimed:
            await _look_at(session, sorted({row.subject for row in claimed}))
    return len(claimed) == batch


async def _look_at(session: AsyncSession, complaints: Sequence[str]) -> None:
    at, office = await now(session), await calendar_entries.load(session)
    rows = list(await session.execute(statements.DUE_ROWS, {"complaints": complaints, "now": at}))
    facts: list[tuple[str, Fact]] = []
    seen: dict[str, list[Any]] = {"complaints": [], "rows": [], "breached": [], "warned": [], "moments": []}
    for row in rows:
        told, warned, again_at = _see(row, office.latest, at)
        facts += [(row.complaint, fact) for fact in told]
        values = (row.complaint, row.row, row.due_at <= at, warned, again_at)
        for column, value in zip(seen.values(), values, strict=True):
            column.append(value)
    if rows:
        await session.execute(statements.LOOKED, seen)
        await publish_many(session, facts)


def _see(row: Row[Any], calendar: Calendar, at: datetime) -> tuple[list[Fact], str, datetime | None]:
    """What to tell of a row now, what it has been warned of, and when to look again."""
    name = {"row": row.row, "duty": row.duty, "clause": row.clause}
    breached, warning = _WORDS[row.complaint == OFFICE]
    if row.due_at <= at:
        return [breached(**name, due_at=row.due_at)], row.warned, None
    warned = moments(row.warned)
    found = look(Watch(row.due_at, moments(row.warn_at), row.any_hour), warned, calendar, at)
    facts: list[Fact] = [warning(**name, due_at=row.due_at, share=share) for share in found.warn]
    return facts, to_text(warned | dict.fromkeys(found.warn, at)), found.again_at


def _tell(service: Service, what: str, fault: Exception, **fields: str) -> None:
    service.log.error(what, error=type(fault).__name__, where=where(fault), **fields)


async def next_due(session: AsyncSession) -> datetime | None:
    """When something happens next without a new fact (UTC); for the simulated clock."""
    turn = await session.scalar(select(func.min(Timer.next_turn_at)))
    row = await session.scalar(select(func.min(LedgerRow.next_look_at)))
    return min((moment for moment in (turn, row) if moment), default=None)


async def look_at_all(session: AsyncSession, at: datetime) -> None:
    """Let every complaint whose dates could move be computed anew, batch by batch."""
    await session.execute(update(Timer).where(Timer.open).values(next_turn_at=at))
