"""What journeys share: an office of its own for each, on one carrier or the other, and the checker at its end."""

from collections.abc import AsyncIterator
from pathlib import Path

import pytest
import pytest_asyncio

from tests.infrastructure.offices import cloned_office
from tests.infrastructure.postgres import PostgresServer
from tests.invariants import gather, tell, violations
from tests.office import Office, open_office

EMBEDDED, KAFKA = "embedded", "kafka"


def pytest_generate_tests(metafunc: pytest.Metafunc) -> None:
    """Each journey goes over both carriers."""
    if "carrier" in metafunc.fixturenames:
        metafunc.parametrize("carrier", [EMBEDDED, pytest.param(KAFKA, marks=pytest.mark.kafka)])


@pytest_asyncio.fixture
async def office(
    carrier: str, postgres: PostgresServer, tmp_path: Path, request: pytest.FixtureRequest
) -> AsyncIterator[Office]:
    """An office on Monday 2 March 2026, 09:00. When the journey is over, the checker looks at everything."""
    choices = {"kafka_bootstrap": request.getfixturevalue("kafka").bootstrap} if carrier == KAFKA else {}
    async with cloned_office(postgres, tmp_path / "office", **choices) as settings:
        async with open_office(settings) as office:
            yield office
            await office.settle()
            evidence = await gather(settings, office.answers)
        found = violations(evidence)
        assert not found, tell(found, evidence)
