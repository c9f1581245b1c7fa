"""2/1.1.16(1): level 1 fails safe - whom an alarm rings for, and that it climbs while nobody takes it."""

from datetime import timedelta
from typing import Any

import pytest

from services.casework import warned
from tests.clauses.desk import at_the_desk
from tests.journeys.story import CALLER, GAS_LEAK, Story, at, good, moment
from tests.office import Office

LEAK = {"complainant": CALLER, "text": "廚房裡有很重的煤氣味，懷疑煤氣洩漏。"}


async def entered(office: Office, officer: str, begins: str, ends: str, **more: Any) -> dict[str, Any]:
    """The head of the complaints department enters a shift; return the roster."""
    keeper = await office.as_("complaints.head")
    shift = {"officer": officer, "begins_at": at(begins).isoformat(), "ends_at": at(ends).isoformat()} | more
    roster: dict[str, Any] = await good(await keeper.post("/casework/roster", json=shift))
    return roster


async def ringing(office: Office, story: Story) -> dict[str, Any]:
    """Return the complaint's alarm, as everybody sees it who may take it."""
    found = await good(await (await office.as_("operator1")).get("/casework/alarms"))
    alarm: dict[str, Any] = next(one for one in found if one["complaint"] == story.id)
    return alarm


@pytest.mark.clause("2/1.1.16(1)")
async def test_an_alarm_at_night_rings_at_whoever_is_on_duty_and_climbs_until_somebody_takes_it(office: Office) -> None:
    await entered(office, "gas.handler", "2026-03-02 18:00", "2026-03-03 08:00", kind="on_call")
    roster = await entered(office, "operator1", "2026-03-02 18:00", "2026-03-03 08:00", deputy="operator2")
    assert roster["rings_for"] == ["complaints.head"]  # by day nobody is entered: it rings at the supervisor
    operator = await office.as_("operator1")
    shift = {"officer": "operator2", "begins_at": at("2026-03-02 18:00").isoformat()}
    assert (await operator.post("/casework/roster", json=shift)).status_code == 403
    await office.advance_to(at("2026-03-02 23:30"))
    now = await good(await operator.get("/casework/roster"))
    assert now["rings_for"] == ["operator1", "operator2", "gas.handler", "complaints.head"]
    async with at_the_desk(office, "operator1") as desk:
        page = (await desk.get("/desk/office/roster")).text
        assert desk.found(page, r'(?s)id="now".*?<ol class="steps"><li><b>(.*?)</b>') == "Fang Xiaowen"
    story = await Story.through(office, "app", **LEAK)
    rungs = ["operator1", "operator2", "gas.handler", "gas.head"]
    quarters = ["2026-03-02 23:45", "2026-03-03 00:00", "2026-03-03 00:15"]
    for step, quarter in enumerate(quarters):
        await story.until((at(quarter) - timedelta(minutes=1)).strftime("%Y-%m-%d %H:%M"))
        rings = await ringing(office, story)
        assert (rings["rings_for"], rings["step"]) == (rungs[step], step)
        await story.until(quarter)
    await story.until("2026-03-03 01:30")  # the top is reached: it rings on there
    assert (await ringing(office, story))["rings_for"] == "gas.head"
    climbed = await story.events("alarm.climbed")
    assert [(one["data"]["step"], one["data"]["to"]) for one in climbed] == list(enumerate(rungs))[1:]
    assert [moment(one["time"]) for one in climbed] == [at(one) for one in quarters]
    await story.has(alarm="breached", alarm_climbed="breached")
    # the plan's warnings came while the office slept: whoever was on duty was told, beside the owner
    passed = [one["data"] for one in await story.events("warning.passed_on")]
    assert [(one["row"], one["share"], one["to"]) for one in passed] == [
        ("emergency_plan#1", 0.5, "operator1"),
        ("emergency_plan#1", 0.8, "operator1"),
    ]
    (told,) = await good(await operator.get("/casework/warnings"))
    assert (told["number"], told["duty"], told["to"]) == (story.number, "emergency_plan", "operator1")
    async with at_the_desk(office, "operator1") as desk:
        assert story.number in desk.found((await desk.get("/desk/")).text, r'(?s)class="notice warn"(.*?)</div>')
        assert story.number in desk.found(
            (await desk.get("/desk/office/roster")).text, r'(?s)id="warned"(.*?)</section>'
        )
    async with at_the_desk(office, "gas.head") as desk:
        assert "It rings for Feng Shouan" in (await desk.get(f"/desk/complaints/{story.id}")).text
    await story.as_("operator2", "POST", "/casework/complaints/{id}/alarm/acceptance")
    await story.has(alarm="late", alarm_climbed="late")
    await story.as_("operator2", "POST", "/casework/complaints/{id}/emergency-plan", departments=["gas"])
    assert await good(await operator.get("/casework/warnings")) == []


@pytest.mark.clause("2/1.1.16(1)")
async def test_a_running_shift_is_handed_over_and_what_rings_goes_with_it(office: Office) -> None:
    roster = await entered(office, "operator1", "2026-03-02 08:00", "2026-03-02 20:00")
    shift = roster["shifts"][0]["id"]
    story = await Story.through(office, "app", complainant=CALLER, text="樓道裡電線冒煙。")
    assert (await ringing(office, story))["rings_for"] == "operator1"
    over = {"officer": "operator2", "note": "三號線路的備用機已借出。"}
    assert (await story.refused("gas.handler", f"/casework/roster/{shift}/handover", **over)).status_code == 403
    async with at_the_desk(office, "operator1") as desk:
        page = (await desk.get("/desk/office/roster")).text
        assert story.number in desk.found(page, r'(?s)id="ringing"(.*?)</section>')
    roster = await story.as_("operator1", "POST", f"/casework/roster/{shift}/handover", **over)
    before, after = roster["shifts"]
    assert (before["officer"], before["ends_at"]) == ("operator1", after["begins_at"])
    assert (after["officer"], after["follows"], after["note"]) == ("operator2", shift, over["note"])
    async with at_the_desk(office, "operator2") as desk:
        page = (await desk.get("/desk/office/roster")).text
        assert over["note"] in desk.found(page, r'(?s)id="now"(.*?)</section>')
    assert (await ringing(office, story))["rings_for"] == "operator2" == roster["rings_for"][0]
    await story.as_("operator2", "POST", "/casework/complaints/{id}/alarm/acceptance")
    await story.has(alarm="fulfilled")
    assert (await story.refused("complaints.head", f"/casework/roster/{shift}/handover", **over)).status_code == 409
    later = await entered(office, "operator1", "2026-03-03 08:00", "2026-03-03 20:00")
    planned = later["shifts"][-1]["id"]
    early = await story.refused("complaints.head", f"/casework/roster/{planned}/handover", **over)
    assert (early.status_code, early.json()["code"]) == (409, "shift_not_running")
    assert (await story.refused("complaints.head", f"/casework/roster/{shift}/cancellation")).status_code == 409
    roster = await story.as_("complaints.head", "POST", f"/casework/roster/{planned}/cancellation")
    assert planned not in {one["id"] for one in roster["shifts"]}


@pytest.mark.clause("2/1.1.16(1)")
async def test_what_the_night_was_warned_of_goes_with_the_shift_but_not_to_whom_a_complaint_names(
    office: Office, monkeypatch: pytest.MonkeyPatch
) -> None:
    await entered(office, "operator1", "2026-03-02 18:00", "2026-03-03 02:00")
    await entered(office, "gas.handler", "2026-03-03 02:00", "2026-03-03 08:00")
    await office.advance_to(at("2026-03-02 23:30"))
    shift = (await good(await (await office.as_("operator1")).get("/casework/roster")))["shifts"][0]["id"]
    story = await Story.through(office, "app", **LEAK)
    naming = await Story.by_phone(office, GAS_LEAK, named_officers=["operator2"], text="廚房裡有很重的煤氣味。")
    for one in (story, naming):
        await one.as_("operator1", "POST", "/casework/complaints/{id}/alarm/acceptance")
    await story.until("2026-03-02 23:56")

    async def seen(username: str) -> dict[str, str]:
        told = await good(await (await office.as_(username)).get("/casework/warnings"))
        return {one["number"]: one["to"] for one in told if one["duty"] == "emergency_plan"}

    async def begins_with(username: str) -> set[str]:
        async with at_the_desk(office, username) as desk:
            above_the_queue = (await desk.get("/desk/")).text.split('id="queue"')[0]
        return {one.number for one in (story, naming) if one.number in above_the_queue}

    assert await seen("operator1") == {story.number: "operator1", naming.number: "operator1"}
    assert await begins_with("operator1") == {story.number, naming.number}
    over = {"officer": "operator2", "note": "煤氣公司已在路上。"}
    await story.as_("operator1", "POST", f"/casework/roster/{shift}/handover", **over)
    assert await seen("operator1") == {story.number: "operator2", naming.number: "operator1"}
    assert await seen("operator2") == {story.number: "operator2"}  # the other names them
    assert await begins_with("operator1") == {naming.number}
    assert await begins_with("operator2") == {story.number}
    monkeypatch.setattr(warned, "AT_ONCE", 1)  # what others see to takes no place in a person's own list
    own = await good(await (await office.as_("operator1")).get("/casework/warnings?mine=true"))
    assert [one["number"] for one in own] == [naming.number]
    monkeypatch.undo()
    # the shift ends by the roster: whoever follows sees to what is left
    await story.until("2026-03-03 02:01")
    assert await seen("gas.handler") == {story.number: "gas.handler", naming.number: "gas.handler"}
    assert await begins_with("gas.handler") == {story.number, naming.number}
    assert await begins_with("operator2") == set()
    await story.as_("gas.handler", "POST", "/casework/complaints/{id}/emergency-plan", departments=["gas"])
    assert await seen("gas.handler") == {naming.number: "gas.handler"}
    # a warning goes to who takes the shift over, not to whoever has been on duty longer
    roster = await entered(office, "operator1", "2026-03-03 02:00", "2026-03-03 08:00")
    later = await Story.through(office, "app", **LEAK)
    await later.as_("gas.handler", "POST", "/casework/complaints/{id}/alarm/acceptance")
    await later.until("2026-03-03 02:30")
    (shift,) = (one["id"] for one in roster["shifts"] if one["officer"] == "gas.handler")
    await later.as_("gas.handler", "POST", f"/casework/roster/{shift}/handover", **over)
    assert (await seen("operator2"))[later.number] == "operator2"


async def test_a_shift_is_refused_where_it_makes_no_sense(office: Office) -> None:
    keeper = await office.as_("complaints.head")
    good_one = {
        "officer": "operator1",
        "begins_at": "2026-03-02T20:00:00+08:00",
        "ends_at": "2026-03-03T08:00:00+08:00",
    }
    wrong: dict[str, dict[str, Any]] = {
        "officer": {"officer": "archivist1"},
        "deputy": {"deputy": "operator1"},
        "ends_at": {"ends_at": "2026-03-12T08:00:00+08:00"},
    }
    for field, change in wrong.items():
        answer = await keeper.post("/casework/roster", json=good_one | change)
        assert (answer.status_code, answer.json()["errors"][0]["field"]) == (422, field)
    assert (await keeper.post("/casework/roster", json=good_one)).status_code == 201
    assert (await keeper.post("/casework/roster", json=good_one)).status_code == 409
