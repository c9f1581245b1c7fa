"""Publishing: facts join the caller's transaction as rows of the outbox; the relay carries them to the bus later."""

from collections import Counter
from collections.abc import Sequence
from datetime import datetime
from uuid import uuid4

from sqlalchemy import ARRAY, Integer, Text, bindparam, text
from sqlalchemy.ext.asyncio import AsyncSession

from shared.bus import check_size
from shared.clock import now
from shared.events import Fact


async def hold(session: AsyncSession, subject: str) -> None:
    """Holds the complaint until the transaction ends, so that commands and handlers on it follow one another."""
    if await session.scalar(_LOCK, {"subject": subject}) is None:
        await session.execute(_NEWCOMER, {"subject": subject})
        await session.scalar(_LOCK, {"subject": subject})


async def publish(session: AsyncSession, subject: str, *facts: Fact, time: datetime | None = None) -> None:
    """Publishes facts about one subject in the caller's transaction; never commits.

    ``time`` is when the facts became true (UTC), by default the transaction's time. Raises EventTooLarge.
    """
    await publish_many(session, [(subject, fact) for fact in facts], time=time)


async def publish_many(session: AsyncSession, facts: Sequence[tuple[str, Fact]], time: datetime | None = None) -> None:
    """Like ``publish`` for many subjects, in one statement however many facts there are."""
    if not facts:
        return
    subjects = [subject for subject, _ in facts]
    # sorted: two transactions that publish about the same subjects never wait for each other in a ring
    counts = dict(sorted(Counter(subjects).items()))
    given = {
        "known": list(counts),
        "counts": list(counts.values()),
        "ids": [str(uuid4()) for _ in facts],
        "types": [fact.type for _, fact in facts],
        "topics": [fact.topic for _, fact in facts],
        "subjects": subjects,
        "follow": _how_many_follow(subjects),
        "bodies": [_body(fact) for _, fact in facts],
        "time": time or await now(session),
    }
    await session.execute(_PUBLISH, given)


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


def _how_many_follow(subjects: Sequence[str]) -> list[int]:
    """Return for each how many about the same subject come after it."""
    left = Counter(subjects)
    follow = []
    for subject in subjects:
        left[subject] -= 1
        follow.append(left[subject])
    return follow


_LOCK = text("SELECT sequence FROM subjects WHERE subject = :subject FOR UPDATE")
_NEWCOMER = text("INSERT INTO subjects (subject) VALUES (:subject) ON CONFLICT DO NOTHING")
_PUBLISH = text(
    """
    WITH taken AS (
        INSERT INTO subjects (subject, sequence)
        SELECT * FROM unnest(CAST(:known AS text[]), CAST(:counts AS int[])) AS known (subject, n) ORDER BY subject
        ON CONFLICT (subject) DO UPDATE SET sequence = subjects.sequence + excluded.sequence
        RETURNING subject, sequence),
    inserted AS (
        INSERT INTO outbox (event_id, type, topic, subject, sequence, time, data)
        SELECT id, type, topic, subject, taken.sequence - follow, :time, CAST(body AS jsonb)
        FROM unnest(CAST(:ids AS text[]), CAST(:types AS text[]), CAST(:topics AS text[]), CAST(:subjects AS text[]),
            CAST(:follow AS int[]), CAST(:bodies AS text[])) WITH ORDINALITY
            AS new (id, type, topic, subject, follow, body, n)
        JOIN taken USING (subject) ORDER BY n RETURNING 1)
    SELECT pg_notify('outbox', '') FROM (SELECT FROM inserted LIMIT 1) AS once
    """
).bindparams(
    *(bindparam(name, type_=ARRAY(Text)) for name in ("known", "ids", "types", "topics", "subjects", "bodies")),
    *(bindparam(name, type_=ARRAY(Integer)) for name in ("counts", "follow")),
)
