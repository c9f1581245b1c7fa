"""The composed product as a client outside sees it: only the gateway's address and the example credentials.

REDRESS_GATEWAY=http://127.0.0.1:8000 REDRESS_CREDENTIALS=FILE pytest tests/gateway    (`.ci/run` does so)
"""

import asyncio
import json
import os
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import httpx
import pytest_asyncio

from services.house import spec_of
from shared.settings import SERVICES
from tests.office import Office

GATEWAY = os.environ.get("REDRESS_GATEWAY", "")
collect_ignore_glob = [] if GATEWAY else ["test_*"]


@dataclass
class ComposedOffice(Office):
    """An office somewhere else: nothing of it is in this process."""

    settings: Any = None
    house: Any = None
    url: str = GATEWAY
    clients: dict[str, httpx.AsyncClient] = field(default_factory=dict)

    @property
    def credentials(self) -> dict[str, Any]:
        content: dict[str, Any] = json.loads(Path(os.environ["REDRESS_CREDENTIALS"]).read_text("utf-8"))
        return content

    def client(self, headers: dict[str, str] | None = None) -> httpx.AsyncClient:
        return httpx.AsyncClient(base_url=self.url, timeout=60, headers={"Accept-Language": "en"} | (headers or {}))

    async def as_(self, username: str) -> httpx.AsyncClient:
        return self.clients.get(username) or await self.signed_in(username)

    async def clocks(self) -> dict[str, dict[str, Any]]:
        admin = await self.as_("admin")
        return {name: (await admin.get(f"/{name}/clock")).json() for name in SERVICES}

    async def settle(self, seconds: float = 120) -> None:
        """Waits until all that was published was taken in, twice in a row."""
        end, last = asyncio.get_running_loop().time() + seconds, None
        while True:
            clocks = await self.clocks()
            published: dict[str, int] = {}
            for clock in clocks.values():
                for topic, count in clock["published"].items():
                    published[topic] = published.get(topic, 0) + count
            heard = all(
                clocks[name]["consumed"].get(topic, 0) >= published.get(topic, 0)
                for name in SERVICES
                if spec_of(name).handlers
                for topic in spec_of(name).topics
            )
            counters = {name: (clock["published"], clock["consumed"]) for name, clock in clocks.items()}
            if heard and counters == last:
                return
            last = counters
            assert asyncio.get_running_loop().time() < end, f"the office does not come to rest: {counters}"
            await asyncio.sleep(0.3)

    async def now(self) -> datetime:
        return datetime.now(UTC)


@pytest_asyncio.fixture
async def composed() -> Any:
    office = ComposedOffice()
    yield office
    await office.close()
