"""Warnings that come while the office sleeps, and whom on duty they were told (policy, warnings)."""

import sqlalchemy as sa
from alembic import op

revision = "0006_passed_warnings"
down_revision = "0005_incidents"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "passed_warnings",
        sa.Column("complaint", sa.Text(), nullable=False),
        sa.Column("row", sa.Text(), nullable=False),
        sa.Column("duty", sa.Text(), nullable=False),
        sa.Column("clause", sa.Text(), nullable=False),
        sa.Column("share", sa.Float(), nullable=False),
        sa.Column("due_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("to", sa.Text(), nullable=False),
        sa.ForeignKeyConstraint(["complaint"], ["cases.complaint"]),
        sa.PrimaryKeyConstraint("complaint", "row"),
    )


def downgrade() -> None:
    op.drop_table("passed_warnings")
