"""A reply on its way from draft to the complainant."""

import asyncio
import io
from datetime import UTC, datetime
from email import message_from_bytes, policy

import pytest
from pypdf import PdfReader

from services.reply.sending import send_letters
from shared.events import ComplaintReclassified, ComplaintReopened, ComplaintReplied, ComplaintWithdrawn
from tests.services.reply.conftest import ok, refused


def words(pdf: bytes) -> str:
    return "".join(page.extract_text() for page in PdfReader(io.BytesIO(pdf)).pages).replace("\n", "").replace(" ", "")


@pytest.mark.clause("5/2.2", "5/2.3")
async def test_a_draft_is_made_from_the_case_in_the_prescribed_form(office):
    subject = await office.decided()
    letter = await ok(office.as_("water.handler").post(f"/complaints/{subject}/letters", json={}))
    assert letter["salutation"] == "尊敬的陳大文："
    assert "水壓很低" in letter["summary"]
    assert "盡快恢復水壓" in letter["summary"]
    assert "減壓閥故障" in letter["analysis"]
    assert "更換減壓閥" in letter["measures"]
    assert "公司總部" in letter["review"]
    assert letter["missing"] == []


async def test_a_reply_in_english_is_written_in_english(office):
    subject = await office.decided()
    body = {"purpose": "reply", "language": "en"}
    letter = await ok(office.as_("water.handler").post(f"/complaints/{subject}/letters", json=body))
    assert letter["salutation"].startswith("Dear ")
    assert "Head Office" in letter["review"]


async def test_there_is_no_reply_before_the_opinion_is_determined(office):
    subject = await office.receive()
    await office.register(subject)
    await office.rest()
    body = await refused(
        office.as_("water.handler").post(f"/complaints/{subject}/letters", json={}), 409, "wrong_stage"
    )
    assert body["stage"] == "assigned"
    assert "opinion.determined" in body["possible"]


@pytest.mark.clause("5/1.2(4)", "4/5.2.10(2)", "5/2.3")
async def test_a_letter_without_measures_or_the_right_of_review_cannot_be_handed_in(office):
    subject = await office.decided()
    handler = office.as_("water.handler")
    letter = await office.drafted(handler, subject)
    change = {"fields": {"measures": " ", "review": "可以申請復查。", "salutation": "您好："}, "version": 1}
    change["fields"] |= {"summary": " ", "analysis": " "}
    await ok(handler.put(f"/letters/{letter['id']}", json=change))
    body = await refused(handler.post(f"/letters/{letter['id']}/submission"), 422, "letter_incomplete")
    assert body["missing"] == ["salutation", "summary", "analysis", "measures", "review"]
    assert "measures" in body["title"]


async def test_two_people_who_write_at_once_do_not_overwrite_one_another(office):
    subject = await office.decided()
    handler = office.as_("water.handler")
    letter = await ok(handler.post(f"/complaints/{subject}/letters", json={}))
    await ok(handler.put(f"/letters/{letter['id']}", json={"fields": {"closing": "謝謝。"}, "version": 1}))
    late = office.as_("water.handler2").put(
        f"/letters/{letter['id']}", json={"fields": {"closing": "再見。"}, "version": 1}
    )
    await refused(late, 409, "conflict")


async def test_at_level_1_author_checker_and_signer_are_three_people_and_a_supervisor_signs(office):
    subject = await office.decided(level=1)
    author, second, head = (office.as_(one) for one in ("water.handler", "water.handler2", "water.head"))
    letter = (await office.drafted(author, subject))["id"]
    await refused(author.post(f"/letters/{letter}/check"), 409, "wrong_letter_state")
    await ok(author.post(f"/letters/{letter}/submission"))
    await refused(head.post(f"/letters/{letter}/signature"), 409, "wrong_letter_state")
    await refused(author.post(f"/letters/{letter}/check"), 403, "author_may_not_check")
    await ok(second.post(f"/letters/{letter}/check"))
    await refused(author.post(f"/letters/{letter}/signature"), 403, "author_may_not_sign")
    await refused(second.post(f"/letters/{letter}/signature"), 403, "checker_may_not_sign")
    await refused(office.as_("gas.handler").post(f"/letters/{letter}/signature"), 403, "supervisor_must_sign")
    signed = await ok(head.post(f"/letters/{letter}/signature"))
    assert (signed["state"], signed["signature"]) == ("signed", "江濤")
    assert await office.types(subject) == ["reply.drafted", "reply.checked", "reply.signed"]


async def test_who_has_written_at_a_letter_is_its_author_too(office):
    subject = await office.decided()
    author, second = office.as_("water.handler"), office.as_("water.head")
    letter = (await office.drafted(author, subject))["id"]
    await ok(second.put(f"/letters/{letter}", json={"fields": {"closing": "此覆。"}, "version": 1}))
    await ok(author.post(f"/letters/{letter}/submission"))
    await refused(second.post(f"/letters/{letter}/signature"), 403, "author_may_not_sign")


async def test_a_letter_sent_back_is_a_draft_again_with_the_reason(office):
    subject = await office.decided(level=2)
    author, second = office.as_("water.handler"), office.as_("water.handler2")
    letter = (await office.drafted(author, subject))["id"]
    await ok(author.post(f"/letters/{letter}/submission"))
    await ok(second.post(f"/letters/{letter}/return", json={"reason": "措施不夠具體"}))
    seen = await ok(author.get(f"/letters/{letter}"))
    assert (seen["state"], seen["returned_because"]) == ("draft", "措施不夠具體")
    await ok(author.post(f"/letters/{letter}/submission"))
    assert await office.types(subject) == ["reply.drafted", "reply.returned", "reply.drafted"]


@pytest.mark.clause("4/5.2.2")
async def test_named_officers_and_their_superiors_neither_write_nor_sign_nor_read(office):
    subject = await office.receive(named_officers=["water.handler"])
    await office.register(subject, named_officers=["water.handler"])
    await office.determine(subject)
    for officer in ("water.handler", "water.head"):
        await refused(office.as_(officer).post(f"/complaints/{subject}/letters", json={}), 403, "named_in_complaint")
        await refused(office.as_(officer).get(f"/complaints/{subject}"), 403, "named_in_complaint")
    author = office.as_("water.handler2")
    letter = (await office.drafted(author, subject))["id"]
    await ok(author.post(f"/letters/{letter}/submission"))
    for officer in ("water.handler", "water.head"):
        await refused(office.as_(officer).post(f"/letters/{letter}/signature"), 403, "named_in_complaint")
    await ok(office.as_("director").post(f"/letters/{letter}/signature"))


@pytest.mark.clause("5/2.1")
async def test_a_reply_goes_out_from_the_official_mailbox_and_is_proved(office):
    subject = await office.decided()
    letter = await office.replied(subject)
    assert (letter["state"], letter["way"]) == ("delivered", "mail")
    assert letter["deliveries"][0]["proof"] == "eml_laid"
    facts = [fact for fact in await office.facts(subject) if fact.type != "visit.assigned"]  # one of five is visited
    assert [fact.type for fact in facts][-2:] == ["reply.sent", "reply.delivered"]
    assert (facts[-2].data.way, facts[-2].data.by, facts[-1].data.proof) == ("mail", "water.handler", "eml_laid")
    mails = await ok(office.as_("operator1").get("/mails"))
    name = next(one["name"] for one in mails["items"] if one["letter"] == letter["id"])
    laid = await office.as_("operator1").get(f"/mails/{name}")
    mail = message_from_bytes(laid.content, policy=policy.default)
    assert mail["Message-ID"] == f"<{letter['id']}@redress.example>"
    assert (mail["From"].addresses[0].addr_spec, mail["To"].addresses[0].addr_spec) == (
        "complaints@redress.example",
        "chan@example.org",
    )
    pdf = next(mail.iter_attachments()).get_content()
    text = words(pdf)
    for part in (
        "示範公用事業有限公司",
        "投訴回復函",
        "尊敬的陳大文：",
        "減壓閥故障",
        "更換減壓閥",
        "公司總部申請復查",
        "江濤",
        letter["letter_number"],
    ):
        assert part in text, part


async def test_the_pdf_on_record_is_the_one_that_was_sent(office):
    subject = await office.decided()
    letter = await office.replied(subject)
    handler = office.as_("water.handler")
    shown = (await handler.get(f"/letters/{letter['id']}/pdf")).content
    laid = (await handler.get(f"/mails/{letter['id']}.eml")).content
    attached = next(message_from_bytes(laid, policy=policy.default).iter_attachments()).get_content()
    assert shown == attached
    assert shown.startswith(b"%PDF")


async def test_a_letter_by_post_waits_in_the_print_queue_until_its_posting_is_on_record(office):
    subject = await office.decided(reachable=("phone", "letter"))
    letter = await office.replied(subject)
    handler = office.as_("water.handler")
    assert (letter["state"], letter["way"]) == ("printing", "letter")
    assert "reply.sent" not in await office.types(subject), "printed is not posted"
    assert letter["id"] in {one["letter"] for one in await ok(handler.get("/print-queue"))}
    proof = {"proof": "posting_record", "text": "掛號 XA123456789CN"}
    proved = await ok(handler.post(f"/letters/{letter['id']}/delivery", json=proof))
    assert proved["state"] == "delivered"
    assert [one["text"] for one in proved["deliveries"]] == ["掛號 XA123456789CN"]
    types = [one for one in await office.types(subject) if one != "visit.assigned"]  # one of five is visited
    assert types[-2:] == ["reply.sent", "reply.delivered"]
    assert letter["id"] not in {one["letter"] for one in await ok(handler.get("/print-queue"))}


async def test_whom_a_complaint_names_and_who_leads_them_see_its_letters_in_no_list(office):
    by_post = await office.replied(await office.decided(reachable=("letter",), named_officers=("power.handler",)))
    by_mail = await office.replied(await office.decided(named_officers=("power.handler",)))
    for who, sees in (("operator1", True), ("power.handler", False), ("power.head", False)):
        mails = (await ok(office.as_(who).get("/mails")))["items"]
        assert (by_mail["id"] in {one["letter"] for one in mails}) is sees
        posts = await ok(office.as_(who).get("/print-queue"))
        assert (by_post["id"] in {one["letter"] for one in posts}) is sees


async def test_with_nobody_to_reach_the_reply_is_laid_on_the_status_page(office):
    subject = await office.decided(reachable=())
    letter = await office.signed(subject)
    assert letter["salutation"] == "尊敬的投訴人："
    handler = office.as_("water.handler")
    await refused(handler.post(f"/letters/{letter['id']}/sending", json={"way": "mail"}), 409, "way_not_possible")
    await ok(handler.post(f"/letters/{letter['id']}/sending", json={"way": "status_page"}))
    await office.rest()
    delivered = next(fact for fact in await office.facts(subject) if fact.type == "reply.delivered")
    assert delivered.data.proof == "status_page"


async def test_letter_numbers_have_no_gap_and_begin_anew_each_year(fresh_office):
    office = fresh_office
    subjects = [await office.decided() for _ in range(3)]
    numbers = [(await office.signed(one))["letter_number"] for one in subjects]
    assert numbers == ["2026-000001", "2026-000002", "2026-000003"]
    await office.stand_at(datetime(2026, 12, 31, 16, tzinfo=UTC))  # midnight in the office
    assert (await office.signed(await office.decided()))["letter_number"] == "2027-000001"


async def test_a_letter_is_sent_once_however_often_it_is_asked_for(office):
    subject = await office.decided()
    letter = await office.replied(subject)
    again = office.as_("water.handler").post(f"/letters/{letter['id']}/sending", json={})
    await refused(again, 409, "wrong_letter_state")
    await refused(office.as_("water.handler").post(f"/complaints/{subject}/letters", json={}), 409, "reply_exists")
    assert (await office.types(subject)).count("reply.sent") == 1


async def test_a_letter_whose_sending_has_begun_is_completed_after_a_withdrawal(office):
    subject = await office.decided()
    letter = await office.signed(subject)
    office.others.away = True  # the address cannot be asked for: sending hangs
    await ok(office.as_("water.handler").post(f"/letters/{letter['id']}/sending", json={}))
    await office.hear(subject, ComplaintWithdrawn(by="complainant"))
    office.others.away = False
    await office.hasten()
    types = await office.types(subject)
    assert "reply.sent" in types
    assert "withdrawal.confirmed" in types


async def test_a_letter_whose_sending_has_not_begun_is_not_sent_after_a_withdrawal(office):
    subject = await office.decided()
    letter = await office.signed(subject)
    await office.hear(subject, ComplaintWithdrawn(by="complainant"))
    await refused(office.as_("water.handler").post(f"/letters/{letter['id']}/sending", json={}), 409, "wrong_stage")
    assert "withdrawal.confirmed" in await office.types(subject)


async def test_reopened_a_new_reply_becomes_possible_and_the_earlier_one_stays(office):
    subject = await office.decided()
    first = await office.replied(subject)
    await office.hear(subject, ComplaintReplied(reply=first["id"], by="system"))
    await office.hear(subject, ComplaintReopened(ground="not_solved", by="complainant"))
    await office.determine(subject)
    second = await office.replied(subject)
    story = await ok(office.as_("water.handler").get(f"/complaints/{subject}"))
    assert [(one["id"], one["round"], one["state"]) for one in story["letters"]] == [
        (first["id"], 1, "delivered"),
        (second["id"], 2, "delivered"),
    ]


async def test_a_letter_signed_at_level_3_does_not_go_out_at_level_1(office):
    subject = await office.decided()
    letter = await office.signed(subject)
    raised = ComplaintReclassified(
        service="water",
        topic_code="water.pressure",
        nature="safety",
        kind="complaint",
        category="quality",
        level=1,
        importance="major",
        urgent=True,
        reason="危及安全",
        by="water.head",
    )
    await office.hear(subject, raised)
    handler = office.as_("water.handler")
    await refused(handler.post(f"/letters/{letter['id']}/sending", json={}), 409, "signed_under_easier_rule")
    back = await ok(office.as_("water.head").post(f"/letters/{letter['id']}/return", json={"reason": "級別已提高"}))
    assert (back["state"], back["letter_number"]) == ("void", letter["letter_number"])
    anew = await ok(handler.post(f"/complaints/{subject}/letters", json={}))
    assert anew["state"] == "draft"
    before = [(one["text"], one["state"], one["answer"]) for one in letter["matters"]]
    assert [(one["text"], one["state"], one["answer"]) for one in anew["matters"]] == before


async def test_letters_signed_at_the_same_time_get_numbers_without_a_gap(office):
    subjects = [await office.decided() for _ in range(6)]
    handler, head = office.as_("water.handler"), office.as_("water.head")
    drafts = [await office.drafted(handler, one) for one in subjects]
    for one in drafts:
        await ok(handler.post(f"/letters/{one['id']}/submission"))
    signed = await asyncio.gather(*(ok(head.post(f"/letters/{one['id']}/signature")) for one in drafts))
    numbers = sorted(int(one["letter_number"].partition("-")[2]) for one in signed)
    assert numbers == list(range(numbers[0], numbers[0] + 6))


async def test_replicas_that_send_at_the_same_time_send_each_letter_once(office):
    letters = [await office.signed(await office.decided()) for _ in range(4)]
    handler = office.as_("water.handler")
    for one in letters:
        await ok(handler.post(f"/letters/{one['id']}/sending", json={}))
    while any(await asyncio.gather(*(send_letters(office.service) for _ in range(5)))):
        pass
    await office.rest()
    for one in letters:
        assert len((await ok(handler.get(f"/letters/{one['id']}")))["deliveries"]) == 1
        assert (await office.types(one["complaint"])).count("reply.sent") == 1


async def test_a_representative_gets_the_mail_when_the_complainant_has_none(office):
    subject = await office.decided(reachable=("mail",))
    office.others.people[subject] = {"name": "陳大文"}
    office.others.representatives[subject] = {"name": "李律師", "email": "li@example.org"}
    letter = await office.replied(subject)
    mail = (await office.as_("water.handler").get(f"/mails/{letter['id']}.eml")).content
    assert message_from_bytes(mail, policy=policy.default)["To"].addresses[0].addr_spec == "li@example.org"
    assert letter["salutation"] == "尊敬的陳大文："
