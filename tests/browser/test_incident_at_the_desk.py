"""One cause, many callers: whoever sits at the desk sees it, says so, and writes to all of them at once."""

import os
from pathlib import Path

import pytest

from tests.browser.visitor import PHONE, Visitor, Visitors
from tests.journeys.story import at
from tests.journeys.test_incident_of_many import WORDS, of_the_same_cause

pytestmark = pytest.mark.browser


async def picture(visitor: Visitor, name: str) -> None:
    """Keep a picture of the page, light and dark, where somebody wants to look at it."""
    if folder := os.environ.get("REDRESS_SCREENSHOTS"):
        for scheme in ("light", "dark"):
            await visitor.page.emulate_media(color_scheme=scheme)
            await visitor.page.screenshot(path=Path(folder) / f"{name}-{scheme}.png", full_page=True)


async def test_complaints_alike_are_declared_one_incident_and_all_are_written_to_in_one_go(visitors: Visitors):
    stories = await of_the_same_cause(visitors.office, 4)
    operator = await visitors.as_("operator1")
    await operator.go("/desk/incidents")
    await operator.page.locator(".proposal summary").first.press("Enter")
    await operator.page.wait_for_selector(".proposal .said")
    assert (await operator.page.inner_text(".proposal .said")).strip() in WORDS
    await picture(operator, "incidents")
    await operator.send(operator.page.locator(".proposal button"))
    assert "The incident is declared" in await operator.says()
    assert await operator.page.locator("[data-member]").count() == 4
    address = operator.page.url.removeprefix(visitors.address).split("?")[0]
    await operator.go(f"/desk/complaints/{stories[1].id}")
    await operator.page.wait_for_selector("#incident")
    assert "4 complaints" in await operator.page.inner_text("#incident")
    await visitors.office.settle()

    leading_id = await _leading(visitors, stories, address)
    leading = next(one for one in stories if one.id == leading_id)
    await leading.handle("acceptance")
    await leading.investigated()
    await leading.decided()
    handler = await visitors.as_(await leading.handler())
    await handler.go(address)
    await handler.page.fill('[name="zh-Hant.answer"]', "經查屬實，供水已於當日恢復。")
    await handler.page.click('button[value="letters"]')
    await handler.page.wait_for_selector("#progress >> text=4 / 4")
    await picture(handler, "incident")
    assert handler.complaints_of_the_browser == []


async def _leading(visitors: Visitors, stories, address: str) -> str:
    incident = await stories[0].as_("director", "GET", f"/casework/incidents/{address.rsplit('/', 1)[1]}")
    return str(incident["leading"])


async def test_a_planned_outage_is_entered_and_hinted_to_whoever_takes_a_call(visitors: Visitors):
    operator = await visitors.as_("operator2", viewport=PHONE)
    await operator.go("/desk/outages")
    now = await visitors.office.now()
    day = now.astimezone(at("2026-03-02 09:00").tzinfo).strftime("%Y-%m-%d")
    await operator.fill(
        'form[action="/desk/outages"]',
        service="power",
        districts="城西區、城北區",
        begins_at=f"{day}T08:00",
        ends_at=f"{day}T23:00",
        zh_hant="更換變壓器，城西區和城北區停電。",
    )
    await operator.press("/desk/outages")
    assert "更換變壓器" in await operator.says()
    await picture(operator, "outages")
    assert operator.complaints_of_the_browser == []


async def test_while_a_caller_talks_the_form_finds_them_and_says_what_lies_near(visitors: Visitors):
    story = (await of_the_same_cause(visitors.office, 1))[0]
    operator = await visitors.as_("operator2")
    await operator.go("/desk/new")
    await operator.page.wait_for_load_state("networkidle")
    await operator.fill("#call", danger="no", text="中山路又停水了，水龍頭沒有水。", district="城南區")
    await operator.page.fill("#who", story.number)
    await operator.page.press("#who", "Enter")
    await operator.page.wait_for_selector("#earlier-list")
    assert story.number in await operator.page.inner_text("#earlier-list")
    assert (await operator.page.input_value("#text")).startswith("中山路又停水了")  # nothing typed is lost
    await operator.page.click("#earlier-list [data-take]")
    assert await operator.page.input_value("#email") == "household0@example.org"
    await operator.fill("#call", topic_code="water.pressure")
    await operator.page.wait_for_selector(f'#near >> text="{story.number}"')
    # a planned outage is announced for another service and district, from the test before
    await operator.fill("#call", topic_code="power.supply_stability", district="城西區")
    await operator.page.press("#district", "Tab")
    await operator.page.wait_for_selector("#near .outage")
    await picture(operator, "new-call")
    assert operator.complaints_of_the_browser == []
