"""6/3.4.4(2): the ways of telling, each with its proof, so that the complainant is made sure to know."""

import pytest
from sqlalchemy import text

from tests.clauses.desk import at_the_desk
from tests.journeys.story import Story
from tests.office import Office


async def _decided(office: Office, **person: str) -> Story:
    story = await Story.by_phone(office, complainant={"name": "秦嘉樂", **person})
    await story.handle("acceptance")
    await story.investigated()
    await story.decided()
    return story


@pytest.mark.clause("6/3.4.4(2)")
async def test_a_result_told_by_short_message_counts_when_the_message_was_taken_and_its_proof_is_shown(
    office: Office,
) -> None:
    story = await _decided(office, phone="13900001234")
    officer = await story.handler()
    letter = {"way": "letter", "text": "x"}
    refused = await story.refused(officer, "/reply/complaints/{id}/result-notices", **letter)
    assert refused.json()["code"] == "way_not_possible"
    told = {"way": "sms", "text": "您的投訴屬實，已恢復供水。"}
    notice = await story.as_(officer, "POST", "/reply/complaints/{id}/result-notices", **told)
    (event,) = await story.events("result_notice.given")
    assert event["data"]["way"] == "sms"
    await story.has(result_notice="fulfilled")
    laid = office.settings.data / "messages" / f"{notice['id']}.json"
    assert "13900001234" in laid.read_text("utf-8")
    again = await story.refused(officer, f"/reply/result-notices/{notice['id']}/sending")
    assert again.json()["code"] == "wrong_notice_state"
    async with at_the_desk(office, officer) as desk:
        assert "Message laid in the data folder" in (await desk.get(f"/desk/complaints/{story.id}")).text
    assert [one["way"] for one in (await story.status())["notices"]] == ["sms"]


@pytest.mark.clause("6/3.4.4(2)", "4/5.2.10(1)")
async def test_a_letter_by_post_is_printed_and_counts_when_its_posting_is_on_record(office: Office) -> None:
    story = await _decided(office, postal_address="海棠里 3 號")
    letter = await story.replied()
    assert await story.events("reply.sent") == []
    async with at_the_desk(office, "operator1") as desk:
        page = "/desk/print-queue"
        assert story.number in (await desk.get(page)).text
        pdf = await desk.browser.get(f"/desk/letters/{letter}/pdf")
        assert pdf.content.startswith(b"%PDF")
        assert (await desk.send(page, f"{page}/{letter}", text="")).status_code == 422
        shown = await desk.send(page, f"{page}/{letter}", text="掛號 RX 1234 5678")
        assert story.number not in shown.text
    await story.has(reply_phone="fulfilled")
    (delivered,) = await story.events("reply.delivered")
    assert (delivered["data"]["way"], delivered["data"]["proof"]) == ("letter", "posting_record")
    sent = await story.as_("operator1", "GET", f"/reply/letters/{letter}")
    assert [(one["proof"], one["text"]) for one in sent["deliveries"]] == [("posting_record", "掛號 RX 1234 5678")]


@pytest.mark.clause("5/2.1")
async def test_a_letter_goes_out_in_the_name_of_the_company_that_an_administrator_has_set_for_its_service(
    office: Office,
) -> None:
    form = {"id": "water", "mailbox": "water@redress.example", "services": "water"}
    for language in ("zh_hant", "zh_hans", "en"):
        form |= {f"name_{language}": "清泉水務公司", f"letterhead_{language}": "水廠街 2 號\n全日熱線"}
    async with at_the_desk(office, "admin") as desk:
        page = "/desk/office/companies"
        assert "示範能源供應有限公司" in (await desk.get(page)).text
        taken = await desk.send(page, page, **form)
        assert taken.status_code == 409, "water is the main company's"
        free = {"services": "sanitation", "id": "main", "mailbox": "main@redress.example"}
        assert (await desk.send(page, page, **form | free)).status_code == 200
        assert "清泉水務公司" in (await desk.send(page, page, **form)).text
    async with at_the_desk(office, "operator1") as desk:
        assert (await desk.send("/desk/print-queue", "/desk/office/companies", **form)).status_code == 403
    story = await _decided(office, email="qin@example.org")
    letter = await story.replied()
    assert (await story.as_("operator1", "GET", f"/reply/letters/{letter}"))["company"] == "清泉水務公司"
    mail = (await (await office.as_("operator1")).get(f"/reply/mails/{letter}.eml")).text
    assert "water@redress.example" in mail


@pytest.mark.clause("6/3.4.4(2)", "4/5.2.10(1)")
async def test_a_letter_of_which_nobody_knows_whether_it_went_out_is_found_and_sent_again_at_the_desk(
    office: Office,
) -> None:
    story = await _decided(office, phone="13900001234", email="qin@example.org")
    letter = await story.signed()
    broken_off = text("UPDATE letters SET state = 'maybe_sent', way = 'mail' WHERE id = :id")
    async with office.apps["reply"].state.service.database.session() as session:
        await session.execute(broken_off, {"id": letter})
    async with at_the_desk(office, "operator1") as desk:
        unclear = (await desk.get("/desk/print-queue")).text.split('id="unclear"')[1].split("</section>")[0]
        assert f"/desk/letters/{letter}" in unclear
        page = f"/desk/letters/{letter}"
        assert "It did not go out: send it again" in (await desk.get(page)).text
        assert (await desk.send(page, f"{page}/sending", way="")).status_code == 200
        assert 'id="unclear"' not in (await desk.get("/desk/print-queue")).text
    await story.has(reply_phone="fulfilled")
    assert await story.stage() == "replied"
