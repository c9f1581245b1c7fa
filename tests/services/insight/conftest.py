"""Insight alone, on real PostgreSQL and the embedded bus; intake answers with the texts that a test lays down."""

import asyncio
from collections import Counter
from collections.abc import AsyncIterator
from contextlib import AsyncExitStack
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Any
from uuid import uuid4

import httpx
import pytest
import pytest_asyncio
from fastapi import FastAPI
from joserfc.jwk import OKPKey
from sqlalchemy import text

from services.house import bus_of, spec_of
from shared import errors
from shared.access import issue_token
from shared.bus import Bus
from shared.events import ComplaintReceived, ComplaintRegistered, DepartmentDefined, Event, Fact, OfficerDefined
from shared.migrations import migrate
from shared.office import example_office
from shared.running import Service
from shared.secrets import Secrets
from shared.service import create_service
from shared.settings import Settings, database_url
from tests.infrastructure.offices import new_office
from tests.infrastructure.postgres import PostgresServer

MONDAY = datetime(2026, 3, 2, 1, 0, tzinfo=UTC)
"""Monday 2 March 2026, 09:00 in the office."""


@dataclass
class Intake:
    """What intake would answer: texts by complaint, and ``None`` for an erased one."""

    texts: dict[str, dict[str, Any] | None] = field(default_factory=dict)
    asked: int = 0

    def app(self) -> FastAPI:
        app = FastAPI()
        errors.install(app)

        @app.post("/intake/texts")
        async def texts(body: dict[str, list[str]]) -> dict[str, Any]:
            self.asked += len(body["ids"])
            return {one: self.texts[one] or {"erased": True} for one in body["ids"] if one in self.texts}

        return app


@dataclass
class InsightOffice:
    """Insight running alone; facts of the others are put on the bus as they would publish them."""

    settings: Settings
    app: FastAPI
    bus: Bus
    intake: Intake
    sequences: Counter[tuple[str, str]] = field(default_factory=Counter)
    sent: Counter[str] = field(default_factory=Counter)
    now: datetime = MONDAY

    @property
    def service(self) -> Service:
        service: Service = self.app.state.service
        return service

    def as_(self, officer: str, language: str = "en") -> httpx.AsyncClient:
        """An officer of the example office, signed in."""
        person = next(one for one in example_office().officers if one.id == officer)
        key = OKPKey.import_key(Secrets(self.settings.keys_folder).private_pem("desk"))
        token = issue_token(key, "desk", officer, {"roles": list(person.roles), "department": person.department})
        transport = httpx.ASGITransport(self.app, raise_app_exceptions=False)
        headers = {"Authorization": f"Bearer {token}", "Accept-Language": language}
        return httpx.AsyncClient(transport=transport, base_url="http://office/insight", headers=headers)

    def event(self, subject: str, fact: Fact, source: str) -> Event:
        """A fact in its envelope, with its source's next sequence."""
        self.sequences[source, subject] += 1
        sequence = self.sequences[source, subject]
        return Event(str(uuid4()), source, fact.type, subject, sequence, self.now, fact.topic, fact)

    async def hear(self, subject: str, *facts: Fact, source: str = "casework") -> list[Event]:
        """Put facts on the bus and wait until insight has taken them in."""
        events = [self.event(subject, fact, source) for fact in facts]
        await self.put(events)
        await self.rest()
        return events

    async def put(self, events: list[Event]) -> None:
        self.sent.update(event.topic for event in events)
        await self.bus.append(events)

    async def rest(self, seconds: float = 60) -> None:
        """Wait until everything was heard."""
        admin = self.as_("admin")
        deadline = asyncio.get_running_loop().time() + seconds
        while True:
            heard = (await admin.get("/clock")).json()["consumed"]
            if all(heard.get(topic, 0) >= count for topic, count in self.sent.items()):
                return
            assert asyncio.get_running_loop().time() < deadline, f"insight does not come to rest: {heard}"
            await asyncio.sleep(0.02)

    async def stand_at(self, at: datetime) -> None:
        answer = await self.as_("admin").post("/clock", json={"now": at.isoformat(), "hold": False})
        assert answer.status_code == 200, answer.text
        self.now = at

    async def sql(self, query: str, **values: Any) -> Any:
        async with self.service.database.session() as session:
            return (await session.execute(text(query), values)).all()

    async def receive(self, words: str = "昨天起整棟樓停水。", **more: Any) -> str:
        """A complaint has reached the office."""
        subject = str(uuid4())
        self.intake.texts[subject] = {"text": words, "supplements": [], "language": "zh-Hant"}
        await self.hear(subject, self.received(**more), source="intake")
        return subject

    def received(self, **more: Any) -> ComplaintReceived:
        fact = {
            "number": f"26-{len(self.intake.texts):07}-4",
            "channel": "phone",
            "reply_form": "phone",
            "received_at": self.now,
            "language": "zh-Hant",
            "anonymous": False,
            "by": "operator1",
        }
        return ComplaintReceived.model_validate(fact | more)

    def registered(self, **more: Any) -> ComplaintRegistered:
        fact = {
            "number": f"26-{len(self.intake.texts):07}-4",
            "received_at": self.now,
            "channel": "phone",
            "reply_form": "phone",
            "language": "zh-Hant",
            "service": "water",
            "topic_code": "water.pressure",
            "nature": "service_quality",
            "kind": "complaint",
            "category": "quality",
            "level": 3,
            "importance": "ordinary",
            "urgent": False,
            "procedure_version": "2026.1",
            "officer": "operator1",
            "by": "operator1",
        }
        return ComplaintRegistered.model_validate(fact | more)

    async def queue(self, officer: str, name: str, **params: Any) -> list[str]:
        """The ids in a queue, as an officer sees it; the counts must agree."""
        client = self.as_(officer)
        answer = await client.get(f"/queues/{name}", params=params)
        assert answer.status_code == 200, answer.text
        counted = (await client.get("/counts")).json()["queues"]
        assert params or counted[name] == answer.json()["total"]
        return [one["id"] for one in answer.json()["items"]]

    async def search(self, words: str, officer: str = "director", **more: Any) -> list[dict[str, Any]]:
        answer = await self.as_(officer).post("/search", json={"text": words} | more)
        assert answer.status_code == 200, answer.text
        found: list[dict[str, Any]] = answer.json()["items"]
        return found

    async def story(self, complaint: str, officer: str = "director", language: str = "en") -> dict[str, Any]:
        answer = await self.as_(officer, language).get(f"/complaints/{complaint}")
        assert answer.status_code == 200, answer.text
        found: dict[str, Any] = answer.json()
        return found


@pytest_asyncio.fixture
async def office(running: InsightOffice) -> InsightOffice:
    """Insight with no complaint; its clock has gone on from the test before."""
    for table in ("complaints", "ledger", "events", "search_index"):
        await running.sql(f"DELETE FROM {table} RETURNING 1")
    running.intake.texts.clear()
    return running


@pytest_asyncio.fixture(scope="session")
async def running(postgres: PostgresServer, tmp_path_factory: pytest.TempPathFactory) -> AsyncIterator[InsightOffice]:
    """Insight in simulated time, with the tree of departments heard of."""
    async with AsyncExitStack() as stack:
        making = new_office(postgres, tmp_path_factory.mktemp("insight"), clock="simulated")
        settings = await stack.enter_async_context(making)
        bus = bus_of(settings)
        await asyncio.to_thread(migrate, database_url(settings, "insight"), "insight")
        await bus.start()
        stack.push_async_callback(bus.stop)
        intake = Intake()
        app = create_service(spec_of("insight"), settings, bus, {"intake": intake.app()})
        await stack.enter_async_context(app.router.lifespan_context(app))
        insight = InsightOffice(settings, app, bus, intake)
        await insight.stand_at(MONDAY)
        for unit in example_office().departments:
            fact = DepartmentDefined(department=unit.id, parent=unit.parent, services=unit.services, head=unit.head)
            await insight.put([insight.event(unit.id, fact, "casework")])
        for one in example_office().officers:
            officer = OfficerDefined(officer=one.id, department=one.department, roles=one.roles, active=True)
            await insight.put([insight.event(f"officer {one.id}", officer, "casework")])
        await insight.rest()
        yield insight
