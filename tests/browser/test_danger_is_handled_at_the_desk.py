"""Danger at the desk: the roster says whom it rings for, the alarm is taken, the emergency plan runs (2/1.1.16(1))."""

import os
from pathlib import Path

import pytest

from tests.browser.visitor import PHONE, Visitor, Visitors
from tests.journeys.story import GAS_LEAK

pytestmark = pytest.mark.browser
CALLER = {"name": "秦嘉樂", "phone": "13900001234"}
LEAK = GAS_LEAK | {"extent": "building", "people_affected": 60}


async def look(visitor: Visitor, name: str) -> None:
    """Keep a picture where ``PICTURES`` says so."""
    if folder := os.environ.get("PICTURES"):
        await visitor.page.screenshot(path=Path(folder) / f"{name}.png", full_page=True)


async def test_a_shift_is_entered_and_an_alarm_is_taken_and_worked_off_at_the_desk(visitors: Visitors):
    keeper = await visitors.as_("complaints.head")
    await keeper.go("/desk/office/roster")
    assert "Nobody is on duty now" in await keeper.says()
    await keeper.page.click("#coming details summary")
    shift = {"kind": "duty", "officer": "operator2", "deputy": "operator1"}
    await keeper.fill(
        'form[action="/desk/office/roster"]', **shift, begins_at="2026-03-02T08:00", ends_at="2026-03-01T20:00"
    )
    await keeper.send(keeper.page.locator('form[action="/desk/office/roster"] button').last)
    assert "by a week at most" in " ".join(await keeper.wrong())
    await keeper.fill('form[action="/desk/office/roster"]', ends_at="2026-03-02T20:00")
    await keeper.press("/desk/office/roster")
    assert "Fang Xiaowen" in await keeper.page.inner_text("#now")  # the deputy: operator1
    await look(keeper, "roster")

    operator = await visitors.office.as_("operator1")
    body = {"channel": "phone", "complainant": CALLER, "text": "廚房燃氣洩漏，氣味很重！", "registration": LEAK}
    told = (await operator.post("/intake/complaints", json=body)).json()
    await visitors.office.settle()
    head = await visitors.as_("gas.head")
    await head.go(f"/desk/complaints/{told['id']}")
    said = await head.says()
    assert "It rings for He Zhiqiang" in said
    assert "about 60 people affected" in said
    await look(head, "alarm")
    await head.take("alarm_acceptance")
    await head.take("emergency_plan", departments="water", steps="關閥\n疏散住戶")
    assert "關閥" in await head.page.inner_text("#emergency")
    for todo, done in (("關閥", "總閥已關。"), ("疏散住戶", "住戶已撤離。")):
        assert todo in await head.page.inner_text("#next .first")  # which step it is that is done
        step = head.page.locator('#next form[action*="/steps/emergency_step"]')
        await step.locator("textarea").fill(done)
        await head.send(step.locator("button"))
    await head.take(
        "emergency_minutes", held_at="2026-03-02T09:00", participants="馮守安、消防", text="先關閥，後檢測。"
    )
    await look(head, "plan")
    phone = await visitors.as_("gas.handler", "zh-Hant", PHONE)
    await phone.go(f"/desk/complaints/{told['id']}")
    await look(phone, "plan-phone")
    assert await phone.page.evaluate("document.documentElement.scrollWidth <= window.innerWidth")
    await phone.go("/desk/office/roster")
    await look(phone, "roster-phone")
    assert await phone.page.evaluate("document.documentElement.scrollWidth <= window.innerWidth")
    await head.take("restoration", restored_at="2026-03-02T09:00")
    assert "Service restored" in await head.page.inner_text("#emergency")
    assert [*keeper.complaints_of_the_browser, *head.complaints_of_the_browser] == []


async def test_a_running_shift_is_handed_over_and_another_department_is_asked(visitors: Visitors):
    operator = await visitors.as_("operator2", color_scheme="dark")
    await operator.go("/desk/office/roster")
    await operator.page.click("#now details summary")
    await operator.fill("#now form", officer="operator1", note="備用機已借出。")
    await operator.send(operator.page.locator("#now form button").last)
    assert "備用機已借出。" in await operator.page.inner_text("#now")
    await look(operator, "roster-dark")

    api = await visitors.office.as_("operator1")
    body = {"channel": "phone", "complainant": CALLER, "text": "路燈不亮。"}
    labels = LEAK | {"topic_code": "gas.price", "level": 3, "importance": "ordinary", "people_affected": 1}
    told = (await api.post("/intake/complaints", json=body | {"registration": labels})).json()
    await visitors.office.settle()
    officer = (await (await visitors.office.as_("gas.head")).get(f"/casework/complaints/{told['id']}")).json()[
        "officer"
    ]
    handler = await visitors.as_(officer)
    await handler.go(f"/desk/complaints/{told['id']}")
    await handler.take("acceptance")
    await handler.take("sub_task", department="power", question="當日有否停電？", due_on="2026-03-04")
    assert "當日有否停電？" in await handler.page.inner_text("#sub-tasks")
    assert await handler.page.locator('form[action*="/steps/sub_task_answer"]').count() == 0
    asked = await visitors.as_("power.handler")
    await asked.go("/desk/sub-tasks")
    await look(asked, "sub-tasks")
    await asked.send(asked.page.locator(f"text={told['number']}"))
    await asked.take("sub_task_answer", text="當日沒有停電。")
    assert "當日沒有停電。" in await asked.page.inner_text("#sub-tasks")
    await look(asked, "answered")
