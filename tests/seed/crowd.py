"""Many stories in one office at once: all act, then the office settles; all wait, then time goes by until the next."""

import asyncio
from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass, field
from datetime import datetime

from tests.office import MONDAY_MORNING, Office

Tale = Callable[[], Awaitable[None]]


@dataclass
class Crowd(Office):
    """An office in which ``settle`` and ``advance_to`` wait for everybody, and are then done once for all."""

    moment: datetime = MONDAY_MORNING
    """The time in the office."""
    _waiting: list[tuple[datetime | None, "asyncio.Future[None]"]] = field(default_factory=list)
    _acting: int = 0
    _driving: bool = False
    _news: asyncio.Event = field(default_factory=asyncio.Event)

    async def now(self) -> datetime:
        """The time in the office (UTC)."""
        return self.moment if not self._driving else await super().now()

    async def settle(self, seconds: float | None = None) -> None:
        """Wait until all have acted and what follows from it has happened."""
        await (super().settle(seconds) if self._driving else self._wait(None))

    async def advance_to(self, target: datetime) -> None:
        """Wait until it is so late."""
        await (super().advance_to(target) if self._driving else self._wait(target))

    async def _wait(self, until: datetime | None) -> None:
        future = asyncio.get_running_loop().create_future()
        self._waiting.append((until, future))
        self._news.set()
        await future

    async def play(self, tales: Sequence[Tale], begin: datetime, end: datetime, told: Callable[[float], None]) -> None:
        """Live all tales through, and go on until ``end``. What one of them raises is raised."""
        self.moment, self._acting = begin, len(tales)
        tasks = [asyncio.create_task(self._tell(tale)) for tale in tales]
        try:
            while self._acting:
                while len(self._waiting) < self._acting:
                    self._news.clear()
                    await self._news.wait()
                await self._go_on()
                told((self.moment - begin) / (end - begin))
            await asyncio.gather(*tasks)
            await self._drive(end)
        finally:
            for task in tasks:
                task.cancel()

    async def _tell(self, tale: Tale) -> None:
        try:
            await tale()
        finally:
            self._acting -= 1
            self._news.set()

    async def _go_on(self) -> None:
        if not self._waiting:
            return
        if any(until is None or until <= self.moment for until, _ in self._waiting):
            await self._drive(None)
        else:
            await self._drive(min(until for until, _ in self._waiting if until))
        ready = [one for one in self._waiting if one[0] is None or one[0] <= self.moment]
        self._waiting = [one for one in self._waiting if one not in ready]
        for _, future in ready:
            future.set_result(None)
        await asyncio.sleep(0)

    async def _drive(self, target: datetime | None) -> None:
        self._driving = True
        try:
            await (super().settle() if target is None else super().advance_to(target))
        finally:
            self._driving = False
        self.moment = target or self.moment
