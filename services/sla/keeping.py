"""Keeping the ledger: after a fact or at a turn, complaints are computed anew, compared, written and told of.

Whoever calls holds the complaints.
"""

import json
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from sqlalchemy.ext.asyncio import AsyncSession

from services.sla import calendar_entries, statements
from services.sla.calendars import Calendars
from services.sla.ledger import Ledger, ledger
from services.sla.looking import Warned, Watch, look
from services.sla.rows import Row
from services.sla.telling import Told, news, warning
from shared import people_first
from shared.clock import now
from shared.events import ComplaintRegistered, DutyVoided, Event, Fact, fact_from
from shared.outbox import publish_many
from shared.procedure import Procedure, load
from shared.working_time import Calendar


@dataclass(frozen=True, slots=True)
class Heard:
    """One fact as its handler understood it."""

    event: Event
    meaning: Fact


@dataclass(frozen=True, slots=True)
class KeptRow:
    """A row as the table holds it: as it was told of, what was warned of, and what it waits for."""

    told: Told
    duty: str
    clause: str
    warned: Warned
    watched: tuple[str, bool, datetime | None]


@dataclass(slots=True)
class Kept:
    """What the tables hold of a complaint."""

    history: list[Event] = field(default_factory=list)
    rows: dict[str, KeptRow] = field(default_factory=dict)


@dataclass(slots=True)
class _Changes:
    """What a batch has to write and to tell."""

    facts: list[tuple[str, Fact]] = field(default_factory=list)
    rows: list[dict[str, Any]] = field(default_factory=list)
    gone: list[tuple[str, str]] = field(default_factory=list)
    timers: list[tuple[str, datetime | None, bool, str | None]] = field(default_factory=list)


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
    await session.execute(statements.REMEMBER, values)


async def recompute(session: AsyncSession, complaints: Iterable[str]) -> None:
    """Compute the ledgers as of now, write what changed, and publish it."""
    names = sorted(set(complaints))
    if not names:
        return
    await calendar_entries.share(session)
    at, office = await now(session), await calendar_entries.load(session)
    kept = await kept_of(session, names)
    changes = _Changes()
    for complaint in names:
        _compare(complaint, kept[complaint], office, at, changes)
        await people_first.breathe()
    await _write(session, changes)
    await publish_many(session, changes.facts)


def _compare(complaint: str, kept: Kept, office: Calendars, at: datetime, changes: _Changes) -> None:
    book = book_of(kept.history, office, at)
    any_hour = procedure_of(kept.history).policy.warns_at_any_hour(book.labels)
    for row in book.rows:
        before = kept.rows.get(row.id)
        facts = list(news(before.told if before else None, row))
        warned = dict(before.warned) if before else {}
        watch, again_at = _watch(row, any_hour or row.duty.any_hour, office.latest), None
        if watch:
            seen = look(watch, warned, office.latest, at)
            again_at = seen.again_at
            facts += [fact for share in seen.warn if (fact := warning(row, share))]
            warned |= dict.fromkeys(seen.warn, at)
        values = _values(complaint, row, warned, watch, again_at)
        if facts or before is None or before.watched != (values["warn_at"], values["any_hour"], again_at):
            changes.rows.append(values)
            changes.facts += [(complaint, fact) for fact in facts]
    for name in sorted(kept.rows.keys() - {row.id for row in book.rows}):
        _take_away(complaint, name, kept.rows[name], changes)
    moves = bool(book.next_turn) or any(row.open for row in book.rows)
    changes.timers.append((complaint, book.next_turn, moves, version_of(kept.history)))


def _take_away(complaint: str, name: str, row: KeptRow, changes: _Changes) -> None:
    """A row told of that a fact which came late shows never to have been."""
    if row.told.state != "void":
        changes.gone.append((complaint, name))
        fact = DutyVoided(row=name, duty=row.duty, clause=row.clause, cause="history")
        changes.facts.append((complaint, fact))


def _watch(row: Row, any_hour: bool, calendar: Calendar) -> Watch | None:  # noqa: FBT001 - a value, not a switch
    """What the row waits for; None when nothing happens to it by itself."""
    if not row.open or not row.bound or row.due_at is None or row.state in {"breached", "paused"}:
        return None
    return Watch(row.due_at, dict(row.warnings(calendar)), any_hour)


def book_of(history: Sequence[Event], office: Calendars, at: datetime) -> Ledger:
    """The ledger of a history, by the version of the procedure that binds it."""
    return ledger(history, procedure_of(history), office, at)


def procedure_of(history: Iterable[Event]) -> Procedure:
    """The version in force at the registration; before it, the one in force now."""
    version = version_of(history)
    return load(version) if version else load()


def version_of(history: Iterable[Event]) -> str | None:
    """The version that binds a complaint; None before its registration."""
    return next((one.data.procedure_version for one in history if isinstance(one.data, ComplaintRegistered)), None)


async def kept_of(session: AsyncSession, complaints: Sequence[str]) -> dict[str, Kept]:
    """The history and the ledger as last told, of each complaint."""
    kept = {complaint: Kept() for complaint in complaints}
    for row in await session.execute(statements.FACTS, {"complaints": list(complaints)}):
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
    for row in await session.execute(statements.ROWS, {"complaints": list(complaints)}):
        told = Told(row.state, row.due_at, row.binding)
        watched = (to_text(moments(row.warn_at)), row.any_hour, row.next_look_at)
        kept[row.complaint].rows[row.row] = KeptRow(told, row.duty, row.clause, moments(row.warned), watched)
    return kept


def moments(text: str) -> dict[float, datetime]:
    """Shares and their moments, as the tables keep them."""
    if text == "{}":
        return {}
    return {float(share): datetime.fromisoformat(at) for share, at in json.loads(text).items()}


def to_text(shares: Mapping[float, datetime]) -> str:
    """The other way round."""
    return json.dumps({str(share): at.isoformat() for share, at in shares.items()})


def _values(complaint: str, row: Row, warned: Warned, watch: Watch | None, again_at: datetime | None) -> dict[str, Any]:
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
        "warned": to_text(warned),
        "warn_at": to_text(watch.warn_at if watch else {}),
        "any_hour": watch is not None and watch.any_hour,
        "next_look_at": again_at,
    }


async def _write(session: AsyncSession, changes: _Changes) -> None:
    if changes.rows:
        columns = {name: [row[name] for row in changes.rows] for name in changes.rows[0]}
        await session.execute(statements.KEEP, columns)
    if changes.gone:
        names = {"complaints": [complaint for complaint, _ in changes.gone], "rows": [row for _, row in changes.gone]}
        await session.execute(statements.FORGET, names)
    turns = {
        "complaints": [complaint for complaint, _, _, _ in changes.timers],
        "moments": [moment for _, moment, _, _ in changes.timers],
        "open": [is_open for _, _, is_open, _ in changes.timers],
        "versions": [version for _, _, _, version in changes.timers],
    }
    await session.execute(statements.TURN, turns)
