"""The mainland calendar of 2026: National Day is 1 to 7 October, Saturday 10 October is worked instead."""

import pytest

from tests.journeys.story import ENTERED, TO_FIND_OUT, Story, at, end_of, moment
from tests.office import Office


@pytest.mark.clause("4/5.2.7(2)", "5/3.2", "6/3.4.2(2)")
async def test_a_call_on_the_eve_of_national_day_waits_for_the_first_working_days(office: Office) -> None:
    await office.advance_to(at("2026-09-30 16:00"))
    story = await Story.by_phone(office)
    await story.stands(
        {
            **ENTERED,
            **TO_FIND_OUT,
            # Wednesday 30 September + 1: Thursday 8 October
            "registration#1": ("fulfilled", end_of("2026-10-08")),
            # + 2: Thursday 8, Friday 9 October
            "reply.phone#1": ("running", end_of("2026-10-09")),
            # hours by the clock know no holiday
            "first_follow_up.ordinary#1": ("running", at("2026-10-02 16:00")),
            # + 10: 8 9, Saturday 10 (make-up day), 12 13 14 15 16, 19 20 October
            "set_time.3#1": ("running", end_of("2026-10-20")),
            # four working hours: 1.5 until 17:30, 2.5 on Thursday 8 October from 09:00
            "assignment#1": ("running", at("2026-10-08 11:30")),
        }
    )


@pytest.mark.clause("5/3.3")
async def test_a_web_form_on_the_eve_of_national_day_is_due_on_a_saturday_that_is_worked(office: Office) -> None:
    await office.advance_to(at("2026-09-30 16:00"))
    story = await Story.through(office, "website")
    # + 3: Thursday 8, Friday 9, Saturday 10 October
    assert await story.due("reply.online#1") == end_of("2026-10-10")
    await story.registered()
    row = next(
        one
        for one in (await story.as_("director", "GET", "/sla/complaints/{id}/ledger"))["rows"]
        if one["duty"] == "reply.online"
    )
    # the deadline is explained as a sentence, in three languages
    assert set(row["why"]) == {"zh-Hant", "zh-Hans", "en"}
    assert "10" in row["why"]["en"]


@pytest.mark.clause("5/3.2")
async def test_a_day_that_the_office_is_closed_for_a_typhoon_moves_what_is_open(office: Office) -> None:
    story = await Story.by_phone(office)
    assert await story.due("reply.phone#1") == end_of("2026-03-04")
    admin = await office.as_("admin")
    days = [{"date": "2026-03-04", "kind": "off"}]
    answer = await admin.post("/sla/calendars/mainland/special-days", json=days)
    assert answer.is_success, answer.text
    await office.settle()
    await story.until("2026-03-02 09:01")
    # Tuesday 3, Thursday 5 March
    assert await story.due("reply.phone#1") == end_of("2026-03-05")
    assert await story.due("set_time.3#1") == end_of("2026-03-17")
    # who reckons by themselves have heard of it, too: intake's promises, reply's longest extension, casework's urging
    other = await Story.by_phone(office)
    assert {one["clause"]: moment(one["due_at"]) for one in other.promised}["5/3.2"] == end_of("2026-03-05")
    await story.handle("acceptance")
    body = {"until": "2026-06-01", "reason": "等待檢測。"}
    far = await story.refused(await story.handler(), "/reply/complaints/{id}/extensions", **body)
    # Thursday 5 March + 10 working days
    assert far.json()["latest"] == "2026-03-19"
    await story.until("2026-03-03 10:00")
    assert (await story.act("urge")).status_code == 200
    # urged on the day that the office is closed, it counts for Thursday
    await story.until("2026-03-04 10:00")
    assert (await story.act("urge")).status_code == 200
    await story.until("2026-03-05 10:00")
    assert (await story.act("urge")).json()["code"] == "urged_today"
    # what runs by the clock does not move
    assert await story.due("first_follow_up.ordinary#1") == at("2026-03-04 09:00")
