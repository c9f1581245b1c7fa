"""The clauses' own tests are told in the same office as the journeys; a file that moves no clock may share one."""

from collections.abc import AsyncIterator

import pytest
import pytest_asyncio

from tests.infrastructure.postgres import PostgresServer
from tests.journeys.conftest import checked_office, office, pytest_generate_tests
from tests.office import Office

__all__ = ["office", "pytest_generate_tests"]


@pytest_asyncio.fixture(scope="module", loop_scope="session")
async def office_of_file(postgres: PostgresServer, tmp_path_factory: pytest.TempPathFactory) -> AsyncIterator[Office]:
    """One office on Monday 2 March 2026, 09:00, for all tests of a file; the checker looks at everything at the end."""
    async with checked_office(postgres, tmp_path_factory.mktemp("office")) as office:
        yield office
