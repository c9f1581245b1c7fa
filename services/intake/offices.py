"""What intake has of the office at hand while it runs: the vault, the secrets, the calendar, the channel keys."""

from collections import deque
from dataclasses import dataclass, field
from datetime import date
from typing import Any

from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession

from services.intake.files import Files
from services.intake.tables import Calendar as CalendarRow
from services.intake.vault import Vault
from shared.database import Database
from shared.office_calendar import Calendar
from shared.procedure import Procedure, load
from shared.procedure.calendars import mainland, special_day
from shared.running import Service
from shared.secrets import Secrets
from shared.settings import database_url


@dataclass
class Intake:
    """Reached through ``intake_of(service)``."""

    vault: Vault
    receipt_key: bytes
    blind_key: bytes
    api_key_key: bytes
    files: Files
    procedure: Procedure
    calendar: Calendar
    channels: dict[bytes, tuple[float, str, frozenset[str]]] = field(default_factory=dict)
    """Channel keys seen a moment ago: hash -> (until, name, scopes)."""
    shapes: tuple[Calendar | None, dict[Any, Any]] = field(default_factory=lambda: (None, {}))
    """Promises worked out before, by kind and day of the complaint, and the calendar that they hold for."""
    looked_at: tuple[str, ...] = ()
    """The fields of a receipt that the procedure looks at."""
    spare: deque[int] = field(default_factory=deque)
    """Running numbers that were drawn and not used: the next complaints get them."""


def intake_of(service: Service) -> Intake:
    """Return intake's own things of a running service."""
    intake: Intake = service.resources["intake"]
    return intake


async def open_intake(service: Service) -> Intake:
    """Open the vault and read the secrets, once at start."""
    secrets = Secrets(service.settings.keys_folder)
    pool = service.settings.database_pool
    vault = Vault(Database(database_url(service.settings, "vault"), "vault", pool, pool), secrets.master_key())
    await vault.prepare()
    async with service.database.session() as session:
        calendar = await read_calendar(session)
    intake = Intake(
        vault=vault,
        receipt_key=secrets.receipt_key(),
        blind_key=secrets.blind_index_key(),
        api_key_key=secrets.api_key_key(),
        files=Files(service.settings.data / "attachments"),
        procedure=load(),
        calendar=calendar,
    )
    service.resources["intake"] = intake
    return intake


async def read_calendar(session: AsyncSession) -> Calendar:
    """Return the office calendar with the special days that were heard of (``calendar.changed``)."""
    row = await session.scalar(select(CalendarRow).where(CalendarRow.name == "mainland"))
    if row is None:
        return mainland()
    days = {date.fromisoformat(each["date"]): special_day(each["kind"]) for each in row.special_days}
    return mainland(days, row.published_until)
