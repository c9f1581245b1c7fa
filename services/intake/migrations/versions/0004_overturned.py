"""When a review has set a refusal aside: what comes back to be registered is not refused again (4/5.2.10(2))."""

import sqlalchemy as sa
from alembic import op

revision = "0004_overturned"
down_revision = "0003_importance"
branch_labels = None
depends_on = None

_WHAT = "a review has set its refusal aside (4/5.2.10(2))"


def upgrade() -> None:
    column = sa.Column("overturned_at", sa.DateTime(timezone=True), nullable=True, comment=_WHAT)
    op.add_column("complaints", column)


def downgrade() -> None:
    op.drop_column("complaints", "overturned_at")
