"""Finding a caller and what lies near."""

revision = "0002_finding"
down_revision = "0001_initial"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Nothing yet."""


def downgrade() -> None:
    """Nothing yet."""
