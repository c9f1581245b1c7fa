"""The archive among the other services, on real PostgreSQL: complaints are worked to their end, and filed."""

from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass
from typing import Any

import pytest
import pytest_asyncio
from sqlalchemy import text
from sqlalchemy.ext.asyncio import AsyncSession

from shared.database import Database
from tests.infrastructure.offices import new_office
from tests.infrastructure.postgres import PostgresServer
from tests.journeys.story import CALLER, Story, good
from tests.office import Office, open_office

REFUSED = {"channel": "phone", "complainant": CALLER, "text": "隔壁餐館的油煙太大，請你們去查一查。"}


@dataclass
class Archive:
    """The archive of an office."""

    office: Office

    @property
    def service(self) -> Any:
        return self.office.apps["archive"].state.service

    @property
    def database(self) -> Database:
        found: Database = self.service.database
        return found

    async def get(self, path: str, who: str = "archivist1", **params: Any) -> Any:
        return await good(await (await self.office.as_(who)).get(f"/archive{path}", params=params))

    async def post(self, path: str, who: str = "archivist1", **body: Any) -> Any:
        content = await good(await (await self.office.as_(who)).post(f"/archive{path}", json=body))
        await self.office.settle()
        return content

    async def refused(self, path: str, status: int, code: str, who: str = "archivist1", **body: Any) -> Any:
        answer = await (await self.office.as_(who)).post(f"/archive{path}", json=body)
        assert (answer.status_code, answer.json()["code"]) == (status, code), answer.text
        return answer.json()

    async def files(self, story: Story) -> list[dict[str, Any]]:
        """The volumes of a complaint, the first one first."""
        found: list[dict[str, Any]] = (await self.get("/files", number=story.number))["items"]
        return found

    async def file(self, story: Story) -> dict[str, Any]:
        """The newest volume of a complaint, with its entries."""
        content: dict[str, Any] = await self.get(f"/files/{(await self.files(story))[-1]['id']}")
        return content

    async def verified(self) -> dict[str, Any]:
        content: dict[str, Any] = await self.post("/verifications")
        return content

    async def facts(self, story: Story) -> list[str]:
        """The types of the facts that archive published on a complaint."""
        client = await self.office.as_("director")
        events = await good(await client.get("/archive/events", params={"subject": story.id, "after_sequence": 0}))
        return [one["type"] for one in events]

    async def turned_away(self) -> Story:
        """A message out of scope is refused in writing; its file is collected."""
        operator = await self.office.as_("operator1")
        story = await Story.told(self.office, operator, **REFUSED)
        await story.as_(
            "operator1",
            "POST",
            "/intake/complaints/{id}/refusal",
            reason="out_of_scope",
            where_to_turn=await self.body(),
        )
        await self.office.settle()
        return story

    async def body(self) -> str:
        """The code of a body to turn to."""
        client = await self.office.as_("operator1")
        code: str = (await good(await client.get("/intake/outside-bodies")))[0]["code"]
        return code

    @asynccontextmanager
    async def tampered(self, *statements: str, **values: Any) -> AsyncIterator[dict[str, Any]]:
        """Change the tables behind the archive's back, yield what a verification says, and put everything back."""
        async with self.database.session() as session:
            await _copy(session)
        try:
            async with self.database.session() as session:
                for statement in statements:
                    await session.execute(text(statement), values)
            yield await self.verified()
        finally:
            async with self.database.session() as session:
                await _restore(session)


_TABLES: Sequence[str] = ("files", "entries", "links")


async def _copy(session: AsyncSession) -> None:
    for one in _TABLES:
        await session.execute(text(f"DROP TABLE IF EXISTS kept_{one}"))
        await session.execute(text(f"CREATE TABLE kept_{one} AS TABLE {one}"))


async def _restore(session: AsyncSession) -> None:
    await session.execute(text("DELETE FROM looks"))
    for one in reversed(_TABLES):
        await session.execute(text(f"DELETE FROM {one}"))
    for one in _TABLES:
        await session.execute(text(f"INSERT INTO {one} SELECT * FROM kept_{one}"))
        await session.execute(text(f"DROP TABLE kept_{one}"))


@asynccontextmanager
async def opened(postgres: PostgresServer, folder: Any) -> AsyncIterator[Archive]:
    choices = {"clock": "simulated", "poll_seconds": 0.1}
    async with new_office(postgres, folder, **choices) as settings, open_office(settings) as office:
        yield Archive(office)


@pytest_asyncio.fixture(scope="session")
async def archive(postgres: PostgresServer, tmp_path_factory: pytest.TempPathFactory) -> AsyncIterator[Archive]:
    """One office for all: each test has complaints of its own."""
    async with opened(postgres, tmp_path_factory.mktemp("archive")) as made:
        yield made


@pytest_asyncio.fixture
async def fresh_archive(postgres: PostgresServer, tmp_path_factory: pytest.TempPathFactory) -> AsyncIterator[Archive]:
    """An office of its own, in which nothing has happened yet."""
    async with opened(postgres, tmp_path_factory.mktemp("fresh")) as made:
        yield made
