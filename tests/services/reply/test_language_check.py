"""A reply is polite, plain, on nobody's side, and carries no one's personal data (5/1.2, 4/5.2.5)."""

import pytest

from services.reply.drafting import Material, draft
from services.reply.language_check import language_check
from services.reply.letter import spoken
from shared.glossary import LANGUAGES
from tests.services.reply.conftest import MONDAY, ok, refused


def found(text: str, part: str = "analysis", **more) -> list[tuple[str, str]]:
    return [(each.rule, text[each.start : each.end]) for each in language_check({part: text}, **more)]


@pytest.mark.parametrize(
    ("text", "rule", "words"),
    [
        ("您的要求屬於無理取鬧。", "offence", "無理取鬧"),
        ("您的要求属于无理取闹。", "offence", "无理取闹"),
        ("你這個白痴，水錶已經換了。", "offence", "白痴"),
        ("請閉嘴。", "offence", "閉嘴"),
        ("Your letter is Ridiculous.", "offence", "Ridiculous"),
        ("Only an idiot would ask.", "offence", "idiot"),
        ("該批外地人使用不當。", "discrimination", "外地人"),
        ("As you people often do.", "discrimination", "you people"),
        ("漏水與我公司無關。", "taking_sides", "與我公司無關"),
        ("This has nothing to do with us.", "taking_sides", "nothing to do with us"),
        ("您必須補交材料。", "courtesy", "您必須"),
        ("You must send the form.", "courtesy", "You must"),
        ("本工單已派出。", "jargon", "工單"),
        ("Your ticket is closed.", "jargon", "ticket"),
        ("經詢問王先生（13911112222），情況屬實。", "personal_data", "13911112222"),
        ("證件 110101199003074512 已核對。", "personal_data", "110101199003074512"),
        ("He wrote from someone@example.org.", "personal_data", "someone@example.org"),
        ("請致電 +852 9123 4567。", "personal_data", "+852 9123 4567"),
    ],
)
@pytest.mark.clause("5/1.2(1)", "5/1.2(3)", "4/5.2.5")
def test_what_must_not_be_said_is_found_at_its_place(text: str, rule: str, words: str) -> None:
    assert found(text) == [(rule, words)]


@pytest.mark.clause("5/1.2(2)")
def test_a_sentence_that_never_ends_and_a_letter_without_measure_are_hints() -> None:
    assert [rule for rule, _ in found("水" * 121 + "。")] == ["length"]
    assert found("水" * 119 + "。") == []
    assert [rule for rule, _ in found("水管已修。" * 900)] == ["length"]
    assert not any(each.grave for each in language_check({"analysis": "水管已修。" * 900}))


def test_words_that_only_look_alike_are_left_alone() -> None:
    assert found("We sent three tickets-office staff; the nonsensical reading was corrected.") == []
    assert found("The foolproof valve is in place; a familiar fault.") == []
    assert found("自動滾梯已修復，您媽媽的手機號已更正，垃圾已清運。") == []
    assert found("水表讀數為 123456789012，客服電話 12345，投訴編號 26-0000007-2。") == []
    assert found("請寫信至 complaints@redress.example。", own=["complaints@redress.example"]) == []


def test_the_summary_may_repeat_what_the_complainant_said() -> None:
    assert found("您反映員工稱您「無理取鬧」。", part="summary") == []
    assert found("您反映 13911112222 多次來電。", part="summary") == [("personal_data", "13911112222")]


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("purpose", ["reply", "refusal", "withdrawal_confirmation", "extension_notice"])
def test_what_the_software_writes_itself_passes(language, purpose) -> None:
    material = Material(
        number="26-0000007-2",
        channel="phone",
        received_at=MONDAY,
        kind="complaint",
        language=language,
        person={"name": "陳大文"},
        text={"text": "水壓低，請致電 13911112222。"},
        outcome="upheld",
        opinion="減壓閥故障，已更換。",
        refused_for="out_of_scope",
    )
    assert language_check(spoken(draft(purpose, material), purpose)) == []


@pytest.mark.clause("5/1.2(1)", "5/1.2(3)")
async def test_an_offensive_letter_is_shown_where_and_cannot_be_handed_in(office) -> None:
    subject = await office.decided()
    handler = office.as_("water.handler")
    letter = await office.drafted(handler, subject)
    words = {"analysis": "經查，您屬於無理取鬧。漏水與我公司無關。", "closing": "您真可笑。"}
    shown = await ok(handler.put(f"/letters/{letter['id']}", json={"fields": words, "version": 1}))
    assert [(each["rule"], each["words"], each["grave"]) for each in shown["language_check"]] == [
        ("offence", "無理取鬧", True),
        ("taking_sides", "與我公司無關", False),
        ("offence", "可笑", True),
    ]
    body = await refused(handler.post(f"/letters/{letter['id']}/submission"), 422, "letter_language")
    assert [(each["field"], each["rule"]) for each in body["errors"]] == [
        ("analysis", "letter_offence"),
        ("closing", "letter_offence"),
    ]
    better = {"analysis": "經查，減壓閥故障，已更換。", "closing": "此覆。"}
    shown = await ok(handler.put(f"/letters/{letter['id']}", json={"fields": better, "version": shown["version"]}))
    assert shown["language_check"] == []
    await ok(handler.post(f"/letters/{letter['id']}/submission"))


@pytest.mark.clause("4/5.2.5")
async def test_the_draft_does_not_repeat_telephone_numbers_of_the_complaint(office) -> None:
    subject = await office.decided()
    letter = await ok(office.as_("water.handler").post(f"/complaints/{subject}/letters", json={}))
    assert "1380000" not in letter["summary"]
