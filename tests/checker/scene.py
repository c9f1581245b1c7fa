"""A small office for proving the checker: one complaint is filed, another one is under way, then faults are made."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, replace
from itertools import count
from pathlib import Path

import asyncpg

from shared.settings import Settings
from tests.checker.evidence import Share, read_log, read_tables, shares_of
from tests.infrastructure.offices import cloned_office
from tests.infrastructure.postgres import PostgresServer
from tests.invariants import Evidence, gather
from tests.journeys.story import CALLER, Story
from tests.office import open_office


@dataclass
class Scene:
    """An office that is closed again: one complaint is filed, another one is under way."""

    settings: Settings
    server: PostgresServer
    complaint: str
    other: str
    evidence: Evidence
    shares: list[Evidence]
    """The same, read in shares; the two complaints lie in different ones."""

    async def with_(self, database: str, *statements: str) -> Evidence:
        """What the checker reads when this is done to a database; nothing of it stays."""
        (evidence,) = await self._read([self.evidence], database, *statements)
        return evidence

    async def in_shares(self, database: str, *statements: str) -> list[Evidence]:
        """What it reads in shares."""
        return await self._read(self.shares, database, *statements)

    async def _read(self, evidence: list[Evidence], database: str, *statements: str) -> list[Evidence]:
        line = await asyncpg.connect(
            host=self.server.host,
            port=self.server.port,
            user=self.server.user,
            password=self.server.password,
            database=self.settings.database_prefix + database,
        )
        transaction = line.transaction()
        await transaction.start()
        try:
            await line.execute("SET LOCAL session_replication_role = replica")  # no foreign keys in the way
            for statement in statements:
                meant = statement.replace(":complaint", f"'{self.complaint}'").replace(":other", f"'{self.other}'")
                assert not (await line.execute(meant)).endswith(" 0"), f"nothing was changed: {meant}"
            if database == "bus":
                return [replace(one, bus=await read_log(line, one.share)) for one in evidence]
            return [
                replace(one, tables=one.tables | {database: await read_tables(line, one.share)}) for one in evidence
            ]
        finally:
            await transaction.rollback()
            await line.close()


@asynccontextmanager
async def open_scene(postgres: PostgresServer, data: Path) -> AsyncIterator[Scene]:
    """Live the two complaints, close the office, and keep its databases until the end."""
    async with cloned_office(postgres, data) as settings:
        async with open_office(settings) as office:
            caller = CALLER | {"postal_address": "幸福路一號"}
            story = await Story.by_phone(office, complainant=caller)
            await story.until("2026-03-02 15:00")
            await story.handle("acceptance")  # half an hour too late
            await story.handle("follow-ups", way="phone", finding="in_progress", text="已通知搶修。")
            assert (await story.act("urge", text="請快一點。")).status_code == 200
            urging = (await story.case())["urgings"][0]["id"]
            await story.handle(f"urgings/{urging}/answer", text="今天之內。")
            await story.investigated()
            await story.decided()
            await story.replied()
            await story.closed()
            await story.filed()
            await office.advance(hours=25)  # until the archive lays a checkpoint
            other = await Story.by_phone(office, complainant=caller)
            async with asyncio.timeout(60):
                while not list((settings.data / "checkpoints").glob("checkpoint-*.json")):  # noqa: ASYNC110 - a folder
                    await asyncio.sleep(0.05)
            answers = office.answers
        evidence = await gather(settings, answers)
        shares = [await gather(settings, answers, share=one) for one in await _apart(settings, story.id, other.id)]
        yield Scene(settings, postgres, story.id, other.id, evidence, shares)


async def _apart(settings: Settings, complaint: str, other: str) -> list[Share]:
    """Return shares of which one holds a complaint and another one the other."""
    (common,) = {one.common for one in await shares_of(settings, at_once=1)}
    for of in count(2):
        shares = [Share(number, of, common) for number in range(of)]
        if not any(one.holds(complaint) and one.holds(other) for one in shares):
            return shares
    raise AssertionError
