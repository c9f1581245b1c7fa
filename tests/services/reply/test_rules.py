"""The rules of letters, by themselves."""

import io
import json
from dataclasses import replace
from datetime import UTC, datetime

import pytest
from pypdf import PdfReader

from services.reply.drafting import Material, draft
from services.reply.fonts import has_glyphs, letter_fonts
from services.reply.letter import Fields, complete
from services.reply.mailbox import Mail, Refused, compose
from services.reply.signing import may_not_check, may_not_sign, needs_check
from services.reply.typesetting import Sheet, _data, make_pdf
from services.reply.ways import letter_ways, notice_ways
from services.reply.wording import SETTINGS, words
from shared.glossary import LANGUAGES
from shared.procedure.reader import load

AT = datetime(2026, 3, 5, 2, 30, tzinfo=UTC)
POLICY = load().policy


def material(language="zh-Hant", **more) -> Material:
    whole = {
        "person": {"name": "Chan Tai Man"},
        "text": {"text": "水壓很低"},
        "department": "水務部",
        "reviewer": "公司總部",
        "outcome": "upheld",
        "opinion": "減壓閥故障。",
        "measures": [{"text": "更換減壓閥", "due_on": "2026-03-06"}],
    }
    return Material("26-0000017-4", "phone", AT, "complaint", language, **(whole | more))


def sheet(fields: Fields, language="zh-Hant", purpose="reply") -> Sheet:
    return Sheet(purpose, language, fields, "26-0000017-4", "2026-000001", AT, "Company", "x@example.org", draft=False)


@pytest.mark.parametrize("language", LANGUAGES)
def test_a_draft_with_opinion_and_measures_is_whole(language):
    assert complete(draft("reply", material(language)), "reply") == []


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("purpose", ["refusal", "withdrawal_confirmation", "extension_notice", "preliminary_opinion"])
def test_what_the_machine_writes_is_whole(language, purpose):
    of = material(language, refused_for="no_facts", where_to_turn="12345", message="初步意見", person=None)
    assert complete(draft(purpose, of), purpose) == []


def test_a_letter_without_signature_time_and_company_is_not_signed():
    fields = draft("reply", material())
    assert complete(fields, "reply", signed=True) == ["company", "time", "signature"]


def test_where_no_measure_is_planned_the_reply_says_so_and_its_author_can_say_more():
    assert "無須另行採取整改措施" in draft("reply", material(measures=[])).measures
    assert "無須採取整改措施" in draft("reply", material(measures=[], outcome="not_upheld")).measures
    silent = draft("reply", material()).model_copy(update={"measures": " "})
    assert complete(silent, "reply") == ["measures"]


def test_at_the_root_the_letter_names_the_outside_regulator():
    assert "主管部門" in draft("reply", material(reviewer=None)).review


def test_an_anonymous_complainant_is_addressed_as_such():
    assert draft("reply", material(person=None)).salutation == "尊敬的投訴人："


@pytest.mark.parametrize("level", [1, 2])
def test_at_levels_1_and_2_three_people_are_needed(level):
    rule = POLICY.signing_of("complaint", level)
    assert needs_check(rule)
    assert may_not_check("a", ["a"]) == "author_may_not_check"
    assert may_not_sign(rule, "a", {"supervisor"}, ["a"], "b") == "author_may_not_sign"
    assert may_not_sign(rule, "b", {"supervisor"}, ["a"], "b") == "checker_may_not_sign"
    assert may_not_sign(rule, "c", {"handler"}, ["a"], "b") == "supervisor_must_sign"
    assert may_not_sign(rule, "c", {"supervisor"}, ["a"], "b") is None


@pytest.mark.parametrize(("kind", "level"), [("complaint", 3), ("consultation", None), ("suggestion", None)])
def test_otherwise_two_people_are_enough_and_any_handler_signs(kind, level):
    rule = POLICY.signing_of(kind, level)
    assert not needs_check(rule)
    assert may_not_sign(rule, "a", {"supervisor"}, ["a"], None) == "author_may_not_sign"
    assert may_not_sign(rule, "b", {"handler"}, ["a"], None) is None


def test_mail_goes_before_post_and_the_status_page_is_for_who_gave_neither():
    assert letter_ways(["phone", "letter", "mail"]) == ("mail", "letter")
    assert letter_ways(["phone", "sms"]) == ("status_page",)
    assert notice_ways([]) == ("status_page", "in_person")


def test_every_set_word_takes_the_same_values_in_all_languages():
    import string

    for key, texts in SETTINGS.items():
        names = [{name for _, name, _, _ in string.Formatter().parse(text) if name} for text in texts]
        assert names[0] == names[1] == names[2], key


def test_words_of_a_person_are_never_words_to_fill_in():
    assert "{__class__}" in words("remedy", "en", remedy="{__class__}")


@pytest.mark.parametrize("language", LANGUAGES)
def test_the_same_letter_makes_the_same_bytes_as_pdf_a(language):
    made = make_pdf(sheet(draft("reply", material(language)), language))
    assert made == make_pdf(sheet(draft("reply", material(language)), language))
    assert b"pdfaid:part" in made


def test_no_page_of_a_letter_holds_the_signature_alone():
    for lines in (8, 12, 18):  # with 12 there was room for the closing, but not for the sign-off
        fields = draft("reply", material(opinion="\n".join(["減壓閥故障，夜間水壓偏低。"] * lines)))
        fields = fields.model_copy(update={"signature": "江濤"})
        pages = [page.extract_text() for page in PdfReader(io.BytesIO(make_pdf(sheet(fields)))).pages]
        assert [("江濤" in page, "感謝您" in page) for page in pages if "江濤" in page or "感謝您" in page] == [
            (True, True)
        ]


@pytest.mark.parametrize(
    ("kind", "head", "summary"), [("consultation", "咨詢回復函", "咨詢內容"), ("suggestion", "建議回復函", "建議內容")]
)
def test_who_asks_or_suggests_something_is_not_answered_as_a_complaint(kind, head, summary):
    data = _data(replace(sheet(draft("reply", material())), kind=kind))
    assert (data["words"]["title"], data["parts"][0]["heading"]) == (head, f"一、{summary}")


def test_what_a_person_writes_is_shown_and_never_run():
    nasty = '#panic("x") #read("/etc/passwd") $x$ *b* \\u{41} </script> "quoted"'
    fields = draft("reply", material(text={"text": nasty}))
    made = sheet(fields)
    assert nasty in json.dumps(_data(made)["parts"], ensure_ascii=False).replace("\\\\", "\\").replace('\\"', '"')
    assert make_pdf(made).startswith(b"%PDF")


def test_a_character_that_no_font_has_does_not_keep_the_letter_back():
    fields = draft("reply", material(person={"name": "\U00013000"}))
    assert make_pdf(sheet(fields)).startswith(b"%PDF")


def test_both_scripts_are_covered_by_the_fonts():
    assert set(letter_fonts().families) == {"zh-Hant", "zh-Hans"}


def test_a_font_without_the_glyphs_is_noticed():
    assert not has_glyphs(letter_fonts().search, "Libertinus Serif", "們")
    assert has_glyphs(letter_fonts().search, letter_fonts().families["zh-Hans"], "们这问费诉")


def test_a_name_or_subject_with_line_breaks_makes_no_new_heads_and_a_domain_is_written_as_servers_know_it() -> None:
    mail = Mail(
        "l-1",
        "陳\r\nBcc: thief@example.org",
        "chan@例子.example",
        "示範",
        "c@redress.example",
        "回覆\nX: y",
        "…",
        b"%PDF",
        "1.pdf",
        AT,
    )
    heads = compose(mail).as_bytes().split(b"\r\n\r\n")[0]
    assert b"<chan@xn--fsqu00a.example>" in heads
    assert not any(line.startswith((b"Bcc:", b"X:")) for line in heads.split(b"\r\n"))


@pytest.mark.parametrize("address", ["a@[b.example", "a..b@c.example", "用户@c.example", "a@" + "b" * 64 + ".example"])
def test_an_address_that_no_mail_can_bear_is_refused_and_stops_no_other_letter(address: str) -> None:
    with pytest.raises(Refused):
        compose(Mail("l-1", "陳", address, "示範", "c@redress.example", "回覆", "…", b"%PDF", "1.pdf", AT))
