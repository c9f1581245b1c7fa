"""Incidents and planned outages."""

revision = "0005_incidents"
down_revision = "0004_tracking"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Nothing yet."""


def downgrade() -> None:
    """Nothing yet."""
