"""2/1.1.14(1) and 3/2.2: how grave a complaint is - by severity, extent and number of people; ordinary or major."""

from typing import Any

import pytest

from tests.clauses.desk import at_the_desk
from tests.journeys.story import CALLER, WATER_COMPLAINT, Story, good
from tests.office import Office

ANOTHER = {"name": "邵文彬", "phone": "13700005678"}
SMELL = {"text": "廚房裡有很重的煤氣味，懷疑煤氣洩漏。"}


@pytest.mark.clause("2/1.1.14(1)")
async def test_the_level_follows_severity_extent_and_people_and_a_person_who_goes_below_gives_a_reason(
    office: Office,
) -> None:
    operator = await office.as_("operator1")
    too_low: list[dict[str, Any]] = [
        {"extent": "neighbourhood"},
        {"people_affected": 30},
        {"people_affected": 1000, "level": 2},
        {"extent": "city", "level": 2},
    ]
    for found in too_low:
        body = {"channel": "phone", "text": "請處理。", "registration": WATER_COMPLAINT | found}
        answer = await operator.post("/intake/complaints", json=body)
        assert (answer.status_code, answer.json()["errors"][0]["field"]) == (422, "registration.level"), found
    waiting = await Story.through(office, "website")
    low = WATER_COMPLAINT | {"extent": "neighbourhood"}
    refused = await waiting.refused("operator1", "/intake/complaints/{id}/registration", **low)
    assert (refused.status_code, refused.json()["errors"][0]["field"]) == (422, "level")
    await waiting.registered(low | {"level": 2})
    story = await Story.by_phone(office, WATER_COMPLAINT | {"extent": "building", "people_affected": 29})
    case = await story.case()
    assert (case["extent"], case["people_affected"]) == ("building", 29)
    assert case["by_reach"] == {"level": 3, "because": "individual"}
    wider = WATER_COMPLAINT | {"level": 2, "extent": "district", "people_affected": 400, "reason": "全區低壓。"}
    await story.as_("operator1", "POST", "/casework/complaints/{id}/classification", **wider)
    await story.has(set_time_2="running")
    unsaid = await story.refused("operator1", "/casework/complaints/{id}/classification", **WATER_COMPLAINT)
    assert [one["field"] for one in unsaid.json()["errors"]] == ["reason"]
    lowered = WATER_COMPLAINT | {"reason": "實際只有一棟樓受影響，其餘已恢復。"}
    case = await story.as_("operator1", "POST", "/casework/complaints/{id}/classification", **lowered)
    assert (case["level"], case["by_reach"]) == (3, {"level": 2, "because": "extent"})
    async with at_the_desk(office, "water.head") as desk:
        page = (await desk.get(f"/desk/complaints/{story.id}")).text
        assert "Extent: A district" in page
        assert "about 400 people affected" in page
        assert "which gives Level 2" in page
    severe = await Story.through(office, "app", complainant=CALLER, **SMELL)  # severity: it rings whatever its extent
    await severe.has(alarm="running")


@pytest.mark.clause("3/2.2")
async def test_what_media_or_a_regulator_pass_on_is_major(office: Office) -> None:
    for kind, importance in {"media": "major", "regulator": "major", "consumers_association": "ordinary"}.items():
        platform = {"name": "晚報熱線", "reference": f"W-{len(kind)}-3307", "kind": kind}
        caller = {"name": f"街坊{len(kind)}號", "phone": "13500004321"}
        story = await Story.by_phone(office, complainant=caller, channel="third_party", platform=platform)
        case = await story.case()
        assert (case["importance"], case["urgent"]) == (importance, importance == "major")
        assert case["major_because"] == (["source"] if importance == "major" else [])
        assert (await story.told_story())["labels"]["importance"] == importance
    platform = {"name": "晚報", "kind": "media"}
    letter = await Story.told(
        office, office.channel("third_party"), channel="third_party", platform=platform, text="有一件事想麻煩你們。"
    )
    await letter.registered()  # by another person, later
    assert (await letter.case())["major_because"] == ["source"]


@pytest.mark.clause("3/2.2")
async def test_the_third_complaint_of_one_person_on_one_matter_in_ninety_days_is_major(office: Office) -> None:
    first = await Story.by_phone(office, received_at="2025-12-03T10:00:00+08:00")  # 89 days ago
    second = await Story.by_phone(office, received_at="2026-02-27T10:00:00+08:00")
    elsewhere = await Story.by_phone(office, WATER_COMPLAINT | {"topic_code": "water.billing"})
    somebody_else = await Story.by_phone(office, complainant=ANOTHER)
    namesake = await Story.by_phone(office, complainant={"name": CALLER["name"], "phone": "13600007777"})
    third = await Story.through(office, "website")
    await third.registered()
    for story in (first, second, elsewhere, somebody_else, namesake):
        assert (await story.case())["importance"] == "ordinary"
    case = await third.case()
    assert (case["importance"], case["major_because"], case["urgent"]) == ("major", ["repeated"], True)
    await third.has(first_follow_up_urgent="running")
    # what happened stays so, whatever else is corrected
    same = {name: value for name, value in WATER_COMPLAINT.items() if name != "importance"}
    corrected = same | {"topic_code": "water.pressure", "reason": "更正細項。"}
    case = await third.as_("operator1", "POST", "/casework/complaints/{id}/classification", **corrected)
    assert (case["importance"], case["major_because"]) == ("major", ["repeated"])
    async with at_the_desk(office, "water.head") as desk:
        assert "Complained of repeatedly" in (await desk.get(f"/desk/complaints/{third.id}")).text
    long_ago = await Story.by_phone(office, complainant=ANOTHER, received_at="2025-12-01T08:00:00+08:00")
    again = await Story.by_phone(office, complainant=ANOTHER)  # the first of three lies more than 90 days back
    assert [(await one.case())["major_because"] for one in (long_ago, again)] == [[], []]


@pytest.mark.clause("3/2.2")
async def test_level_1_is_always_major_and_otherwise_a_person_may_say_so(office: Office) -> None:
    story = await Story.by_phone(office, WATER_COMPLAINT | {"importance": "major"})
    assert (await story.case())["major_because"] == ["chosen"]
    for level, importance, because in ((1, "ordinary", ["level"]), (2, "ordinary", []), (2, "major", ["chosen"])):
        labels = WATER_COMPLAINT | {"level": level, "importance": importance, "reason": "重新判定。"}
        case = await story.as_("operator1", "POST", "/casework/complaints/{id}/classification", **labels)
        assert (case["importance"], case["major_because"]) == ("major" if because else "ordinary", because)
    (first, *_) = await story.events("complaint.reclassified")
    assert first["data"]["major_because"] == ["level"]


@pytest.mark.clause("3/2.2")
async def test_five_complaints_of_one_incident_are_major(office: Office) -> None:
    people = [{"name": f"街坊{n}", "phone": f"1350000123{n}"} for n in range(5)]
    stories = [await Story.by_phone(office, complainant=one) for one in people]
    ids = [one.id for one in stories]
    operator = await office.as_("operator1")
    incident = await good(await operator.post("/casework/incidents", json={"complaints": ids[:4]}))
    await office.settle()
    assert [(await one.case())["importance"] for one in stories] == ["ordinary"] * 5
    await good(await operator.post(f"/casework/incidents/{incident['id']}/members", json={"complaints": ids[4:]}))
    await office.settle()
    for one in stories:
        case = await one.case()
        assert (case["importance"], case["major_because"], case["urgent"]) == ("major", ["incident"], True)
