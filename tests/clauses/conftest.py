"""The clauses' own tests are told in the same office as the journeys; a file that moves no clock may share one."""

import os
from collections.abc import AsyncIterator

import pytest
import pytest_asyncio

from tests.conftest import UNCHECKED
from tests.infrastructure.offices import cloned_office
from tests.infrastructure.postgres import PostgresServer
from tests.invariants import gather, tell, violations
from tests.journeys.conftest import office, pytest_generate_tests
from tests.office import Office, open_office

__all__ = ["office", "pytest_generate_tests"]


@pytest_asyncio.fixture(scope="module", loop_scope="session")
async def office_of_file(postgres: PostgresServer, tmp_path_factory: pytest.TempPathFactory) -> AsyncIterator[Office]:
    """One office on Monday 2 March 2026, 09:00, for all tests of a file; the checker looks at everything at the end."""
    async with cloned_office(postgres, tmp_path_factory.mktemp("office")) as settings:
        async with open_office(settings) as office:
            yield office
            if os.environ.get(UNCHECKED):
                return
            await office.settle()
            evidence = await gather(settings, office.answers)
        found = violations(evidence)
        assert not found, tell(found, evidence)
