"""Sessions with their method's own fields; evidence cited; effects; disputes on assignment."""

revision = "0003_investigation"
down_revision = "0002_levels"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Nothing yet."""


def downgrade() -> None:
    """Nothing yet."""
