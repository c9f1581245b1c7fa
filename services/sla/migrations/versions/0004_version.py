"""Each complaint's version of the procedure stands beside its timer, so that the open ones are counted at once."""

import sqlalchemy as sa
from alembic import op

revision = "0004_version"
down_revision = "0003_standing"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Add the version; the service fills it in when it opens, as it does for what an older program leaves out."""
    comment = "of the procedure that binds it; kept of the open ones, from registration on"
    op.add_column("timers", sa.Column("version", sa.Text(), nullable=True, comment=comment))
    op.create_index("timers_open_by_version", "timers", ["version"], postgresql_where=sa.text("open"))


def downgrade() -> None:
    """Forget it."""
    op.drop_index("timers_open_by_version", table_name="timers")
    op.drop_column("timers", "version")
