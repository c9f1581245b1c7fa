"""What staff entered into the office's calendars: reading it, and keeping it apart from ledgers being computed."""

from collections.abc import Sequence

from sqlalchemy import select, text
from sqlalchemy.ext.asyncio import AsyncSession

from services.sla.calendars import OFFICE, Calendars, Entry, through_time
from services.sla.tables import PublishedYear, SpecialDayRow


async def load(session: AsyncSession, name: str = OFFICE) -> Calendars:
    """The calendar ``name`` (one of ``BASES``) with what staff entered; tables stay warm while nothing is entered."""
    return through_time(name, tuple(await entries(session, name)))


async def share(session: AsyncSession) -> None:
    """Let nobody enter special days until this transaction ends, so that no ledger misses them."""
    await session.execute(text("SELECT pg_advisory_xact_lock_shared(hashtextextended('calendars', 0))"))


async def own(session: AsyncSession) -> None:
    """Wait until no ledger is being computed, and let none begin until this transaction ends."""
    await session.execute(text("SELECT pg_advisory_xact_lock(hashtextextended('calendars', 0))"))


async def entries(session: AsyncSession, name: str) -> Sequence[Entry]:
    """What staff entered for the calendar, in order."""
    days = await session.execute(
        select(SpecialDayRow.entered_at, SpecialDayRow.date, SpecialDayRow.kind)
        .where(SpecialDayRow.calendar == name)
        .order_by(SpecialDayRow.id)
    )
    years = await session.execute(
        select(PublishedYear.entered_at, PublishedYear.until)
        .where(PublishedYear.calendar == name)
        .order_by(PublishedYear.id)
    )
    found: list[Entry] = [(row.entered_at, row.date, row.kind) for row in days]
    found += [(row.entered_at, row.until, "published") for row in years]
    return sorted(found, key=lambda entry: entry[0])
