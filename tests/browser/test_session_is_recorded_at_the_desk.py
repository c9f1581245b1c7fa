"""A session of the investigation at the desk: the form shows what its method needs, rows come as they are asked for."""

import pytest

from tests.browser.visitor import PHONE, Visitors
from tests.journeys.story import Story

pytestmark = [pytest.mark.browser]
FORM = 'form[action$="/steps/session"]'


async def test_readings_are_entered_row_by_row_and_shown_as_table_and_drawing(visitors: Visitors) -> None:
    office = visitors.office
    story = await Story.by_phone(office)
    await story.handle("acceptance")
    await story.begun()
    handler = await visitors.as_(await story.handler())
    await handler.go(f"/desk/complaints/{story.id}")
    page = handler.page
    await page.locator(FORM).first.evaluate(
        "form => { for (let one = form; one; one = one.parentElement) if (one.tagName === 'DETAILS') one.open = true; }"
    )
    shown = page.locator(f"{FORM} .only:visible")
    assert await shown.count() == 0
    await handler.fill(FORM, method="on_site")
    assert await page.locator(f'{FORM} [name="observations"]').is_visible()
    assert not await page.locator(f'{FORM} [name="instrument"]').is_visible()
    await handler.fill(FORM, method="technical_test")
    assert not await page.locator(f'{FORM} [name="observations"]').is_visible()
    assert not await page.locator(f'{FORM} [name="readings.1.value"]').is_visible()
    common = {"at": "2026-03-02T09:00", "place": "Cellar", "participants": "Lu Xiaobo", "content": "Pressure measured."}
    await handler.fill(FORM, **common, instrument="Gauge P-4", calibrated_on="2026-01-15", analysis="Too low at night.")
    for n, (time, value) in enumerate((("08:10", "0.16"), ("08:20", "0.15"), ("08:30", "0.11"))):
        if n:
            await page.locator(f"{FORM} .only-technical_test [data-more]").click()
        row = {"at": f"2026-03-02T{time}", "value": value, "unit": "MPa", "limit": "0.14"}
        await handler.fill(FORM, **{f"readings.{n}.{name}": one for name, one in row.items()})
    await handler.send(page.locator(f"{FORM} .buttons button"))
    assert await handler.wrong() == []
    assert await page.locator(".readings tbody tr").count() == 3
    assert await page.locator(".chart svg[role=img] .dot").count() == 3
    assert "3 readings, 0.11 to 0.16 MPa; limit 0.14" in await handler.says()
    await page.set_viewport_size(PHONE)
    assert await page.evaluate("document.documentElement.scrollWidth <= innerWidth")
    assert handler.complaints_of_the_browser == []
