"""The quarterly analysis of the files, and the district by which they are looked up."""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "0002_analyses"
down_revision = "0001_initial"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Analyses with their findings; districts."""
    for table in ("cases", "files"):
        op.add_column(table, sa.Column("district", sa.Text(), nullable=True))
    op.create_index("files_by_end", "files", ["ended_at"])
    op.create_table(
        "analyses",
        sa.Column("id", sa.Text(), nullable=False),
        sa.Column("quarter", sa.Text(), nullable=False),
        sa.Column("figures", postgresql.JSONB(), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("by", sa.Text(), nullable=False),
        sa.CheckConstraint("quarter ~ '^[0-9]{4}-Q[1-4]$'", name="analysis_of_a_quarter"),
        sa.PrimaryKeyConstraint("id"),
    )
    op.create_index("analyses_by_quarter", "analyses", ["quarter", "at"])
    op.create_table(
        "findings",
        sa.Column("id", sa.Text(), nullable=False),
        sa.Column("analysis", sa.Text(), nullable=False),
        sa.Column("position", sa.Integer(), nullable=False),
        sa.Column("finding", sa.Text(), nullable=False),
        sa.Column("owner", sa.Text(), nullable=False),
        sa.Column("due_on", sa.Date(), nullable=True),
        sa.Column("done", sa.Text(), nullable=True),
        sa.Column("done_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("done_by", sa.Text(), nullable=True),
        sa.CheckConstraint(
            "(done IS NULL) = (done_at IS NULL) AND (done IS NULL) = (done_by IS NULL)", name="finding_done_is_whole"
        ),
        sa.ForeignKeyConstraint(["analysis"], ["analyses.id"]),
        sa.PrimaryKeyConstraint("id"),
        sa.UniqueConstraint("analysis", "position", name="finding_position_once"),
    )


def downgrade() -> None:
    """The archive as it was."""
    op.drop_table("findings")
    op.drop_table("analyses")
    op.drop_index("files_by_end", "files")
    for table in ("files", "cases"):
        op.drop_column(table, "district")
