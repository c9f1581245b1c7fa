"""Each queue has an index in its order, whoever looks: what is due soon as it becomes due, the others as received."""

import sqlalchemy as sa
from alembic import op

revision = "0003_orders"
down_revision = "0002_reviews"
branch_labels = None
depends_on = None

_OPEN = "(stage IN ('registered', 'assigned', 'investigating', 'decided', 'replied') OR file_state = 'returned')"
_QUEUES = {
    "department": _OPEN,
    "unaccepted": "stage IN ('assigned', 'investigating', 'decided') AND NOT accepted",
    "breached": "breached",
    "to_sign": "letter_waits",
}


def upgrade() -> None:
    """The order first, the department beside it."""
    for queue, condition in _QUEUES.items():
        _replace(queue, condition, ["received_at", "id"], ["department", "officer", "named_officers"])
    _replace("due_soon", "soon_at IS NOT NULL", ["soon_at", "id"], ["department", "officer", "named_officers"])


def downgrade() -> None:
    """As it was."""
    for queue, condition in _QUEUES.items():
        _replace(queue, condition, ["department", "received_at", "id"], ["officer", "named_officers"])
    _replace("due_soon", "soon_at IS NOT NULL", ["soon_at", "department"], ["officer", "named_officers"])


def _replace(queue: str, condition: str, columns: list[str], also: list[str]) -> None:
    op.drop_index(f"queue_{queue}", "complaints")
    op.create_index(
        f"queue_{queue}", "complaints", columns, postgresql_where=sa.text(condition), postgresql_include=also
    )
