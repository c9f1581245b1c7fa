"""Chapter 6: findings reach the handler at once, promises are duties, a suggestion has a road of its own."""

import pytest

from tests.clauses.desk import at_the_desk
from tests.journeys.story import WATER_COMPLAINT, Story, end_of
from tests.office import Office

FOUND = {"way": "phone", "finding": "dissatisfied", "text": "投訴人說仍未供水，不滿意。", "satisfaction": 2}
SUGGESTION = {name: value for name, value in WATER_COMPLAINT.items() if name != "level"} | {"kind": "suggestion"}


@pytest.mark.clause("6/3.4.8(1)", "6/3.4.7(1)")
async def test_what_a_follow_up_finds_is_passed_on_to_the_handler_at_once_who_takes_note(office: Office) -> None:
    story = await Story.by_phone(office)
    await story.handle("acceptance")
    officer = await story.handler()
    await story.as_("operator2", "POST", "/casework/complaints/{id}/follow-ups", **FOUND)
    await story.has(findings_passed_on="fulfilled")
    (passed,) = await story.events("finding.passed_on")
    assert passed["data"]["to"] == officer
    assert (await story.proofs())["findings_passed_on"] == "finding.passed_on"
    case = await story.case()
    (found,) = case["follow_ups"]
    assert (found["passed_on_to"], found["satisfaction"], found["noted_at"]) == (officer, 2, None)
    assert case["next"][0]["action"] == "findings/note"
    others = await story.refused("gas.head", f"/casework/complaints/{{id}}/follow-ups/{found['id']}/note")
    assert (others.status_code, others.json()["code"]) == (403, "not_your_case")
    async with at_the_desk(office, officer) as desk:
        page = f"/desk/complaints/{story.id}"
        shown = (await desk.get(page)).text
        assert shown.index(FOUND["text"]) < shown.index('id="next"')
        sent = await desk.send(page, f"{page}/steps/finding_note?item={found['id']}")
        assert sent.status_code == 200
    case = await story.case()
    assert case["follow_ups"][0]["noted_by"] == officer
    assert case["next"][0]["action"] != "findings/note"
    again = await story.refused(officer, f"/casework/complaints/{{id}}/follow-ups/{found['id']}/note")
    assert (again.status_code, again.json()["code"]) == (409, "finding_noted")
    look = FOUND | {"way": "look"}
    assert (await story.refused("operator2", "/casework/complaints/{id}/follow-ups", **look)).status_code == 422


@pytest.mark.clause("6/3.4.8(1)")
async def test_what_was_found_before_it_was_anybodys_reaches_who_gets_it(office: Office) -> None:
    story = await Story.through(office, "website")
    await story.as_("operator2", "POST", "/casework/complaints/{id}/follow-ups", **FOUND)
    assert await story.state("findings_passed_on#1") == "running"
    await story.registered()
    assert await story.state("findings_passed_on#1") == "fulfilled"
    (passed,) = await story.events("finding.passed_on")
    assert passed["data"]["to"] == await story.handler()


@pytest.mark.clause("6/3.4.4(1)")
async def test_a_promise_to_a_person_has_its_own_clock_and_the_person_sees_it(office: Office) -> None:
    story = await Story.by_phone(office)
    await story.handle("acceptance")
    path = "/casework/complaints/{id}/promises"
    yesterday = {"what": "call_back", "due_on": "2026-03-01", "text": "回電說明進展。"}
    assert (await story.refused("operator1", path, **yesterday)).status_code == 422
    for due_on in ("2026-03-04", "2026-03-06"):
        await story.as_("operator1", "POST", path, **yesterday | {"due_on": due_on})
    first, second = (await story.case())["promises"]
    assert [await story.due(f"promise#{n}") for n in (1, 2)] == [end_of("2026-03-04"), end_of("2026-03-06")]
    told = (await story.status())["promises"]
    assert [(one["what"], one["due_on"], one["kept_at"]) for one in told] == [
        ("call_back", "2026-03-04", None),
        ("call_back", "2026-03-06", None),
    ]
    kept = {"text": "已回電。"}
    await story.until("2026-03-04 17:00")
    await story.as_("operator1", "POST", f"{path}/{first['id']}/kept", **kept)
    assert await story.state("promise#1") == "fulfilled"
    again = await story.refused("operator1", f"{path}/{first['id']}/kept", **kept)
    assert (again.status_code, again.json()["code"]) == (409, "promise_over")
    await story.until("2026-03-06 23:59")
    assert (await story.state("promise#2"), (await story.ledger())["promise#2"]["warned"]) == ("running", [0.5, 0.8])
    await story.until("2026-03-07 00:00")
    assert await story.state("promise#2") == "breached"
    await story.as_("operator1", "POST", f"{path}/{second['id']}/kept", **kept)
    assert await story.state("promise#2") == "late"


@pytest.mark.clause("6/3.4.2(1)")
async def test_a_suggestion_is_acknowledged_in_writing_and_its_author_hears_what_became_of_it(office: Office) -> None:
    story = await Story.by_phone(office, SUGGESTION, text="建議在停水前三天發短信通知。")
    # Monday 2 March + 30 working days; Monday 6 April is the Qingming holiday
    assert await story.due("suggestion#1") == end_of("2026-04-14")
    assert any(one["clause"] == "6/3.4.2(1)" for one in story.promised)
    await story.handle("acceptance")
    officer = await story.handler()
    path = "/reply/complaints/{id}/suggestion-outcome"
    told = {"outcome": "adopted", "way": "phone", "text": "已採納，下月起實施。"}
    assert (await story.refused(officer, path, **told)).json()["code"] == "wrong_stage"
    await story.decided()
    letter = await story.replied()
    words = await story.as_(officer, "GET", f"/reply/letters/{letter}")
    assert "水務部" in words["measures"]  # who looks at it
    assert "2026年4月14日" in words["measures"]  # by when its author hears
    await story.has(reply_phone="fulfilled", suggestion="running")
    assert {"set_time", "visit", "plan", "investigation"}.isdisjoint(
        name.split("#")[0] for name in await story.ledger()
    )
    await story.leap("2026-04-14 23:59")
    assert (await story.ledger())["suggestion#1"]["warned"] == [0.5, 0.8]
    await story.as_(officer, "POST", path, **told)
    await story.has(suggestion="fulfilled")
    assert (await story.proofs())["suggestion"] == "suggestion.outcome_told"
    shown = (await story.status())["suggestion"]
    assert (shown["outcome"], shown["text"]) == ("adopted", "已採納，下月起實施。")
    assert (await story.refused(officer, path, **told)).json()["code"] == "suggestion_told"
    async with at_the_desk(office, officer) as desk:
        assert "已採納，下月起實施。" in (await desk.get(f"/desk/complaints/{story.id}")).text


@pytest.mark.clause("6/3.4.2(1)")
async def test_a_suggestion_that_nobody_answers_is_breached_and_late_and_a_complaint_has_no_such_outcome(
    office: Office,
) -> None:
    story = await Story.through(office, "website")
    await story.registered(SUGGESTION)
    await story.handle("acceptance")
    await story.decided()
    await story.replied()
    await story.leap("2026-04-15 00:00")
    await story.has(suggestion="breached")
    officer = await story.handler()
    told = {"outcome": "not_adopted", "way": "phone", "text": "成本過高，暫不採納。"}
    async with at_the_desk(office, officer) as desk:
        page = f"/desk/complaints/{story.id}"
        assert (await desk.send(page, f"{page}/steps/suggestion_outcome", **told)).status_code == 200
    await story.has(suggestion="late")
    other = await Story.by_phone(office)
    await other.handle("acceptance")
    await other.investigated()
    await other.decided()
    refused = await other.refused(await other.handler(), "/reply/complaints/{id}/suggestion-outcome", **told)
    assert refused.json()["code"] == "not_a_suggestion"
    assert "suggestion#1" not in await other.ledger()
