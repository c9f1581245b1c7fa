"""Each matter answered; companies; messages through a gateway."""

revision = "0003_answers"
down_revision = "0002_reviews"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Nothing yet."""


def downgrade() -> None:
    """Nothing yet."""
