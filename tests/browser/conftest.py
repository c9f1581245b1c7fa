"""A real browser before a real office: every service in this process, served on a free port."""

import shutil
from collections.abc import AsyncIterator

import pytest
import pytest_asyncio
from playwright.async_api import Browser, Error, async_playwright

from tests.browser.visitor import Visitors
from tests.infrastructure.docker import leave_out
from tests.infrastructure.offices import cloned_office
from tests.infrastructure.postgres import PostgresServer
from tests.office import open_office

pytestmark = pytest.mark.browser


@pytest_asyncio.fixture(scope="session", loop_scope="session")
async def browser() -> AsyncIterator[Browser]:
    """The system's Chromium; the one that playwright may have brought is the last resort."""
    own = next(
        (path for name in ("chromium", "chromium-browser", "google-chrome") if (path := shutil.which(name))), None
    )
    async with async_playwright() as playwright:
        try:
            started = await playwright.chromium.launch(executable_path=own, args=["--no-sandbox"], timeout=120_000)
        except Error:
            leave_out("there is no Chromium here: apt-get install chromium")
        yield started
        await started.close()


@pytest_asyncio.fixture(scope="module", loop_scope="session")
async def visitors(browser: Browser, postgres: PostgresServer, tmp_path_factory) -> AsyncIterator[Visitors]:
    """The office on its simulated Monday morning, and whoever comes to its desk."""
    data = tmp_path_factory.mktemp("office")
    async with (
        cloned_office(postgres, data) as settings,
        open_office(settings) as office,
        office.served() as address,
    ):
        people = Visitors(browser, office, address)
        yield people
        await people.leave()
