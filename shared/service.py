"""One service: a FastAPI application with its consumer, relay and workers under one lifespan.

A service says what it is made of in a ``ServiceSpec`` (its ``app.py``); everything that is alike in all of them -
health, readiness, metrics, the journal, the clock, parked complaints, errors, access - comes from here.
"""

import asyncio
import contextlib
import time
from collections.abc import AsyncIterator, Mapping
from typing import Any

from fastapi import FastAPI
from joserfc.jwk import OKPKey
from prometheus_client import Histogram
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from shared import errors
from shared.body_limit import BodyLimit
from shared.bus import Bus, read_event
from shared.client import Services
from shared.clock import adopt_clock
from shared.common_routes import router as common_router
from shared.consumer import Consumer
from shared.database import Database
from shared.documented import documents
from shared.events import Event
from shared.privacy import KeyRing
from shared.relay import Relay
from shared.running import Handler, Running, Service, ServiceSpec, Session, Worker, running
from shared.secrets import Secrets
from shared.settings import SERVICES, Settings, database_url

__all__ = ["Handler", "Running", "Service", "ServiceSpec", "Session", "Worker", "create_service", "running"]


def create_service(
    spec: ServiceSpec, settings: Settings, bus: Bus, apps: Mapping[str, ASGIApp] | None = None
) -> FastAPI:
    """Return the application of a service. ``apps``: the others in this process (embedded), filled by the caller."""
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
    app = application(spec)
    app.state.service = service
    errors.install(app)
    app.add_middleware(BodyLimit)
    app.add_middleware(Observe, service=service)
    return app


def application(spec: ServiceSpec) -> FastAPI:
    """Return the routes of a service, with the document that describes them."""
    prefix = f"/{spec.name}"
    app = FastAPI(
        title=f"Redress {spec.name}",
        version="1",
        docs_url=f"{prefix}/docs",
        redoc_url=None,
        openapi_url=f"{prefix}/openapi.json",
        lifespan=_lifespan,
    )
    if spec.entrance:
        spec.entrance(app.router, prefix)
    app.include_router(common_router, prefix=prefix)
    app.include_router(spec.router, prefix=prefix)
    app.openapi = documents(app, (common_router, spec.router), prefix)  # type: ignore[method-assign]  # as FastAPI says
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
        return [read_event(one, "complaints") for one in await service.services.get(source, "/events", params=params)]

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


_METHODS = frozenset({"GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS"})


class Observe:
    """Counts and times requests by route template, never by path: a path may hold a number of a complaint."""

    def __init__(self, app: ASGIApp, service: Service) -> None:
        self._app, self._service = app, service
        self._times = Histogram(
            "redress_request_seconds", "Requests", ["service", "method", "route", "status"], registry=service.registry
        )
        self._timers: dict[tuple[str, str, int], Histogram] = {}

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
            method = scope["method"] if scope["method"] in _METHODS else "other"
            self._timer(method, route, status).observe(seconds)
            if status >= 500:
                self._service.log.error("request failed", method=method, route=route, status=status)

    def _timer(self, method: str, route: str, status: int) -> Histogram:
        kept = self._timers.get((method, route, status))
        if kept is None:
            kept = self._times.labels(self._service.name, method, route, str(status))
            self._timers[method, route, status] = kept
        return kept
