"""The wire of each contract: once over the embedded carrier, once over Apache Kafka."""

from collections.abc import AsyncIterator

import pytest
import pytest_asyncio

from tests.contracts.wire import Wire, open_wire
from tests.infrastructure.postgres import PostgresServer


@pytest_asyncio.fixture(params=["embedded", pytest.param("kafka", marks=pytest.mark.kafka)])
async def wire(request: pytest.FixtureRequest, postgres: PostgresServer) -> AsyncIterator[Wire]:
    bootstrap = request.getfixturevalue("kafka").bootstrap if request.param == "kafka" else None
    async with open_wire(postgres, bootstrap) as made:
        yield made


@pytest_asyncio.fixture
async def embedded_wire(postgres: PostgresServer) -> AsyncIterator[Wire]:
    async with open_wire(postgres, None) as made:
        yield made


@pytest_asyncio.fixture
async def kafka_wire(request: pytest.FixtureRequest, postgres: PostgresServer) -> AsyncIterator[Wire]:
    async with open_wire(postgres, request.getfixturevalue("kafka").bootstrap) as made:
        yield made
