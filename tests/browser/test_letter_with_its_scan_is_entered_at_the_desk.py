"""The day's post is entered at the desk: with the day it arrived, and its scan."""

from io import BytesIO

import pytest
from PIL import Image

from tests.browser.visitor import Visitors

pytestmark = pytest.mark.browser


def _scan() -> bytes:
    page = BytesIO()
    Image.new("L", (300, 420), 235).save(page, "PNG")
    return page.getvalue()


async def test_a_letter_that_came_three_days_ago_is_entered_with_its_scan(visitors: Visitors):
    operator = await visitors.as_("operator1")
    await operator.go("/desk/new")
    letter = {
        "danger": "no",
        "channel": "letter",
        "received_at": "2026-02-27",
        "text": "貴公司在我門前施工兩個月，路面至今沒有修復，雨天積水。",
        "postal_address": "東城和平路 3 號",
        "topic_code": "infrastructure.roads",
        "nature": "service_quality",
        "level": 3,
    }
    await operator.fill("#call", **letter)
    await operator.page.set_input_files(
        '[name="attachments"]', {"name": "scan.png", "mimeType": "image/png", "buffer": _scan()}
    )

    # an address without a name is asked about; the scan need not be handed in again
    await operator.send(operator.page.locator("#call button.wide"))
    assert await operator.page.locator(".field:has(#name) .error").count() == 1
    assert "1 files are here already" in await operator.says()
    await operator.fill("#call", name="高先生")
    await operator.press("/desk/new")

    # five working days from the Friday on which it came; the office made up for a holiday on Saturday 28 February
    assert "end of Thu 5 Mar 2026" in await operator.says()
    await operator.send(operator.page.locator("text=Open the case"))
    scan = await operator.page.get_attribute(".attachments a", "href")
    answer = await operator.page.request.get(f"{visitors.address}{scan}")
    assert answer.headers["content-type"] == "image/png"
    assert operator.complaints_of_the_browser == []
