"""Reasons are sealed under the complaint's key; the model that proposed and what a person decided stand beside it."""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "0003_decisions"
down_revision = "0002_models"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Reasons kept in the clear until now are forgotten: they tell of persons."""
    op.drop_column("proposals", "reasons")
    op.add_column("proposals", sa.Column("reasons", sa.LargeBinary(), nullable=True))
    op.add_column("proposals", sa.Column("model", sa.Text(), nullable=True))
    op.add_column("proposals", sa.Column("decided", postgresql.JSONB(), nullable=True))


def downgrade() -> None:
    """The sealed reasons are forgotten, too."""
    for column in ("decided", "model", "reasons"):
        op.drop_column("proposals", column)
    op.add_column(
        "proposals", sa.Column("reasons", postgresql.JSONB(), nullable=False, server_default=sa.text("'[]'"))
    )
    op.alter_column("proposals", "reasons", server_default=None)
