"""The case as its readers see it, with the words opened."""

from collections.abc import Mapping, Sequence
from dataclasses import asdict
from datetime import datetime
from typing import Any, cast

from pydantic import BaseModel, ConfigDict

from services.casework import records
from services.casework.closing import fitting_bases, still_open
from services.casework.effects import open_looks
from services.casework.moving import stage_of
from services.casework.next_step import next_steps
from services.casework.records import Row, last, moment
from services.casework.situation import situation
from services.casework.sub_tasks import contributes
from services.casework.tables import Case
from services.casework.urging import escalated
from services.casework.work import Work
from shared.glossary import Extent
from shared.lifecycle import possible
from shared.procedure import Policy, load


class RecordOut(BaseModel):
    """One record: id, when (UTC), by whom, its codes and its words; the words are absent when erased."""

    model_config = ConfigDict(extra="allow")
    id: str
    at: datetime
    by: str


class NextOut(BaseModel):
    """What to do next: the route, its words by language, and its clause."""

    action: str
    label: dict[str, str]
    clause: str


class InvestigationOut(BaseModel):
    """The investigation of the latest round, with every session and piece of evidence of the case."""

    plan: RecordOut | None
    started_at: datetime | None
    ended_at: datetime | None
    sessions: list[RecordOut]
    evidence: list[RecordOut]
    report: RecordOut | None
    reports: list[RecordOut]


class ReachOut(BaseModel):
    """The level that extent or number of people affected gives, and which of them (2/1.1.14(1))."""

    level: int
    because: str


class ListedOut(BaseModel):
    """A complaint in a list, with nothing of its words."""

    complaint: str
    number: str
    stage: str
    topic_code: str | None


class CaseOut(BaseModel):
    """The case: labels, whose it is, what was done, what is possible and what to do next."""

    id: str
    number: str
    stage: str
    round: int
    erased: bool
    channel: str
    reply_form: str
    language: str
    reachable: list[str]
    named_officers: list[str]
    received_at: datetime
    registered_at: datetime | None
    responsible: str | None
    service: str | None
    topic_code: str | None
    nature: str | None
    kind: str | None
    category: str | None
    level: int | None
    importance: str | None
    major_because: list[str]
    """Why it is major (3/2.2)."""
    urgent: bool
    extent: str | None
    people_affected: int | None
    by_reach: ReachOut | None
    district: str | None
    department: str | None
    officer: str | None
    supervisor: str | None
    assigned_at: datetime | None
    accepted: bool
    accepted_at: datetime | None
    assignments: list[RecordOut]
    disputes: list[RecordOut]
    reclassifications: list[RecordOut]
    investigation: InvestigationOut
    cause: RecordOut | None
    opinion: RecordOut | None
    opinions: list[RecordOut]
    decided_at: datetime | None
    measures: list[RecordOut]
    effects: list[RecordOut]
    accountability: RecordOut | None
    follow_ups: list[RecordOut]
    promises: list[RecordOut]
    urgings: list[RecordOut]
    escalated: bool
    pauses: list[RecordOut]
    memberships: list[RecordOut]
    incident: str | None
    alarms: list[RecordOut]
    emergency_plans: list[RecordOut]
    emergency_steps: list[RecordOut]
    emergency_minutes: list[RecordOut]
    sub_tasks: list[RecordOut]
    reply: str | None
    reply_sent_at: datetime | None
    reply_delivered_at: datetime | None
    result_notice_at: datetime | None
    disputed_at: datetime | None
    review_requested_at: datetime | None
    review_decided_at: datetime | None
    review_result: str | None
    visit_assigned_at: datetime | None
    visit_ended_at: datetime | None
    closed_at: datetime | None
    basis: str | None
    still_open: list[str]
    fitting_bases: list[str]
    file: str | None
    filed_at: datetime | None
    file_missing: list[str]
    possible: list[str]
    next: list[NextOut]


async def view(work: Work) -> CaseOut:
    """Return the case as it stands in this transaction."""
    case, found = work.case, await records.read(work.session, work.case.complaint)
    lists = {kind: [work.opened(kind, row) for row in rows] for kind, rows in found.items()}
    stands, policy = records.standing(case, found), load().policy
    replied = case.stage == "replied"
    values = {name: getattr(case, name) for name in CaseOut.model_fields if hasattr(case, name)}
    return CaseOut.model_validate(
        values
        | _recorded(lists, case.round)
        | {
            "id": case.complaint,
            "sub_tasks": [
                one | {"yours": contributes(work.caller.id, one["department"], work.staff)} for one in lists["sub_task"]
            ],
            "measures": [one | {"looks_open": _open_looks(one, lists["effect"], work.at)} for one in lists["measure"]],
            "erased": work.key is None,
            "supervisor": work.staff.superior(case.officer) if case.officer else None,
            "accepted": case.accepted_at is not None,
            "by_reach": _by_reach(case, policy),
            "escalated": escalated(stands.urgings_open, policy),
            "still_open": still_open(stands, policy) if replied else [],
            "fitting_bases": fitting_bases(stands) if replied else [],
            "possible": list(possible(stage_of(case))),
            "next": [asdict(step) for step in next_steps(situation(case, found, stands))],
        }
    )


def _open_looks(measure: Row, effects: Sequence[Row], at: datetime) -> list[int]:
    taken = {one["after_days"] for one in effects if one["measure"] == measure["id"]}
    return open_looks(moment(measure, "done_at"), taken, at)


def _by_reach(case: Case, policy: Policy) -> ReachOut | None:
    found = policy.level_by_reach(cast("Extent | None", case.extent), case.people_affected)
    return ReachOut(level=found[0], because=found[1]) if found else None


def _recorded(lists: Mapping[str, list[Row]], of_round: int) -> dict[str, Any]:
    investigation = last(lists["investigation"])
    return {
        "assignments": lists["assignment"],
        "disputes": lists["assignment_dispute"],
        "reclassifications": lists["reclassification"],
        "investigation": {
            "plan": investigation if investigation and investigation["begins_at"] else None,
            "started_at": investigation and investigation["started_at"],
            "ended_at": investigation and investigation["ended_at"],
            "sessions": lists["session"],
            "evidence": lists["evidence"],
            "report": last(lists["report"]),
            "reports": lists["report"],
        },
        "cause": last(lists["cause"]),
        "opinion": last([one for one in lists["opinion"] if one["round"] == of_round]) or last(lists["opinion"]),
        "opinions": lists["opinion"],
        "effects": lists["effect"],
        "accountability": last(lists["accountability"]),
        "follow_ups": lists["follow_up"],
        "promises": lists["promise"],
        "urgings": lists["urging"],
        "pauses": lists["pause"],
        "memberships": lists["membership"],
        "incident": next((one["incident"] for one in lists["membership"] if not one["left_at"]), None),
        "alarms": lists["alarm"],
        "emergency_plans": lists["emergency_plan"],
        "emergency_steps": lists["emergency_step"],
        "emergency_minutes": lists["emergency_minutes"],
    }
