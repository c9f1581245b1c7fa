"""Publishing: facts join the caller's transaction as rows of the outbox; the relay carries them to the bus later."""

from collections import Counter
from collections.abc import Iterable, Sequence
from datetime import datetime
from typing import cast
from uuid import uuid4

from sqlalchemy import ARRAY, Integer, Text, bindparam, text
from sqlalchemy.ext.asyncio import AsyncSession

from shared.bus import check_size
from shared.clock import now
from shared.events import Event, Fact


async def hold(session: AsyncSession, subject: str) -> None:
    """Holds the complaint until the transaction ends, so that commands and handlers on it follow one another."""
    if await session.scalar(_LOCK, {"subject": subject}) is None:
        await session.execute(_NEWCOMER, {"subject": subject})
        await session.scalar(_LOCK, {"subject": subject})


async def publish(session: AsyncSession, subject: str, *facts: Fact, time: datetime | None = None) -> list[Event]:
    """Publishes facts about one subject in the caller's transaction; never commits.

    ``time`` is when the facts became true (UTC), by default the transaction's time. Raises EventTooLarge.
    """
    return await publish_many(session, [(subject, fact) for fact in facts], time=time)


async def publish_many(
    session: AsyncSession, facts: Sequence[tuple[str, Fact]], time: datetime | None = None
) -> list[Event]:
    """Like ``publish`` for many subjects, in two statements however many facts there are."""
    if not facts:
        return []
    bodies = [_body(fact) for _, fact in facts]
    at = time or await now(session)
    ends = await _take_sequences(session, [subject for subject, _ in facts])
    left = Counter(subject for subject, _ in facts)
    events = []
    for subject, fact in facts:
        left[subject] -= 1
        events.append(
            Event(
                id=str(uuid4()),
                source=cast("str", session.info["service"]),
                type=fact.type,
                subject=subject,
                sequence=ends[subject] - left[subject],
                time=at,
                topic=fact.topic,
                data=fact,
            )
        )
    await session.execute(_INSERT, _columns(events, bodies))
    return events


async def say(session: AsyncSession, subject: str, *facts: Fact) -> None:
    """Publish what a handler gave rise to: together with all else at the end of its batch; at once in a command."""
    said = session.info.get("said")
    if said is None:
        await publish(session, subject, *facts)
    else:
        said.extend((subject, fact) for fact in facts)


async def publish_said(session: AsyncSession) -> None:
    """Publish what the handlers of a batch have said; the consumer calls it after the last."""
    await publish_many(session, session.info.pop("said", []))


def _body(fact: Fact) -> str:
    body = fact.model_dump_json()
    check_size(fact.type, body)
    return body


async def _take_sequences(session: AsyncSession, names: Iterable[str]) -> dict[str, int]:
    # sorted: two transactions that publish about the same subjects never wait for each other in a ring
    wanted = sorted(Counter(names).items())
    rows = await session.execute(
        _TAKE, {"subjects": [subject for subject, _ in wanted], "counts": [count for _, count in wanted]}
    )
    return {row.subject: row.sequence for row in rows}


def _columns(events: Sequence[Event], bodies: Sequence[str]) -> dict[str, list[object] | datetime]:
    return {
        "ids": [event.id for event in events],
        "types": [event.type for event in events],
        "topics": [event.topic for event in events],
        "subjects": [event.subject for event in events],
        "sequences": [event.sequence for event in events],
        "bodies": list(bodies),
        "time": events[0].time,
    }


_LOCK = text("SELECT sequence FROM subjects WHERE subject = :subject FOR UPDATE")
_NEWCOMER = text("INSERT INTO subjects (subject) VALUES (:subject) ON CONFLICT DO NOTHING")
_TAKE = text(
    "INSERT INTO subjects (subject, sequence)"
    " SELECT * FROM unnest(CAST(:subjects AS text[]), CAST(:counts AS int[])) AS wanted (subject, n) ORDER BY subject"
    " ON CONFLICT (subject) DO UPDATE SET sequence = subjects.sequence + excluded.sequence"
    " RETURNING subject, sequence"
).bindparams(bindparam("subjects", type_=ARRAY(Text)), bindparam("counts", type_=ARRAY(Integer)))
_INSERT = text(
    "WITH inserted AS (INSERT INTO outbox (event_id, type, topic, subject, sequence, time, data)"
    " SELECT id, type, topic, subject, sequence, :time, CAST(body AS jsonb)"
    " FROM unnest(CAST(:ids AS text[]), CAST(:types AS text[]), CAST(:topics AS text[]), CAST(:subjects AS text[]),"
    " CAST(:sequences AS int[]), CAST(:bodies AS text[])) WITH ORDINALITY"
    " AS new (id, type, topic, subject, sequence, body, n) ORDER BY n RETURNING 1)"
    " SELECT pg_notify('outbox', '') FROM (SELECT FROM inserted LIMIT 1) AS once"
).bindparams(
    *(bindparam(name, type_=ARRAY(Text)) for name in ("ids", "types", "topics", "subjects", "bodies")),
    bindparam("sequences", type_=ARRAY(Integer)),
)
