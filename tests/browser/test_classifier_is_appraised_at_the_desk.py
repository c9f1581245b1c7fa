"""The classifier's appraisal: what people decided otherwise, the words that misled, a model made, on, and back."""

import pytest

from tests.browser.visitor import PHONE, Visitors

pytestmark = pytest.mark.browser
TEXT = "梅溪區解放路的路燈壞了，報修五次沒人來，物業說不歸他們管。"


@pytest.mark.usefixtures("few_examples")
async def test_an_overrule_shows_and_a_model_is_switched_on_and_back(
    visitors: Visitors, monkeypatch: pytest.MonkeyPatch
) -> None:
    website = visitors.office.channel("website")
    said = await visitors.office.receive(website, channel="website", text=TEXT, complainant={"name": "林小姐"})
    await visitors.office.settle()
    operator = await visitors.as_("operator1")
    await operator.go(f"/desk/scope-checks/{said['id']}")
    # the place is read from the words, shown, and the district is offered for the registration
    assert "梅溪區" in await operator.page.inner_text("#record dl")
    assert await operator.page.input_value('[name="district"]') == "梅溪區"
    form = 'form[action$="/registration"]'
    await operator.fill(form, nature="management", kind="complaint", level=2)
    await operator.press("/registration")
    await visitors.office.settle()

    supervisor = await visitors.as_("admin")
    await supervisor.go("/desk/office")
    await supervisor.send(supervisor.page.locator('a[href="/desk/appraisal"]'))
    table = supervisor.page.locator('table[data-label="nature"]')
    assert await table.locator("td.other").all_inner_texts() == ["1"]
    assert "路燈" in await supervisor.page.inner_text("#misled") or "不亮" in await supervisor.page.inner_text(
        "#misled"
    )
    supervisor.page.set_default_timeout(120_000)  # to learn takes seconds of a core, and here others want it, too
    await supervisor.press("/appraisal/models")
    made = supervisor.page.locator("[data-model]").first
    assert "1" in await made.locator(".meta").inner_text()
    assert await made.locator(".compared tbody tr").count() == 4
    await supervisor.send(made.locator("button"))
    assert await supervisor.page.locator("[data-model]").first.locator("h3 .pill").count() == 1
    await supervisor.press("/shipped/activation")
    assert await supervisor.page.locator('[data-model="shipped"] h3 .pill').count() == 1
    # an update of the program brings other lexicons: the office's model says that it was made before
    told = supervisor.page.locator("[data-model]").first.locator(".hint")
    assert await told.count() == 0
    monkeypatch.setattr("services.classification.models.made_with", lambda: "other words")
    await supervisor.go("/desk/appraisal")
    assert "make a new one" in await told.inner_text()
    monkeypatch.setattr("services.classification.model.FORM", 99)
    await supervisor.go("/desk/appraisal")
    assert "An older program made this" in await told.inner_text()
    assert await supervisor.page.locator("[data-model]").first.locator("button").count() == 0
    assert supervisor.complaints_of_the_browser == []


async def test_the_page_fits_a_phone_and_is_for_those_who_may(visitors: Visitors) -> None:
    analyst = await visitors.as_("analyst1")
    await analyst.page.set_viewport_size(PHONE)
    await analyst.go("/desk/appraisal")
    assert await analyst.page.evaluate("document.documentElement.scrollWidth <= window.innerWidth")
    assert await analyst.page.locator('form[action="/desk/appraisal/models"]').count() == 0
    operator = await visitors.as_("operator1")
    await operator.go("/desk/appraisal")
    assert await operator.page.locator("#confusion").count() == 0
