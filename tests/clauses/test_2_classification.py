"""Chapter 2 and 3/2: service, topic, nature, category, level and importance of a complaint, and what follows."""

import pytest

from tests.clauses.desk import at_the_desk, sees
from tests.journeys.story import WATER_COMPLAINT, Story, at, cited
from tests.office import Office

WORDS = {
    "water": "自來水發黃，水壓很低。",
    "power": "小區停電三小時，電壓不穩，電錶跳閘。",
    "gas": "天然氣打不著火，燃氣表走得太快。",
    "sanitation": "樓下垃圾桶三天沒有清運，垃圾堆滿路邊。",
    "transport": "公交車 12 路晚點半小時，公交司機拒載。",
    "infrastructure": "路面坑洞很深，路燈不亮。",
}
TOPICS = {
    "2/1.1.12(1)": ("water", ["quality", "pressure", "outage_notice", "billing"]),
    "2/1.1.12(2)": ("power", ["supply_stability", "voltage_quality", "billing", "outage_notice"]),
    "2/1.1.12(3)": ("gas", ["supply_stability", "meter_accuracy", "price", "facility_safety"]),
    "2/1.1.12(4)": ("sanitation", ["refuse_collection", "cleaning", "disposal", "sorting"]),
    "2/1.1.12(5)": ("transport", ["hours", "routes", "fares", "service_quality"]),
    "2/1.1.12(6)": ("infrastructure", ["roads", "bridges", "greening", "lighting", "construction"]),
}


@pytest.mark.parametrize(
    ("service", "topics"), [pytest.param(*named, marks=pytest.mark.clause(one)) for one, named in TOPICS.items()]
)
async def test_each_topic_of_a_service_is_registered_and_goes_to_its_department(
    office: Office, service: str, topics: list[str]
) -> None:
    labels = WATER_COMPLAINT | {"service": service}
    codes = {f"{service}.{topic}": await Story.through(office, "website", text="請處理。") for topic in topics}
    # proposed from the words; whoever checks the scope has every topic in the form
    operator, said = await office.as_("operator1"), {"text": WORDS[service]}
    assert (await operator.post("/classification/suggestions", json=said)).json()["labels"]["service"] == service
    await _form_offers(codes[f"{service}.{topics[0]}"], list(codes))
    for code, story in codes.items():
        other = labels | {"topic_code": "gas.price" if service != "gas" else "water.quality"}
        wrong = await story.refused("operator1", "/intake/complaints/{id}/registration", **other)
        assert [one["field"] for one in wrong.json()["errors"]] == ["topic_code"]
        await story.registered(labels | {"topic_code": code})
        case = await story.case()
        assert (case["service"], case["topic_code"], case["department"]) == (service, code, service)
        told = (await story.told_story())["labels"]
        assert (told["service"], told["topic_code"]) == (service, code)


async def _form_offers(waiting: Story, codes: list[str]) -> None:
    async with at_the_desk(waiting.office, "operator1") as desk:
        page = (await desk.get(f"/desk/scope-checks/{waiting.id}")).text
    assert [code for code in codes if f'value="{code}"' not in page] == []


NATURES = {
    "2/1.1.13(1)": ("service_quality", "服務態度惡劣，水壓又低，服務態度一直不改。"),
    "2/1.1.13(2)": ("charging", "這個月的水費亂收費，帳單多收了兩百元，收費不透明。"),
    "2/1.1.13(3)": ("safety", "廚房裡煤氣洩漏，有很重的煤氣味。"),
    "2/1.1.13(4)": ("management", "改造工程停工爛尾，規劃和選址沒有公示，我們強烈反對。"),
}


@pytest.mark.parametrize(
    ("nature", "text"), [pytest.param(*named, marks=pytest.mark.clause(one)) for one, named in NATURES.items()]
)
async def test_a_nature_is_proposed_from_the_words_and_registered_by_a_person(
    office: Office, nature: str, text: str
) -> None:
    operator = await office.as_("operator1")
    proposed = (await operator.post("/classification/suggestions", json={"text": text})).json()
    assert proposed["labels"]["nature"] == nature
    story = await Story.through(office, "website", text="請處理。")
    await _form_offers(story, [nature])
    unknown = WATER_COMPLAINT | {"nature": "bad_luck"}
    wrong = await story.refused("operator1", "/intake/complaints/{id}/registration", **unknown)
    assert [one["field"] for one in wrong.json()["errors"]] == ["nature"]
    await story.registered(WATER_COMPLAINT | {"nature": nature})
    assert (await story.told_story())["labels"]["nature"] == nature


@pytest.mark.clause("2/1.1.15(2)", "2/1.1.14(2)", "4/5.2.9(1)")
async def test_at_level_2_the_head_determines_and_a_fourth_level_does_not_exist(office: Office) -> None:
    story = await Story.through(office, "app")
    for level in (0, 4, None):
        labels = WATER_COMPLAINT | {"level": level}
        body = {"channel": "phone", "text": "請處理。", "registration": labels}
        assert (await (await office.as_("operator1")).post("/intake/complaints", json=body)).status_code == 422
        wrong = await story.refused("operator1", "/intake/complaints/{id}/registration", **labels)
        assert [one["field"] for one in wrong.json()["errors"]] == ["level"]
    await story.registered(WATER_COMPLAINT | {"level": 2})
    await story.handle("acceptance")
    await story.investigated()
    officer = await story.handler()
    opinion = {"outcome": "upheld", "text": "投訴屬實。", "legal_basis": "城市供水條例"}
    await story.handle("opinion", **opinion, evidence=cited(await story.case()))
    path = "/casework/complaints/{id}/opinion/determination"
    assert (await story.refused(officer, path)).status_code == 403
    await story.as_("water.head", "POST", path)
    await story.has(set_time_2="fulfilled")


@pytest.mark.clause("2/1.1.15(3)", "2/1.1.16(3)")
async def test_at_level_3_the_officer_determines_and_nothing_is_closed_before_somebody_is_held_to_account(
    office: Office,
) -> None:
    story = await Story.by_phone(office)
    await story.handle("acceptance")
    await story.investigated()
    await story.decided()
    await story.replied()
    await story.has(accountability="running", set_time_3="fulfilled")
    refused = await story.refused(await story.handler(), "/casework/complaints/{id}/closing", basis="replied")
    assert (refused.status_code, "no_accountability" in refused.json()["open"]) == (409, True)
    (determined,) = await story.events("opinion.determined")
    assert determined["data"]["by"] == await story.handler()
    await story.handle("accountability", at_fault=True, text="值班員受到批評教育；值班交接改為雙人確認。")
    await story.has(accountability="fulfilled")
    (held,) = await story.events("accountability.recorded")
    assert held["data"]["at_fault"] is True
    await story.handle("closing", basis="replied")
    assert await story.stage() == "closed"
    await sees(office, "director", story.id, ": someone at fault", "值班員受到批評教育；值班交接改為雙人確認。")


@pytest.mark.clause("3/2.1", "3/2.2")
async def test_the_category_follows_from_nature_and_topic_and_a_major_one_is_urgent(office: Office) -> None:
    categories = {
        "price": {"nature": "charging", "topic_code": "water.outage_notice"},
        "quality": {"nature": "service_quality", "topic_code": "water.pressure"},
        "service": {"nature": "service_quality", "topic_code": "water.outage_notice"},
    }
    for category, labels in categories.items():
        story = await Story.through(office, "app")
        typed = WATER_COMPLAINT | labels | {"category": category}
        assert (await story.refused("operator1", "/intake/complaints/{id}/registration", **typed)).status_code == 422
        await story.registered(WATER_COMPLAINT | labels)
        assert (await story.told_story())["labels"]["category"] == category
    assert (await story.told_story())["labels"]["importance"] == "ordinary"
    async with at_the_desk(office, "director") as desk:
        assert "Complaint · Service · " in (await desk.get(f"/desk/complaints/{story.id}")).text
    major = await Story.by_phone(office, WATER_COMPLAINT | {"importance": "major"})
    assert await major.due("first_follow_up.urgent#1") == at("2026-03-03 09:00")
    gravest = await Story.by_phone(office, WATER_COMPLAINT | {"level": 1})
    assert (await gravest.told_story())["labels"]["importance"] == "major"
