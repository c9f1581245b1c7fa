"""What reviews came to is counted from their events."""

import sqlalchemy as sa
from alembic import op

revision = "0002_reviews"
down_revision = "0001_initial"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Found without reading all events."""
    op.create_index("events_of_reviews", "events", ["complaint"], postgresql_where=sa.text("type = 'review.decided'"))


def downgrade() -> None:
    """As it was."""
    op.drop_index("events_of_reviews", "events")
