"""All services under one roof: one process, one application, each service at ``/{service}/``.

The embedded way of running, and the tests' offices, are this. Distributed, each service is its own application.
"""

import asyncio
import importlib
import importlib.util
from collections.abc import AsyncIterator, Iterable
from contextlib import AsyncExitStack, asynccontextmanager

from fastapi import FastAPI
from starlette.responses import JSONResponse, RedirectResponse
from starlette.types import ASGIApp, Receive, Scope, Send

from shared.bus import Bus
from shared.embedded_bus import EmbeddedBus
from shared.migrations import migrate
from shared.running import ServiceSpec
from shared.service import create_service
from shared.settings import SERVICES, Settings, database_url


def spec_of(service: str) -> ServiceSpec:
    """Return what a service is made of. Raises ``ModuleNotFoundError`` for a name that is none."""
    spec: ServiceSpec = importlib.import_module(f"services.{service}.app").service
    return spec


def present() -> list[str]:
    """Return the services that can be run."""
    return [service for service in SERVICES if _exists(service)]


def _exists(service: str) -> bool:
    package = importlib.util.find_spec(f"services.{service}")
    return package is not None and importlib.util.find_spec(f"services.{service}.app") is not None


def bus_of(settings: Settings) -> Bus:
    """Return the carrier that the settings ask for, not started yet."""
    if settings.mode == "embedded":
        return EmbeddedBus(database_url(settings, "bus"))
    from shared.kafka import KafkaBus

    return KafkaBus(settings.kafka_bootstrap, settings.topic_prefix)


class House:
    """The application that passes each request to the service its first path segment names; ``/`` is the desk."""

    def __init__(self, apps: dict[str, FastAPI]) -> None:
        self.apps = apps

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Pass one request on."""
        app = self.apps.get(scope["path"].split("/", 2)[1])
        target: ASGIApp = app or (RedirectResponse("/desk/") if scope["path"] == "/" else _NOWHERE)
        await target(scope, receive, send)


_NOWHERE = JSONResponse(
    {"type": "/problems/not_found", "title": "Not found.", "status": 404, "code": "not_found"},
    status_code=404,
    media_type="application/problem+json",
)


@asynccontextmanager
async def open_house(
    settings: Settings, services: Iterable[str] = SERVICES, *, migrated: bool = False
) -> AsyncIterator[House]:
    """Migrate and start services that speak to each other in this process; stop them in reverse.

    ``migrated``: who calls knows that the databases have their newest form.
    """
    names = list(services)
    async with AsyncExitStack() as stack:
        bus = bus_of(settings)
        for service in () if migrated else names:
            await asyncio.to_thread(migrate, database_url(settings, service), service)
        await bus.start()
        stack.push_async_callback(bus.stop)
        apps: dict[str, FastAPI] = {}
        for service in names:
            apps[service] = create_service(spec_of(service), settings, bus, apps if len(names) > 1 else None)
        for app in apps.values():
            await stack.enter_async_context(app.router.lifespan_context(app))
        yield House(apps)


@asynccontextmanager
async def open_service(settings: Settings, service: str) -> AsyncIterator[FastAPI]:
    """Migrate and start one service alone, among others that run elsewhere."""
    async with open_house(settings, [service]) as house:
        yield house.apps[service]
