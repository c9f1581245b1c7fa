"""A review has set a refusal aside: a letter of it that is put on record later opens no volume (4/5.2.10(2))."""

import sqlalchemy as sa
from alembic import op

revision = "0004_overturned"
down_revision = "0003_supplements"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column("cases", sa.Column("overturned", sa.Boolean(), server_default="false", nullable=False))


def downgrade() -> None:
    op.drop_column("cases", "overturned")
