"""The policy: numbers and choices the law leaves open, typed; the values stand in `procedure.yaml`."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from datetime import date, time
from typing import Annotated, Any, Literal

from pydantic import BaseModel, BeforeValidator, ConfigDict, Field

from shared.glossary import (
    Category,
    Channel,
    Extent,
    Form,
    Kind,
    Language,
    Level,
    MajorBecause,
    Nature,
    PauseReason,
    ReplyForm,
    Role,
    Topic,
)


class Strict(BaseModel):
    """A part of the procedure: frozen, and every key is known."""

    model_config = ConfigDict(frozen=True, extra="forbid", populate_by_name=True)


class Titles(Strict):
    """Words in the three languages."""

    zh_hant: str = Field(alias="zh-Hant")
    zh_hans: str = Field(alias="zh-Hans")
    en: str

    def by_language(self) -> dict[Language, str]:
        """The words by language tag."""
        return {"zh-Hant": self.zh_hant, "zh-Hans": self.zh_hans, "en": self.en}


def as_list(value: Any) -> Any:
    """One value stands for a list of one."""
    return value if isinstance(value, list | tuple) else [value]


Alternative = Mapping[str, Annotated[tuple[Any, ...], BeforeValidator(as_list)]]
Condition = Annotated[tuple[Alternative, ...], BeforeValidator(as_list)]
"""Any of several alternatives, each of which asks for all of its values."""


def holds(condition: Sequence[Alternative], values: Mapping[str, Any]) -> bool:
    """Whether any alternative fits; a value that is not there is null."""
    return any(all(values.get(name) in wanted for name, wanted in each.items()) for each in condition)


def _many(of: Any) -> Any:
    return Annotated[tuple[of, ...] | None, BeforeValidator(lambda value: None if value is None else as_list(value))]


ClosingCondition = Literal[
    "reply_delivered",
    "measures_done_or_handed_over",
    "result_notice_given",
    "visits_done_or_not_possible",
    "no_review_open",
    "no_urging_open",
]
Session = tuple[time, time]
Share = Annotated[float, Field(gt=0, lt=1)]
Count = Annotated[int, Field(ge=1)]


class WorkingTime(Strict):
    """Calendar and office hours; `published_until` is the last day whose holidays are announced."""

    calendar: Literal["mainland"]
    zone: str
    published_until: date
    office_hours: tuple[Session, ...]


class Warnings(Strict):
    """When a duty warns, and for which complaints at any hour of the day."""

    shares: tuple[Share, ...]
    any_hour_when: Condition


class ReplyFormRow(Strict):
    """Which reply a channel (and a form) is owed."""

    channel: _many(Channel)  # type: ignore[valid-type]
    form: Form | None = None
    reply_form: ReplyForm


class OutsideBody(Titles):
    """Where a person can turn who is refused."""

    code: str


class ScopeCheck(Strict):
    """What the machine may do alone, and where to send those who are refused."""

    machine_registers_at: Annotated[float, Field(ge=0, le=1)]
    machine_refuses: Literal[False]
    machine_registers_under: str | None = None
    outside_bodies: tuple[OutsideBody, ...]


class PauseCap(Strict):
    """Working days that these reasons may stop the clock in all (null: no cap); `by`: who may."""

    reasons: tuple[PauseReason, ...]
    working_days: Count | None
    by: Role | None = None


class Repeated(Strict):
    """So many on one matter in so many days."""

    times: Count
    within_days: Count


class Major(Strict):
    """What makes a complaint major (3/2.2)."""

    level: Level
    incident_of: Count
    channels_and_sources: tuple[str, ...]
    repeated: Repeated


class Incidents(Strict):
    """How near in time, place and words complaints of one topic are, that are proposed as one incident."""

    within_hours: Count
    within_metres: Count
    words_alike: Share


class LevelOne(Strict):
    """When level 1 is feared."""

    alarm_probability: Annotated[float, Field(ge=0, le=1)]


class ReachRow(Strict):
    """Whoever complains of so wide an extent, or for so many people, has at least this level (2/1.1.14(1))."""

    level: Level
    extent: _many(Extent)  # type: ignore[valid-type]
    people: Count


class Extension(Strict):
    """How long, and by whom (5/3.4)."""

    longest_working_days: Count
    first_approved_by: Literal["supervisor"]
    second_approved_by: Literal["supervisor_of_next_higher_department"]


class Urging(Strict):
    """When the office urges by itself, how often a complainant may, and when it climbs (6/3.4.3(2))."""

    automatic_at: Share
    automatic_for: tuple[str, ...]
    by_complainant_every_working_days: Count
    to_supervisor_after_unanswered: Count


class Review(Strict):
    """Until when a review can be asked for (4/5.2.10(2))."""

    asked_within_days: Count


class Question(Titles):
    """What is asked on a return visit; answered with 1 (not at all) to 5."""

    code: Annotated[str, Field(pattern=r"^[a-z_]{1,32}$")]


class ReturnVisit(Strict):
    """Who is visited: every complaint of these levels, and a share of level 3; by whom, and what is asked (3/5.2)."""

    levels: tuple[Level, ...]
    share_of_level_3: Share
    by: str
    """The unit that visits; where it handled the complaint itself, the next higher one does."""
    attempts: Count
    """So many on record before somebody counts as not to be reached."""
    questions: tuple[Question, ...]


class Measures(Strict):
    """When the effect of a measure is looked at (4/5.2.9(3))."""

    looked_at_after_days: tuple[Count, ...]
    open_days_before: Count
    """So many days before a look is due it can be taken; earlier, there is nothing to be seen yet."""


class Accountability(Strict):
    """Levels that need it recorded before closing (2/1.1.16(3))."""

    levels: tuple[Level, ...]


class Closing(Strict):
    """What must be so before a complaint is closed; so many recorded attempts stand for a delivery."""

    requires: tuple[ClosingCondition, ...]
    delivery_attempts: Count


class RetentionRow(Strict):
    """Years that a file is kept (10/5.2.8)."""

    kind: Kind | None = None
    level: Level | None = None
    years: Count


class SigningRow(Strict):
    """Who must be different people, and which role signs."""

    kind: Kind | None = None
    level: _many(Level) = None  # type: ignore[valid-type]
    apart: tuple[Literal["author", "checker", "signer"], ...]
    signer: Role | None = None


class CategoryRow(Strict):
    """Service, quality or price, from topic and nature (3/2.1)."""

    topic: _many(Topic) = None  # type: ignore[valid-type]
    nature: Nature | None = None
    category: Category


class Policy(Strict):
    """Every choice the law leaves open that is not the deadline of a duty."""

    working_time: WorkingTime
    warnings: Warnings
    reply_forms: tuple[ReplyFormRow, ...]
    scope_check: ScopeCheck
    pauses: tuple[PauseCap, ...]
    urgent: Condition
    major: Major
    incidents: Incidents
    level_1: LevelOne
    reach: tuple[ReachRow, ...]
    extension: Extension
    urging: Urging
    review: Review
    return_visit: ReturnVisit
    measures: Measures
    accountability: Accountability
    closing: Closing
    retention: tuple[RetentionRow, ...]
    signing: tuple[SigningRow, ...]
    categories: tuple[CategoryRow, ...]

    def reply_form(self, channel: Channel, form: Form | None = None) -> ReplyForm:
        """The reply that a complaint is owed by its channel, and at the window by its form (5/3.x)."""
        for row in self.reply_forms:
            if channel in row.channel and row.form in (None, form):
                return row.reply_form
        raise LookupError(f"the policy has no reply form for channel {channel}")

    def category(self, topic: Topic, nature: Nature) -> Category:
        """Service, quality or price (3/2.1)."""
        for row in self.categories:
            if (row.topic is None or topic in row.topic) and row.nature in (None, nature):
                return row.category
        raise LookupError("the policy has no category for this topic and nature")

    def level_by_reach(self, extent: Extent | None, people: int | None) -> tuple[Level, str] | None:
        """The level that extent and number of people give, and which of them gives it; ``None`` where neither is known.

        ``individual``: neither is wide enough for more than level 3 (2/1.1.14(1)).
        """
        for row in self.reach:
            if extent in row.extent:
                return row.level, "extent"
            if people is not None and people >= row.people:
                return row.level, "people"
        return (3, "individual") if extent or people else None

    def major_because(
        self, *, level: Level | None, passed_on_by: Iterable[str | None], of_the_matter: int, chosen: bool
    ) -> tuple[MajorBecause, ...]:
        """Why a complaint is major (3/2.2), in the policy's order; nothing: it is ordinary.

        ``passed_on_by``: its channel, and the kind of platform. ``of_the_matter``: how many complaints on the same
        matter there are with it. An incident that grows makes its complaints major later.
        """
        reasons: dict[MajorBecause, bool] = {
            "level": level == self.major.level,
            "source": not frozenset(self.major.channels_and_sources).isdisjoint(passed_on_by),
            "repeated": of_the_matter >= self.major.repeated.times,
        }
        found = tuple(reason for reason, holds_ in reasons.items() if holds_)
        return found or (("chosen",) if chosen else ())

    def is_urgent(self, labels: Mapping[str, Any]) -> bool:
        """Whether a complaint with these labels (level, importance, urgent) is urgent (6/3.4.6)."""
        return holds(self.urgent, labels)

    def warns_at_any_hour(self, labels: Mapping[str, Any]) -> bool:
        """Whether warnings about it do not wait for office hours."""
        return holds(self.warnings.any_hour_when, labels)

    def retention_years(self, kind: Kind | None, level: Level | None) -> int:
        """Years that the file is kept; a refused complaint has no kind (10/5.2.8)."""
        for row in self.retention:
            if row.kind in (None, kind) and row.level in (None, level):
                return row.years
        raise LookupError("the policy has no retention for this kind and level")

    def signing_of(self, kind: Kind, level: Level | None) -> SigningRow:
        """Who signs a reply, and who must be different people."""
        for row in self.signing:
            if row.kind in (None, kind) and (row.level is None or level in row.level):
                return row
        raise LookupError("the policy has no signing rule for this kind and level")
