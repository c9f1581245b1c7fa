"""What archive keeps: the files with their sealed entries, the chain of seals, and who looked at what."""

from datetime import date, datetime
from typing import Any, ClassVar, Final, Literal, get_args

from sqlalchemy import (
    BigInteger,
    CheckConstraint,
    Date,
    DateTime,
    ForeignKey,
    Identity,
    Index,
    Integer,
    LargeBinary,
    MetaData,
    Text,
    UniqueConstraint,
    text,
)
from sqlalchemy.dialects.postgresql import ARRAY, JSONB
from sqlalchemy.orm import DeclarativeBase, Mapped, mapped_column

from shared.privacy import sealed

FileState = Literal["collecting", "collected", "returned", "sealed", "filed", "voided"]
Ending = Literal["closed", "refused", "withdrawn"]
Act = Literal["sealed", "voided"]
OPEN: Final[tuple[FileState, ...]] = ("collecting", "collected", "returned")
"""Not sealed yet: a re-opening ends it."""
STANDING: Final[tuple[FileState, ...]] = ("sealed", "filed")


def _listed(values: tuple[str, ...]) -> str:
    return ", ".join(f"'{value}'" for value in values)


class Base(DeclarativeBase):
    metadata = MetaData()
    type_annotation_map: ClassVar[dict[Any, Any]] = {
        str: Text,
        datetime: DateTime(timezone=True),
        date: Date,
        bytes: LargeBinary,
        dict[str, Any]: JSONB,
        list[dict[str, Any]]: JSONB,
        list[str]: ARRAY(Text),
        FileState: Text,
        Ending: Text,
        Act: Text,
    }


class Case(Base):
    """What archive has heard of a complaint: the catalogue's words, none of them personal."""

    __tablename__ = "cases"
    __table_args__ = (CheckConstraint("level BETWEEN 1 AND 3", name="case_level_1_to_3"),)
    complaint: Mapped[str] = mapped_column(primary_key=True)
    number: Mapped[str]
    channel: Mapped[str]
    received_at: Mapped[datetime]
    named_officers: Mapped[list[str]] = mapped_column(server_default="{}")
    service: Mapped[str | None]
    topic_code: Mapped[str | None]
    kind: Mapped[str | None]
    level: Mapped[int | None] = mapped_column(Integer)
    district: Mapped[str | None]
    rests: Mapped[bool] = mapped_column(server_default="false")
    """The complaint has ended and was not re-opened since: what comes now belongs in its file."""
    overturned: Mapped[bool] = mapped_column(server_default="false")
    """A review has set its refusal aside: a letter of it that is put on record later ends nothing."""
    erased_at: Mapped[datetime | None]


class File(Base):
    """A volume of a complaint's file. While it is ``collecting``, the row is the worker's job."""

    __tablename__ = "files"
    __table_args__ = (
        CheckConstraint(f"state IN ({_listed(get_args(FileState))})", name="file_state_known"),
        CheckConstraint(f"ending IN ({_listed(get_args(Ending))})", name="file_ending_known"),
        CheckConstraint("volume >= 1", name="file_volume_from_1"),
        CheckConstraint("NOT supplement OR volume > 1", name="file_supplement_follows_a_volume"),
        CheckConstraint(
            "state NOT IN ('collected', 'returned', 'sealed', 'filed') OR"
            " (collected_at IS NOT NULL AND complete IS NOT NULL)",
            name="file_collected_says_whether_complete",
        ),
        CheckConstraint("complete IS NULL OR complete = (missing = '{}')", name="file_complete_misses_nothing"),
        CheckConstraint(
            "(sealed_at IS NOT NULL) = (sealed_by IS NOT NULL)"
            " AND (sealed_at IS NOT NULL) = (retained_until IS NOT NULL)",
            name="file_sealed_is_whole",
        ),
        CheckConstraint(f"state NOT IN ({_listed(STANDING)}) OR sealed_at IS NOT NULL", name="file_standing_is_sealed"),
        CheckConstraint(f"state NOT IN ({_listed(OPEN)}) OR sealed_at IS NULL", name="file_open_is_not_sealed"),
        UniqueConstraint("complaint", "volume", name="file_volume_once"),
        Index("file_one_open", "complaint", unique=True, postgresql_where=text(f"state IN ({_listed(OPEN)})")),
        Index("files_to_collect", "try_after", postgresql_where=text("state = 'collecting'")),
        Index("files_by_number", "number"),
        Index("files_by_receipt", "received_at"),
        Index("files_by_end", "ended_at"),
    )
    id: Mapped[str] = mapped_column(primary_key=True)
    complaint: Mapped[str] = mapped_column(ForeignKey("cases.complaint"))
    volume: Mapped[int] = mapped_column(Integer)
    state: Mapped[FileState] = mapped_column(server_default="collecting")
    supplement: Mapped[bool] = mapped_column(server_default="false")
    """It holds what came after the volume before it was sealed, which stays as it is."""
    ending: Mapped[Ending]
    ended_at: Mapped[datetime]
    outcome: Mapped[str | None]
    number: Mapped[str]
    channel: Mapped[str]
    received_at: Mapped[datetime]
    service: Mapped[str | None]
    topic_code: Mapped[str | None]
    kind: Mapped[str | None]
    level: Mapped[int | None] = mapped_column(Integer)
    district: Mapped[str | None]
    asked: Mapped[int] = mapped_column(Integer, server_default="1")
    """How often something called for collecting it; what was gathered before the latest call is not enough."""
    tries: Mapped[int] = mapped_column(Integer, server_default="0")
    try_after: Mapped[datetime] = mapped_column(server_default=text("clock_timestamp()"))
    collected_at: Mapped[datetime | None]
    complete: Mapped[bool | None]
    missing: Mapped[list[str]] = mapped_column(server_default="{}")
    returned_at: Mapped[datetime | None]
    returned_by: Mapped[str | None]
    return_reason: Mapped[bytes | None] = sealed(nullable=True)
    sealed_at: Mapped[datetime | None]
    sealed_by: Mapped[str | None]
    accepted_because: Mapped[bytes | None] = sealed(nullable=True)
    """Why an incomplete volume was accepted all the same."""
    retained_until: Mapped[date | None]
    filed_at: Mapped[datetime | None]
    voided_at: Mapped[datetime | None]


class Entry(Base):
    """One thing in a volume; the hash is over the sealed bytes, so that it holds after an erasure (10/5.2.6)."""

    __tablename__ = "entries"
    __table_args__ = (
        CheckConstraint("position >= 1", name="entry_position_from_1"),
        UniqueConstraint("file", "position", name="entry_position_once", deferrable=True, initially="DEFERRED"),
    )
    id: Mapped[str] = mapped_column(primary_key=True)
    file: Mapped[str] = mapped_column(ForeignKey("files.id"))
    position: Mapped[int] = mapped_column(Integer)
    kind: Mapped[str]
    title: Mapped[str]
    at: Mapped[datetime]
    by: Mapped[str]
    media_type: Mapped[str]
    field: Mapped[str | None]
    """The name bound into the seal; null: not sealed, for it holds codes and times only."""
    content: Mapped[bytes] = sealed()
    size: Mapped[int] = mapped_column(Integer)
    sha256: Mapped[str]
    fingerprint: Mapped[str | None]
    """Keyed with the complaint's key: the same words sealed anew are known again; says nothing after an erasure."""
    details: Mapped[dict[str, Any]] = mapped_column(server_default="{}")


class Link(Base):
    """One link of the chain: a volume was sealed, or a sealed one does not stand after all. Gap-free, only added to."""

    __tablename__ = "links"
    __table_args__ = (
        CheckConstraint(f"act IN ({_listed(get_args(Act))})", name="link_act_known"),
        CheckConstraint("position >= 1", name="link_position_from_1"),
        UniqueConstraint("file", "act", name="link_act_once"),
        UniqueConstraint("previous", name="link_chain_has_no_fork"),
    )
    position: Mapped[int] = mapped_column(BigInteger, primary_key=True, autoincrement=False)
    file: Mapped[str] = mapped_column(ForeignKey("files.id"))
    act: Mapped[Act]
    at: Mapped[datetime]
    manifest: Mapped[str]
    previous: Mapped[str]
    seal: Mapped[str]
    signature: Mapped[bytes]


class Look(Base):
    """Who opened which entry (10/5.2.11)."""

    __tablename__ = "looks"
    __table_args__ = (Index("looks_at_file", "file", "at"),)
    id: Mapped[int] = mapped_column(BigInteger, Identity(always=True), primary_key=True)
    file: Mapped[str] = mapped_column(ForeignKey("files.id"))
    entry: Mapped[int] = mapped_column(Integer)
    by: Mapped[str]
    at: Mapped[datetime]


class Verification(Base):
    """The archive was verified, and what was found (10/5.2.9)."""

    __tablename__ = "verifications"
    id: Mapped[int] = mapped_column(BigInteger, Identity(always=True), primary_key=True)
    at: Mapped[datetime]
    by: Mapped[str]
    chain_ok: Mapped[bool]
    files: Mapped[int] = mapped_column(Integer)
    tampered: Mapped[list[dict[str, Any]]]


class Analysis(Base):
    """The files of a quarter as they were ordered and analysed, with the figures of that moment (4/5.2.11(2))."""

    __tablename__ = "analyses"
    __table_args__ = (
        CheckConstraint("quarter ~ '^[0-9]{4}-Q[1-4]$'", name="analysis_of_a_quarter"),
        Index("analyses_by_quarter", "quarter", "at"),
    )
    id: Mapped[str] = mapped_column(primary_key=True)
    quarter: Mapped[str]
    figures: Mapped[dict[str, Any]]
    at: Mapped[datetime]
    by: Mapped[str]


class Finding(Base):
    """What an analysis found, about no complaint in particular; who sees to it, until when, and what was done."""

    __tablename__ = "findings"
    __table_args__ = (
        CheckConstraint(
            "(done IS NULL) = (done_at IS NULL) AND (done IS NULL) = (done_by IS NULL)", name="finding_done_is_whole"
        ),
        UniqueConstraint("analysis", "position", name="finding_position_once"),
    )
    id: Mapped[str] = mapped_column(primary_key=True)
    analysis: Mapped[str] = mapped_column(ForeignKey("analyses.id"))
    position: Mapped[int] = mapped_column(Integer)
    finding: Mapped[str]
    owner: Mapped[str]
    due_on: Mapped[date | None]
    done: Mapped[str | None]
    done_at: Mapped[datetime | None]
    done_by: Mapped[str | None]


class Department(Base):
    """A department, as casework tells: who leads whom (4/5.2.2)."""

    __tablename__ = "departments"
    id: Mapped[str] = mapped_column(primary_key=True)
    parent: Mapped[str | None]
    head: Mapped[str | None]


class Officer(Base):
    """An officer, as casework tells."""

    __tablename__ = "officers"
    id: Mapped[str] = mapped_column(primary_key=True)
    department: Mapped[str]
