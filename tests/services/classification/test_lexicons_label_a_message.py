"""The classifier labels messages in three languages, each label with its reason."""

import re
from pathlib import Path

import pytest

from services.classification import lexicon
from services.classification.classify import classify
from shared.yaml_files import YamlMistake

MESSAGES = [
    ("昨晚開始整棟大樓停水，物業也不知道原因，沒有任何通知。", "water", "complaint"),
    ("家里的自来水发黄，还有一股怪味，不敢喝。", "water", "complaint"),
    ("上個月的水費突然多了三倍，我要投訴水表有問題。", "water", "complaint"),
    ("Our tap water has been brown since Sunday and nobody answers the phone.", "water", "complaint"),
    ("小区经常停电，一到晚上就跳闸，冰箱都坏了。", "power", "complaint"),
    ("電壓不穩，燈光閃爍，電器不敢用。", "power", "complaint"),
    ("请问阶梯电价的标准是什么，怎么办理一户多人口？", "power", "consultation"),
    ("There was a power cut again last night, the third this month. I want to complain.", "power", "complaint"),
    ("樓道裡有煤氣味，懷疑燃氣管道漏氣。", "gas", "complaint"),
    ("天然气初装费收得太贵，乱收费，要求退费。", "gas", "complaint"),
    ("請問我們村什麼時候可以開通天然氣？", "gas", "consultation"),
    ("My gas bill doubled although the gas meter was never read.", "gas", "complaint"),
    ("垃圾桶一個星期沒有清運，臭得開不了窗。", "sanitation", "complaint"),
    ("小区门口下水道堵塞，污水横流，一直没人管。", "sanitation", "complaint"),
    ("建議在小區增設垃圾分類投放點。", "sanitation", "suggestion"),
    ("The rubbish has not been collected for two weeks and the street is dirty.", "sanitation", "complaint"),
    ("15路公交车司机到站不停，态度恶劣。", "transport", "complaint"),
    ("建议增加晚高峰地铁班次，末班车延长到十一点。", "transport", "suggestion"),
    ("出租車拒載還繞路，要求處理。", "transport", "complaint"),
    ("The bus driver did not stop at the bus stop and was rude.", "transport", "complaint"),
    ("路口的紅綠燈壞了三天，沒有人修。", "infrastructure", "complaint"),
    ("整条街的路灯不亮，晚上漆黑一片。", "infrastructure", "complaint"),
    ("人行道上井蓋缺失，路面塌陷，很危險。", "infrastructure", "complaint"),
    ("I suggest planting more trees in the park beside the footbridge.", "infrastructure", "suggestion"),
]
OUT_OF_SCOPE = [
    "河裡天天有人電魚，小魚都電死了，誰來管？",
    "五樓那家 KTV 沒有消防疏散通道，一旦起火後果不堪設想。",
    "家鄉遭了洪水，村裡人被困在山上，什麼時候有人來救援？",
    "单位宿舍成了危房，楼梯扶手断了，住户每天提心吊胆。",
    "公司拖欠工資三個月，社保也沒有交。",
    "开发商迟迟不办房产证，购房合同也不履行。",
    "老師有償補課，希望教育部門查一查。",
    "楼下烧烤店油烟和麻将馆噪音扰民。",
    "My employer has not paid my wages since March.",
    "石橋村楊家街道辦事處網上預約系統打不開",  # a bridge, a street: in names of places
    "绿地新城的购房合同一直不履行",
]


@pytest.mark.parametrize(("text", "service", "kind"), MESSAGES)
def test_a_message_finds_its_service_and_kind(text: str, service: str, kind: str) -> None:
    labels = classify(text)
    assert labels.service == service
    assert labels.kind == kind


@pytest.mark.parametrize("text", OUT_OF_SCOPE)
def test_what_is_no_matter_of_the_six_services_is_out_of_scope(text: str) -> None:
    labels = classify(text)
    assert not labels.in_scope
    assert labels.service is None


def test_traditional_and_simplified_say_the_same() -> None:
    traditional, simplified = classify("瓦斯管道漏氣，整棟樓都聞到"), classify("瓦斯管道漏气，整栋楼都闻到")
    assert traditional.service == simplified.service == "gas"
    assert traditional.confidence == simplified.confidence


def test_an_outage_as_many_still_write_it_is_one() -> None:
    assert (classify("我村仃水五天了").service, classify("我村仃電五天了").service) == ("water", "power")


def test_each_reason_points_at_the_words_of_the_text() -> None:
    text = "請問：上個月的水費為什麼這麼貴？"
    for reason in classify(text).reasons:
        assert 0 <= reason.start < reason.end <= len(text)
    assert any(text[one.start : one.end] == "水費" for one in classify(text).reasons)


def test_danger_is_level_1_and_may_ring() -> None:
    labels = classify("廚房有很濃的煤氣味，頭暈，怎麼辦")
    assert labels.level == 1
    assert labels.p_level_1 >= 0.10
    assert "gas_smell" in labels.danger_cues


@pytest.mark.parametrize(
    "above",
    [
        "Subject: Fwd: Re: complaint\nFrom: Wong Siu Ming\nDate: Tue, 3 Mar 2026\nTo: complaints@example.org\n\n",
        "Ref CMP-2026-0001234 Tel 9123 4567\n",
        "Flat 12B, 15/F, Block 3, Harbour Garden, Tel 9123 4567\n",
        "9123 4567\n",
    ],
)
def test_a_chinese_danger_below_an_english_address_is_heard(above: str) -> None:
    labels = classify(above + "樓下煤氣管漏氣，整棟樓都聞到臭味，有老人頭暈嘔吐！")
    assert (labels.service, labels.level) == ("gas", 1)
    assert labels.p_level_1 >= 0.10


MAIL_HEAD = (
    "Received: from mail.example.org by mx.example.net with ESMTP; Tue, 3 Mar 2026 09:12:44 +0800\n"
    "Subject: Fwd: Re: complaint about our building\nFrom: Wong Siu Ming <wong@example.org>\n"
    "To: complaints@example.net\nCc: management office of the estate <office@example.com>\n\n"
)
ENGLISH_FOOT = (
    "\nThis email and any attachments are confidential and intended solely for the use of the addressee. If you have "
    "received it in error please notify the sender and delete it at once."
)
CHINESE_FOOT = "\n此電郵及其附件內容保密，只供指定收件人使用；如閣下並非收件人，請立即刪除並通知寄件人，不得複製。"
OUTAGE = "整棟樓停水三天，請派人來修。"
OUTAGE_IN_ENGLISH = (
    "Our whole street is dry since Sunday, about two hundred households have no water, and my mother, who is on "
    "dialysis at home, cannot wait."
)


@pytest.mark.parametrize("text", [MAIL_HEAD + OUTAGE, OUTAGE + ENGLISH_FOOT, OUTAGE_IN_ENGLISH + CHINESE_FOOT])
def test_a_danger_is_heard_whatever_stands_around_it_in_another_script(text: str) -> None:
    labels = classify(text)
    assert (labels.service, labels.level) == ("water", 1)
    assert labels.p_level_1 >= 0.10


def test_a_denied_leak_is_no_danger() -> None:
    assert classify("師傅檢查過了，沒有漏氣，只是氣費多收了").level != 1


def test_what_the_machine_is_not_sure_of_goes_to_a_person() -> None:
    labels = classify("你好，我有一件事想反映一下。")
    assert {"in_scope", "service"} <= set(labels.to_person)


def test_billing_is_charging_and_a_price_matter() -> None:
    labels = classify("水費賬單不對，水費多收了一百元，要求退費")
    assert (labels.nature, labels.category) == ("charging", "price")


@pytest.mark.parametrize(
    ("content", "complains"),
    [
        ("water.quality: {水质: 3}\nwater.ghosts: {鬼: 1}\n", "line 2: there is no topic_code 'water.ghosts'"),
        ("water.quality:\n  水质: 3\n  水黄: -1\n", "line 3: the weight of '水黄' must be above 0"),
        ("water.quality:\n  水质: 3\n  水黄|: 1\n", "line 3: an empty word in '水黄|'"),
        ("water.quality:\n  水质: 3\nwater.pressure:\n  水质: yes\n", "line 4: the weight of '水质' must be above 0"),
        ("water.quality:\n  水质: 3\n  水黄: 2\n  水质: 4\n", "line 4: `水质` stands here twice"),
        ("water.quality:\n  水质: .nan\n", "line 2: the weight of '水质' must be above 0"),
        ("water.quality:\n  no: 3\n", "line 1: 'False' is read as no word: put it in quotes"),
        ("water.quality: {水质: 3\n", "services.yaml, line"),
    ],
)
def test_a_lexicon_that_cannot_be_used_is_refused_with_its_line(
    content: str, complains: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    for name in ("nature.yaml", "kind.yaml", "level.yaml"):
        (tmp_path / name).write_text((lexicon.FOLDER / name).read_text("utf-8"), "utf-8")
    (tmp_path / "services.yaml").write_text(content, "utf-8")
    monkeypatch.setattr(lexicon, "FOLDER", tmp_path)
    lexicon.lexicon.cache_clear()
    try:
        with pytest.raises(YamlMistake, match=re.escape(complains)):
            lexicon.lexicon()
    finally:
        lexicon.lexicon.cache_clear()
