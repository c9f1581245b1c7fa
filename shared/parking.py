"""Complaints that stand still in a service: what waits, and how an operator lets it go on."""

import json
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import RowMapping, select, text
from sqlalchemy.ext.asyncio import AsyncSession

from shared import batch, inbox
from shared.bus import read_event
from shared.clock import held
from shared.consumer import Ahead, Consumer
from shared.database import Database, parked
from shared.events import Event
from shared.faults import describe, is_infrastructure
from shared.outbox import publish_said

PATIENCE_SECONDS = 60
"""How long (real time) an event waits for a fact that it needs before it is parked for good."""


async def parked_subjects(database: Database) -> list[dict[str, Any]]:
    """Each complaint that stands still: since when, how many events wait, and the kind of error that stopped it."""
    async with database.session() as session:
        rows = await session.execute(
            text(
                "SELECT subject, min(parked_at) AS since, count(*) AS events,"
                " (array_agg(event ->> 'type' ORDER BY id))[1] AS type, (array_agg(error ORDER BY id))[1] AS error"
                " FROM parked GROUP BY subject ORDER BY min(id)"
            )
        )
        return [dict(row) for row in rows.mappings()]


async def release(consumer: Consumer, subject: str) -> int:
    """Takes in all that waits of one complaint, in order, in one transaction; returns how many events.

    When one fails again nothing is taken in, the complaint stays parked, and 0 is returned.
    """
    total = 0
    while True:
        try:
            taken, again = await _release_once(consumer, subject)
        except Exception as fault:
            if is_infrastructure(fault):
                raise
            await _record(consumer, subject, fault)
            return total
        total += taken
        if not again:
            return total


async def try_waiting_again(consumer: Consumer) -> bool:
    """Tries each complaint that only waits for a missing fact; gives up on those out of patience."""
    async with consumer.database.session() as session:
        rows = await session.execute(_WAITING, {"patience": PATIENCE_SECONDS})
        waiting = [(row.subject, row.patient) for row in rows]
    for subject, patient in waiting:
        if not await release(consumer, subject) and not patient:
            await _give_up(consumer, subject)
    return bool(waiting)


@dataclass(slots=True)
class _Replay:
    """One pass over what waits: each source in its own order, the sources as they come."""

    consumer: Consumer
    session: AsyncSession
    seen: dict[str, int]
    queues: dict[str, list[Event]]

    async def run(self) -> list[Event]:
        taken: list[Event] = []
        moved = True
        while moved:
            moved = False
            for queue in self.queues.values():
                while queue and await self._take(queue, taken):
                    moved = True
        return taken

    async def _take(self, queue: list[Event], taken: list[Event]) -> bool:
        event = queue[0]
        last = self.seen.get(event.source, 0)
        if event.sequence > last + 1:
            pulled = await self.consumer.pull(event.source, event.subject, last, event.topic)
            queue[:0] = [one for one in pulled if one.sequence < event.sequence]
            event = queue[0]
        if event.sequence > last + 1:
            return False
        if event.sequence == last + 1:
            said = len(self.session.info["said"])
            try:
                async with self.session.begin_nested():
                    await self.consumer.handle(self.session, event)
            except Ahead:
                # what the savepoint has taken back is read again, and was not said
                batch.begin(self.session, [event.subject])
                del self.session.info["said"][said:]
                return False
            taken.append(event)
            self.seen[event.source] = event.sequence
        queue.pop(0)
        return True


async def _release_once(consumer: Consumer, subject: str) -> tuple[int, bool]:
    async with consumer.database.session() as session:
        known = await _rows(session, subject)
    if not known:
        return 0, False
    events = [_event(row) for row in known]
    prepared = await consumer.prepare(events) if consumer.prepare else None
    async with consumer.database.session() as session:
        if await held(session):
            return 0, False
        session.info.update(consumer.info, prepared=prepared, said=[])
        batch.begin(session, [subject])
        standing = (await inbox.lock(session, [subject]))[subject]
        rows = await _rows(session, subject)
        ids = {row["id"] for row in known}
        mine = [row for row in rows if row["id"] in ids]
        replay = _Replay(consumer, session, dict(standing.seen), _queues(mine))
        taken = await replay.run()
        if consumer.after_batch and taken:
            await consumer.after_batch(session, taken)
        await publish_said(session)
        counted = {(row["source"], row["sequence"]) for row in mine if row["error"] is not None}
        await inbox.mark(session, taken, [one for one in taken if (one.source, one.sequence) not in counted])
        left = await _clear(session, subject, replay.seen)
        return len(taken), left and not any(replay.queues.values())


def _queues(rows: Sequence[RowMapping]) -> dict[str, list[Event]]:
    queues: dict[str, list[Event]] = {}
    for row in rows:
        queues.setdefault(row["source"], []).append(_event(row))
    for queue in queues.values():
        queue.sort(key=lambda event: event.sequence)
    return queues


async def _clear(session: AsyncSession, subject: str, seen: dict[str, int]) -> bool:
    values = {"subject": subject, "seen": json.dumps(seen)}
    await session.execute(_DONE, values)
    left = bool(await session.scalar(text("SELECT 1 FROM parked WHERE subject = :subject LIMIT 1"), values))
    if not left:
        await session.execute(text("UPDATE subjects SET parked = false WHERE subject = :subject"), values)
    return left


async def _rows(session: AsyncSession, subject: str) -> Sequence[RowMapping]:
    query = select(parked).where(parked.c.subject == subject).order_by(parked.c.id)
    return (await session.execute(query)).mappings().all()


def _event(row: RowMapping) -> Event:
    return read_event(row["event"], row["topic"])


async def _record(consumer: Consumer, subject: str, fault: Exception) -> None:
    async with consumer.database.session() as session:
        rows = await _rows(session, subject)
    await consumer.bury([_event(row) for row in rows if row["error"] is None])
    async with consumer.database.session() as session:
        failed = await session.execute(_FAILED, {"subject": subject, "error": describe(fault)})
        await inbox.count(session, Counter(row.topic for row in failed if row.uncounted))


async def _give_up(consumer: Consumer, subject: str) -> None:
    async with consumer.database.session() as session:
        events = [_event(row) for row in await _rows(session, subject)]
    await consumer.bury(events)
    async with consumer.database.session() as session:
        await inbox.lock(session, [subject])
        rows = await session.execute(_SETTLE, {"subject": subject})
        await inbox.count(session, Counter(row.topic for row in rows))


_WAITING = text(
    "SELECT subject, bool_and(parked_at > clock_timestamp() - make_interval(secs => :patience)) AS patient FROM parked"
    " WHERE subject IN (SELECT subject FROM parked WHERE error IS NULL)"
    " GROUP BY subject HAVING bool_and(error IS NULL) LIMIT 100"
)
_DONE = text(
    "DELETE FROM parked WHERE subject = :subject AND sequence <= coalesce("
    "CAST(CAST(:seen AS jsonb) ->> source AS int), 0)"
)
_SETTLE = text("UPDATE parked SET error = 'ahead' WHERE subject = :subject AND error IS NULL RETURNING topic")
_FAILED = text(
    "UPDATE parked SET error = CASE WHEN id = (SELECT min(id) FROM parked WHERE subject = :subject) THEN :error"
    " ELSE coalesce(error, 'behind') END WHERE subject = :subject RETURNING topic, OLD.error IS NULL AS uncounted"
)
