"""The machine registers what is clearly in scope, under a named officer; it never refuses (policy, scope check)."""

import pytest

from services.classification import examples, models
from tests.journeys.story import Story, at, end_of
from tests.office import Office

CLEAR = "門口路燈不亮，只影響我家一戶，維修人員態度惡劣。"


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
    labels = {"service": "infrastructure", "topic_code": "infrastructure.lighting", "nature": "management"}
    await story.handle("classification", **labels, kind="complaint", level=3, reason="實為管理問題。")


async def test_a_model_learns_of_the_last_complaints_that_were_overruled(
    office: Office, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(models, "MOST_OVERRULED", 1)
    monkeypatch.setattr(models, "own", lambda: few)
    few = examples.own()[:200]
    for text in (CLEAR, "門口路燈又不亮，只影響我家一戶，報修三次沒有人來。"):
        await _overruled(await Story.through(office, "app", text=text))
    made = await (await office.as_("admin")).post("/classification/models")
    assert (made.json()["examples"], made.json()["overruled"]) == (200, 1)


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
    assert [(one["active"], one["about"]["words"]) for one in known["models"]] == [(False, known["words"])]
    for version, on in ((made["version"], True), ("shipped", False)):
        await story.as_("admin", "POST", f"/classification/models/{version}/activation")
        known = await story.as_("admin", "GET", "/classification/models")
        assert [one["active"] for one in known["models"]] == [on]
        assert (known["current"]["version"] == made["version"]) is on


@pytest.mark.clause("4/5.2.6(2)")
async def test_what_is_out_of_scope_waits_for_a_person(office: Office) -> None:
    story = await Story.through(office, "app", text="隔壁餐館每晚油煙太大，請你們去查一查。")
    await story.until("2026-03-02 12:00")
    assert await story.stage() == "received"
    assert "complaint.classified" in await story.types()
