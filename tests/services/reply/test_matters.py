"""A reply answers each matter that the complaint raises (5/1.1)."""

import pytest

from services.reply.matters import MOST_SENTENCES, raised
from tests.services.reply.conftest import EVIDENCE, PERSON, ok, refused
from tests.services.reply.test_letters import words


def told(**text: object) -> list[tuple[str, str]]:
    return [(one.source, one.said) for one in raised(text)]


def test_what_asks_or_complains_is_a_matter_and_a_greeting_is_none() -> None:
    text = "你好。昨天起整棟樓停水，沒有任何通知！何時恢復？我家住在三樓。謝謝。"
    assert told(text=text) == [("text", "昨天起整棟樓停水，沒有任何通知！"), ("text", "何時恢復？")]
    english = "Hello. The bus was late again. Why? I live at the corner. Thank you."
    assert told(text=english) == [("text", "The bus was late again."), ("text", "Why?")]
    assert told(text="师傅态度恶劣。能否退费？") == [("text", "师傅态度恶劣。"), ("text", "能否退费？")]


def test_object_matter_remedy_and_what_was_added_are_matters_and_nothing_twice() -> None:
    found = raised(
        {
            "object": "供水站",
            "matter": "停水沒有通知",
            "remedy_sought": "退還水費",
            "text": "停水沒有通知。",
            "supplements": [{"text": "今天還是沒水。附上照片。"}, {"text": "附上照片"}, {"text": "退還 水費！"}],
        },
        ["水表仍然不準"],
    )
    assert [(one.source, one.said) for one in found] == [
        ("matter", "供水站：停水沒有通知"),
        ("remedy", "退還水費"),
        ("supplement", "今天還是沒水。"),
        ("supplement", "附上照片"),
        ("dispute", "水表仍然不準"),
    ]


def test_a_complaint_always_raises_something_and_never_endlessly() -> None:
    assert told(text="有一件事。", remedy_sought="退款") == [("text", "有一件事。"), ("remedy", "退款")]
    many = raised({"text": "".join(f"第{n}天沒有水。" for n in range(100))})
    assert len(many) == MOST_SENTENCES
    assert many[-1].said.endswith("第99天沒有水。")


def test_numbers_and_addresses_of_people_are_struck_out() -> None:
    ((_, said),) = told(text="請打 13800000000 找我，一直沒人回覆")
    assert said == "請打 *** 找我，一直沒人回覆"


@pytest.mark.clause("5/1.1")
async def test_a_letter_cannot_be_handed_in_while_a_matter_is_open_and_the_refusal_names_it(office) -> None:
    subject = await office.decided()
    handler = office.as_("water.handler")
    letter = await ok(handler.post(f"/complaints/{subject}/letters", json={}))
    assert [(one["position"], one["source"], one["state"]) for one in letter["matters"]] == [
        (1, "remedy", "open"),
        (2, "text", "open"),
    ]
    assert "answer" in [one["action"] for one in (await ok(handler.get(f"/complaints/{subject}")))["next"]]
    first, second = (f"/letters/{letter['id']}/matters/{one['id']}" for one in letter["matters"])
    await ok(handler.put(first, json={"answer": "已恢復。", "evidence": [EVIDENCE]}))
    body = await refused(handler.post(f"/letters/{letter['id']}/submission"), 422, "matters_unanswered")
    assert [(one["field"], one["rule"]) for one in body["errors"]] == [("matters.2", "matter_open")]
    assert "2" in body["title"]
    await refused(handler.put(second, json={"answer": "水壓已核實。"}), 422, "answer_without_evidence")
    foreign = {"answer": "水壓已核實。", "evidence": ["somebody else's"]}
    await refused(handler.put(second, json=foreign), 422, "evidence_not_of_case")
    honest = {"answer": "當晚沒有壓力記錄。", "established": False}
    await refused(handler.put(second, json=honest | {"evidence": [EVIDENCE]}), 422, "evidence_of_nothing")
    shown = await ok(handler.put(second, json=honest))
    assert [one["state"] for one in shown["matters"]] == ["answered", "not_established"]
    handed_in = await ok(handler.post(f"/letters/{letter['id']}/submission"))
    assert [(one["answer"], one["established"]) for one in handed_in["answers"]] == [
        ("已恢復。", True),
        ("當晚沒有壓力記錄。", False),
    ]
    await refused(handler.put(second, json=honest), 409, "wrong_letter_state")
    signed = await ok(office.as_("water.head").post(f"/letters/{letter['id']}/signature"))
    assert signed["answers"] == handed_in["answers"]
    paper = words((await handler.get(f"/letters/{letter['id']}/pdf")).content)
    assert [one for one in ("已恢復。", "當晚沒有壓力記錄。") if one not in paper] == []


async def test_matters_are_added_merged_and_removed_with_a_reason_by_an_author(office) -> None:
    subject = await office.decided()
    handler = office.as_("water.handler")
    letter = await ok(handler.post(f"/complaints/{subject}/letters", json={}))
    place = f"/letters/{letter['id']}/matters"
    one, two = (each["id"] for each in letter["matters"])
    three = (await ok(office.as_("water.handler2").post(place, json={"text": "來電無人接聽"})))["matters"][-1]["id"]
    await refused(handler.post(f"{place}/{one}/merger", json={"into": one}), 422, "merge_into_another")
    await ok(handler.post(f"{place}/{one}/merger", json={"into": two}))
    await refused(handler.post(f"{place}/{three}/merger", json={"into": one}), 422, "merge_into_another")
    assert (await handler.post(f"{place}/{three}/removal", json={})).status_code == 422
    shown = await ok(handler.post(f"{place}/{three}/removal", json={"reason": "屬另一投訴。"}))
    assert [(each["state"], each["reason"]) for each in shown["matters"]] == [
        ("merged", ""),
        ("open", ""),
        ("removed", "屬另一投訴。"),
    ]
    shown = await ok(
        handler.put(f"{place}/{two}", json={"answer": "已修復。", "evidence": [EVIDENCE], "text": "水壓低"})
    )
    assert [(each["matter"], each["answer"]) for each in shown["answers"]] == [("水壓低\n盡快恢復水壓", "已修復。")]
    assert shown["matters"][1]["said"].startswith("我家住在")
    assert shown["authors"] == ["water.handler", "water.handler2"]
    shown = await ok(handler.post(f"{place}/{two}/removal", json={"reason": "誤記"}))
    assert [each["state"] for each in shown["matters"]] == ["open", "removed", "removed"]
    await ok(handler.post(f"{place}/{one}/removal", json={"reason": "誤記"}))
    await refused(handler.post(f"/letters/{letter['id']}/submission"), 422, "nothing_answered")


async def test_what_the_complainant_adds_after_the_draft_must_be_answered_too(office) -> None:
    subject = await office.decided()
    handler = office.as_("water.handler")
    letter = await office.drafted(handler, subject)
    office.others.supplements[subject] = ["今早水是黃色的。"]
    body = await refused(handler.post(f"/letters/{letter['id']}/submission"), 422, "matters_unanswered")
    assert body["errors"][0]["field"] == "matters.3"
    shown = await ok(handler.get(f"/letters/{letter['id']}"))
    assert (shown["matters"][2]["source"], shown["matters"][2]["text"]) == ("supplement", "今早水是黃色的。")
    assert len((await ok(handler.post(f"/letters/{letter['id']}/matters/listing")))["matters"]) == 3
    await office.answered(handler, shown)
    await ok(handler.post(f"/letters/{letter['id']}/submission"))


async def test_a_consultation_is_answered_without_an_investigation_and_so_without_evidence(office) -> None:
    subject = await office.decided(level=None, kind="consultation")
    handler = office.as_("water.handler")
    letter = await ok(handler.post(f"/complaints/{subject}/letters", json={}))
    for one in letter["matters"]:
        await ok(handler.put(f"/letters/{letter['id']}/matters/{one['id']}", json={"answer": "辦理時間為九時。"}))
    await ok(handler.post(f"/letters/{letter['id']}/submission"))


@pytest.mark.clause("5/1.2(1)", "4/5.2.5")
async def test_answers_are_read_by_the_language_check_and_the_complainants_words_are_theirs(office) -> None:
    subject = await office.decided()
    handler = office.as_("water.handler")
    letter = await office.drafted(handler, subject)
    place = f"/letters/{letter['id']}/matters/{letter['matters'][0]['id']}"
    answer = {"evidence": [EVIDENCE], "text": "您說我們無理取鬧"}
    shown = await ok(handler.put(place, json=answer | {"answer": f"您無理取鬧，已告知{PERSON['phone']}。"}))
    assert [(one["part"], one["rule"], one["words"]) for one in shown["language_check"]] == [
        ("answers", "offence", "無理取鬧"),
        ("answers", "personal_data", PERSON["phone"]),
    ]
    body = await refused(handler.post(f"/letters/{letter['id']}/submission"), 422, "letter_language")
    assert {one["field"] for one in body["errors"]} == {"answers"}
