"""The timers: complaints whose next moment has come are claimed in batches, computed anew, and told of once.

A sweep only narrows: a complaint that somebody else holds is passed over and found again, and what is really due is
decided by computing it anew under its lock. Any number of replicas may sweep at once.
"""

from datetime import datetime
from typing import Final

from sqlalchemy import func, select, text, update
from sqlalchemy.ext.asyncio import AsyncSession

from services.sla.keeping import recompute
from services.sla.tables import Timer
from shared.clock import held
from shared.faults import is_infrastructure
from shared.logs import where
from shared.service import Service

BATCH: Final = 500

_CLAIM = text(
    "SELECT s.subject FROM timers AS t JOIN subjects AS s ON s.subject = t.complaint"
    " WHERE t.next_look_at <= coalesce((SELECT now FROM clock), clock_timestamp())"
    " ORDER BY t.next_look_at LIMIT :batch FOR UPDATE OF s SKIP LOCKED"
)
_LATER = text("UPDATE timers SET next_look_at = next_look_at + interval '1 hour' WHERE complaint = :complaint")


async def sweep(service: Service) -> bool:
    """One round; says whether more is waiting."""
    try:
        return await _sweep(service, BATCH)
    except Exception as fault:
        if is_infrastructure(fault):
            raise
        _tell(service, "sweep failed", fault)
        return await _one_by_one(service)


async def _sweep(service: Service, batch: int) -> bool:
    async with service.database.session() as session:
        if await held(session):
            return False
        complaints = await _claim(session, batch)
        if complaints:
            await recompute(session, complaints)
    return len(complaints) == batch


async def _claim(session: AsyncSession, batch: int) -> list[str]:
    return [row.subject for row in await session.execute(_CLAIM, {"batch": batch})]


async def _one_by_one(service: Service) -> bool:
    """A complaint that cannot be computed is looked at again an hour later; the others go on."""
    for _ in range(BATCH):
        async with service.database.session() as session:
            complaints = await _claim(session, 1)
            if not complaints:
                return False
            try:
                async with session.begin_nested():
                    await recompute(session, complaints)
            except Exception as fault:
                if is_infrastructure(fault):
                    raise
                _tell(service, "timer failed", fault, subject=complaints[0])
                await session.execute(_LATER, {"complaint": complaints[0]})
    return True


def _tell(service: Service, what: str, fault: Exception, **fields: str) -> None:
    service.log.error(what, error=type(fault).__name__, where=where(fault), **fields)


async def next_due(session: AsyncSession) -> datetime | None:
    """When something happens next without a new fact (UTC); for the simulated clock."""
    moment: datetime | None = await session.scalar(select(func.min(Timer.next_look_at)))
    return moment


async def look_at_all(session: AsyncSession, at: datetime) -> None:
    """Let every complaint whose dates could move be computed anew, batch by batch."""
    await session.execute(update(Timer).where(Timer.open).values(next_look_at=at))
