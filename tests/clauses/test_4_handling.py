"""4/5.2.1, 4/5.2.4, 4/5.2.9(3), 6/3.4.2(2): opinions that rest on law and evidence, measures whose effect is looked at,
assignments that are disputed and decided.
"""

from datetime import date
from typing import Any

import httpx
import pytest

from tests.clauses.desk import at_the_desk
from tests.journeys.story import WATER_COMPLAINT, Story, at, cited, end_of, good
from tests.office import Office

OPINION = "/casework/complaints/{id}/opinion"
DISPUTE = "/casework/complaints/{id}/dispute"
DECISION = "/casework/complaints/{id}/dispute/decision"


def fields(refused: httpx.Response) -> list[tuple[str, str]]:
    """Return which fields were refused, and by which rule."""
    assert refused.status_code == 422, refused.text
    return [(one["field"], one["rule"]) for one in refused.json()["errors"]]


async def warned(story: Story, row: str) -> list[float]:
    """Return the shares of its time at which a row was warned about, from the ledger."""
    rows = (await story.as_("director", "GET", "/sla/complaints/{id}/ledger"))["rows"]
    return list(next(one["warned"] for one in rows if one["row"] == row))


# --- The opinion ------------------------------------------------------------------------------------------------------


@pytest.mark.clause("4/5.2.1", "4/5.2.9(1)")
async def test_an_opinion_on_a_complaint_rests_on_law_and_on_evidence_of_the_case(office: Office) -> None:
    story, other = await Story.by_phone(office), await Story.by_phone(office)
    for one in (story, other):
        await one.handle("acceptance")
        await one.investigated()
    officer, case = await story.handler(), await story.case()
    nothing = await story.refused(officer, f"{OPINION}/determination")
    assert (nothing.status_code, nothing.json()["code"]) == (409, "no_opinion")
    opinion = {"outcome": "upheld", "text": "投訴屬實。", "legal_basis": "城市供水條例第九條", "evidence": cited(case)}
    lawless = {name: value for name, value in opinion.items() if name != "legal_basis"}
    assert fields(await story.refused(officer, OPINION, **lawless)) == [("legal_basis", "missing")]
    assert fields(await story.refused(officer, OPINION, **opinion | {"evidence": []})) == [
        ("evidence", "evidence_needed")
    ]
    foreign = [*cited(case), *cited(await other.case())]
    assert fields(await story.refused(officer, OPINION, **opinion | {"evidence": foreign})) == [
        ("evidence.1", "evidence_unknown")
    ]
    assert (await story.case())["opinions"] == []
    await story.handle("opinion", **opinion)
    kept = (await story.case())["opinion"]
    assert (kept["legal_basis"], kept["evidence"]) == ("城市供水條例第九條", cited(case))
    async with at_the_desk(office, officer) as desk:
        page = (await desk.get(f"/desk/complaints/{story.id}")).text
        assert "城市供水條例第九條" in page
        assert "The evidence it rests on: 泵房值班記錄" in page
        # what could not be established may rest on no evidence, and the form says what else is missing
        form = {"outcome": "not_established", "text": "無從證實。"}
        refused = await desk.send(f"/desk/complaints/{other.id}", f"/desk/complaints/{other.id}/steps/opinion", **form)
        assert refused.status_code in (403, 422)
    await other.handle("opinion", **form, legal_basis="城市供水條例")
    assert (await other.case())["opinion"]["evidence"] == []


# --- Measures ---------------------------------------------------------------------------------------------------------


async def _measure_done(office: Office, labels: dict[str, Any] | None = None) -> tuple[Story, str]:
    """A complaint whose measure was done on Monday 2 March, replied to and closed."""
    story = await Story.by_phone(office, labels)
    await story.handle("acceptance")
    await story.investigated()
    await story.decided()
    measure = await story.measure("2026-03-12")
    await story.handle(f"measures/{measure}/done", text="備份人員已安排。")
    await story.replied()
    await story.closed("measures_done")
    return story, measure


def look(measure: str) -> str:
    return f"/casework/complaints/{{id}}/measures/{measure}/effects"


SEEN = {"effect": "effective", "text": "四週內通知都按時發出。"}


@pytest.mark.clause("4/5.2.4", "4/5.2.9(3)")
async def test_a_measure_says_what_is_expected_and_its_effect_is_looked_at_after_30_and_90_days(
    office: Office,
) -> None:
    story = await Story.by_phone(office)
    await story.handle("acceptance")
    await story.investigated()
    await story.decided()
    officer = await story.handler()
    vague = {"text": "增加備份人員。", "owner": officer, "due_on": "2026-03-12"}
    assert fields(await story.refused(officer, "/casework/complaints/{id}/measures", **vague)) == [
        ("expectation", "missing")
    ]
    measure = await story.measure("2026-03-12")
    early = await story.refused("analyst1", look(measure), after_days=30, **SEEN)
    assert (early.status_code, early.json()["code"]) == (409, "measure_not_done")
    await story.handle(f"measures/{measure}/done", text="備份人員已安排。")
    await story.replied()
    await story.closed("measures_done")
    assert await story.stage() == "closed"  # the looks hold nothing open
    await story.has(effect_30="running", effect_90="running", measure="fulfilled")
    # done on Monday 2 March: 30 days later is 1 April, 90 days later is 31 May
    assert await story.due("effect.30#1") == end_of("2026-04-01")
    assert await story.due("effect.90#1") == end_of("2026-05-31")
    assert fields(await story.refused("analyst1", look(measure), after_days=60, **SEEN)) == [
        ("after_days", "no_such_look")
    ]
    early = await story.refused("analyst1", look(measure), after_days=30, **SEEN)
    assert (early.json()["code"], early.json()["opens_on"]) == ("effect_too_early", "2026-03-22")
    async with at_the_desk(office, "analyst1") as desk:  # nor does the desk offer it yet
        assert "/steps/effect?item=" not in (await desk.get(f"/desk/complaints/{story.id}")).text
    await office.leap(at("2026-03-31 10:00"))
    assert await warned(story, "effect.30#1") == [0.5, 0.8]
    [due] = await story.as_("analyst1", "GET", "/casework/effects")
    assert (due["measure"], due["after_days"], due["due_on"]) == (measure, 30, "2026-04-01")
    nobody = await story.refused("operator1", look(measure), after_days=30, **SEEN)
    assert nobody.status_code == 403
    async with at_the_desk(office, "analyst1") as desk:
        assert story.number in (await desk.get("/desk/effects")).text
        page, to = f"/desk/complaints/{story.id}", f"/desk/complaints/{story.id}/steps/effect?item={measure}"
        assert "三個月內不再漏發通知。" in (await desk.get(page)).text
        assert "2 days left" in (await desk.get("/desk/effects")).text
        assert (await desk.send(page, to, after_days="30", **SEEN)).status_code == 200
        page_after = (await desk.get(page)).text
        assert "30 days after it was done · Effective" in page_after
        assert "/steps/effect?item=" not in page_after  # the next one is not due for two months
        assert story.number not in (await desk.get("/desk/effects")).text
    await story.has(effect_30="fulfilled", effect_90="running")
    assert (await story.proofs())["effect.30"] == "effect.looked_at"
    again = await story.refused("analyst1", look(measure), after_days=30, **SEEN)
    assert (again.status_code, again.json()["code"]) == (409, "effect_known")


@pytest.mark.clause("4/5.2.9(3)", "4/5.2.11(1)")
async def test_a_look_at_effect_can_be_missed_and_made_late_when_the_complaint_has_long_been_filed(
    office: Office,
) -> None:
    story, measure = await _measure_done(office)
    first = await story.filed()
    await office.settle()
    assert await story.stage() == "filed"
    await office.leap(at("2026-04-01 23:59"))
    await story.has(effect_30="running")
    await office.advance(minutes=1)
    await story.has(effect_30="breached")
    assert "effect.30" in [one["data"]["duty"] for one in await story.events("duty.breached")]
    await story.as_("analyst1", "POST", look(measure), after_days=30, effect="not_effective", text="又漏發一次。")
    await story.has(effect_30="late")
    # the sealed volume stays as it is: what came later lies in a supplement, sealed for itself
    second = await story.file()
    assert (second["volume"], second["supplement"], second["state"], second["complete"]) == (2, True, "collected", True)
    archivist = await office.as_("archivist1")
    entries = (await good(await archivist.get(f"/archive/files/{second['id']}")))["entries"]
    assert [one["kind"] for one in entries] == ["register", "effect", "ledger"]
    ledger = await good(await archivist.get(f"/archive/files/{second['id']}/entries/3"))
    assert {row["duty"]: row["state"] for row in ledger["rows"]}["effect.30"] == "late"
    await story.filed()
    volumes = (await good(await archivist.get("/archive/files", params={"number": story.number})))["items"]
    assert [(one["volume"], one["state"], one["supplement"]) for one in volumes] == [
        (1, "filed", False),
        (2, "filed", True),
    ]
    assert (await good(await archivist.get(f"/archive/files/{first['id']}")))["seal"] == first["seal"]
    assert (await good(await archivist.post("/archive/verifications")))["tampered"] == []
    await office.leap(at("2026-05-25 10:00"))
    assert await warned(story, "effect.90#1") == [0.5, 0.8]
    await office.leap(at("2026-06-01 00:00"))
    await story.has(effect_90="breached")
    await story.as_("analyst1", "POST", look(measure), after_days=90, **SEEN)
    await story.has(effect_90="late")
    assert await story.stage() == "filed"
    assert ((await story.file())["volume"], (await story.file())["supplement"]) == (3, True)


@pytest.mark.clause("3/4.3", "4/5.2.9(3)")
async def test_a_withdrawal_does_not_end_the_measures_of_level_1_and_they_can_still_be_carried_out(
    office: Office,
) -> None:
    story = await Story.by_phone(office, WATER_COMPLAINT | {"level": 1, "importance": "major"})
    await story.handle("acceptance")
    await story.investigated()
    measure = await story.measure("2026-03-06")
    await story.as_("operator1", "POST", "/casework/complaints/{id}/withdrawal")
    assert await story.stage() == "withdrawn"
    await story.has(measure="running")
    assert "measures/done" in [one["action"] for one in (await story.case())["next"]]
    async with at_the_desk(office, await story.handler()) as desk:
        page, to = f"/desk/complaints/{story.id}", f"/desk/complaints/{story.id}/steps/measure_done?item={measure}"
        assert f"/steps/measure_done?item={measure}" in (await desk.get(page)).text
        assert (await desk.send(page, to, text="已加固。")).status_code == 200
    await story.has(measure="fulfilled", effect_30="running")


# --- Whose case it is -------------------------------------------------------------------------------------------------


async def _disputed(office: Office) -> tuple[Story, str]:
    story = await Story.by_phone(office)
    officer = await story.handler()
    assert officer.startswith("water.")
    await story.as_(officer, "POST", DISPUTE, department="infrastructure", reason="路面施工挖斷水管，非供水設施故障。")
    return story, officer


@pytest.mark.clause("6/3.4.2(2)")
async def test_a_disputed_assignment_is_decided_in_four_working_hours_by_one_who_is_no_party(office: Office) -> None:
    story = await Story.by_phone(office)
    officer = await story.handler()
    other = {"department": "infrastructure", "reason": "路面施工挖斷水管。"}
    assert (await story.refused("gas.handler", DISPUTE, **other)).status_code == 403
    for department in ("water", "nowhere"):
        assert fields(await story.refused(officer, DISPUTE, **other | {"department": department})) == [
            ("department", "department_unfit")
        ]
    unreasoned = await story.refused(officer, DISPUTE, department="infrastructure")
    assert fields(unreasoned) == [("reason", "missing")]
    nothing = await story.refused("complaints.head", DECISION, **other)
    assert (nothing.status_code, nothing.json()["code"]) == (409, "no_dispute")

    async with at_the_desk(office, officer) as desk:
        page, to = f"/desk/complaints/{story.id}", f"/desk/complaints/{story.id}/steps/assignment_dispute"
        assert (await desk.send(page, to, **other)).status_code == 200
        assert "to be decided" in (await desk.get(page)).text
    # disputed on Monday at 09:00: four working hours are over at 14:30, after the noon break
    await story.has(assignment="void", dispute="running")
    assert await story.due("dispute#1") == at("2026-03-02 14:30")
    handover = {"officer": "water.handler", "reason": "出差。"}
    bodies = {"acceptance": {}, "dispute": other, "handover": handover, "opinion/determination": {}}
    for path, body in bodies.items():
        refused = await story.refused(officer, f"/casework/complaints/{{id}}/{path}", **body)
        assert (refused.status_code, refused.json()["code"]) == (409, "dispute_open")
    refused = await story.refused("director", "/casework/complaints/{id}/assignment", department="gas")
    assert refused.json()["code"] == "dispute_open"
    for party in ("water.head", "infrastructure.head", officer):
        refused = await story.refused(party, DECISION, **other)
        assert refused.status_code == 403
    await story.until("2026-03-02 14:29")
    assert await warned(story, "dispute#1") == [0.5, 0.8]
    assert [one["complaint"] for one in await story.as_("complaints.head", "GET", "/casework/disputes")] == [story.id]
    assert await story.as_("water.head", "GET", "/casework/disputes") == []
    async with at_the_desk(office, "complaints.head") as desk:
        assert '<b class="count" data-n="1">' in (await desk.get("/desk/")).text.split("/desk/disputes")[1][:100]
        assert story.number in (await desk.get("/desk/disputes")).text
        form = (await desk.get(page)).text.split('id="step-dispute_decision"')[1].split("</form>")[0]
        assert "路面施工挖斷水管。" in form  # what is to be decided, beside the decision
        to = f"/desk/complaints/{story.id}/steps/dispute_decision"
        verdict = {"department": "infrastructure", "reason": "挖斷水管的是施工方。"}
        assert (await desk.send(page, to, **verdict)).status_code == 200
        shown = (await desk.get(page)).text
        assert "路面施工挖斷水管。" in shown
        assert "挖斷水管的是施工方。" in shown
    await story.has(dispute="fulfilled", assignment="running")
    [decided] = await story.events("dispute.decided")
    assert (decided["data"]["upheld"], decided["data"]["department"]) == (True, "infrastructure")
    case = await story.case()
    assert (case["department"], case["accepted"], case["disputes"][0]["decided_for"]) == (
        "infrastructure",
        False,
        "infrastructure",
    )
    # assigned anew at 14:29: accepted within four working hours from then
    assert await story.due("assignment#2") == at("2026-03-03 09:59")
    await story.handle("acceptance")
    await story.has(assignment="fulfilled")


@pytest.mark.clause("6/3.4.2(2)")
async def test_a_dispute_decided_too_late_is_breached_and_leaves_the_case_where_it_was(office: Office) -> None:
    story, officer = await _disputed(office)
    await story.until("2026-03-02 14:30")
    await story.has(dispute="breached")
    assert [one["data"]["duty"] for one in await story.events("duty.breached")] == ["dispute"]
    await story.as_("director", "POST", DECISION, department="water", reason="供水管道歸水務。")
    await story.has(dispute="late", assignment="running")
    [decided] = await story.events("dispute.decided")
    assert (decided["data"]["upheld"], await story.handler()) == (False, officer)
    await story.handle("acceptance")
    again = await story.refused(officer, DISPUTE, department="gas", reason="不歸我們。")
    assert (again.status_code, again.json()["code"]) == (409, "already_accepted")
    assert date.fromisoformat("2026-03-02") == (await office.now()).date()
    # who raises a dispute does not decide it
    own = await Story.by_phone(office)
    elsewhere = {"department": "gas", "reason": "氣味來自燃氣管。"}
    await own.as_("director", "POST", DISPUTE, **elsewhere)
    assert (await own.refused("director", DECISION, **elsewhere)).json()["code"] == "not_the_arbiter"
