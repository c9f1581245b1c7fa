"""What comes in through the edge: bounded, checked field by field, nothing echoed."""

import re
from collections.abc import Callable
from datetime import date, datetime
from typing import Annotated, Any, Final, Literal
from uuid import UUID

from pydantic import (
    AfterValidator,
    BaseModel,
    BeforeValidator,
    ConfigDict,
    Field,
    StringConstraints,
    model_validator,
)

from services.intake import problems as _problems  # noqa: F401 - the rules' sentences
from shared.glossary import (
    Channel,
    Extent,
    Form,
    Importance,
    Kind,
    Language,
    Level,
    Nature,
    RefusalReason,
    Service,
    Source,
    Topic,
)

_CONTROL: Final = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f\x7f]")
_PHONE: Final = re.compile(r"[+＋]?[\d\s()（）.\-－—#轉转分機机extEXT]{5,40}")
_EMAIL: Final = re.compile(r"[^@\s<>,;]{1,64}@[^\W_][\w-]*(?:\.[^\W_][\w-]*)+")
_DISTRICT: Final = re.compile(r"(?!.*\d{4})[\w .·'()-]{1,20}")
_DATE: Final = re.compile(r"\d{4}-\d{2}-\d{2}")


def _clean(value: Any) -> Any:
    """Drop control characters, which no person types, and the space around."""
    return _CONTROL.sub("", value).strip() if isinstance(value, str) else value


def _matches(pattern: "re.Pattern[str]", rule: str) -> Callable[[str], str]:
    def check(value: str) -> str:
        if not pattern.fullmatch(value):
            raise ValueError(rule)
        return value

    return check


def _has_digits(value: str) -> str:
    if sum(sign.isdigit() for sign in value) < 5:
        raise ValueError("phone_wrong")
    return value


def _moment(value: Any) -> Any:
    """Read a date without a time as a date, not as midnight."""
    if isinstance(value, str):
        written = value.strip()
        try:
            return date.fromisoformat(written) if _DATE.fullmatch(written) else datetime.fromisoformat(written)
        except ValueError:
            raise ValueError("date_wrong") from None
    return value


def _optional(check: Callable[[str], str]) -> Callable[[str | None], str | None]:
    return lambda value: None if value is None else check(value)


def _phone(value: str) -> str:
    if not _PHONE.fullmatch(value) or sum(sign.isdigit() for sign in value) < 5:
        raise ValueError("phone_wrong")
    return value


_TIDY: Final = BeforeValidator(_clean)
_EMPTY_IS_NONE: Final = BeforeValidator(lambda value: None if (tidy := _clean(value)) == "" else tidy)
"""Forms send what was not filled in as an empty text."""

Name = Annotated[str, Field(min_length=1, max_length=100), _TIDY]
OptionalName = Annotated[str | None, Field(max_length=100), _EMPTY_IS_NONE]
OptionalLine = Annotated[str | None, Field(max_length=300), _EMPTY_IS_NONE]
OptionalText = Annotated[str | None, Field(max_length=5_000), _EMPTY_IS_NONE]
Reference = Annotated[str | None, Field(max_length=60), _EMPTY_IS_NONE]
Phone = Annotated[str | None, Field(max_length=40), _EMPTY_IS_NONE, AfterValidator(_optional(_phone))]
Email = Annotated[
    str | None, Field(max_length=254), _EMPTY_IS_NONE, AfterValidator(_optional(_matches(_EMAIL, "email_wrong")))
]
District = Annotated[
    str | None, Field(max_length=60), _EMPTY_IS_NONE, AfterValidator(_optional(_matches(_DISTRICT, "district_wrong")))
]
OfficerId = Annotated[str, StringConstraints(pattern=r"^[a-z][a-z0-9_.\-]{0,59}$")]
Moment = Annotated[datetime | date, BeforeValidator(_moment)]
"""A date and time; without a zone it is the office's, a date alone counts as 09:00."""


class In(BaseModel):
    """Input: unknown fields are refused."""

    model_config = ConfigDict(extra="forbid", frozen=True)


class Person(In):
    """Who complains, or who speaks for them (1/1.1.6)."""

    name: Name
    phone: Phone = None
    email: Email = None
    postal_address: OptionalLine = None
    confidential: bool = False


class Platform(In):
    """The third-party platform that passed it on, with its own reference and date (1/1.1.5)."""

    name: Name
    reference: OptionalLine = None
    due_at: Moment | None = None
    kind: Source = "other"
    """Media and regulators make a complaint major (3/2.2)."""


class References(In):
    """Numbers by which the office knows the matter."""

    customer: Reference = None
    meter: Reference = None
    asset: Reference = None


class Place(In):
    """Where it happened."""

    address: OptionalLine = None
    district: District = None
    lat: Annotated[float, Field(ge=-90, le=90)] | None = None
    lon: Annotated[float, Field(ge=-180, le=180)] | None = None


class Labels(In):
    """What a person decides when registering (chapter 2, 3/2.2, 6/3.4.2(1))."""

    service: Service
    topic_code: Topic
    nature: Nature
    kind: Kind
    level: Level | None = None
    importance: Importance = "ordinary"
    urgent: bool = False
    extent: Extent | None = None
    people_affected: Annotated[int, Field(ge=1, le=100_000_000)] | None = None
    district: District = None
    named_officers: Annotated[tuple[OfficerId, ...], Field(max_length=20)] | None = None
    officer: OfficerId | None = None


class NewComplaint(In):
    """A complaint as a channel or an operator hands it in (1/1.1.6, 1/1.1.7, 3/1.2, 4/5.2.6(1))."""

    channel: Channel
    external_id: Annotated[str, StringConstraints(min_length=1, max_length=200)] | None = None
    received_at: Moment | None = None
    complainant: Person | None = None
    representative: Person | None = None
    form: Form | None = None
    platform: Platform | None = None
    references: References | None = None
    named_officers: Annotated[tuple[OfficerId, ...], Field(max_length=20)] = ()
    object: OptionalText = None
    matter: OptionalText = None
    reason: OptionalText = None
    remedy_sought: OptionalText = None
    text: Annotated[str, Field(min_length=1, max_length=50_000), _TIDY]
    place: Place | None = None
    service: Service | None = None
    language: Language | None = None
    danger: bool = False
    attachments: Annotated[tuple[UUID, ...], Field(max_length=20)] = ()
    registration: Labels | None = Field(None, description="from an operator only: checked and registered in this step")


class RefusalIn(In):
    """Why not, and where to turn: a code of the policy's list of outside bodies (4/5.2.6(2))."""

    reason: RefusalReason
    where_to_turn: Annotated[str, StringConstraints(min_length=1, max_length=60)]


class SupplementIn(In):
    """What the complainant says later, in their words, as somebody of the office writes it down."""

    text: Annotated[str, StringConstraints(min_length=1, max_length=5_000, strip_whitespace=True)]
    attachments: Annotated[tuple[UUID, ...], Field(max_length=20)] = ()


Act = Literal["add", "urge", "withdraw", "rate", "not_solved", "review"]


class ActIn(In):
    """What the complainant does about their own complaint."""

    act: Act
    text: OptionalText = None
    score: Annotated[int, Field(ge=1, le=5)] | None = None
    attachments: Annotated[tuple[UUID, ...], Field(max_length=20)] = ()


class IdsIn(In):
    """Complaints, many at a time."""

    ids: Annotated[list[UUID], Field(max_length=500)]


class TextsIn(IdsIn):
    """Whose texts, and which parts of them."""

    parts: Annotated[tuple[Literal["text", "person", "place"], ...], Field(min_length=1)] = ("text",)


class SaidIn(In):
    """A message that is being written down, to be compared with others; it is not kept."""

    text: Annotated[str, Field(max_length=8_000), _TIDY] = ""
    place: Place | None = None


class LikenessIn(In):
    """Complaints to compare with each other inside each group, and with ``said``; at most 500 in all."""

    groups: Annotated[list[Annotated[list[UUID], Field(max_length=120)]], Field(max_length=200)]
    said: SaidIn | None = None

    @model_validator(mode="after")
    def _not_too_many(self) -> "LikenessIn":
        if sum(len(group) for group in self.groups) > 500:
            raise ValueError("too_many")
        return self


class PersonSearch(In):
    """By what is known: who it is, or a number of customer, meter, asset or platform; compared by keyed hash."""

    phone: Phone = None
    email: Email = None
    name: OptionalName = None
    customer: Reference = None
    meter: Reference = None
    asset: Reference = None
    platform: OptionalLine = None


class ChannelKeyIn(In):
    """A key for a channel; ``scopes`` are the channels it may post for (by default its own)."""

    name: Annotated[str, StringConstraints(pattern=r"^[a-z0-9_\-]{1,40}$")]
    scopes: Annotated[tuple[Channel, ...], Field(min_length=1)]
