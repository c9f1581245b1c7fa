"""Promises, findings passed on, and what is heard of reviews and return visits."""

import sqlalchemy as sa
from alembic import op

revision = "0004_tracking"
down_revision = "0003_investigation"
branch_labels = None
depends_on = None

_TIME = sa.DateTime(timezone=True)
_CASE = {
    "reviewer": sa.Text(),
    "review_decided_at": _TIME,
    "review_result": sa.Text(),
    "visit_assigned_at": _TIME,
    "visit_ended_at": _TIME,
}
_FOLLOW_UP = {
    "satisfaction": sa.Integer(),
    "passed_on_at": _TIME,
    "passed_on_to": sa.Text(),
    "noted_at": _TIME,
    "noted_by": sa.Text(),
}
_CHECKS = {
    "satisfaction_1_to_5": "satisfaction BETWEEN 1 AND 5",
    "a_look_asks_nobody": "satisfaction IS NULL OR way <> 'look'",
    "passed_on_to_somebody": "(passed_on_at IS NULL) = (passed_on_to IS NULL)",
    "somebody_took_note": "(noted_at IS NULL) = (noted_by IS NULL)",
}


def upgrade() -> None:
    """What tracking keeps besides findings and urgings."""
    op.create_table(
        "promises",
        sa.Column("complaint", sa.Text(), nullable=False),
        sa.Column("what", sa.Text(), nullable=False),
        sa.Column("due_on", sa.Date(), nullable=False),
        sa.Column("kept_at", _TIME, nullable=True),
        sa.Column("kept_by", sa.Text(), nullable=True),
        sa.Column("id", sa.Text(), nullable=False),
        sa.Column("at", _TIME, nullable=False),
        sa.Column("by", sa.Text(), nullable=False),
        sa.Column("words", sa.LargeBinary(), nullable=True),
        sa.Column("place", sa.BigInteger(), sa.Identity(always=True), nullable=False),
        sa.CheckConstraint(
            "what IN ('measure', 'call_back', 'visit', 'answer', 'suggestion', 'other')", name="what_is_a_code"
        ),
        sa.CheckConstraint("(kept_at IS NULL) = (kept_by IS NULL)", name="somebody_kept_it"),
        sa.ForeignKeyConstraint(["complaint"], ["cases.complaint"], initially="DEFERRED", deferrable=True),
        sa.PrimaryKeyConstraint("id"),
    )
    op.create_index(op.f("ix_promises_complaint"), "promises", ["complaint"], unique=False)
    for name, kind in _CASE.items():
        op.add_column("cases", sa.Column(name, kind, nullable=True))
    op.add_column("cases", sa.Column("findings_wait", sa.Boolean(), server_default=sa.text("false"), nullable=False))
    for name, kind in _FOLLOW_UP.items():
        op.add_column("follow_ups", sa.Column(name, kind, nullable=True))
    for name, condition in _CHECKS.items():
        op.create_check_constraint(name, "follow_ups", condition)


def downgrade() -> None:
    """Without them."""
    for name in _CHECKS:
        op.drop_constraint(name, "follow_ups")
    for name in _FOLLOW_UP:
        op.drop_column("follow_ups", name)
    op.drop_column("cases", "findings_wait")
    for name in _CASE:
        op.drop_column("cases", name)
    op.drop_table("promises")
