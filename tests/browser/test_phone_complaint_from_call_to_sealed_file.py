"""A phone call is worked at the desk, by four people, until its file is sealed."""

import re
from datetime import UTC, datetime

import pytest

from tests.browser.visitor import Visitors

pytestmark = pytest.mark.browser


async def test_a_phone_call_is_worked_at_the_desk_until_its_file_is_sealed(visitors: Visitors):
    office = visitors.office

    # the operator asks about danger first, writes down what is said, and reads out number, code and dates
    operator = await visitors.as_("operator1")
    await operator.go("/desk/new")
    await operator.fill(
        "#call",
        danger="no",
        text="Since three days the water pressure on the 6th floor is very low, and after 19:00 there is none.",
        name="Lin Meiyu",
        phone="13800138000",
        email="lin@example.org",
        topic_code="water.pressure",
        nature="service_quality",
        level=3,
    )
    await operator.press("/desk/new")
    number = await operator.page.inner_text("#number")
    assert re.fullmatch(r"[A-Z0-9]{4}(-[A-Z0-9]{4})+", await operator.page.inner_text("#receipt-code"))
    assert "end of Wed 4 Mar 2026" in await operator.says()
    await operator.send(operator.page.locator("text=Open the case"))
    complaint = operator.page.url.rsplit("/", 1)[1].split("?")[0]
    await office.settle()

    # it went to a handler by rule, who finds it in the queue
    analyst = await office.as_("analyst1")
    officer = (await analyst.get(f"/insight/complaints/{complaint}")).json()["officer"]
    assert officer in {"water.handler", "water.handler2"}
    handler = await visitors.as_(officer)
    await handler.send(handler.page.locator(f"text={number}"))
    await handler.take("acceptance")
    await handler.take(
        "plan", begins_at="2026-03-02T14:00", place="Building 6", questions="Is the booster pump running?"
    )
    await handler.take("start")
    await office.advance_to(datetime(2026, 3, 2, 7, 30, tzinfo=UTC))
    await handler.go(f"/desk/complaints/{complaint}")
    await handler.take(
        "session",
        method="on_site",
        at="2026-03-02T15:00",
        place="Building 6, cellar",
        participants="Lu Xiaobo, Lin Meiyu",
        content="The pump stands still.",
        **{"observations": "No water on the sixth floor.", "questioned.0.who": "Caretaker"},
        **{"questioned.0.said": "It has stood still since Friday."},
    )
    await handler.take("evidence", kind="reading", title="Pressure on the 6th floor", text="0.04 MPa at 15:20")
    await handler.take("end")
    await handler.take("report", text="The booster pump failed on 27 February and nobody was told.")
    await handler.take(
        "cause", cause="product", root="A worn bearing", text="The pump was not looked at for two years."
    )
    pieces = handler.page.locator('form[action$="/steps/opinion"] [name="evidence"]')
    assert await pieces.count() == 2  # the reading and the session
    await handler.take(
        "opinion",
        outcome="upheld",
        text="The complaint is upheld.",
        legal_basis="Water supply rules, 12",
        evidence=await pieces.first.get_attribute("value"),
    )
    await handler.take("determination")
    await handler.take(
        "measure",
        text="Replace the bearing; look at it each quarter.",
        expectation="The pump runs through the year.",
        owner=officer,
        due_on="2026-03-04",
    )
    await office.settle()

    # the ledger beside it explains every date
    await handler.go(f"/desk/complaints/{complaint}")
    await handler.page.locator("#ledger .why summary").first.click()
    assert len(await handler.page.locator("#ledger .why p").first.inner_text()) > 20

    # the reply: fields on the left, its PDF beside it; somebody else signs
    await handler.take("letter")
    await handler.page.wait_for_url("**/desk/letters/**")
    letter = handler.page.url.split("?")[0].rsplit("/", 1)[1]
    await handler.answer_all("The booster pump failed; it runs again.")
    await handler.fill("#words form", measures="The bearing is replaced by 4 March and looked at each quarter.")
    await handler.send(handler.page.locator('#words button[value="submission"]'))
    assert await handler.wrong() == []
    pdf = await handler.page.request.get(f"{visitors.address}/desk/letters/{letter}/pdf")
    assert (await pdf.body()).startswith(b"%PDF-")
    head = await visitors.as_("water.head")
    await head.go(f"/desk/letters/{letter}")
    if await head.page.locator('form[action$="/signature"]').count() == 0:
        await head.press(f"/letters/{letter}/check")
    await head.press(f"/letters/{letter}/signature")
    await head.press(f"/letters/{letter}/sending")
    await office.settle()
    await head.go(f"/desk/letters/{letter}")
    assert "Delivered" in await head.says()
    await head.go("/desk/mails")
    assert "No mail server is set" in await head.says()

    # measure done, nobody at fault, closed on its basis
    await handler.go(f"/desk/complaints/{complaint}")
    await handler.take("measure_done", text="Replaced on 2 March.")
    await handler.take("accountability", at_fault="no", text="Wear, nobody at fault.")
    await handler.take("closing", basis="measures_done")
    assert handler.complaints_of_the_browser == []
    await office.settle()

    # the archivist takes the volume in, and the chain holds
    archivist = await visitors.as_("archivist1")
    await archivist.go("/desk/files?state=collected")
    await archivist.send(archivist.page.locator(f"text={number}"))
    assert await archivist.page.locator("main .notice.warn").count() == 0, await archivist.says()
    await archivist.press("/acceptance")
    await office.settle()
    await archivist.go("/desk/files")
    await archivist.press("/verification")
    assert "nothing was tampered with" in await archivist.says()
    await handler.go(f"/desk/complaints/{complaint}")
    assert "Filed" in await handler.page.inner_text(".title")
