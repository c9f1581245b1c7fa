"""The read model: everything here was heard from others and can be built anew from the bus and intake's texts."""

from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import BigInteger, CheckConstraint, DateTime, Identity, Index, Text, UniqueConstraint, text
from sqlalchemy import Uuid as UuidType
from sqlalchemy.dialects.postgresql import ARRAY, JSONB
from sqlalchemy.orm import DeclarativeBase, Mapped, mapped_column

from services.insight.queues import QUEUES

DUTY_STATES = ("provisional", "running", "paused", "fulfilled", "late", "breached", "void")
STAGES = (
    *("received", "registered", "refused", "assigned", "investigating"),
    *("decided", "replied", "closed", "filed", "withdrawn"),
)
FILE_STATES = ("collected", "incomplete", "returned", "sealed", "filed")


def _one_of(column: str, values: tuple[str, ...]) -> str:
    return f"{column} IN ({', '.join(repr(value) for value in values)})"


def _queue(name: str) -> Index:
    """In the order of the queue, whoever looks; each officer's own apart."""
    queue = QUEUES[name]
    columns = (*(["officer"] if queue.scope == "officer" else []), queue.order, "id")
    where = None if queue.condition == "true" else text(queue.condition)
    also = [one for one in ("department", "officer", "named_officers") if one not in columns]
    return Index(f"queue_{name}", *columns, postgresql_where=where, postgresql_include=also)


class Base(DeclarativeBase):
    type_annotation_map = {  # noqa: RUF012
        datetime: DateTime(timezone=True),
        dict[str, Any]: JSONB,
        str: Text,
        list[str]: ARRAY(Text),
        list[float]: JSONB,
        UUID: UuidType,
    }


class ComplaintRow(Base):
    """A complaint as it stands now. ``changed`` is the transaction that wrote it last, for who watches."""

    __tablename__ = "complaints"
    __table_args__ = (
        UniqueConstraint("number", name="complaint_number_once"),
        CheckConstraint(_one_of("stage", STAGES), name="complaints_stage"),
        CheckConstraint(_one_of("next_state", DUTY_STATES), name="complaints_next_state"),
        CheckConstraint(_one_of("file_state", FILE_STATES), name="complaints_file_state"),
        CheckConstraint("(next_row IS NULL) = (next_due_at IS NULL)", name="complaints_next_duty_is_whole"),
        CheckConstraint(
            "stage IN ('received', 'refused', 'withdrawn', 'filed') OR registered_at IS NOT NULL",
            name="complaints_under_way_are_registered",
        ),
        *map(_queue, QUEUES),
        Index("complaints_by_change", "changed"),
    )

    id: Mapped[UUID] = mapped_column(primary_key=True)
    number: Mapped[str]
    stage: Mapped[str]
    channel: Mapped[str]
    reply_form: Mapped[str]
    language: Mapped[str]
    anonymous: Mapped[bool]
    received_at: Mapped[datetime]
    registered_at: Mapped[datetime | None]
    procedure_version: Mapped[str | None]
    service: Mapped[str | None]
    topic_code: Mapped[str | None]
    nature: Mapped[str | None]
    kind: Mapped[str | None]
    category: Mapped[str | None]
    level: Mapped[int | None]
    importance: Mapped[str | None]
    urgent: Mapped[bool]
    district: Mapped[str | None]
    named_officers: Mapped[list[str]]
    department: Mapped[str | None]
    officer: Mapped[str | None]
    accepted: Mapped[bool]
    alarm_ringing: Mapped[bool]
    letters: Mapped[dict[str, Any]] = mapped_column(comment="letter under way: drafted or checked")
    letter_waits: Mapped[bool]
    file_state: Mapped[str | None]
    outcome: Mapped[str | None]
    erased: Mapped[bool]
    next_row: Mapped[str | None] = mapped_column(comment="the duty that is due first of those not fulfilled")
    next_duty: Mapped[str | None]
    next_clause: Mapped[str | None]
    next_due_at: Mapped[datetime | None]
    next_state: Mapped[str | None]
    soon_at: Mapped[datetime | None] = mapped_column(comment="from when on it counts as due soon")
    breached: Mapped[bool]
    changed: Mapped[int] = mapped_column(BigInteger)


class LedgerLine(Base):
    """A row of the ledger, as the duty engine's facts tell it."""

    __tablename__ = "ledger"
    __table_args__ = (
        CheckConstraint(_one_of("state", DUTY_STATES), name="ledger_state"),
        CheckConstraint("state NOT IN ('fulfilled', 'late') OR proof IS NOT NULL", name="ledger_done_has_proof"),
    )

    complaint: Mapped[UUID] = mapped_column(primary_key=True)
    row: Mapped[str] = mapped_column(primary_key=True)
    place: Mapped[int] = mapped_column(comment="the order in which the duties began")
    duty: Mapped[str]
    clause: Mapped[str]
    started_at: Mapped[datetime]
    due_at: Mapped[datetime | None]
    binding: Mapped[bool]
    state: Mapped[str]
    proof: Mapped[str | None] = mapped_column(comment="the id of the event that proves it")
    proof_type: Mapped[str | None]
    fulfilled_at: Mapped[datetime | None]
    warned: Mapped[list[float]] = mapped_column(comment="shares of the time of which was warned")
    warned_at: Mapped[datetime | None] = mapped_column(comment="when the last warning was given")


class StoryEvent(Base):
    """An event of a complaint. ``place`` is the order of arrival: the bus keeps a complaint's facts in causal order."""

    __tablename__ = "events"
    __table_args__ = (
        Index("events_of_complaint", "complaint", "place"),
        Index("events_of_reviews", "complaint", postgresql_where=text("type = 'review.decided'")),
    )

    complaint: Mapped[UUID] = mapped_column(primary_key=True)
    source: Mapped[str] = mapped_column(primary_key=True)
    sequence: Mapped[int] = mapped_column(primary_key=True)
    place: Mapped[int] = mapped_column(BigInteger, Identity(always=True))
    id: Mapped[str]
    type: Mapped[str]
    time: Mapped[datetime]
    by: Mapped[str | None]
    data: Mapped[dict[str, Any]]


class SearchEntry(Base):
    """Keyed hashes of the 2-grams and words of a complaint's texts: the index alone holds nothing readable."""

    __tablename__ = "search_index"
    __table_args__ = (Index("complaints_by_gram", "grams", postgresql_using="gin"),)

    complaint: Mapped[UUID] = mapped_column(primary_key=True)
    grams: Mapped[list[int]] = mapped_column(ARRAY(BigInteger))


class Department(Base):
    """A department's place in the tree."""

    __tablename__ = "departments"

    id: Mapped[str] = mapped_column(primary_key=True)
    parent: Mapped[str | None]
    head: Mapped[str | None]
    services: Mapped[list[str]]


class Officer(Base):
    """An officer's department and whether they are active; the name stays with casework."""

    __tablename__ = "officers"

    id: Mapped[str] = mapped_column(primary_key=True)
    department: Mapped[str]
    roles: Mapped[list[str]]
    active: Mapped[bool]
