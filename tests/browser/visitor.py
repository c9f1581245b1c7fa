"""Somebody at the desk: signs in, takes steps, reads pages - with mouse, keyboard and eyes, as people do."""

from dataclasses import dataclass, field
from typing import Any

from playwright.async_api import Browser, BrowserContext, Locator, Page

from tests.office import Office

DESKTOP = {"width": 1280, "height": 860}
PHONE = {"width": 360, "height": 740}

_UNFOLD = """form => {
    for (let one = form; one; one = one.parentElement) if (one.tagName === 'DETAILS') one.open = true;
}"""


@dataclass
class Visitor:
    """One person in a browser of their own."""

    page: Page
    address: str
    complaints_of_the_browser: list[str] = field(default_factory=list)
    """Errors of scripts and of the content policy; there should be none."""

    async def sign_in(self, username: str, password: str) -> None:
        await self.go("/desk/sign-in")
        await self.page.fill("#username", username)
        await self.page.fill("#password", password)
        await self.page.press("#password", "Enter")
        await self.page.wait_for_selector("header.top")

    async def go(self, path: str) -> None:
        await self.page.goto(self.address + path)

    async def fill(self, scope: str, **values: Any) -> None:
        """Fill fields by their name, whatever kind they are."""
        for name, value in values.items():
            one = self.page.locator(f'{scope} [name="{name}"]').first
            kind = await one.evaluate("one => one.tagName + ':' + one.type")
            if kind.startswith("SELECT"):
                await one.select_option(str(value))
            elif kind in ("INPUT:radio", "INPUT:checkbox"):
                await self.page.locator(f'{scope} [name="{name}"][value="{value}"]').check()
            else:
                await one.fill(str(value))

    async def take(self, step: str, **values: Any) -> None:
        """Take a step of a complaint by its form, and see that it was taken."""
        form = f'form[action*="/steps/{step}"]'
        await self.page.locator(form).first.evaluate(_UNFOLD)
        await self.fill(form, **values)
        await self.send(self.page.locator(f"{form} button").last)
        assert not (wrong := await self.wrong()), f"{step}: {wrong}"

    async def press(self, form: str) -> None:
        """Press the button of a form, by what its address ends with."""
        await self.send(self.page.locator(f'form[action$="{form}"] button:not([type="button"])').first)
        assert not (wrong := await self.wrong()), f"{form}: {wrong}"

    async def answer_all(self, answer: str) -> None:
        """Answer each matter on a letter's page with the first evidence of the case (5/1.1)."""
        while await self.page.locator(".matter .pill.danger").count():
            form = self.page.locator(".matter").filter(has=self.page.locator(".pill.danger")).first
            form = form.locator('form[action$="/answer"]')
            await form.locator('textarea[name="answer"]').fill(answer)
            await form.locator('input[name="evidence"]').first.check()
            await self.send(form.locator("button"))
            assert not (wrong := await self.wrong()), wrong

    async def send(self, button: Locator) -> None:
        """Press a button that sends a form, and wait for the page that answers."""
        async with self.page.expect_navigation():
            await button.click()

    async def wrong(self) -> list[str]:
        """What the page says is wrong."""
        return await self.page.locator(".notice.bad, .error").all_inner_texts()

    async def says(self) -> str:
        """What the page says."""
        return await self.page.inner_text("main")


@dataclass
class Visitors:
    """Who comes to the desk of an office."""

    browser: Browser
    office: Office
    address: str
    contexts: list[BrowserContext] = field(default_factory=list)

    async def somebody(self, language: str = "en", viewport: Any = None, **more: Any) -> Visitor:
        """Somebody who is not signed in."""
        context = await self.browser.new_context(locale=language, viewport=viewport or DESKTOP, **more)
        context.set_default_timeout(60_000)
        self.contexts.append(context)
        visitor = Visitor(await context.new_page(), self.address)
        visitor.page.on("pageerror", lambda error: visitor.complaints_of_the_browser.append(str(error)))
        visitor.page.on(
            "console",
            lambda said: (
                visitor.complaints_of_the_browser.append(said.text)
                if said.type == "error" and "status of 4" not in said.text
                else None
            ),
        )
        return visitor

    async def as_(self, username: str, language: str = "en", viewport: Any = None, **more: Any) -> Visitor:
        """One of the example officers, signed in."""
        password = next(one["password"] for one in self.office.credentials["accounts"] if one["username"] == username)
        visitor = await self.somebody(language, viewport, **more)
        await visitor.sign_in(username, password)
        return visitor

    async def leave(self) -> None:
        """Everybody closes their browser."""
        for context in self.contexts:
            await context.close()
