"""Level 1 fails safe: it rings at once, at any hour, until a person accepts."""

import pytest

from tests.journeys.story import ENTERED, GAS_LEAK, TO_FIND_OUT, Story, at, end_of
from tests.office import Office


@pytest.mark.both_carriers
@pytest.mark.clause("6/3.4.6(1)", "2/1.1.16(1)", "2/1.1.15(1)")
async def test_a_gas_leak_at_two_in_the_morning_rings_until_somebody_accepts(office: Office) -> None:
    await office.advance_to(at("2026-03-03 02:00"))
    story = await Story.by_phone(office, GAS_LEAK, text="廚房燃氣洩漏，氣味很重，老人頭暈！")
    ringing = (await (await office.as_("gas.head")).get("/casework/alarms")).json()
    assert story.id in {one["complaint"] for one in ringing}
    assert "alarm.raised" in await story.types()
    assert (await story.told_story())["alarm_ringing"] is True
    await story.stands(
        {
            **ENTERED,
            **TO_FIND_OUT,
            # both by the clock, from the alarm; it was assigned by rule at once
            "alarm#1": ("running", at("2026-03-03 02:15")),
            "emergency_plan#1": ("running", at("2026-03-03 02:30")),
            "alarm_assignment#1": ("fulfilled", at("2026-03-03 03:00")),
            "registration#1": ("fulfilled", end_of("2026-03-04")),
            # received on Tuesday 3 March: + 2 working days
            "reply.phone#1": ("running", end_of("2026-03-05")),
            # 24 hours by the clock
            "first_follow_up.urgent#1": ("running", at("2026-03-04 02:00")),
            # level 1: one working day after the day of registration
            "set_time.1#1": ("running", end_of("2026-03-04")),
            # 4 working hours on Tuesday: 09:00 to 12:00, 13:30 to 14:30
            "assignment#1": ("running", at("2026-03-03 14:30")),
        }
    )
    await story.until("2026-03-03 02:10")
    await story.as_("gas.head", "POST", "/casework/complaints/{id}/alarm/acceptance")
    ringing = (await (await office.as_("gas.head")).get("/casework/alarms")).json()
    assert story.id not in {one["complaint"] for one in ringing}
    assert "alarm.accepted" in await story.types()
    assert (await story.told_story())["alarm_ringing"] is False

    await story.until("2026-03-03 02:30")
    await story.handle("acceptance")
    # half of the 24 hours are over at 14:00, 80 % at 21:12: level 1 is warned about at any hour
    await story.until("2026-03-03 21:11")
    assert await _warned(story) == [0.5]
    await story.until("2026-03-03 21:12")
    assert await _warned(story) == [0.5, 0.8]
    # the one that came in the evening went to who is on duty - nobody is entered: the supervisor
    passed = [one["data"] for one in await story.events("warning.passed_on")]
    assert ("first_follow_up.urgent#1", 0.8, "gas.head") in [(one["row"], one["share"], one["to"]) for one in passed]
    assert ("first_follow_up.urgent#1", 0.5) not in [(one["row"], one["share"]) for one in passed]
    await story.until("2026-03-04 01:59")
    await story.handle("follow-ups", way="on_site", finding="solved", text="閥門已關，住戶安全。")
    await story.has(first_follow_up_urgent="fulfilled")


@pytest.mark.clause("6/3.4.6(1)")
async def test_an_urgent_complaint_followed_up_after_24_hours_is_late(office: Office) -> None:
    story = await Story.by_phone(office, GAS_LEAK, text="廚房燃氣洩漏，氣味很重，老人頭暈！")
    await story.until("2026-03-03 09:00")
    await story.has(first_follow_up_urgent="breached")
    await story.handle("acceptance")
    await story.handle("follow-ups", way="phone", finding="in_progress", text="已到現場。")
    await story.has(first_follow_up_urgent="late")


@pytest.mark.clause("6/3.4.6(1)")
async def test_an_ordinary_complaint_marked_urgent_by_a_person_is_followed_up_in_24_hours(office: Office) -> None:
    from tests.journeys.story import WATER_COMPLAINT

    story = await Story.by_phone(office, WATER_COMPLAINT | {"urgent": True})
    assert await story.due("first_follow_up.urgent#1") == at("2026-03-03 09:00")


async def _warned(story: Story) -> list[float]:
    duty = "first_follow_up.urgent"
    return [one["data"]["share"] for one in await story.events("duty.warned") if one["data"]["duty"] == duty]
