"""Stepping the simulated clock: all services are held, set and released; the office comes to rest before each step."""

import asyncio
import time
from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Any, Final

from services.house import spec_of
from shared.settings import SERVICES
from tests.demo.place import Place, Refused, Stopped

_PATIENCE: Final = 240.0
_EARS: Final = {name: spec_of(name).topics if spec_of(name).handlers else () for name in SERVICES}
_LISTENING: Final = tuple(name for name in SERVICES if _EARS[name])
"""Who hears of what happens, and has things to do by the clock; the others only answer."""

Readings = dict[str, dict[str, Any]]
"""What each service says of its clock."""


@dataclass
class Clock:
    """The clock of a whole office. ``now`` is where it stands (UTC)."""

    place: Place
    now: datetime = field(default=datetime(2024, 1, 1, tzinfo=UTC))
    steps: int = 0
    events: int = 0
    """How many events had gone out when the office last came to rest."""
    _next_due: datetime | None = None
    _seen: Readings | None = None
    """What the services said when they were released, where nobody has looked since."""

    async def start(self, at: datetime) -> None:
        """Stand at the beginning. Raises ``Stopped`` where the office lives in real time, or is past that moment."""
        readings = await self._read(SERVICES)
        if max(datetime.fromisoformat(one["now"]) for one in readings.values()) > at:
            raise Stopped(
                "This office's clock cannot be set back to the beginning of the month: it runs in real time, or has"
                " been used.\nStart it anew with a simulated clock: docker compose down -v &&"
                " CLOCK=simulated docker compose up --wait"
            )
        try:
            await self.set(at)
        except Refused as refusal:
            raise Stopped(f"The clock of this office cannot be set: {refusal}") from None
        await self.settle()

    async def set(self, at: datetime) -> None:
        """Hold all services at ``at``, then release them."""
        for hold in (True, False):
            setting = {"now": at.isoformat(), "hold": hold}
            seen = await asyncio.gather(
                *(self.place.as_("admin", "POST", f"/{name}/clock", setting) for name in SERVICES)
            )
        self.now, self.steps = at, self.steps + 1
        self._seen = {name: one for name, one in zip(SERVICES, seen, strict=True) if name in _LISTENING}

    async def to(self, target: datetime) -> None:
        """Step from due time to due time until ``target``."""
        while self._next_due is not None and self.now < self._next_due < target:
            await self.set(self._next_due)
            await self.settle()
        if target > self.now:
            await self.set(target)
            await self.settle()

    async def settle(self) -> None:
        """Wait until the office is at rest: two looks in a row alike, all that went out has come in, nothing is due.

        What a service answers when it is released is a first look. Who is behind is asked again until they are not;
        the others meanwhile are left to their work.
        """
        over, before, self._seen = time.monotonic() + _PATIENCE, self._seen, None
        while time.monotonic() < over:
            if before and (behind := self._behind(before)):
                await asyncio.sleep(0.01)
                before = before | await self._read(behind)
                continue
            now = await self._read(_LISTENING)
            if before and _counters(before) == _counters(now) and not self._behind(now):
                self._next_due = _next_due(now)
                self.events = sum(sum(one["published"].values()) for one in now.values())
                return
            before = now
        raise Stopped(f"The office does not come to rest at {self.now.isoformat()}: {_counters(before or {})}")

    def _behind(self, seen: Readings) -> list[str]:
        """Return who has something due by now, or has not heard all that went out."""
        published: Counter[str] = Counter()
        for one in seen.values():
            published.update(one["published"])
        return [name for name, one in seen.items() if self._is_due(one) or _has_missed(name, one, published)]

    def _is_due(self, reading: dict[str, Any]) -> bool:
        due = _due(reading)
        return due is not None and due <= self.now

    async def _read(self, names: Iterable[str]) -> Readings:
        names = list(names)
        found = await asyncio.gather(*(self.place.as_("admin", "GET", f"/{name}/clock") for name in names))
        return dict(zip(names, found, strict=True))


def _has_missed(name: str, reading: dict[str, Any], published: Counter[str]) -> bool:
    return any(reading["consumed"].get(topic, 0) < published[topic] for topic in _EARS[name])


def _counters(readings: Readings) -> dict[str, Any]:
    return {name: (one["published"], one["consumed"]) for name, one in readings.items()}


def _due(reading: dict[str, Any]) -> datetime | None:
    return datetime.fromisoformat(reading["next_due_at"]) if reading["next_due_at"] else None


def _next_due(readings: Readings) -> datetime | None:
    return min(filter(None, map(_due, readings.values())), default=None)
