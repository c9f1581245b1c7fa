"""What intake keeps: complaints as they came in, who may send them, who looked at them."""

from datetime import date, datetime
from typing import Any, Final, get_args
from uuid import UUID

from sqlalchemy import (
    BigInteger,
    CheckConstraint,
    DateTime,
    ForeignKey,
    Identity,
    Index,
    LargeBinary,
    MetaData,
    Text,
    text,
)
from sqlalchemy.dialects.postgresql import ARRAY, JSONB
from sqlalchemy.orm import DeclarativeBase, Mapped, mapped_column

from shared.glossary import Stage
from shared.privacy import sealed

_STAGES: Final = ", ".join(f"'{stage}'" for stage in get_args(Stage))
_NOW: Final = text("clock_timestamp()")


class Base(DeclarativeBase):
    metadata = MetaData()
    type_annotation_map = {  # noqa: RUF012 - SQLAlchemy reads it from the class
        datetime: DateTime(timezone=True),
        str: Text,
        bytes: LargeBinary,
        dict[str, Any]: JSONB(none_as_null=True),
        list[Any]: JSONB(none_as_null=True),
        list[str]: ARRAY(Text),
    }


class Complaint(Base):
    """A complaint as it came in. ``record``, ``complainant`` and ``representative`` are sealed JSON."""

    __tablename__ = "complaints"

    id: Mapped[UUID] = mapped_column(primary_key=True)
    running: Mapped[int] = mapped_column(BigInteger, Identity(), unique=True, comment="the number's middle")
    number: Mapped[str] = mapped_column(unique=True)
    stage: Mapped[str]
    channel: Mapped[str]
    form: Mapped[str | None]
    reply_form: Mapped[str]
    language: Mapped[str]
    received_at: Mapped[datetime]
    recorded_at: Mapped[datetime]
    platform_due_at: Mapped[datetime | None]
    reachable: Mapped[list[str]]
    danger_cues: Mapped[list[str]]
    urgent: Mapped[bool]
    confidential: Mapped[bool] = mapped_column(comment="who it is stays with those who take complaints in")
    named_officers: Mapped[list[str]]
    service: Mapped[str | None]
    source: Mapped[str | None] = mapped_column(comment="what kind of platform passed it on")
    district: Mapped[str | None]
    record: Mapped[bytes] = sealed()
    complainant: Mapped[bytes | None] = sealed(nullable=True)
    representative: Mapped[bytes | None] = sealed(nullable=True)
    by: Mapped[str]
    external_id: Mapped[bytes | None] = mapped_column(comment="keyed hash: the id may itself name a person")
    body_hash: Mapped[bytes] = mapped_column(comment="keyed hash of the request, to know it again")
    answer: Mapped[dict[str, Any]] = mapped_column(comment="what was answered, without the receipt code")
    proposal: Mapped[dict[str, Any] | None] = mapped_column(comment="what the classifier proposes")
    labels: Mapped[dict[str, Any] | None] = mapped_column(comment="as registered")
    decided_at: Mapped[datetime | None]
    decided_by: Mapped[str | None]
    overturned_at: Mapped[datetime | None] = mapped_column(comment="a review has set its refusal aside (4/5.2.10(2))")
    erased_at: Mapped[datetime | None]

    __table_args__ = (
        CheckConstraint(f"stage IN ({_STAGES})", name="complaint_has_a_known_stage"),
        CheckConstraint("(stage = 'received') = (decided_at IS NULL)", name="received_until_decided"),
        CheckConstraint("received_at <= recorded_at", name="received_before_recorded"),
        Index("complaint_by_external_id", "channel", "external_id", unique=True),
        Index("complaints_to_check", "received_at", postgresql_where=text("stage = 'received'")),
    )


class BlindIndex(Base):
    """Keyed hashes of phone, e-mail and name, so that a person can be found and the table tells nothing."""

    __tablename__ = "blind_indexes"

    hash: Mapped[bytes] = mapped_column(primary_key=True)
    complaint: Mapped[UUID] = mapped_column(ForeignKey("complaints.id"), primary_key=True)

    __table_args__ = (Index("blind_indexes_of_complaint", "complaint"),)


class Idempotency(Base):
    """Which complaint a caller's Idempotency-Key stands for."""

    __tablename__ = "idempotency"

    caller: Mapped[str] = mapped_column(primary_key=True)
    key: Mapped[bytes] = mapped_column(primary_key=True)
    body_hash: Mapped[bytes]
    complaint: Mapped[UUID] = mapped_column(ForeignKey("complaints.id"))


class Supplement(Base):
    """What the complainant added later; ``text`` is sealed."""

    __tablename__ = "supplements"

    id: Mapped[UUID] = mapped_column(primary_key=True)
    complaint: Mapped[UUID] = mapped_column(ForeignKey("complaints.id"))
    at: Mapped[datetime]
    text: Mapped[bytes] = sealed()
    by: Mapped[str]

    __table_args__ = (Index("supplements_of_complaint", "complaint", "at"),)


class Attachment(Base):
    """A file that belongs to a complaint, or waits for it; its content lies in the data folder, sealed."""

    __tablename__ = "attachments"

    id: Mapped[UUID] = mapped_column(primary_key=True)
    complaint: Mapped[UUID | None] = mapped_column(ForeignKey("complaints.id"))
    supplement: Mapped[UUID | None] = mapped_column(ForeignKey("supplements.id"))
    owner: Mapped[str] = mapped_column(comment="who brought it; only they may bind it")
    media_type: Mapped[str]
    size: Mapped[int]
    sha256: Mapped[str | None] = mapped_column(comment="of the content; forgotten on erasure")
    sealed_sha256: Mapped[str] = mapped_column(comment="of the sealed bytes, and the name of their file")
    name: Mapped[bytes] = sealed()
    created_at: Mapped[datetime] = mapped_column(server_default=_NOW)

    __table_args__ = (
        CheckConstraint("supplement IS NULL OR complaint IS NOT NULL", name="supplement_belongs_to_complaint"),
        Index("attachments_of_complaint", "complaint"),
        Index("attachments_unbound", "created_at", postgresql_where=text("complaint IS NULL")),
    )


class Milestone(Base):
    """A step of the complaint as the complainant may see it."""

    __tablename__ = "milestones"

    complaint: Mapped[UUID] = mapped_column(primary_key=True)
    at: Mapped[datetime] = mapped_column(primary_key=True)
    what: Mapped[str] = mapped_column(primary_key=True)


class Refusal(Base):
    """Why a complaint was refused, and where to turn (4/5.2.6(2))."""

    __tablename__ = "refusals"

    complaint: Mapped[UUID] = mapped_column(ForeignKey("complaints.id"), primary_key=True)
    reason: Mapped[str]
    where_to_turn: Mapped[str]
    by: Mapped[str]
    at: Mapped[datetime]


class Look(Base):
    """Who looked at what of whom: every look at a person's data is on record (10/5.2.11)."""

    __tablename__ = "looks"

    id: Mapped[int] = mapped_column(primary_key=True)
    complaint: Mapped[UUID]
    by: Mapped[str]
    what: Mapped[str]
    at: Mapped[datetime] = mapped_column(server_default=_NOW)

    __table_args__ = (Index("looks_at_complaint", "complaint", "at"),)


class ChannelKey(Base):
    """A channel's key: shown once, kept as a keyed hash; ``scopes`` are the channels it may post for."""

    __tablename__ = "channel_keys"

    id: Mapped[UUID] = mapped_column(primary_key=True)
    name: Mapped[str]
    hash: Mapped[bytes] = mapped_column(unique=True)
    scopes: Mapped[list[str]]
    created_at: Mapped[datetime] = mapped_column(server_default=_NOW)
    created_by: Mapped[str]
    revoked_at: Mapped[datetime | None]

    __table_args__ = (CheckConstraint("cardinality(scopes) > 0", name="channel_key_has_scopes"),)


class Limit(Base):
    """How often something was tried in the running window of real time; ``what`` is a keyed hash."""

    __tablename__ = "limits"

    what: Mapped[bytes] = mapped_column(primary_key=True)
    since: Mapped[datetime]
    tries: Mapped[int]

    __table_args__ = (Index("limits_since", "since"),)


class Calendar(Base):
    """The office calendar's special days, as last heard."""

    __tablename__ = "calendars"

    name: Mapped[str] = mapped_column(primary_key=True)
    special_days: Mapped[list[Any]]
    published_until: Mapped[date]


class Department(Base):
    """A department, as last heard: who leads whom."""

    __tablename__ = "departments"

    id: Mapped[str] = mapped_column(primary_key=True)
    parent: Mapped[str | None]
    head: Mapped[str | None]


class Officer(Base):
    """An officer, as last heard."""

    __tablename__ = "officers"

    id: Mapped[str] = mapped_column(primary_key=True)
    department: Mapped[str]
    active: Mapped[bool]
