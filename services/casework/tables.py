"""What casework keeps. Free texts are sealed as one JSON value a record (``words``); codes and times are plain."""

from datetime import date, datetime
from typing import Any, ClassVar, Final, get_args

from sqlalchemy import (
    BigInteger,
    CheckConstraint,
    Date,
    DateTime,
    ForeignKey,
    Identity,
    Index,
    Text,
    false,
    text,
)
from sqlalchemy.dialects.postgresql import ARRAY
from sqlalchemy.orm import DeclarativeBase, Mapped, mapped_column

from shared.glossary import (
    Cause,
    ClosingBasis,
    Effect,
    EvidenceKind,
    Extent,
    FollowUpFinding,
    FollowUpWay,
    Importance,
    Kind,
    Level,
    Method,
    Outcome,
    PauseReason,
    PromiseKind,
    Service,
    Stage,
)
from shared.privacy import sealed

OPEN_STAGES: Final[tuple[Stage, ...]] = ("registered", "assigned", "investigating", "decided", "replied")
"""The stages in which a case is somebody's work."""


def _listed(values: tuple[object, ...]) -> str:
    return ", ".join(f"'{value}'" if isinstance(value, str) else str(value) for value in values)


def one_of(column: str, literal: Any) -> CheckConstraint:
    """A CHECK that a column holds one of the glossary's codes (or null)."""
    return CheckConstraint(f"{column} IN ({_listed(get_args(literal))})", name=f"{column}_is_a_code")


class Base(DeclarativeBase):
    type_annotation_map: ClassVar[dict[Any, Any]] = {
        str: Text(),
        datetime: DateTime(timezone=True),
        date: Date(),
        list[str]: ARRAY(Text),
    }


class Department(Base):
    """A department; the one without a parent is the root, and there is only one (4/5.2.10(2))."""

    __tablename__ = "departments"
    id: Mapped[str] = mapped_column(primary_key=True)
    parent: Mapped[str | None] = mapped_column(ForeignKey("departments.id"))
    head: Mapped[str | None]
    services: Mapped[list[str]]
    name_zh_hant: Mapped[str]
    name_zh_hans: Mapped[str]
    name_en: Mapped[str]
    __table_args__ = (
        CheckConstraint("parent <> id", name="no_department_is_its_own_parent"),
        Index("one_root_department", text("(parent IS NULL)"), unique=True, postgresql_where=text("parent IS NULL")),
    )


class Officer(Base):
    """A person of the office; the id stands in facts and files and is never given to somebody else."""

    __tablename__ = "officers"
    id: Mapped[str] = mapped_column(primary_key=True)
    department: Mapped[str] = mapped_column(ForeignKey("departments.id"))
    roles: Mapped[list[str]]
    name_zh_hant: Mapped[str]
    name_zh_hans: Mapped[str]
    name_en: Mapped[str]
    active: Mapped[bool]
    __table_args__ = (Index("officers_of_department", "department"),)


class SpecialDay(Base):
    """A day the office works otherwise than the published calendar says; sla owns them, this is what was heard."""

    __tablename__ = "special_days"
    day: Mapped[date] = mapped_column(primary_key=True)
    kind: Mapped[str]


class Case(Base):
    """A complaint as casework knows it. In stage ``received`` intake owns it; ``round`` counts re-openings."""

    __tablename__ = "cases"
    complaint: Mapped[str] = mapped_column(primary_key=True)
    number: Mapped[str]
    stage: Mapped[str]
    round: Mapped[int] = mapped_column(server_default="0")
    channel: Mapped[str]
    reply_form: Mapped[str]
    language: Mapped[str]
    reachable: Mapped[list[str]]
    named_officers: Mapped[list[str]]
    received_at: Mapped[datetime]
    # the labels, since registration
    registered_at: Mapped[datetime | None]
    responsible: Mapped[str | None]
    """Who is responsible until assignment (1/1.1.10)."""
    procedure_version: Mapped[str | None]
    service: Mapped[str | None]
    topic_code: Mapped[str | None]
    nature: Mapped[str | None]
    kind: Mapped[str | None]
    category: Mapped[str | None]
    level: Mapped[int | None]
    importance: Mapped[str | None]
    urgent: Mapped[bool] = mapped_column(server_default=false())
    district: Mapped[str | None]
    # how grave a person found it (2/1.1.14(1)), and why it is major (3/2.2)
    extent: Mapped[str | None]
    people_affected: Mapped[int | None]
    major_because: Mapped[list[str]] = mapped_column(server_default=text("'{}'"))
    # whose it is
    department: Mapped[str | None] = mapped_column(ForeignKey("departments.id"))
    officer: Mapped[str | None] = mapped_column(ForeignKey("officers.id"))
    assigned_at: Mapped[datetime | None]
    accepted_at: Mapped[datetime | None]
    # what was heard of the reply in this round
    decided_at: Mapped[datetime | None]
    reply: Mapped[str | None]
    reply_sent_at: Mapped[datetime | None]
    reply_delivered_at: Mapped[datetime | None]
    delivery_attempts: Mapped[int] = mapped_column(server_default="0")
    result_notice_at: Mapped[datetime | None]
    disputed_at: Mapped[datetime | None]
    review_requested_at: Mapped[datetime | None]
    reviewer: Mapped[str | None]
    """Who reviews it now: they see it elsewhere, without the deciders' names."""
    review_decided_at: Mapped[datetime | None]
    review_result: Mapped[str | None]
    # the return visit of this round (3/5.2)
    visit_assigned_at: Mapped[datetime | None]
    visit_ended_at: Mapped[datetime | None]
    findings_wait: Mapped[bool] = mapped_column(server_default=false())
    """There are findings, and nobody yet to pass them on to (6/3.4.8(1))."""
    # the end of the road
    closed_at: Mapped[datetime | None]
    basis: Mapped[str | None]
    file: Mapped[str | None]
    filed_at: Mapped[datetime | None]
    file_missing: Mapped[list[str]] = mapped_column(server_default=text("'{}'"))
    """What the archivist found missing when the file came back (10/5.2.7)."""
    __table_args__ = (
        one_of("stage", Stage),
        one_of("service", Service),
        one_of("kind", Kind),
        one_of("level", Level),
        one_of("importance", Importance),
        one_of("extent", Extent),
        one_of("basis", ClosingBasis),
        CheckConstraint(
            "registered_at IS NOT NULL OR stage IN ('received', 'refused', 'withdrawn', 'filed')",
            name="a_case_under_way_is_registered",
        ),
        CheckConstraint(
            "registered_at IS NULL OR (service IS NOT NULL AND topic_code IS NOT NULL AND nature IS NOT NULL"
            " AND kind IS NOT NULL AND importance IS NOT NULL)",
            name="a_registered_case_has_its_labels",
        ),
        CheckConstraint("(kind = 'complaint') = (level IS NOT NULL)", name="complaints_alone_have_a_level"),
        CheckConstraint(
            "stage NOT IN ('assigned', 'investigating', 'decided', 'replied', 'closed')"
            " OR (department IS NOT NULL AND officer IS NOT NULL)",
            name="a_case_under_way_is_somebodys",
        ),
        CheckConstraint("stage <> 'replied' OR reply IS NOT NULL", name="replied_names_the_reply"),
        CheckConstraint(
            "stage <> 'closed' OR (closed_at IS NOT NULL AND basis IS NOT NULL)", name="closed_has_a_basis"
        ),
        CheckConstraint("stage <> 'filed' OR file IS NOT NULL", name="filed_names_the_file"),
        CheckConstraint("officer IS NULL OR officer <> ALL (named_officers)", name="nobody_handles_what_names_them"),
        Index("open_cases_of_officer", "officer", postgresql_where=text(f"stage IN ({_listed(OPEN_STAGES)})")),
        Index("cases_of_department", "department", "stage", "received_at"),
        Index("cases_by_stage", "stage", "received_at"),
    )


class Record:
    """Something recorded on a complaint: when, by whom, and its sealed words."""

    kind_of_record: ClassVar[str] = ""
    id: Mapped[str] = mapped_column(primary_key=True)
    at: Mapped[datetime]
    by: Mapped[str]
    words: Mapped[bytes | None] = sealed(nullable=True)
    place: Mapped[int] = mapped_column(BigInteger, Identity(always=True))
    """The order of recording; times may be equal."""

    @property
    def field(self) -> str:
        """The name that is bound into the sealed words."""
        return f"{self.kind_of_record}.{self.id}"


def _case(**options: Any) -> Any:
    # looked at on commit: a batch writes the cases and their records in whatever order is fastest
    return mapped_column(ForeignKey("cases.complaint", deferrable=True, initially="DEFERRED"), **options)


class Assignment(Record, Base):
    """Whose the case became, and how (6/3.4.2(2), 6/3.4.3(2)). Words: reason."""

    __tablename__ = "assignments"
    kind_of_record = "assignment"
    complaint: Mapped[str] = _case(index=True)
    department: Mapped[str]
    officer: Mapped[str]
    how: Mapped[str]
    __table_args__ = (
        CheckConstraint(
            "how IN ('rule', 'chosen', 'handed_over', 'redispatched', 'reopened', 'decided')", name="how_is_a_code"
        ),
    )


class Dispute(Record, Base):
    """A department says that another one is responsible; an arbiter decides (6/3.4.2(2)). Words: reason, decision."""

    __tablename__ = "disputes"
    kind_of_record = "assignment_dispute"
    complaint: Mapped[str] = _case(index=True)
    from_department: Mapped[str]
    department: Mapped[str]
    decided_at: Mapped[datetime | None]
    decided_by: Mapped[str | None]
    decided_for: Mapped[str | None]
    __table_args__ = (
        CheckConstraint("department <> from_department", name="another_department_is_proposed"),
        CheckConstraint(
            "(decided_at IS NULL) = (decided_by IS NULL) AND (decided_at IS NULL) = (decided_for IS NULL)",
            name="somebody_decided_it",
        ),
        Index("one_open_dispute", "complaint", unique=True, postgresql_where=text("decided_at IS NULL")),
    )


class Reclassification(Record, Base):
    """The labels were changed by a person. Words: reason."""

    __tablename__ = "reclassifications"
    kind_of_record = "reclassification"
    complaint: Mapped[str] = _case(index=True)
    change: Mapped[str]
    level_before: Mapped[int | None]
    level_after: Mapped[int | None]


class Investigation(Record, Base):
    """An investigation, one a round: its plan (3/3.1), start and end (4/5.2.8). Words: place, questions."""

    __tablename__ = "investigations"
    kind_of_record = "investigation"
    complaint: Mapped[str] = _case()
    round: Mapped[int]
    investigators: Mapped[list[str]]
    begins_at: Mapped[datetime | None]
    started_at: Mapped[datetime | None]
    ended_at: Mapped[datetime | None]
    __table_args__ = (
        Index("one_investigation_a_round", "complaint", "round", unique=True),
        CheckConstraint("ended_at IS NULL OR started_at IS NOT NULL", name="what_ended_had_begun"),
    )


class Sitting(Record, Base):
    """One session of the investigation (3/3.3). Words: place, participants, content, the method's own."""

    __tablename__ = "sessions"
    kind_of_record = "session"
    complaint: Mapped[str] = _case(index=True)
    method: Mapped[str]
    held_at: Mapped[datetime]
    __table_args__ = (one_of("method", Method),)


class Evidence(Record, Base):
    """A piece of evidence, hashed as it arrived (4/5.2.8(2)). Words: title, text."""

    __tablename__ = "evidence"
    kind_of_record = "evidence"
    complaint: Mapped[str] = _case(index=True)
    kind: Mapped[str]
    attachment: Mapped[str | None]
    sha256: Mapped[str]
    __table_args__ = (one_of("kind", EvidenceKind),)


class Report(Record, Base):
    """The investigation report (4/5.2.8(3)). Words: text."""

    __tablename__ = "reports"
    kind_of_record = "report"
    complaint: Mapped[str] = _case(index=True)
    investigation: Mapped[str] = mapped_column(ForeignKey("investigations.id", deferrable=True, initially="DEFERRED"))


class Finding(Record, Base):
    """The handler's finding of the cause, down to the root (3/4.1). Words: root, text."""

    __tablename__ = "causes"
    kind_of_record = "cause"
    complaint: Mapped[str] = _case(index=True)
    cause: Mapped[str]
    __table_args__ = (one_of("cause", Cause),)


class Opinion(Record, Base):
    """A handling opinion: proposed, then determined (4/5.2.9(1)). Words: text, legal_basis.

    ``evidence``: the pieces of evidence and the sessions that it rests on (4/5.2.1).
    """

    __tablename__ = "opinions"
    kind_of_record = "opinion"
    complaint: Mapped[str] = _case(index=True)
    round: Mapped[int]
    outcome: Mapped[str]
    evidence: Mapped[list[str]] = mapped_column(server_default=text("'{}'"))
    determined_at: Mapped[datetime | None]
    determined_by: Mapped[str | None]
    __table_args__ = (
        one_of("outcome", Outcome),
        Index(
            "one_determined_opinion_a_round",
            "complaint",
            "round",
            unique=True,
            postgresql_where=text("determined_at IS NOT NULL"),
        ),
        CheckConstraint("(determined_at IS NULL) = (determined_by IS NULL)", name="somebody_determined_it"),
    )


class Measure(Record, Base):
    """A corrective measure (4/5.2.9(3)): planned, then done or handed to improvement.

    Words: text, expectation, done.
    """

    __tablename__ = "measures"
    kind_of_record = "measure"
    complaint: Mapped[str] = _case(index=True)
    owner: Mapped[str]
    due_on: Mapped[date]
    done_at: Mapped[datetime | None]
    done_by: Mapped[str | None]
    handed_over_at: Mapped[datetime | None]
    __table_args__ = (Index("measures_done", "done_at", postgresql_where=text("done_at IS NOT NULL")),)


class EffectOfMeasure(Record, Base):
    """Whether a measure has had the effect that was expected of it (4/5.2.9(3)). Words: text."""

    __tablename__ = "effects"
    kind_of_record = "effect"
    complaint: Mapped[str] = _case(index=True)
    measure: Mapped[str] = mapped_column(ForeignKey("measures.id", deferrable=True, initially="DEFERRED"))
    after_days: Mapped[int]
    effect: Mapped[str]
    __table_args__ = (
        one_of("effect", Effect),
        Index("one_look_at_a_time", "measure", "after_days", unique=True),
    )


class Accountability(Record, Base):
    """Level 3: somebody held to account, or no one at fault (2/1.1.16(3)). Words: text."""

    __tablename__ = "accountability"
    kind_of_record = "accountability"
    complaint: Mapped[str] = _case(index=True)
    at_fault: Mapped[bool]


class FollowUp(Record, Base):
    """A person's recorded finding (6/3.4.6, 6/3.4.8), passed on to the handler, who takes note. Words: text."""

    __tablename__ = "follow_ups"
    kind_of_record = "follow_up"
    complaint: Mapped[str] = _case(index=True)
    way: Mapped[str]
    finding: Mapped[str]
    satisfaction: Mapped[int | None]
    """What the complainant said, 1 (not at all) to 5 (6/3.4.7(1))."""
    passed_on_at: Mapped[datetime | None]
    passed_on_to: Mapped[str | None]
    noted_at: Mapped[datetime | None]
    noted_by: Mapped[str | None]
    __table_args__ = (
        one_of("way", FollowUpWay),
        one_of("finding", FollowUpFinding),
        CheckConstraint("satisfaction BETWEEN 1 AND 5", name="satisfaction_1_to_5"),
        CheckConstraint("satisfaction IS NULL OR way <> 'look'", name="a_look_asks_nobody"),
        CheckConstraint("(passed_on_at IS NULL) = (passed_on_to IS NULL)", name="passed_on_to_somebody"),
        CheckConstraint("(noted_at IS NULL) = (noted_by IS NULL)", name="somebody_took_note"),
    )


class Promise(Record, Base):
    """A date that a person was given: kept, or open. Words: text (what was promised), kept (what was done)."""

    __tablename__ = "promises"
    kind_of_record = "promise"
    complaint: Mapped[str] = _case(index=True)
    what: Mapped[str]
    due_on: Mapped[date]
    kept_at: Mapped[datetime | None]
    kept_by: Mapped[str | None]
    __table_args__ = (
        one_of("what", PromiseKind),
        CheckConstraint("(kept_at IS NULL) = (kept_by IS NULL)", name="somebody_kept_it"),
    )


class Urging(Record, Base):
    """The handler was urged (6/3.4.3(2)): open until answered or lapsed. Words: text, answer."""

    __tablename__ = "urgings"
    kind_of_record = "urging"
    complaint: Mapped[str] = _case()
    origin: Mapped[str]
    duty: Mapped[str | None]
    answered_at: Mapped[datetime | None]
    answered_by: Mapped[str | None]
    lapsed_at: Mapped[datetime | None]
    __table_args__ = (
        CheckConstraint("origin IN ('office', 'complainant')", name="origin_is_a_code"),
        CheckConstraint("answered_at IS NULL OR lapsed_at IS NULL", name="answered_or_lapsed"),
        Index("urgings_of_case", "complaint", "place"),
        Index("urgings_unanswered", "complaint", postgresql_where=text("answered_at IS NULL AND lapsed_at IS NULL")),
        Index(
            "one_open_urging_a_duty",
            "complaint",
            "duty",
            unique=True,
            postgresql_where=text("duty IS NOT NULL AND answered_at IS NULL AND lapsed_at IS NULL"),
        ),
    )


class Pausing(Record, Base):
    """The pausable clocks stand still for a typed reason (policy, pauses)."""

    __tablename__ = "pauses"
    kind_of_record = "pause"
    complaint: Mapped[str] = _case(index=True)
    reason: Mapped[str]
    resumed_at: Mapped[datetime | None]
    resumed_by: Mapped[str | None]
    __table_args__ = (
        one_of("reason", PauseReason),
        Index(
            "one_open_pause_a_reason", "complaint", "reason", unique=True, postgresql_where=text("resumed_at IS NULL")
        ),
    )


class Alarm(Record, Base):
    """Danger is possible (2/1.1.16(1)): rings until a person accepts it or lowers the level."""

    __tablename__ = "alarms"
    kind_of_record = "alarm"
    complaint: Mapped[str] = _case(index=True)
    cause: Mapped[str]
    cues: Mapped[list[str]]
    called: Mapped[list[str]] = mapped_column(server_default=text("'{}'"))
    """At whom it has rung, in order; it rings at the last."""
    accepted_at: Mapped[datetime | None]
    accepted_by: Mapped[str | None]
    __table_args__ = (
        Index("alarms_ringing", "at", postgresql_where=text("accepted_at IS NULL")),
        CheckConstraint("(accepted_at IS NULL) = (accepted_by IS NULL)", name="somebody_accepted_it"),
    )


class Shift(Base):
    """Somebody on duty, or on call, in [begins_at, ends_at); whoever took a running shift over ``follows`` it."""

    __tablename__ = "shifts"
    id: Mapped[str] = mapped_column(primary_key=True)
    kind: Mapped[str]
    officer: Mapped[str] = mapped_column(ForeignKey("officers.id"))
    deputy: Mapped[str | None] = mapped_column(ForeignKey("officers.id"))
    begins_at: Mapped[datetime]
    ends_at: Mapped[datetime]
    entered_at: Mapped[datetime]
    entered_by: Mapped[str]
    follows: Mapped[str | None] = mapped_column(ForeignKey("shifts.id"))
    note: Mapped[str | None]
    """What the one who takes over has to know of the office; never of a person."""
    cancelled_at: Mapped[datetime | None]
    __table_args__ = (
        CheckConstraint("kind IN ('duty', 'on_call')", name="kind_is_a_code"),
        CheckConstraint("begins_at <= ends_at", name="a_shift_ends_after_it_begins"),
        CheckConstraint("deputy <> officer", name="nobody_is_their_own_deputy"),
        Index("shifts_by_time", "ends_at", "begins_at"),
    )


class PassedWarning(Base):
    """A duty that was warned of while the office slept, and who on duty was told; gone when it is fulfilled or void."""

    __tablename__ = "passed_warnings"
    complaint: Mapped[str] = mapped_column(ForeignKey("cases.complaint"), primary_key=True)
    row: Mapped[str] = mapped_column(primary_key=True)
    duty: Mapped[str]
    clause: Mapped[str]
    share: Mapped[float]
    due_at: Mapped[datetime]
    at: Mapped[datetime]
    to: Mapped[str]
    __table_args__ = (Index("warnings_by_due", "due_at", "complaint", "row"),)


class EmergencyPlan(Record, Base):
    """What is done at level 1 (2/1.1.16(1)): runs until the service is restored, or needs no restoring. Words: end."""

    __tablename__ = "emergency_plans"
    kind_of_record = "emergency_plan"
    complaint: Mapped[str] = _case(index=True)
    service: Mapped[str | None]
    departments: Mapped[list[str]]
    ended_at: Mapped[datetime | None]
    ended_by: Mapped[str | None]
    restored_at: Mapped[datetime | None]
    """Since when the service runs again; ended without it, nothing had to be restored."""
    __table_args__ = (
        CheckConstraint("(ended_at IS NULL) = (ended_by IS NULL)", name="somebody_ended_it"),
        CheckConstraint("restored_at IS NULL OR ended_at IS NOT NULL", name="what_was_restored_is_ended"),
        Index("one_running_plan", "complaint", unique=True, postgresql_where=text("ended_at IS NULL")),
    )


def _plan() -> Any:
    return mapped_column(ForeignKey("emergency_plans.id", deferrable=True, initially="DEFERRED"))


class EmergencyStep(Record, Base):
    """One line of a plan's checklist. Words: title (by language, or as typed), text (what was done)."""

    __tablename__ = "emergency_steps"
    kind_of_record = "emergency_step"
    complaint: Mapped[str] = _case(index=True)
    plan: Mapped[str] = _plan()
    done_at: Mapped[datetime | None]
    done_by: Mapped[str | None]
    __table_args__ = (CheckConstraint("(done_at IS NULL) = (done_by IS NULL)", name="somebody_did_it"),)


class EmergencyMinutes(Record, Base):
    """The minutes of a meeting of the departments that were called. Words: participants, text."""

    __tablename__ = "emergency_minutes"
    kind_of_record = "emergency_minutes"
    complaint: Mapped[str] = _case(index=True)
    plan: Mapped[str] = _plan()
    held_at: Mapped[datetime]


class SubTask(Record, Base):
    """Another department is asked to contribute (4/5.2.8(1)). Words: question, answer."""

    __tablename__ = "sub_tasks"
    kind_of_record = "sub_task"
    complaint: Mapped[str] = _case(index=True)
    department: Mapped[str] = mapped_column(ForeignKey("departments.id"))
    due_on: Mapped[date]
    answered_at: Mapped[datetime | None]
    answered_by: Mapped[str | None]
    __table_args__ = (
        CheckConstraint("(answered_at IS NULL) = (answered_by IS NULL)", name="somebody_answered_it"),
        Index("sub_tasks_open", "department", "due_on", postgresql_where=text("answered_at IS NULL")),
    )


class Incident(Base):
    """Complaints that a person says have one cause. What is found out on the ``leading`` one counts for all."""

    __tablename__ = "incidents"
    id: Mapped[str] = mapped_column(primary_key=True)
    at: Mapped[datetime]
    by: Mapped[str]
    service: Mapped[str]
    topic_code: Mapped[str]
    district: Mapped[str | None]
    leading: Mapped[str] = mapped_column(ForeignKey("cases.complaint"))
    round: Mapped[int]
    """The round in which the leading complaint leads; re-opened, it goes on alone."""
    ended_at: Mapped[datetime | None]
    __table_args__ = (
        one_of("service", Service),
        Index("one_open_incident_led", "leading", unique=True, postgresql_where=text("ended_at IS NULL")),
    )


class Membership(Record, Base):
    """A complaint belongs to an incident, until it is taken out again. Words: reason (of taking it out)."""

    __tablename__ = "memberships"
    kind_of_record = "membership"
    complaint: Mapped[str] = _case()
    incident: Mapped[str] = mapped_column(ForeignKey("incidents.id"))
    round: Mapped[int]
    carried: Mapped[int] = mapped_column(server_default="0")
    """Up to which of the leading complaint's facts it has been given what was found out."""
    left_at: Mapped[datetime | None]
    left_by: Mapped[str | None]
    __table_args__ = (
        Index("one_incident_at_a_time", "complaint", unique=True, postgresql_where=text("left_at IS NULL")),
        Index("memberships_of_complaint", "complaint", "place"),
        Index("members_of_incident", "incident", postgresql_where=text("left_at IS NULL")),
        CheckConstraint("(left_at IS NULL) = (left_by IS NULL)", name="somebody_took_it_out"),
    )


class Outage(Base):
    """A planned interruption of a service, entered beforehand; the words are a public notice of the office."""

    __tablename__ = "outages"
    id: Mapped[str] = mapped_column(primary_key=True)
    at: Mapped[datetime]
    by: Mapped[str]
    service: Mapped[str]
    districts: Mapped[list[str]]
    """Empty: everywhere."""
    begins_at: Mapped[datetime]
    ends_at: Mapped[datetime]
    words_zh_hant: Mapped[str | None]
    words_zh_hans: Mapped[str | None]
    words_en: Mapped[str | None]
    cancelled_at: Mapped[datetime | None]
    cancelled_by: Mapped[str | None]
    __table_args__ = (
        one_of("service", Service),
        CheckConstraint("begins_at < ends_at", name="an_outage_begins_before_it_ends"),
        CheckConstraint(
            "coalesce(words_zh_hant, words_zh_hans, words_en) IS NOT NULL", name="an_outage_is_put_in_words"
        ),
        CheckConstraint("(cancelled_at IS NULL) = (cancelled_by IS NULL)", name="somebody_cancelled_it"),
        Index("outages_by_end", "ends_at", postgresql_where=text("cancelled_at IS NULL")),
    )


RECORDS: Final[tuple[type[Any], ...]] = (
    Assignment,
    Dispute,
    Reclassification,
    Alarm,
    EmergencyPlan,
    EmergencyStep,
    EmergencyMinutes,
    SubTask,
    Investigation,
    Sitting,
    Evidence,
    Report,
    Finding,
    Opinion,
    Measure,
    EffectOfMeasure,
    Accountability,
    FollowUp,
    Promise,
    Urging,
    Pausing,
    Membership,
)
"""Every kind of record of a case, in the order of the process."""
