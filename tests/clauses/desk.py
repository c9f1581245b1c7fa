"""The desk as a person opens it: signed in with name and password, forms with their token, pages as they are shown."""

import re
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass

import httpx

from tests.office import Office


@dataclass
class Desk:
    """One person's browser."""

    browser: httpx.AsyncClient
    office: Office

    async def get(self, page: str) -> httpx.Response:
        """Open a page that must be there."""
        answer = await self.browser.get(page, follow_redirects=True)
        assert answer.status_code == 200, f"{page}: {answer.status_code}"
        return answer

    async def send(self, page: str, to: str, **form: str) -> httpx.Response:
        """Fill in the form of a page and send it; what follows from it has happened when this returns."""
        token = self.found((await self.get(page)).text, r'name="form_token" value="([0-9a-f]+)"')
        answer = await self.browser.post(to, data=form | {"form_token": token}, follow_redirects=True)
        await self.office.settle()
        return answer

    @staticmethod
    def found(text: str, pattern: str) -> str:
        """Return what stands there."""
        match = re.search(pattern, text)
        assert match, f"{pattern} does not stand on the page"
        return match[1].strip()


@asynccontextmanager
async def at_the_desk(office: Office, username: str) -> AsyncIterator[Desk]:
    """Sign in."""
    password = next(one["password"] for one in office.credentials["accounts"] if one["username"] == username)
    async with office.client() as browser:
        desk = Desk(browser, office)
        answer = await desk.send("/desk/sign-in", "/desk/sign-in", username=username, password=password)
        assert answer.status_code == 200, answer.text
        yield desk


async def sees(office: Office, username: str, complaint: str, *words: str) -> None:
    """This person sees all that on the complaint's page."""
    async with at_the_desk(office, username) as desk:
        page = (await desk.get(f"/desk/complaints/{complaint}")).text
    assert not [one for one in words if one not in page], page
