"""The urgings that wait for an answer are found at once: after two, the supervisor sees them (6/3.4.3(2))."""

import sqlalchemy as sa
from alembic import op

revision = "0007_unanswered_urgings"
down_revision = "0006_passed_warnings"
branch_labels = None
depends_on = None

_OPEN = sa.text("answered_at IS NULL AND lapsed_at IS NULL")


def upgrade() -> None:
    op.create_index("urgings_unanswered", "urgings", ["complaint"], postgresql_where=_OPEN)


def downgrade() -> None:
    op.drop_index("urgings_unanswered", "urgings")
