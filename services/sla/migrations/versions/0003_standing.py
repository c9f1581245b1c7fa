"""The office's own ledger: how far each standing duty has begun."""

import sqlalchemy as sa
from alembic import op

revision = "0003_standing"
down_revision = "0002_place"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Add the cursor; the rows stand with the others."""
    op.create_table(
        "standing_duties",
        sa.Column("duty", sa.Text(), nullable=False),
        sa.Column(
            "begun_until",
            sa.DateTime(timezone=True),
            nullable=False,
            comment="every row that begins until then is there",
        ),
        sa.PrimaryKeyConstraint("duty"),
    )


def downgrade() -> None:
    """Forget it."""
    op.drop_table("standing_duties")
