"""A whole office for a test: every service in this process, on real PostgreSQL, on either carrier.

async with open_office(settings) as office:
    operator = await office.as_("operator1")
    answer = await operator.post("/intake/complaints", json={...})
    await office.settle()                       # everything that follows from it has happened
    await office.advance(days=2)                # the simulated clock steps from due time to due time
"""

import asyncio
import contextlib
import json
import socket
from collections.abc import AsyncIterator, Iterable
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from typing import Any

import httpx
import uvicorn
from fastapi import FastAPI

from services.house import House, open_house
from shared.settings import SERVICES, Settings

MONDAY_MORNING = datetime(2026, 3, 2, 1, 0, tzinfo=UTC)
"""Monday 2 March 2026, 09:00 in the office: five working days, no holidays near."""


@dataclass
class Office:
    """A running office; ``settings`` say where its data lies."""

    settings: Settings
    house: House
    clients: dict[str, httpx.AsyncClient] = field(default_factory=dict)
    answers: list[dict[str, Any]] = field(default_factory=list)
    """What clients were answered (201 and what was promised): the checker's first witness."""

    @property
    def apps(self) -> dict[str, FastAPI]:
        """The services' applications, by name."""
        return self.house.apps

    @property
    def credentials(self) -> dict[str, Any]:
        """The example accounts and channel keys."""
        path = self.settings.data / "demo-credentials.json"
        content: dict[str, Any] = json.loads(path.read_text())
        return content

    def client(self, headers: dict[str, str] | None = None) -> httpx.AsyncClient:
        """Somebody whom nobody knows."""
        transport = httpx.ASGITransport(self.house, raise_app_exceptions=False)
        return httpx.AsyncClient(
            transport=transport,
            base_url="http://office",
            timeout=60,
            headers={"Accept-Language": "en"} | (headers or {}),
        )

    async def as_(self, username: str) -> httpx.AsyncClient:
        """The person with this account, signed in for a quarter of an hour."""
        if username not in self.clients:
            password = next(one["password"] for one in self.credentials["accounts"] if one["username"] == username)
            async with self.client() as door:
                answer = await door.post("/desk/token", data={"username": username, "password": password})
            assert answer.status_code == 200, answer.text
            self.clients[username] = self.client({"Authorization": f"Bearer {answer.json()['access_token']}"})
        return self.clients[username]

    def channel(self, name: str) -> httpx.AsyncClient:
        """A channel's integration with its key."""
        if name not in self.clients:
            key = next(one["key"] for one in self.credentials["channels"] if one["channel"] == name)
            self.clients[name] = self.client({"X-Api-Key": key})
        return self.clients[name]

    def complainant(self, receipt_code: str) -> httpx.AsyncClient:
        """The complainant with their receipt code."""
        return self.client({"X-Receipt-Code": receipt_code})

    async def receive(self, who: httpx.AsyncClient, **body: Any) -> dict[str, Any]:
        """Hand a complaint in, expect 201, keep the answer for the checker."""
        answer = await who.post("/intake/complaints", json=body)
        assert answer.status_code == 201, answer.text
        content: dict[str, Any] = answer.json()
        self.answers.append({"sent": body, "answer": content})
        return content

    async def clocks(self) -> dict[str, dict[str, Any]]:
        """What each service says of its clock."""
        admin = await self.as_("admin")
        return {name: (await admin.get(f"/{name}/clock")).json() for name in self.apps}

    async def settle(self, seconds: float = 60) -> None:
        """Wait until nothing follows any more: two rounds in which all that was published was taken in."""
        deadline, last = asyncio.get_running_loop().time() + seconds, None
        while True:
            for app in self.apps.values():
                app.state.service.wake()
            await asyncio.sleep(0.05)
            clocks = await self.clocks()
            published: dict[str, int] = {}
            for clock in clocks.values():
                for topic, count in clock["published"].items():
                    published[topic] = published.get(topic, 0) + count
            counters = {name: (clock["published"], clock["consumed"]) for name, clock in clocks.items()}
            done = all(
                clock["consumed"].get(topic, 0) >= published.get(topic, 0)
                for name, clock in clocks.items()
                for topic in self._ears(name)
            )
            idle = all(app.state.service.idle for app in self.apps.values())
            if done and idle and counters == last:
                return
            last = counters
            assert asyncio.get_running_loop().time() < deadline, f"the office does not come to rest: {counters}"

    def _ears(self, name: str) -> Iterable[str]:
        spec = self.apps[name].state.service.spec
        return spec.topics if spec.handlers else ()

    async def now(self) -> datetime:
        """The time in the office (UTC)."""
        return datetime.fromisoformat((await self.clocks())["sla"]["now"])

    async def set_clock(self, at: datetime) -> None:
        """Stand at ``at``: all services are held there, then released."""
        admin = await self.as_("admin")
        for hold in (True, False):
            for name in self.apps:
                answer = await admin.post(f"/{name}/clock", json={"now": at.isoformat(), "hold": hold})
                assert answer.status_code == 200, answer.text
        for app in self.apps.values():
            app.state.service.wake()

    async def advance_to(self, target: datetime) -> None:
        """Step from due time to due time until ``target``; each time the office comes to rest first."""
        await self.settle()
        while True:
            due = [clock["next_due_at"] for clock in (await self.clocks()).values() if clock.get("next_due_at")]
            now = await self.now()
            coming = [moment for moment in map(datetime.fromisoformat, due) if now < moment < target]
            if not coming:
                break
            await self.set_clock(min(coming))
            await self.settle()
        await self.set_clock(target)
        await self.settle()

    async def advance(self, **span: float) -> None:
        """Step forward by a time span (``days=``, ``hours=`` …)."""
        await self.advance_to(await self.now() + timedelta(**span))

    @asynccontextmanager
    async def served(self) -> AsyncIterator[str]:
        """Serve the office on a free port of this machine, for browsers; yields its address."""
        listener = socket.create_server(("127.0.0.1", 0))
        config = uvicorn.Config(self.house, log_level="warning", lifespan="off", timeout_graceful_shutdown=1)
        server = uvicorn.Server(config)
        server.install_signal_handlers = lambda: None  # type: ignore[attr-defined]
        task = asyncio.create_task(server.serve([listener]))
        try:
            while not server.started:  # noqa: ASYNC110 - uvicorn has no event for it
                await asyncio.sleep(0.01)
            yield f"http://127.0.0.1:{listener.getsockname()[1]}"
        finally:
            server.should_exit = True
            await task
            listener.close()

    async def close(self) -> None:
        """Hang up."""
        for client in self.clients.values():
            with contextlib.suppress(Exception):
                await client.aclose()


@asynccontextmanager
async def open_office(settings: Settings, services: Iterable[str] = SERVICES) -> AsyncIterator[Office]:
    """Open an office; with a simulated clock it starts on Monday 2 March 2026, 09:00."""
    async with open_house(settings, services) as house:
        office = Office(settings, house)
        try:
            if settings.simulated and "desk" in house.apps:
                await office.set_clock(MONDAY_MORNING)
            yield office
        finally:
            await office.close()
