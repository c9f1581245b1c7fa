"""Whom an alarm reaches, and what is done about it: the roster, emergency plans, sub-tasks."""

revision = "0002_levels"
down_revision = "0001_initial"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Nothing yet."""


def downgrade() -> None:
    """Nothing yet."""
