"""The real duty engine on real PostgreSQL, heard and seen as the others do: facts by the bus, ledgers over HTTP."""

import asyncio
import time
from collections.abc import AsyncIterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from itertools import groupby
from typing import Any

import httpx
import pytest
import pytest_asyncio
from sqlalchemy import text

from shared.access import issue_token
from shared.events import Event
from shared.service import Service
from shared.settings import Settings
from tests.infrastructure.offices import new_office
from tests.infrastructure.postgres import PostgresServer
from tests.office import Office, open_office
from tests.services.sla.histories import Story, at


@dataclass
class Engine:
    """The service sla alone with its bus; ``client`` is a supervisor's."""

    office: Office
    client: httpx.AsyncClient
    told: int = 0

    @property
    def service(self) -> Service:
        service: Service = self.office.apps["sla"].state.service
        return service

    async def hears(self, *stories: Story | Sequence[Event]) -> None:
        """Put facts on the bus and wait until they are taken in, and everything that follows from them."""
        events = [event for story in stories for event in (story.events if isinstance(story, Story) else story)]
        await self.service.bus.append(events)
        self.told += len(events)
        await self.rest()

    async def rest(self) -> None:
        """Wait until everything is taken in and no timer is due."""
        end = time.monotonic() + 60
        while True:
            self.service.wake()
            await asyncio.sleep(0.03)
            clock = await self.clock()
            came, own = clock["consumed"].get("complaints", 0), clock["published"].get("complaints", 0)
            due = clock["next_due_at"]
            quiet = due is None or datetime.fromisoformat(due) > datetime.fromisoformat(clock["now"])
            if came == self.told + own and quiet and self.service.idle:
                return
            assert time.monotonic() < end, clock

    async def clock(self) -> dict[str, Any]:
        return (await self.client.get("/sla/clock", headers=self.as_("administrator"))).json()

    async def set_clock(self, when: str | datetime) -> None:
        """Jump; what was due meanwhile happens late."""
        moment = at(when) if isinstance(when, str) else when
        for hold in (True, False):
            body = {"now": moment.isoformat(), "hold": hold}
            answer = await self.client.post("/sla/clock", json=body, headers=self.as_("administrator"))
            assert answer.status_code == 200, answer.text
        await self.rest()

    async def step_to(self, when: str | datetime) -> None:
        """Step from due time to due time."""
        target = at(when) if isinstance(when, str) else when
        while True:
            due = (await self.clock())["next_due_at"]
            if due is None or datetime.fromisoformat(due) >= target:
                break
            await self.set_clock(datetime.fromisoformat(due))
        await self.set_clock(when)

    async def lives_through(self, stories: Sequence[Story], until: str) -> None:
        """Tell the stories in time, stepping from fact to fact and from due time to due time."""
        events = sorted((event for story in stories for event in story.events), key=lambda event: event.time)
        for moment, together in groupby(events, key=lambda event: event.time):
            await self.step_to(moment)
            await self.hears(list(together))
        await self.step_to(until)

    async def ledger(self, complaint: str = "c-1") -> dict[str, dict[str, Any]]:
        """The rows by their id, as HTTP gives them."""
        answer = await self.client.get(f"/sla/complaints/{complaint}/ledger")
        assert answer.status_code == 200, answer.text
        return {row["row"]: row for row in answer.json()["rows"]}

    async def published(self, type_: str = "", complaint: str = "c-1") -> list[dict[str, Any]]:
        """The facts that sla has published about a complaint, in order."""
        answer = await self.client.get("/sla/events", params={"subject": complaint})
        return [one for one in answer.json() if one["type"].startswith(type_)]

    async def sql(self, query: str) -> Any:
        async with self.service.database.session() as session:
            return (await session.execute(text(query))).all()

    def as_(self, *roles: str, language: str = "en") -> dict[str, str]:
        desk = self.office.apps["sla"].state.desk_key
        token = issue_token(desk, "desk", "o-9", {"roles": list(roles), "department": "water"})
        return {"Authorization": f"Bearer {token}", "Accept-Language": language}


async def _open(settings: Settings) -> AsyncIterator[Engine]:
    from joserfc.jwk import OKPKey

    from shared.secrets import Secrets

    async with open_office(settings, ["sla"]) as office:
        office.apps["sla"].state.desk_key = OKPKey.import_key(Secrets(settings.keys_folder).private_pem("desk"))
        engine = Engine(office, office.client())
        engine.client.headers.update(engine.as_("supervisor"))
        yield engine
        await engine.client.aclose()


@pytest_asyncio.fixture(scope="module")
async def engine(postgres: PostgresServer, tmp_path_factory: pytest.TempPathFactory) -> AsyncIterator[Engine]:
    """A duty engine in simulated time for a module: its clock only moves forward, its complaints are the tests own."""
    folder = tmp_path_factory.mktemp("office")
    async with new_office(postgres, folder, clock="simulated") as settings:
        async for engine in _open(settings):
            yield engine
