"""What is owed on the way, each with its row: alarms, refusals, withdrawals, measures, dates given to people."""

from datetime import date, datetime

import pytest

from shared.events import Fact, PromiseKept, PromiseMade
from shared.outbox import hold, publish
from tests.journeys.story import ENTERED, GAS_LEAK, Story, at, end_of
from tests.office import Office

BY_LETTER = {"name": "秦嘉樂", "postal_address": "幸福路 1 號"}
"""Words of which no machine can be sure: a person decides."""
SMOKE = "工地半夜施工，煙塵很大。"


async def warned(story: Story, duty: str) -> list[float]:
    """Return the shares of which the duty warned, in order."""
    return [one["data"]["share"] for one in await story.events("duty.warned") if one["data"]["duty"] == duty]


async def breached(story: Story, duty: str) -> int:
    """Return how often the duty was told to be breached."""
    return sum(one["data"]["duty"] == duty for one in await story.events("duty.breached"))


async def says(office: Office, service: str, complaint: str, fact: Fact) -> None:
    """A service publishes a fact about a complaint."""
    async with office.apps[service].state.service.database.session() as session:
        await hold(session, complaint)
        await publish(session, complaint, fact)
    office.apps[service].state.service.wake()
    await office.settle()


# --- Alarms: by the clock, at any hour ------------------------------------------------------------------------------


@pytest.mark.clause("2/1.1.16(1)")
@pytest.mark.parametrize(("accepted", "state"), [("02:14", "fulfilled"), ("02:15", "late")])
async def test_an_alarm_at_night_is_accepted_in_a_quarter_of_an_hour(office: Office, accepted: str, state: str) -> None:
    await office.advance_to(at("2026-03-03 02:00"))
    story = await Story.through(office, "website", text="廚房燃氣洩漏，氣味很重，老人頭暈！", danger=True)
    assert await story.due("alarm#1") == at("2026-03-03 02:15")
    await story.until("2026-03-03 02:12")
    assert await warned(story, "alarm") == [0.5, 0.8]  # at once, though the office sleeps
    await story.until(f"2026-03-03 {accepted}")
    await story.as_("gas.head", "POST", "/casework/complaints/{id}/alarm/acceptance")
    assert await story.state("alarm#1") == state
    assert await breached(story, "alarm") == (state == "late")


@pytest.mark.clause("6/3.4.2(2)")
@pytest.mark.parametrize(("registered", "state"), [("02:59", "fulfilled"), ("03:00", "late")])
async def test_after_an_alarm_somebody_is_responsible_within_the_hour(
    office: Office, registered: str, state: str
) -> None:
    await office.advance_to(at("2026-03-03 02:00"))
    story = await Story.through(office, "website", danger=True)
    assert await story.due("alarm_assignment#1") == at("2026-03-03 03:00")
    await story.until(f"2026-03-03 {registered}")
    assert await warned(story, "alarm_assignment") == [0.5, 0.8]
    await story.registered(GAS_LEAK)
    assert await story.state("alarm_assignment#1") == state


# --- Refused, withdrawn ---------------------------------------------------------------------------------------------


@pytest.mark.clause("4/5.2.6(2)")
@pytest.mark.parametrize(("posted", "state"), [("2026-03-03 23:59", "fulfilled"), ("2026-03-04 00:00", "late")])
async def test_a_refusal_is_in_the_post_on_the_day_of_registration(office: Office, posted: str, state: str) -> None:
    story = await Story.through(office, "website", text=SMOKE, complainant=BY_LETTER)
    await story.until("2026-03-02 10:00")
    refusal = {"reason": "other_authority", "where_to_turn": "environment_authority"}
    await story.as_("operator1", "POST", "/intake/complaints/{id}/refusal", **refusal)
    # with the registration: Tuesday 3 March
    assert await story.due("refusal#1") == end_of("2026-03-03")
    await story.until(posted)
    assert await warned(story, "refusal") == [0.5, 0.8]
    assert await story.state("refusal#1") == ("running" if state == "fulfilled" else "breached")
    await post(office, story)
    assert await story.state("refusal#1") == state


@pytest.mark.clause("6/3.4.4(1)")
@pytest.mark.parametrize(("posted", "state"), [("2026-03-05 23:59", "fulfilled"), ("2026-03-06 00:00", "late")])
async def test_a_withdrawal_is_confirmed_in_three_working_days(office: Office, posted: str, state: str) -> None:
    story = await Story.through(office, "website", complainant=BY_LETTER)
    await story.act("withdraw")
    # Monday 2 March: 3, 4, 5
    assert await story.due("withdrawal#1") == end_of("2026-03-05")
    await story.until(posted)
    assert await warned(story, "withdrawal") == [0.5, 0.8]
    await post(office, story)
    assert await story.state("withdrawal#1") == state
    assert await breached(story, "withdrawal") == (state == "late")


async def post(office: Office, story: Story) -> None:
    """The letter is taken to the post office, and that is on record."""
    queue = await story.as_("operator1", "GET", "/reply/print-queue")
    letter = next(one for one in queue if one["complaint"] == story.id)
    await story.as_("operator1", "POST", f"/reply/letters/{letter['letter']}/delivery", proof="posting_record")


# --- The investigation: no clock, but a row and its proof -----------------------------------------------------------


@pytest.mark.clause("3/3.1", "4/5.2.8(1)", "3/3.3")
async def test_the_investigation_owes_a_plan_a_beginning_and_a_record(office: Office) -> None:
    story = await Story.by_phone(office)
    await story.has(plan="running", investigation="running")
    await story.handle("acceptance")
    await story.investigated(reported=False)
    proofs = await story.proofs()
    assert (proofs["plan"], proofs["investigation"]) == ("investigation.planned", "investigation.started")
    assert proofs["sessions"] == "session.recorded"


@pytest.mark.clause("4/5.2.8(2)", "3/4.1", "2/1.1.16(3)")
async def test_evidence_cause_and_accountability_are_owed_from_the_start_of_the_investigation(office: Office) -> None:
    story = await Story.by_phone(office)
    await story.handle("acceptance")
    assert not {"evidence#1", "cause#1", "accountability#1"} & (await story.ledger()).keys()
    await story.begun()
    await story.has(evidence="running", cause="running", accountability="running")
    await story.handle("investigation/evidence", kind="statement", title="泵房值班記錄", text="跳閘時間 03:10")
    await story.handle("cause", cause="service_quality", root="通知流程沒有備份", text="值班交接時漏發通知。")
    await story.handle("accountability", at_fault=False, text="流程問題，無人有過失。")
    proofs = await story.proofs()
    assert proofs["evidence"] == "evidence.collected"
    assert (proofs["cause"], proofs["accountability"]) == ("cause.found", "accountability.recorded")


@pytest.mark.clause("1/1.1.6", "1/1.1.10")
async def test_particulars_and_the_person_responsible_are_owed_from_receipt_until_registration(office: Office) -> None:
    story = await Story.through(office, "website", text=SMOKE)
    await story.has(particulars="running", person_responsible="running")
    await story.registered()
    rows = await story.ledger()
    assert {name: (rows[name]["state"], rows[name]["due_at"]) for name in ENTERED} == ENTERED


@pytest.mark.clause("3/4.2")
@pytest.mark.parametrize(("outcome", "state"), [("upheld", "running"), ("not_upheld", "void")])
async def test_a_cause_asks_for_a_plan_unless_there_is_nothing_to_put_right(
    office: Office, outcome: str, state: str
) -> None:
    story = await Story.by_phone(office)
    await story.handle("acceptance")
    await story.investigated()
    await story.has(handling_plan="running")
    await story.decided(outcome)
    await story.has(handling_plan=state)
    if state == "running":
        await measure(story, date(2026, 3, 6))
        assert (await story.proofs())["handling_plan"] == "measure.planned"


# --- Measures and dates given to people: due at a date that somebody named ------------------------------------------


async def measure(story: Story, due_on: date) -> str:
    """The handler plans a measure; return its id."""
    return await story.measure(due_on.isoformat(), "每班交接核對通知清單")


@pytest.mark.clause("3/4.3")
@pytest.mark.parametrize(("done", "state"), [("2026-03-06 23:59", "fulfilled"), ("2026-03-07 00:00", "late")])
async def test_a_measure_is_done_by_the_end_of_its_date(office: Office, done: str, state: str) -> None:
    story = await Story.by_phone(office)
    await story.handle("acceptance")
    await story.investigated()
    which = await measure(story, date(2026, 3, 6))
    assert await story.due("measure#1") == end_of("2026-03-06")
    await story.until(done)
    assert await warned(story, "measure") == [0.5, 0.8]
    await story.handle(f"measures/{which}/done", text="已完成。")
    assert await story.state("measure#1") == state
    assert await breached(story, "measure") == (state == "late")


@pytest.mark.clause("3/4.3")
async def test_a_pause_puts_the_date_of_a_measure_off_by_the_days_that_stood_still(office: Office) -> None:
    story = await Story.by_phone(office)
    await story.handle("acceptance")
    await story.investigated()
    await measure(story, date(2026, 3, 6))
    await story.handle("pause", reason="outside_test")
    await story.has(measure="paused")
    await story.until("2026-03-04 09:00")
    await story.handle("resumption")
    # Tuesday 3 March stood still for all of its office hours: one working day more
    assert await story.due("measure#1") == end_of("2026-03-09")


@pytest.mark.clause("6/3.4.4(1)")
@pytest.mark.parametrize(("kept", "state"), [("2026-03-04 23:59", "fulfilled"), ("2026-03-05 00:00", "late")])
async def test_a_promise_is_kept_by_the_day_that_was_promised(office: Office, kept: str, state: str) -> None:
    story = await Story.by_phone(office)
    due: datetime = end_of("2026-03-04")
    await says(office, "casework", story.id, PromiseMade(promise="p", what="call_back", due_at=due, by="o"))
    assert await story.due("promise#1") == due
    await story.until(kept)
    assert await warned(story, "promise") == [0.5, 0.8]
    await says(office, "casework", story.id, PromiseKept(promise="another", by="o"))
    assert await story.state("promise#1") in {"running", "breached"}
    await says(office, "casework", story.id, PromiseKept(promise="p", by="o"))
    assert await story.state("promise#1") == state
