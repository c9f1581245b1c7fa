"""What the complainant is told, and what they say of it."""

from datetime import UTC, datetime, timedelta

import pytest

from shared.events import ComplaintErased, ComplaintRefused, ComplaintReplied, ComplaintWithdrawn, DutyChanged
from tests.services.reply.conftest import DUE, MONDAY, ok, refused


async def running(office) -> str:
    subject = await office.receive()
    await office.register(subject)
    await office.rest()
    return subject


async def extension(office, subject: str, until: str = "2026-03-18") -> str:
    body = {"until": until, "reason": "等待外部檢測"}
    asked = await ok(office.as_("water.handler").post(f"/complaints/{subject}/extensions", json=body))
    return asked["id"]


async def test_there_is_no_result_to_tell_before_the_opinion_is_determined(office):
    subject = await running(office)
    notice = {"way": "phone", "text": "已告知"}
    operator = office.as_("operator1")
    await refused(operator.post(f"/complaints/{subject}/result-notices", json=notice), 409, "opinion_not_determined")
    await office.determine(subject)
    told = await ok(operator.post(f"/complaints/{subject}/result-notices", json=notice))
    assert (told["way"], told["text"]) == ("phone", "已告知")
    assert await office.types(subject) == ["result_notice.given"]


async def test_a_notice_by_a_way_the_complainant_did_not_give_is_not_possible(office):
    subject = await office.decided(reachable=("mail",))
    notice = {"way": "sms", "text": "已告知"}
    body = await refused(
        office.as_("operator1").post(f"/complaints/{subject}/result-notices", json=notice), 409, "way_not_possible"
    )
    assert body["possible"] == ["mail", "in_person"]


async def test_an_extension_is_approved_by_another_and_counts_once_told(office):
    subject = await running(office)
    id_ = await extension(office, subject)
    await refused(office.as_("water.handler").post(f"/extensions/{id_}/approval"), 403, "not_allowed")
    notify = {"way": "phone", "text": "需要外部檢測，延至 3 月 18 日。"}
    await refused(office.as_("operator1").post(f"/extensions/{id_}/notice", json=notify), 409, "wrong_extension_state")
    await ok(office.as_("water.head").post(f"/extensions/{id_}/approval"))
    told = await ok(office.as_("operator1").post(f"/extensions/{id_}/notice", json=notify))
    assert told["state"] == "notified"
    opinion = {"way": "phone", "text": "初步認為是減壓閥故障。"}
    given = await ok(office.as_("operator1").post(f"/extensions/{id_}/preliminary-opinion", json=opinion))
    assert given["preliminary_text"] == "初步認為是減壓閥故障。"
    facts = await office.facts(subject)
    assert [fact.type for fact in facts] == [
        "extension.requested",
        "extension.approved",
        "extension.notified",
        "preliminary_opinion.given",
    ]
    assert {fact.data.replaces_due_at for fact in facts[:3]} == {DUE}
    assert facts[2].data.until.isoformat() == "2026-03-18"


@pytest.mark.clause("5/3.4")
async def test_a_supervisor_does_not_approve_an_extension_that_they_asked_for(office):
    subject = await running(office)
    body = {"until": "2026-03-06", "reason": "等待外部檢測"}
    asked = await ok(office.as_("water.head").post(f"/complaints/{subject}/extensions", json=body))
    await refused(
        office.as_("water.head").post(f"/extensions/{asked['id']}/approval"), 403, "requester_may_not_approve"
    )
    for who, finds in (("water.head", False), ("director", True)):
        listed = await ok(office.as_(who).get("/extensions"))
        assert (asked["id"] in {one["extension"] for one in listed}) is finds
    assert (await ok(office.as_("director").post(f"/extensions/{asked['id']}/rejection")))["state"] == "rejected"
    await extension(office, subject)  # rejected: one can ask again


async def test_an_extension_ends_at_most_10_working_days_after_the_date_it_replaces(office):
    subject = await running(office)
    handler = office.as_("water.handler")
    for until in ("2026-03-04", "2026-03-19"):
        body = {"until": until, "reason": "等待"}
        answer = await refused(
            handler.post(f"/complaints/{subject}/extensions", json=body), 422, "extension_out_of_range"
        )
        assert answer["latest"] == "2026-03-18"
    await extension(office, subject, "2026-03-18")
    body = {"until": "2026-03-10", "reason": "等待"}
    await refused(handler.post(f"/complaints/{subject}/extensions", json=body), 409, "extension_exists")


async def test_a_second_extension_needs_the_next_higher_department(office):
    subject = await running(office)
    first = await extension(office, subject, "2026-03-06")
    await ok(office.as_("water.head").post(f"/extensions/{first}/approval"))
    await ok(office.as_("operator1").post(f"/extensions/{first}/notice", json={"way": "phone", "text": "延期"}))
    later = DutyChanged(
        row="3",
        duty="reply.phone",
        clause="5/3.2",
        due_at=datetime(2026, 3, 6, 16, tzinfo=UTC),
        binding=True,
        paused=False,
        cause="extension.notified",
    )
    await office.hear(subject, later, source="sla")
    second = await extension(office, subject, "2026-03-10")
    await refused(
        office.as_("water.head").post(f"/extensions/{second}/approval"), 403, "higher_department_must_approve"
    )
    assert (await ok(office.as_("director").post(f"/extensions/{second}/approval")))["state"] == "approved"


@pytest.mark.clause("5/3.4")
async def test_an_extension_told_after_the_deadline_is_too_late(fresh_office):
    office = fresh_office
    subject = await running(office)
    id_ = await extension(office, subject)
    await ok(office.as_("water.head").post(f"/extensions/{id_}/approval"))
    await office.stand_at(DUE - timedelta(seconds=1))
    opinion = {"way": "phone", "text": "初步意見"}
    await office.stand_at(DUE)
    notify = {"way": "phone", "text": "延期"}
    await refused(office.as_("operator1").post(f"/extensions/{id_}/notice", json=notify), 409, "notice_too_late")
    await ok(
        office.as_("operator1").post(f"/extensions/{id_}/preliminary-opinion", json=opinion)
    )  # late, but on record
    body = {"until": "2026-03-10", "reason": "等待"}
    await refused(
        office.as_("water.handler").post(f"/complaints/{subject}/extensions", json=body), 409, "deadline_passed"
    )


@pytest.mark.clause("5/3.4")
async def test_once_the_reply_is_out_no_extension_is_asked_for_or_told(office):
    subject = await running(office)
    id_ = await extension(office, subject)
    await ok(office.as_("water.head").post(f"/extensions/{id_}/approval"))
    await office.determine(subject)
    await office.replied(subject)
    asked = office.as_("water.handler").post(
        f"/complaints/{subject}/extensions", json={"until": "2026-03-18", "reason": "等待外部檢測"}
    )
    await refused(asked, 409, "reply_is_out")
    told = office.as_("water.handler").post(f"/extensions/{id_}/notice", json={"way": "phone", "text": "延期"})
    await refused(told, 409, "reply_is_out")


@pytest.mark.clause("5/1.2(1)")
async def test_an_extension_is_told_by_mail_with_a_letter(office):
    subject = await running(office)
    id_ = await extension(office, subject)
    await ok(office.as_("water.head").post(f"/extensions/{id_}/approval"))
    notify = {"way": "mail", "text": "減壓閥須送外部機構檢測。"}
    rude = notify | {"text": "你這個白痴，等著吧。"}
    place = f"/extensions/{id_}"
    for path in ("notice", "preliminary-opinion"):  # what goes out in writing is read like a letter (5/1.2(1))
        await refused(office.as_("operator1").post(f"{place}/{path}", json=rude), 422, "letter_language")
    told = await ok(office.as_("operator1").post(f"/extensions/{id_}/notice", json=notify))
    assert told["state"] == "approved"  # it counts when the letter has gone out
    await office.rest()
    facts = await office.facts(subject)
    assert (facts[-1].type, facts[-1].data.way, facts[-1].data.by) == ("extension.notified", "mail", "operator1")
    story = await ok(office.as_("operator1").get(f"/complaints/{subject}"))
    letter = story["letters"][0]
    assert (letter["purpose"], letter["state"]) == ("extension_notice", "delivered")
    assert "2026年3月4日延至2026年3月18日" in letter["analysis"]
    assert "外部機構檢測" in letter["analysis"]
    assert story["extensions"][0]["state"] == "notified"


async def test_a_notice_and_an_opinion_that_wait_for_the_post_are_in_the_file_too(office):
    subject = await running(office)
    id_ = await extension(office, subject)
    approved = await ok(office.as_("water.head").post(f"/extensions/{id_}/approval"))
    for path in ("notice", "preliminary-opinion"):
        by_post = {"way": "letter", "text": "減壓閥須送外部機構檢測。"}
        await ok(office.as_("operator1").post(f"/extensions/{id_}/{path}", json=by_post))
    await office.rest()
    waits = (await ok(office.as_("operator1").get(f"/complaints/{subject}")))["extensions"][0]
    assert (waits["notice_at"], waits["preliminary_at"]) == (None, None)
    documents = await ok(office.as_service("archive").get(f"/complaints/{subject}/documents"))
    at = {one["kind"]: one["at"] for one in documents}
    assert at["extension_notice"] == at["preliminary_opinion"] == approved["decided_at"]


async def refuse(office, subject: str) -> None:
    fact = ComplaintRefused(
        number="26-0000001-4", reason="other_authority", where_to_turn="transport_authority", by="operator1"
    )
    await office.hear(subject, fact, source="intake")


async def test_a_refusal_is_written_and_sent_at_once_with_reason_and_where_to_turn(office):
    subject = await office.receive()
    await refuse(office, subject)
    facts = await office.facts(subject)
    assert [(fact.type, fact.data.way) for fact in facts] == [("refusal.sent", "mail")]
    story = await ok(office.as_("operator1").get(f"/complaints/{subject}"))
    letter = story["letters"][0]
    assert letter["by_machine"]
    assert letter["missing"] == []
    assert "應由其他機關處理" in letter["analysis"]
    assert "交通運輸主管部門" in letter["measures"]
    assert "公司總部" in letter["review"]
    assert (await office.as_("operator1").get(f"/mails/{letter['id']}.eml")).status_code == 200


async def test_a_refusal_waits_while_intake_does_not_answer_and_is_sent_once(office):
    subject = await office.receive()
    office.others.away = True
    await refuse(office, subject)
    assert await office.types(subject) == []
    office.others.away = False
    await office.hasten()
    assert await office.types(subject) == ["refusal.sent"]


async def test_with_nobody_to_reach_a_refusal_is_laid_on_the_status_page(office):
    subject = await office.receive(reachable=())
    await refuse(office, subject)
    assert [(one.type, one.data.way) for one in await office.facts(subject)] == [("refusal.sent", "status_page")]


async def test_a_withdrawal_is_confirmed_in_writing_registered_or_not(office):
    before, after = await office.receive(), await running(office)
    await office.hear(before, ComplaintWithdrawn(by="complainant"), source="intake")
    await office.hear(after, ComplaintWithdrawn(by="complainant"))
    for subject in (before, after):
        assert [(one.type, one.data.way) for one in await office.facts(subject)] == [("withdrawal.confirmed", "mail")]


async def answered(office) -> str:
    subject = await office.decided()
    letter = await office.replied(subject)
    await office.hear(subject, ComplaintReplied(reply=letter["id"], by="system"))
    return subject


async def test_the_complainant_says_how_satisfied_they_are(office):
    subject = await answered(office)
    intake = office.as_service()
    await ok(intake.post(f"/complaints/{subject}/satisfaction", json={"score": 2, "text": "太慢"}))
    await refused(intake.post(f"/complaints/{subject}/satisfaction", json={"score": 6}), 422, "invalid")
    fact = (await office.facts(subject))[-1]
    assert (fact.type, fact.data.score, fact.data.by) == ("satisfaction.recorded", 2, "complainant")


async def test_a_dispute_said_twice_is_the_same_dispute(office):
    subject = await answered(office)
    intake = office.as_service()
    first = await ok(intake.post(f"/complaints/{subject}/dispute", json={"text": "仍然沒有水"}))
    second = await ok(intake.post(f"/complaints/{subject}/dispute", json={"text": "還是沒有水"}))
    assert first["id"] == second["id"]
    assert (await office.types(subject)).count("outcome.disputed") == 1


async def test_a_dispute_before_casework_has_heard_of_the_reply_is_tried_again(office):
    subject = await office.decided()
    await office.replied(subject)
    answer = await office.as_service().post(f"/complaints/{subject}/dispute", json={"text": "沒有水"})
    assert (answer.status_code, answer.headers["Retry-After"]) == (503, "1")


async def test_a_review_can_be_asked_for_within_30_days_of_the_reply(fresh_office):
    office = fresh_office
    in_time, late = await answered(office), await answered(office)
    intake = office.as_service()
    await office.stand_at(MONDAY + timedelta(days=30))
    await ok(intake.post(f"/complaints/{in_time}/review", json={"text": "請復查"}))
    await refused(intake.post(f"/complaints/{in_time}/review", json={"text": "請復查"}), 409, "review_exists")
    await office.stand_at(MONDAY + timedelta(days=31))
    await refused(intake.post(f"/complaints/{late}/review", json={"text": "請復查"}), 409, "review_too_late")


async def test_erased_no_text_can_be_read_and_no_mail_remains(office):
    subject = await answered(office)
    handler = office.as_("water.handler")
    letter = (await ok(handler.get(f"/complaints/{subject}")))["letters"][0]["id"]
    assert (office.settings.data / "mail" / f"{letter}.eml").exists()
    office.others.keys[subject] = None
    await office.hear(subject, ComplaintErased(by="admin"), source="intake")
    assert not (office.settings.data / "mail" / f"{letter}.eml").exists()
    seen = (await ok(handler.get(f"/complaints/{subject}")))["letters"][0]
    assert seen["erased"]
    assert "salutation" not in seen
    await refused(handler.get(f"/letters/{letter}/pdf"), 410, "erased")


async def test_the_file_gets_every_document_sealed_with_its_proof(office):
    subject = await answered(office)
    await ok(office.as_service().post(f"/complaints/{subject}/satisfaction", json={"score": 5}))
    documents = await ok(office.as_service("archive").get(f"/complaints/{subject}/documents"))
    kinds = [one["kind"] for one in documents]
    assert kinds == ["letter", "letter_fields", "matter", "matter", "satisfaction"]
    assert documents[0]["deliveries"][0]["proof"] == "eml_laid"
    assert "%PDF" not in documents[0]["content"]
    await refused(office.as_("archivist1").get(f"/complaints/{subject}/documents"), 403, "not_allowed")


async def test_what_reply_has_not_heard_of_is_ahead_for_commands_and_for_readers_where_intake_knows_it(office):
    nowhere = "00000000-0000-4000-8000-000000000000"
    answer = await office.as_("operator1").post(
        f"/complaints/{nowhere}/result-notices", json={"way": "phone", "text": "x"}
    )
    assert (answer.status_code, answer.headers["Retry-After"]) == (503, "1")
    await refused(office.as_("operator1").get(f"/complaints/{nowhere}"), 404, "complaint_not_found")
    on_its_way = "00000000-0000-4000-8000-000000000001"
    office.others.keys[on_its_way] = bytes(32)
    answer = await office.as_("operator1").get(f"/complaints/{on_its_way}")
    assert (answer.status_code, answer.headers["Retry-After"]) == (503, "1")
