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
from collections import Counter
from collections.abc import AsyncIterator, Iterable
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from typing import Any

import asyncpg
import httpx
import uvicorn
from fastapi import FastAPI
from joserfc.jwk import OKPKey

from services.house import House, open_house
from shared.access import issue_token
from shared.database import dsn
from shared.office import example_office
from shared.secrets import Secrets
from shared.settings import SERVICES, Settings, database_url

MONDAY_MORNING = datetime(2026, 3, 2, 1, 0, tzinfo=UTC)
"""Monday 2 March 2026, 09:00 in the office: five working days, no holidays near."""
_COUNTS = """
SELECT topic, sum(published)::bigint AS published, sum(consumed)::bigint AS consumed FROM (
    SELECT topic, published, consumed FROM progress
    UNION ALL SELECT topic, count(*), 0 FROM outbox WHERE position IS NULL GROUP BY topic) AS both_kinds GROUP BY topic
"""


Counts = dict[str, dict[str, tuple[int, int]]]
"""By service and topic: how many events were published and taken in."""


@dataclass
class Office:
    """A running office; ``settings`` say where its data lies."""

    settings: Settings
    house: House
    clients: dict[str, httpx.AsyncClient] = field(default_factory=dict)
    patience: float = 120
    """Seconds of real time in which the office has to come to rest."""
    lines: dict[str, "asyncpg.Connection[asyncpg.Record]"] = field(default_factory=dict)
    """A connection to each service's database, to see whether the office is at rest."""
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
        """The person with this account; the token is signed as the desk would, without its slow look at a password."""
        if username not in self.clients:
            officer = next(one for one in example_office().officers if one.username == username)
            self.newcomer(officer.id, officer.department, *officer.roles)
        return self.clients[username]

    def newcomer(self, officer: str, department: str, *roles: str) -> httpx.AsyncClient:
        """Somebody who joined the office later."""
        key = OKPKey.import_key(Secrets(self.settings.keys_folder).private_pem("desk"))
        token = issue_token(key, "desk", officer, {"roles": sorted(roles), "department": department})
        self.clients[officer] = self.client({"Authorization": f"Bearer {token}"})
        return self.clients[officer]

    async def signed_in(self, username: str) -> httpx.AsyncClient:
        """The person with this account, signed in with the password for a quarter of an hour."""
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

    async def settle(self, seconds: float | None = None) -> None:
        """Wait until nothing follows any more: two looks in which all that was published was taken in."""
        await self._rest(seconds or self.patience, None)

    async def _rest(self, seconds: float, last: Counts | None) -> Counts:
        """Wait until all workers have looked after the last event; ``last``: they are looking since these counts."""
        deadline, woken = asyncio.get_running_loop().time() + seconds, last is not None
        while True:
            # without a question to the databases first: while somebody is at work, their answer would be in vain
            idle = all(app.state.service.idle for app in self.apps.values())
            if woken and not idle and asyncio.get_running_loop().time() < deadline:
                await asyncio.sleep(0.005)
                continue
            counts = dict(zip(self.apps, await asyncio.gather(*map(self._counts, self.apps)), strict=True))
            if counts != last:
                last, woken = counts, False
            elif self._all_taken_in(counts) and not woken:
                woken = True
                self._wake()
            elif woken and idle:
                return counts
            assert asyncio.get_running_loop().time() < deadline, f"the office does not come to rest: {counts}"
            await asyncio.sleep(0.01)

    def _wake(self) -> None:
        for app in self.apps.values():
            app.state.service.wake()

    async def _counts(self, name: str) -> dict[str, tuple[int, int]]:
        rows = await (await self._line(name)).fetch(_COUNTS)
        return {row["topic"]: (row["published"], row["consumed"]) for row in rows}

    async def _line(self, name: str) -> "asyncpg.Connection[asyncpg.Record]":
        if name not in self.lines:
            self.lines[name] = await asyncpg.connect(dsn(database_url(self.settings, name)))
        return self.lines[name]

    def _all_taken_in(self, counts: Counts) -> bool:
        published: Counter[str] = Counter()
        for by_topic in counts.values():
            published.update({topic: count for topic, (count, _) in by_topic.items()})
        return all(
            counts[name].get(topic, (0, 0))[1] >= published[topic] for name in self.apps for topic in self._ears(name)
        )

    def _ears(self, name: str) -> Iterable[str]:
        spec = self.apps[name].state.service.spec
        return spec.topics if spec.handlers else ()

    async def now(self) -> datetime:
        """The time in the office (UTC)."""
        name = next(iter(self.apps))
        moment: datetime = await (await self._line(name)).fetchval("SELECT now FROM clock")
        return moment.astimezone(UTC)

    async def _next_due(self) -> list[datetime]:
        found = []
        for app in self.apps.values():
            service = app.state.service
            if service.spec.next_due:
                async with service.database.session() as session:
                    found.append(await service.spec.next_due(session))
        return [moment for moment in found if moment]

    async def set_clock(self, at: datetime) -> None:
        """Stand at ``at``: all services are held there, then released, as their route does."""
        for change in ("now = $1, hold = true", "now = $1, hold = false"):
            done = await asyncio.gather(*(self._move(name, change, at) for name in self.apps))
            assert set(done) == {"UPDATE 1"}, f"the clock only moves forward, not to {at}"
        self._wake()

    async def _move(self, name: str, change: str, at: datetime) -> str:
        return await (await self._line(name)).execute(f"UPDATE clock SET {change} WHERE now <= $1", at)

    async def advance_to(self, target: datetime) -> None:
        """Step from due time to due time until ``target``; each time the office comes to rest first."""
        counts = await self._rest(self.patience, None)
        while True:
            now = await self.now()
            coming = [moment for moment in await self._next_due() if now < moment < target]
            await self.set_clock(min(coming, default=target))
            counts = await self._rest(self.patience, counts)
            if not coming:
                return

    async def leap(self, target: datetime) -> None:
        """Let time go by at once where nobody looks at what lies between: what fell due meanwhile is told then."""
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
        for line in self.lines.values():
            await line.close()


@asynccontextmanager
async def open_office(
    settings: Settings, services: Iterable[str] = SERVICES, *, migrated: bool = False
) -> AsyncIterator[Office]:
    """Open an office; with a simulated clock it starts on Monday 2 March 2026, 09:00. ``migrated``: a copy of one."""
    async with open_house(settings, services, migrated=migrated) as house:
        office = Office(settings, house)
        try:
            if settings.simulated and "desk" in house.apps:
                await office.set_clock(MONDAY_MORNING)
            yield office
        finally:
            await office.close()
