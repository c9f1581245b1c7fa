"""What classification keeps: its proposals and what people made of them. Never a word of the text itself; which terms
of the lexicon spoke, and where, tells of a person (「透析」), and is sealed under the complaint's key.
"""

from datetime import datetime
from typing import Any, ClassVar

from sqlalchemy import BigInteger, Boolean, DateTime, Identity, Index, LargeBinary, Text, text
from sqlalchemy.dialects.postgresql import JSONB
from sqlalchemy.orm import DeclarativeBase, Mapped, mapped_column

from shared.privacy import sealed


class Base(DeclarativeBase):
    """The tables of classification."""

    type_annotation_map: ClassVar[dict[Any, Any]] = {str: Text(), datetime: DateTime(timezone=True), dict: JSONB()}


class Proposal(Base):
    """What was proposed for a complaint, by which model, and what a person then decided."""

    __tablename__ = "proposals"
    complaint: Mapped[str] = mapped_column(primary_key=True)
    proposed_at: Mapped[datetime]
    labels: Mapped[dict[str, Any]] = mapped_column(JSONB)
    model: Mapped[str | None]
    reasons: Mapped[bytes | None] = sealed(nullable=True)
    decided: Mapped[dict[str, Any] | None] = mapped_column(JSONB(none_as_null=True))


class Overrule(Base):
    """A label that a person decided otherwise than it was proposed."""

    __tablename__ = "overrules"
    __table_args__ = (Index("overrules_by_label", "label", "overruled_at"),)
    id: Mapped[int] = mapped_column(BigInteger, Identity(always=True), primary_key=True)
    complaint: Mapped[str]
    label: Mapped[str]
    suggested: Mapped[str | None]
    decided: Mapped[str | None]
    by: Mapped[str]
    overruled_at: Mapped[datetime]


class KnownModel(Base):
    """A model made by the office; at most one is switched on, else the shipped one is."""

    __tablename__ = "models"
    __table_args__ = (Index("models_one_is_on", "active", unique=True, postgresql_where=text("active")),)
    version: Mapped[str] = mapped_column(primary_key=True)
    made_at: Mapped[datetime]
    made_by: Mapped[str]
    about: Mapped[dict[str, Any]] = mapped_column(JSONB)
    content: Mapped[bytes] = mapped_column(LargeBinary)
    active: Mapped[bool] = mapped_column(Boolean, server_default=text("false"))
