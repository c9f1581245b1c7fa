"""What is handed to another server, a mail or a short message: claimed, tried, tried again, one at a time.

A row in state ``sending`` is claimed in a transaction of its own before the server is spoken to. What was claimed and
not brought to an end within the lease has been broken off: nobody knows whether the server took it.
"""

from typing import Any, Final

from sqlalchemy import ColumnElement, func, or_, select, text, update
from sqlalchemy.ext.asyncio import AsyncSession

from shared.outbox import hold
from shared.running import Service

LEASE_SECONDS: Final = 120
"""Real time after which a claimed row is taken for broken off."""
_LONGEST_WAIT: Final = 600


def broken_off(table: type[Any]) -> tuple[ColumnElement[bool], ...]:
    """Return the conditions on a row whose attempt was broken off."""
    lease = func.clock_timestamp() - text(f"interval '{LEASE_SECONDS} seconds'")
    return table.state == "sending", table.attempt_begun_at < lease


async def claim(session: AsyncSession, table: type[Any], waiting_since: Any) -> Any:
    """Claim the row that waits longest and is nobody's; ``None`` when there is none."""
    clock = func.clock_timestamp()
    waiting = (
        select(table)
        .where(table.state == "sending", table.attempt_begun_at.is_(None))
        .where(or_(table.try_after.is_(None), table.try_after <= clock))
        .order_by(waiting_since)
        .limit(1)
        .with_for_update(skip_locked=True)
    )
    row = await session.scalar(waiting)
    if row is not None:
        mine = update(table).where(table.id == row.id).values(attempt_begun_at=clock, tries=table.tries + 1)
        await session.execute(mine.execution_options(synchronize_session=False))
    return row


async def held(session: AsyncSession, service: Service, table: type[Any], id_: str) -> Any:
    """Return the row under its case's hold, ``None`` when somebody else has brought it to an end meanwhile."""
    session.info["running"] = service
    await hold(session, str(await session.scalar(select(table.complaint).where(table.id == id_))))
    row = await session.get(table, id_, with_for_update=True)
    return row if row is not None and row.state == "sending" else None


async def try_again(service: Service, claimed: Any, said: str, **name: str) -> None:
    """It has surely not gone out: again in a while, at most every ten minutes of real time. The rest is for the log."""
    table, wait = type(claimed), min(5 * 2**claimed.tries, _LONGEST_WAIT)
    service.log.warning(said, **name, tries=claimed.tries, again_in=wait)
    async with service.database.session() as session:
        again = func.clock_timestamp() + text(f"interval '{wait} seconds'")
        mine = update(table).where(table.id == claimed.id, table.state == "sending")
        await session.execute(mine.values(attempt_begun_at=None, try_after=again))
