"""The archive among the other services, on real PostgreSQL: complaints are worked to their end, and filed."""

from collections.abc import AsyncIterator, Iterator, Sequence
from contextlib import asynccontextmanager, contextmanager
from dataclasses import dataclass
from typing import Any

import pytest
import pytest_asyncio
from sqlalchemy import text
from sqlalchemy.ext.asyncio import AsyncSession

from shared.database import Database
from tests.infrastructure.offices import cloned_office
from tests.infrastructure.postgres import PostgresServer
from tests.journeys.story import CALLER, SAID, WATER_COMPLAINT, Story, good
from tests.office import Office, open_office

PHOTO = "水泵房照片說明".encode()
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
        answer = await (await self.office.as_("archivist1")).post("/archive/verifications")
        content: dict[str, Any] = await good(answer)
        return content

    async def facts(self, story: Story) -> list[str]:
        """The types of the facts that archive published on a complaint."""
        client = await self.office.as_("director")
        events = await good(await client.get("/archive/events", params={"subject": story.id, "after_sequence": 0}))
        return [one["type"] for one in events]

    async def turned_away(self, count: int = 1) -> list[Story]:
        """Messages out of scope are refused in writing; their files are collected."""
        operator = await self.office.as_("operator1")
        turn_to = (await good(await operator.get("/intake/outside-bodies")))[0]["code"]
        stories = [await hurried(self.office, REFUSED) for _ in range(count)]
        for story in stories:
            path, body = f"/intake/complaints/{story.id}/refusal", {"reason": "out_of_scope", "where_to_turn": turn_to}
            await good(await operator.post(path, json=body))
        await self.office.settle()
        return stories

    async def closed(self, *bodies: dict[str, Any]) -> list[Story]:
        """Phone complaints worked to their closing, side by side: the office comes to rest once a step for all."""
        plain = {"channel": "phone", "complainant": CALLER, "text": SAID}
        labels = {"registration": WATER_COMPLAINT}
        stories = [await hurried(self.office, plain | labels | body) for body in bodies]
        await self.office.settle()
        for step in (_investigated, Story.decided, Story.replied, _visited, Story.closed):
            with self.in_a_hurry():
                for story in stories:
                    await step(story)
            await self.office.settle()
        return stories

    @contextmanager
    def in_a_hurry(self) -> Iterator[None]:
        """Within this, nobody waits after each step until everything has followed from it."""

        async def at_once(seconds: float = 60) -> None:
            return

        self.office.settle = at_once  # type: ignore[method-assign]
        try:
            yield
        finally:
            del self.office.settle  # type: ignore[attr-defined]

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


async def hurried(office: Office, body: dict[str, Any]) -> Story:
    """Somebody hands a complaint in, and nobody waits for what follows."""
    answer = await office.receive(await office.as_("operator1"), **body)
    return Story(office, answer["id"], answer["number"], answer["receipt_code"], answer["promised"])


async def _investigated(story: Story) -> None:
    if (await story.case())["kind"] == "complaint":
        await story.handle("acceptance")
        await story.handle("follow-ups", way="phone", finding="in_progress", text="已致電，仍在搶修。")
        await story.investigated()


async def _visited(story: Story) -> None:
    """One of five is visited; casework has heard of it before the closing."""
    if "visit_open" in (await story.case())["still_open"]:
        await story.visited()


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
    async with cloned_office(postgres, folder) as settings, open_office(settings) as office:
        yield Archive(office)


@pytest_asyncio.fixture(scope="session")
async def archive(postgres: PostgresServer, tmp_path_factory: pytest.TempPathFactory) -> AsyncIterator[Archive]:
    """One office for all: each test has complaints of its own."""
    async with opened(postgres, tmp_path_factory.mktemp("archive")) as made:
        yield made


MARKED = "陳小姐家的水表在三樓，昨夜起完全沒有水。"
SPECIAL: dict[str, dict[str, Any]] = {
    "with a marked text": {"text": MARKED},
    "a consultation": {"registration": WATER_COMPLAINT | {"kind": "consultation", "level": None}},
    "that names the archivist": {"registration": WATER_COMPLAINT | {"named_officers": ["archivist1"]}},
}


@dataclass
class Closed:
    """Closed complaints, their files collected; each is taken by one test."""

    stories: dict[str, Story]

    def take(self, which: str = "") -> Story:
        """A closed complaint: the special one of that name, or a plain one."""
        return self.stories.pop(which or next(name for name in self.stories if name.startswith("plain")))


@pytest_asyncio.fixture(scope="session")
async def closed(archive: Archive) -> Closed:
    operator = await archive.office.as_("operator1")
    files = {"file": ("pump.txt", PHOTO, "text/plain")}
    kept = await good(await operator.post("/intake/attachments", files=files))
    bodies = SPECIAL | {"with an attachment": {"attachments": [kept["id"]]}} | {f"plain {n}": {} for n in range(11)}
    return Closed(dict(zip(bodies, await archive.closed(*bodies.values()), strict=True)))


@pytest_asyncio.fixture
async def fresh_archive(postgres: PostgresServer, tmp_path_factory: pytest.TempPathFactory) -> AsyncIterator[Archive]:
    """An office of its own, in which nothing has happened yet."""
    async with opened(postgres, tmp_path_factory.mktemp("fresh")) as made:
        yield made
