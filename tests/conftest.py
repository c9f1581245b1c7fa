"""What all tests share: a real PostgreSQL, a real Kafka, offices on them. REDRESS_TEST_DOCKER=0: no Docker."""

import asyncio
import gc
import logging
from collections.abc import AsyncIterator, Awaitable, Callable, Iterator
from contextlib import AsyncExitStack
from pathlib import Path
from typing import Any

import pytest
import pytest_asyncio
import uvloop
from hypothesis import HealthCheck
from hypothesis import settings as hypothesis

from services.classification.examples import own
from shared.settings import Settings
from tests.clauses.marking import check_marks
from tests.infrastructure.kafka import KafkaBroker, kafka_broker
from tests.infrastructure.offices import new_office
from tests.infrastructure.postgres import PostgresServer, postgres_server

UNCHECKED = "REDRESS_UNCHECKED"
"""Set where the product was broken on purpose: whether the test itself sees it is the question, not the checker."""
MakeOffice = Callable[..., Awaitable[Settings]]

# an example may take as long as it takes: whoever else wants the processor can make any of them slow
_usual = hypothesis.get_profile(hypothesis.get_current_profile_name())
hypothesis.register_profile("patient", _usual, deadline=None, suppress_health_check=[HealthCheck.too_slow])
hypothesis.load_profile("patient")


def pytest_collection_finish() -> None:
    """What is imported by now stays: looking through it again and again for garbage costs a fifth of the time."""
    gc.collect()
    gc.freeze()
    gc.set_threshold(20_000, 20, 50)


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Refuse marks that name no clause, or too many."""
    check_marks(items)


@pytest.fixture(scope="session")
def event_loop_policy() -> asyncio.AbstractEventLoopPolicy:
    """The product's own event loop, for every test."""
    return uvloop.EventLoopPolicy()


@pytest.fixture(scope="session", autouse=True)
def _quiet() -> None:
    for name in ("testcontainers", "docker", "urllib3", "aiokafka", "httpx"):
        logging.getLogger(name).setLevel(logging.WARNING)


@pytest.fixture(scope="session", autouse=True)
def _unhurried() -> Iterator[None]:
    """A page goes without what a service is slow to give; here it is the machine that is slow."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr("services.desk.asking.PATIENCE", 30.0)
        patch.setattr("services.intake.status._STAFF_WAITS", 30.0)
        yield


@pytest.fixture
def instead_of(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Callable[..., Path]]:
    """``instead_of(module, "FILE", read)``: a file to write, read by the cached ``read`` instead of its own."""
    readers = []

    def replace(module: object, name: str, read: Any) -> Path:
        file = tmp_path / getattr(module, name).name
        monkeypatch.setattr(module, name, file)
        readers.append(read)
        read.cache_clear()
        return file

    yield replace
    for read in readers:
        read.cache_clear()


@pytest.fixture
def few_examples(monkeypatch: pytest.MonkeyPatch) -> None:
    """A model is made of every tenth example: in seconds, where all of them take a minute of a core."""
    monkeypatch.setattr("services.classification.models.own", lambda: own()[::10])


@pytest.fixture(scope="session")
def postgres() -> Iterator[PostgresServer]:
    """A PostgreSQL 18 server for the whole run."""
    with postgres_server() as server:
        yield server


@pytest.fixture(scope="session")
def kafka() -> Iterator[KafkaBroker]:
    """An Apache Kafka broker for the whole run; `kafka.bootstrap` is its address."""
    with kafka_broker() as broker:
        yield broker


@pytest_asyncio.fixture
async def make_office(postgres: PostgresServer, tmp_path: Path) -> AsyncIterator[MakeOffice]:
    """Makes offices (settings, secrets, empty databases) that are gone when the test ends."""
    async with AsyncExitStack() as offices:

        async def make(**choices: object) -> Settings:
            folder = tmp_path / f"office-{len(list(tmp_path.iterdir()))}"
            return await offices.enter_async_context(new_office(postgres, folder, **choices))

        yield make
