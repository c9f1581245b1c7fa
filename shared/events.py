"""The catalogue: every event, in the order a complaint lives.

A *fact* is something that has happened to a complaint (or to the office): frozen, past tense, ids, codes and
times only - never free text, never personal data (4/5.2.5). An *event* is a fact in its CloudEvents 1.0
envelope. The subject of a fact on the topic ``complaints`` is the complaint's id. Fields are only added; a
break is a new type ``….v2``. All times are UTC; all dates are the office's (Asia/Shanghai).

``by`` says who did it: an officer's id, or ``complainant``, ``system``, or ``channel:<name>``.
"""

import json
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any, ClassVar, Final

from pydantic import BaseModel, ConfigDict
from pydantic_core import to_json

from shared.glossary import (
    Category,
    Cause,
    Channel,
    ClosingBasis,
    Effect,
    EvidenceKind,
    Extent,
    FollowUpFinding,
    FollowUpWay,
    Form,
    Importance,
    Kind,
    Language,
    LetterWay,
    Level,
    MajorBecause,
    Method,
    Nature,
    NoticeWay,
    Outcome,
    PauseReason,
    PromiseKind,
    RefusalReason,
    ReplyForm,
    ReviewResult,
    Role,
    Service,
    Source,
    SuggestionOutcome,
    Topic,
)

CATALOGUE: Final[dict[str, type["Fact"]]] = {}
PUBLISHERS: Final[dict[str, tuple[str, ...]]] = {}


class Fact(BaseModel):
    """Something that has happened: frozen, validated, without text or person."""

    model_config = ConfigDict(frozen=True, extra="ignore")
    type: ClassVar[str] = ""
    topic: ClassVar[str] = "complaints"

    def __init_subclass__(cls, *, type: str = "", by: tuple[str, ...] = (), topic: str = "complaints") -> None:  # noqa: A002 - CloudEvents' own word
        super().__init_subclass__()
        cls.type, cls.topic = type, topic
        if type:
            CATALOGUE[type] = cls
            PUBLISHERS[type] = by

    @classmethod
    def __pydantic_init_subclass__(cls, **_: object) -> None:
        """Accept the catalogue's own class arguments."""


# --- Intake (chapter 1, 4/5.2.6-7) -------------------------------------------------------------------------


class ComplaintReceived(Fact, type="complaint.received", by=("intake",)):
    """A complaint reached the office; a receipt code was given and the provisional dates run (4/5.2.6(1))."""

    number: str
    channel: Channel
    form: Form | None = None
    reply_form: ReplyForm
    received_at: datetime
    platform_due_at: datetime | None = None
    language: Language
    anonymous: bool
    reachable: tuple[LetterWay | NoticeWay, ...] = ()
    """The ways in which the complainant can be told something; empty when there is nobody to reach."""
    danger_cues: tuple[str, ...] = ()
    urgent: bool = False
    named_officers: tuple[str, ...] = ()
    source: Source | None = None
    """What kind of platform passed it on (1/1.1.5)."""
    service: Service | None = None
    district: str | None = None
    attachments: int = 0
    by: str


class AlarmRaised(Fact, type="alarm.raised", by=("intake", "classification", "casework")):
    """Danger is possible: it rings until a person accepts or lowers it (2/1.1.16(1), "Level 1 fails safe")."""

    cause: str
    """``danger_cue`` (intake), ``probability`` (classification) or ``level`` (a person chose level 1)."""
    cues: tuple[str, ...] = ()


class ComplaintSupplemented(Fact, type="complaint.supplemented", by=("intake",)):
    """The complainant added something; the words stay with intake."""

    attachments: int = 0
    by: str


class ComplaintClassified(Fact, type="complaint.classified", by=("classification",)):
    """What the classifier proposes (chapter 2); a person may decide otherwise. ``None``: it does not know."""

    in_scope: bool
    service: Service | None
    topic_code: Topic | None
    nature: Nature | None
    kind: Kind
    category: Category | None
    level: Level | None
    importance: Importance
    department: str | None
    confidence: dict[str, float]
    """Per label (``in_scope service topic nature kind level importance department``), 0 to 1."""
    p_level_1: float
    to_person: tuple[str, ...]
    """The labels that a person has to decide because the machine is not sure enough."""


class ComplaintRegistered(Fact, type="complaint.registered", by=("intake",)):
    """Within scope and registered; the dates become binding, still counted from receipt (4/5.2.7)."""

    number: str
    received_at: datetime
    channel: Channel
    reply_form: ReplyForm
    language: Language
    service: Service
    topic_code: Topic
    nature: Nature
    kind: Kind
    category: Category
    level: Level | None
    importance: Importance
    major_because: tuple[MajorBecause, ...] = ()
    """Why it is major (3/2.2)."""
    urgent: bool
    extent: Extent | None = None
    people_affected: int | None = None
    """How far it reaches, and how many people, as a person found it (2/1.1.14(1))."""
    district: str | None = None
    named_officers: tuple[str, ...] = ()
    reachable: tuple[LetterWay | NoticeWay, ...] = ()
    procedure_version: str
    officer: str
    """The person responsible until assignment (1/1.1.10)."""
    by_machine: bool = False
    by: str


class ComplaintRefused(Fact, type="complaint.refused", by=("intake",)):
    """Not within scope, decided by a person with the reason and where to turn (4/5.2.6(2))."""

    number: str
    reason: RefusalReason
    where_to_turn: str
    """A code of the policy's list of outside bodies."""
    by: str


class ComplaintErased(Fact, type="complaint.erased", by=("intake",)):
    """The keys of the complaint were destroyed; texts and person are unreadable for ever (4/5.2.5)."""

    by: str


# --- Classification (chapter 2) -----------------------------------------------------------------------------


class ClassificationOverruled(Fact, type="classification.overruled", by=("classification",)):
    """A person decided otherwise than the machine proposed; the machine learns from it."""

    label: str
    suggested: str | None
    decided: str | None
    by: str


# --- Casework: assignment and kinds (4/5.2.8, 6/3.4.2) --------------------------------------------------------


class ComplaintAssigned(Fact, type="complaint.assigned", by=("casework",)):
    """To the department and person, by kind and rule (6/3.4.2(2)); again when handed over or re-dispatched."""

    department: str
    officer: str
    supervisor: str | None = None
    how: str
    """``rule``, ``chosen``, ``handed_over``, ``redispatched``, ``reopened`` or ``decided`` (a dispute)."""
    by: str


class AssignmentAccepted(Fact, type="assignment.accepted", by=("casework",)):
    """The officer takes the case on (policy: within 4 working hours)."""

    officer: str
    by: str


class AlarmAccepted(Fact, type="alarm.accepted", by=("casework",)):
    """Someone on duty has taken the alarm (policy: within 15 minutes)."""

    by: str


class AlarmClimbed(Fact, type="alarm.climbed", by=("casework",)):
    """Nobody accepted the alarm in time: it rings at the next in the roster, then at the supervisor (2/1.1.16(1))."""

    step: int
    """1 for the first climb."""
    to: str
    """The officer at whom it rings now."""


class EmergencyPlanStarted(Fact, type="emergency_plan.started", by=("casework",)):
    """The emergency plan runs, and these departments are called (2/1.1.16(1))."""

    plan: str
    departments: tuple[str, ...]
    by: str


class EmergencyPlanStepDone(Fact, type="emergency_plan.step_done", by=("casework",)):
    """One step of the plan's checklist is done."""

    plan: str
    step: str
    by: str


class ServiceRestored(Fact, type="service.restored", by=("casework",)):
    """The service runs again since ``at`` (2/1.1.16(1))."""

    plan: str
    at: datetime
    by: str


class AssignmentDisputed(Fact, type="assignment.disputed", by=("casework",)):
    """The department says, with a reason, that another one is responsible (policy, assignment)."""

    dispute: str
    department: str
    """The department that should be responsible, as the disputing one sees it."""
    by: str


class DisputeDecided(Fact, type="dispute.decided", by=("casework",)):
    """The complaints department has decided which department is responsible (policy: in 4 working hours)."""

    dispute: str
    upheld: bool
    """Whether the disputing department was right."""
    department: str
    by: str


class SubTaskRequested(Fact, type="sub_task.requested", by=("casework",)):
    """Another department is asked to contribute, by a date (4/5.2.8(1))."""

    sub_task: str
    department: str
    due_at: datetime
    """The end (exclusive) of the day by which it is asked for."""
    by: str


class SubTaskAnswered(Fact, type="sub_task.answered", by=("casework",)):
    """The other department has contributed."""

    sub_task: str
    by: str


class ComplaintReclassified(Fact, type="complaint.reclassified", by=("casework",)):
    """The labels were changed by a person; clocks are recomputed from history, nothing is lost."""

    service: Service
    topic_code: Topic
    nature: Nature
    kind: Kind
    category: Category
    level: Level | None
    importance: Importance
    major_because: tuple[MajorBecause, ...] = ()
    urgent: bool
    extent: Extent | None = None
    people_affected: int | None = None
    reason: str
    by: str


class ClockPaused(Fact, type="clock.paused", by=("casework",)):
    """The pausable duties stand still, for a typed reason (policy, pauses)."""

    reason: PauseReason
    by: str


class ClockResumed(Fact, type="clock.resumed", by=("casework",)):
    """The reason has gone; the clocks run on."""

    reason: PauseReason
    by: str


# --- Casework: investigation (chapter 3, 4/5.2.8) -------------------------------------------------------------


class InvestigationPlanned(Fact, type="investigation.planned", by=("casework",)):
    """Who investigates, when (3/3.1)."""

    investigators: tuple[str, ...]
    begins_at: datetime
    by: str


class InvestigationStarted(Fact, type="investigation.started", by=("casework",)):
    """The facts are being verified (4/5.2.8(1))."""

    by: str


class SessionRecorded(Fact, type="session.recorded", by=("casework",)):
    """One session of the investigation: time, place, people, content stay with casework (3/3.3)."""

    session: str
    method: Method
    at: datetime
    by: str


class EvidenceCollected(Fact, type="evidence.collected", by=("casework",)):
    """A piece of evidence, hashed as it arrived (4/5.2.8(2))."""

    evidence: str
    kind: EvidenceKind
    sha256: str
    by: str


class InvestigationEnded(Fact, type="investigation.ended", by=("casework",)):
    """The facts are established; the report is due in 3 working days (4/5.2.8(3))."""

    by: str


class ReportSubmitted(Fact, type="report.submitted", by=("casework",)):
    """The investigation report (4/5.2.8(3))."""

    report: str
    by: str


class CauseFound(Fact, type="cause.found", by=("casework",)):
    """The handler's finding of the cause, down to the root (3/4.1)."""

    cause: Cause
    by: str


class OpinionProposed(Fact, type="opinion.proposed", by=("casework",)):
    """The report is assessed and a handling opinion proposed (4/5.2.9(1))."""

    opinion: str
    outcome: Outcome
    by: str


class OpinionDetermined(Fact, type="opinion.determined", by=("casework",)):
    """The handling opinion is determined; the result is due in 5 working days (4/5.2.9(1))."""

    opinion: str
    outcome: Outcome
    by: str


class MeasurePlanned(Fact, type="measure.planned", by=("casework",)):
    """A corrective measure with its owner and date (4/5.2.9(3))."""

    measure: str
    owner: str
    due_on: date
    by: str


class MeasureDone(Fact, type="measure.done", by=("casework",)):
    """The measure is carried out (3/4.3)."""

    measure: str
    by: str


class MeasureHandedOver(Fact, type="measure.handed_over", by=("casework",)):
    """The measure goes on in improvement, with a date; it no longer holds the complaint open."""

    measure: str
    due_on: date
    by: str


class EffectLookedAt(Fact, type="effect.looked_at", by=("casework",)):
    """Whether the measure has had the effect that was expected (4/5.2.9(3); policy: 30 and 90 days after done)."""

    measure: str
    after_days: int
    effect: Effect
    by: str


class PromiseMade(Fact, type="promise.made", by=("casework", "reply")):
    """A person was given a date: a duty like any other (DESIGN, promise)."""

    promise: str
    what: PromiseKind
    due_at: datetime
    """The end (exclusive) of the day that was promised."""
    by: str


class PromiseKept(Fact, type="promise.kept", by=("casework", "reply")):
    """What was promised was done, and the person knows."""

    promise: str
    by: str


class AccountabilityRecorded(Fact, type="accountability.recorded", by=("casework",)):
    """Level 3: someone is held to account, or no one was at fault (2/1.1.16(3))."""

    at_fault: bool
    by: str


# --- Casework: tracking (chapter 6) ----------------------------------------------------------------------------


class WarningPassedOn(Fact, type="warning.passed_on", by=("casework",)):
    """A duty was warned of while the office slept: who is on duty was told (policy, warnings)."""

    row: str
    duty: str
    share: float
    due_at: datetime
    to: str


class FollowUpRecorded(Fact, type="follow_up.recorded", by=("casework",)):
    """A person's recorded finding (6/3.4.6, 6/3.4.8)."""

    follow_up: str
    way: FollowUpWay
    finding: FollowUpFinding
    by: str


class FindingPassedOn(Fact, type="finding.passed_on", by=("casework",)):
    """The finding of a follow-up reached the handling department, so that it can adjust (6/3.4.8(1))."""

    follow_up: str
    to: str
    """The officer who handles the complaint."""


class UrgingMade(Fact, type="urging.made", by=("casework",)):
    """The handler is urged, by the office (automatic at 80 %) or by the complainant (6/3.4.3(2))."""

    urging: str
    origin: str
    """``office`` or ``complainant``."""
    duty: str | None = None
    """The duty that is urged (its id in the procedure), when it is one."""
    by: str


class UrgingAnswered(Fact, type="urging.answered", by=("casework",)):
    """The handler has answered the urging (policy: within 1 working day)."""

    urging: str
    by: str


# --- Reply (chapter 5, 4/5.2.9(2), 4/5.2.10) -------------------------------------------------------------------


class ExtensionRequested(Fact, type="extension.requested", by=("reply",)):
    """The handler asks for more time (5/3.4)."""

    extension: str
    replaces_due_at: datetime
    until: date
    by: str


class ExtensionApproved(Fact, type="extension.approved", by=("reply",)):
    """Approved by a supervisor; notice and preliminary opinion are now both due (5/3.4)."""

    extension: str
    replaces_due_at: datetime
    until: date
    by: str


class ExtensionRejected(Fact, type="extension.rejected", by=("reply",)):
    """The supervisor says no."""

    extension: str
    by: str


class ExtensionNotified(Fact, type="extension.notified", by=("reply",)):
    """The complainant was told before the deadline; only now the new date counts (5/3.4)."""

    extension: str
    replaces_due_at: datetime
    until: date
    way: NoticeWay
    by: str


class PreliminaryOpinionGiven(Fact, type="preliminary_opinion.given", by=("reply",)):
    """The preliminary opinion, within the original deadline (5/3.4)."""

    extension: str
    way: NoticeWay
    by: str


class ReplyDrafted(Fact, type="reply.drafted", by=("reply",)):
    """The author has a draft ready for checking."""

    reply: str
    by: str


class ReplyChecked(Fact, type="reply.checked", by=("reply",)):
    """A second person has checked it (policy, signing)."""

    reply: str
    by: str


class ReplyReturned(Fact, type="reply.returned", by=("reply",)):
    """The checker or signer sends it back to the author."""

    reply: str
    by: str


class ReplySigned(Fact, type="reply.signed", by=("reply",)):
    """Signed in the company's name (5/2.1-2.3)."""

    reply: str
    letter_number: str
    by: str


class ReplySent(Fact, type="reply.sent", by=("reply",)):
    """The written reply went out: mailed, posted, or laid ready on the status page (4/5.2.10, 5/3.x)."""

    reply: str
    letter_number: str
    way: LetterWay
    by: str


class ReplyDelivered(Fact, type="reply.delivered", by=("reply",)):
    """There is a proof that the reply arrived."""

    reply: str
    way: LetterWay
    proof: str
    """``smtp_accepted``, ``eml_laid``, ``posting_record``, ``status_page`` or ``attempt_recorded``."""
    by: str


class ResultNoticeGiven(Fact, type="result_notice.given", by=("reply",)):
    """The complainant knows the result (4/5.2.9(2), 6/3.4.4, 3/5.1)."""

    way: NoticeWay
    by: str


class RefusalSent(Fact, type="refusal.sent", by=("reply",)):
    """The refusal was told in writing, with the reason and where to turn."""

    way: LetterWay
    by: str


class WithdrawalConfirmed(Fact, type="withdrawal.confirmed", by=("reply",)):
    """The withdrawal was confirmed in writing (policy: in 3 working days)."""

    way: LetterWay
    by: str


class SatisfactionRecorded(Fact, type="satisfaction.recorded", by=("reply",)):
    """How satisfied the complainant is, 1 (not at all) to 5 (1/1.1.11, 7/3.4.14(2))."""

    score: int
    questions: dict[str, int] = {}
    """By question (``attitude``, ``speed``, ``result`` …), 1 to 5 each (8/e2.1)."""
    by: str


class OutcomeDisputed(Fact, type="outcome.disputed", by=("reply",)):
    """The complainant says that it is not solved; casework re-opens on it."""

    by: str


class ReviewRequested(Fact, type="review.requested", by=("reply",)):
    """The complainant asks the next higher department for a review (4/5.2.10(2))."""

    review: str | None = None
    by: str


class ReviewAssigned(Fact, type="review.assigned", by=("reply",)):
    """A reviewer of the next higher department, who took no part, looks at it again (policy, review)."""

    review: str
    department: str
    reviewer: str
    by: str


class ReviewDecided(Fact, type="review.decided", by=("reply",)):
    """The review is decided, and its final letter is out (policy: in 15 working days)."""

    review: str
    result: ReviewResult
    by: str


class VisitAssigned(Fact, type="visit.assigned", by=("reply",)):
    """A unit other than the handler's will ask whether it is really solved (3/5.2)."""

    visit: str
    department: str


class VisitDone(Fact, type="visit.done", by=("reply",)):
    """The return visit is on record; ``solved`` is what the complainant says (3/5.2)."""

    visit: str
    solved: bool
    by: str


class VisitNotPossible(Fact, type="visit.not_possible", by=("reply",)):
    """There is nobody to visit, or nobody could be reached; that is on record."""

    visit: str
    by: str


class SuggestionOutcomeTold(Fact, type="suggestion.outcome_told", by=("reply",)):
    """The person who suggested it knows what became of it (6/3.4.2(1); promised for 30 working days)."""

    outcome: SuggestionOutcome
    way: LetterWay | NoticeWay
    by: str


# --- Casework: the end of the road ----------------------------------------------------------------------------


class ComplaintReplied(Fact, type="complaint.replied", by=("casework",)):
    """Casework has heard that the reply is out, and moves the stage."""

    reply: str
    by: str


class ComplaintWithdrawn(Fact, type="complaint.withdrawn", by=("intake", "casework")):
    """The complainant takes it back; by intake before registration, by casework after."""

    by: str


class ComplaintClosed(Fact, type="complaint.closed", by=("casework",)):
    """Closed, naming its basis (policy, closed when)."""

    basis: ClosingBasis
    outcome: Outcome | None
    by: str


class ComplaintReopened(Fact, type="complaint.reopened", by=("casework",)):
    """Re-opened: reply and set time start again; the earlier results stand."""

    ground: str
    """``not_solved``, ``review`` or ``decision``."""
    by: str


class RefusalOverturned(Fact, type="refusal.overturned", by=("casework",)):
    """A review has set the refusal aside: intake has to register it, and its duties begin anew (4/5.2.10(2))."""

    by: str


class ComplaintFiled(Fact, type="complaint.filed", by=("casework",)):
    """The sealed volume was accepted; the complaint rests in the archive (4/5.2.11(1))."""

    file: str
    volume: int
    by: str


class FilingCancelled(Fact, type="filing.cancelled", by=("casework",)):
    """The complaint was re-opened while its volume was being sealed; archive voids the volume."""

    file: str
    volume: int
    by: str


# --- Incidents (topic ``incidents``; the subject is the incident's or the outage's id) --------------------------


class IncidentDeclared(Fact, type="incident.declared", by=("casework",), topic="incidents"):
    """A person says that these complaints have one cause; each keeps its number, clock and reply."""

    service: Service
    topic_code: Topic
    district: str | None
    complaints: tuple[str, ...]
    by: str


class IncidentEnded(Fact, type="incident.ended", by=("casework",), topic="incidents"):
    """The cause is gone; no complaint is joined to it any more."""

    by: str


class OutagePlanned(Fact, type="outage.planned", by=("casework",), topic="incidents"):
    """A planned interruption of a service, known beforehand; intake hints at it (2/1.1.12, outage notice)."""

    service: Service
    district: str | None
    """The district, where it is one."""
    districts: tuple[str, ...] = ()
    """All of them; none: everywhere."""
    begins_at: datetime
    ends_at: datetime
    by: str


class OutageCancelled(Fact, type="outage.cancelled", by=("casework",), topic="incidents"):
    """The planned interruption does not take place."""

    by: str


class IncidentJoined(Fact, type="incident.joined", by=("casework",)):
    """The complaint belongs to an incident: one investigation and decision, a personal reply to each."""

    incident: str
    size: int
    """How many complaints the incident has with this one."""
    by: str


class IncidentLeft(Fact, type="incident.left", by=("casework",)):
    """The complaint was taken out of the incident again; nothing of it is lost."""

    incident: str
    by: str


# --- Archive (chapter 10) ---------------------------------------------------------------------------------------


class FileCollected(Fact, type="file.collected", by=("archive",)):
    """Everything that belongs to the complaint has been gathered and waits for the archivist (10/5.2.7)."""

    file: str
    volume: int
    complete: bool
    missing: tuple[str, ...] = ()
    supplement: bool = False
    """It holds what came after the volume before it was sealed."""


class FileReturned(Fact, type="file.returned", by=("archive",)):
    """The archivist sends it back to the handler: something is missing (10/5.2.7)."""

    file: str
    volume: int
    missing: tuple[str, ...]
    by: str


class FileSealed(Fact, type="file.sealed", by=("archive",)):
    """The volume is sealed in the hash chain (10/5.2.6, 10/5.2.8)."""

    file: str
    volume: int
    seal: str
    entries: int
    retained_until: date
    supplement: bool = False
    """It holds what came after the complaint was filed; its stage is not moved."""
    by: str


class FileVoided(Fact, type="file.voided", by=("archive",)):
    """The volume does not stand: the complaint was re-opened before it was filed."""

    file: str
    volume: int


# --- The duty engine ----------------------------------------------------------------------------------------------


class DutyStarted(Fact, type="duty.started", by=("sla",)):
    """A clause now binds someone on this complaint. ``row`` names the ledger row within the complaint."""

    row: str
    duty: str
    clause: str
    due_at: datetime | None
    binding: bool


class DutyChanged(Fact, type="duty.changed", by=("sla",)):
    """The deadline, or whether it binds or stands still, has changed; recomputed from the history."""

    row: str
    duty: str
    clause: str
    due_at: datetime | None
    binding: bool
    paused: bool
    cause: str
    """The event type that caused the change."""


class DutyWarned(Fact, type="duty.warned", by=("sla",)):
    """Part of the time is gone: ``share`` is 0.5 or 0.8 of it (policy, warnings)."""

    row: str
    duty: str
    clause: str
    due_at: datetime
    share: float


class DutyFulfilled(Fact, type="duty.fulfilled", by=("sla",)):
    """The proof is on record; ``late`` when it came after the due time."""

    row: str
    duty: str
    clause: str
    proof: str
    """The id of the event that proves it."""
    proof_type: str
    at: datetime
    late: bool


class DutyBreached(Fact, type="duty.breached", by=("sla",)):
    """The due time passed without the proof."""

    row: str
    duty: str
    clause: str
    due_at: datetime


class DutyVoided(Fact, type="duty.voided", by=("sla",)):
    """The duty no longer binds: refused, withdrawn, or no longer applicable."""

    row: str
    duty: str
    clause: str
    cause: str


# --- The office (topic ``procedure``; the subject is the id of the thing) ---------------------------------------------


class SpecialDay(BaseModel):
    """A day the office works otherwise than the published calendar says."""

    model_config = ConfigDict(frozen=True)
    date: date
    kind: str
    """``working``, ``off``, ``morning`` or ``afternoon`` (a half day counts as a working day)."""


class CalendarChanged(Fact, type="calendar.changed", by=("sla",), topic="procedure"):
    """Special days were added; the list is the whole list as it now stands. The subject is the calendar's name."""

    special_days: tuple[SpecialDay, ...]
    published_until: date
    by: str


class DepartmentDefined(Fact, type="department.defined", by=("casework",), topic="procedure"):
    """A department as it now stands in the tree."""

    department: str
    parent: str | None
    services: tuple[Service, ...]
    head: str | None


class OfficerDefined(Fact, type="officer.defined", by=("casework",), topic="procedure"):
    """An officer as they now stand: department and roles; the name stays with casework."""

    officer: str
    department: str
    roles: tuple[Role, ...]
    active: bool


# --- Standing duties (topic ``procedure``; the subject is ``office``) ----------------------------------------------

OFFICE: Final = "office"
"""The subject of what binds the office and not a complaint; no complaint's id is a word."""


class MailboxCollected(Fact, type="mailbox.collected", by=("intake",), topic="procedure"):
    """The mailbox was emptied and its letters taken in (1/1.1.4)."""

    letters: int
    by: str


class ProgressReviewed(Fact, type="progress.reviewed", by=("casework",), topic="procedure"):
    """A person has gone through what is under way and what is late (6/3.4.3(1))."""

    under_way: int
    late: int
    by: str


class FilesAnalysed(Fact, type="files.analysed", by=("archive",), topic="procedure"):
    """The files of a quarter were ordered and analysed; the findings have an owner (4/5.2.11(2))."""

    analysis: str
    quarter: str
    """Such as ``2026-Q1``."""
    files: int
    findings: int
    owner: str
    by: str


class StandingDutyStarted(Fact, type="standing_duty.started", by=("sla",), topic="procedure"):
    """A standing duty binds the office until ``due_at``. ``row`` names the row of the office's ledger."""

    row: str
    duty: str
    clause: str
    due_at: datetime


class StandingDutyWarned(Fact, type="standing_duty.warned", by=("sla",), topic="procedure"):
    """Part of the time is gone: ``share`` is 0.5 or 0.8 of it (policy, warnings)."""

    row: str
    duty: str
    clause: str
    due_at: datetime
    share: float


class StandingDutyFulfilled(Fact, type="standing_duty.fulfilled", by=("sla",), topic="procedure"):
    """The proof is on record; ``late`` when it came after the due time."""

    row: str
    duty: str
    clause: str
    proof: str
    proof_type: str
    at: datetime
    late: bool


class StandingDutyBreached(Fact, type="standing_duty.breached", by=("sla",), topic="procedure"):
    """The due time passed without the proof."""

    row: str
    duty: str
    clause: str
    due_at: datetime


# --- The envelope ---------------------------------------------------------------------------------------------------

TOPICS: Final = ("complaints", "incidents", "warnings", "procedure")


@dataclass(frozen=True, slots=True)
class Event:
    """A fact in its CloudEvents 1.0 envelope.

    ``sequence`` is gap-free per (source, subject), from 1; ``time`` (UTC) is the moment of the transaction that
    recorded the fact, on the database's clock.
    """

    id: str
    source: str
    type: str
    subject: str
    sequence: int
    time: datetime
    topic: str
    data: Fact


def fact_from(type_: str, data: dict[str, Any]) -> Fact:
    """Return the typed fact for a catalogue type. Raises ``KeyError`` for an unknown type."""
    return CATALOGUE[type_].model_validate(data)


def to_cloudevent(event: Event) -> dict[str, Any]:
    """Return the event in CloudEvents' structured JSON form."""
    return {**_attributes(event), "data": event.data.model_dump(mode="json")}


def to_cloudevent_text(event: Event) -> tuple[str, str]:
    """Return the event as the text of a CloudEvents JSON document, and its fact's alone; the fact is written once."""
    fact = event.data.model_dump_json()
    return f'{to_json(_attributes(event)).decode()[:-1]}, "data": {fact}}}', fact


def _attributes(event: Event) -> dict[str, str]:
    return {
        "specversion": "1.0",
        "id": event.id,
        "source": f"/{event.source}",
        "type": event.type,
        "subject": event.subject,
        "time": event.time.isoformat(),
        "sequence": str(event.sequence),
        "datacontenttype": "application/json",
    }


def from_cloudevent(document: dict[str, Any]) -> Event:
    """Return the event of a CloudEvents JSON document. Raises ``KeyError`` for a type not in the catalogue."""
    data = fact_from(document["type"], document["data"])
    return Event(
        id=document["id"],
        source=document["source"].removeprefix("/"),
        type=document["type"],
        subject=document["subject"],
        sequence=int(document["sequence"]),
        time=datetime.fromisoformat(document["time"]),
        topic=data.topic,
        data=data,
    )


def to_kafka(event: Event) -> tuple[bytes, bytes, list[tuple[str, bytes]]]:
    """Return key, value and headers in CloudEvents' Kafka binary mode."""
    attributes = {
        "ce_specversion": "1.0",
        "ce_id": event.id,
        "ce_source": f"/{event.source}",
        "ce_type": event.type,
        "ce_subject": event.subject,
        "ce_time": event.time.isoformat(),
        "ce_sequence": str(event.sequence),
        "content-type": "application/json",
    }
    headers = [(name, value.encode()) for name, value in attributes.items()]
    return event.subject.encode(), event.data.model_dump_json().encode(), headers


def from_kafka(topic: str, headers: list[tuple[str, bytes]], value: bytes) -> Event:
    """Return the event of a Kafka message in CloudEvents' binary mode."""
    attributes = {name: content.decode() for name, content in headers}
    return Event(
        id=attributes["ce_id"],
        source=attributes["ce_source"].removeprefix("/"),
        type=attributes["ce_type"],
        subject=attributes["ce_subject"],
        sequence=int(attributes["ce_sequence"]),
        time=datetime.fromisoformat(attributes["ce_time"]),
        topic=topic,
        data=fact_from(attributes["ce_type"], json.loads(value)),
    )
