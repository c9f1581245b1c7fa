"""Planned outages: entered beforehand, hinted at intake and on the complaint (2/1.1.12, outage notice)."""

from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Final
from uuid import uuid4

from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession

from services.casework.proposing import district_name
from services.casework.tables import Outage
from shared.clock import now
from shared.errors import Problem
from shared.events import OutageCancelled, OutagePlanned
from shared.glossary import Service
from shared.outbox import hold, publish

HINTED_BEFORE: Final = timedelta(days=1)
"""People ask about what has been announced."""
HINTED_AFTER: Final = timedelta(days=1)
"""And complain of what has been."""


def hinted(outage: Outage, service: str | None, district: str | None, at: datetime) -> bool:
    """Say whether a message of ``at`` may be about the outage: its service, its district, its time. Pure.

    A message without a service or district may be about any.
    """
    if outage.cancelled_at is not None or (service and service != outage.service):
        return False
    if not outage.begins_at - HINTED_BEFORE <= at < outage.ends_at + HINTED_AFTER:
        return False
    wanted = district_name(district)
    return not wanted or not outage.districts or wanted in {district_name(one) for one in outage.districts}


async def plan(
    session: AsyncSession,
    service: Service,
    districts: Sequence[str],
    begins_at: datetime,
    ends_at: datetime,
    words: dict[str, str | None],
    by: str,
) -> Outage:
    """Enter an outage. ``words`` by ``zh_hant``, ``zh_hans``, ``en``: one at least.

    Raises ``Problem`` 422 for one that is over, ends before it begins, or has no words.
    """
    at = await now(session)
    if ends_at <= at:
        raise Problem(422, "invalid", errors=[("ends_at", "in_past")])
    if ends_at <= begins_at:
        raise Problem(422, "invalid", errors=[("ends_at", "ends_before_it_begins")])
    if not any(words.values()):
        raise Problem(422, "invalid", errors=[("words", "missing")])
    made = Outage(
        id=str(uuid4()),
        at=at,
        by=by,
        service=service,
        districts=list(districts),
        begins_at=begins_at,
        ends_at=ends_at,
        **{f"words_{language}": said for language, said in words.items()},
    )
    await hold(session, made.id)
    session.add(made)
    district = made.districts[0] if len(made.districts) == 1 else None
    fact = OutagePlanned(
        service=service, district=district, districts=tuple(districts), begins_at=begins_at, ends_at=ends_at, by=by
    )
    await publish(session, made.id, fact)
    return made


async def cancel(session: AsyncSession, outage: str, by: str) -> Outage:
    """The outage does not take place. Raises ``Problem`` 404, 409 where it is cancelled already."""
    await hold(session, outage)
    found = await session.get(Outage, outage)
    if found is None:
        raise Problem(404, "outage_not_found")
    if found.cancelled_at is not None:
        raise Problem(409, "outage_cancelled")
    found.cancelled_at, found.cancelled_by = await now(session), by
    await publish(session, outage, OutageCancelled(by=by))
    return found


async def of(session: AsyncSession, service: str | None, district: str | None, at: datetime) -> list[Outage]:
    """Return the outages that a message of ``at`` may be about, the next to begin first."""
    asked = select(Outage).where(Outage.cancelled_at.is_(None), Outage.ends_at > at - HINTED_AFTER)
    rows = await session.scalars(asked.order_by(Outage.begins_at, Outage.id))
    return [one for one in rows if hinted(one, service, district, at)]
