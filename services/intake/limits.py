"""How often something may be tried, in real time and over all replicas; counted in a transaction of its own."""

import hashlib
import hmac
from dataclasses import dataclass
from datetime import timedelta
from typing import Final

from sqlalchemy import text

from services.intake.offices import intake_of
from shared.errors import Problem
from shared.running import Service


@dataclass(frozen=True, slots=True)
class Allowance:
    """At most so many tries in a window."""

    kind: str
    tries: int
    window: timedelta


WRONG_CODES: Final = Allowance("wrong receipt codes of a number", 10, timedelta(minutes=15))
FORMS: Final = Allowance("forms of an address", 20, timedelta(minutes=10))


async def count(service: Service, allowance: Allowance, whose: str) -> None:
    """Count a try of ``whose``. Raises ``Problem`` 429 when there were too many."""
    async with service.database.session() as session:
        row = (await session.execute(_COUNT, _named(service, allowance, whose))).one()
    if row.tries > allowance.tries:
        raise _too_many(row.seconds_left)


def _named(service: Service, allowance: Allowance, whose: str) -> dict[str, object]:
    key = intake_of(service).blind_key
    name = hmac.digest(key, f"{allowance.kind}\0{whose}".encode(), hashlib.sha256)[:16]
    return {"what": name, "window": allowance.window}


def _too_many(seconds: float) -> Problem:
    wait = max(1, int(seconds) + 1)
    return Problem(429, "too_many_tries", headers={"Retry-After": str(wait)}, minutes=-(-wait // 60))


_COUNT = text(
    "INSERT INTO limits (what, since, tries) VALUES (:what, clock_timestamp(), 1)"
    " ON CONFLICT (what) DO UPDATE SET"
    " tries = CASE WHEN limits.since < clock_timestamp() - CAST(:window AS interval) THEN 1 ELSE limits.tries + 1 END,"
    " since = CASE WHEN limits.since < clock_timestamp() - CAST(:window AS interval)"
    " THEN clock_timestamp() ELSE limits.since END"
    " RETURNING tries,"
    " extract(epoch FROM limits.since + CAST(:window AS interval) - clock_timestamp())::float AS seconds_left"
)


async def sweep(service: Service) -> bool:
    """Forget what was counted before yesterday."""
    async with service.database.session() as session:
        await session.execute(text("DELETE FROM limits WHERE since < clock_timestamp() - interval '1 day'"))
    return False
