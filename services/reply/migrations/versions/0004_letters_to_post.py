"""Letters to be posted, or of which nobody knows, are found without reading all letters."""

import sqlalchemy as sa
from alembic import op

revision = "0004_letters_to_post"
down_revision = "0003_answers"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """An index of the few that wait."""
    where = sa.text("state IN ('printing', 'maybe_sent')")
    op.create_index("letters_to_post", "letters", ["state", "sending_at"], postgresql_where=where)


def downgrade() -> None:
    """Without it."""
    op.drop_index("letters_to_post", "letters")
