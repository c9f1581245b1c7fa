"""The one clock: the database's, so that workers whose own clocks disagree do no harm; or a simulated value.

A simulated clock stands still until it is moved forward. Tokens, sessions, leases, retries and limits do not use it:
they always live in real time.
"""

from datetime import UTC, datetime
from typing import Any, cast

from sqlalchemy import text
from sqlalchemy.ext.asyncio import AsyncSession

from shared.database import Database

SIMULATION_BEGINS = datetime(2024, 1, 1, tzinfo=UTC)
"""Where a simulated clock stands before it is moved for the first time."""


class ClockRefused(Exception):
    """The clock cannot be used or moved like this; the message says why."""


async def now(session: AsyncSession) -> datetime:
    """The time of this transaction (UTC): read once, the same at each call. Hold what you need before you ask."""
    if "now" not in session.info:
        value = await session.scalar(text("SELECT coalesce((SELECT now FROM clock), clock_timestamp())"))
        session.info["now"] = cast("datetime", value).astimezone(UTC)
    return cast("datetime", session.info["now"])


async def adopt_clock(database: Database, *, simulated: bool) -> None:
    """Binds the data to the kind of time it lives in, at each start.

    Raises ClockRefused when the data has lived in the other kind.
    """
    async with database.session() as session:
        begin = SIMULATION_BEGINS if simulated else None
        await session.execute(
            text("INSERT INTO clock (simulated, now) VALUES (:simulated, :begin) ON CONFLICT DO NOTHING"),
            {"simulated": simulated, "begin": begin},
        )
        lived = await session.scalar(text("SELECT simulated FROM clock"))
    if lived != simulated:
        kinds = {True: "simulated", False: "real"}
        raise ClockRefused(f"{database.service}: this data has lived in {kinds[not simulated]} time")
    database.simulated = simulated


async def set_clock(session: AsyncSession, *, to: datetime | None, hold: bool | None) -> None:
    """Moves the simulated clock forward and holds or releases timers and consumption; None leaves as it is.

    Waits for batches and timers that have begun. Raises ClockRefused in real time, and for a move backwards.
    """
    row = (await session.execute(text("SELECT simulated, now FROM clock FOR UPDATE"))).one_or_none()
    if row is None or not row.simulated:
        raise ClockRefused("the clock of real time cannot be set")
    if to is not None and to < row.now:
        raise ClockRefused(f"the clock stands at {row.now.isoformat()} and only moves forward")
    await session.execute(
        text("UPDATE clock SET now = coalesce(:to, now), hold = coalesce(:hold, hold)"), {"to": to, "hold": hold}
    )
    session.info.pop("now", None)


async def held(session: AsyncSession) -> bool:
    """Whether timers and consumption must wait. Asked inside their transaction, it also makes ``set_clock`` wait."""
    if not session.info.get("simulated"):
        return False
    return bool(await session.scalar(text("SELECT hold FROM clock FOR SHARE")))


async def stands_still(database: Database) -> bool:
    """Whether timers are held, seen from outside any transaction: for who would only find nothing to do."""
    async with database.at_once.connect() as connection:
        return bool(await connection.scalar(text("SELECT hold FROM clock")))


async def read_clock(session: AsyncSession, next_due_at: datetime | None) -> dict[str, Any]:
    """The answer of ``GET /{service}/clock``: now, hold, next_due_at, published and consumed (events by topic)."""
    counts = await session.execute(
        text(
            "SELECT topic, sum(published)::bigint AS published, sum(consumed)::bigint AS consumed FROM ("
            " SELECT topic, published, consumed FROM progress UNION ALL"
            " SELECT topic, count(*), 0 FROM outbox WHERE position IS NULL GROUP BY topic) AS both_kinds GROUP BY topic"
        )
    )
    rows = counts.all()
    return {
        "now": await now(session),
        "hold": bool(await session.scalar(text("SELECT hold FROM clock"))),
        "next_due_at": next_due_at,
        "published": {row.topic: row.published for row in rows if row.published},
        "consumed": {row.topic: row.consumed for row in rows if row.consumed},
    }
