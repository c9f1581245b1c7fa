"""Casework alone: on its own real database and a real bus, the other services' facts published by the test."""

import asyncio
import os
from collections.abc import AsyncIterator
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any
from uuid import uuid4

import httpx
import pytest_asyncio
from fastapi import FastAPI, Response
from joserfc.jwk import OKPKey
from sqlalchemy import text

from services.house import open_house
from shared.access import issue_token
from shared.events import ComplaintReceived, ComplaintRegistered, Event, Fact
from shared.office import example_office
from shared.secrets import Secrets
from tests.infrastructure.offices import new_office
from tests.infrastructure.postgres import PostgresServer

MONDAY = datetime(2026, 3, 2, 1, 0, tzinfo=UTC)
COMPLAINT = {
    "service": "water",
    "topic_code": "water.pressure",
    "nature": "service_quality",
    "kind": "complaint",
    "category": "quality",
    "level": 3,
    "importance": "ordinary",
    "urgent": False,
}


def intake_of_keys(keys: dict[str, str | None]) -> FastAPI:
    """What casework asks of intake: keys, and attachments."""
    import base64

    app = FastAPI()

    @app.post("/intake/keys")
    async def give(body: dict[str, list[str]]) -> dict[str, str | None]:
        return {one: keys.setdefault(one, base64.b64encode(os.urandom(32)).decode()) for one in body["ids"]}

    @app.get("/intake/attachments/{attachment}")
    async def attachment(attachment: str) -> Response:
        # here the one file of a complaint goes by the complaint's own id
        return Response(b"a photo", 404 if attachment == "unknown-one" else 200, {"X-Complaint": attachment})

    return app


@dataclass
class Caseworld:
    """Casework, and everybody around it."""

    app: FastAPI
    bus: Any
    secrets: Secrets
    keys: dict[str, str | None]
    sequences: dict[tuple[str, str], int] = field(default_factory=dict)

    @property
    def service(self) -> Any:
        return self.app.state.service

    def client(self, token: str, language: str = "en") -> httpx.AsyncClient:
        # with `verify`, each client would read the machine's certificates anew
        return httpx.AsyncClient(
            transport=httpx.ASGITransport(self.app, raise_app_exceptions=False),
            base_url="http://casework/casework",
            verify=False,
            headers={"Authorization": f"Bearer {token}", "Accept-Language": language},
        )

    def as_(self, officer: str, language: str = "en") -> httpx.AsyncClient:
        one = next(each for each in example_office().officers if each.id == officer)
        key = OKPKey.import_key(self.secrets.private_pem("desk"))
        claims = {"roles": list(one.roles), "department": one.department}
        return self.client(issue_token(key, "desk", officer, claims), language)

    def as_service(self, name: str) -> httpx.AsyncClient:
        return self.client(
            issue_token(OKPKey.import_key(self.secrets.private_pem(name)), name, name, {"service": True})
        )

    async def tell(self, source: str, complaint: str, *facts: Fact, at: datetime | None = None) -> None:
        """Publish facts of another service (``at``: when it did so), and wait until casework has taken them in."""
        events = []
        for fact in facts:
            key = (source, complaint)
            self.sequences[key] = self.sequences.get(key, 0) + 1
            time = at or await self.now()
            number = self.sequences[key]
            events.append(Event(str(uuid4()), source, fact.type, complaint, number, time, fact.topic, fact))
        await self.bus.append(events)
        await self.heard(source, complaint, self.sequences[source, complaint])

    async def heard(self, source: str, complaint: str, sequence: int) -> None:
        for _ in range(3000):
            async with self.service.database.session() as session:
                found = (
                    await session.execute(
                        text("SELECT (seen->>:source)::int AS seen, parked FROM subjects WHERE subject = :subject"),
                        {"source": source, "subject": complaint},
                    )
                ).one_or_none()
            if found and found.parked:
                async with self.service.database.session() as session:
                    error = await session.scalar(text("SELECT error FROM parked WHERE subject = :s"), {"s": complaint})
                raise AssertionError(f"parked: {error}")
            if found and (found.seen or 0) >= sequence:
                return
            await asyncio.sleep(0.02)
        raise AssertionError("casework has not heard it")

    async def now(self) -> datetime:
        async with self.service.database.session() as session:
            value: datetime = await session.scalar(text("SELECT now FROM clock"))
            return value

    async def forward(self, **span: float) -> None:
        async with self.service.database.session() as session:
            await session.execute(text("UPDATE clock SET now = now + :span"), {"span": timedelta(**span)})

    async def complaint(self, **labels: Any) -> str:
        """A complaint that was received and registered; casework has assigned it."""
        complaint = await self.received(**labels)
        await self.register(complaint, **labels)
        return complaint

    async def received(self, **labels: Any) -> str:
        complaint = str(uuid4())
        fact = ComplaintReceived.model_validate(
            {
                "number": f"26-{complaint[:8]}",
                "channel": "website",
                "reply_form": "online",
                "received_at": await self.now(),
                "language": "zh-Hant",
                "anonymous": False,
                "reachable": ("mail",),
                "by": "channel:website",
            }
            | {name: value for name, value in labels.items() if name in {"named_officers", "reachable"}}
        )
        await self.tell("intake", complaint, fact)
        return complaint

    async def register(self, complaint: str, **labels: Any) -> None:
        fact = ComplaintRegistered.model_validate(
            COMPLAINT
            | {
                "number": f"26-{complaint[:8]}",
                "received_at": await self.now(),
                "channel": "website",
                "reply_form": "online",
                "language": "zh-Hant",
                "reachable": ("mail",),
                "procedure_version": "2026.1",
                "officer": "operator1",
                "by": "operator1",
            }
            | labels
        )
        await self.tell("intake", complaint, fact)

    async def published(self, complaint: str) -> list[tuple[str, dict[str, Any]]]:
        """What casework has said of the complaint, in order."""
        async with self.service.database.session() as session:
            rows = await session.execute(
                text("SELECT type, data FROM outbox WHERE subject = :s ORDER BY sequence"), {"s": complaint}
            )
            return [(row.type, row.data) for row in rows]

    async def case(self, complaint: str) -> dict[str, Any]:
        answer = await self.as_("director").get(f"/complaints/{complaint}")
        assert answer.status_code == 200, answer.text
        content: dict[str, Any] = answer.json()
        return content


@pytest_asyncio.fixture(scope="session")
async def casework(postgres: PostgresServer, tmp_path_factory: Any) -> AsyncIterator[Caseworld]:
    """One casework for all its tests; each has complaints of its own."""
    folder: Path = tmp_path_factory.mktemp("casework")
    async with (
        new_office(postgres, folder, clock="simulated") as settings,
        open_house(settings, ["casework"]) as house,
    ):
        app = house.apps["casework"]
        keys: dict[str, str | None] = {}
        app.state.service.services._apps = {"intake": intake_of_keys(keys)}
        world = Caseworld(app, app.state.service.bus, Secrets(settings.keys_folder), keys)
        async with app.state.service.database.session() as session:
            await session.execute(text("UPDATE clock SET now = :monday"), {"monday": MONDAY})
        yield world
