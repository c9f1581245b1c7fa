"""The quarterly analysis of the files."""

revision = "0002_analyses"
down_revision = "0001_initial"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Nothing yet."""


def downgrade() -> None:
    """Nothing yet."""
