"""A case from its assignment to its file, through the real routes."""

from typing import Any

import pytest

from shared.events import FileSealed, ReplyDelivered, ReplySent, ResultNoticeGiven
from tests.services.casework.conftest import Caseworld

PLAN = {
    "investigators": ["water.handler"],
    "begins_at": "2026-03-02T02:00:00Z",
    "place": "Pump room 3",
    "questions": "Why is the pressure low?",
}
SESSION = {
    "method": "technical_test",
    "at": "2026-03-02T01:00:00Z",
    "place": "Pump room 3",
    "participants": ["Lu Xiaobo", "Resident"],
    "content": "Valve half shut.",
    "instrument": "Pressure gauge P-4",
    "calibrated_on": "2026-01-15",
    "readings": [{"at": "2026-03-02T01:00:00Z", "value": 0.12, "unit": "MPa", "limit": 0.14}],
    "analysis": "Below what the fifth floor needs.",
}


CHECK = {"text": "Check valves", "expectation": "None is left half shut.", "due_on": "2026-03-20"}


async def do(world: Caseworld, who: str, complaint: str, step: str, body: Any = None, status: int = 200) -> Any:
    answer = await world.as_(who).post(f"/complaints/{complaint}/{step}", json=body)
    assert answer.status_code == status, f"{step}: {answer.text}"
    return answer.json()


async def investigated(world: Caseworld, complaint: str) -> str:
    """Carry a case to its stated cause; returns the officer."""
    officer: str = (await world.case(complaint))["officer"]
    await do(world, officer, complaint, "acceptance")
    await do(world, officer, complaint, "investigation/plan", PLAN)
    await do(world, officer, complaint, "investigation/start")
    await do(world, officer, complaint, "investigation/sessions", SESSION)
    await do(
        world,
        officer,
        complaint,
        "investigation/evidence",
        {"kind": "photo", "title": "Valve", "attachment": complaint},
    )
    await do(world, officer, complaint, "investigation/end")
    await do(world, officer, complaint, "investigation/report", {"text": "The valve was half shut."})
    await do(
        world,
        officer,
        complaint,
        "cause",
        {"cause": "service_quality", "root": "No check after the repair.", "text": "A valve was left half shut."},
    )
    return officer


async def opinion(world: Caseworld, complaint: str, **changed: Any) -> dict[str, Any]:
    """An opinion that rests on a rule and on all the evidence of the case."""
    found = (await world.case(complaint))["investigation"]
    rests_on = {"legal_basis": "Rule 12", "evidence": [one["id"] for one in (*found["evidence"], *found["sessions"])]}
    return {"outcome": "upheld", "text": "Upheld."} | rests_on | changed


async def decided(world: Caseworld, complaint: str) -> str:
    officer = await investigated(world, complaint)
    await do(world, officer, complaint, "opinion", await opinion(world, complaint))
    await do(world, officer, complaint, "opinion/determination")
    return officer


async def replied(world: Caseworld, complaint: str) -> str:
    officer = await decided(world, complaint)
    await world.tell(
        "reply",
        complaint,
        ReplySent(reply="r1", letter_number="2026-1", way="mail", by=officer),
        ReplyDelivered(reply="r1", way="mail", proof="smtp_accepted", by="system"),
    )
    return officer


async def test_a_complaint_goes_the_whole_road_to_its_file(casework: Caseworld) -> None:
    complaint = await casework.complaint()
    case = await casework.case(complaint)
    assert (case["stage"], case["department"], case["supervisor"]) == ("assigned", "water", "water.head")
    assert case["next"][0]["action"] == "acceptance"

    officer = await replied(casework, complaint)
    case = await casework.case(complaint)
    assert case["stage"] == "replied"
    assert case["cause"]["root"] == "No check after the repair."
    assert case["investigation"]["sessions"][0]["readings"][0]["value"] == 0.12
    assert case["opinion"]["outcome"] == "upheld"

    made = await do(casework, officer, complaint, "measures", CHECK | {"owner": officer})
    measure = made["measures"][0]["id"]
    refused = await do(casework, officer, complaint, "closing", {"basis": "measures_done"}, status=409)
    assert refused["code"] == "not_ready_to_close"
    assert refused["open"] == ["measure_open", "no_accountability"]
    assert "Accountability" in refused["open_labels"][1]

    await do(casework, officer, complaint, f"measures/{measure}/done", {"text": "All checked"})
    await do(casework, officer, complaint, "accountability", {"at_fault": False, "text": "No one."})
    fits = await do(casework, officer, complaint, "closing", {"basis": "measures_handed_over"}, status=409)
    assert fits["fitting"] == ["measures_done"]
    closed = await do(casework, officer, complaint, "closing", {"basis": "measures_done"})
    assert closed["stage"] == "closed"

    await casework.tell(
        "archive",
        complaint,
        FileSealed.model_validate(
            {"file": "f1", "volume": 1, "seal": "s", "entries": 9, "retained_until": "2031-03-02", "by": "archivist1"}
        ),
    )
    assert (await casework.case(complaint))["stage"] == "filed"
    assert [kind for kind, _ in await casework.published(complaint)] == [
        "complaint.assigned",
        "assignment.accepted",
        "investigation.planned",
        "investigation.started",
        "session.recorded",
        "evidence.collected",
        "investigation.ended",
        "report.submitted",
        "cause.found",
        "opinion.proposed",
        "opinion.determined",
        "complaint.replied",
        "measure.planned",
        "measure.done",
        "accountability.recorded",
        "complaint.closed",
        "complaint.filed",
    ]


@pytest.mark.clause("4/5.2.10(1)")
async def test_a_reply_that_went_out_holds_it_open_until_it_is_delivered_or_was_tried_twice(
    casework: Caseworld,
) -> None:
    complaint = await casework.complaint()
    officer = await decided(casework, complaint)
    await do(casework, officer, complaint, "accountability", {"at_fault": False, "text": "No one."})
    sent = ReplySent(reply="r", letter_number="2026-3", way="letter", by=officer)
    attempt = ReplyDelivered(reply="r", way="letter", proof="attempt_recorded", by=officer)
    for fact in (sent, attempt):
        await casework.tell("reply", complaint, fact)
        refused = await do(casework, officer, complaint, "closing", {"basis": "replied"}, status=409)
        assert refused["open"] == ["reply_not_delivered"]
    await casework.tell("reply", complaint, attempt)
    assert (await do(casework, officer, complaint, "closing", {"basis": "replied"}))["stage"] == "closed"


async def test_a_consultation_is_answered_without_an_investigation(casework: Caseworld) -> None:
    complaint = await casework.complaint(kind="consultation", level=None)
    officer = (await casework.case(complaint))["officer"]
    refused = await do(casework, officer, complaint, "investigation/plan", PLAN, status=409)
    assert refused["code"] == "not_investigated"
    await do(casework, officer, complaint, "opinion", {"outcome": "not_established", "text": "The tariff is public."})
    case = await do(casework, officer, complaint, "opinion/determination")
    assert case["stage"] == "decided"
    await casework.tell(
        "reply",
        complaint,
        ReplySent(reply="r", letter_number="2026-2", way="mail", by=officer),
        ResultNoticeGiven(way="phone", by=officer),
        ReplyDelivered(reply="r", way="mail", proof="eml_laid", by="system"),
    )
    assert (await do(casework, officer, complaint, "closing", {"basis": "replied"}))["stage"] == "closed"


@pytest.mark.clause("4/5.2.9(1)", "3/4.1")
async def test_an_opinion_waits_for_investigation_report_and_cause(casework: Caseworld) -> None:
    complaint = await casework.complaint()
    officer = (await casework.case(complaint))["officer"]
    refused = await do(casework, officer, complaint, "opinion", await opinion(casework, complaint), status=409)
    assert refused["missing"] == ["investigation", "report", "cause"]


@pytest.mark.clause("4/5.2.9(1)")
async def test_at_level_2_a_supervisor_determines_the_opinion(casework: Caseworld) -> None:
    complaint = await casework.complaint(level=2)
    officer = await investigated(casework, complaint)
    await do(casework, officer, complaint, "opinion", await opinion(casework, complaint))
    refused = await do(casework, officer, complaint, "opinion/determination", status=403)
    assert refused["code"] == "not_yours_to_determine"
    assert (await do(casework, "water.head", complaint, "opinion/determination"))["stage"] == "decided"


async def test_a_wrong_step_names_the_stage_and_what_is_possible(casework: Caseworld) -> None:
    complaint = await casework.complaint()
    officer = (await casework.case(complaint))["officer"]
    answer = await casework.as_(officer, "zh-Hans").post(f"/complaints/{complaint}/closing", json={"basis": "replied"})
    assert answer.status_code == 409
    body = answer.json()
    assert (body["code"], body["stage"], body["stage_label"]) == ("wrong_stage", "assigned", "已分配")
    assert "investigation.started" in body["possible"]


async def test_a_command_ahead_of_its_event_is_asked_to_wait(casework: Caseworld) -> None:
    unknown = "00000000-0000-4000-8000-000000000000"
    answer = await casework.as_("water.handler").post(f"/complaints/{unknown}/acceptance")
    assert (answer.status_code, answer.headers["Retry-After"]) == (503, "1")
    received = await casework.received()
    answer = await casework.as_("water.handler").post(f"/complaints/{received}/acceptance")
    assert answer.status_code == 503


@pytest.mark.clause("3/m1.2")
async def test_words_are_sealed_in_the_database_and_in_the_documents(casework: Caseworld) -> None:
    import base64
    import hashlib

    from sqlalchemy import text

    complaint = await casework.complaint()
    await investigated(casework, complaint)
    async with casework.service.database.session() as session:
        for table, said in (("reports", b"valve"), ("sessions", b"half shut")):
            found = await session.scalar(text(f"SELECT words FROM {table} WHERE complaint = :c"), {"c": complaint})
            assert said not in found
    answer = await casework.as_service("archive").get(f"/complaints/{complaint}/documents")
    documents = answer.json()
    assert {one["kind"] for one in documents} >= {"assignment", "investigation", "session", "evidence", "report"}
    for one in documents:
        content = base64.b64decode(one["content"])
        assert hashlib.sha256(content).hexdigest() == one["sha256"]
        assert b"valve" not in content
    person = await casework.as_("archivist1").get(f"/complaints/{complaint}/documents")
    assert person.status_code == 403


@pytest.mark.clause("4/5.2.8(2)")
async def test_evidence_names_an_attachment_that_exists_or_has_a_text(casework: Caseworld) -> None:
    complaint = await casework.complaint()
    officer = (await casework.case(complaint))["officer"]
    await do(casework, officer, complaint, "investigation/plan", PLAN)
    await do(casework, officer, complaint, "investigation/start")
    unknown = {"kind": "photo", "title": "Valve", "attachment": "unknown-one"}
    body = await do(casework, officer, complaint, "investigation/evidence", unknown, status=422)
    assert body["errors"][0]["rule"] == "evidence_not_found"
    neither = {"kind": "photo", "title": "Valve"}
    body = await do(casework, officer, complaint, "investigation/evidence", neither, status=422)
    assert body["errors"][0]["rule"] == "text_or_attachment"
