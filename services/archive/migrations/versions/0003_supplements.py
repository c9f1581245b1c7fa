"""What comes after a volume was sealed goes into a supplement (4/5.2.11(1), 10/5.2.6)."""

import sqlalchemy as sa
from alembic import op

revision = "0003_supplements"
down_revision = "0002_analyses"
branch_labels = None
depends_on = None

_RULE = "file_supplement_follows_a_volume"


def upgrade() -> None:
    """Supplements, and whether a complaint rests: one whose newest volume is not void does, as far as is known here."""
    op.add_column("cases", sa.Column("rests", sa.Boolean(), server_default="false", nullable=False))
    op.add_column("files", sa.Column("supplement", sa.Boolean(), server_default="false", nullable=False))
    op.create_check_constraint(_RULE, "files", "NOT supplement OR volume > 1")
    op.execute(
        "UPDATE cases SET rests = true FROM"
        " (SELECT DISTINCT ON (complaint) complaint, state FROM files ORDER BY complaint, volume DESC) AS newest"
        " WHERE newest.complaint = cases.complaint AND newest.state <> 'voided'"
    )


def downgrade() -> None:
    """The archive as it was."""
    op.drop_constraint(_RULE, "files")
    op.drop_column("files", "supplement")
    op.drop_column("cases", "rests")
