"""The journal of a service: its outbox read back, by position (for dashboards) or by subject (to heal a gap)."""

import asyncio
import json
from collections.abc import AsyncIterator, Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import ColumnElement, RowMapping, select

from shared.bus import read_fact
from shared.database import Database, outbox
from shared.events import Event, to_cloudevent

_KEEP_ALIVE_SECONDS = 15.0
_LOOK_AGAIN_SECONDS = 2.0
_STREAM_PAGE = 200


@dataclass(frozen=True, slots=True)
class Page:
    """CloudEvents documents in the order of sending, each with its ``position``; go on ``after`` the last one."""

    events: list[dict[str, Any]]
    position: int


async def page(database: Database, after: int, limit: int) -> Page:
    """The next events after a position, at most ``limit``. Positions have no gaps."""
    rows = await _rows(database, outbox.c.position > after, order=outbox.c.position, limit=limit)
    events = [_document(database.service, row) for row in rows]
    return Page(events, rows[-1]["position"] if rows else after)


async def of_subject(database: Database, subject: str, after_sequence: int) -> list[Event]:
    """All events of one subject after a sequence, sent already or not; 1000 at most at a time."""
    condition = (outbox.c.subject == subject) & (outbox.c.sequence > after_sequence)
    rows = await _rows(database, condition, order=outbox.c.sequence, limit=1000)
    return [_event(database.service, row) for row in rows]


async def stream(database: Database, after: int, stopping: asyncio.Event) -> AsyncIterator[str]:
    """Server-sent events from a position on, live, until the client goes or the service stops.

    The id of each is its position, so that a client that comes back goes on where it was (``Last-Event-ID``).
    """
    bell = database.bell("journal")
    quiet = 0.0
    yield "retry: 1000\n\n"
    while not stopping.is_set():
        found = await page(database, after, _STREAM_PAGE)
        for document in found.events:
            yield f"id: {document['position']}\nevent: {document['type']}\ndata: {json.dumps(document)}\n\n"
        after = found.position
        quiet = 0.0 if found.events else quiet + _LOOK_AGAIN_SECONDS
        if quiet >= _KEEP_ALIVE_SECONDS:
            quiet = 0.0
            yield ": still here\n\n"
        if len(found.events) < _STREAM_PAGE:
            await bell.wait(_LOOK_AGAIN_SECONDS)


async def _rows(
    database: Database, condition: ColumnElement[bool], *, order: ColumnElement[Any], limit: int
) -> Sequence[RowMapping]:
    async with database.session() as session:
        return (await session.execute(select(outbox).where(condition).order_by(order).limit(limit))).mappings().all()


def _event(service: str, row: RowMapping) -> Event:
    return Event(
        id=row["event_id"],
        source=service,
        type=row["type"],
        subject=row["subject"],
        sequence=row["sequence"],
        time=row["time"],
        topic=row["topic"],
        data=read_fact(row["type"], row["data"]),
    )


def _document(service: str, row: RowMapping) -> dict[str, Any]:
    return {**to_cloudevent(_event(service, row)), "position": str(row["position"])}
