"""What reply's routes answer. Words are null where there are none, and where the complaint was erased."""

from datetime import date
from typing import Annotated, Any, Literal, Self

from pydantic import ConfigDict, Field

from services.reply.letter import Answer
from services.reply.matters import MatterSource
from services.reply.tables import Base, DeliveryOutcome, ExtensionState, LetterState, MatterState, NoticeState
from shared.common_answers import Out, Time
from shared.glossary import (
    Language,
    LetterPurpose,
    LetterWay,
    Level,
    NoticeWay,
    NotVisited,
    ReviewResult,
    Service,
    Stage,
    SuggestionOutcome,
    VisitWay,
)

Id = Annotated[str, Field(json_schema_extra={"format": "uuid"})]
Number = Annotated[str, Field(examples=["26-0000017-7"])]
By = Annotated[str, Field(examples=["water.handler"])]
Department = Annotated[str, Field(examples=["water"])]
Score = Annotated[int, Field(ge=1, le=5)]


class Kept(Out):
    """An answer made of what is kept in a row."""

    @classmethod
    def of(cls, row: Base, **more: Any) -> Self:
        """Return a row as an answer; ``more``: what stands elsewhere, or is sealed in the row."""
        kept = {name: getattr(row, name) for name in cls.model_fields if hasattr(row, name)}
        return cls(**kept | more)


class FindingOut(Out):
    """What the language check found: ``words`` stand at [start, end) of a part. A grave one keeps the letter back."""

    rule: str
    clause: str
    grave: bool
    part: str
    start: int
    end: int
    words: str
    before: str
    after: str
    why: str
    instead: str | None


class MatterOut(Kept):
    """A matter: what was said, how the letter names it (``text``), its answer and what carries it (5/1.1)."""

    id: Id
    position: int
    source: MatterSource
    state: MatterState
    said: str | None
    text: str | None
    answer: str | None
    reason: str | None = Field(description="why it was removed")
    evidence: list[Id]
    merged_into: Id | None
    at: Time
    by: By


class DeliveryOut(Kept):
    """An attempt to deliver a letter, and what proves how it ended."""

    way: LetterWay
    at: Time
    outcome: DeliveryOutcome
    proof: str | None
    text: str | None
    by: By


class LetterWithoutWordsOut(Kept):
    """A letter with its matters, who did what, and its deliveries."""

    id: Id
    complaint: Id
    number: Number
    round: int
    purpose: LetterPurpose
    language: Language
    state: LetterState
    version: int
    matters: list[MatterOut]
    by_machine: bool
    author: By
    authors: list[By] = Field(description="everybody who wrote at it")
    checker: By | None
    signer: By | None
    returned_because: str | None
    letter_number: str | None
    pdf_sha256: str | None
    way: LetterWay | None
    tries: int
    drafted_at: Time
    submitted_at: Time | None
    checked_at: Time | None
    signed_at: Time | None
    sent_at: Time | None
    delivered_at: Time | None
    deliveries: list[DeliveryOut]


class ErasedLetterOut(LetterWithoutWordsOut):
    """A letter whose complaint was erased: its words are absent."""

    erased: Literal[True]


class LetterOut(LetterWithoutWordsOut):
    """A letter with its words (5/2.3); those of a part that was not written yet are empty.

    ``missing``: parts of the prescribed form. The language check is over, and empty, from the signature on.
    """

    addressee: str
    reviewer: str = Field(description="the department that the right of review names")
    reference: str = Field(description="the platform that sent it, with its own reference (1/1.1.5)")
    signatory: str = Field(description="the unit in whose name it is signed")
    salutation: str
    summary: str
    analysis: str
    answers: list[Answer]
    measures: str
    review: str = Field(description="the right of review")
    closing: str
    company: str
    time: str
    signature: str
    missing: list[str]
    language_check: list[FindingOut]


AnyLetterOut = LetterOut | ErasedLetterOut


class LetterLineOut(Kept):
    """A letter in a list, without a word of it."""

    letter: Id
    complaint: Id
    number: Number
    purpose: LetterPurpose
    letter_number: str | None
    way: LetterWay | None
    sent_at: Time | None


class ToPostOut(LetterLineOut):
    """A letter in the print queue."""

    set_aside: bool = Field(description="not to be posted any more")


class MailOut(LetterLineOut):
    """A mail in the data folder."""

    name: str
    size: int = Field(description="bytes")


class MailsOut(Out):
    """The mails in the data folder; none where a mail server takes them."""

    mail_server: bool
    mailbox: str
    items: list[MailOut]


class MemberOut(Out):
    """A complaint of the incident and its letter; ``problem``: why this step was not possible for it."""

    complaint: Id
    number: Number
    language: Language
    letter: Id | None
    state: LetterState | None
    problem: str | None
    code: str | None


class ProgressOut(Out):
    """How far the letters are. ``next``: call again with it as ``after``; null when all have been taken."""

    total: int
    written: int
    checked: int
    signed: int
    sent: int
    next: Id | None
    letters: list[MemberOut]


class NoticeOut(Kept):
    """A result notice: what was told, how, and what proves that a message went out (6/3.4.4(2))."""

    id: Id
    way: NoticeWay
    text: str | None
    at: Time
    by: By
    state: NoticeState
    told_at: Time | None
    proof: str | None
    gateway_id: str | None
    tries: int
    note: str | None = Field(description="how a person found out whether it went out")


class ExtensionOut(Kept):
    """An extension with its notice and preliminary opinion (5/3.4)."""

    id: Id
    round: int
    state: ExtensionState
    replaces_due_at: Time
    until: date
    reason: str | None
    requested_by: By
    requested_at: Time
    decided_by: By | None
    decided_at: Time | None
    notice_way: NoticeWay | None
    notice_text: str | None
    notice_at: Time | None
    notice_by: By | None
    preliminary_way: NoticeWay | None
    preliminary_text: str | None
    preliminary_at: Time | None
    preliminary_by: By | None


class WaitingExtensionOut(Kept):
    """An extension that waits for approval, with nothing of its words."""

    extension: Id
    complaint: Id
    number: Number
    stage: Stage
    topic_code: str | None
    department: Department | None
    requested_by: By
    requested_at: Time
    until: date
    due_at: Time


class VoiceOut(Kept):
    """What the complainant said of the outcome; a score where they said how satisfied they are."""

    id: Id
    round: int
    score: Score | None
    text: str | None
    at: Time
    by: By


class ReviewOut(Kept):
    """A review: by which department, by whom, until when, and what came of it (4/5.2.10(2))."""

    id: Id
    complaint: Id
    number: Number
    round: int
    department: Department
    asked_at: Time
    due_at: Time | None
    reviewer: By | None
    assigned_at: Time | None
    found_at: Time | None
    result: ReviewResult | None
    decided_at: Time | None = Field(description="when the final letter went out (UTC)")


class ReviewWholeOut(ReviewOut):
    """A review with the reviewer's reasons and final letter."""

    reasons: str | None
    letter: AnyLetterOut | None


class ReviewSeenOut(Out):
    """A review as its reviewer sees it.

    What others worked on has no name of theirs: a field that would name somebody is left out.
    """

    review: ReviewWholeOut
    case: dict[str, Any] = Field(description="as `GET /casework/complaints/{complaint}`")
    reply: dict[str, Any] = Field(description="of `GET /reply/complaints/{complaint}`, what was written and said")
    complaint: dict[str, Any] = Field(description="the complainant's words, as `POST /intake/texts`")


class AttemptOut(Kept):
    """An attempt to reach somebody for a return visit, in vain."""

    id: Id
    visit: Id
    way: VisitWay
    text: str | None
    at: Time
    by: By


class VisitLineOut(Kept):
    """A return visit: by which unit, until when, and how it ended (3/5.2)."""

    id: Id
    complaint: Id
    number: Number
    round: int
    department: Department
    handled_by: Department
    assigned_at: Time
    due_at: Time | None
    ended_at: Time | None
    solved: bool | None
    not_possible: NotVisited | None


class VisitListedOut(VisitLineOut):
    """A return visit in a list."""

    level: Level | None
    attempts: int


class VisitOut(VisitLineOut):
    """A return visit with what the complainant said."""

    way: VisitWay | None
    score: Score | None
    questions: dict[str, Score] | None = Field(examples=[{"solved": 4}])
    wants_review: bool
    text: str | None
    by: By | None


class VisitWholeOut(VisitOut):
    """A return visit with the attempts to make it."""

    attempts: list[AttemptOut]


class QuestionOut(Out):
    """A question of the return visit."""

    code: str
    title: dict[Language, str]


class SuggestionOut(Kept):
    """What became of a suggestion (6/3.4.2(1))."""

    id: Id
    outcome: SuggestionOutcome
    way: NoticeWay
    text: str | None
    at: Time
    by: By


class WaysOut(Out):
    """The ways that are possible, the best first."""

    letter: list[LetterWay]
    notice: list[NoticeWay]


class StepOut(Out):
    """What to do next, in the language that was asked for, and about which letter, extension or result notice."""

    action: str
    label: str
    clause: str
    letter: Id | None = None
    extension: Id | None = None
    notice: Id | None = None


class CaseOut(Kept):
    """Everything that reply keeps of a case. ``round`` counts re-openings."""

    complaint: Id
    number: Number
    stage: Stage
    round: int
    language: Language
    reply_due_at: Time | None
    ways: WaysOut
    letters: list[AnyLetterOut]
    result_notices: list[NoticeOut]
    extensions: list[ExtensionOut]
    satisfaction: list[VoiceOut]
    disputes: list[VoiceOut]
    asked_for_review: list[VoiceOut]
    reviews: list[ReviewOut]
    visits: list[VisitOut]
    visit_attempts: list[AttemptOut]
    suggestion: SuggestionOut | None
    next: list[StepOut]


class DocumentOut(Out):
    """A document for the file. ``content`` is sealed, in base64; ``sha256`` is over the sealed bytes.

    ``field`` is the name bound into the seal. Beside these stand the codes and times of its kind.
    """

    model_config = ConfigDict(extra="allow")
    kind: str
    id: Id
    title: str
    at: Time
    by: By
    media_type: str
    field: str
    content: str
    sha256: str


class CompanyOut(Kept):
    """A company with what holds for it now (5/2.1)."""

    id: str
    main: bool
    name: dict[Language, str]
    letterhead: dict[Language, list[str]]
    seal: dict[Language, str]
    mailbox: str
    services: list[Service]
    changed_at: Time
    changed_by: By


List = Literal["extensions", "visits", "reviews", "print_queue"]
WaitingOut = Annotated[dict[List, int], Field(examples=[{"extensions": 1, "visits": 3}])]
