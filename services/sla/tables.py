"""What the duty engine keeps: the history it has heard, the ledger as it last stood, and when to look again."""

from datetime import date, datetime
from typing import Any

from sqlalchemy import BigInteger, CheckConstraint, DateTime, Identity, Index, Integer, Text, text
from sqlalchemy.dialects.postgresql import JSONB
from sqlalchemy.orm import DeclarativeBase, Mapped, mapped_column

STATES = ("provisional", "running", "paused", "fulfilled", "late", "breached", "void")
OPEN = ("provisional", "running", "paused", "breached")
KINDS = ("working", "off", "morning", "afternoon", "as_published")


def _one_of(column: str, values: tuple[str, ...]) -> str:
    return f"{column} IN ({', '.join(repr(value) for value in values)})"


class Base(DeclarativeBase):
    type_annotation_map = {datetime: DateTime(timezone=True), dict[str, Any]: JSONB, str: Text}  # noqa: RUF012


class FactRow(Base):
    """One fact of a complaint's history, as its handler understood it. Rows are only added."""

    __tablename__ = "facts"
    __table_args__ = (CheckConstraint("sequence > 0", name="facts_sequence_from_one"),)

    complaint: Mapped[str] = mapped_column(primary_key=True)
    source: Mapped[str] = mapped_column(primary_key=True)
    sequence: Mapped[int] = mapped_column(Integer, primary_key=True)
    event_id: Mapped[str]
    type: Mapped[str] = mapped_column(comment="what it means to the engine")
    time: Mapped[datetime]
    data: Mapped[dict[str, Any]] = mapped_column(comment="what the fact says")
    place: Mapped[int] = mapped_column(BigInteger, Identity(always=True), comment="in the order they were delivered")


class LedgerRow(Base):
    """A duty instance as it last stood; recomputed from the facts whenever one comes or a moment passes."""

    __tablename__ = "ledger_rows"
    __table_args__ = (
        CheckConstraint(_one_of("state", STATES), name="ledger_rows_state"),
        CheckConstraint("state NOT IN ('fulfilled', 'late') OR proof IS NOT NULL", name="ledger_rows_done_has_proof"),
        CheckConstraint("state <> 'breached' OR due_at IS NOT NULL", name="ledger_rows_breach_has_date"),
        CheckConstraint("next_look_at IS NULL OR due_at IS NOT NULL", name="ledger_rows_look_has_date"),
        Index("ledger_rows_pending", "next_look_at", postgresql_where=text("next_look_at IS NOT NULL")),
        Index("ledger_rows_open_by_due", "due_at", postgresql_where=text(_one_of("state", OPEN))),
    )

    complaint: Mapped[str] = mapped_column(primary_key=True)
    row: Mapped[str] = mapped_column(primary_key=True, comment="duty#n")
    duty: Mapped[str]
    clause: Mapped[str]
    owner: Mapped[str]
    state: Mapped[str]
    binding: Mapped[bool]
    started_at: Mapped[datetime]
    due_at: Mapped[datetime | None]
    proof: Mapped[str | None] = mapped_column(comment="the id of the event that proves it")
    warned: Mapped[dict[str, Any]] = mapped_column(comment="share: when it was warned of last")
    warn_at: Mapped[dict[str, Any]] = mapped_column(comment="share: when so much of the time is gone")
    any_hour: Mapped[bool] = mapped_column(comment="whether its warnings do not wait for office hours")
    next_look_at: Mapped[datetime | None] = mapped_column(comment="its next warning or breach; none: nothing by itself")


class Timer(Base):
    """When a complaint's ledger has to be computed anew without a new fact: a duty begins, a pause is used up."""

    __tablename__ = "timers"
    __table_args__ = (
        Index("timers_pending", "next_turn_at", postgresql_where=text("next_turn_at IS NOT NULL")),
        Index("timers_open_by_version", "version", postgresql_where=text("open")),
    )

    complaint: Mapped[str] = mapped_column(primary_key=True)
    next_turn_at: Mapped[datetime | None]
    open: Mapped[bool] = mapped_column(comment="whether a changed calendar could move a date of it")
    version: Mapped[str | None] = mapped_column(
        comment="of the procedure that binds it; kept of the open ones, from registration on"
    )


class StandingCursor(Base):
    """How far the rows of a standing duty have begun in the office's ledger; they stand with the complaints' rows."""

    __tablename__ = "standing_duties"

    duty: Mapped[str] = mapped_column(primary_key=True)
    begun_until: Mapped[datetime] = mapped_column(comment="every row that begins until then is there")


class SpecialDayRow(Base):
    """A day that staff declared; the latest entry of a date holds, earlier ones tell what was known before."""

    __tablename__ = "special_days"
    __table_args__ = (
        CheckConstraint(_one_of("kind", KINDS), name="special_days_kind"),
        Index("special_days_of_calendar", "calendar", "id"),
    )

    id: Mapped[int] = mapped_column(BigInteger, Identity(always=True), primary_key=True)
    calendar: Mapped[str]
    date: Mapped[date]
    kind: Mapped[str]
    entered_at: Mapped[datetime]
    by: Mapped[str]


class PublishedYear(Base):
    """Until when a calendar is published: an entry moves it later."""

    __tablename__ = "published_years"

    id: Mapped[int] = mapped_column(BigInteger, Identity(always=True), primary_key=True)
    calendar: Mapped[str]
    until: Mapped[date]
    entered_at: Mapped[datetime]
    by: Mapped[str]
