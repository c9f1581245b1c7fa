"""Each service's history makes exactly the tables that its code knows."""

import asyncio
from pathlib import Path

import pytest

from shared.migrations import differences, migrate
from tests.contracts.wire import create_database, open_wire
from tests.infrastructure.postgres import PostgresServer

HISTORIES = sorted(path.parts[-3] for path in Path("services").glob("*/migrations/versions"))


@pytest.mark.parametrize("service", HISTORIES)
async def test_the_history_makes_the_tables_also_when_replicas_start_together(
    postgres: PostgresServer, service: str
) -> None:
    async with open_wire(postgres, None) as wire:
        await create_database(postgres, name := f"{wire.name}_{service}")
        url = postgres.url(name)
        await asyncio.gather(*(asyncio.to_thread(migrate, url, service) for _ in range(2)))
        assert await asyncio.to_thread(differences, url, service) == []
