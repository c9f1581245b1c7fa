"""What reply keeps after the answer: reviews, return visits, and what became of a suggestion."""

from datetime import datetime
from typing import Any, get_args

from sqlalchemy import CheckConstraint, ForeignKey, Index, text
from sqlalchemy.orm import Mapped, mapped_column

from services.reply.tables import Base, one_of
from shared.glossary import NotVisited, NoticeWay, ReviewResult, SuggestionOutcome, VisitWay
from shared.privacy import sealed


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
        CheckConstraint(
            "(ended_at IS NULL) = (solved IS NULL AND not_possible IS NULL)", name="visit_ended_says_how"
        ),
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
    __table_args__ = (CheckConstraint("only", name="visit_sampling_one_row"),)
    only: Mapped[bool] = mapped_column(primary_key=True, server_default="true")
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
