"""Reading the queues: a page of one, the counts of all, and who sees whose."""

import base64
import binascii
import math
import time
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final, get_args
from uuid import UUID
from weakref import WeakKeyDictionary

from sqlalchemy import ARRAY, DateTime, Text, TextClause, Uuid, bindparam, text
from sqlalchemy.ext.asyncio import AsyncSession

from services.insight.queues import QUEUES, Queue
from shared.access import Caller
from shared.clock import now
from shared.errors import Problem
from shared.fairness import read_tree
from shared.glossary import ReviewResult

_OFFICE_WIDE: Final = frozenset({"operator", "reviewer", "archivist", "analyst", "administrator", "service"})
"""Roles that serve the whole office; who has none of them sees the department's work."""

COLUMNS: Final = (
    "id, number, stage, channel, service, topic_code, kind, level, urgent, officer, department, accepted, received_at,"
    " alarm_ringing, file_state, next_row, next_duty, next_clause, next_due_at, next_state"
)


@dataclass(frozen=True, slots=True)
class Sight:
    """What a caller may see: the departments below theirs, and those that their office reaches (``None``: all).

    Never what names one of ``concern``.
    """

    caller: str
    concern: frozenset[str]
    below: tuple[str, ...] | None
    reach: tuple[str, ...] | None


@dataclass(frozen=True, slots=True)
class Narrowed:
    """A further choice within a queue."""

    officer: str | None = None
    department: str | None = None


@dataclass(frozen=True, slots=True)
class Page:
    """A page of a queue, how many are in all of it, and the cursor of the next page (None: this is the last)."""

    rows: list[dict[str, Any]]
    total: int
    after: str | None


async def sight_of(session: AsyncSession, caller: Caller) -> Sight:
    """Return what the caller may see; the root of the tree, and who has no department but another service, sees all."""
    concern = await concern_of(session, caller.acts_as)
    if caller.is_service:
        return Sight(caller.acts_as, concern, None, None)
    below = await _below(session, caller.department)
    return Sight(caller.acts_as, concern, below, None if caller.roles & _OFFICE_WIDE else below)


async def concern_of(session: AsyncSession, officer: str) -> frozenset[str]:
    """Return the officer and those they directly lead: what names one of them is not for their eyes (4/5.2.2)."""
    return (await read_tree(session)).concern(officer)


async def _below(session: AsyncSession, department: str | None) -> tuple[str, ...] | None:
    if department is None:
        return ()
    rows = (await session.execute(_SUBTREE, {"department": department})).all()
    if any(row.id == department and row.parent is None for row in rows):
        return None
    return tuple({department, *(row.id for row in rows)})


async def page(session: AsyncSession, name: str, sight: Sight, narrowed: Narrowed, limit: int, after: str) -> Page:
    """Return a page of a queue, in its order. Raises ``Problem`` 422 for a cursor that is none."""
    queue = QUEUES[name]
    values = await _values(session, sight, narrowed)
    conditions = _conditions(queue, sight, narrowed)
    total = await _count(session, queue.order, conditions, values)
    if after:
        values["after_at"], values["after_id"] = read_cursor(after)
        conditions.append(f"({queue.order}, id) {'<' if queue.newest_first else '>'} (:after_at, :after_id)")
    order = f"{queue.order} DESC, id DESC" if queue.newest_first else f"{queue.order}, id"
    wanted = (
        f"SELECT {COLUMNS}, {queue.order} AS ordered_at FROM complaints"  # noqa: S608 - the same
        f" WHERE {_all(conditions)} ORDER BY {order} LIMIT {limit + 1:d}"
    )
    rows = [dict(row) for row in (await session.execute(_sql(wanted), values)).mappings()]
    more = len(rows) > limit
    return Page(rows[:limit], total, cursor(rows[limit - 1]) if more else None)


async def counts(session: AsyncSession, sight: Sight, narrowed: Narrowed) -> dict[str, int]:
    """Return how many complaints are in each queue, as the caller sees it."""
    values = await _values(session, sight, narrowed)
    return {
        name: await _count(session, queue.order, _conditions(queue, sight, narrowed), values)
        for name, queue in QUEUES.items()
    }


async def _count(session: AsyncSession, order: str, conditions: list[str], values: Mapping[str, Any]) -> int:
    """Count what fits: exactly up to EXACT_UP_TO; above, as it was within the last half minute.

    So a look at a queue costs the same however many complaints there are.
    """
    fits = f"FROM complaints WHERE {_all(conditions)}"
    # in the order of the queue, so that its own index is read whatever the plan guesses of the time
    first = f"SELECT count(*) FROM (SELECT {fits} ORDER BY {order} LIMIT {EXACT_UP_TO + 1:d}) AS first"  # noqa: S608 - the queue's own condition
    found = int(await session.scalar(_sql(first), values) or 0)
    if found <= EXACT_UP_TO:
        return found
    known = _known.setdefault(session.bind, {})
    key = fits, *(str(values[name]) for name in _TYPES if name in values and name != "now" and f":{name}" in fits)
    at, count = known.get(key, (-math.inf, 0))
    if time.monotonic() - at > _KEPT_SECONDS:
        count = int(await session.scalar(_sql(f"SELECT count(*) {fits}"), values) or 0)
        if len(known) >= _MOST_KEPT:
            known.clear()
        known[key] = time.monotonic(), count
    return count


EXACT_UP_TO: Final = 1000
_KEPT_SECONDS: Final = 30.0
_MOST_KEPT: Final = 1000
_known: "WeakKeyDictionary[Any, dict[tuple[str, ...], tuple[float, int]]]" = WeakKeyDictionary()
"""The latest counts of large queues, for each database."""


async def review_counts(session: AsyncSession, sight: Sight) -> dict[str, int]:
    """Return how many reviews were upheld and how many overturned, of what the caller may see (4/5.2.10(2))."""
    conditions = _all(["type = 'review.decided'", _UNNAMED, *_reached(sight.reach)])
    wanted = (
        "SELECT events.data ->> 'result' AS result, count(*) AS n FROM events"  # noqa: S608 - our own table
        f" JOIN complaints ON complaints.id = events.complaint WHERE {conditions} GROUP BY 1"
    )
    found = {
        row.result: row.n for row in await session.execute(_sql(wanted), await _values(session, sight, Narrowed()))
    }
    return {result: found.get(result, 0) for result in get_args(ReviewResult)}


async def counts_by(session: AsyncSession, column: str, sight: Sight) -> dict[str, dict[str, int]]:
    """Return, for each ``department`` or ``officer``, how many complaints are in each queue of work."""
    assert column in {"department", "officer"}
    parts = [
        f"SELECT '{name}' AS queue, {column} AS whose, count(*) AS n FROM complaints"  # noqa: S608 - our own table
        f" WHERE {_all([queue.condition, queue.moment, _UNNAMED, *_reached(sight.reach)])} GROUP BY {column}"
        for name, queue in QUEUES.items()
        if queue.scope in {"department", "reach"}
    ]
    found: dict[str, dict[str, int]] = {}
    for row in await session.execute(_sql(" UNION ALL ".join(parts)), await _values(session, sight, Narrowed())):
        found.setdefault(row.whose or "", {})[row.queue] = row.n
    return found


_UNNAMED: Final = "NOT (named_officers && :concern)"


def _conditions(queue: Queue, sight: Sight, narrowed: Narrowed) -> list[str]:
    found = [queue.condition, queue.moment, _UNNAMED]
    if queue.scope == "officer":
        found.append("officer = :caller")
    if queue.scope == "department" and sight.below is not None:
        found.append("department = ANY (:below)")
    if queue.scope == "reach":
        found += _reached(sight.reach)
    if narrowed.officer:
        found.append("officer = :officer")
    if narrowed.department:
        found.append("department = :department")
    return found


def _reached(reach: tuple[str, ...] | None) -> list[str]:
    return [] if reach is None else ["department = ANY (:reach)"]


def _all(conditions: list[str]) -> str:
    return " AND ".join(f"({one})" for one in conditions if one != "true") or "true"


async def _values(session: AsyncSession, sight: Sight, narrowed: Narrowed) -> dict[str, Any]:
    return {
        "caller": sight.caller,
        "concern": sorted(sight.concern),
        "below": list(sight.below or ()),
        "reach": list(sight.reach or ()),
        "officer": narrowed.officer,
        "department": narrowed.department,
        "now": await now(session),
    }


_TYPES: Final[dict[str, Any]] = {
    "caller": Text(),
    "concern": ARRAY(Text),
    "below": ARRAY(Text),
    "reach": ARRAY(Text),
    "officer": Text(),
    "department": Text(),
    "now": DateTime(timezone=True),
    "after_at": DateTime(timezone=True),
    "after_id": Uuid(),
}


def _sql(statement: str) -> TextClause:
    clause = text(statement)
    return clause.bindparams(*(bindparam(name, type_=_TYPES[name]) for name in clause._bindparams))


def cursor(row: Mapping[str, Any]) -> str:
    """Return the place of a row in the order of its queue, to go on after it."""
    return base64.urlsafe_b64encode(f"{row['ordered_at'].isoformat()} {row['id']}".encode()).decode().rstrip("=")


def read_cursor(after: str) -> tuple[datetime, UUID]:
    """Return what a cursor says. Raises ``Problem`` 422."""
    try:
        at, id_ = base64.urlsafe_b64decode(after + "=" * (-len(after) % 4)).decode().split(" ")
        return datetime.fromisoformat(at), UUID(id_)
    except (ValueError, binascii.Error):
        raise Problem(422, "invalid", errors=[("after", "string_pattern_mismatch")]) from None


_SUBTREE = text(
    "WITH RECURSIVE below AS (SELECT id, parent FROM departments WHERE id = :department"
    " UNION SELECT d.id, d.parent FROM departments AS d JOIN below ON d.parent = below.id) SELECT id, parent FROM below"
)
