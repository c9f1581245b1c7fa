"""Each matter answered; companies; messages through a gateway."""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "0003_answers"
down_revision = "0002_reviews"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """The matters of a reply."""
    op.create_table(
        "matters",
        sa.Column("id", sa.Text(), nullable=False),
        sa.Column("letter", sa.Text(), nullable=False),
        sa.Column("complaint", sa.Text(), nullable=False),
        sa.Column("position", sa.Integer(), nullable=False),
        sa.Column("source", sa.Text(), nullable=False),
        sa.Column("words", sa.LargeBinary(), nullable=False),
        sa.Column("state", sa.Text(), server_default="open", nullable=False),
        sa.Column("evidence", postgresql.ARRAY(sa.Text()), server_default="{}", nullable=False),
        sa.Column("merged_into", sa.Text(), nullable=True),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("by", sa.Text(), nullable=False),
        sa.CheckConstraint(
            "state IN ('open', 'answered', 'not_established', 'merged', 'removed')", name="matter_state_known"
        ),
        sa.CheckConstraint("(state = 'merged') = (merged_into IS NOT NULL)", name="matter_merged_into_another"),
        sa.CheckConstraint("merged_into <> id", name="matter_merged_into_itself"),
        sa.CheckConstraint(
            "state <> 'not_established' OR evidence = '{}'", name="matter_not_established_has_no_evidence"
        ),
        sa.ForeignKeyConstraint(["letter"], ["letters.id"]),
        sa.ForeignKeyConstraint(["complaint"], ["cases.complaint"]),
        sa.ForeignKeyConstraint(["merged_into"], ["matters.id"]),
        sa.PrimaryKeyConstraint("id"),
        sa.UniqueConstraint("letter", "position", name="matter_position_once"),
    )
    op.create_index("matters_of_complaint", "matters", ["complaint"])


def downgrade() -> None:
    """The reply as it was: one text."""
    op.drop_table("matters")
