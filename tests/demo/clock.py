"""Stepping the simulated clock: all services are held, set and released; the office comes to rest before each step."""

import asyncio
import time
from collections import Counter
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Any, Final

from services.house import spec_of
from shared.settings import SERVICES
from tests.demo.place import Place, Refused, Stopped

_PATIENCE: Final = 120.0
_EARS: Final = {name: spec_of(name).topics if spec_of(name).handlers else () for name in SERVICES}


@dataclass
class Clock:
    """The clock of a whole office. ``now`` is where it stands (UTC)."""

    place: Place
    now: datetime = field(default=datetime(2024, 1, 1, tzinfo=UTC))
    steps: int = 0
    events: int = 0
    """How many events had gone out when the office last came to rest."""
    _next_due: datetime | None = None

    async def start(self, at: datetime) -> None:
        """Stand at the beginning. Raises ``Stopped`` where the office lives in real time, or is past that moment."""
        readings = await self._read()
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
            await asyncio.gather(*(self.place.as_("admin", "POST", f"/{name}/clock", setting) for name in SERVICES))
        self.now, self.steps = at, self.steps + 1

    async def to(self, target: datetime) -> None:
        """Step from due time to due time until ``target``."""
        while self._next_due is not None and self.now < self._next_due < target:
            await self.set(self._next_due)
            await self.settle()
        if target > self.now:
            await self.set(target)
            await self.settle()

    async def settle(self) -> None:
        """Wait until the office is at rest: two looks in a row alike, all that went out has come in, nothing is due."""
        last, over = None, time.monotonic() + _PATIENCE
        while True:
            readings = await self._read()
            counters = {name: (one["published"], one["consumed"]) for name, one in readings.items()}
            dues = [datetime.fromisoformat(one["next_due_at"]) for one in readings.values() if one["next_due_at"]]
            due = min(dues, default=None)
            if counters == last and self._all_heard(readings) and (due is None or due > self.now):
                self._next_due = due
                self.events = sum(sum(one["published"].values()) for one in readings.values())
                return
            last = counters
            if time.monotonic() > over:
                raise Stopped(f"The office does not come to rest at {self.now.isoformat()}: {counters}")
            await asyncio.sleep(0.01)

    def _all_heard(self, readings: dict[str, dict[str, Any]]) -> bool:
        published: Counter[str] = Counter()
        for one in readings.values():
            published.update(one["published"])
        return all(
            readings[name]["consumed"].get(topic, 0) >= published[topic] for name in SERVICES for topic in _EARS[name]
        )

    async def _read(self) -> dict[str, dict[str, Any]]:
        found = await asyncio.gather(*(self.place.as_("admin", "GET", f"/{name}/clock") for name in SERVICES))
        return dict(zip(SERVICES, found, strict=True))
