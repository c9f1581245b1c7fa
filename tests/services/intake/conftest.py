"""Intake alone, on a real PostgreSQL and a simulated clock; the other services are away."""

from collections.abc import AsyncIterator
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import httpx
import pytest_asyncio
from joserfc.jwk import OKPKey

from services.house import House, open_house
from shared.access import issue_token
from shared.events import Event, Fact, from_cloudevent
from shared.running import Service
from shared.secrets import Secrets
from shared.settings import Settings
from tests.infrastructure.offices import new_office
from tests.infrastructure.postgres import PostgresServer
from tests.waiting import until

MONDAY = datetime(2026, 3, 2, 2, 0, tzinfo=UTC)
"""Monday, 10:00 in the office."""


@dataclass
class Edge:
    """Intake, and everybody who stands before it."""

    settings: Settings
    house: House

    @property
    def service(self) -> Service:
        return self.house.apps["intake"].state.service

    def client(self, **headers: str) -> httpx.AsyncClient:
        transport = httpx.ASGITransport(self.house)
        headers = {"Accept-Language": "en"} | {name.replace("_", "-"): value for name, value in headers.items()}
        return httpx.AsyncClient(transport=transport, base_url="http://office", headers=headers, timeout=30)

    def officer(self, who: str, *roles: str) -> httpx.AsyncClient:
        key = OKPKey.import_key(Secrets(self.settings.keys_folder).private_pem("desk"))
        return self.client(Authorization=f"Bearer {issue_token(key, 'desk', who, {'roles': list(roles)})}")

    @property
    def operator(self) -> httpx.AsyncClient:
        return self.officer("operator1", "operator")

    @property
    def admin(self) -> httpx.AsyncClient:
        return self.officer("admin", "administrator")

    def other_service(self, name: str = "insight", behind: str | None = None) -> httpx.AsyncClient:
        key = OKPKey.import_key(Secrets(self.settings.keys_folder).private_pem(name))
        claims: dict[str, Any] = {"service": True} | ({"for": behind} if behind else {})
        return self.client(Authorization=f"Bearer {issue_token(key, name, name, claims)}")

    def channel(self, name: str) -> httpx.AsyncClient:
        keys = {each.channel: each.key for each in Secrets(self.settings.keys_folder).channel_keys()}
        return self.client(X_Api_Key=keys[name])

    def complainant(self, answer: dict[str, Any]) -> httpx.AsyncClient:
        return self.client(X_Receipt_Code=answer["receipt_code"])

    async def receive(self, who: httpx.AsyncClient, **body: Any) -> dict[str, Any]:
        response = await who.post("/intake/complaints", json={"text": "停水了，沒有通知。"} | body)
        assert response.status_code == 201, response.text
        answer: dict[str, Any] = response.json()
        return answer

    async def facts(self, complaint: str) -> list[Event]:
        journal = await self.other_service().get("/intake/events", params={"subject": complaint})
        return [from_cloudevent(each) for each in journal.json()]

    async def types(self, complaint: str) -> list[str]:
        return [event.type for event in await self.facts(complaint)]

    async def hear(self, source: str, subject: str, sequence: int, fact: Fact) -> None:
        """Let intake hear a fact of another service, as the bus would bring it."""
        event = Event(
            id=f"{source}-{subject}-{sequence}",
            source=source,
            type=fact.type,
            subject=subject,
            sequence=sequence,
            time=MONDAY,
            topic=fact.topic,
            data=fact,
        )
        await self.service.bus.append([event])

        async def heard() -> bool:
            async with self.service.database.engine.connect() as connection:
                seen = await connection.exec_driver_sql(
                    "SELECT seen ->> $1 FROM subjects WHERE subject = $2", (source, subject)
                )
                return int(seen.scalar() or 0) >= sequence

        await until(heard)


@pytest_asyncio.fixture(scope="package")
async def edge(postgres: PostgresServer, tmp_path_factory: Any) -> AsyncIterator[Edge]:
    data: Path = tmp_path_factory.mktemp("intake")
    choices = {"clock": "simulated", "service_url_template": "http://127.0.0.1:9"}
    async with new_office(postgres, data, **choices) as settings, open_house(settings, ["intake"]) as house:
        made = Edge(settings, house)
        moved = await made.admin.post("/intake/clock", json={"now": MONDAY.isoformat(), "hold": False})
        assert moved.status_code == 200, moved.text
        yield made
