"""What reply keeps: what it has heard of a case, the letters with their proof, and what was told and said."""

from datetime import date, datetime
from typing import Any, ClassVar, Final, Literal, get_args

from sqlalchemy import (
    CheckConstraint,
    DateTime,
    ForeignKey,
    Index,
    Integer,
    MetaData,
    Text,
    UniqueConstraint,
    func,
    text,
)
from sqlalchemy.dialects.postgresql import ARRAY, JSONB
from sqlalchemy.orm import DeclarativeBase, Mapped, mapped_column

from shared.glossary import (
    Channel,
    Kind,
    Language,
    LetterPurpose,
    LetterWay,
    Level,
    NoticeWay,
    NotVisited,
    ReviewResult,
    Stage,
    SuggestionOutcome,
    VisitWay,
)
from shared.privacy import sealed

LetterState = Literal[
    "draft", "submitted", "checked", "signed", "sending", "maybe_sent", "printing", "delivered", "void"
]
"""A letter that was returned is a draft again; ``maybe_sent``: broken off in the middle of sending, a person looks;
``printing``: it goes by post, and its posting is not on record yet."""

NoticeState = Literal["sending", "maybe_sent", "told", "refused", "void"]
"""``sending``: with the gateway of short messages; ``maybe_sent``: its answer was lost, a person looks."""
MatterState = Literal["open", "answered", "not_established", "merged", "removed"]
"""A reply cannot be handed in while one is ``open``; ``not_established``: the honest answer that it could not be."""
DeliveryOutcome = Literal["sent", "delivered", "refused", "failed", "attempted"]
ExtensionState = Literal["requested", "approved", "rejected", "notified"]


def one_of(column: str, *values: str) -> str:
    """Return the SQL of a CHECK that a column holds one of the codes."""
    return f"{column} IN ({', '.join(repr(value) for value in values)})"


_CODES: Final[tuple[Any, ...]] = (
    *(Channel, Kind, Language, LetterPurpose, LetterWay, NoticeWay, Stage),
    *(NotVisited, ReviewResult, SuggestionOutcome, VisitWay),
)


class Base(DeclarativeBase):
    metadata = MetaData()
    type_annotation_map: ClassVar[dict[Any, Any]] = {
        str: Text,
        datetime: DateTime(timezone=True),
        dict[str, Any]: JSONB,
        list[str]: ARRAY(Text),
        Level: Integer(),
        **dict.fromkeys(_CODES, Text()),
    }


class Case(Base):
    """What reply has heard of a complaint; ``round`` counts re-openings, each of which asks for a new reply."""

    __tablename__ = "cases"
    __table_args__ = (
        CheckConstraint(one_of("stage", *get_args(Stage)), name="case_stage_known"),
        CheckConstraint("level BETWEEN 1 AND 3", name="case_level_1_to_3"),
        CheckConstraint("(reply_row IS NULL) = (reply_due_at IS NULL)", name="case_reply_row_with_date"),
    )
    complaint: Mapped[str] = mapped_column(primary_key=True)
    number: Mapped[str]
    channel: Mapped[Channel]
    stage: Mapped[Stage]
    language: Mapped[Language]
    received_at: Mapped[datetime]
    reachable: Mapped[list[str]] = mapped_column(server_default="{}")
    named_officers: Mapped[list[str]] = mapped_column(server_default="{}")
    kind: Mapped[Kind | None]
    level: Mapped[Level | None]
    service: Mapped[str | None]
    topic_code: Mapped[str | None]
    department: Mapped[str | None]
    officer: Mapped[str | None]
    determined_at: Mapped[datetime | None]
    outcome: Mapped[str | None]
    round: Mapped[int] = mapped_column(server_default="1")
    reply_row: Mapped[str | None]
    reply_due_at: Mapped[datetime | None]
    refused_for: Mapped[str | None]
    where_to_turn: Mapped[str | None]
    refused_by: Mapped[str | None]
    ended_at: Mapped[datetime | None]
    """When it was replied to or refused: a review can be asked for 30 days from then."""
    deciders: Mapped[list[str]] = mapped_column(server_default="{}")
    """Who had a part in the decision of this round: they do not review it."""
    suggestion_due_at: Mapped[datetime | None]
    """By when its author is promised to hear what became of a suggestion."""


class Letter(Base):
    """A letter through draft, check, signature and sending; its fields and its PDF are sealed."""

    __tablename__ = "letters"
    __table_args__ = (
        CheckConstraint(one_of("state", *get_args(LetterState)), name="letter_state_known"),
        CheckConstraint("NOT machine OR author = 'system'", name="letter_by_machine"),
        CheckConstraint("machine OR signer IS NULL OR NOT signer = ANY (authors)", name="letter_signer_is_no_author"),
        CheckConstraint("checker IS NULL OR NOT checker = ANY (authors)", name="letter_checker_is_no_author"),
        CheckConstraint(
            "state IN ('draft', 'submitted', 'checked', 'void') OR"
            " (signer IS NOT NULL AND letter_number IS NOT NULL AND pdf IS NOT NULL AND pdf_sha256 IS NOT NULL)",
            name="letter_signed_is_whole",
        ),
        CheckConstraint("state <> 'delivered' OR sent_at IS NOT NULL", name="letter_sent_has_time"),
        CheckConstraint("state <> 'sending' OR way IS NOT NULL", name="letter_sending_has_way"),
        UniqueConstraint("letter_number", name="letter_number_once"),
        Index("letters_of_complaint", "complaint", "drafted_at"),
        Index("letters_to_send", "try_after", postgresql_where=text("state = 'sending'")),
        Index("letters_to_post", "state", "sending_at", postgresql_where=text("state IN ('printing', 'maybe_sent')")),
        Index(
            "letter_one_reply_a_round",
            "complaint",
            "round",
            unique=True,
            postgresql_where=text("purpose = 'reply' AND state <> 'void'"),
        ),
        CheckConstraint("(purpose = 'review_decision') = (review IS NOT NULL)", name="letter_of_a_review_names_it"),
        Index("letter_one_a_review", "review", unique=True, postgresql_where=text("state <> 'void'")),
    )
    id: Mapped[str] = mapped_column(primary_key=True)
    complaint: Mapped[str] = mapped_column(ForeignKey("cases.complaint"))
    round: Mapped[int]
    purpose: Mapped[LetterPurpose]
    language: Mapped[Language]
    machine: Mapped[bool] = mapped_column(server_default="false")
    fields: Mapped[bytes] = sealed()
    version: Mapped[int] = mapped_column(server_default="1")
    state: Mapped[str] = mapped_column(server_default="draft")
    author: Mapped[str]
    authors: Mapped[list[str]]
    """Everybody who wrote at it: none of them checks or signs."""
    checker: Mapped[str | None]
    signer: Mapped[str | None]
    returned_because: Mapped[bytes | None] = sealed(nullable=True)
    letter_number: Mapped[str | None]
    pdf: Mapped[bytes | None] = sealed(nullable=True)
    pdf_sha256: Mapped[str | None]
    way: Mapped[LetterWay | None]
    extension: Mapped[str | None] = mapped_column(ForeignKey("extensions.id"))
    review: Mapped[str | None] = mapped_column(ForeignKey("reviews.id"))
    drafted_at: Mapped[datetime]
    submitted_at: Mapped[datetime | None]
    checked_at: Mapped[datetime | None]
    signed_at: Mapped[datetime | None]
    sending_by: Mapped[str | None]
    sending_at: Mapped[datetime | None]
    sent_at: Mapped[datetime | None]
    delivered_at: Mapped[datetime | None]
    attempt_begun_at: Mapped[datetime | None]
    """Real time. Set while a mail server is being spoken to: when it stays, the mail may have gone out."""
    tries: Mapped[int] = mapped_column(server_default="0")
    try_after: Mapped[datetime | None]
    """Real time: not to be tried before."""


class Matter(Base):
    """One matter that the complaint raises, as a reply answers it (5/1.1).

    ``words`` {said, text, answer, reason}: in the complainant's words; as the letter names it; what it says to it; why
    it was removed.
    """

    __tablename__ = "matters"
    __table_args__ = (
        CheckConstraint(one_of("state", *get_args(MatterState)), name="matter_state_known"),
        CheckConstraint("(state = 'merged') = (merged_into IS NOT NULL)", name="matter_merged_into_another"),
        CheckConstraint("merged_into <> id", name="matter_merged_into_itself"),
        CheckConstraint("state <> 'not_established' OR evidence = '{}'", name="matter_not_established_has_no_evidence"),
        UniqueConstraint("letter", "position", name="matter_position_once"),
        Index("matters_of_complaint", "complaint"),
    )
    id: Mapped[str] = mapped_column(primary_key=True)
    letter: Mapped[str] = mapped_column(ForeignKey("letters.id"))
    complaint: Mapped[str] = mapped_column(ForeignKey("cases.complaint"))
    position: Mapped[int]
    source: Mapped[str]
    words: Mapped[bytes] = sealed()
    state: Mapped[str] = mapped_column(server_default="open")
    evidence: Mapped[list[str]] = mapped_column(server_default="{}")
    """Ids of the case's evidence, sessions and measures that carry the answer."""
    merged_into: Mapped[str | None] = mapped_column(ForeignKey("matters.id"))
    at: Mapped[datetime]
    by: Mapped[str]


class LetterNumber(Base):
    """The last letter number of a year; taken while signing, so that there is no gap."""

    __tablename__ = "letter_numbers"
    year: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    last: Mapped[int]


class Delivery(Base):
    """An attempt to deliver a letter, and what proves how it ended."""

    __tablename__ = "deliveries"
    __table_args__ = (
        CheckConstraint(one_of("outcome", *get_args(DeliveryOutcome)), name="delivery_known"),
        Index("deliveries_of_letter", "letter", "at"),
    )
    id: Mapped[str] = mapped_column(primary_key=True)
    letter: Mapped[str] = mapped_column(ForeignKey("letters.id"))
    way: Mapped[LetterWay]
    at: Mapped[datetime]
    outcome: Mapped[str]
    proof: Mapped[str | None]
    note: Mapped[bytes | None] = sealed(nullable=True)
    by: Mapped[str]


class ResultNotice(Base):
    """The result was told (4/5.2.9(2))."""

    __tablename__ = "result_notices"
    __table_args__ = (
        CheckConstraint(one_of("state", *get_args(NoticeState)), name="result_notice_state_known"),
        CheckConstraint("(state = 'told') = (told_at IS NOT NULL)", name="result_notice_told_has_time"),
        Index("result_notices_of_complaint", "complaint", "at"),
        Index("result_notices_to_send", "try_after", postgresql_where=text("state = 'sending'")),
    )
    id: Mapped[str] = mapped_column(primary_key=True)
    complaint: Mapped[str] = mapped_column(ForeignKey("cases.complaint"))
    round: Mapped[int]
    way: Mapped[NoticeWay]
    text: Mapped[bytes] = sealed()
    at: Mapped[datetime]
    by: Mapped[str]
    state: Mapped[str] = mapped_column(server_default="told")
    proof: Mapped[str | None]
    gateway_id: Mapped[str | None]
    """The name under which the gateway has taken the message."""
    told_at: Mapped[datetime | None]
    note: Mapped[bytes | None] = sealed(nullable=True)
    """How a person found out whether it went out."""
    attempt_begun_at: Mapped[datetime | None]
    """Real time. Set while the gateway is being spoken to: when it stays, the message may have gone out."""
    tries: Mapped[int] = mapped_column(server_default="0")
    try_after: Mapped[datetime | None]
    """Real time: not to be tried before."""


class Company(Base):
    """A company in whose name letters go out (5/2.1): name, letterhead and seal by language, mailbox, services.

    The ``main`` one stands for every service that no other has; without a name or mailbox it has those of the settings.
    """

    __tablename__ = "companies"
    __table_args__ = (
        CheckConstraint("main OR (name IS NOT NULL AND mailbox IS NOT NULL)", name="company_is_whole"),
        Index("companies_one_main", "main", unique=True, postgresql_where=text("main")),
    )
    id: Mapped[str] = mapped_column(primary_key=True)
    main: Mapped[bool] = mapped_column(server_default="false")
    name: Mapped[dict[str, Any] | None]
    letterhead: Mapped[dict[str, Any]] = mapped_column(server_default="{}")
    seal: Mapped[dict[str, Any]] = mapped_column(server_default="{}")
    mailbox: Mapped[str | None]
    services: Mapped[list[str]] = mapped_column(server_default="{}")
    changed_at: Mapped[datetime]
    changed_by: Mapped[str]


class Extension(Base):
    """More time for the reply: asked for, approved by another, told in advance, with a preliminary opinion (5/3.4)."""

    __tablename__ = "extensions"
    __table_args__ = (
        CheckConstraint(one_of("state", *get_args(ExtensionState)), name="extension_state_known"),
        CheckConstraint("decided_by IS NULL OR decided_by <> requested_by", name="extension_decided_by_another"),
        CheckConstraint("state = 'requested' OR decided_by IS NOT NULL", name="extension_decided_by_someone"),
        CheckConstraint("state <> 'notified' OR notice_at IS NOT NULL", name="extension_notified_has_time"),
        Index(
            "extension_one_open",
            "complaint",
            "replaces_due_at",
            unique=True,
            postgresql_where=text("state <> 'rejected'"),
        ),
    )
    id: Mapped[str] = mapped_column(primary_key=True)
    complaint: Mapped[str] = mapped_column(ForeignKey("cases.complaint"))
    round: Mapped[int]
    replaces_due_at: Mapped[datetime]
    until: Mapped[date]
    reason: Mapped[bytes] = sealed()
    state: Mapped[str] = mapped_column(server_default="requested")
    requested_by: Mapped[str]
    requested_at: Mapped[datetime]
    decided_by: Mapped[str | None]
    decided_at: Mapped[datetime | None]
    notice_way: Mapped[NoticeWay | None]
    notice_text: Mapped[bytes | None] = sealed(nullable=True)
    notice_at: Mapped[datetime | None]
    notice_by: Mapped[str | None]
    preliminary_way: Mapped[NoticeWay | None]
    preliminary_text: Mapped[bytes | None] = sealed(nullable=True)
    preliminary_at: Mapped[datetime | None]
    preliminary_by: Mapped[str | None]


class Voice(Base):
    """What the complainant said of the outcome: how satisfied, not solved, or please look again."""

    __tablename__ = "voices"
    __table_args__ = (
        CheckConstraint(one_of("kind", "satisfaction", "dispute", "review"), name="voice_kind_known"),
        CheckConstraint("(kind = 'satisfaction') = (score IS NOT NULL)", name="voice_score_of_satisfaction"),
        CheckConstraint("score BETWEEN 1 AND 5", name="voice_score_1_to_5"),
        Index("voices_of_complaint", "complaint", "at"),
        Index(
            "voice_one_dispute_a_round",
            "complaint",
            "kind",
            "round",
            unique=True,
            postgresql_where=text("kind <> 'satisfaction'"),
        ),
    )
    id: Mapped[str] = mapped_column(primary_key=True)
    complaint: Mapped[str] = mapped_column(ForeignKey("cases.complaint"))
    round: Mapped[int]
    kind: Mapped[str]
    score: Mapped[int | None]
    text: Mapped[bytes] = sealed()
    at: Mapped[datetime]
    by: Mapped[str]


class Review(Base):
    """The next higher department looks again (4/5.2.10(2)): asked for, assigned, found, told by the final letter."""

    __tablename__ = "reviews"
    __table_args__ = (
        CheckConstraint(one_of("result", *get_args(ReviewResult)), name="review_result_known"),
        CheckConstraint("(result IS NULL) = (reasons IS NULL)", name="review_result_has_reasons"),
        CheckConstraint("reviewer IS NULL OR NOT reviewer = ANY (deciders)", name="nobody_reviews_what_they_decided"),
        CheckConstraint("(reviewer IS NULL) = (assigned_at IS NULL)", name="review_assigned_has_time"),
        CheckConstraint("result IS NULL OR reviewer IS NOT NULL", name="a_reviewer_found_it"),
        CheckConstraint("decided_at IS NULL OR result IS NOT NULL", name="review_decided_has_result"),
        Index("review_one_a_round", "complaint", "round", unique=True),
        Index("reviews_open", "department", "asked_at", postgresql_where=text("decided_at IS NULL")),
    )
    id: Mapped[str] = mapped_column(primary_key=True)
    complaint: Mapped[str] = mapped_column(ForeignKey("cases.complaint"))
    round: Mapped[int]
    department: Mapped[str]
    """The department that reviews: the next higher one; at the root, the root itself."""
    deciders: Mapped[list[str]]
    """Who decided what is reviewed: none of them reviews it."""
    asked_at: Mapped[datetime]
    due_at: Mapped[datetime | None]
    reviewer: Mapped[str | None]
    assigned_at: Mapped[datetime | None]
    assigned_by: Mapped[str | None]
    result: Mapped[ReviewResult | None]
    reasons: Mapped[bytes | None] = sealed(nullable=True)
    found_at: Mapped[datetime | None]
    decided_at: Mapped[datetime | None]
    """When the final letter went out."""


class Visit(Base):
    """Another unit asks whether it is really solved (3/5.2): done, or not possible with the reason."""

    __tablename__ = "visits"
    __table_args__ = (
        CheckConstraint("department <> handled_by", name="visited_by_another_unit"),
        CheckConstraint(one_of("way", *get_args(VisitWay)), name="visit_way_known"),
        CheckConstraint(one_of("not_possible", *get_args(NotVisited)), name="visit_not_possible_known"),
        CheckConstraint("solved IS NULL OR (way IS NOT NULL AND score BETWEEN 1 AND 5)", name="visit_done_is_whole"),
        CheckConstraint("solved IS NULL OR not_possible IS NULL", name="visit_done_or_not_possible"),
        CheckConstraint("(ended_at IS NULL) = (solved IS NULL AND not_possible IS NULL)", name="visit_ended_says_how"),
        Index("visit_one_a_round", "complaint", "round", unique=True),
        Index("visits_open", "department", "due_at", postgresql_where=text("ended_at IS NULL")),
    )
    id: Mapped[str] = mapped_column(primary_key=True)
    complaint: Mapped[str] = mapped_column(ForeignKey("cases.complaint"))
    round: Mapped[int]
    department: Mapped[str]
    handled_by: Mapped[str]
    """The handler's unit, which never visits."""
    assigned_at: Mapped[datetime]
    due_at: Mapped[datetime | None]
    way: Mapped[VisitWay | None]
    solved: Mapped[bool | None]
    score: Mapped[int | None]
    questions: Mapped[dict[str, Any] | None]
    """Satisfaction by question, 1 to 5 each."""
    wants_review: Mapped[bool] = mapped_column(server_default="false")
    not_possible: Mapped[NotVisited | None]
    text: Mapped[bytes | None] = sealed(nullable=True)
    ended_at: Mapped[datetime | None]
    by: Mapped[str | None]


class VisitAttempt(Base):
    """Somebody tried to reach the complainant for a return visit, in vain."""

    __tablename__ = "visit_attempts"
    __table_args__ = (Index("attempts_of_visit", "visit", "at"),)
    id: Mapped[str] = mapped_column(primary_key=True)
    visit: Mapped[str] = mapped_column(ForeignKey("visits.id"))
    complaint: Mapped[str] = mapped_column(ForeignKey("cases.complaint"))
    way: Mapped[VisitWay]
    text: Mapped[bytes] = sealed()
    at: Mapped[datetime]
    by: Mapped[str]


class Sampling(Base):
    """How many replies at level 3 there were: every so many is visited. One row."""

    __tablename__ = "visit_sampling"
    __table_args__ = (CheckConstraint("the_only", name="visit_sampling_one_row"),)
    the_only: Mapped[bool] = mapped_column(primary_key=True, server_default="true")
    counted: Mapped[int]


class SuggestionAnswer(Base):
    """What became of a suggestion, and that its author was told (6/3.4.2(1))."""

    __tablename__ = "suggestion_answers"
    __table_args__ = (CheckConstraint(one_of("outcome", *get_args(SuggestionOutcome)), name="suggestion_known"),)
    complaint: Mapped[str] = mapped_column(ForeignKey("cases.complaint"), primary_key=True)
    id: Mapped[str]
    outcome: Mapped[SuggestionOutcome]
    way: Mapped[NoticeWay]
    text: Mapped[bytes] = sealed()
    at: Mapped[datetime]
    by: Mapped[str]


class Errand(Base):
    """A letter that the machine has to write: heard in a fact, written by a worker that may ask other services."""

    __tablename__ = "errands"
    __table_args__ = (Index("errands_open", "try_after", postgresql_where=text("done_at IS NULL")),)
    event: Mapped[str] = mapped_column(primary_key=True)
    complaint: Mapped[str] = mapped_column(ForeignKey("cases.complaint"))
    purpose: Mapped[LetterPurpose]
    extension: Mapped[str | None]
    heard_at: Mapped[datetime]
    tries: Mapped[int] = mapped_column(server_default="0")
    try_after: Mapped[datetime] = mapped_column(server_default=func.clock_timestamp())
    done_at: Mapped[datetime | None]


class Department(Base):
    """The tree of departments as casework has published it."""

    __tablename__ = "departments"
    id: Mapped[str] = mapped_column(primary_key=True)
    parent: Mapped[str | None]
    head: Mapped[str | None]


class Officer(Base):
    """Who belongs where, as casework has published it."""

    __tablename__ = "officers"
    id: Mapped[str] = mapped_column(primary_key=True)
    department: Mapped[str]
    supervisor: Mapped[bool]
    reviewer: Mapped[bool] = mapped_column(server_default="false")


class SpecialDays(Base):
    """The special days of a calendar as sla has published them: for the longest extension."""

    __tablename__ = "special_days"
    calendar: Mapped[str] = mapped_column(primary_key=True)
    days: Mapped[dict[str, Any]]
    published_until: Mapped[date]
