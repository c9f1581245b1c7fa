"""Each letter goes out in the name of the company that serves the complaint (5/2.1)."""

from email import message_from_bytes, policy

import pytest

from tests.services.reply.conftest import ReplyOffice, ok, refused
from tests.services.reply.test_letters import words


def company(**changes: object) -> dict[str, object]:
    return {
        "name": {"zh_hant": "新水務公司", "zh_hans": "新水务公司", "en": "New Water Ltd"},
        "letterhead": {"zh_hant": ["水廠街 2 號"]},
        "seal": {"zh_hant": "（水務章）"},
        "mailbox": "water@redress.example",
        "services": ["water"],
    } | changes


@pytest.mark.clause("5/2.1")
async def test_a_letter_bears_the_company_of_its_service_and_comes_from_its_mailbox(office: ReplyOffice) -> None:
    subject = await office.receive()
    await office.register(subject, service="power", topic_code="power.billing")
    await office.determine(subject)
    letter = await office.replied(subject)
    assert letter["company"] == "示範能源供應有限公司"
    content = (await office.as_("water.handler").get(f"/mails/{letter['id']}.eml")).content
    mail = message_from_bytes(content, policy=policy.default)
    assert mail["From"].addresses[0].addr_spec == "energy@redress.example"
    assert mail["From"].addresses[0].display_name == "示範能源供應有限公司"
    assert mail["Message-ID"].endswith("@redress.example>")
    shown = words(next(mail.iter_attachments()).get_content())
    for one in ("示範能源供應有限公司", "地址（示範）：電廠街8號", "（能源公司公章）"):
        assert one in shown, one
    water = await office.replied(await office.decided())
    assert water["company"] == office.settings.company_name_zh_hant


@pytest.mark.clause("5/2.1")
async def test_an_administrator_changes_a_company_and_letters_signed_from_then_on_bear_it(
    fresh_office: ReplyOffice,
) -> None:
    office = fresh_office
    admin = office.as_("admin")
    before = await office.signed(await office.decided())
    await refused(office.as_("director").put("/companies/water", json=company()), 403, "not_allowed")
    taken = await refused(admin.put("/companies/water", json=company()), 409, "service_has_company")
    assert (taken["company"], taken["services"]) == ("main", "water")
    kept = company(services=["sanitation", "infrastructure"], mailbox="main@redress.example")
    await ok(admin.put("/companies/main", json=kept))
    made = await ok(admin.put("/companies/water", json=company()))
    assert (made["main"], made["services"], made["changed_by"]) == (False, ["water"], "admin")
    assert (await admin.put("/companies/water", json=company(mailbox="none"))).status_code == 422
    after = await office.signed(await office.decided())
    assert (before["company"], after["company"]) == (office.settings.company_name_zh_hant, "新水務公司")
    assert (await ok(admin.get(f"/letters/{before['id']}")))["company"] == before["company"]
    listed = await ok(office.as_("water.handler").get("/companies"))
    assert [one["id"] for one in listed] == ["main", "energy", "transport", "water"]
    assert listed[0]["mailbox"] == "main@redress.example"


async def test_the_companys_own_address_may_stand_in_its_letters_and_no_other(office: ReplyOffice) -> None:
    subject = await office.receive()
    await office.register(subject, service="gas", topic_code="gas.price")
    await office.determine(subject)
    handler = office.as_("gas.handler")
    letter = await office.drafted(handler, subject)
    words = {"closing": "請寫信至 energy@redress.example 或 else@redress.example。"}
    shown = await ok(handler.put(f"/letters/{letter['id']}", json={"fields": words, "version": 1}))
    assert [one["words"] for one in shown["language_check"]] == ["else@redress.example"]


@pytest.mark.clause("1/1.1.5")
async def test_the_reference_of_the_platform_that_sent_it_stands_on_the_letter(office: ReplyOffice) -> None:
    subject = await office.receive(channel="third_party", reply_form="online")
    office.others.platforms[subject] = {"name": "消費者委員會", "reference": "CC-2026-81"}
    await office.register(subject)
    await office.determine(subject)
    letter = await office.replied(subject)
    assert letter["reference"] == "消費者委員會 CC-2026-81"
