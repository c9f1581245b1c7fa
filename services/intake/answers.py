"""What intake's routes answer, in every state. Null: there is none, or it was erased. Times are UTC."""

from collections.abc import Callable
from datetime import date
from typing import Annotated, Any, Literal, NotRequired, TypeVar
from uuid import UUID

from pydantic import AwareDatetime, ConfigDict, Field, with_config
from typing_extensions import TypedDict

from services.intake.inputs import Act
from shared.common_answers import Out
from shared.events import ComplaintClassified, ComplaintRegistered
from shared.glossary import (
    Channel,
    DutyState,
    Form,
    Kind,
    Language,
    LetterPurpose,
    LetterWay,
    Level,
    NoticeWay,
    PromiseKind,
    RefusalReason,
    ReplyForm,
    Service,
    Source,
    Stage,
    SuggestionOutcome,
    Topic,
)

Number = Annotated[str, Field(examples=["26-0000017-7"])]
By = Annotated[str, Field(examples=["water.handler"])]
Label = Annotated[str, Field(description="in the language that was asked for")]
Where = Annotated[str, Field(description="a code of the policy's outside bodies", examples=["consumers_association"])]
Cues = Annotated[list[str], Field(description="codes of words of danger; `declared`: whoever sent it said so")]
_Parts = TypeVar("_Parts", bound=type)

# ``| str`` stands where another service tells the code: one that is newer may tell one that intake does not know yet


def _partly(**example: Any) -> Callable[[_Parts], _Parts]:
    """Return the decorator of what has some of its fields only; the others are absent, not null."""

    def show(schema: dict[str, Any]) -> None:
        schema.pop("additionalProperties", None)
        schema["example"] = example

    return with_config(ConfigDict(extra="forbid", json_schema_extra=show))


class Promised(Out):
    """A date told to the complainant; binding once the complaint is registered (1/1.1.9)."""

    clause: str = Field(examples=["4/5.2.7(2)"])
    title: Label
    due_at: AwareDatetime
    binding: bool


class PromisedNow(Promised):
    """The same as the ledger has it now; while the ledger is away, the date is given as it was first promised."""

    state: DutyState | str
    state_label: Label


class Received(Out):
    """The receipt: with number and code the complainant follows the complaint."""

    id: UUID
    number: Number
    stage: Stage
    received_at: AwareDatetime
    promised: list[Promised]
    receipt_code: str = Field(examples=["7M3K-0QXD-4T9A"])


class Kept(Out):
    """What was kept; ``sha256`` is of the content after a picture was cleaned."""

    id: UUID
    sha256: str
    media_type: str = Field(examples=["image/jpeg"])
    size: int = Field(description="bytes")


class StepOut(Out):
    """Something that happened, as the complainant may see it."""

    at: AwareDatetime
    what: str = Field(examples=["complaint.registered"])
    label: Label


class LetterOut(Out):
    """A letter that was delivered."""

    id: UUID
    purpose: LetterPurpose | str
    letter_number: str
    sent_at: AwareDatetime


class NoticeOut(Out):
    """The result was told (3/5.1)."""

    at: AwareDatetime
    way: NoticeWay | str
    way_label: Label


class PromiseOut(Out):
    """What the complainant was promised, and by the end of which day."""

    what: PromiseKind | str
    due_on: date
    kept_at: AwareDatetime | None
    what_label: Label


class SuggestionOut(Out):
    """What became of a suggestion (6/3.4.2(1))."""

    at: AwareDatetime
    outcome: SuggestionOutcome | str
    text: str | None
    outcome_label: Label


class RefusalOut(Out):
    """Why it was refused, and where to turn (4/5.2.6(2))."""

    reason: RefusalReason
    where_to_turn: Where


class LabelledRefusalOut(RefusalOut):
    """The same in words; the body's name is empty when the policy does not list it any more."""

    reason_label: Label
    where_to_turn_label: Label


class StatusOut(Out):
    """How a complaint stands, for its complainant.

    Letters, notices, promises and suggestion are missing while the service that has them is away.
    """

    number: Number
    stage: Stage
    stage_label: Label
    received_at: AwareDatetime
    promised: list[PromisedNow | Promised]
    history: list[StepOut] = Field(description="the oldest first")
    letters: list[LetterOut]
    notices: list[NoticeOut]
    promises: list[PromiseOut]
    suggestion: SuggestionOut | None
    refusal: LabelledRefusalOut | None
    possible_acts: list[Act]


class ActOut(Out):
    """What was done, and the stage after it."""

    number: Number
    act: Act
    stage: Stage | str


class PersonOut(Out):
    """Who complains, or who speaks for them (1/1.1.6)."""

    name: str
    phone: str | None
    email: str | None
    postal_address: str | None
    confidential: bool


class HiddenPersonOut(Out):
    """Somebody who complains in confidence, to a reader who may not know who it is."""

    name: None
    confidential: Literal[True]


@_partly(address="和平路 12 號", district="東區")
class PlaceOut(TypedDict, total=False):
    """Where it happened, as far as it was said."""

    address: str
    district: str
    lat: float
    lon: float


@_partly(meter="W-20417")
class ReferencesOut(TypedDict, total=False):
    """Numbers by which the office knows the matter, as far as they were said."""

    customer: str
    meter: str
    asset: str


@_partly(name="消費者協會", kind="consumers_association", due_at="2026-03-12")
class PlatformOut(TypedDict):
    """The platform that passed it on (1/1.1.5).

    Reference and date are absent where it gave none, the kind where an older program kept it.
    """

    name: str
    kind: NotRequired[Source]
    reference: NotRequired[str]
    due_at: NotRequired[Annotated[str, Field(description="as it was given: a date, or a time with or without zone")]]


class SpanOut(Out):
    """Where something stands: ``text[start:end]``."""

    start: int
    end: int


class CueOut(SpanOut):
    """A word of danger in the text."""

    cue: str


class NamedOut(SpanOut):
    """A place or time that the text names, for a person to take over."""

    kind: Literal["meter", "line", "stop", "road", "district", "time"]
    words: str


class SupplementOut(Out):
    """What the complainant said later."""

    id: UUID
    at: AwareDatetime
    by: By
    text: str | None


class AttachmentOut(Out):
    """A file; its name and the hash of its content are forgotten on erasure."""

    id: UUID
    name: str | None
    media_type: str = Field(examples=["image/jpeg"])
    size: int = Field(description="bytes")
    sha256: str | None
    sealed_sha256: str
    supplement: UUID | None = Field(description="with which it came; null: with the complaint")
    at: AwareDatetime


class RecordOut(Out):
    """Everything that intake knows of a complaint (1/1.1.6, 1/1.1.7, 3/1.2)."""

    id: UUID
    number: Number
    stage: Stage
    channel: Channel
    form: Form | None
    reply_form: ReplyForm
    received_at: AwareDatetime
    recorded_at: AwareDatetime
    language: Language
    erased: bool
    text: str | None
    object: str | None
    matter: str | None
    reason: str | None
    remedy_sought: str | None
    place: PlaceOut | None
    references: ReferencesOut | None
    platform: PlatformOut | None
    external_id: str | None
    complainant: PersonOut | HiddenPersonOut | None = Field(description="null: anonymous, or erased")
    representative: PersonOut | HiddenPersonOut | None
    confidential: bool
    reachable: list[LetterWay | NoticeWay]
    urgent: bool
    danger_cues: Cues
    danger_places: list[CueOut]
    read_places: list[NamedOut]
    named_officers: list[By]
    service: Service | None = Field(description="as the sender said; what was decided is in the labels")
    proposal: ComplaintClassified | None
    labels: ComplaintRegistered | None = Field(description="as registered; null until then, and when refused")
    refusal: RefusalOut | None
    overturned_at: AwareDatetime | None = Field(description="a review has set its refusal aside (4/5.2.10(2))")
    decided_at: AwareDatetime | None
    decided_by: By | None
    by: By
    attachments: list[AttachmentOut]
    supplements: list[SupplementOut]
    promised: list[PromisedNow | Promised]


class ToCheckOut(Out):
    """A complaint whose scope is to be checked."""

    id: UUID
    number: Number
    channel: Channel
    received_at: AwareDatetime
    due_at: AwareDatetime | None
    urgent: bool
    danger_cues: Cues
    service: Service | None
    language: Language
    proposal: ComplaintClassified | None
    overturned_at: AwareDatetime | None
    excerpt: str = Field(description="how it begins; empty when it was erased")


class FoundOut(Out):
    """A complaint of the person who was looked for; labels are null until it is registered."""

    id: UUID
    number: Number
    stage: Stage
    received_at: AwareDatetime
    service: Service | None
    topic_code: Topic | None
    level: Level | None
    kind: Kind | None


class StateOut(Out):
    """The state after a command."""

    id: UUID
    number: Number
    stage: Stage
    labels: ComplaintRegistered | None
    decided_at: AwareDatetime | None
    decided_by: By | None


class ErasedStateOut(StateOut):
    """The state after an erasure."""

    erased_at: AwareDatetime


class BodyOut(Out):
    """An outside body, where a person can turn who is refused."""

    code: Where
    name: dict[Language, str] = Field(
        examples=[{"zh-Hant": "消費者協會", "zh-Hans": "消费者协会", "en": "Consumers' association"}]
    )


class GoneOut(Out):
    """A complaint that was erased."""

    erased: Literal[True]


@_partly(language="zh-Hant", text="停水了，沒有通知。", place={"district": "東區"})
class TextOut(TypedDict):
    """The parts of a complaint that were asked for; the others are absent. ``place`` comes with the text, too."""

    language: Language
    text: NotRequired[str]
    platform: NotRequired[PlatformOut | None]
    object: NotRequired[str | None]
    matter: NotRequired[str | None]
    reason: NotRequired[str | None]
    remedy_sought: NotRequired[str | None]
    supplements: NotRequired[list[SupplementOut]]
    place: NotRequired[PlaceOut | None]
    person: NotRequired[PersonOut | None]
    representative: NotRequired[PersonOut | None]


# tried in this order: half the time of weighing both, and many are asked for at a time
Texts = dict[UUID, Annotated[TextOut | GoneOut, Field(union_mode="left_to_right")]]


class LikenessOut(Out):
    """How like two complaints are; ``a`` is null for what is being said."""

    a: UUID | None
    b: UUID
    words: float = Field(description="share of the shorter one's words that the other has, too")
    same_place: bool
    metres: int | None = Field(description="where both have coordinates")


Key = Annotated[str, Field(description="base64", examples=["c2VhbGVkIHVuZGVyIHRoZSBtYXN0ZXIga2V5"])]


class ChannelKeyOut(Out):
    """A channel's key, without what opens anything."""

    id: UUID
    name: str
    scopes: list[Channel]
    created_at: AwareDatetime
    created_by: By
    revoked_at: AwareDatetime | None


class NewChannelKeyOut(Out):
    """A new key; only this answer ever holds it."""

    id: UUID
    name: str
    scopes: list[Channel]
    key: str


class MailboxOut(Out):
    """What is on record of the mailbox now (1/1.1.4)."""

    collected_at: AwareDatetime
    letters: int
    by: By
