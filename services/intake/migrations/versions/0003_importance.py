"""What kind of platform passed a complaint on: media and regulators make it major (3/2.2)."""

import sqlalchemy as sa
from alembic import op

revision = "0003_importance"
down_revision = "0002_finding"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column("complaints", sa.Column("source", sa.Text(), nullable=True, comment="what kind of platform passed it on"))


def downgrade() -> None:
    op.drop_column("complaints", "source")
