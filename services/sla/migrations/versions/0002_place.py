"""Facts keep the order in which they were delivered."""

import sqlalchemy as sa
from alembic import op

revision = "0002_place"
down_revision = "0001_initial"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Give each fact its place; those that are there keep the order in which they lie."""
    place = sa.Column(
        "place", sa.BigInteger(), sa.Identity(always=True), nullable=False, comment="in the order they were delivered"
    )
    op.add_column("facts", place)


def downgrade() -> None:
    """Forget it."""
    op.drop_column("facts", "place")
