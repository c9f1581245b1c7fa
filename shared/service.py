"""One service: a FastAPI application with its consumer, relay and workers under one lifespan.

A service says what it is made of in a ``ServiceSpec`` (its ``app.py``); everything that is alike in all of them -
health, readiness, metrics, the journal, the clock, parked complaints, errors, access - comes from here.
"""

import asyncio
import contextlib
import time
from collections.abc import AsyncIterator, Awaitable, Callable, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Annotated, Any

from fastapi import APIRouter, Depends, FastAPI, Request
from joserfc.jwk import OKPKey
from prometheus_client import CollectorRegistry, Histogram
from sqlalchemy import MetaData
from sqlalchemy.ext.asyncio import AsyncSession
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from shared import errors
from shared.bus import Bus
from shared.client import Services
from shared.clock import adopt_clock, held
from shared.consumer import Consumer
from shared.database import Database
from shared.events import Event, Fact, from_cloudevent
from shared.faults import is_infrastructure
from shared.logs import log, where
from shared.privacy import KeyRing
from shared.relay import Relay
from shared.secrets import Secrets
from shared.settings import SERVICES, Settings, database_url

Handler = Callable[[AsyncSession, Event], Awaitable[None]]


@dataclass(frozen=True)
class Worker:
    """Something a service does by itself, round after round.

    ``run`` does one round and says whether more is waiting; ``every`` is the pause in real seconds when not woken.
    """

    name: str
    run: Callable[["Service"], Awaitable[bool]]
    every: float = 1.0


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

    @property
    def name(self) -> str:
        """Return the service's name."""
        return self.spec.name

    @property
    def log(self) -> Any:
        """Return the service's logger."""
        return log(self.name)

    def wake(self) -> None:
        """Let every worker look at once."""
        for one in self._wakes:
            one.set()

    async def work(self, worker: Worker) -> None:
        """Run a worker until the service stops; a failure is logged and tried again, never the end of it."""
        wake = asyncio.Event()
        self._wakes.append(wake)
        failures = 0
        while not self.stopping.is_set():
            more, pause = False, worker.every
            try:
                wake.clear()
                if not await self._held():
                    more = await worker.run(self)
                failures = 0
            except Exception as error:  # noqa: BLE001 - a worker outlives whatever its round met; it is logged
                failures += 1
                pause = min(worker.every * 2**failures, 30.0)
                tell = self.log.warning if is_infrastructure(error) else self.log.error
                tell("worker failed", worker=worker.name, error=type(error).__name__, where=where(error))
            if not more:
                with contextlib.suppress(TimeoutError):
                    await asyncio.wait_for(wake.wait(), pause)

    async def _held(self) -> bool:
        if not self.settings.simulated:
            return False
        async with self.database.session() as session:
            return await held(session)


def running(request: Request) -> Service:
    """Return the running service behind a request."""
    service: Service = request.app.state.service
    return service


async def _transaction(request: Request) -> AsyncIterator[AsyncSession]:
    service = running(request)
    async with service.database.session() as session:
        session.info["running"] = service
        yield session


Running = Annotated[Service, Depends(running)]
Session = Annotated[AsyncSession, Depends(_transaction, scope="function")]
"""One request, one transaction: committed before the answer leaves, rolled back on an error."""


def create_service(
    spec: ServiceSpec, settings: Settings, bus: Bus, apps: Mapping[str, ASGIApp] | None = None
) -> FastAPI:
    """Return the application of a service. ``apps``: the others in this process (embedded), filled by the caller."""
    from shared.common_routes import common_router

    secrets = Secrets(settings.keys_folder)
    database = Database(database_url(settings, spec.name), spec.name, settings.database_pool, settings.database_pool)
    signing_key = OKPKey.import_key(secrets.private_pem(spec.name))
    services = Services(spec.name, signing_key, settings.service_url, apps)
    service = Service(
        spec=spec,
        settings=settings,
        database=database,
        services=services,
        keys=KeyRing(services.keys),
        signing_key=signing_key,
        public_keys={name: OKPKey.import_key(secrets.public_pem(name)) for name in SERVICES},
        bus=bus,
    )
    prefix = f"/{spec.name}"
    app = FastAPI(
        title=f"Redress {spec.name}",
        version="1",
        docs_url=f"{prefix}/docs",
        redoc_url=None,
        openapi_url=f"{prefix}/openapi.json",
        lifespan=_lifespan,
    )
    app.state.service = service
    errors.install(app)
    app.include_router(common_router(spec), prefix=prefix)
    app.include_router(spec.router, prefix=prefix)
    app.add_middleware(Observe, service=service)
    return app


@contextlib.asynccontextmanager
async def _lifespan(app: FastAPI) -> AsyncIterator[None]:
    service: Service = app.state.service
    await adopt_clock(service.database, simulated=service.settings.simulated)
    if service.spec.start:
        await service.spec.start(service)
    service.relay = Relay(service.database, service.bus, poll_seconds=service.settings.poll_seconds)
    runners = [service.relay.run(), *(service.work(worker) for worker in service.spec.workers)]
    if service.spec.topics and service.spec.handlers:
        service.consumer = _consumer(service)
        runners.append(service.consumer.run())
    tasks = [asyncio.create_task(one) for one in runners]
    try:
        yield
    finally:
        service.stopping.set()
        service.wake()
        await service.relay.stop()
        if service.consumer:
            await service.consumer.stop()
        _, late = await asyncio.wait(tasks, timeout=10)
        for task in late:
            task.cancel()
        if service.spec.stop:
            await service.spec.stop(service)
        await service.services.close()
        await service.database.dispose()


def _consumer(service: Service) -> Consumer:
    spec = service.spec

    async def prepare(events: list[Event]) -> Any:
        return await spec.prepare(service, events) if spec.prepare else None

    async def catch_up(source: str, subject: str, after_sequence: int) -> list[Event]:
        params: dict[str, str | int] = {"subject": subject, "after_sequence": after_sequence}
        return [from_cloudevent(one) for one in await service.services.get(source, "/events", params=params)]

    return Consumer(
        database=service.database,
        bus=service.bus,
        group=spec.name,
        topics=spec.topics,
        handlers=spec.handlers,
        prepare=prepare,
        after_batch=spec.after_batch,
        catch_up=catch_up,
        info={"running": service},
    )


class Observe:
    """Counts and times requests by route template, never by path: a path may hold a number of a complaint."""

    def __init__(self, app: ASGIApp, service: Service) -> None:
        self._app, self._service = app, service
        self._times = Histogram(
            "redress_request_seconds", "Requests", ["service", "method", "route", "status"], registry=service.registry
        )

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Pass the request on, and take its time."""
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        begun, status = time.perf_counter(), 500

        async def watch(message: Message) -> None:
            nonlocal status
            if message["type"] == "http.response.start":
                status = message["status"]
            await send(message)

        try:
            await self._app(scope, receive, watch)
        finally:
            route = getattr(scope.get("route"), "path", "none")
            seconds = time.perf_counter() - begun
            self._times.labels(self._service.name, scope["method"], route, str(status)).observe(seconds)
            if status >= 500:
                self._service.log.error("request failed", method=scope["method"], route=route, status=status)
