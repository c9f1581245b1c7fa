"""The duty engine's timers: what is overdue after a stop, caught up with; and how late one fires among a million.

Complaints are copies, made by SQL, of one that the engine itself has worked out from its history. The service is the
real one with its workers, alone on the embedded carrier; PostgreSQL is the product's, and waits for its disk.
"""
# ruff: noqa: T201 - a benchmark tells what it sees

import asyncio
import os
import tempfile
import time
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any, Final
from uuid import uuid4

import asyncpg
from sqlalchemy.ext.asyncio import AsyncSession

from services.house import open_service
from services.sla import keeping
from services.sla.keeping import Heard
from shared.database import Database, dsn
from shared.embedded import EmbeddedPostgres
from shared.events import ComplaintReceived, ComplaintRegistered, Event, Fact
from shared.outbox import hold
from shared.procedure import load
from shared.settings import Settings, database_url
from tests.bench.row import Row

OVERDUE: Final = int(os.environ.get("BENCH_OVERDUE", "100000"))
PENDING: Final = int(os.environ.get("BENCH_PENDING", "1000000"))
MOST_SECONDS: Final = 30.0
MOST_LAG: Final = 1.0
_TICKING_SECONDS: Final = 30
_DUE_A_SECOND: Final = 100
_LONG_AGO: Final = timedelta(days=60)
_COPIED: Final = ("subjects", "facts", "ledger_rows", "timers")
_OVERDUE: Final = """
SELECT (SELECT count(*) FROM ledger_rows WHERE next_look_at <= clock_timestamp())
     + (SELECT count(*) FROM timers WHERE next_turn_at <= clock_timestamp())
"""
_PENDING: Final = "SELECT count(*) FROM ledger_rows WHERE next_look_at IS NOT NULL"
_FIRED: Final = """
SELECT count(*) AS told, count(DISTINCT subject || (data ->> 'row')) AS rows,
    (SELECT count(*) FROM ledger_rows WHERE state = 'breached') AS breached,
    (SELECT count(*) FROM ledger_rows WHERE due_at <= clock_timestamp() AND state IN ('running', 'provisional')) AS left
FROM outbox WHERE type = 'duty.breached'
"""
_SPREAD: Final = """
UPDATE ledger_rows AS r SET due_at = at, next_look_at = at FROM (
    SELECT complaint, row, clock_timestamp() + interval '3 seconds' + n * interval '1 second' / $2 AS at
    FROM (SELECT complaint, row, row_number() OVER () AS n FROM ledger_rows
          WHERE complaint LIKE $1 || '%' AND next_look_at IS NOT NULL LIMIT $3) AS chosen) AS soon
WHERE r.complaint = soon.complaint AND r.row = soon.row
"""
_LAGS: Final = """
SELECT extract(epoch FROM recorded_at - (event -> 'data' ->> 'due_at')::timestamptz)::float AS lag
FROM log WHERE event ->> 'type' = 'duty.breached' AND event ->> 'subject' LIKE $1 || '%' ORDER BY 1
"""


def measure() -> list[Row]:
    """Return the rows ``timers-overdue`` and ``timers-million``; each fills a database of its own first."""
    return [asyncio.run(_in_new_office(_overdue)), asyncio.run(_in_new_office(_million))]


async def _in_new_office(measured: Any) -> Row:
    with tempfile.TemporaryDirectory(prefix="redress-bench-", ignore_cleanup_errors=True) as folder:
        postgres = EmbeddedPostgres(Settings(data=Path(folder), log_level="warning"))
        settings = postgres.start()
        try:
            await postgres.prepare(settings)
            async with open_service(settings, "sla"):
                pass  # its tables are there now
            row: Row = await measured(settings)
        finally:
            postgres.stop()
    return row


async def _overdue(settings: Settings) -> Row:
    async with _line(settings, "sla") as line:
        filled = await _fill(settings, line, "overdue", OVERDUE, datetime.now(UTC) - _LONG_AGO, _OVERDUE)
        begun, used = time.perf_counter(), time.process_time()
        async with open_service(settings, "sla"):
            while await line.fetchval(_OVERDUE):  # noqa: ASYNC110 - seen from outside, as others would
                await asyncio.sleep(0.05)
            seconds, busy = time.perf_counter() - begun, time.process_time() - used
        fired = await line.fetchrow(_FIRED)
    if fired["left"] or not fired["told"] == fired["rows"] == fired["breached"]:
        raise RuntimeError(f"not each told of once: {dict(fired)}")
    told = f"{filled} timers, {fired['told']} breaches, each told of once; processor {busy:.1f} s, with the start"
    print(f"timers-overdue: {seconds:.1f} s; {told}; load on the machine {os.getloadavg()[0]:.1f}", flush=True)
    ratio = round(seconds / MOST_SECONDS, 2)
    return Row("timers-overdue", round(seconds, 1), "s", MOST_SECONDS, ratio, seconds < MOST_SECONDS, where=told)


async def _million(settings: Settings) -> Row:
    async with _line(settings, "sla") as line, _line(settings, "bus") as bus:
        await _fill(settings, line, "pending", PENDING, datetime.now(UTC), _PENDING)
        due = _TICKING_SECONDS * _DUE_A_SECOND
        await line.execute("VACUUM ANALYZE ledger_rows")
        async with open_service(settings, "sla"):
            await line.execute(_SPREAD, "pending", _DUE_A_SECOND, due)
            await asyncio.sleep(_TICKING_SECONDS + 5)
        pending, lags = await line.fetchval(_PENDING), [row["lag"] for row in await bus.fetch(_LAGS, "pending")]
    if len(lags) != due:
        raise RuntimeError(f"{due} came due, {len(lags)} were told of")
    p50, p99 = lags[len(lags) // 2], lags[int(0.99 * len(lags))]
    told = f"{pending} pending; {_DUE_A_SECOND} a second came due for {_TICKING_SECONDS} s; from its time to the bus"
    print(f"timers-million: p99 {p99:.2f} s; {told}; load on the machine {os.getloadavg()[0]:.1f}", flush=True)
    ratio, reached = round(p99 / MOST_LAG, 2), p99 < MOST_LAG
    return Row(
        "timers-million", round(p99, 3), "s", MOST_LAG, ratio, reached, round(1000 * p50), round(1000 * p99), told
    )


async def _fill(
    settings: Settings, line: "asyncpg.Connection[Any]", name: str, wanted: int, at: datetime, counted: str
) -> int:
    """Copy a complaint registered at ``at`` until so many rows wait; return how many do, the original's not among."""
    begun, original = time.perf_counter(), f"original of {name}"
    others = await line.fetchval(counted)
    database = Database(database_url(settings, "sla"), "sla")
    async with database.session() as session:
        await _work_out(session, original, at)
    await database.dispose()
    each = await line.fetchval(counted) - others
    for table in _COPIED:
        await _copy(line, table, original, name, -(-wanted // each))
    for table in reversed(_COPIED):
        if table != "subjects":
            await line.execute(f"DELETE FROM {table} WHERE complaint = $1", original)
    filled = int(await line.fetchval(counted))
    print(f"{name}: {filled} rows in {time.perf_counter() - begun:.0f} s", flush=True)
    return filled


async def _work_out(session: AsyncSession, complaint: str, at: datetime) -> None:
    session.info["now"] = at  # as it stood then: nothing warned of, nothing breached
    await hold(session, complaint)
    heard = [_heard(complaint, number, fact, at) for number, fact in enumerate(_facts(at), 1)]
    await keeping.remember(session, heard)
    await keeping.recompute(session, [complaint])


def _facts(at: datetime) -> list[Fact]:
    words: dict[str, Any] = {"channel": "website", "reply_form": "online", "language": "zh-Hans", "number": "R1"}
    labels = {
        "service": "water",
        "topic_code": "water.billing",
        "nature": "charging",
        "kind": "complaint",
        "category": load().policy.category("water.billing", "charging"),
        "level": 3,
        "importance": "ordinary",
        "urgent": False,
        "procedure_version": load().version,
        "officer": "complaints.head",
    }
    received = ComplaintReceived(received_at=at, anonymous=True, by="channel:website", **words)
    return [received, ComplaintRegistered(received_at=at, by="operator1", **words, **labels)]


def _heard(complaint: str, sequence: int, fact: Fact, at: datetime) -> Heard:
    event = Event(
        id=str(uuid4()),
        source="intake",
        type=fact.type,
        subject=complaint,
        sequence=sequence,
        time=at,
        topic="complaints",
        data=fact,
    )
    return Heard(replace(event), fact)


async def _copy(line: "asyncpg.Connection[Any]", table: str, original: str, name: str, copies: int) -> None:
    key = "subject" if table == "subjects" else "complaint"
    rows = await line.fetch(
        "SELECT column_name FROM information_schema.columns WHERE table_name = $1 AND is_identity = 'NO'"
        " AND table_schema = 'public' AND column_name <> ALL($2)",
        table,
        [key, "sequence"] if table == "subjects" else [key],
    )
    columns = ", ".join(f'"{row["column_name"]}"' for row in rows)
    await line.execute(
        f"INSERT INTO {table} ({key}, {columns}) SELECT $1 || ' ' || n, {columns} FROM {table}"
        f" CROSS JOIN generate_series(1, $3::int) AS n WHERE {key} = $2",
        name,
        original,
        copies,
    )


@asynccontextmanager
async def _line(settings: Settings, database: str) -> AsyncIterator["asyncpg.Connection[Any]"]:
    connection = await asyncpg.connect(dsn(database_url(settings, database)))
    try:
        yield connection
    finally:
        await connection.close()


if __name__ == "__main__":
    for row in measure():
        print(row)
