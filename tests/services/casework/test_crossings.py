"""Two things at once: each crossing pair ends well, whichever is heard first."""

import asyncio
from datetime import timedelta
from typing import Any

from shared.events import (
    CalendarChanged,
    ComplaintRefused,
    ComplaintWithdrawn,
    DutyFulfilled,
    DutyWarned,
    FileReturned,
    FileSealed,
    OutcomeDisputed,
    ReplyDelivered,
    ReplySent,
)
from tests.services.casework.conftest import Caseworld
from tests.services.casework.test_the_road_of_a_case import decided, do, investigated, opinion, replied


def sent(reply: str = "r1") -> ReplySent:
    return ReplySent(reply=reply, letter_number="2026-1", way="mail", by="water.handler")


def sealed(volume: int = 1) -> FileSealed:
    return FileSealed.model_validate(
        {"file": "f", "volume": volume, "seal": "s", "entries": 9, "retained_until": "2031-03-02", "by": "archivist1"}
    )


def warned(duty: str, share: float, row: str = "reply.online#1") -> DutyWarned:
    return DutyWarned.model_validate(
        {"row": row, "duty": duty, "clause": "5/3.3", "due_at": "2026-03-06T00:00:00Z", "share": share}
    )


def fulfilled(duty: str) -> DutyFulfilled:
    return DutyFulfilled.model_validate(
        {
            "row": f"{duty}#1",
            "duty": duty,
            "clause": "5/3.3",
            "proof": "e",
            "proof_type": "reply.sent",
            "at": "2026-03-03T00:00:00Z",
            "late": False,
        }
    )


async def kinds(world: Caseworld, complaint: str) -> list[str]:
    return [kind for kind, _ in await world.published(complaint)]


async def closed(world: Caseworld, complaint: str) -> str:
    officer = await replied(world, complaint)
    await do(world, officer, complaint, "accountability", {"at_fault": False, "text": "No one."})
    await do(world, officer, complaint, "closing", {"basis": "replied"})
    return officer


async def test_casework_does_not_withdraw_what_intake_may_have_registered_a_moment_ago(casework: Caseworld) -> None:
    complaint = await casework.received()
    answer = await casework.as_service("intake").post(f"/complaints/{complaint}/withdrawal", json={})
    assert (answer.status_code, answer.headers["Retry-After"]) == (503, "1")
    assert (await casework.case(complaint))["stage"] == "received"


async def test_a_reply_sent_after_the_withdrawal_leaves_it_withdrawn(casework: Caseworld) -> None:
    complaint = await casework.complaint()
    await decided(casework, complaint)
    answer = await casework.as_service("intake").post(f"/complaints/{complaint}/withdrawal", json={})
    assert answer.status_code == 200, answer.text
    await casework.tell("reply", complaint, sent())
    assert (await casework.case(complaint))["stage"] == "withdrawn"
    assert "complaint.replied" not in await kinds(casework, complaint)
    assert (await casework.published(complaint))[-1] == ("complaint.withdrawn", {"by": "complainant"})


async def test_a_withdrawal_after_the_reply_was_sent_is_refused(casework: Caseworld) -> None:
    complaint = await casework.complaint()
    await replied(casework, complaint)
    answer = await casework.as_service("intake").post(f"/complaints/{complaint}/withdrawal", json={})
    assert (answer.status_code, answer.json()["stage"]) == (409, "replied")


async def test_a_volume_sealed_after_the_re_opening_is_cancelled(casework: Caseworld) -> None:
    complaint = await casework.complaint()
    await closed(casework, complaint)
    await do(casework, "water.head", complaint, "reopening", {"ground": "review"})
    await casework.tell("archive", complaint, sealed())
    case = await casework.case(complaint)
    assert (case["stage"], case["round"], case["reply"]) == ("assigned", 1, None)
    assert (await kinds(casework, complaint))[-3:] == ["complaint.reopened", "complaint.assigned", "filing.cancelled"]


async def test_a_volume_sealed_before_the_complaint_was_closed_again_is_cancelled(casework: Caseworld) -> None:
    complaint = await casework.complaint()
    before = await casework.now() - timedelta(minutes=5)
    await closed(casework, complaint)
    await casework.tell("archive", complaint, sealed(), at=before)
    assert (await casework.case(complaint))["stage"] == "closed"
    assert (await kinds(casework, complaint))[-1] == "filing.cancelled"


async def test_a_returned_file_is_the_handlers_to_complete_until_it_is_sealed(casework: Caseworld) -> None:
    complaint = await casework.complaint()
    await closed(casework, complaint)
    await casework.tell(
        "archive", complaint, FileReturned(file="f", volume=1, missing=("delivery_proof",), by="archivist1")
    )
    case = await casework.case(complaint)
    assert (case["stage"], case["file_missing"]) == ("closed", ["delivery_proof"])
    assert [step["action"] for step in case["next"]] == ["completion", "filing"]
    await casework.tell("archive", complaint, sealed())
    assert (await casework.case(complaint))["file_missing"] == []


async def test_a_filed_complaint_is_re_opened_when_it_is_not_solved(casework: Caseworld) -> None:
    complaint = await casework.complaint()
    officer = await closed(casework, complaint)
    await casework.tell("archive", complaint, sealed())
    await casework.tell("reply", complaint, OutcomeDisputed(by="complainant"))
    await casework.tell("reply", complaint, OutcomeDisputed(by="complainant"))  # already re-opened: nothing twice
    case = await casework.case(complaint)
    assert (case["stage"], case["officer"], case["accepted"]) == ("assigned", officer, False)
    assert (await kinds(casework, complaint)).count("complaint.reopened") == 1
    assert [step["action"] for step in case["next"]] == ["acceptance", "opinion", "investigation/plan"]

    await do(casework, officer, complaint, "opinion", await opinion(casework, complaint, outcome="partly_upheld"))
    await do(casework, officer, complaint, "opinion/determination")
    await casework.tell("reply", complaint, ReplyDelivered(reply="r1", way="mail", proof="smtp_accepted", by="system"))
    assert (await casework.case(complaint))["reply_delivered_at"] is None  # the earlier reply's proof is not this one's
    await casework.tell("reply", complaint, sent("r2"))
    assert (await casework.case(complaint))["stage"] == "replied"


async def test_after_a_hand_over_the_former_officers_report_is_refused_and_an_earlier_one_stands(
    casework: Caseworld,
) -> None:
    complaint = await casework.complaint()
    officer = await investigated(casework, complaint)
    other = "water.handler" if officer == "water.handler2" else "water.handler2"
    case = await do(casework, officer, complaint, "handover", {"officer": other, "reason": "On leave"})
    assert (case["officer"], case["accepted"], case["stage"]) == (other, False, "investigating")
    report = {"text": "One more report"}
    refused = await do(casework, officer, complaint, "investigation/report", report, status=403)
    assert refused["code"] == "not_your_case"
    case = await casework.case(complaint)
    assert len(case["investigation"]["reports"]) == 1
    await do(casework, other, complaint, "opinion", await opinion(casework, complaint))


async def test_hand_over_and_report_at_the_same_moment_follow_one_another(casework: Caseworld) -> None:
    complaint = await casework.complaint()
    officer = await investigated(casework, complaint)
    other = "water.handler" if officer == "water.handler2" else "water.handler2"
    handover = casework.as_(officer).post(
        f"/complaints/{complaint}/handover", json={"officer": other, "reason": "On leave"}
    )
    report = casework.as_(officer).post(f"/complaints/{complaint}/investigation/report", json={"text": "More"})
    first, second = await asyncio.gather(handover, report)
    assert first.status_code == 200
    assert second.status_code in {200, 403}
    said = await kinds(casework, complaint)
    assert said.count("report.submitted") == (2 if second.status_code == 200 else 1)


async def test_reclassifying_and_closing_at_the_same_moment_do_not_mix(casework: Caseworld) -> None:
    complaint = await casework.complaint()
    officer = await replied(casework, complaint)
    await do(casework, officer, complaint, "accountability", {"at_fault": True, "text": "Trained."})
    labels: dict[str, Any] = {
        "service": "water",
        "topic_code": "water.quality",
        "nature": "service_quality",
        "kind": "complaint",
        "level": 2,
        "importance": "ordinary",
        "reason": "A whole street",
    }
    one, two = await asyncio.gather(
        casework.as_(officer).post(f"/complaints/{complaint}/closing", json={"basis": "replied"}),
        casework.as_(officer).post(f"/complaints/{complaint}/classification", json=labels),
    )
    said = await kinds(casework, complaint)
    if two.status_code == 200:  # at level 2 a return visit is owed, so that it cannot be closed any more (3/5.2)
        assert (one.status_code, one.json()["open"], said[-1]) == (409, ["visit_open"], "complaint.reclassified")
    else:
        assert (one.status_code, said[-1]) == (200, "complaint.closed")
        assert (two.status_code, two.json()["stage"]) == (409, "closed")


async def test_an_urging_after_closing_is_refused_and_an_open_one_holds_the_closing(casework: Caseworld) -> None:
    complaint = await casework.complaint()
    officer = await decided(casework, complaint)
    await do(casework, officer, complaint, "accountability", {"at_fault": False, "text": "No one."})
    case = await do(casework, "water.head", complaint, "urgings", {"text": "Where is the reply?"})
    await casework.tell(
        "reply", complaint, sent(), ReplyDelivered(reply="r1", way="mail", proof="smtp_accepted", by="system")
    )
    refused = await do(casework, officer, complaint, "closing", {"basis": "replied"}, status=409)
    assert refused["open"] == ["urging_open"]
    urging = case["urgings"][0]["id"]
    await do(casework, officer, complaint, f"urgings/{urging}/answer", {"text": "It went out today."})
    again = await do(casework, officer, complaint, f"urgings/{urging}/answer", {"text": "Again"}, status=409)
    assert again["code"] == "urging_over"
    await do(casework, officer, complaint, "closing", {"basis": "replied"})
    late = await casework.as_service("intake").post(f"/complaints/{complaint}/urgings", json={})
    assert (late.status_code, late.json()["stage"]) == (409, "closed")


async def test_the_office_urges_once_at_80_percent_and_the_urging_lapses_with_its_duty(casework: Caseworld) -> None:
    complaint = await casework.complaint()
    await casework.tell("sla", complaint, warned("reply.online", 0.5), warned("reply.online", 0.8))
    await casework.tell("sla", complaint, warned("reply.online", 0.8), warned("report", 0.8))
    case = await casework.case(complaint)
    assert [(one["origin"], one["duty"], one["by"]) for one in case["urgings"]] == [
        ("office", "reply.online", "system")
    ]
    assert not case["escalated"]
    await casework.tell("sla", complaint, warned("set_time.3", 0.8, "set_time.3#1"))
    case = await casework.case(complaint)
    assert case["escalated"]
    assert case["next"][0]["action"] == "assignment"
    await casework.tell("sla", complaint, fulfilled("reply.online"))
    case = await casework.case(complaint)
    assert [bool(one["lapsed_at"]) for one in case["urgings"]] == [True, False]


async def test_no_urging_is_made_of_a_warning_that_comes_after_the_reply(casework: Caseworld) -> None:
    complaint = await casework.complaint()
    await replied(casework, complaint)
    await casework.tell("sla", complaint, warned("reply.online", 0.8))
    assert (await casework.case(complaint))["urgings"] == []


async def test_the_complainant_urges_once_a_working_day(casework: Caseworld) -> None:
    complaint = await casework.complaint()
    intake = casework.as_service("intake")
    first = await intake.post(f"/complaints/{complaint}/urgings", json={"text": "Still no water"})
    assert first.json()["urgings"][0]["origin"] == "complainant"
    second = await intake.post(f"/complaints/{complaint}/urgings", json={})
    assert (second.status_code, second.json()["code"]) == (409, "urged_today")
    operator = await casework.as_("operator1").post(f"/complaints/{complaint}/urgings", json={})
    assert operator.json()["code"] == "urged_today"


async def test_a_day_that_staff_take_off_does_not_count_for_urging(casework: Caseworld) -> None:
    complaint = await casework.complaint()
    intake = casework.as_service("intake")
    assert (await intake.post(f"/complaints/{complaint}/urgings", json={})).status_code == 200
    today = (await casework.now()).date()
    off = [{"date": (today + timedelta(days=ahead)).isoformat(), "kind": "off"} for ahead in (0, 1)]
    changed = {"published_until": "2026-12-31", "by": "admin"}
    await casework.tell("sla", "mainland", CalendarChanged.model_validate(changed | {"special_days": off}))
    await casework.forward(days=1)
    again = await intake.post(f"/complaints/{complaint}/urgings", json={})
    assert (again.status_code, again.json()["code"]) == (409, "urged_today")
    await casework.tell("sla", "mainland", CalendarChanged.model_validate(changed | {"special_days": []}))
    assert (await intake.post(f"/complaints/{complaint}/urgings", json={})).status_code == 200


async def test_refused_and_early_withdrawn_complaints_are_filed_as_well(casework: Caseworld) -> None:
    refused, withdrawn = await casework.received(), await casework.received()
    fact = ComplaintRefused(number="26-1", reason="out_of_scope", where_to_turn="city_hotline", by="operator1")
    await casework.tell("intake", refused, fact)
    await casework.tell("intake", withdrawn, ComplaintWithdrawn(by="complainant"))
    for complaint, stage in ((refused, "refused"), (withdrawn, "withdrawn")):
        assert (await casework.case(complaint))["stage"] == stage
        await casework.tell("archive", complaint, sealed())
        assert (await casework.case(complaint))["stage"] == "filed"
        assert await kinds(casework, complaint) == ["complaint.filed"]
