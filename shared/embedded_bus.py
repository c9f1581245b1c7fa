"""The embedded carrier: an append-only log in the database ``bus``, offsets per group, woken by NOTIFY."""

import asyncio
import json
import zlib
from collections import Counter, OrderedDict
from collections.abc import Collection, Iterable, Sequence
from typing import Any

import asyncpg

from shared.bus import TOPICS, Portion, Subscription, check_size, read_event
from shared.database import STATEMENT_SECONDS, connect, dsn
from shared.events import Event, to_cloudevent_text

_SCHEMA = """
CREATE TABLE IF NOT EXISTS partitions (
    topic text, partition int, next bigint NOT NULL DEFAULT 0, PRIMARY KEY (topic, partition));
CREATE TABLE IF NOT EXISTS log (
    topic text, partition int, "offset" bigint, event jsonb NOT NULL, recorded_at timestamptz NOT NULL
    DEFAULT clock_timestamp(), PRIMARY KEY (topic, partition, "offset"));
CREATE TABLE IF NOT EXISTS offsets (
    reader text, topic text, partition int, next bigint NOT NULL, PRIMARY KEY (reader, topic, partition));
"""
# the counter row stays locked until the append commits, so that a reader never sees n+1 before n
_COUNT = """
INSERT INTO partitions AS p SELECT * FROM unnest($1::text[], $2::int[], $3::bigint[]) ORDER BY 1, 2
ON CONFLICT (topic, partition) DO UPDATE SET next = p.next + excluded.next RETURNING topic, partition, next
"""
_APPEND = """
INSERT INTO log (topic, partition, "offset", event) SELECT topic, partition, place, body::jsonb
FROM unnest($1::text[], $2::int[], $3::bigint[], $4::text[]) AS new (topic, partition, place, body)
"""
_READ = """
SELECT l.topic, l.partition, l."offset", l.event FROM unnest($1::text[], $2::int[], $3::bigint[])
AS wanted (topic, partition, next) CROSS JOIN LATERAL (
    SELECT * FROM log WHERE log.topic = wanted.topic AND log.partition = wanted.partition AND "offset" >= wanted.next
    ORDER BY "offset" LIMIT $4) AS l ORDER BY l.topic, l.partition, l."offset"
"""
_COMMIT = """
INSERT INTO offsets AS o SELECT $1, * FROM unnest($2::text[], $3::int[], $4::bigint[]) ORDER BY 2, 3
ON CONFLICT (reader, topic, partition) DO UPDATE SET next = greatest(o.next, excluded.next)
"""
_LAG = """
SELECT coalesce(sum(p.next - coalesce(o.next, 0)), 0)::bigint FROM partitions AS p
LEFT JOIN offsets AS o ON o.reader = $1 AND o.topic = p.topic AND o.partition = p.partition WHERE p.topic = ANY($2)
"""
_REMEMBERED = 40_000
"""How many of the latest events are kept decoded; what is on the log never changes."""
_LOOK_AGAIN = 0.25
"""Seconds after which the log is looked at even though there is enough to do: others may have appended."""
_CLAIM_AGAIN = 1.0
"""Seconds between two looks at partitions that another reader of the group holds."""


def partition_of(event: Event) -> int:
    """The partition that carries this subject, for ever the same."""
    return zlib.crc32(event.subject.encode()) % TOPICS.get(event.topic, 1)


async def _as_it_is(_: asyncpg.Connection) -> None:
    """Spare the reset of a connection, a round trip each time: whoever has it changes nothing of its session."""


class EmbeddedBus:
    """The carrier of one process; all services in it may share it."""

    def __init__(self, url: str, max_connections: int = 8) -> None:
        self.url = url
        self._max_connections = max_connections
        self._pool: asyncpg.Pool | None = None
        self._recent: OrderedDict[tuple[str, int, int], Event] = OrderedDict()

    async def start(self) -> None:
        """Connects and creates the tables of the log if they are not there."""
        if self._pool is not None:
            return
        pool = await asyncpg.create_pool(
            dsn(self.url),
            min_size=0,
            max_size=self._max_connections,
            timeout=10,
            command_timeout=STATEMENT_SECONDS,
            server_settings={"application_name": "bus"},
            reset=_as_it_is,
        )
        async with pool.acquire() as connection, connection.transaction():
            await connection.execute("SELECT pg_advisory_xact_lock(hashtext('bus schema'))")
            await connection.execute(_SCHEMA)
        self._pool = pool

    @property
    def pool(self) -> asyncpg.Pool:
        """The connections; only after ``start``."""
        if self._pool is None:
            raise ConnectionError("the bus is not started")
        return self._pool

    async def append(self, events: Sequence[Event]) -> None:
        """Stores all of them in one transaction, or none."""
        if not events:
            return
        bodies = []
        for event in events:
            body, fact = to_cloudevent_text(event)
            check_size(event.type, fact)
            bodies.append(body)
        places = [(event.topic, partition_of(event)) for event in events]
        counts = Counter(places)
        async with self.pool.acquire() as connection, connection.transaction():
            rows = await connection.fetch(_COUNT, *_columns([(*place, n) for place, n in counts.items()]))
            free = {
                (row["topic"], row["partition"]): row["next"] - counts[row["topic"], row["partition"]] for row in rows
            }
            offsets = []
            for place in places:
                offsets.append(free[place])
                free[place] += 1
            topics, partitions = [topic for topic, _ in places], [partition for _, partition in places]
            await connection.execute(_APPEND, topics, partitions, offsets, bodies)
            await connection.execute(
                "SELECT pg_notify('bus', topic) FROM unnest($1::text[]) AS topic", list(set(topics))
            )
        for place, offset, event in zip(places, offsets, events, strict=True):
            self.keep(*place, offset, event)

    def keep(self, topic: str, partition: int, offset: int, event: Event) -> None:
        """Remembers what has just been appended or read: the next readers in this process need not decode it again."""
        self._recent[topic, partition, offset] = event
        if len(self._recent) > _REMEMBERED:
            self._recent.popitem(last=False)

    def recent(self, topic: str, partition: int, offset: int, most: int) -> list[Event]:
        """The events from ``offset`` on, as far as they are remembered without a gap."""
        events: list[Event] = []
        while len(events) < most and (event := self._recent.get((topic, partition, offset))) is not None:
            events.append(event)
            offset += 1
        return events

    async def subscribe(self, group: str, topics: Iterable[str]) -> Subscription:
        """A reader of the group; partitions that another reader holds come to it when that one is gone."""
        return EmbeddedSubscription(self, group, tuple(topics))

    async def end_offsets(self, topics: Iterable[str]) -> dict[tuple[str, int], int]:
        """The offset after the last event of each partition that holds any."""
        rows = await self.pool.fetch("SELECT * FROM partitions WHERE topic = ANY($1)", list(topics))
        return {(row["topic"], row["partition"]): row["next"] for row in rows}

    async def look(self) -> None:
        """Asks the database. Raises when it does not answer."""
        await self.pool.execute("SELECT 1")

    async def stop(self) -> None:
        """Closes the connections."""
        if self._pool is not None:
            pool, self._pool = self._pool, None
            await pool.close()


class EmbeddedSubscription:
    """Holds its partitions by advisory locks of one connection: when that is gone, so is the claim."""

    def __init__(self, bus: EmbeddedBus, group: str, topics: Sequence[str]) -> None:
        self._bus = bus
        self._group = group
        self._topics = topics
        self._wanted = [(topic, partition) for topic in topics for partition in range(TOPICS.get(topic, 1))]
        self._next: dict[tuple[str, int], int] = {}
        self._line: asyncpg.Connection | None = None
        self._claimed_at = 0.0
        self._looked_at = 0.0
        self._news = asyncio.Event()

    async def fetch(self, max_events: int, timeout: float) -> list[Portion]:  # noqa: ASYNC109 - the wire's own wait
        """The next events; waits up to ``timeout`` seconds for the first. Raises OSError when its claim is gone."""
        await self._claim()
        self._news.clear()
        portions = await self._read(max_events)
        if not portions and timeout > 0:
            try:
                await asyncio.wait_for(self._news.wait(), min(timeout, _CLAIM_AGAIN))
            except TimeoutError:
                return []
            portions = await self._read(max_events)
        return portions

    async def _claim(self) -> None:
        if self._line is None or self._line.is_closed():
            self._next.clear()
            self._line = await connect(self._bus.url, f"bus reader {self._group}")
            await self._line.add_listener("bus", self._hear)
            self._claimed_at = 0.0
        now = asyncio.get_running_loop().time()
        missing = [place for place in self._wanted if place not in self._next]
        if not missing or now - self._claimed_at < _CLAIM_AGAIN:
            return
        self._claimed_at = now
        for topic, partition in missing:
            name = f"{self._group}/{topic}/{partition}"
            if await self._line.fetchval("SELECT pg_try_advisory_lock(hashtextextended($1, 0))", name):
                self._next[topic, partition] = await self._committed(topic, partition)

    async def _committed(self, topic: str, partition: int) -> int:
        query = "SELECT next FROM offsets WHERE reader = $1 AND topic = $2 AND partition = $3"
        return await self._bus.pool.fetchval(query, self._group, topic, partition) or 0

    def _hear(self, _connection: Any, _pid: int, _channel: str, topic: Any) -> None:
        if topic in self._topics:
            self._news.set()

    async def _read(self, max_events: int) -> list[Portion]:
        if not self._next:
            return []
        most, now = max(1, max_events // len(self._next)), asyncio.get_running_loop().time()
        portions = []
        for (topic, partition), offset in self._next.items():
            if events := self._bus.recent(topic, partition, offset, most):
                portions.append(Portion(topic, partition, offset + len(events), events))
        # another process may have appended to the others
        if not portions or now - self._looked_at > _LOOK_AGAIN:
            self._looked_at = now
            portions += await self._from_log(self._next.keys() - {(one.topic, one.partition) for one in portions}, most)
        self._next.update({(one.topic, one.partition): one.end for one in portions})
        return portions

    async def _from_log(self, places: Collection[tuple[str, int]], most: int) -> list[Portion]:
        """What stands on the log, whoever has appended it."""
        wanted = _columns([(*place, self._next[place]) for place in places])
        rows = await self._bus.pool.fetch(_READ, *wanted, most) if places else []
        events: dict[tuple[str, int], list[Event]] = {}
        ends: dict[tuple[str, int], int] = {}
        for row in rows:
            place, event = (row["topic"], row["partition"]), read_event(json.loads(row["event"]), row["topic"])
            self._bus.keep(*place, row["offset"], event)
            events.setdefault(place, []).append(event)
            ends[place] = row["offset"] + 1
        return [Portion(*place, ends[place], found) for place, found in events.items()]

    async def commit(self, portions: Sequence[Portion]) -> None:
        """Remembers the offsets, of the partitions that are still its own."""
        mine = [(p.topic, p.partition, p.end) for p in portions if (p.topic, p.partition) in self._next]
        if mine and self._line is not None and not self._line.is_closed():
            await self._bus.pool.execute(_COMMIT, self._group, *_columns(mine))

    async def rewind(self) -> None:
        """Goes back to the beginning of all partitions that it holds."""
        await self._claim()
        await self._bus.pool.execute(
            "DELETE FROM offsets WHERE reader = $1 AND (topic, partition) IN"
            " (SELECT * FROM unnest($2::text[], $3::int[]))",
            self._group,
            *_columns(list(self._next)),
        )
        self._next = dict.fromkeys(self._next, 0)

    async def lag(self) -> int:
        """How many events of its topics the group has not taken in."""
        return int(await self._bus.pool.fetchval(_LAG, self._group, list(self._topics)))

    def healthy(self) -> bool:
        """Always: a lost line is laid anew at the next fetch."""
        return True

    async def stop(self) -> None:
        """Gives the partitions back at once."""
        line, self._line = self._line, None
        self._next.clear()
        if line is not None and not line.is_closed():
            await line.close()


def _columns(rows: Sequence[Sequence[Any]]) -> list[list[Any]]:
    return [list(column) for column in zip(*rows, strict=True)]
