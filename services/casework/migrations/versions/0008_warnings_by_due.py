"""The warnings that were passed on are listed by when their duty is due: the first ones are found at once."""

from alembic import op

revision = "0008_warnings_by_due"
down_revision = "0007_unanswered_urgings"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_index("warnings_by_due", "passed_warnings", ["due_at", "complaint", "row"])


def downgrade() -> None:
    op.drop_index("warnings_by_due", "passed_warnings")
