"""What a service is made of, and what it is while it runs: what routes, handlers and workers reach for."""

import asyncio
import contextlib
from collections.abc import AsyncIterator, Awaitable, Callable, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Annotated, Any

from fastapi import APIRouter, Depends, Request
from joserfc.jwk import OKPKey
from prometheus_client import CollectorRegistry
from sqlalchemy import MetaData
from sqlalchemy.ext.asyncio import AsyncSession

from shared.bus import Bus
from shared.client import Services
from shared.clock import stands_still
from shared.consumer import Consumer
from shared.database import Database
from shared.events import Event, Fact
from shared.faults import is_infrastructure
from shared.logs import log, where
from shared.privacy import KeyRing
from shared.relay import Relay
from shared.settings import Settings

Handler = Callable[[AsyncSession, Event], Awaitable[None]]


@dataclass(frozen=True)
class Worker:
    """Something a service does by itself, round after round.

    ``run`` does one round and says whether more is waiting; ``every`` is the pause in real seconds when not woken.
    What only tidies up in real time need not be ``woken`` when the simulated clock has moved.
    """

    name: str
    run: Callable[["Service"], Awaitable[bool]]
    every: float = 1.0
    woken: bool = True


@dataclass(frozen=True)
class ServiceSpec:
    """What a service is made of."""

    name: str
    router: APIRouter
    metadata: MetaData
    handlers: Mapping[type[Fact], Handler]
    topics: tuple[str, ...] = ("complaints",)
    workers: tuple[Worker, ...] = ()
    prepare: Callable[["Service", list[Event]], Awaitable[Any]] | None = None
    """Asks other services before the transaction; the result is ``session.info["prepared"]``."""
    after_batch: Callable[[AsyncSession, list[Event]], Awaitable[None]] | None = None
    entrance: Callable[[APIRouter, str], None] | None = None
    """Puts measured hot paths, under the service's prefix, before all other routes."""
    next_due: Callable[[AsyncSession], Awaitable[datetime | None]] | None = None
    """When its next timer is due, for the simulated clock."""
    start: Callable[["Service"], Awaitable[None]] | None = None
    """Once at start, before anything is consumed or served."""
    stop: Callable[["Service"], Awaitable[None]] | None = None


@dataclass
class Service:
    """A running service: what routes (``Running``), handlers (``session.info["running"]``) and workers reach for."""

    spec: ServiceSpec
    settings: Settings
    database: Database
    services: Services
    keys: KeyRing
    signing_key: OKPKey
    public_keys: Mapping[str, OKPKey]
    bus: Bus
    resources: dict[str, Any] = field(default_factory=dict)
    registry: CollectorRegistry = field(default_factory=CollectorRegistry)
    consumer: Consumer | None = None
    relay: Relay | None = None
    stopping: asyncio.Event = field(default_factory=asyncio.Event)
    _wakes: list[asyncio.Event] = field(default_factory=list)
    _busy: set[str] = field(default_factory=set)

    @property
    def name(self) -> str:
        """Return the service's name."""
        return self.spec.name

    @property
    def log(self) -> Any:
        """Return the service's logger."""
        return log(self.name)

    @property
    def idle(self) -> bool:
        """Say whether every worker has looked since it was last woken and found nothing more to do."""
        return not self._busy and not any(one.is_set() for one in self._wakes)

    def wake(self) -> None:
        """Let every worker look at once."""
        for one in self._wakes:
            one.set()

    async def work(self, worker: Worker) -> None:
        """Run a worker until the service stops; a failure is logged and tried again, never the end of it."""
        wake = asyncio.Event()
        self._wakes += [wake] if worker.woken else []
        called = wake if worker.woken else self.stopping
        failures = 0
        while not self.stopping.is_set():
            more, pause = False, max(worker.every, self.settings.timer_seconds)
            try:
                self._busy.add(worker.name)
                wake.clear()
                if not (self.settings.simulated and await stands_still(self.database)):
                    more = await worker.run(self)
                failures = 0
            except Exception as error:  # noqa: BLE001 - a worker outlives whatever its round met; it is logged
                failures += 1
                pause = min(pause * 2**failures, 30.0)
                tell = self.log.warning if is_infrastructure(error) else self.log.error
                tell("worker failed", worker=worker.name, error=type(error).__name__, where=where(error))
            if not more:
                self._busy.discard(worker.name)
                with contextlib.suppress(TimeoutError):
                    await asyncio.wait_for(called.wait(), pause)


def running(request: Request) -> Service:
    """Return the running service behind a request."""
    service: Service = request.app.state.service
    return service


async def _transaction(request: Request) -> AsyncIterator[AsyncSession]:
    service = running(request)
    async with service.database.session() as session:
        session.info["running"] = service
        yield session


async def _service(request: Request) -> Service:
    # a coroutine: FastAPI sends plain functions through its thread pool
    return running(request)


Running = Annotated[Service, Depends(_service)]
Session = Annotated[AsyncSession, Depends(_transaction, scope="function")]
"""One request, one transaction: committed before the answer leaves, rolled back on an error."""
