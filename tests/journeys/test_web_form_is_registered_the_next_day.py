"""A web form waits for its scope check: provisional dates become binding when a person registers it."""

import pytest

from tests.journeys.story import ENTERED, TO_FIND_OUT, Story, at, end_of
from tests.office import Office

LETTER_BOX = "你好，我想反映一個情況，請看附件中的說明，謝謝。"
"""Words of which no machine can be sure: a person decides."""


@pytest.mark.both_carriers
@pytest.mark.clause("4/5.2.7(2)")
async def test_a_web_form_registered_by_a_person_the_next_day_keeps_the_dates_of_its_receipt(office: Office) -> None:
    await office.advance_to(at("2026-03-02 15:00"))
    story = await Story.through(office, "website", text=LETTER_BOX)
    assert await story.stage() == "received"
    provisional = {
        # Monday 2 March + 1 working day, + 3 working days; 48 hours by the clock
        "registration#1": ("running", end_of("2026-03-03")),
        "reply.online#1": ("provisional", end_of("2026-03-05")),
        "first_follow_up.ordinary#1": ("provisional", at("2026-03-04 15:00")),
        "particulars#1": ("running", None),
        "person_responsible#1": ("running", None),
    }
    await story.stands(provisional)
    assert {one["binding"] for one in story.promised} == {False}
    queue = (await (await office.as_("operator1")).get("/intake/scope-checks")).json()
    assert [one["number"] for one in queue] == [story.number]

    await story.until("2026-03-03 10:30")
    await story.registered()
    assert await story.stage() == "assigned"
    await story.stands(
        {
            **ENTERED,
            **TO_FIND_OUT,
            "registration#1": ("fulfilled", end_of("2026-03-03")),
            "reply.online#1": ("running", end_of("2026-03-05")),
            "first_follow_up.ordinary#1": ("running", at("2026-03-04 15:00")),
            # from registration on Tuesday 3 March: 4 5 6, 9 10 11 12 13, 16 17 March
            "set_time.3#1": ("running", end_of("2026-03-17")),
            # 4 working hours from 10:30: 1.5 until 12:00, 2.5 from 13:30
            "assignment#1": ("running", at("2026-03-03 16:00")),
        }
    )
    await story.handle("acceptance")
    await story.investigated()
    await story.decided()
    await story.until("2026-03-05 23:59")
    await story.replied()
    await story.has(reply_online="fulfilled")


@pytest.mark.clause("4/5.2.7(2)")
async def test_a_web_form_that_nobody_looks_at_in_time_is_registered_late(office: Office) -> None:
    story = await Story.through(office, "website", text=LETTER_BOX)
    await story.until("2026-03-03 23:59")
    await story.has(registration="running")
    await story.until("2026-03-04 00:00")
    await story.has(registration="breached")
    await story.until("2026-03-04 09:20")
    await story.registered()
    await story.has(registration="late", reply_online="running")
    # the reply still counts from receipt: 3, 4, 5 March
    assert await story.due("reply.online#1") == end_of("2026-03-05")
    shares = [
        one["data"]["share"] for one in await story.events("duty.warned") if one["data"]["duty"] == "registration"
    ]
    assert shares == [0.5, 0.8]
