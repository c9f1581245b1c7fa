"""Complaints come in through every door, once."""

import asyncio
from typing import Any

import pytest
from sqlalchemy import text

from services.intake import making
from services.intake.answers import Received
from shared.glossary import CHANNELS
from tests.services.intake.conftest import Edge


@pytest.mark.clause("1/1.1.2", "3/1.1")
async def test_every_channel_hands_in_a_complaint_with_its_own_key(edge: Edge) -> None:
    for channel in CHANNELS:
        answer = await edge.receive(edge.channel(channel), channel=channel)
        assert answer["stage"] == "received"
        assert await edge.types(answer["id"]) == ["complaint.received"]
        followed = await edge.complainant(answer).get(f"/intake/complaints/{answer['number']}/status")
        assert followed.status_code == 200


@pytest.mark.clause("1/1.1.2", "3/1.1")
async def test_a_key_for_one_channel_cannot_post_another(edge: Edge) -> None:
    response = await edge.channel("website").post("/intake/complaints", json={"channel": "phone", "text": "x"})
    assert (response.status_code, response.json()["code"]) == (403, "channel_not_yours")


async def test_nobody_comes_in_without_a_key_or_with_a_wrong_one(edge: Edge) -> None:
    body = {"channel": "website", "text": "x"}
    assert (await edge.client().post("/intake/complaints", json=body)).status_code == 401
    wrong = await edge.client(X_Api_Key="guess").post("/intake/complaints", json=body)
    assert (wrong.status_code, wrong.json()["code"]) == (401, "key_unknown")


@pytest.mark.parametrize(
    ("channel", "form", "due"),
    [
        ("phone", None, "2026-03-04T16:00:00Z"),
        ("website", None, "2026-03-05T16:00:00Z"),
        ("letter", None, "2026-03-09T16:00:00Z"),
        ("window", "spoken", "2026-03-04T16:00:00Z"),
        ("window", "paper", "2026-03-09T16:00:00Z"),
        ("third_party", None, "2026-03-05T16:00:00Z"),
    ],
)
async def test_the_reply_is_promised_by_the_channel_and_binds_only_once_registered(
    edge: Edge, channel: str, form: str | None, due: str
) -> None:
    answer = await edge.receive(edge.operator, channel=channel, **({"form": form} if form else {}))
    reply = next(each for each in answer["promised"] if each["clause"].startswith("5/3."))
    assert reply["due_at"] == due
    assert not any(each["binding"] for each in answer["promised"])


async def test_a_platform_without_a_kind_as_an_older_program_kept_it_is_read(
    edge: Edge, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(making, "_record", lambda _: '{"text": "停水了", "platform": {"name": "消費者協會"}}')
    answer = await edge.receive(edge.channel("third_party"), channel="third_party")
    texts = await edge.other_service().post("/intake/texts", json={"ids": [answer["id"]]})
    record = await edge.operator.get(f"/intake/complaints/{answer['id']}")
    assert texts.json()[answer["id"]]["platform"] == record.json()["platform"] == {"name": "消費者協會"}


async def test_a_platforms_own_date_counts_where_it_is_earlier(edge: Edge) -> None:
    for due, told in (("2026-03-04T10:00:00+08:00", "2026-03-04T02:00:00Z"), ("2026-04-01", "2026-03-05T16:00:00Z")):
        platform = {"name": "消費者協會", "reference": "X-1", "due_at": due}
        answer = await edge.receive(edge.channel("third_party"), channel="third_party", platform=platform)
        reply = next(each for each in answer["promised"] if each["clause"].startswith("5/3."))
        assert reply["due_at"] == told


async def test_an_operator_registers_a_phone_call_in_the_same_step_and_its_dates_bind(edge: Edge) -> None:
    answer = await edge.receive(edge.operator, channel="phone", registration=LABELS)
    assert answer["stage"] == "registered"
    assert answer["promised"]
    assert all(each["binding"] for each in answer["promised"])
    received, registered = await edge.facts(answer["id"])
    assert registered.data.category == "service"  # type: ignore[attr-defined]
    assert registered.data.officer == "operator1"  # type: ignore[attr-defined]
    assert received.sequence == 1


async def test_a_channel_cannot_register_by_itself(edge: Edge) -> None:
    body = {"channel": "phone", "text": "x", "registration": LABELS}
    response = await edge.channel("phone").post("/intake/complaints", json=body)
    assert response.json()["errors"] == [
        {"field": "registration", "rule": "operator_only", "message": "may be given only by an operator"}
    ]


async def test_the_same_idempotency_key_and_body_get_the_same_answer_and_another_body_is_refused(edge: Edge) -> None:
    who = edge.channel("website")
    headers = {"Idempotency-Key": "once"}
    body = {"channel": "website", "text": "路燈不亮"}
    first = await who.post("/intake/complaints", json=body, headers=headers)
    again = await who.post("/intake/complaints", json=body, headers=headers)
    assert (first.status_code, again.status_code) == (201, 201)
    assert first.json() == again.json()
    other = await who.post("/intake/complaints", json=body | {"text": "別的"}, headers=headers)
    assert (other.status_code, other.json()["code"]) == (422, "idempotency_key_reused")
    elsewhere = await edge.channel("app").post("/intake/complaints", json=body | {"channel": "app"}, headers=headers)
    assert elsewhere.json()["id"] != first.json()["id"]


async def test_an_answer_in_which_a_newer_program_kept_more_is_given_as_this_one_gives_it(edge: Edge) -> None:
    who = edge.channel("app")
    first = await edge.receive(who, channel="app", external_id="A-newer")
    async with edge.service.database.session() as session:
        newer = text("""UPDATE complaints SET answer = answer || '{"newer": 1}' WHERE id = :id""")
        await session.execute(newer, {"id": first["id"]})
    assert await edge.receive(who, channel="app", external_id="A-newer") == first


async def test_the_fast_way_answers_to_the_byte_what_the_document_says(edge: Edge) -> None:
    who, body = edge.channel("website"), b'{"channel": "website", "text": "x"}'
    for kind in ("application/json", "application/json; charset=utf-8"):
        headers = {"Idempotency-Key": "both ways", "Content-Type": kind}
        answer = await who.post("/intake/complaints", content=body, headers=headers)
        assert answer.text == Received.model_validate_json(answer.text).model_dump_json()


async def test_the_same_external_id_is_one_complaint_and_another_body_is_told_its_number(edge: Edge) -> None:
    who = edge.channel("app")
    first = await edge.receive(who, channel="app", external_id="A-1")
    assert await edge.receive(who, channel="app", external_id="A-1") == first
    other = await who.post("/intake/complaints", json={"channel": "app", "text": "別的", "external_id": "A-1"})
    assert (other.status_code, other.json()["number"]) == (409, first["number"])


async def test_twenty_requests_at_once_with_one_key_make_one_complaint(edge: Edge) -> None:
    body = {"channel": "website", "text": "同時", "external_id": "same"}

    async def send(key: str) -> Any:
        return await edge.channel("website").post("/intake/complaints", json=body, headers={"Idempotency-Key": key})

    answers = await asyncio.gather(*(send("one" if n % 2 else "two") for n in range(20)))
    assert {each.status_code for each in answers} == {201}
    assert len({each.json()["number"] for each in answers}) == 1


async def test_a_letter_of_three_days_ago_is_counted_from_then(edge: Edge) -> None:
    answer = await edge.receive(edge.channel("letter"), channel="letter", received_at="2026-02-27")
    assert answer["received_at"] == "2026-02-27T01:00:00Z"
    reply = next(each for each in answer["promised"] if each["clause"] == "5/3.1")
    # Friday 27 February; 28 February is worked in exchange for the Spring Festival
    assert reply["due_at"] == "2026-03-05T16:00:00Z"


NOBODYS = "00000000-0000-0000-0000-000000000000"


@pytest.mark.parametrize(
    ("body", "field", "rule"),
    [
        ({"channel": "website", "received_at": "2026-02-27"}, "received_at", "received_at_not_yours"),
        ({"channel": "letter", "received_at": "2026-03-03"}, "received_at", "in_the_future"),
        ({"channel": "letter", "received_at": "2009-03-03"}, "received_at", "too_long_ago"),
        ({"channel": "letter", "received_at": "yesterday"}, "received_at", "date_wrong"),
        ({"channel": "website", "text": "  "}, "text", "string_too_short"),
        ({"channel": "pigeon"}, "channel", "literal_error"),
        ({"channel": "website", "surprise": 1}, "surprise", "extra_forbidden"),
        ({"channel": "website", "complainant": {"name": "王", "phone": "abc"}}, "complainant.phone", "phone_wrong"),
        ({"channel": "website", "complainant": {"name": "王", "email": "a@b"}}, "complainant.email", "email_wrong"),
        ({"channel": "website", "place": {"district": "13800138000"}}, "place.district", "district_wrong"),
        ({"channel": "website", "attachments": [NOBODYS]}, "attachments", "attachment_unknown"),
    ],
)
async def test_what_is_wrong_is_said_by_field_and_rule_and_nothing_is_echoed(
    edge: Edge, body: dict[str, Any], field: str, rule: str
) -> None:
    who = edge.channel(body["channel"] if body["channel"] in CHANNELS else "website")
    response = await who.post("/intake/complaints", json={"text": "機密文字"} | body)
    assert response.status_code == 422, response.text
    assert [(each["field"], each["rule"]) for each in response.json()["errors"]] == [(field, rule)]
    assert "機密" not in response.text
    assert "13800138000" not in response.text
    for language in ("zh-Hant", "zh-Hans"):
        told = await who.post("/intake/complaints", json={"text": "x"} | body, headers={"Accept-Language": language})
        assert not told.json()["errors"][0]["message"].isascii()


@pytest.mark.clause("2/1.1.15(1)")
async def test_words_of_danger_ring_in_the_same_request_and_so_does_a_callers_word(edge: Edge) -> None:
    smell = await edge.receive(edge.channel("phone"), channel="phone", text="樓道裏煤氣味很重")
    _, alarm = await edge.facts(smell["id"])
    assert (alarm.type, alarm.data.cues) == ("alarm.raised", ("gas_smell",))  # type: ignore[attr-defined]
    said = await edge.receive(edge.channel("phone"), channel="phone", text="快來", danger=True)
    assert await edge.types(said["id"]) == ["complaint.received", "alarm.raised"]
    first_follow_up = next(each for each in said["promised"] if each["clause"] == "6/3.4.6(1)")
    assert first_follow_up["due_at"] == "2026-03-03T02:00:00Z"


@pytest.mark.clause("2/1.1.15(1)")
async def test_level_1_chosen_by_a_person_rings_too(edge: Edge) -> None:
    answer = await edge.receive(edge.operator, channel="phone", registration=LABELS | {"level": 1})
    facts = await edge.facts(answer["id"])
    assert [event.type for event in facts] == ["complaint.received", "alarm.raised", "complaint.registered"]
    alarm, registered = facts[1].data.model_dump(), facts[2].data.model_dump()
    assert (alarm["cause"], registered["importance"], registered["urgent"]) == ("level", "major", True)


async def test_no_fact_holds_a_person_or_a_text(edge: Edge) -> None:
    person = {
        "name": "歐陽測試",
        "phone": "+86 139 1234 5678",
        "email": "ou@example.com",
        "postal_address": "某街 9 號",
    }
    answer = await edge.receive(
        edge.channel("website"), channel="website", text="獨一無二的文字", complainant=person, external_id="秘密"
    )
    journal = (await edge.other_service().get("/intake/events", params={"subject": answer["id"]})).text
    for secret in ("歐陽", "1391234", "139 1234", "ou@example", "某街", "獨一無二", "秘密"):
        assert secret not in journal
    received = (await edge.facts(answer["id"]))[0].data
    assert received.reachable == ("phone", "sms", "mail", "letter")  # type: ignore[attr-defined]


async def test_titles_are_in_the_callers_language(edge: Edge) -> None:
    for language, title in (("zh-Hans", "初步审核并登记"), ("en", "Scope check and registration")):
        who = edge.channel("website")
        body = {"channel": "website", "text": "路燈不亮"}
        answer = await who.post("/intake/complaints", json=body, headers={"Accept-Language": language})
        assert answer.json()["promised"][0]["title"] == title


LABELS = {
    "service": "water",
    "topic_code": "water.outage_notice",
    "nature": "service_quality",
    "kind": "complaint",
    "level": 3,
}


async def test_a_place_in_the_journal_that_cannot_be_is_wrong_input(edge: Edge) -> None:
    journal, past = "/intake/events", {"Accept": "text/event-stream", "Last-Event-ID": "the last"}
    for wrong in ({"after": 2**63}, {"subject": "\0"}, {"subject": "x", "after_sequence": 10**30}):
        assert (await edge.other_service().get(journal, params=wrong)).status_code == 422
    assert (await edge.other_service().get(journal, headers=past)).status_code == 422
