"""The relay: carries the rows of one outbox to the bus, in order. One is active in a database at a time."""

import asyncio
from collections import Counter
from contextlib import suppress
from typing import Any

import asyncpg

from shared import people_first
from shared.bus import Bus, read_fact_text
from shared.database import Database
from shared.events import Event
from shared.logs import log, where

_LOCK = "SELECT pg_try_advisory_lock(hashtextextended('relay', 0))"
# by the unsent flag, never by "id > last seen": rows commit out of order
_UNSENT = """
SELECT id, event_id, type, topic, subject, sequence, time, data FROM outbox WHERE position IS NULL ORDER BY id LIMIT $1
"""
_SENT = """
WITH given AS (
    SELECT id, n + (SELECT coalesce(max(position), 0) FROM outbox WHERE position IS NOT NULL) AS position
    FROM unnest($1::bigint[]) WITH ORDINALITY AS sent (id, n))
UPDATE outbox SET position = given.position FROM given WHERE outbox.id = given.id
"""
_PUBLISHED = """
INSERT INTO progress (topic, published) SELECT * FROM unnest($1::text[], $2::bigint[])
ON CONFLICT (topic) DO UPDATE SET published = progress.published + excluded.published
"""
_SLOWEST_RETRY = 5.0


class Relay:
    """Run it as a task in every replica: whoever gets the lock works, the others stand by."""

    def __init__(self, database: Database, bus: Bus, *, batch: int = 500, poll_seconds: float = 2.0) -> None:
        self._database = database
        self._bus = bus
        self._batch = batch
        self._poll_seconds = poll_seconds
        self._stopping = False
        self._woken = asyncio.Event()
        self._line: asyncpg.Connection | None = None
        self._active = False
        self._failures = 0
        self._log = log(database.service)

    async def run(self) -> None:
        """Sends until ``stop``; whatever fails is tried again, nothing is skipped."""
        while not self._stopping:
            try:
                sent = await self._round()
                self._failures = 0
                if not sent:
                    await self._sleep(self._poll_seconds)
            except Exception as fault:  # noqa: BLE001 - tried again, whatever it was
                self._failures += 1
                self._log.warning("relay waits", error=type(fault).__name__, where=where(fault), tries=self._failures)
                await self._hang_up()
                self._woken.clear()
                await self._sleep(min(0.1 * 2 ** min(self._failures, 10), _SLOWEST_RETRY))
        await self._hang_up()

    async def stop(self) -> None:
        """Lets the batch that is on its way finish; ``run`` then returns."""
        self._stopping = True
        self._woken.set()

    def healthy(self) -> bool:
        """False when it has failed time and again: the service is not ready."""
        return self._failures < 5

    async def _round(self) -> int:
        self._woken.clear()
        if self._line is None or self._line.is_closed():
            self._active = False
            self._line = await self._database.connect("relay")
            await self._line.add_listener("outbox", self._wake)
        self._active = self._active or await self._line.fetchval(_LOCK)
        return await self._send_waiting(self._line) if self._active else 0

    async def _send_waiting(self, line: asyncpg.Connection) -> int:
        async with people_first.turn():
            return await self._send(line, await line.fetch(_UNSENT, self._batch))

    async def _send(self, line: asyncpg.Connection, rows: list[asyncpg.Record]) -> int:
        if not rows:
            return 0
        events = [self._event(row) for row in rows]
        await self._bus.append(events)
        counts = Counter(event.topic for event in events)
        # on the connection that holds the lock: a relay that has lost it cannot give a position
        async with line.transaction():
            await line.execute(_SENT, [row["id"] for row in rows])
            await line.execute(_PUBLISHED, list(counts), list(counts.values()))
            await line.execute("SELECT pg_notify('journal', '')")
        return len(rows)

    def _event(self, row: asyncpg.Record) -> Event:
        return Event(
            id=row["event_id"],
            source=self._database.service,
            type=row["type"],
            subject=row["subject"],
            sequence=row["sequence"],
            time=row["time"],
            topic=row["topic"],
            data=read_fact_text(row["type"], row["data"]),
        )

    def _wake(self, *_: Any) -> None:
        self._woken.set()

    async def _sleep(self, seconds: float) -> None:
        with suppress(TimeoutError):
            await asyncio.wait_for(self._woken.wait(), 0 if self._stopping else seconds)

    async def _hang_up(self) -> None:
        line, self._line = self._line, None
        if line is not None and not line.is_closed():
            with suppress(Exception):
                await line.close(timeout=2)
