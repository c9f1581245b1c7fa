"""A bell: one LISTEN connection a process and channel, and everybody who waits for it."""

import asyncio
from collections.abc import Awaitable, Callable
from contextlib import suppress
from typing import Any

import asyncpg

from shared.logs import log, where

_LOOK_SECONDS = 30.0


class Bell:
    """Rings when some process has committed a ``NOTIFY`` on the channel; listens from the first wait until ``stop``."""

    def __init__(self, connect: Callable[[], Awaitable[asyncpg.Connection]], channel: str) -> None:
        self._connect = connect
        self._channel = channel
        self._waiting: set[asyncio.Event] = set()
        self._task: asyncio.Task[None] | None = None

    async def wait(self, seconds: float) -> None:
        """Returns when the bell rings, at the latest after ``seconds``: then look for yourself."""
        if self._task is None:
            self._task = asyncio.create_task(self._listen())
        event = asyncio.Event()
        self._waiting.add(event)
        try:
            with suppress(TimeoutError):
                await asyncio.wait_for(event.wait(), seconds)
        finally:
            self._waiting.discard(event)

    def ring(self, *_: Any) -> None:
        """Wakes everybody who waits in this process."""
        for event in self._waiting:
            event.set()

    async def stop(self) -> None:
        """Hangs up."""
        task, self._task = self._task, None
        if task is not None:
            task.cancel()
            with suppress(asyncio.CancelledError):
                await task

    async def _listen(self) -> None:
        line: asyncpg.Connection | None = None
        try:
            while True:
                try:
                    line = await self._connect()
                    closed = asyncio.Event()
                    line.add_termination_listener(lambda *_, closed=closed: closed.set())
                    await line.add_listener(self._channel, self.ring)
                    while not closed.is_set():
                        with suppress(TimeoutError):
                            await asyncio.wait_for(closed.wait(), _LOOK_SECONDS)
                        if not closed.is_set():
                            await line.execute("SELECT 1")  # a line that broke silently would be silent for ever
                except (OSError, asyncpg.PostgresError, asyncpg.InterfaceError) as fault:
                    if line is not None:
                        line.terminate()
                    log(self._channel).warning("bell silent", error=type(fault).__name__, where=where(fault))
                await asyncio.sleep(1)
        finally:
            if line is not None and not line.is_closed():
                line.terminate()
