"""Labels, pauses, alarms, follow-ups and erasure."""

from typing import Any

import pytest

from shared.events import AlarmRaised, ComplaintErased
from tests.services.casework.conftest import Caseworld
from tests.services.casework.test_the_road_of_a_case import do

LABELS: dict[str, Any] = {
    "service": "water",
    "topic_code": "water.pressure",
    "nature": "service_quality",
    "kind": "complaint",
    "level": 3,
    "importance": "ordinary",
    "reason": "Three streets are dry.",
}


async def officer_of(world: Caseworld, complaint: str) -> str:
    return str((await world.case(complaint))["officer"])


async def test_an_alarm_rings_before_registration_until_somebody_on_duty_takes_it(casework: Caseworld) -> None:
    complaint = await casework.received()
    await casework.tell("intake", complaint, AlarmRaised(cause="danger_cue", cues=("gas_smell",)))
    ringing = (await casework.as_("operator1").get("/alarms")).json()
    assert [one["cues"] for one in ringing if one["complaint"] == complaint] == [["gas_smell"]]
    case = await do(casework, "operator1", complaint, "alarm/acceptance", {})
    assert case["alarms"][0]["accepted_by"] == "operator1"
    assert (await do(casework, "operator2", complaint, "alarm/acceptance", status=409))["code"] == "no_alarm"
    assert not [one for one in (await casework.as_("operator1").get("/alarms")).json() if one["complaint"] == complaint]
    assert await casework.published(complaint) == [("alarm.accepted", {"by": "operator1"})]


async def test_a_person_who_registers_at_a_lower_level_silences_it_and_the_machine_does_not(
    casework: Caseworld,
) -> None:
    by_person, by_machine = await casework.received(), await casework.received()
    for complaint in (by_person, by_machine):
        await casework.tell("classification", complaint, AlarmRaised(cause="probability"))
    await casework.register(by_person)
    await casework.register(by_machine, by_machine=True)
    assert (await casework.case(by_person))["alarms"][0]["accepted_by"] == "operator1"
    assert (await casework.case(by_machine))["alarms"][0]["accepted_at"] is None


@pytest.mark.clause("2/1.1.15(1)", "2/1.1.14(2)")
async def test_raising_to_level_1_rings_and_lowering_needs_a_reason_and_silences(casework: Caseworld) -> None:
    complaint = await casework.complaint()
    officer = await officer_of(casework, complaint)
    case = await do(casework, officer, complaint, "classification", LABELS | {"level": 1})
    assert (case["level"], case["urgent"], case["next"][0]["action"]) == (1, True, "alarm/acceptance")
    nothing = {name: value for name, value in LABELS.items() if name != "reason"}
    await do(casework, officer, complaint, "classification", nothing, status=422)
    case = await do(casework, officer, complaint, "classification", LABELS | {"level": 2})
    assert case["alarms"][0]["accepted_by"] == officer
    assert [one["change"] for one in case["reclassifications"]] == ["level_raised", "level_lowered"]
    said = await casework.published(complaint)
    assert [kind for kind, _ in said][1:] == [
        "complaint.reclassified",
        "alarm.raised",
        "complaint.reclassified",
        "alarm.accepted",
    ]
    assert "dry" not in str(said)  # the reason's words stay here, sealed


@pytest.mark.clause("2/1.1.14(2)")
async def test_labels_that_do_not_go_together_are_refused(casework: Caseworld) -> None:
    complaint = await casework.complaint()
    officer = await officer_of(casework, complaint)
    for change, field, rule in (
        ({"level": None}, "level", "level_unfit"),
        ({"kind": "suggestion"}, "level", "level_unfit"),
        ({"topic_code": "gas.price"}, "topic_code", "topic_unfit"),
    ):
        refused = await do(casework, officer, complaint, "classification", LABELS | change, status=422)
        assert [(one["field"], one["rule"]) for one in refused["errors"]] == [(field, rule)]
    assert (await do(casework, officer, complaint, "classification", LABELS, status=409))["code"] == "nothing_changed"


async def test_force_majeure_pauses_by_a_supervisor_alone(casework: Caseworld) -> None:
    complaint = await casework.complaint()
    officer = await officer_of(casework, complaint)
    refused = await do(casework, officer, complaint, "pause", {"reason": "force_majeure"}, status=403)
    assert refused["code"] == "supervisor_needed"
    await do(casework, "water.head", complaint, "pause", {"reason": "force_majeure"})
    await do(casework, officer, complaint, "pause", {"reason": "outside_test"})
    again = await do(casework, officer, complaint, "pause", {"reason": "outside_test"}, status=409)
    assert again["code"] == "already_paused"
    await do(casework, officer, complaint, "resumption", {"reason": "outside_test"})
    case = await do(casework, officer, complaint, "resumption")
    assert all(one["resumed_at"] for one in case["pauses"])
    assert (await do(casework, officer, complaint, "resumption", status=409))["code"] == "not_paused"


async def test_a_follow_up_is_recorded_even_before_registration(casework: Caseworld) -> None:
    complaint = await casework.received()
    body = {"way": "phone", "finding": "in_progress", "text": "She still has no water."}
    case = await do(casework, "operator1", complaint, "follow-ups", body)
    assert case["follow_ups"][0]["text"] == "She still has no water."
    assert [kind for kind, _ in await casework.published(complaint)] == ["follow_up.recorded"]


async def test_an_erased_complaint_shows_its_codes_without_words_and_takes_no_new_ones(casework: Caseworld) -> None:
    complaint = await casework.complaint()
    body = {"way": "phone", "finding": "slow", "text": "Her neighbour as well."}
    await do(casework, "operator1", complaint, "follow-ups", body)
    casework.keys[complaint] = None
    await casework.tell("intake", complaint, ComplaintErased(by="admin"))
    case = await casework.case(complaint)
    assert case["erased"]
    assert case["follow_ups"][0]["finding"] == "slow"
    assert "text" not in case["follow_ups"][0]
    assert (await do(casework, "operator1", complaint, "follow-ups", body, status=410))["code"] == "erased"
    documents = (await casework.as_service("archive").get(f"/complaints/{complaint}/documents")).json()
    assert {one["kind"] for one in documents} == {"assignment", "follow_up"}


async def test_cases_are_listed_by_officer_department_and_stage(casework: Caseworld) -> None:
    complaint = await casework.complaint(service="transport", topic_code="transport.routes")
    officer = await officer_of(casework, complaint)
    mine = (await casework.as_(officer).get("/cases", params={"officer": officer})).json()
    assert complaint in [one["id"] for one in mine]
    none = (await casework.as_(officer).get("/cases", params={"department": "transport", "stage": "closed"})).json()
    assert none == []
    wrong = await casework.as_(officer).get("/cases", params={"stage": "lost"})
    assert wrong.status_code == 422
    nul = await casework.as_(officer).get("/cases", params={"officer": "\x00"})
    assert nul.status_code == 422
