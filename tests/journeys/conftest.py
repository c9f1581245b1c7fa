"""What journeys share: an office of its own for each, on one carrier or the other, and the checker at its end."""

import os
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any

import pytest
import pytest_asyncio

from tests.conftest import UNCHECKED
from tests.infrastructure.offices import cloned_office
from tests.infrastructure.postgres import PostgresServer
from tests.invariants import gather, tell, violations
from tests.journeys.break_handlers import swap
from tests.office import Office, open_office

EMBEDDED, KAFKA = "embedded", "kafka"


def pytest_generate_tests(metafunc: pytest.Metafunc) -> None:
    """Each journey goes over the embedded carrier, those marked so over Kafka as well; ``--all-carriers``: all."""
    if "carrier" in metafunc.fixturenames:
        marked = metafunc.definition.get_closest_marker("both_carriers")
        both = marked or metafunc.config.getoption("--all-carriers", default=False)
        over_kafka = [pytest.param(KAFKA, marks=pytest.mark.kafka)] if both else []
        metafunc.parametrize("carrier", [EMBEDDED, *over_kafka])


@asynccontextmanager
async def checked_office(postgres: PostgresServer, folder: Path, **choices: Any) -> AsyncIterator[Office]:
    """An office on Monday 2 March 2026, 09:00. When its stories are told, the checker looks at everything."""
    async with cloned_office(postgres, folder, **choices) as settings:
        async with open_office(settings, migrated=True) as office:
            yield office
            if os.environ.get(UNCHECKED):
                return  # whether the journey itself sees it is the question
            await office.settle()
            evidence = await gather(settings, office.answers, lines=office.lines)
        found = violations(evidence)
        assert not found, tell(found, evidence)


@pytest_asyncio.fixture
async def office(
    carrier: str, postgres: PostgresServer, tmp_path: Path, request: pytest.FixtureRequest
) -> AsyncIterator[Office]:
    """A checked office on the carrier of the journey."""
    choices = {"kafka_bootstrap": request.getfixturevalue("kafka").bootstrap} if carrier == KAFKA else {}
    async with checked_office(postgres, tmp_path / "office", **choices) as office:
        if request.config.getoption("--swap", None):
            office.patience = 15  # what was broken never comes to rest
        yield office


def pytest_addoption(parser: pytest.Parser) -> None:
    """Options of the journeys; ``--swap`` is for those who break the product on purpose (``break_handlers.py``)."""
    parser.addoption("--all-carriers", action="store_true", help="every journey over Kafka, too")
    parser.addoption("--swap", default=None, help="two entries of a handler table: service:OneFact,OtherFact")


def pytest_collection_modifyitems(config: pytest.Config) -> None:
    """Swap what is to be swapped."""
    order = config.getoption("--swap", None)
    if order:
        swap(order)
