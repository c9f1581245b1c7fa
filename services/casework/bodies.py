"""What casework's commands take: every field bounded, no field unknown. Times need a zone; dates are the office's."""

from datetime import UTC, date, datetime
from typing import Annotated, Final
from uuid import UUID

from pydantic import AwareDatetime, BaseModel, ConfigDict, Field, StringConstraints, model_validator

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
    Nature,
    Outcome,
    PauseReason,
    PromiseKind,
    Role,
    Service,
    Topic,
)

Words = Annotated[str, StringConstraints(strip_whitespace=True, min_length=1, max_length=20_000)]
Line = Annotated[str, StringConstraints(strip_whitespace=True, min_length=1, max_length=500)]
# a database's text holds no NUL; what is sealed may
Name = Annotated[str, StringConstraints(strip_whitespace=True, min_length=1, max_length=100, pattern=r"^[^\x00]*$")]
Moment = Annotated[AwareDatetime, Field(ge=datetime(2000, 1, 1, tzinfo=UTC), lt=datetime(2200, 1, 1, tzinfo=UTC))]
Id = Annotated[str, StringConstraints(pattern=r"^[a-z0-9][a-z0-9._-]{0,63}$")]
Key = Annotated[str, StringConstraints(pattern=r"^[A-Za-z0-9-]{1,64}$")]
Ids = Annotated[list[Id], Field(min_length=1, max_length=20)]


class Body(BaseModel):
    """A request's body; unknown fields are refused."""

    model_config = ConfigDict(extra="forbid")


class Nothing(Body):
    """A command without further values."""


class AssignmentIn(Body):
    """Whose the case becomes; without an officer, the one of the department with the fewest open cases.

    A re-dispatch needs its reason.
    """

    department: Id
    officer: Id | None = None
    reason: Words | None = None


class HandoverIn(Body):
    """To which colleague, and why."""

    officer: Id
    reason: Words


class ClassificationIn(Body):
    """The labels as they are to stand; only a person lowers a level, with a reason."""

    service: Service
    topic_code: Topic
    nature: Nature
    kind: Kind
    level: Level | None = None
    importance: Importance = "ordinary"
    urgent: bool = False
    extent: Extent | None = None
    people_affected: Annotated[int, Field(ge=1, le=100_000_000)] | None = None
    """What is not given stays as it was found before (2/1.1.14(1))."""
    reason: Words


class PauseIn(Body):
    """Why the clocks stand still."""

    reason: PauseReason


class ResumptionIn(Body):
    """Which reason has gone; all of them where none is named."""

    reason: PauseReason | None = None


class PlanIn(Body):
    """Who investigates, when, where, and what is to be found out (3/3.1)."""

    investigators: Ids
    begins_at: Moment
    place: Line
    questions: Words


ATTACHMENT: Final = r"^[A-Za-z0-9-]{8,64}$"


class EvidenceIn(Body):
    """A piece of evidence: a text, or an attachment that intake keeps."""

    model_config = ConfigDict(
        json_schema_extra={"example": {"kind": "statement", "title": "泵房值班記錄", "text": "跳閘時間 03:10"}}
    )
    kind: EvidenceKind
    title: Line
    text: Words | None = None
    attachment: Annotated[str, StringConstraints(pattern=ATTACHMENT)] | None = None

    @model_validator(mode="after")
    def _one_of_both(self) -> "EvidenceIn":
        if (self.text is None) == (self.attachment is None):
            raise ValueError("text_or_attachment")
        return self


class TextIn(Body):
    """Words that are needed."""

    text: Words


class CauseIn(Body):
    """The cause, down to its root (3/4.1)."""

    cause: Cause
    root: Words
    text: Words


class OpinionIn(Body):
    """The opinion: the outcome, its grounds, and what it rests on in law and in evidence (4/5.2.1).

    ``evidence``: ids of the case's evidence and sessions.
    """

    outcome: Outcome
    text: Words
    legal_basis: Words | None = None
    evidence: Annotated[list[Key], Field(default_factory=list, max_length=50)]


class MeasureIn(Body):
    """A measure, what is expected of it (4/5.2.4), who sees to it, and by when."""

    text: Words
    expectation: Words
    owner: Id
    due_on: date


class MeasureHandoverIn(Body):
    """By when improvement takes the measure on."""

    due_on: date


class EffectIn(Body):
    """Whether a measure, so many days after it was done, has had the effect that was expected."""

    after_days: Annotated[int, Field(ge=1, le=3650)]
    effect: Effect
    text: Words


class DisputeIn(Body):
    """Which department is responsible, and why."""

    department: Id
    reason: Words


class AccountabilityIn(Body):
    """Whether somebody was at fault, and what follows (2/1.1.16(3))."""

    at_fault: bool
    text: Words


class FollowUpIn(Body):
    """How the case was followed up, what was found, and how satisfied the complainant is, where they were asked."""

    way: FollowUpWay
    finding: FollowUpFinding
    text: Words
    satisfaction: Annotated[int, Field(ge=1, le=5)] | None = None

    @model_validator(mode="after")
    def _asked(self) -> "FollowUpIn":
        if self.way == "look" and self.satisfaction is not None:
            raise ValueError("a_look_asks_nobody")
        return self


class PromiseIn(Body):
    """What a person was promised, and by the end of which day."""

    what: PromiseKind
    due_on: date
    text: Words


class UrgingIn(Body):
    """What is urged; words are not needed."""

    text: Words | None = None


class ClosingIn(Body):
    """On which basis it is closed."""

    basis: ClosingBasis


class ReopeningIn(Body):
    """Why it is opened again."""

    ground: Annotated[str, StringConstraints(pattern=r"^(not_solved|review|decision)$")]


Complaints = Annotated[list[UUID], Field(min_length=1, max_length=200)]


class IncidentIn(Body):
    """Complaints that have one cause; the best of them leads where none is named."""

    model_config = ConfigDict(json_schema_extra={"example": {"complaints": [str(UUID(int=1)), str(UUID(int=2))]}})
    complaints: Annotated[list[UUID], Field(min_length=2, max_length=200)]
    leading: UUID | None = None

    @model_validator(mode="after")
    def _one_of_them(self) -> "IncidentIn":
        if len(set(self.complaints)) != len(self.complaints):
            raise ValueError("twice")
        if self.leading is not None and self.leading not in self.complaints:
            raise ValueError("leads_without_belonging")
        return self


class MembersIn(Body):
    """Complaints that join an incident."""

    complaints: Complaints


class LeavingIn(Body):
    """Why a complaint is taken out of an incident."""

    reason: Words


District = Annotated[str, StringConstraints(strip_whitespace=True, min_length=1, max_length=60, pattern=r"^[^\x00]*$")]
Notice = Annotated[str, StringConstraints(strip_whitespace=True, min_length=1, max_length=2000, pattern=r"^[^\x00]*$")]


class NearIn(Body):
    """What a caller speaks of, as far as it is known; the words are compared at intake and not kept."""

    service: Service | None = None
    topic_code: Topic | None = None
    district: Annotated[str, StringConstraints(max_length=60)] | None = None
    address: Annotated[str, StringConstraints(max_length=300)] | None = None
    text: Annotated[str, StringConstraints(max_length=8_000)] = ""


class OutageIn(Body):
    """A planned interruption: of what, where (no district: everywhere), from when until when, and its public notice."""

    service: Service
    districts: Annotated[list[District], Field(default_factory=list, max_length=50)]
    begins_at: Moment
    ends_at: Moment
    zh_hant: Notice | None = None
    zh_hans: Notice | None = None
    en: Notice | None = None


class NamesIn(Body):
    """A name in the three languages."""

    zh_hant: Name
    zh_hans: Name
    en: Name


class DepartmentIn(Body):
    """A department as it is to stand; the head must be known, the tree stays one tree."""

    id: Id
    name: NamesIn
    parent: Id | None = None
    head: Id | None = None
    services: Annotated[list[Service], Field(default_factory=list, max_length=6)]


class OfficerIn(Body):
    """An officer as they are to stand; the desk makes the account."""

    id: Id
    name: NamesIn
    department: Id
    roles: Annotated[list[Role], Field(min_length=1, max_length=7)]
    active: bool = True
