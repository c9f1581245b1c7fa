"""Registered, by a person or a machine, or refused by a person; nobody decides about themself."""

import asyncio
import json
from typing import Any
from uuid import uuid4

import pytest

from shared.events import ComplaintAssigned, ComplaintClassified, DepartmentDefined, OfficerDefined
from tests.services.intake.conftest import Edge
from tests.services.intake.test_receiving import LABELS


async def _received(edge: Edge, **body: Any) -> dict[str, Any]:
    return await edge.receive(edge.channel("website"), channel="website", **body)


async def test_the_queue_shows_danger_first_and_when_the_check_is_due(edge: Edge) -> None:
    calm = await _received(edge, text="水壓低" * 100)
    danger = await _received(edge, text="着火了")
    queue = (await edge.operator.get("/intake/scope-checks", params={"limit": 200})).json()
    places = [each["id"] for each in queue]
    assert places.index(danger["id"]) < places.index(calm["id"])
    row = next(each for each in queue if each["id"] == calm["id"])
    assert row["due_at"] == "2026-03-03T16:00:00Z"
    assert len(row["excerpt"]) < 130


async def test_registering_moves_the_complaint_and_a_second_time_is_refused_with_what_is_possible(edge: Edge) -> None:
    answer = await _received(edge)
    path = f"/intake/complaints/{answer['id']}/registration"
    registered = await edge.operator.post(path, json=LABELS)
    assert (registered.status_code, registered.json()["stage"]) == (200, "registered")
    assert registered.json()["labels"]["category"] == "service"
    again = await edge.operator.post(path, json=LABELS)
    assert (again.status_code, again.json()["stage"]) == (409, "registered")
    assert "complaint.assigned" in again.json()["possible"]
    assert await edge.types(answer["id"]) == ["complaint.received", "complaint.registered"]


async def test_two_operators_at_once_register_it_once(edge: Edge) -> None:
    answer = await _received(edge)
    path = f"/intake/complaints/{answer['id']}/registration"
    both = await asyncio.gather(*(edge.operator.post(path, json=LABELS) for _ in range(4)))
    assert sorted(each.status_code for each in both) == [200, 409, 409, 409]


async def test_labels_that_do_not_fit_together_are_named(edge: Edge) -> None:
    answer = await _received(edge)
    wrong = LABELS | {"service": "gas", "level": None}
    response = await edge.operator.post(f"/intake/complaints/{answer['id']}/registration", json=wrong)
    assert {each["field"]: each["rule"] for each in response.json()["errors"]} == {
        "topic_code": "topic_of_other_service",
        "level": "level_needed",
    }


async def test_a_consultation_has_no_level(edge: Edge) -> None:
    answer = await _received(edge)
    path = f"/intake/complaints/{answer['id']}/registration"
    registered = await edge.operator.post(path, json=LABELS | {"kind": "consultation"})
    assert registered.json()["labels"]["level"] is None


async def test_a_refusal_names_the_reason_and_where_to_turn(edge: Edge) -> None:
    answer = await _received(edge, text="鄰居裝修太吵")
    path = f"/intake/complaints/{answer['id']}/refusal"
    unknown = await edge.operator.post(path, json={"reason": "out_of_scope", "where_to_turn": "the moon"})
    assert unknown.json()["errors"][0]["rule"] == "outside_body_unknown"
    refused = await edge.operator.post(path, json={"reason": "out_of_scope", "where_to_turn": "city_hotline"})
    assert (refused.status_code, refused.json()["stage"]) == (200, "refused")
    status = await edge.complainant(answer).get(f"/intake/complaints/{answer['number']}/status")
    assert status.json()["refusal"]["where_to_turn_label"] == "City service hotline 12345"
    assert status.json()["possible_acts"] == ["review"]


async def test_the_person_responsible_must_be_an_officer_of_the_office(edge: Edge) -> None:
    known = OfficerDefined(officer="operator3", department="complaints", roles=("operator",), active=True)
    await edge.hear("casework", "operator3", 1, known)
    answer = await _received(edge)
    path = f"/intake/complaints/{answer['id']}/registration"
    unknown = await edge.operator.post(path, json=LABELS | {"officer": "nobody"})
    assert unknown.json()["errors"][0]["rule"] == "officer_unknown"
    named = LABELS | {"officer": "operator3", "named_officers": ["operator3"]}
    assert (await edge.operator.post(path, json=named)).json()["code"] == "named_in_complaint"
    assert (await edge.operator.post(path, json=LABELS | {"officer": "operator3"})).status_code == 200


async def test_a_handler_cannot_check_the_scope(edge: Edge) -> None:
    answer = await _received(edge)
    handler = edge.officer("water.handler", "handler")
    response = await handler.post(f"/intake/complaints/{answer['id']}/registration", json=LABELS)
    assert response.status_code == 403


async def test_who_is_named_or_leads_who_is_named_neither_registers_nor_reads(edge: Edge) -> None:
    await edge.hear("casework", "complaints", 1, DepartmentDefined(department="complaints", parent="company", services=(), head="complaints.head"))  # fmt: skip  # noqa: E501
    await edge.hear("casework", "operator2", 1, OfficerDefined(officer="operator2", department="complaints", roles=("operator",), active=True))  # fmt: skip  # noqa: E501
    answer = await _received(edge, named_officers=["operator2"])
    path = f"/intake/complaints/{answer['id']}"
    for who in ("operator2", "complaints.head"):
        response = await edge.officer(who, "operator", "supervisor").post(f"{path}/registration", json=LABELS)
        assert (response.status_code, response.json()["code"]) == (403, "named_in_complaint")
        assert (await edge.officer(who, "operator").get(path)).status_code == 403
        queue = await edge.officer(who, "operator").get("/intake/scope-checks", params={"limit": 200})
        assert answer["id"] not in {each["id"] for each in queue.json()}
        assert (await edge.officer(who, "administrator").post(f"{path}/erasure")).status_code == 403
    assert (await edge.operator.post(f"{path}/registration", json=LABELS)).status_code == 200


def _proposal(**change: Any) -> ComplaintClassified:
    given = {
        "in_scope": True,
        "service": "gas",
        "topic_code": "gas.facility_safety",
        "nature": "safety",
        "kind": "complaint",
        "category": "quality",
        "level": 2,
        "importance": "ordinary",
        "department": "gas",
        "confidence": {"in_scope": 0.99},
        "p_level_1": 0.02,
        "to_person": (),
    }
    return ComplaintClassified(**(given | change))


async def test_a_sure_machine_registers_under_a_named_officer_and_an_unsure_one_only_proposes(edge: Edge) -> None:
    sure, unsure, out = [await _received(edge) for _ in range(3)]
    await edge.hear("classification", sure["id"], 1, _proposal())
    await edge.hear("classification", unsure["id"], 1, _proposal(to_person=("kind",)))
    await edge.hear("classification", out["id"], 1, _proposal(in_scope=False))
    registered = (await edge.facts(sure["id"]))[-1].data.model_dump()
    assert (registered["officer"], registered["by_machine"], registered["by"]) == ("complaints.head", True, "system")
    for waiting in (unsure, out):
        row = (await edge.operator.get(f"/intake/complaints/{waiting['id']}")).json()
        assert (row["stage"], row["proposal"]["service"]) == ("received", "gas")


@pytest.mark.clause("2/1.1.15(1)")
async def test_the_machine_never_lowers_danger_and_never_overtakes_a_person(edge: Edge) -> None:
    danger, decided = await _received(edge, text="煤氣洩漏"), await _received(edge)
    await edge.operator.post(f"/intake/complaints/{decided['id']}/registration", json=LABELS)
    for each in (danger, decided):
        await edge.hear("classification", each["id"], 1, _proposal())
    assert (await edge.facts(danger["id"]))[-1].data.model_dump()["level"] == 1
    row = (await edge.operator.get(f"/intake/complaints/{decided['id']}")).json()
    assert (row["labels"]["service"], row["proposal"]["service"]) == ("water", "gas")


async def test_the_stage_follows_casework_once_it_owns_it(edge: Edge) -> None:
    answer = await edge.receive(edge.operator, channel="phone", registration=LABELS)
    await edge.hear("casework", answer["id"], 1, ComplaintAssigned(department="water", officer="x", how="rule", by="system"))  # fmt: skip  # noqa: E501
    status = (await edge.complainant(answer).get(f"/intake/complaints/{answer['number']}/status")).json()
    assert (status["stage"], status["stage_label"]) == ("assigned", "Assigned")
    assert [each["what"] for each in status["history"]][-1] == "complaint.assigned"


async def test_a_fact_about_a_complaint_that_intake_does_not_have_harms_nobody(edge: Edge) -> None:
    await edge.hear("classification", str(uuid4()), 1, _proposal())


async def test_places_read_from_the_words_are_offered_and_stay_with_intake(edge: Edge) -> None:
    answer = await _received(edge, text="梅溪區解放路昨晚停水，水錶編號 A1234567。")
    shown = (await edge.operator.get(f"/intake/complaints/{answer['id']}")).json()
    read = {one["kind"]: one["words"] for one in shown["read_places"]}
    assert read == {"district": "梅溪區", "road": "解放路", "time": "昨晚", "meter": "A1234567"}
    said = json.dumps(
        [each.data.model_dump(mode="json") for each in await edge.facts(answer["id"])], ensure_ascii=False
    )
    assert not any(words in said for words in read.values())
