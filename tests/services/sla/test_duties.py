"""Every live duty through the real engine on real PostgreSQL: done in time, done late, warned of, breached.

March 2026 has no holiday; Qingming is 4-6 April. All dates below are counted by hand on a calendar.
"""

from datetime import date, datetime
from typing import Any

import pytest
import pytest_asyncio

from shared import events as e
from shared.procedure import load
from tests.services.sla.conftest import Engine
from tests.services.sla.histories import OFFICE, Story, at

FORMS = ("phone", "online", "written", "third_party", "internal")


def prompt(form: str, level: int) -> Story:
    story = Story(f"prompt-{form}-{level}")
    story.received("2026-03-02 10:00", form)
    story.registered("2026-03-02 10:10", form, level)
    story.assigned("2026-03-02 10:10")
    story.accepted("2026-03-02 10:30")
    story.followed_up("2026-03-02 11:00")
    story.extension_approved("2026-03-02 11:30", "2026-03-12")
    story.extension_told("2026-03-02 14:00", "2026-03-12")
    story.preliminary("2026-03-02 14:30")
    story.ended("2026-03-02 15:00")
    story.urged("2026-03-02 15:30")
    story.answered("2026-03-02 15:45")
    story.reported("2026-03-02 16:00")
    story.decided("2026-03-02 16:30")
    story.noticed("2026-03-02 17:00")
    story.replied("2026-03-03 10:00")
    story.closed("2026-03-03 11:00")
    story.filed("2026-03-04 10:00")
    return story


def slow(form: str, level: int) -> Story:
    story = Story(f"slow-{form}-{level}")
    story.received("2026-03-02 10:00", form)
    story.registered("2026-03-05 09:00", form, level)
    story.assigned("2026-03-05 09:00")
    story.accepted("2026-03-06 09:00")
    story.followed_up("2026-03-06 10:00")
    story.ended("2026-03-06 10:00")
    story.urged("2026-03-09 10:00")
    story.answered("2026-03-11 09:00")
    story.reported("2026-03-12 10:00")
    story.decided("2026-03-23 10:00")
    story.followed_up("2026-03-30 10:00", 2)
    story.noticed("2026-03-31 09:00")
    story.replied("2026-03-31 10:00")
    story.closed("2026-04-01 09:00")
    story.filed("2026-04-17 10:00")
    return story


def silent(form: str, level: int) -> Story:
    story = Story(f"silent-{form}-{level}")
    story.received("2026-03-02 10:00", form)
    story.registered("2026-03-02 10:10", form, level)
    story.assigned("2026-03-02 10:10")
    story.ended("2026-03-04 10:00")
    story.urged("2026-03-04 10:00")
    return story


def forgotten() -> list[Story]:
    nobody = Story("never-registered")
    nobody.received("2026-03-02 10:00")
    untold = Story("untold")
    untold.received("2026-03-02 10:00", "written")
    untold.registered("2026-03-02 10:10", "written")
    untold.decided("2026-03-05 10:00")
    unfiled = Story("unfiled")
    unfiled.received("2026-03-02 10:00", "written")
    unfiled.refused("2026-03-02 10:10")
    unfiled.refusal_sent("2026-03-02 10:10")
    return [nobody, untold, unfiled]


def rung(name: str, accepted: str | None, planned: str | None, assigned: str | None) -> Story:
    """An alarm on Saturday evening that climbs at once; accepted, planned and assigned at these times, if at all."""
    story = Story(f"{name}-alarm")
    story.received("2026-03-07 20:00", "online")
    story.tell("2026-03-07 20:00", e.AlarmRaised(cause="danger_cue", cues=("gas",)), "intake")
    story.tell("2026-03-07 20:00", e.AlarmClimbed(step=1, to="p"))
    if accepted:
        story.tell(accepted, e.AlarmAccepted(by="o"))
    if planned:
        story.tell(planned, e.EmergencyPlanStarted(plan="e-1", departments=("gas",), by="o"))
        story.tell(planned, e.ServiceRestored(plan="e-1", at=at(planned), by="o"))
    if assigned:
        story.registered(assigned, "online", 1)
        story.assigned(assigned)
    return story


def dated(name: str, done: str | None) -> Story:
    """A measure, a promise and a sub-task, all by Tuesday 10 March; done at a time, if at all."""
    story = Story(f"{name}-dated")
    story.received("2026-03-02 10:00", "written")
    story.registered("2026-03-02 10:10", "written")
    day, end = date(2026, 3, 10), at("2026-03-11 00:00")
    story.tell("2026-03-02 11:00", e.MeasurePlanned(measure="m-1", owner="o", due_on=day, by="o"))
    story.tell("2026-03-02 11:00", e.PromiseMade(promise="p-1", what="call_back", due_at=end, by="o"), "casework")
    story.tell("2026-03-02 11:00", e.SubTaskRequested(sub_task="s-1", department="power", due_at=end, by="o"))
    if done:
        story.tell(done, e.MeasureDone(measure="m-1", by="o"))
        story.tell(done, e.PromiseKept(promise="p-1", by="o"), "casework")
        story.tell(done, e.SubTaskAnswered(sub_task="s-1", by="o"))
    return story


def asked_of_others(name: str, decided: str | None, visited: str | None, reviewed: str | None) -> Story:
    """An assignment disputed on Monday; replied on Tuesday, to be visited; on Wednesday a review is asked for."""
    story = Story(f"{name}-asked")
    story.received("2026-03-02 10:00", "written")
    story.registered("2026-03-02 10:10", "written")
    story.assigned("2026-03-02 10:10")
    story.tell("2026-03-02 10:30", e.AssignmentDisputed(dispute="d-1", department="power", by="o"))
    if decided:
        story.tell(decided, e.DisputeDecided(dispute="d-1", upheld=False, department="water", by="o"))
    story.decided("2026-03-03 09:00")
    story.replied("2026-03-03 10:00")
    story.tell("2026-03-03 10:00", e.VisitAssigned(visit="v-1", department="complaints"))
    story.tell("2026-03-04 10:00", e.ReviewRequested(review="r-1", by="complainant"))
    if visited:
        story.tell(visited, e.VisitDone(visit="v-1", solved=True, by="o"))
    if reviewed:
        story.tell(reviewed, e.ReviewDecided(review="r-1", result="upheld", by="o"))
    return story


def suggested(name: str, told: str | None) -> Story:
    """A suggestion of Monday, whose author hears what became of it at a time, if at all."""
    story = Story(f"{name}-suggested")
    story.received("2026-03-02 10:00", "written")
    story.registered("2026-03-02 10:10", "written", None, kind="suggestion")
    if told:
        story.tell(told, e.SuggestionOutcomeTold(outcome="adopted", way="mail", by="o"))
    return story


def supplemented(name: str, sealed: str | None) -> Story:
    """Something came on Tuesday after the complaint was filed; its volume is sealed at a time, if at all."""
    story = Story(f"{name}-supplemented")
    story.received("2026-03-02 10:00", "written")
    story.registered("2026-03-02 10:10", "written")
    story.closed("2026-03-02 11:00")
    story.filed("2026-03-02 12:00")
    for complete in (False, True):
        found = e.FileCollected(file="f-2", volume=2, complete=complete, supplement=True)
        story.tell("2026-03-03 10:00", found, "archive")
    if sealed:
        day, own = date(2031, 3, 17), {"supplement": True, "by": "o"}
        story.tell(
            sealed, e.FileSealed(file="f-2", volume=2, seal="0", entries=3, retained_until=day, **own), "archive"
        )
    return story


def ended_early(name: str, told: str | None) -> list[Story]:
    """One refused, one withdrawn on Monday; told in writing at a time, if at all."""
    refused, withdrawn = Story(f"{name}-refused"), Story(f"{name}-withdrawn")
    refused.received("2026-03-02 10:00", "written")
    refused.refused("2026-03-02 11:00")
    withdrawn.received("2026-03-02 10:00", "written")
    withdrawn.withdrawn("2026-03-02 11:00", "intake")
    if told:
        refused.refusal_sent(told)
        withdrawn.withdrawal_confirmed(told)
    return [refused, withdrawn]


def found_out() -> Story:
    """An investigation with all that belongs to it; nothing of it has a clock."""
    story = Story("found-out")
    story.received("2026-03-02 10:00", "written")
    story.registered("2026-03-02 10:00", "written")
    story.assigned("2026-03-02 10:00")
    begins = at("2026-03-03 09:00")
    story.tell("2026-03-02 14:00", e.InvestigationPlanned(investigators=("o",), begins_at=begins, by="o"))
    story.tell("2026-03-03 09:00", e.InvestigationStarted(by="o"))
    story.tell("2026-03-03 09:30", e.SessionRecorded(session="s", method="on_site", at=begins, by="o"))
    story.tell("2026-03-03 09:40", e.EvidenceCollected(evidence="e", kind="photo", sha256="0", by="o"))
    story.ended("2026-03-03 10:00")
    story.tell("2026-03-03 10:10", e.CauseFound(cause="service_quality", by="o"))
    story.tell("2026-03-03 10:20", e.AccountabilityRecorded(at_fault=False, by="o"))
    story.tell("2026-03-03 10:30", e.MeasurePlanned(measure="m-1", owner="o", due_on=date(2026, 3, 10), by="o"))
    return story


def extended() -> list[Story]:
    late, missed = Story("extension-late"), Story("extension-missed")
    for story in (late, missed):
        story.received("2026-03-02 10:00", "written")
        story.registered("2026-03-02 10:10", "written")
        story.extension_approved("2026-03-09 10:00", "2026-03-20")
    late.extension_told("2026-03-10 09:00", "2026-03-20")
    late.preliminary("2026-03-11 09:00")
    return [late, missed]


class Told:
    """What the engine said of all of them in the end."""

    def __init__(self, ledgers: dict[str, dict[str, Any]], facts: dict[str, list[dict[str, Any]]]) -> None:
        self.ledgers, self.facts = ledgers, facts

    def row(self, complaint: str, row: str) -> dict[str, Any]:
        return self.ledgers[complaint][row]

    def due(self, complaint: str, row: str) -> str:
        return self.clock(self.row(complaint, row)["due_at"])

    def happened(self, complaint: str, row: str, kind: str) -> list[tuple[str, Any]]:
        found = [one for one in self.facts[complaint] if one["type"] == f"duty.{kind}" and one["data"]["row"] == row]
        return [(self.clock(one["time"]), one["data"].get("share")) for one in found]

    @staticmethod
    def clock(text: str) -> str:
        return datetime.fromisoformat(text).astimezone(OFFICE).strftime("%m-%d %H:%M")


@pytest_asyncio.fixture(scope="module")
async def told(engine: Engine) -> Told:
    stories = [*forgotten(), *extended(), found_out()]
    stories += [rung("prompt", "2026-03-07 20:10", "2026-03-07 20:20", "2026-03-07 20:50")]
    stories += [rung("silent", None, None, None)]
    stories += [rung("slow", "2026-03-07 20:15", "2026-03-07 20:30", "2026-03-07 21:00")]
    stories += [dated("prompt", "2026-03-10 23:59"), dated("slow", "2026-03-11 00:00"), dated("silent", None)]
    stories += [*ended_early("prompt", "2026-03-03 23:59"), *ended_early("slow", "2026-03-06 00:00")]
    stories += ended_early("silent", None)
    stories += [asked_of_others("prompt", "2026-03-02 15:59", "2026-03-17 23:59", "2026-03-25 23:59")]
    stories += [asked_of_others("slow", "2026-03-02 16:00", "2026-03-18 00:00", "2026-03-26 00:00")]
    stories += [asked_of_others("silent", None, None, None)]
    stories += [
        suggested("prompt", "2026-04-14 23:59"),
        suggested("slow", "2026-04-15 00:00"),
        suggested("silent", None),
        supplemented("prompt", "2026-03-17 23:59"),
        supplemented("slow", "2026-03-18 00:00"),
        supplemented("silent", None),
    ]
    for make in (prompt, slow, silent):
        stories += [make("phone", 1), make("online", 2), make("written", 3), make("third_party", 3)]
        stories.append(make("internal", 3))
    await engine.lives_through(stories, "2026-04-17 12:00")
    names = [story.complaint for story in stories]
    return Told(
        {name: await engine.ledger(name) for name in names},
        {name: await engine.published("duty.", name) for name in names},
    )


REPLIES = [
    ("reply.phone", "phone-1", "03-05 00:00"),  # 2 working days: 3, 4
    ("reply.online", "online-2", "03-06 00:00"),  # 3: 3, 4, 5
    ("reply.written", "written-3", "03-10 00:00"),  # 5: 3, 4, 5, 6, 9
    ("reply.third_party", "third_party-3", "03-06 00:00"),
    ("acknowledgement.internal", "internal-3", "03-04 00:00"),
    ("registration", "written-3", "03-04 00:00"),
    ("set_time.1", "phone-1", "03-04 00:00"),  # 1: 3
    ("set_time.2", "online-2", "03-10 00:00"),
    ("set_time.3", "written-3", "03-17 00:00"),  # 10: 3-6, 9-13, 16
    ("first_follow_up.urgent", "phone-1", "03-03 10:00"),
    ("first_follow_up.ordinary", "written-3", "03-04 10:00"),
    ("assignment", "written-3", "03-02 15:40"),  # 110 minutes till noon, 130 from 13:30
    ("report", "written-3", "03-10 00:00"),  # from Wednesday 4: 5, 6, 9
    ("urging", "written-3", "03-06 00:00"),
    ("weekly_follow_up", "written-3", "03-25 00:00"),  # long unhandled from the 17th
]
ENDS = [
    ("result_notice", "untold", "03-13 00:00"),  # from Thursday 5: 6, 9, 10, 11, 12
    ("filing", "unfiled", "03-17 00:00"),
    ("extension.notice", "extension-missed", "03-10 00:00"),
    ("extension.preliminary_opinion", "extension-missed", "03-10 00:00"),
]
DATED = [
    ("alarm", "alarm", "03-07 20:15"),
    ("alarm.climbed", "alarm", "03-07 20:15"),
    ("emergency_plan", "alarm", "03-07 20:30"),
    ("alarm_assignment", "alarm", "03-07 21:00"),
    ("measure", "dated", "03-11 00:00"),
    ("promise", "dated", "03-11 00:00"),
    ("sub_task", "dated", "03-11 00:00"),
    ("dispute", "asked", "03-02 16:00"),  # 90 minutes till noon, 150 from 13:30
    ("visit.chosen", "asked", "03-18 00:00"),  # from the reply on Tuesday 3: 4-6, 9-13, 16, 17
    ("review", "asked", "03-26 00:00"),  # 15: 5, 6, 9-13, 16-20, 23-25
    ("suggestion", "suggested", "04-15 00:00"),  # 30: 3-6, 9-13, ..., 30 March - 3 April, 7-10, 13, 14
    ("filing.supplement", "supplemented", "03-18 00:00"),  # 10, from Tuesday 3: 4-6, 9-13, 16, 17
    ("refusal", "refused", "03-04 00:00"),  # with the registration: 3
    ("withdrawal", "withdrawn", "03-06 00:00"),  # 3: 3, 4, 5
]
WITHOUT_CLOCK = (
    "particulars",
    "person_responsible",
    "plan",
    "investigation",
    "sessions",
    "evidence",
    "cause",
    "accountability",
    "handling_plan",
)
SILENT = [(duty, f"silent-{kind}", due) for duty, kind, due in REPLIES if duty != "registration"]
SILENT.append(("registration", "never-registered", "03-04 00:00"))
SILENT += [(duty, f"silent-{kind}", due) for duty, kind, due in DATED]


@pytest.mark.parametrize(("duty", "complaint", "due"), [*SILENT, *ENDS])
async def test_what_nobody_does_is_warned_of_twice_and_breached_on_its_day(told: Told, duty, complaint, due):
    assert told.due(complaint, f"{duty}#1") == due
    assert told.row(complaint, f"{duty}#1")["state"] == "breached"
    assert [at for at, _ in told.happened(complaint, f"{duty}#1", "breached")] == [due]
    warned = told.happened(complaint, f"{duty}#1", "warned")
    assert [share for _, share in warned] == [0.5, 0.8]
    assert all(at < due for at, _ in warned)


@pytest.mark.parametrize(
    ("duty", "complaint"),
    [(duty, f"prompt-{kind}") for duty, kind, _ in REPLIES if duty != "weekly_follow_up"]
    + [(duty, "prompt-written-3") for duty, _, _ in ENDS]
    + [("opinion", "prompt-written-3"), ("closing", "prompt-written-3")]
    + [(duty, f"prompt-{kind}") for duty, kind, _ in DATED]
    + [(duty, "found-out") for duty in WITHOUT_CLOCK]
    + [("restoration", "prompt-alarm")],
)
async def test_what_is_done_in_time_is_fulfilled_with_its_proof(told: Told, duty, complaint):
    row = told.row(complaint, f"{duty}#1")
    assert row["state"] == "fulfilled"
    assert row["proof"]["type"] in {proof.event for proof in load().duties[duty].fulfilled_by}
    assert [at for at, _ in told.happened(complaint, f"{duty}#1", "fulfilled")] == [told.clock(row["fulfilled_at"])]
    assert told.happened(complaint, f"{duty}#1", "breached") == []


@pytest.mark.parametrize(
    ("duty", "complaint"),
    [(duty, f"slow-{kind}") for duty, kind, _ in REPLIES]
    + [("result_notice", "slow-written-3"), ("filing", "slow-written-3")]
    + [("extension.notice", "extension-late"), ("extension.preliminary_opinion", "extension-late")]
    + [(duty, f"slow-{kind}") for duty, kind, _ in DATED],
)
async def test_what_is_done_too_late_was_breached_first_and_is_late(told: Told, duty, complaint):
    row = told.row(complaint, f"{duty}#1")
    assert row["state"] == "late"
    assert told.happened(complaint, f"{duty}#1", "breached") != []
    assert told.clock(row["fulfilled_at"]) >= told.clock(row["due_at"])


async def test_every_live_duty_is_among_these(told: Told):
    shown = {row["duty"] for rows in told.ledgers.values() for row in rows.values()}
    assert {duty.id for duty in load().live} <= shown


async def test_warnings_go_out_in_office_hours_and_level_1_at_any(told: Told):
    def hours(complaint: str) -> list[str]:
        found = [one for one in told.facts[complaint] if one["type"] == "duty.warned"]
        return [told.clock(one["time"])[6:] for one in found]

    in_hours = [hour for name in ("silent-written-3", "silent-online-2", "untold") for hour in hours(name)]
    assert all("09:00" <= hour < "12:00" or "13:30" <= hour < "17:30" for hour in in_hours), in_hours
    assert told.happened("silent-phone-1", "first_follow_up.urgent#1", "warned")[0][0] == "03-02 22:00"


async def test_an_extension_told_too_late_moves_nothing_and_one_told_in_time_moves_reply_and_set_time(told: Told):
    assert told.due("extension-late", "reply.written#1") == "03-10 00:00"
    assert told.due("prompt-online-2", "reply.online#1") == "03-13 00:00"
    assert told.due("prompt-online-2", "set_time.2#1") == "03-13 00:00"
    moved = told.row("prompt-online-2", "reply.online#1")["history"]
    assert [change["cause"] for change in moved] == ["complaint.received", "complaint.registered", "extension.notified"]


async def test_a_complaint_that_is_registered_late_is_breached_only_then(told: Told):
    assert [at for at, _ in told.happened("slow-phone-1", "reply.phone#1", "breached")] == ["03-05 09:00"]
    assert told.row("never-registered", "reply.online#1")["state"] == "provisional"


async def test_a_refusal_answers_registration_and_ends_the_rest(told: Told):
    states = {row["row"]: row["state"] for row in told.ledgers["unfiled"].values()}
    assert states["registration#1"] == "fulfilled"
    assert states["reply.written#1"] == states["first_follow_up.ordinary#1"] == "void"


async def test_the_weekly_follow_up_comes_again_until_the_reply(told: Told):
    first, second = told.row("slow-written-3", "weekly_follow_up#1"), told.row("slow-written-3", "weekly_follow_up#2")
    assert (told.clock(first["due_at"]), first["state"]) == ("03-28 00:00", "late")
    assert (told.clock(second["due_at"]), second["state"]) == ("04-07 00:00", "void")


async def test_the_tables_say_what_the_facts_say(told: Told, engine: Engine):
    told_of: dict[tuple[str, str], str] = {}
    for complaint, facts in told.facts.items():
        for one in facts:
            data, key = one["data"], (complaint, one["data"]["row"])
            match one["type"]:
                case "duty.started":
                    assert key not in told_of
                    told_of[key] = "running" if data["binding"] else "provisional"
                case "duty.changed":
                    told_of[key] = "paused" if data["paused"] else "running" if data["binding"] else "provisional"
                case "duty.breached":
                    told_of[key] = "breached"
                case "duty.fulfilled":
                    told_of[key] = "late" if data["late"] else "fulfilled"
                case "duty.voided":
                    told_of[key] = "void"
    kept = {
        (row.complaint, row.row): row.state
        for row in await engine.sql("SELECT * FROM ledger_rows WHERE complaint <> 'office'")
    }
    shown = {(name, row): body["state"] for name, rows in told.ledgers.items() for row, body in rows.items()}
    assert kept == told_of == shown
