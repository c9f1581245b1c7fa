"""What would change before it is applied: open dates by a calendar, or a version of the procedure, not in force yet."""

from collections.abc import AsyncIterator, Callable, Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final

from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession

from services.sla.keeping import Kept, kept_of
from services.sla.ledger import Ledger
from services.sla.tables import Timer
from shared.events import OFFICE, ComplaintReceived, Event
from shared.procedure import Duty, Procedure

_BATCH: Final = 200


@dataclass(frozen=True, slots=True)
class Moved:
    """A row of a complaint whose date would be another; ``None``: no date, or no such row."""

    complaint: str
    number: str
    row: str
    duty: str
    before: datetime | None
    after: datetime | None


@dataclass(frozen=True, slots=True)
class Different:
    """A key of a duty that is another in the new version; ``None``: the duty is not there."""

    duty: str
    key: str
    before: Any
    after: Any


async def open_histories(session: AsyncSession) -> AsyncIterator[tuple[str, Kept]]:
    """Every complaint with something open, and what has happened to it."""
    last = ""
    while True:
        asked = select(Timer.complaint).where(Timer.open, Timer.complaint > last, Timer.complaint != OFFICE)
        names = list(await session.scalars(asked.order_by(Timer.complaint).limit(_BATCH)))
        if not names:
            return
        for complaint, kept in (await kept_of(session, names)).items():
            if kept.history:
                yield complaint, kept
        last = names[-1]


async def moved(
    session: AsyncSession, before: Callable[[Sequence[Event]], Ledger], after: Callable[[Sequence[Event]], Ledger]
) -> list[Moved]:
    """The open rows that would have another date, the first due first."""
    found: list[Moved] = []
    async for complaint, kept in open_histories(session):
        found += compared(complaint, number_of(kept.history), before(kept.history), after(kept.history))
    return sorted(found, key=lambda one: (one.after is None, one.after, one.number, one.row))


def compared(complaint: str, number: str, before: Ledger, after: Ledger) -> Iterator[Moved]:
    """The rows still open whose date differs between two ledgers of one complaint."""
    old = {row.id: row for row in before.rows if row.open}
    new = {row.id: row for row in after.rows if row.open}
    for name in sorted(old.keys() | new.keys()):
        was, will = (rows[name].due_at if name in rows else None for rows in (old, new))
        if was != will:
            yield Moved(complaint, number, name, (new.get(name) or old[name]).duty.id, was, will)


def number_of(history: Sequence[Event]) -> str:
    """The complaint's number."""
    return next((one.data.number for one in history if isinstance(one.data, ComplaintReceived)), "")


def differences(old: Procedure, new: Procedure) -> Iterator[Different]:
    """Which duties come, go or say something else, in the order of the file."""
    for name in dict.fromkeys([*old.duties, *new.duties]):
        was, will = (_plain(one.duties.get(name)) for one in (old, new))
        if not was or not will:
            yield Different(name, "id", name if was else None, name if will else None)
            continue
        for key in dict.fromkeys([*was, *will]):
            if was.get(key) != will.get(key):
                yield Different(name, key, was.get(key), will.get(key))


def _plain(duty: Duty | None) -> dict[str, Any]:
    return duty.model_dump(mode="json", by_alias=True, exclude_defaults=True) if duty else {}
