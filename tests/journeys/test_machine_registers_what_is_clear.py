"""The machine registers what is clearly in scope, under a named officer; it never refuses (policy, scope check)."""

import asyncio

import pytest

from services.classification import examples, learning, model, models
from tests.journeys.story import Story, at, end_of
from tests.office import Office

CLEAR = "門口路燈不亮，只影響我家一戶，維修人員態度惡劣。"


@pytest.mark.usefixtures("few_examples")
@pytest.mark.clause("4/5.2.3", "5/3.3")
async def test_a_clear_message_at_night_is_registered_at_once_and_assigned(office: Office) -> None:
    await office.advance_to(at("2026-03-02 23:30"))
    story = await Story.through(office, "app", text=CLEAR)
    assert await story.stage() == "assigned"
    (registered,) = await story.events("complaint.registered")
    assert (registered["data"]["by_machine"], registered["data"]["officer"]) == (True, "complaints.head")
    case = await story.case()
    assert (case["department"], case["level"], case["topic_code"]) == ("infrastructure", 3, "infrastructure.lighting")
    await story.has(registration="fulfilled", reply_online="running")
    # received on Monday 2 March: + 3, and ten working days from registration
    assert await story.due("reply.online#1") == end_of("2026-03-05")
    assert await story.due("set_time.3#1") == end_of("2026-03-16")
    # 4 working hours, all of them on Tuesday
    assert await story.due("assignment#1") == at("2026-03-03 14:30")
    await _overruled(story)
    overruled = [one["data"] for one in await story.events("classification.overruled")]
    assert [(one["label"], one["decided"]) for one in overruled] == [("nature", "management")]
    await _appraised_and_trained_anew(story)


async def _overruled(story: Story) -> None:
    """A person decides otherwise: the machine's proposal is overruled, and that is on record."""
    await story.handle("acceptance")
    await _decided(story, level=3)


async def _decided(story: Story, level: int) -> None:
    labels = {"service": "infrastructure", "topic_code": "infrastructure.lighting", "nature": "management"}
    await story.handle("classification", **labels, kind="complaint", level=level, reason="實為管理問題。")


async def test_a_model_learns_of_the_complaint_that_was_overruled_last(
    office: Office, monkeypatch: pytest.MonkeyPatch
) -> None:
    first, second = [await Story.through(office, "app", text=text) for text in (CLEAR, "門口" + CLEAR)]
    for story in (first, second):
        await _overruled(story)
    await _decided(first, level=2)
    learned: list[str] = []

    def learn(found: list[learning.Example], version: str, own: int) -> model.Model:
        learned.extend(one.text for one in found[own:])
        return learning.learn(found, version, own)

    monkeypatch.setattr(models, "learn", learn)
    monkeypatch.setattr(models, "MOST_OVERRULED", 1)
    monkeypatch.setattr(models, "own", lambda: few)
    few = examples.own()[:200]
    admin = await office.as_("admin")
    answers = await asyncio.gather(*(admin.post("/classification/models") for _ in range(2)))
    made, refused = sorted(answers, key=lambda answer: answer.status_code)
    assert (made.json()["examples"], made.json()["overruled"], learned) == (200, 1, [CLEAR])
    # twice at once would want twice the memory
    assert (refused.status_code, refused.json()["code"]) == (409, "model_in_the_making")


async def _appraised_and_trained_anew(story: Story) -> None:
    """The overrule shows in the appraisal, and teaches a model that is compared, switched on, and off again."""
    appraisal = await story.as_("admin", "GET", "/classification/appraisal")
    assert {"suggested": "service_quality", "decided": "management", "count": 1} in appraisal["confusion"]["nature"]
    assert any(one["label"] == "nature" for one in appraisal["misleading_words"])
    made = await story.as_("admin", "POST", "/classification/models")
    assert made["overruled"] == 1
    assert set(made["before"]["right"]) == set(made["after"]["right"]) == {"service", "kind", "nature", "level"}
    # nobody decided anything since: it is the model that stands there already
    assert await story.as_("admin", "POST", "/classification/models") == made
    known = await story.as_("admin", "GET", "/classification/models")
    assert [(one["active"], one["about"]["made_with"]) for one in known["models"]] == [(False, known["made_with"])]
    for version, on in ((made["version"], True), ("shipped", False)):
        await story.as_("admin", "POST", f"/classification/models/{version}/activation")
        known = await story.as_("admin", "GET", "/classification/models")
        assert [one["active"] for one in known["models"]] == [on]
        assert (known["current"]["version"] == made["version"]) is on


async def test_a_model_of_an_older_program_gives_way_to_the_shipped_one(
    office: Office, monkeypatch: pytest.MonkeyPatch
) -> None:
    few = examples.own()[:200]
    monkeypatch.setattr(models, "own", lambda: few)
    admin = await office.as_("admin")
    version = (await admin.post("/classification/models")).json()["version"]
    assert (await admin.post(f"/classification/models/{version}/activation")).is_success
    assert model.current().about["version"] == version
    service = office.apps["classification"].state.service
    with monkeypatch.context() as update:
        update.setattr(model, "FORM", model.FORM + 1)
        await models.follow(service)
        known = (await admin.get("/classification/models")).json()
        assert known["current"]["version"] == model.shipped().about["version"]
        assert [(one["active"], one["fits"]) for one in known["models"]] == [(False, False)]
        refused = await admin.post(f"/classification/models/{version}/activation")
        assert (refused.status_code, refused.json()["code"]) == (409, "model_of_an_older_program")
    await models.follow(service)
    assert model.current().about["version"] == version
    assert (await admin.post("/classification/models/shipped/activation")).is_success


@pytest.mark.clause("4/5.2.6(2)")
async def test_what_is_out_of_scope_waits_for_a_person(office: Office) -> None:
    story = await Story.through(office, "app", text="隔壁餐館每晚油煙太大，請你們去查一查。")
    await story.until("2026-03-02 12:00")
    assert await story.stage() == "received"
    assert "complaint.classified" in await story.types()
