"""What is due soon is listed in the order in which it becomes due."""

import sqlalchemy as sa
from alembic import op

revision = "0003_due_soon"
down_revision = "0002_reviews"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Ordered as it is listed."""
    _replace(["soon_at", "id"], ["department", "officer", "named_officers"])


def downgrade() -> None:
    """As it was."""
    _replace(["soon_at", "department"], ["officer", "named_officers"])


def _replace(columns: list[str], also: list[str]) -> None:
    op.drop_index("queue_due_soon", "complaints")
    op.create_index(
        "queue_due_soon", "complaints", columns, postgresql_where=sa.text("soon_at IS NOT NULL"), postgresql_include=also
    )
