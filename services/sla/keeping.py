"""Keeping the ledger: after a fact or at a moment, complaints are computed anew, compared, written and told of.

Whoever calls holds the complaints. All of it is a handful of multi-row statements, however many complaints there are.
"""

import json
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import ARRAY, Boolean, DateTime, Integer, Text, bindparam, text
from sqlalchemy.ext.asyncio import AsyncSession

from services.sla import calendars
from services.sla.calendars import Calendars
from services.sla.ledger import Ledger, ledger
from services.sla.looking import look
from services.sla.rows import Row
from services.sla.telling import Told, news, warning
from shared.clock import now
from shared.events import ComplaintRegistered, DutyVoided, Event, Fact, fact_from
from shared.outbox import publish_many
from shared.procedure import Procedure, load

Warned = dict[float, datetime]


@dataclass(frozen=True, slots=True)
class Heard:
    """One fact as its handler understood it."""

    event: Event
    meaning: Fact


@dataclass(slots=True)
class Kept:
    """What the tables hold of a complaint."""

    history: list[Event]
    told: dict[str, Told]
    warned: dict[str, Warned]
    named: dict[str, tuple[str, str]]
    """Duty and clause of each row that was told of."""


async def remember(session: AsyncSession, heard: Sequence[Heard]) -> None:
    """Add facts to the history."""
    values = {
        "complaints": [one.event.subject for one in heard],
        "sources": [one.event.source for one in heard],
        "sequences": [one.event.sequence for one in heard],
        "ids": [one.event.id for one in heard],
        "types": [one.meaning.type for one in heard],
        "times": [one.event.time for one in heard],
        "data": [one.meaning.model_dump_json() for one in heard],
    }
    await session.execute(_REMEMBER, values)


async def recompute(session: AsyncSession, complaints: Iterable[str]) -> None:
    """Compute the ledgers as of now, write what changed, and publish it."""
    names = sorted(set(complaints))
    await calendars.share(session)
    at, office = await now(session), await calendars.load(session)
    kept = await kept_of(session, names)
    facts: list[tuple[str, Fact]] = []
    rows: list[dict[str, Any]] = []
    timers: list[tuple[str, datetime | None, bool]] = []
    gone: list[tuple[str, str]] = []
    """Rows told of that a fact which came late has taken away."""
    for complaint in names:
        one = kept[complaint]
        book = book_of(one.history, office, at)
        any_hour = procedure_of(one.history).policy.warns_at_any_hour(book.labels)
        moments = [book.next_turn] if book.next_turn else []
        for row in book.rows:
            told, warned = one.told.get(row.id), dict(one.warned.get(row.id, {}))
            facts += [(complaint, fact) for fact in news(told, row)]
            seen = look(row, warned, office.latest, at, any_hour=any_hour)
            told_of = [warning(row, share) for share in seen.warn]
            facts += [(complaint, fact) for fact in told_of if fact]
            warned |= dict.fromkeys(seen.warn, at)
            moments += [seen.again_at] if seen.again_at else []
            if told != Told(row.state, row.due_at, row.binding) or seen.warn:
                rows.append(_values(complaint, row, warned))
        for row_id in sorted(_standing(one) - {row.id for row in book.rows}):
            gone.append((complaint, row_id))
            duty, clause = one.named[row_id]
            facts.append((complaint, DutyVoided(row=row_id, duty=duty, clause=clause, cause="history")))
        timers.append((complaint, min(moments, default=None), bool(moments) or any(row.open for row in book.rows)))
    await _write(session, rows, timers)
    if gone:
        names_of = {"complaints": [complaint for complaint, _ in gone], "rows": [row for _, row in gone]}
        await session.execute(_FORGET, names_of)
    await publish_many(session, facts)


def book_of(history: Sequence[Event], office: Calendars, at: datetime) -> Ledger:
    """The ledger of a history, by the version of the procedure that binds it."""
    return ledger(history, procedure_of(history), office, at)


def procedure_of(history: Iterable[Event]) -> Procedure:
    """The version in force at the registration; before it, the one in force now."""
    for event in history:
        if isinstance(event.data, ComplaintRegistered):
            return load(event.data.procedure_version)
    return load()


async def kept_of(session: AsyncSession, complaints: Sequence[str]) -> dict[str, Kept]:
    """The history and the ledger as last told, of each complaint."""
    kept = {complaint: Kept([], {}, {}, {}) for complaint in complaints}
    for row in await session.execute(_FACTS, {"complaints": list(complaints)}):
        kept[row.complaint].history.append(
            Event(
                id=row.event_id,
                source=row.source,
                type=row.type,
                subject=row.complaint,
                sequence=row.sequence,
                time=row.time,
                topic="complaints",
                data=fact_from(row.type, json.loads(row.data)),
            )
        )
    for row in await session.execute(_ROWS, {"complaints": list(complaints)}):
        one = kept[row.complaint]
        one.told[row.row] = Told(row.state, row.due_at, row.binding)
        one.named[row.row] = (row.duty, row.clause)
        if row.warned != "{}":
            warned = json.loads(row.warned)
            one.warned[row.row] = {float(share): datetime.fromisoformat(at) for share, at in warned.items()}
    return kept


def _standing(one: Kept) -> set[str]:
    return {name for name, told in one.told.items() if told.state != "void"}


def _values(complaint: str, row: Row, warned: Warned) -> dict[str, Any]:
    return {
        "complaint": complaint,
        "row": row.id,
        "duty": row.duty.id,
        "clause": row.duty.clause,
        "owner": row.duty.owner,
        "state": row.state,
        "binding": row.binding,
        "started_at": row.counts_from,
        "due_at": row.due_at,
        "proof": row.proof.id if row.proof else None,
        "warned": json.dumps({str(share): at.isoformat() for share, at in warned.items()}),
    }


async def _write(
    session: AsyncSession, rows: Sequence[dict[str, Any]], timers: Sequence[tuple[str, datetime | None, bool]]
) -> None:
    if rows:
        await session.execute(_KEEP, {name: [row[name] for row in rows] for name in rows[0]})
    columns = {
        "complaints": [complaint for complaint, _, _ in timers],
        "moments": [moment for _, moment, _ in timers],
        "open": [is_open for _, _, is_open in timers],
    }
    await session.execute(_WAKE, columns)


def _arrays(kind: Any, *names: str) -> list[Any]:
    return [bindparam(name, type_=ARRAY(kind)) for name in names]


_REMEMBER = text(
    "INSERT INTO facts (complaint, source, sequence, event_id, type, time, data)"
    " SELECT complaint, source, sequence, id, type, time, CAST(body AS jsonb) FROM unnest("
    " CAST(:complaints AS text[]), CAST(:sources AS text[]), CAST(:sequences AS int[]), CAST(:ids AS text[]),"
    " CAST(:types AS text[]), CAST(:times AS timestamptz[]), CAST(:data AS text[]))"
    " AS new (complaint, source, sequence, id, type, time, body)"
).bindparams(
    *_arrays(Text, "complaints", "sources", "ids", "types", "data"),
    *_arrays(Integer, "sequences"),
    *_arrays(DateTime(timezone=True), "times"),
)
_FACTS = text(
    "SELECT complaint, source, sequence, event_id, type, time, CAST(data AS text) AS data FROM facts"
    " WHERE complaint = ANY(:complaints) ORDER BY complaint, time, source, sequence"
).bindparams(*_arrays(Text, "complaints"))
_ROWS = text(
    "SELECT complaint, row, duty, clause, state, due_at, binding, CAST(warned AS text) AS warned FROM ledger_rows"
    " WHERE complaint = ANY(:complaints)"
).bindparams(*_arrays(Text, "complaints"))
_KEEP = text(
    "INSERT INTO ledger_rows"
    " (complaint, row, duty, clause, owner, state, binding, started_at, due_at, proof, warned)"
    " SELECT complaint, row, duty, clause, owner, state, binding, started_at, due_at, proof, CAST(warned AS jsonb)"
    " FROM unnest(CAST(:complaint AS text[]), CAST(:row AS text[]), CAST(:duty AS text[]), CAST(:clause AS text[]),"
    " CAST(:owner AS text[]), CAST(:state AS text[]), CAST(:binding AS boolean[]), CAST(:started_at AS timestamptz[]),"
    " CAST(:due_at AS timestamptz[]), CAST(:proof AS text[]), CAST(:warned AS text[]))"
    " AS new (complaint, row, duty, clause, owner, state, binding, started_at, due_at, proof, warned)"
    " ON CONFLICT (complaint, row) DO UPDATE SET state = excluded.state, binding = excluded.binding,"
    " started_at = excluded.started_at, due_at = excluded.due_at, proof = excluded.proof, warned = excluded.warned"
).bindparams(
    *_arrays(Text, "complaint", "row", "duty", "clause", "owner", "state", "proof", "warned"),
    *_arrays(Boolean, "binding"),
    *_arrays(DateTime(timezone=True), "started_at", "due_at"),
)
_FORGET = text(
    "UPDATE ledger_rows AS r SET state = 'void' FROM unnest(CAST(:complaints AS text[]), CAST(:rows AS text[]))"
    " AS gone (complaint, row) WHERE r.complaint = gone.complaint AND r.row = gone.row"
).bindparams(*_arrays(Text, "complaints", "rows"))
_WAKE = text(
    "INSERT INTO timers (complaint, next_look_at, open) SELECT * FROM unnest("
    " CAST(:complaints AS text[]), CAST(:moments AS timestamptz[]), CAST(:open AS boolean[])) ORDER BY 1"
    " ON CONFLICT (complaint) DO UPDATE SET next_look_at = excluded.next_look_at, open = excluded.open"
    " WHERE (timers.next_look_at, timers.open) IS DISTINCT FROM (excluded.next_look_at, excluded.open)"
).bindparams(*_arrays(Text, "complaints"), *_arrays(DateTime(timezone=True), "moments"), *_arrays(Boolean, "open"))
