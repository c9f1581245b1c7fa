"""A message that is not for this office is refused by a person, in writing, with where to turn."""

import pytest

from tests.browser.visitor import Visitors

pytestmark = pytest.mark.browser


async def test_an_out_of_scope_message_is_refused_with_where_to_turn(visitors: Visitors):
    website = visitors.office.channel("website")
    text = "鄰居每天半夜唱卡拉OK，吵得我三個晚上睡不著，請你們來管一管。"
    said = await visitors.office.receive(
        website, channel="website", text=text, complainant={"name": "陳先生", "email": "chen@example.org"}
    )
    await visitors.office.settle()
    operator = await visitors.as_("operator1")
    await operator.go("/desk/scope-checks")
    await operator.send(operator.page.locator(f"text={said['number']}"))
    assert "唱卡拉OK" in await operator.says()
    await operator.page.click("#refuse > summary")
    await operator.fill('form[action$="/refusal"]', reason="other_authority")

    # where to turn is needed: the browser itself says so, and nothing chosen is lost
    await operator.page.click('form[action$="/refusal"] button')
    assert await operator.page.locator("#where_to_turn:invalid").count() == 1
    await operator.fill('form[action$="/refusal"]', where_to_turn="police")
    await operator.press("/refusal")
    assert "Refused" in await operator.page.inner_text(".title")

    await visitors.office.settle()
    await operator.go(f"/desk/complaints/{said['id']}")
    assert "Refusal sent" in await operator.page.inner_text("#timeline")
    await operator.go("/desk/mails")
    await operator.page.locator("table.list a").first.click()
    await operator.page.wait_for_selector(".mail")
    mail = await operator.page.inner_text(".card")
    assert "chen@example.org" in mail
    assert operator.complaints_of_the_browser == []


async def test_what_was_typed_is_still_there_when_a_service_refuses_it(visitors: Visitors):
    operator = await visitors.as_("operator1")
    await operator.go("/desk/new")
    await operator.fill(
        "#call",
        danger="no",
        text="路燈壞了兩個星期。",
        name="王小明",
        phone="not a phone",
        topic_code="infrastructure.lighting",
        nature="service_quality",
        level=3,
    )
    await operator.send(operator.page.locator("#call button.wide"))
    wrong = operator.page.locator(".field:has(#phone) .error")
    assert await wrong.count() == 1
    assert await operator.page.input_value("#text") == "路燈壞了兩個星期。"
    assert await operator.page.input_value("#name") == "王小明"
    assert await operator.page.locator('[name="danger"][value="no"]').is_checked()
    await operator.fill("#call", phone="13900139000")
    await operator.press("/desk/new")
    assert await operator.page.locator("#number").count() == 1


async def test_what_was_typed_survives_being_signed_out(visitors: Visitors):
    operator = await visitors.as_("operator2")
    await operator.go("/desk/new")
    await operator.fill(
        "#call", danger="no", text="公交車 26 路晚點 40 分鐘。", name="何女士", topic_code="transport.hours"
    )
    await operator.fill("#call", nature="service_quality", level=3)
    await operator.page.context.clear_cookies()
    await operator.send(operator.page.locator("#call button.wide"))
    assert "signed out" in await operator.says()
    password = next(
        one["password"] for one in visitors.office.credentials["accounts"] if one["username"] == "operator2"
    )
    await operator.page.fill("#username", "operator2")
    await operator.page.fill("#password", password)
    await operator.send(operator.page.locator('form[action="/desk/sign-in"] button'))
    assert operator.page.url.endswith("/desk/new")
    assert await operator.page.input_value("#text") == "公交車 26 路晚點 40 分鐘。"
    assert await operator.page.input_value("#topic_code") == "transport.hours"
