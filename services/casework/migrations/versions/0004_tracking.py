"""Promises and findings passed on."""

revision = "0004_tracking"
down_revision = "0003_investigation"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Nothing yet."""


def downgrade() -> None:
    """Nothing yet."""
