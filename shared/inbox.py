"""The other end of the outbox: what a service has taken in of each complaint, and what had to be set aside."""

import json
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from pydantic_core import to_json
from sqlalchemy import ARRAY, BindParameter, Integer, Text, bindparam, func, select, text
from sqlalchemy.ext.asyncio import AsyncSession

from shared.database import subjects
from shared.events import Event, to_cloudevent

Sources = dict[tuple[str, str], int]
"""(source, subject): a sequence."""


@dataclass(frozen=True, slots=True)
class Standing:
    """How far a complaint has been taken in: the last sequence of each source, and whether it stands still."""

    seen: Mapping[str, int]
    parked: bool


@dataclass(frozen=True, slots=True)
class Sifted:
    """Events told apart: ``fresh`` are to be handled, ``behind`` belong to parked complaints.

    ``stranded`` come after a gap; ``gaps`` names the last sequence before each. Duplicates are in none of them.
    """

    fresh: list[Event] = field(default_factory=list)
    behind: list[Event] = field(default_factory=list)
    stranded: list[Event] = field(default_factory=list)
    gaps: Sources = field(default_factory=dict)


def sift(events: Iterable[Event], standings: Mapping[str, Standing]) -> Sifted:
    """Tells fresh events from duplicates, from losses, and from those of complaints that stand still."""
    sifted = Sifted()
    reached: Sources = {}
    stuck: set[str] = set()
    for event in events:
        standing, key = standings[event.subject], (event.source, event.subject)
        last = reached.get(key, standing.seen.get(event.source, 0))
        if event.sequence <= last:
            continue
        if standing.parked:
            sifted.behind.append(event)
        elif event.sequence == last + 1:
            reached[key] = event.sequence
            (sifted.behind if event.subject in stuck else sifted.fresh).append(event)
        else:
            sifted.gaps.setdefault(key, last)
            sifted.stranded.append(event)
            stuck.add(event.subject)
    return sifted


async def lock(session: AsyncSession, names: Iterable[str]) -> dict[str, Standing]:
    """Holds the complaints, in one order everywhere, and returns how far each has been taken in."""
    wanted = sorted(set(names))
    rows = (await session.execute(_LOCK, {"subjects": wanted})).all()
    if len(rows) < len(wanted):  # somebody is new: of most batches nobody is
        await session.execute(_ENSURE, {"subjects": wanted})
        rows = (await session.execute(_LOCK, {"subjects": wanted})).all()
    return {row.subject: Standing(row.seen, row.parked) for row in rows}


async def mark(session: AsyncSession, taken: Sequence[Event], counted: Sequence[Event]) -> None:
    """Moves the last-seen sequences to ``taken`` and counts ``counted`` as consumed."""
    seen: dict[str, dict[str, int]] = {}
    for event in taken:
        seen.setdefault(event.subject, {})[event.source] = event.sequence
    bodies = [to_json(sources).decode() for sources in seen.values()]
    consumed = _counted(Counter(event.topic for event in counted))
    if seen:
        await session.execute(_MARK, {"subjects": list(seen), "seen": bodies} | consumed)
    elif counted:
        await session.execute(_COUNT, consumed)


async def seen(session: AsyncSession, subject: str) -> dict[str, int]:
    """Return how far a complaint has been taken in: the last sequence of each source."""
    found = await session.scalar(select(subjects.c.seen).where(subjects.c.subject == subject))
    return dict(found or {})


async def count(session: AsyncSession, consumed: Mapping[str, int]) -> None:
    """Adds to the number of events consumed, by topic."""
    if consumed:
        await session.execute(_COUNT, _counted(consumed))


def _counted(consumed: Mapping[str, int]) -> dict[str, list[Any]]:
    return {"topics": list(consumed), "counts": list(consumed.values())}


async def set_aside(session: AsyncSession, events: Sequence[Event], error: str | None) -> None:
    """Parks the complaints of these events, the events with them; an event that is there already stays as it is.

    ``error`` None: behind an event that is parked, or waiting for a fact that has not come yet.
    """
    if not events:
        return
    columns = {
        "topics": [event.topic for event in events],
        "sources": [event.source for event in events],
        "subjects": [event.subject for event in events],
        "sequences": [event.sequence for event in events],
        "bodies": [json.dumps(to_cloudevent(event), ensure_ascii=False) for event in events],
        "error": error,
    }
    rows = await session.execute(_SET_ASIDE, columns)
    await session.execute(_PARK, {"subjects": sorted({event.subject for event in events})})
    await count(session, Counter(row.topic for row in rows if row.settled))


def _texts(*names: str) -> list[BindParameter[Any]]:
    return [bindparam(name, type_=ARRAY(Text)) for name in names]


_ENSURE = text(
    "INSERT INTO subjects (subject) SELECT * FROM unnest(CAST(:subjects AS text[])) ON CONFLICT DO NOTHING"
).bindparams(*_texts("subjects"))
_LOCK = (
    select(subjects.c.subject, subjects.c.seen, subjects.c.parked)
    .where(subjects.c.subject == func.any(bindparam("subjects", type_=ARRAY(Text))))
    .order_by(subjects.c.subject)
    .with_for_update()
)
_ADDED = (
    "INSERT INTO progress (topic, consumed) SELECT * FROM unnest(CAST(:topics AS text[]), CAST(:counts AS int[]))"
    " ORDER BY 1 ON CONFLICT (topic) DO UPDATE SET consumed = progress.consumed + excluded.consumed"
)
_MOVED = (
    "UPDATE subjects SET seen = subjects.seen || CAST(new.seen AS jsonb)"
    " FROM unnest(CAST(:subjects AS text[]), CAST(:seen AS text[])) AS new (subject, seen)"
    " WHERE subjects.subject = new.subject"
)
_COUNT = text(_ADDED).bindparams(*_texts("topics"), bindparam("counts", type_=ARRAY(Integer)))
_MARK = text(f"WITH moved AS ({_MOVED}) {_ADDED}").bindparams(
    *_texts("subjects", "seen", "topics"), bindparam("counts", type_=ARRAY(Integer))
)
_SET_ASIDE = text(
    "INSERT INTO parked (topic, source, subject, sequence, event, error)"
    " SELECT topic, source, subject, sequence, CAST(body AS jsonb), coalesce(CAST(:error AS text), ("
    "  SELECT 'behind' FROM parked AS p WHERE p.subject = new.subject AND p.error IS NOT NULL LIMIT 1))"
    " FROM unnest(CAST(:topics AS text[]), CAST(:sources AS text[]), CAST(:subjects AS text[]),"
    "  CAST(:sequences AS int[]), CAST(:bodies AS text[])) WITH ORDINALITY"
    "  AS new (topic, source, subject, sequence, body, n) ORDER BY n"
    " ON CONFLICT (source, subject, sequence) DO NOTHING RETURNING topic, error IS NOT NULL AS settled"
).bindparams(*_texts("topics", "sources", "subjects", "bodies"), bindparam("sequences", type_=ARRAY(Integer)))
_PARK = text("UPDATE subjects SET parked = true WHERE subject = ANY(:subjects) AND NOT parked").bindparams(
    *_texts("subjects")
)
