"""A phone call about a water outage, answered in time, from the call to the sealed file."""

import pytest

from tests.journeys.story import ENTERED, TO_FIND_OUT, Story, at, cited, end_of, moment
from tests.office import Office


@pytest.mark.both_carriers
@pytest.mark.clause("4/5.2.9(1)", "1/1.1.11", "5/3.2")
async def test_a_water_outage_told_by_phone_is_answered_in_time_and_filed(office: Office) -> None:
    await office.signed_in("operator1")  # with name and password; the others' tokens are signed as the desk does
    story = await Story.by_phone(office)
    assert await story.stage() == "assigned"
    received = {
        **ENTERED,
        **TO_FIND_OUT,
        # Monday 2 March + 1 working day = Tuesday 3 March; checked and registered in the same step
        "registration#1": ("fulfilled", end_of("2026-03-03")),
        # Monday 2 March + 2 working days = Wednesday 4 March, in time until 24:00
        "reply.phone#1": ("running", end_of("2026-03-04")),
        # Monday 2 March 09:00 + 48 hours by the clock
        "first_follow_up.ordinary#1": ("running", at("2026-03-04 09:00")),
        # from registration, level 3: 3 4 5 6, 9 10 11 12 13, 16 March
        "set_time.3#1": ("running", end_of("2026-03-16")),
        # 4 working hours from 09:00: three until 12:00, one from 13:30
        "assignment#1": ("running", at("2026-03-02 14:30")),
    }
    await story.stands(received)
    # what the caller was told at once is what binds; that it is registered needs no promise any more
    assert {one["clause"]: moment(one["due_at"]) for one in story.promised} == {
        "5/3.2": end_of("2026-03-04"),
        "6/3.4.6(2)": at("2026-03-04 09:00"),
        "2/1.1.16(3)": end_of("2026-03-16"),
    }

    await story.until("2026-03-02 10:00")
    told = await story.told_story()
    assert (told["department"], told["accepted"], told["labels"]["level"]) == ("water", False, 3)
    await story.handle("acceptance")
    assert (await story.told_story())["accepted"] is True
    await story.until("2026-03-02 11:00")
    await story.handle("follow-ups", way="phone", finding="in_progress", text="已通知搶修，傍晚前恢復。")
    await story.until("2026-03-03 09:30")
    await story.investigated(reported=False)
    assert await story.stage() == "investigating"
    await story.until("2026-03-03 16:00")
    await story.reported()
    await story.until("2026-03-04 09:00")
    opinion = {"outcome": "upheld", "text": "投訴屬實，已恢復供水。", "legal_basis": "城市供水條例"}
    await story.handle("opinion", **opinion, evidence=cited(await story.case()))
    assert ((await story.told_story())["outcome"], await story.stage()) == (None, "investigating")
    await story.handle("opinion/determination")
    assert ((await story.told_story())["outcome"], await story.stage()) == ("upheld", "decided")
    await story.until("2026-03-04 11:00")
    await story.replied()
    assert await story.stage() == "replied"
    await story.until("2026-03-05 10:00")
    await story.closed()
    assert await story.stage() == "closed"
    await story.stands(
        {
            **{row: ("fulfilled", due) for row, (_, due) in received.items()},
            **{f"{duty}#1": ("fulfilled", None) for duty in ("sessions", "evidence", "cause", "accountability")},
            # the complaint is upheld, but there was nothing more to put right
            "handling_plan#1": ("void", None),
            # the investigation ended on Tuesday 3 March: 4, 5, 6 March
            "report#1": ("fulfilled", end_of("2026-03-06")),
            "opinion#1": ("fulfilled", None),
            # determined on Wednesday 4 March: 5, 6, 9, 10, 11 March; the sent reply tells the result
            "result_notice#1": ("fulfilled", end_of("2026-03-11")),
            "closing#1": ("fulfilled", None),
            "findings_passed_on#1": ("fulfilled", None),
            # closed on Thursday 5 March: 6, 9 10 11 12 13, 16 17 18 19 March
            "filing#1": ("running", end_of("2026-03-19")),
        }
    )

    await story.until("2026-03-06 09:00")
    sealed = await story.filed()
    assert (sealed["state"], sealed["complete"], sealed["missing"]) == ("sealed", True, [])
    assert sealed["retained_until"] == "2031-03-06"  # level 3: five years from sealing
    assert await story.stage() == "filed"
    told = await story.told_story()
    assert (told["file_state"], told["outcome"]) == ("filed", "upheld")
    # the complainant follows it on the status page
    assert [one["what"] for one in (await story.status())["history"]] == [
        "complaint.received",
        "complaint.registered",
        "complaint.assigned",
        "investigation.started",
        "opinion.determined",
        "reply.sent",
        "complaint.replied",
        "complaint.closed",
        "complaint.filed",
    ]
    await story.has(filing="fulfilled", closing="fulfilled", reply_phone="fulfilled")
    assert await story.proofs() == {
        "findings_passed_on": "finding.passed_on",
        "registration": "complaint.registered",
        "particulars": "complaint.registered",
        "person_responsible": "complaint.registered",
        "plan": "investigation.planned",
        "investigation": "investigation.started",
        "sessions": "session.recorded",
        "evidence": "evidence.collected",
        "cause": "cause.found",
        "accountability": "accountability.recorded",
        "reply.phone": "reply.sent",
        "first_follow_up.ordinary": "follow_up.recorded",
        "set_time.3": "opinion.determined",
        "assignment": "assignment.accepted",
        "report": "report.submitted",
        "opinion": "opinion.determined",
        "result_notice": "reply.sent",
        "closing": "complaint.closed",
        "filing": "complaint.filed",
    }
    assert (await story.case())["stage"] == "filed"
    archivist = await office.as_("archivist1")
    checked = (await archivist.post("/archive/verifications")).json()
    assert checked["chain_ok"]
    assert not checked["tampered"]
    # nothing was slow: half of the time for the reply was over on Tuesday at 14:00, and nobody had to be urged
    assert [one["data"]["share"] for one in await story.events("duty.warned")].count(0.8) == 0
    assert "urging.made" not in await story.types()
    assert "duty.breached" not in await story.types()
