"""At the desk: a reply that answers, a letter that is posted, and the files of a quarter analysed."""

import os
from pathlib import Path

import pytest

from tests.browser.visitor import PHONE, Visitor, Visitors
from tests.journeys.story import Story, at

pytestmark = pytest.mark.browser


async def seen(visitor: Visitor, name: str) -> None:
    """Keep a picture of the page for a person to look at, where one is asked for (``SCREENSHOTS``)."""
    if folder := os.environ.get("SCREENSHOTS"):
        await visitor.page.screenshot(path=str(Path(folder) / f"{name}.png"), full_page=True)


@pytest.mark.clause("5/1.1", "6/3.4.4(2)")
async def test_a_handler_answers_each_matter_and_the_letter_is_printed_and_posted(visitors: Visitors) -> None:
    office = visitors.office
    caller = {"name": "Lin Mei", "postal_address": "1 Peace Road"}
    words = "No water since Sunday. Nobody told us! When will it be back?"
    story = await Story.by_phone(office, complainant=caller, text=words, remedy_sought="A refund", language="en")
    await story.handle("acceptance")
    await story.investigated()
    await story.decided()
    officer = await story.handler()
    letter = await story.as_(officer, "POST", "/reply/complaints/{id}/letters")
    handler = await visitors.as_(officer)
    await handler.go(f"/desk/letters/{letter['id']}")
    assert await handler.page.locator(".matter").count() == 4
    await handler.send(handler.page.locator('#words button[value="submission"]'))
    assert "Each matter that was raised is to be answered" in (await handler.wrong())[0]
    await seen(handler, "matters-open")
    last = handler.page.locator(".matter").last
    await last.locator('form[action$="/answer"] textarea').fill("The record of that night is missing.")
    await last.locator('input[name="unknown"]').check()
    await handler.send(last.locator('form[action$="/answer"] button'))
    assert "Could not be established" in await handler.says()
    await handler.answer_all("The pump tripped at 03:10; it runs again.")
    await seen(handler, "matters-answered")
    await handler.send(handler.page.locator('#words button[value="submission"]'))
    assert await handler.wrong() == []
    await story.as_("water.head", "POST", f"/reply/letters/{letter['id']}/signature")
    await story.as_(officer, "POST", f"/reply/letters/{letter['id']}/sending")
    for colours, viewport in (("light", None), ("dark", PHONE)):
        operator = await visitors.as_("operator1", color_scheme=colours, viewport=viewport)
        await operator.go("/desk/print-queue")
        assert story.number in await operator.says()
        await seen(operator, f"print-queue-{colours}")
        for name, address in (("matters", f"/desk/letters/{letter['id']}"),):
            await operator.go(address)
            await seen(operator, f"{name}-{colours}")
    await operator.go("/desk/print-queue")
    await operator.fill("section.card form", text="RX 1234 5678")
    await operator.send(operator.page.locator("section.card form button"))
    assert "No letter waits to be posted" in await operator.says()
    assert operator.complaints_of_the_browser == []


@pytest.mark.clause("4/5.2.11(2)", "5/2.1")
async def test_the_quarter_is_analysed_and_the_companies_are_shown(visitors: Visitors) -> None:
    await visitors.office.set_clock(at("2026-04-02 09:00"))
    await visitors.office.settle()
    for colours, viewport in (("light", None), ("dark", PHONE)):
        analyst = await visitors.as_("analyst1", color_scheme=colours, viewport=viewport)
        await analyst.go("/desk/files/analyses")
        if colours == "light":
            finding = {"finding": "Outages are announced late.", "owner": "water.head", "due_on": "2026-06-30"}
            for name, value in finding.items():
                box = analyst.page.locator(f'#analyse [name="{name}"]').first
                await (box.select_option(value) if name == "owner" else box.fill(value))
            await analyst.send(analyst.page.locator("#analyse button"))
        assert "Outages are announced late." in await analyst.says()
        await seen(analyst, f"analyses-{colours}")
        await analyst.go("/desk/files")
        await seen(analyst, f"files-{colours}")
        admin = await visitors.as_("admin", color_scheme=colours, viewport=viewport)
        await admin.go("/desk/office/companies")
        assert "Example Energy Supply Ltd" in await admin.says()
        await seen(admin, f"companies-{colours}")
