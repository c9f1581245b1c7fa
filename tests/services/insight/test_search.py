"""Search: words in either script and in English; never a person, never a phone number, nothing once erased."""

from datetime import timedelta
from time import process_time

import pytest

from services.insight.search import excerpts, grams_of, hashed, places, terms_of, wanted_grams
from shared.events import ComplaintErased, ComplaintSupplemented
from tests.services.insight.conftest import InsightOffice
from tests.waiting import until

KEY = b"k" * 32


def _finds(query: str, text: str) -> bool:
    terms = terms_of(query)
    return bool(terms) and wanted_grams(terms) <= grams_of([text]) and places([text], terms) is not None


@pytest.mark.parametrize(
    ("query", "text"),
    [
        ("水压", "我家水壓很低"),
        ("水壓", "我家水压很低"),
        ("电费 停电", "停電三天，電費照收"),
        ("ＡＢＣ", "the abc bus"),  # noqa: RUF001 - full width is meant
        ("meter", "The Meters were not read"),
        ("overcharg", "we were OVERCHARGED twice"),
        ("水", "停水了"),
        ("幸福路12號", "住在幸福路 12 号三樓"),
        ("3號樓", "3号楼沒有水"),
        ("a", "flat a is cold"),
        ("6区", "住在A6區"),
        ("A6区", "住在 A6 區"),
        ("2026年3", "2026年3月"),
        ("2026-03-02", "自 2026-03-02 起"),
        ("2012-2020", "2012-2020年"),
        ("150㎡", "約150㎡"),
    ],
)
def test_what_is_meant_is_found(query: str, text: str) -> None:
    assert _finds(query, text)


@pytest.mark.parametrize(
    ("query", "text"),
    [
        ("水電", "水費和電費"),
        ("停電 煤氣", "停電三天"),
        ("eter", "the meter"),
        ("26年", "2026年"),
        ("13800138000", "請打 13800138000 找我"),
        ("138-0013-8000", "請打 138 0013 8000 找我"),
        ("chan@example.org", "my mail is chan@example.org"),
        ("，。", "停水，停電。"),
        ("   ", "停水"),
    ],
)
def test_what_is_not_meant_is_not_found(query: str, text: str) -> None:
    assert not _finds(query, text)


def test_phone_numbers_and_mail_addresses_leave_no_trace_in_the_index() -> None:
    words = "停水，請回電 138-0013-8000 或 +86 755 8888 8888，電郵 Chan.Tai@Example.org"
    plain = "停水，請回電、或、，電郵"
    assert grams_of([words]) == grams_of([plain])


def test_the_index_holds_keyed_hashes_that_another_key_does_not_make() -> None:
    grams = grams_of(["停水三天"])
    assert hashed(grams, KEY) == sorted(hashed(grams, KEY))
    assert not set(hashed(grams, KEY)) & set(hashed(grams, b"x" * 32))
    assert all(-(2**63) <= one < 2**63 for one in hashed(grams, KEY))


def test_what_was_found_is_marked_in_the_words_as_they_were_written() -> None:
    text = "我家在高層，" * 20 + "水壓很低，晚上沒有水壓。" + "請儘快處理。" * 20
    found = places([text], terms_of("水压"))
    assert found is not None
    (excerpt,) = excerpts(text, found[0])
    assert [excerpt.text[start:end] for start, end in excerpt.marks] == ["水壓", "水壓"]
    assert excerpt.text.startswith("…")
    assert excerpt.text.endswith("…")
    assert len(excerpt.text) < 90


def test_words_that_a_line_break_divides_are_found_and_marked_in_their_place() -> None:
    text = "從昨晚起停\n　電了，AB \n  座"
    found = places([text], terms_of("停电 AB座"))
    assert found is not None
    assert [text[start:end] for start, end in found[0]] == ["停\n　電", "AB \n  座"]
    assert wanted_grams(terms_of("停电")) <= grams_of([text])


async def test_a_complaint_is_found_in_either_script_and_in_english(office: InsightOffice) -> None:
    traditional = await office.receive("我家住高層，水壓很低，晚上完全沒有水。")
    simplified = await office.receive("小区停电，电表有问题。")
    english = await office.receive("The water meter shows twice what we use.")
    assert [one["id"] for one in await office.search("水压很低")] == [traditional]
    assert [one["id"] for one in await office.search("停電 電表")] == [simplified]
    (hit,) = await office.search("METER twice")
    assert hit["id"] == english
    marked = [one["text"][start:end] for one in hit["highlights"] for start, end in one["marks"]]
    assert marked == ["meter", "twice"]


async def test_a_search_is_narrowed_by_service_stage_and_days(office: InsightOffice) -> None:
    complaint = await office.receive("水壓很低")
    await office.hear(complaint, office.registered(), source="intake")
    day = (office.now + timedelta(hours=8)).date()
    assert len(await office.search("水壓", service="water", stage="registered", to=str(day))) == 1
    assert await office.search("水壓", service="power") == []
    assert await office.search("水壓", **{"from": str(day + timedelta(days=1))}) == []
    assert (await office.as_("director").post("/search", json={"text": " "})).status_code == 422


async def test_what_is_added_later_is_found(office: InsightOffice) -> None:
    complaint = await office.receive("停水了")
    texts = office.intake.texts[complaint]
    assert texts is not None
    texts["supplements"] = [{"text": "水管爆裂，地下室淹了"}]
    await office.hear(complaint, ComplaintSupplemented(by="complainant"), source="intake")
    assert [one["id"] for one in await office.search("水管爆裂 停水")] == [complaint]


async def test_what_was_erased_is_forgotten(office: InsightOffice) -> None:
    complaint = await office.receive("水壓很低")
    assert await office.search("水壓")
    office.intake.texts[complaint] = None
    await office.hear(complaint, ComplaintErased(by="admin"), source="intake")
    assert await office.search("水壓") == []
    assert [row.grams for row in await office.sql("SELECT grams FROM search_index")] == [[]]
    assert (await office.story(complaint))["erased"]


async def test_the_index_fills_again_when_it_was_lost(office: InsightOffice) -> None:
    complaint = await office.receive("水壓很低")
    await office.sql("DELETE FROM search_index RETURNING 1")
    assert await office.search("水壓") == []
    office.service.wake()
    found = await until(lambda: office.search("水壓"), 30)
    assert [one["id"] for one in found] == [complaint]


async def test_who_may_not_read_texts_is_told_which_complaints_but_no_word_of_them(office: InsightOffice) -> None:
    complaint = await office.receive("水壓很低")
    (hit,) = await office.search("水壓", "analyst1")
    assert (hit["id"], hit["highlights"]) == (complaint, [])


@pytest.mark.parametrize("sign", ["a", ".", "a.", "+", "1 ", "一"])
def test_a_text_made_to_keep_the_search_busy_does_not(sign: str) -> None:
    text, begun = sign * (50_000 // len(sign)), process_time()
    grams_of([text])
    assert process_time() - begun < 1.5
    assert not _finds("chan", f"{text} chan@example.org")
