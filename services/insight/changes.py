"""What changes, as it changes: one watch a process, woken by NOTIFY and every 2 s by itself, for any number of readers.

A row says which transaction wrote it last. A look takes all from the oldest transaction on that was still open at the
look before, so nothing is missed whatever the order of commits; what was told already is not told again.
"""

import asyncio
import contextlib
import json
from collections.abc import AsyncIterator
from dataclasses import dataclass
from typing import Any, Final
from uuid import UUID

from sqlalchemy import text

from services.insight.keeping import CHANGES
from services.insight.queues import QUEUES
from shared.faults import is_infrastructure
from shared.logs import where
from shared.running import Service

_LOOK_AGAIN: Final = 2.0
_KEEP_ALIVE: Final = 15.0
_MOST_AT_ONCE: Final = 500
_MOST_WAITING: Final = 1000


@dataclass(frozen=True, slots=True)
class Change:
    """A complaint that has changed, where it stands now, and in which queues. No complaint: very many have changed."""

    complaint: str | None
    stage: str | None
    queues: tuple[str, ...]
    named: frozenset[str] = frozenset()

    def as_sse(self) -> str:
        """Return it as a server-sent event: ids and codes only."""
        body = {"complaint": self.complaint, "stage": self.stage, "queues": self.queues}
        return f"event: change\ndata: {json.dumps(body)}\n\n"


class Watch:
    """Looks for changes, and tells its readers; starts with the first reader."""

    def __init__(self, service: Service) -> None:
        self._service = service
        self._bell = service.database.bell(CHANGES)
        self._readers: set[asyncio.Queue[Change | None]] = set()
        self._task: asyncio.Task[None] | None = None
        self._starting = asyncio.Lock()
        self._horizon = 0
        self._told: dict[UUID, int] = {}

    async def read(self, concern: frozenset[str]) -> AsyncIterator[str]:
        """Yield server-sent events until the reader goes, is far behind, or the service stops.

        Never of a complaint that names one of ``concern``.
        """
        await self._begin()
        waiting: asyncio.Queue[Change | None] = asyncio.Queue(_MOST_WAITING)
        self._readers.add(waiting)
        try:
            yield "retry: 1000\n\n"
            quiet = 0.0
            while not self._service.stopping.is_set():
                try:
                    change = await asyncio.wait_for(waiting.get(), _LOOK_AGAIN)
                except TimeoutError:
                    quiet += _LOOK_AGAIN
                    if quiet >= _KEEP_ALIVE:
                        quiet = 0.0
                        yield ": still here\n\n"
                    continue
                if change is None:
                    return
                if concern.isdisjoint(change.named):
                    quiet = 0.0
                    yield change.as_sse()
        finally:
            self._readers.discard(waiting)

    async def stop(self) -> None:
        """Let every reader go."""
        for waiting in self._readers:
            _hang_up(waiting)
        if self._task:
            self._task.cancel()
            with contextlib.suppress(asyncio.CancelledError):
                await self._task

    async def _begin(self) -> None:
        async with self._starting:
            if self._task is None:
                async with self._service.database.session() as session:
                    self._horizon = await session.scalar(_OLDEST_OPEN) or 0
                self._task = asyncio.create_task(self._run())

    async def _run(self) -> None:
        found: list[Change] = []
        while True:
            if not found:  # what changed during a look did not wake us
                await self._bell.wait(_LOOK_AGAIN)
            try:
                found = []
                found = await self._look()
                for change in found:
                    for waiting in list(self._readers):
                        self._tell(waiting, change)
            except Exception as fault:  # noqa: BLE001 - it looks again, whatever it was
                tell = self._service.log.warning if is_infrastructure(fault) else self._service.log.error
                tell("watch failed", error=type(fault).__name__, where=where(fault))

    def _tell(self, waiting: "asyncio.Queue[Change | None]", change: Change) -> None:
        try:
            waiting.put_nowait(change)
        except asyncio.QueueFull:  # the reader comes back and looks anew
            self._readers.discard(waiting)
            _hang_up(waiting)

    async def _look(self) -> list[Change]:
        async with self._service.database.session() as session:
            oldest_open = await session.scalar(_OLDEST_OPEN) or 0
            rows = (await session.execute(_CHANGED, {"horizon": self._horizon})).all()
        fresh = [row for row in rows if self._told.get(row.id) != row.changed]
        self._told = {row.id: row.changed for row in rows if row.changed >= oldest_open}
        self._horizon = oldest_open
        if len(rows) > _MOST_AT_ONCE:
            return [Change(None, None, tuple(QUEUES))]
        return [Change(str(row.id), row.stage, tuple(row.queues), frozenset(row.named_officers)) for row in fresh]


def _hang_up(waiting: "asyncio.Queue[Any]") -> None:
    while waiting.full():
        waiting.get_nowait()
    waiting.put_nowait(None)


def watch_of(service: Service) -> Watch:
    """Return the process's watch."""
    watch: Watch = service.resources.setdefault("watch", None) or Watch(service)
    service.resources["watch"] = watch
    return watch


async def stop(service: Service) -> None:
    """Stop watching."""
    if service.resources.get("watch"):
        await watch_of(service).stop()


_OLDEST_OPEN = text("SELECT CAST(CAST(pg_snapshot_xmin(pg_current_snapshot()) AS text) AS bigint)")
_IN_QUEUES = ", ".join(f"CASE WHEN {queue.condition} THEN '{name}' END" for name, queue in QUEUES.items())
_CHANGED = text(
    f"SELECT id, stage, named_officers, changed, array_remove(ARRAY[{_IN_QUEUES}], NULL) AS queues"  # noqa: S608 - our own table
    " FROM complaints WHERE changed >= :horizon"
    " AND changed < (SELECT CAST(CAST(pg_snapshot_xmax(pg_current_snapshot()) AS text) AS bigint))"
    f" ORDER BY changed LIMIT {_MOST_AT_ONCE + 1}"
)
