"""Rules of intake that need no database: numbers, receipts, danger, languages, who a person is."""

import timeit
from uuid import UUID

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pydantic import ValidationError

from services.intake.blind_index import normal_email, normal_name, normal_phone
from services.intake.deciding import machine_labels
from services.intake.inputs import Person
from services.intake.languages import language_of_text
from services.intake.numbering import complaint_number, read_number
from services.intake.receipts import is_receipt_code, receipt_code
from shared.danger import danger_codes, danger_cues, danger_label
from shared.glossary import LANGUAGES
from shared.procedure import load

NUMBERS = st.builds(complaint_number, st.integers(2000, 2099), st.integers(1, 99_999_999))


@given(NUMBERS)
def test_a_number_is_read_back_with_and_without_its_hyphens(number: str) -> None:
    assert read_number(number) == number == read_number(number.replace("-", "")) == read_number(f" {number} ")


@pytest.mark.clause("1/1.1.8")
@given(NUMBERS, st.data())
def test_every_wrong_digit_is_caught(number: str, data: st.DataObject) -> None:
    digits = number.replace("-", "")
    place = data.draw(st.integers(0, len(digits) - 1))
    other = data.draw(st.sampled_from([digit for digit in "0123456789" if digit != digits[place]]))
    assert read_number(digits[:place] + other + digits[place + 1 :]) is None


@given(NUMBERS, st.data())
def test_every_two_neighbours_that_changed_places_are_caught(number: str, data: st.DataObject) -> None:
    digits = number.replace("-", "")
    place = data.draw(st.integers(0, len(digits) - 2))
    swapped = digits[:place] + digits[place + 1] + digits[place] + digits[place + 2 :]
    assert swapped == digits or read_number(swapped) is None


@given(st.binary(min_size=32, max_size=32), st.uuids(), st.uuids())
def test_a_receipt_code_opens_its_own_complaint_however_it_is_typed_and_no_other(
    key: bytes, one: UUID, other: UUID
) -> None:
    code = receipt_code(key, one)
    assert [len(group) for group in code.split("-")] == [4, 4, 4]
    assert is_receipt_code(key, one, code)
    assert is_receipt_code(key, one, code.lower().replace("-", " ").replace("0", "o").replace("1", "l"))
    assert one == other or not is_receipt_code(key, other, code)
    assert not is_receipt_code(key, one, "")
    assert not is_receipt_code(key, one, "é" * 12)


@pytest.mark.parametrize(
    ("text", "codes"),
    [
        ("樓道裏煤氣味很重", ("gas_smell",)),
        ("楼道里煤气味很重", ("gas_smell",)),
        ("樓下有瓦 斯\n味", ("gas_smell",)),
        ("There is a strong SMELL OF GAS on the stairs", ("gas_smell",)),
        ("變壓器着火了，整個小區停電", ("fire", "many_without_power")),
        ("電線桿倒了，壓到圍牆", ("wire_down",)),
        ("井盖没了，有人掉进井里", ("manhole_open",)),
        ("manhole cover is missing near the school", ("manhole_open",)),
        ("路面塌陷", ("collapse",)),
        ("全村停水三天", ("many_without_water",)),
        ("孩子喝了自來水拉肚子，懷疑中毒", ("poisoning",)),
        ("被電到了，燈桿漏電", ("electric_shock",)),
        # denied, or only a longer word that looks like it
        ("沒有煤氣味", ()),
        ("没有闻到煤气味", ()),
        ("There is no smell of gas", ()),
        ("without any sign of fire", ()),
        ("樓道堆放雜物，有火灾隐患", ()),
        ("漏電保護開關壞了", ()),
        ("I was fired up about the bill", ()),
        # not clearly denied: fails safe
        ("有沒有煤氣味我也說不清", ("gas_smell",)),
        ("沒有人管煤氣洩漏", ("gas_smell",)),
        ("沒有發現煤氣洩漏的原因", ("gas_smell",)),
        ("no one has fixed the gas leak", ("gas_smell",)),
        ("不是没有煤气味", ("gas_smell",)),
        ("廚房的瓦斯爐打不著火", ()),
        ("炉子点不着火，旁边的插座却着火了", ("fire",)),
    ],
)
def test_words_of_danger_ring_unless_they_are_clearly_denied(text: str, codes: tuple[str, ...]) -> None:
    assert danger_codes(text) == codes


@given(st.text(max_size=300))
def test_a_cue_stands_where_it_says_in_the_text_as_it_was_written(text: str) -> None:
    for cue in danger_cues(f"{text} 煤 氣　味 {text}"):
        assert 0 <= cue.start < cue.end <= 2 * len(text) + 8
    found = danger_cues("。煤 氣\n味。")
    assert [(cue.start, cue.end) for cue in found] == [(1, 6)]


def test_every_cue_has_its_words_in_three_languages() -> None:
    for code in ("gas_smell", "fire", "declared"):
        words = {danger_label(code, language) for language in LANGUAGES}
        assert len(words) == 3
        assert code not in words


def test_a_long_message_is_searched_in_under_a_millisecond() -> None:
    text = "您好，我住在和平街十二號，昨天下午開始水壓很低，打了三次電話都沒有人來看。" * 10
    # the quickest of many: whoever else wants the processor can only make it slower
    assert min(timeit.repeat(lambda: danger_cues(text), number=1, repeat=50)) < 0.001


@pytest.mark.parametrize(
    ("text", "language"),
    [
        ("我家停電了三天", "zh-Hant"),
        ("我家停电了三天", "zh-Hans"),
        ("The street lamp is broken", "en"),
        ("WiFi 坏了", "zh-Hans"),
        ("12345", "zh-Hant"),
    ],
)
def test_the_language_is_the_one_the_text_is_written_in(text: str, language: str) -> None:
    assert language_of_text(text) == language


def test_a_person_is_the_same_however_their_name_and_number_are_written() -> None:
    assert normal_name("歐陽 明") == normal_name("欧阳明") == normal_name("歐陽·明")
    assert normal_phone("138 0013 8000") == normal_phone("+86-138-0013-8000") == normal_phone("008613800138000")
    assert normal_phone("021-5555 1234") == normal_phone("+86 21 5555 1234") == normal_phone("(021) 55551234 转 8")
    assert normal_email(" Someone@Example.COM") == "someone@example.com"


PROPOSAL = {
    "in_scope": True,
    "service": "water",
    "topic_code": "water.quality",
    "nature": "safety",
    "kind": "complaint",
    "level": 3,
    "importance": "ordinary",
    "confidence": {"in_scope": 0.95},
    "to_person": [],
}


@pytest.mark.clause("4/5.2.3", "4/5.2.6(2)")
def test_the_machine_registers_only_what_it_is_sure_of_and_never_lowers_danger() -> None:
    enough = load().policy.scope_check.machine_registers_at
    sure = machine_labels(PROPOSAL, (), enough)
    assert sure is not None
    assert sure.level == 3
    danger = machine_labels(PROPOSAL, ("poisoning",), enough)
    assert danger is not None
    assert danger.level == 1
    for change in (
        {"in_scope": False},
        {"confidence": {"in_scope": 0.949}},
        {"to_person": ["kind"]},
        {"topic_code": None},
        {"level": None},
    ):
        assert machine_labels(PROPOSAL | change, (), enough) is None
    consultation = PROPOSAL | {"kind": "consultation", "level": None}
    assert machine_labels(consultation, (), enough) is not None
    assert machine_labels(consultation, ("fire",), enough) is None


@pytest.mark.parametrize("address", ["a@[b.example", "a@b..example", "a@-b.example", "a@b.example(x", "a b@c.example"])
def test_an_address_whose_domain_is_none_is_said_to_be_wrong(address: str) -> None:
    with pytest.raises(ValidationError, match="email_wrong"):
        Person(name="x", email=address)
    assert Person(name="x", email="chan.tai-man+1@例子.xn--fiqs8s").email
