"""Reviews, return visits, and what became of a suggestion."""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "0002_reviews"
down_revision = "0001_initial"
branch_labels = None
depends_on = None

_TIME = sa.DateTime(timezone=True)


def upgrade() -> None:
    """What is kept after the answer."""
    op.create_table(
        "reviews",
        sa.Column("id", sa.Text(), nullable=False),
        sa.Column("complaint", sa.Text(), nullable=False),
        sa.Column("round", sa.Integer(), nullable=False),
        sa.Column("department", sa.Text(), nullable=False),
        sa.Column("deciders", postgresql.ARRAY(sa.Text()), nullable=False),
        sa.Column("asked_at", _TIME, nullable=False),
        sa.Column("due_at", _TIME, nullable=True),
        sa.Column("reviewer", sa.Text(), nullable=True),
        sa.Column("assigned_at", _TIME, nullable=True),
        sa.Column("assigned_by", sa.Text(), nullable=True),
        sa.Column("result", sa.Text(), nullable=True),
        sa.Column("reasons", sa.LargeBinary(), nullable=True),
        sa.Column("found_at", _TIME, nullable=True),
        sa.Column("decided_at", _TIME, nullable=True),
        sa.CheckConstraint("result IN ('upheld', 'overturned')", name="review_result_known"),
        sa.CheckConstraint("(result IS NULL) = (reasons IS NULL)", name="review_result_has_reasons"),
        sa.CheckConstraint(
            "reviewer IS NULL OR NOT reviewer = ANY (deciders)", name="nobody_reviews_what_they_decided"
        ),
        sa.CheckConstraint("(reviewer IS NULL) = (assigned_at IS NULL)", name="review_assigned_has_time"),
        sa.CheckConstraint("result IS NULL OR reviewer IS NOT NULL", name="a_reviewer_found_it"),
        sa.CheckConstraint("decided_at IS NULL OR result IS NOT NULL", name="review_decided_has_result"),
        sa.ForeignKeyConstraint(["complaint"], ["cases.complaint"]),
        sa.PrimaryKeyConstraint("id"),
    )
    op.create_index("review_one_a_round", "reviews", ["complaint", "round"], unique=True)
    op.create_index(
        "reviews_open", "reviews", ["department", "asked_at"], postgresql_where=sa.text("decided_at IS NULL")
    )
    _visits()
    op.create_table(
        "suggestion_answers",
        sa.Column("complaint", sa.Text(), nullable=False),
        sa.Column("id", sa.Text(), nullable=False),
        sa.Column("outcome", sa.Text(), nullable=False),
        sa.Column("way", sa.Text(), nullable=False),
        sa.Column("text", sa.LargeBinary(), nullable=False),
        sa.Column("at", _TIME, nullable=False),
        sa.Column("by", sa.Text(), nullable=False),
        sa.CheckConstraint("outcome IN ('adopted', 'partly_adopted', 'not_adopted')", name="suggestion_known"),
        sa.ForeignKeyConstraint(["complaint"], ["cases.complaint"]),
        sa.PrimaryKeyConstraint("complaint"),
    )
    op.add_column("cases", sa.Column("deciders", postgresql.ARRAY(sa.Text()), server_default="{}", nullable=False))
    op.add_column("cases", sa.Column("suggestion_due_at", _TIME, nullable=True))
    op.add_column("officers", sa.Column("reviewer", sa.Boolean(), server_default="false", nullable=False))
    op.add_column("letters", sa.Column("review", sa.Text(), nullable=True))
    op.create_foreign_key("letters_review_fkey", "letters", "reviews", ["review"], ["id"])
    op.create_check_constraint(
        "letter_of_a_review_names_it", "letters", "(purpose = 'review_decision') = (review IS NOT NULL)"
    )
    op.create_index(
        "letter_one_a_review", "letters", ["review"], unique=True, postgresql_where=sa.text("state <> 'void'")
    )


def _visits() -> None:
    op.create_table(
        "visits",
        sa.Column("id", sa.Text(), nullable=False),
        sa.Column("complaint", sa.Text(), nullable=False),
        sa.Column("round", sa.Integer(), nullable=False),
        sa.Column("department", sa.Text(), nullable=False),
        sa.Column("handled_by", sa.Text(), nullable=False),
        sa.Column("assigned_at", _TIME, nullable=False),
        sa.Column("due_at", _TIME, nullable=True),
        sa.Column("way", sa.Text(), nullable=True),
        sa.Column("solved", sa.Boolean(), nullable=True),
        sa.Column("score", sa.Integer(), nullable=True),
        sa.Column("questions", postgresql.JSONB(), nullable=True),
        sa.Column("wants_review", sa.Boolean(), server_default="false", nullable=False),
        sa.Column("not_possible", sa.Text(), nullable=True),
        sa.Column("text", sa.LargeBinary(), nullable=True),
        sa.Column("ended_at", _TIME, nullable=True),
        sa.Column("by", sa.Text(), nullable=True),
        sa.CheckConstraint("department <> handled_by", name="visited_by_another_unit"),
        sa.CheckConstraint("way IN ('phone', 'on_site')", name="visit_way_known"),
        sa.CheckConstraint(
            "not_possible IN ('nobody_to_reach', 'not_reached', 'declined')", name="visit_not_possible_known"
        ),
        sa.CheckConstraint("solved IS NULL OR (way IS NOT NULL AND score BETWEEN 1 AND 5)", name="visit_done_is_whole"),
        sa.CheckConstraint("solved IS NULL OR not_possible IS NULL", name="visit_done_or_not_possible"),
        sa.CheckConstraint(
            "(ended_at IS NULL) = (solved IS NULL AND not_possible IS NULL)", name="visit_ended_says_how"
        ),
        sa.ForeignKeyConstraint(["complaint"], ["cases.complaint"]),
        sa.PrimaryKeyConstraint("id"),
    )
    op.create_index("visit_one_a_round", "visits", ["complaint", "round"], unique=True)
    op.create_index("visits_open", "visits", ["department", "due_at"], postgresql_where=sa.text("ended_at IS NULL"))
    op.create_table(
        "visit_attempts",
        sa.Column("id", sa.Text(), nullable=False),
        sa.Column("visit", sa.Text(), nullable=False),
        sa.Column("complaint", sa.Text(), nullable=False),
        sa.Column("way", sa.Text(), nullable=False),
        sa.Column("text", sa.LargeBinary(), nullable=False),
        sa.Column("at", _TIME, nullable=False),
        sa.Column("by", sa.Text(), nullable=False),
        sa.ForeignKeyConstraint(["visit"], ["visits.id"]),
        sa.ForeignKeyConstraint(["complaint"], ["cases.complaint"]),
        sa.PrimaryKeyConstraint("id"),
    )
    op.create_index("attempts_of_visit", "visit_attempts", ["visit", "at"])
    op.create_table(
        "visit_sampling",
        sa.Column("the_only", sa.Boolean(), server_default="true", nullable=False),
        sa.Column("counted", sa.Integer(), nullable=False),
        sa.CheckConstraint("the_only", name="visit_sampling_one_row"),
        sa.PrimaryKeyConstraint("the_only"),
    )


def downgrade() -> None:
    """Without reviews, visits and suggestions."""
    op.drop_index("letter_one_a_review", "letters")
    op.drop_constraint("letter_of_a_review_names_it", "letters")
    op.drop_column("letters", "review")
    op.drop_column("officers", "reviewer")
    op.drop_column("cases", "suggestion_due_at")
    op.drop_column("cases", "deciders")
    for table in ("suggestion_answers", "visit_sampling", "visit_attempts", "visits", "reviews"):
        op.drop_table(table)
