"""Chapter 3 and 4/5.2.8: planned, carried out, recorded with evidence, traced to its root, put right."""

import hashlib
from datetime import timedelta
from typing import Any

import pytest

from tests.clauses.desk import sees
from tests.journeys.story import Story, moment
from tests.office import Office


async def _accepted(office: Office) -> tuple[Story, str, str]:
    story = await Story.by_phone(office)
    await story.handle("acceptance")
    return story, await story.handler(), (await office.now()).isoformat()


@pytest.mark.clause("3/3.1", "4/5.2.8(1)")
async def test_who_investigates_when_and_where_is_planned_before_it_starts(office: Office) -> None:
    story, officer, now = await _accepted(office)
    begins = (moment(now) + timedelta(hours=1)).isoformat()
    await story.has(plan="running", investigation="running")
    plan = {"investigators": [officer], "begins_at": begins, "place": "泵房", "questions": "為何沒有通知？"}
    path = "/casework/complaints/{id}/investigation/plan"
    for missing in ("investigators", "begins_at", "place", "questions"):
        incomplete = {name: value for name, value in plan.items() if name != missing}
        assert (await story.refused(officer, path, **incomplete)).status_code == 422
    assert (await story.refused(officer, path, **plan | {"investigators": ["nobody"]})).status_code == 422
    unplanned = await story.refused(officer, "/casework/complaints/{id}/investigation/start")
    assert (unplanned.status_code, unplanned.json()["code"]) == (409, "plan_needed")
    await story.handle("investigation/plan", **plan)
    await story.has(plan="fulfilled", investigation="running")
    kept = (await story.case())["investigation"]["plan"]
    assert (kept["investigators"], kept["place"], kept["questions"]) == ([officer], "泵房", "為何沒有通知？")
    (planned,) = await story.events("investigation.planned")
    assert planned["data"]["investigators"] == [officer]
    assert moment(kept["begins_at"]) == moment(planned["data"]["begins_at"]) == moment(begins)
    await sees(office, officer, story.id, "· 泵房", "為何沒有通知？")
    await story.handle("investigation/start")
    await story.has(investigation="fulfilled")
    assert (await story.proofs())["investigation"] == "investigation.started"


@pytest.mark.clause("3/3.2", "3/3.3", "4/5.2.8(2)")
async def test_a_visit_to_the_scene_is_recorded_whole_with_hashed_evidence_before_the_investigation_ends(
    office: Office,
) -> None:
    story, officer, now = await _accepted(office)
    held = (moment(now) - timedelta(minutes=20)).isoformat()
    await story.begun()
    await story.has(sessions="running", evidence="running")
    assert (await story.refused(officer, "/casework/complaints/{id}/investigation/end")).status_code == 409
    session: dict[str, Any] = {"method": "on_site", "at": held, "place": "泵房", "participants": ["江濤", "物業"]}
    session |= {"content": "水泵跳閘，通知沒有發出。", "observations": "二號泵已停。"}
    session |= {"questioned": [{"who": "值班員", "said": "交接時沒有人提起。"}]}
    path = "/casework/complaints/{id}/investigation/sessions"
    for missing in ("at", "place", "participants", "content"):
        incomplete = {name: value for name, value in session.items() if name != missing}
        assert (await story.refused(officer, path, **incomplete)).status_code == 422
    tomorrow = (await office.now() + timedelta(days=1)).isoformat()
    assert (await story.refused(officer, path, **session | {"at": tomorrow})).status_code == 422
    await story.handle("investigation/sessions", **session)
    await story.has(sessions="fulfilled", evidence="running")
    [kept] = (await story.case())["investigation"]["sessions"]
    assert {name: kept[name] for name in ("place", "participants", "content")} == {
        name: session[name] for name in ("place", "participants", "content")
    }
    assert moment(kept["at"]) == moment(held)
    brought = await (await office.as_(officer)).post(
        "/intake/attachments",
        files={"file": ("note.txt", "值班記錄 03:10 跳閘".encode())},
        data={"complaint": story.id},
    )
    assert brought.status_code == 201, brought.text
    evidence = {"kind": "document", "title": "值班記錄", "attachment": brought.json()["id"]}
    await story.handle("investigation/evidence", **evidence)
    await story.has(evidence="fulfilled")
    [piece] = (await story.case())["investigation"]["evidence"]
    assert piece["sha256"] == brought.json()["sha256"] == hashlib.sha256("值班記錄 03:10 跳閘".encode()).hexdigest()
    (collected,) = await story.events("evidence.collected")
    assert collected["data"]["sha256"] == piece["sha256"]
    await sees(
        office,
        officer,
        story.id,
        "江濤, 物業",
        "水泵跳閘，通知沒有發出。",
        "二號泵已停。",
        "交接時沒有人提起。",
        "值班記錄",
        piece["sha256"][:12],
    )
    await story.handle("investigation/end")
    await story.has(report="running")


@pytest.mark.clause("3/4.1", "3/4.2", "3/4.3")
async def test_a_cause_needs_its_root_a_measure_its_owner_and_date_and_an_open_measure_holds_the_complaint_open(
    office: Office,
) -> None:
    story, officer, _ = await _accepted(office)
    await story.investigated(reported=False)
    await story.has(cause="running")
    rootless = {"cause": "service_quality", "root": " ", "text": "漏發通知。"}
    assert (await story.refused(officer, "/casework/complaints/{id}/cause", **rootless)).status_code == 422
    await story.reported()
    await story.has(cause="fulfilled", handling_plan="running")
    await story.decided()
    path = "/casework/complaints/{id}/measures"
    measure = {"text": "通知流程增加備份人員。", "expectation": "不再漏發。", "owner": officer, "due_on": "2026-03-12"}
    for missing in ("owner", "due_on"):
        incomplete = {name: value for name, value in measure.items() if name != missing}
        assert (await story.refused(officer, path, **incomplete)).status_code == 422
    assert (await story.refused(officer, path, **measure | {"owner": "nobody"})).status_code == 422
    assert (await story.refused(officer, path, **measure | {"due_on": "2026-02-01"})).status_code == 422
    made = await story.handle("measures", **measure)
    await story.has(handling_plan="fulfilled", measure="running")
    [planned] = made["measures"]
    assert (planned["owner"], planned["due_on"]) == (officer, "2026-03-12")
    (told,) = await story.events("measure.planned")
    assert (told["data"]["owner"], told["data"]["due_on"]) == (officer, "2026-03-12")
    longer = {**measure, "text": "更換通知系統。", "due_on": "2026-06-30"}
    later = (await story.handle("measures", **longer))["measures"][1]["id"]
    await story.replied()
    await story.handle("accountability", at_fault=False, text="流程問題。")
    closing = await story.refused(officer, "/casework/complaints/{id}/closing", basis="measures_done")
    assert (closing.status_code, "measure_open" in closing.json()["open"]) == (409, True)
    await story.handle(f"measures/{planned['id']}/done", text="備份人員已安排。")
    assert await story.state("measure#1") == "fulfilled"
    still = await story.refused(officer, "/casework/complaints/{id}/closing", basis="measures_done")
    assert still.json()["open"] == ["measure_open"]
    # what takes longer is handed to improvement, with a date
    handover = f"/casework/complaints/{{id}}/measures/{later}/handover"
    for wrong in ({}, {"due_on": "2026-02-01"}):
        assert (await story.refused(officer, handover, **wrong)).status_code == 422
    await story.handle(f"measures/{later}/handover", due_on="2026-07-31")
    (over,) = await story.events("measure.handed_over")
    assert over["data"]["due_on"] == "2026-07-31"
    assert (await story.proofs())["measure"] == "measure.handed_over"
    await story.handle("closing", basis="measures_handed_over")
    assert await story.stage() == "closed"
    await sees(
        office,
        officer,
        story.id,
        "通知流程沒有備份",
        "值班交接時漏發通知。",
        "12 Mar 2026",
        measure["text"],
        "備份人員已安排。",
        "不再漏發。",
        "31 Jul 2026",
        longer["text"],
    )
