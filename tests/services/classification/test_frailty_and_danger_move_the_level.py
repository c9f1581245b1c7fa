"""Frailty and danger move the level, each with its reason; what rings at intake is the same list."""

import pytest

from services.classification.classify import classify
from services.classification.lexicon import lexicon
from shared.danger import danger_lexicon

FRAIL = "我家停電兩天，母親靠呼吸機和透析機活命，獨居老人怎麼辦，請快來搶修。"


def test_frailty_moves_the_level_with_its_reason() -> None:
    labels = classify(FRAIL)
    assert labels.level == 1
    spoke = {FRAIL[one.start : one.end] for one in labels.reasons if one.label == "level"}
    assert any("透析" in words or "呼吸機" in words for words in spoke)


def test_words_that_ring_stand_in_one_list_alone() -> None:
    rings = {word for word, (_, code) in danger_lexicon().terms.items() if code}
    twice = {
        rule.term
        for rule in lexicon().rules
        if rule.label == "level" and rule.value == "1" and rule.follows is None and rings & set(rule.term.split("|"))
    }
    assert twice == set()


@pytest.mark.parametrize("text_", ["樓道裡有很濃的煤氣味", "There is a strong smell of gas in the hall"])
def test_a_word_that_rings_at_intake_is_level_1_for_the_classifier(text_: str) -> None:
    labels = classify(text_)
    assert labels.danger_cues == ("gas_smell",)
    assert labels.level == 1


def test_a_danger_named_far_behind_in_a_long_letter_about_something_else_rings_but_is_not_level_1() -> None:
    letter = (
        "小區垃圾站太臭\n垃圾桶每天中午就滿了，清潔工要到晚上才來收，蒼蝇很多，住戶意見很大。"
        + "我們向物業反映過，也給街道打過電話，每次都說已經登記，過幾天就有人來處理，可是一直沒有下文。" * 4
        + "報紙上說過，別處的垃圾站發生過沼氣爆炸，有人中毒昏迷。"
    )
    labels = classify(letter)
    assert {"explosion", "poisoning"} <= set(labels.danger_cues)
    assert labels.level == 2
    assert classify("垃圾站剛才沼氣爆炸，有人中毒昏迷").level == 1


def test_a_danger_named_in_passing_below_a_title_of_something_else_is_not_level_1() -> None:
    body = "雨天一腳泥，有位老人還摔倒過，希望把剩下的兩百米也硬化。"
    assert classify(f"村裡的泥巴路甚麼時候才修\n{body}").level == 2
    assert classify(f"橋面塌了一半，村民冒著生命危險過河\n{body}").level == 1


def test_who_proposes_something_against_a_danger_is_not_in_danger_now() -> None:
    labels = classify("建議在校門口加裝護欄，消除安全隱患")
    assert (labels.kind, labels.nature, labels.level) == ("suggestion", "safety", 2)


@pytest.mark.parametrize(
    "text",
    [
        "整个村半年没水了，水厂一直没有说法。",
        "我們四棟樓停氣一個月過去了還沒通，家家用電磁爐。",
        "We have been without water for months now, the whole street.",
    ],
)
def test_what_many_lack_for_weeks_is_of_level_1(text: str) -> None:
    assert classify(text).level == 1


@pytest.mark.parametrize(
    "text",
    [
        "上个月停水两个小时，到现在没收到道歉。",
        "请问一个月没有水卡充值记录怎么办？",
        "There was no power cut this month, thank you for the good work.",
    ],
)
def test_a_month_beside_a_short_outage_or_none_is_not_of_level_1(text: str) -> None:
    assert classify(text).level != 1
