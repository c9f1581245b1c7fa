"""Reply alone, on real PostgreSQL and the embedded bus; what intake and casework would answer is laid down here."""

import asyncio
import base64
import os
from collections import Counter
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path
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
from shared.database import Database
from shared.events import (
    ComplaintAssigned,
    ComplaintReceived,
    ComplaintRegistered,
    DepartmentDefined,
    DutyStarted,
    Event,
    Fact,
    OfficerDefined,
    OpinionDetermined,
    from_cloudevent,
)
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
DUE = datetime(2026, 3, 4, 16, 0, tzinfo=UTC)
"""A phone complaint of that Monday is due on Wednesday; Thursday 00:00 is the first instant that is late."""
PERSON = {"name": "陳大文", "email": "chan@example.org", "phone": "13800000000", "postal_address": "幸福路12號"}
EVIDENCE = "evidence 1"
"""What the case has found."""
TEXT = "我家住在幸福路12號，最近三日水壓很低，晚上完全沒有水。"


@dataclass
class Others:
    """What intake and casework would answer."""

    people: dict[str, dict[str, Any] | None] = field(default_factory=dict)
    representatives: dict[str, dict[str, Any]] = field(default_factory=dict)
    platforms: dict[str, dict[str, str]] = field(default_factory=dict)
    supplements: dict[str, list[str]] = field(default_factory=dict)
    keys: dict[str, bytes | None] = field(default_factory=dict)
    away: bool = False

    def apps(self) -> dict[str, FastAPI]:
        intake, casework = FastAPI(), FastAPI()
        for app in (intake, casework):
            errors.install(app)

        @intake.post("/intake/keys")
        async def keys(body: dict[str, list[str]]) -> dict[str, str | None]:
            self._answer()
            return {one: base64.b64encode(key).decode() if (key := self.keys.get(one)) else None for one in body["ids"]}

        @intake.post("/intake/texts")
        async def texts(body: dict[str, list[str]]) -> dict[str, Any]:
            self._answer()
            return {one: self._text(one) if self.keys.get(one) else {"erased": True} for one in body["ids"]}

        @casework.get("/casework/departments")
        async def departments() -> list[dict[str, Any]]:
            return [
                {"id": one.id, "name": one.name.by_language(), "departments": []}
                for one in example_office().departments
            ]

        @casework.get("/casework/officers")
        async def officers() -> list[dict[str, Any]]:
            return [{"id": one.id, "name": one.name.by_language()} for one in example_office().officers]

        @casework.get("/casework/complaints/{complaint}")
        async def case(complaint: str) -> dict[str, Any]:
            return {
                "opinion": {"outcome": "upheld", "text": "泵房的減壓閥故障，致高層用戶水壓不足。"},
                "cause": {"cause": "product", "text": "閥門超過使用年限。"},
                "measures": [{"id": "measure 1", "text": "更換減壓閥", "due_on": "2026-03-06"}],
                "investigation": {"evidence": [{"id": EVIDENCE, "title": "壓力記錄"}], "sessions": []},
            }

        return {"intake": intake, "casework": casework}

    def _text(self, one: str) -> dict[str, Any]:
        people = {"person": self.people.get(one), "representative": self.representatives.get(one)}
        supplements = [{"text": text} for text in self.supplements.get(one, ())]
        return {
            "text": TEXT,
            "remedy_sought": "盡快恢復水壓",
            "supplements": supplements,
            "platform": self.platforms.get(one),
        } | people

    def _answer(self) -> None:
        if self.away:
            raise errors.Problem(502, "unavailable")


@dataclass
class ReplyOffice:
    """Reply running alone; facts of the others are put on the bus as they would publish them."""

    settings: Settings
    app: FastAPI
    bus: Bus
    others: Others
    sequences: Counter[tuple[str, str]] = field(default_factory=Counter)
    sent: Counter[str] = field(default_factory=Counter)
    now: datetime = MONDAY

    @property
    def service(self) -> Service:
        service: Service = self.app.state.service
        return service

    @property
    def database(self) -> Database:
        return self.service.database

    def as_(self, officer: str) -> httpx.AsyncClient:
        """An officer of the example office, signed in."""
        roles = next(one for one in example_office().officers if one.id == officer)
        key = OKPKey.import_key(Secrets(self.settings.keys_folder).private_pem("desk"))
        token = issue_token(key, "desk", officer, {"roles": list(roles.roles), "department": roles.department})
        return self._client(token)

    def as_service(self, name: str = "intake") -> httpx.AsyncClient:
        key = OKPKey.import_key(Secrets(self.settings.keys_folder).private_pem(name))
        return self._client(issue_token(key, name, name, {"service": True}))

    def _client(self, token: str) -> httpx.AsyncClient:
        headers = {"Authorization": f"Bearer {token}", "Accept-Language": "en"}
        transport = httpx.ASGITransport(self.app, raise_app_exceptions=False)
        return httpx.AsyncClient(transport=transport, base_url="http://office/reply", headers=headers)

    async def hear(self, subject: str, *facts: Fact, source: str = "casework") -> None:
        """Put facts on the bus and wait until reply has taken them in and come to rest."""
        await self._publish(subject, *facts, source=source)
        await self.rest()

    async def _publish(self, subject: str, *facts: Fact, source: str = "casework") -> None:
        events = []
        for fact in facts:
            self.sequences[source, subject] += 1
            sequence = self.sequences[source, subject]
            events.append(Event(str(uuid4()), source, fact.type, subject, sequence, self.now, fact.topic, fact))
            self.sent[fact.topic] += 1
        await self.bus.append(events)

    async def hasten(self) -> None:
        """Let what waits to be tried again be tried at once."""
        async with self.database.session() as session:
            await session.execute(text("UPDATE letters SET try_after = NULL, attempt_begun_at = NULL"))
            await session.execute(text("UPDATE errands SET try_after = clock_timestamp()"))
        await self.rest()

    async def rest(self, seconds: float = 60) -> None:
        """Wait until everything was heard and every worker has nothing more to do."""
        admin = self.as_("admin")
        deadline = asyncio.get_running_loop().time() + seconds
        calm = 0
        while calm < 2:
            self.service.wake()
            await asyncio.sleep(0.03)
            clock = (await admin.get("/clock")).json()
            own = clock["published"].get("complaints", 0)
            heard = clock["consumed"]
            done = heard.get("complaints", 0) >= self.sent["complaints"] + own
            done = done and heard.get("procedure", 0) >= self.sent["procedure"]
            calm = calm + 1 if done and self.service.idle else 0
            assert asyncio.get_running_loop().time() < deadline, f"reply does not come to rest: {clock}"

    async def stand_at(self, at: datetime) -> None:
        answer = await self.as_("admin").post("/clock", json={"now": at.isoformat(), "hold": False})
        assert answer.status_code == 200, answer.text
        self.now = at

    async def facts(self, subject: str) -> list[Event]:
        """What reply has published on a complaint."""
        answer = await self.as_service("insight").get("/events", params={"subject": subject, "after_sequence": 0})
        return [from_cloudevent(one) for one in answer.json()]

    async def types(self, subject: str) -> list[str]:
        return [event.type for event in await self.facts(subject)]

    async def know_the_office(self) -> None:
        """Departments and officers, as casework publishes them."""
        for one in example_office().departments:
            await self._publish(
                one.id, DepartmentDefined(department=one.id, parent=one.parent, services=one.services, head=one.head)
            )
        for person in example_office().officers:
            fact = OfficerDefined(officer=person.id, department=person.department, roles=person.roles, active=True)
            await self._publish(f"officer {person.id}", fact)
        await self.rest()

    async def receive(self, *, reachable: tuple[str, ...] = ("phone", "mail", "letter"), **more: Any) -> str:
        """A complaint has reached the office (reply hears of it at the next rest)."""
        subject = str(uuid4())
        self.others.keys[subject] = os.urandom(32)
        self.others.people[subject] = PERSON if reachable else None
        fact = {
            "number": f"26-{len(self.others.keys):07}-4",
            "channel": "phone",
            "reply_form": "phone",
            "received_at": self.now,
            "language": "zh-Hant",
            "anonymous": not reachable,
            "reachable": reachable,
            "by": "operator1",
        }
        await self._publish(subject, ComplaintReceived.model_validate(fact | more), source="intake")
        return subject

    async def register(self, subject: str, *, level: int | None = 3, kind: str = "complaint", **more: Any) -> None:
        """Registered, assigned to the water department, its reply due on Wednesday."""
        fact = {
            "number": "26-0000001-4",
            "received_at": self.now,
            "channel": "phone",
            "reply_form": "phone",
            "language": "zh-Hant",
            "service": "water",
            "topic_code": "water.pressure",
            "nature": "service_quality",
            "kind": kind,
            "category": "quality",
            "level": level,
            "importance": "ordinary",
            "urgent": False,
            "procedure_version": "2026.1",
            "officer": "operator1",
            "by": "operator1",
        }
        due = DutyStarted(row="3", duty="reply.phone", clause="5/3.2", due_at=DUE, binding=True)
        assigned = ComplaintAssigned(department="water", officer="water.handler", how="rule", by="system")
        await self._publish(subject, ComplaintRegistered.model_validate(fact | more), source="intake")
        await self._publish(subject, assigned)
        await self._publish(subject, due, source="sla")

    async def determine(self, subject: str) -> None:
        await self.hear(subject, OpinionDetermined(opinion=str(uuid4()), outcome="upheld", by="water.head"))

    async def decided(self, *, level: int | None = 3, kind: str = "complaint", **more: Any) -> str:
        """A complaint whose opinion is determined."""
        subject = await self.receive(**more)
        await self.register(subject, level=level, kind=kind)
        await self.determine(subject)
        return subject

    async def drafted(self, handler: httpx.AsyncClient, subject: str, **more: Any) -> dict[str, Any]:
        """A draft whose every matter is answered with the evidence of the case."""
        letter = await ok(handler.post(f"/complaints/{subject}/letters", json=more))
        return await self.answered(handler, letter)

    async def answered(self, handler: httpx.AsyncClient, letter: dict[str, Any]) -> dict[str, Any]:
        """Every open matter of a draft is answered."""
        answer = {"answer": "壓力記錄顯示減壓閥故障，現已更換。", "evidence": [EVIDENCE]}
        for matter in letter["matters"]:
            if matter["state"] == "open":
                letter = await ok(handler.put(f"/letters/{letter['id']}/matters/{matter['id']}", json=answer))
        return letter

    async def signed(self, subject: str) -> dict[str, Any]:
        """A level 3 reply, drafted by the handler and signed by the head."""
        handler, head = self.as_("water.handler"), self.as_("water.head")
        letter = await self.drafted(handler, subject)
        await ok(handler.post(f"/letters/{letter['id']}/submission"))
        return await ok(head.post(f"/letters/{letter['id']}/signature"))

    async def replied(self, subject: str) -> dict[str, Any]:
        """A reply that went out."""
        letter = await self.signed(subject)
        await ok(self.as_("water.handler").post(f"/letters/{letter['id']}/sending", json={}))
        await self.rest()
        return await ok(self.as_("water.handler").get(f"/letters/{letter['id']}"))


async def ok(answering: Any) -> Any:
    answer = await answering
    assert answer.is_success, answer.text
    return answer.json()


async def refused(answering: Any, status: int, code: str) -> dict[str, Any]:
    answer = await answering
    body: dict[str, Any] = answer.json()
    assert (answer.status_code, body["code"]) == (status, code), body
    assert body["title"]
    return body


@asynccontextmanager
async def reply_office(postgres: PostgresServer, folder: Path, **choices: Any) -> AsyncIterator[ReplyOffice]:
    """An office in which only reply runs, with the example departments and officers."""
    async with new_office(postgres, folder, clock="simulated", **choices) as settings:
        bus, others = bus_of(settings), Others()
        await asyncio.to_thread(migrate, database_url(settings, "reply"), "reply")
        await bus.start()
        app = create_service(spec_of("reply"), settings, bus, others.apps())
        async with app.router.lifespan_context(app):
            office = ReplyOffice(settings, app, bus, others)
            await office.stand_at(MONDAY)
            await office.know_the_office()
            yield office
        await bus.stop()


@pytest_asyncio.fixture(scope="session")
async def office(postgres: PostgresServer, tmp_path_factory: pytest.TempPathFactory) -> AsyncIterator[ReplyOffice]:
    """One office for all tests that do not move its clock: each has a complaint of its own."""
    async with reply_office(postgres, tmp_path_factory.mktemp("reply")) as made:
        yield made


@pytest_asyncio.fixture
async def fresh_office(postgres: PostgresServer, tmp_path: Path) -> AsyncIterator[ReplyOffice]:
    """An office in which nothing has happened yet."""
    async with reply_office(postgres, tmp_path) as made:
        yield made
