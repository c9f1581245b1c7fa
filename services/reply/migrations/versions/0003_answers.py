"""Each matter answered; companies; messages through a gateway."""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "0003_answers"
down_revision = "0002_reviews"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """The matters of a reply, the companies in whose name it goes out, notices that a gateway sends."""
    op.create_table(
        "matters",
        sa.Column("id", sa.Text(), nullable=False),
        sa.Column("letter", sa.Text(), nullable=False),
        sa.Column("complaint", sa.Text(), nullable=False),
        sa.Column("position", sa.Integer(), nullable=False),
        sa.Column("source", sa.Text(), nullable=False),
        sa.Column("words", sa.LargeBinary(), nullable=False),
        sa.Column("state", sa.Text(), server_default="open", nullable=False),
        sa.Column("evidence", postgresql.ARRAY(sa.Text()), server_default="{}", nullable=False),
        sa.Column("merged_into", sa.Text(), nullable=True),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("by", sa.Text(), nullable=False),
        sa.CheckConstraint(
            "state IN ('open', 'answered', 'not_established', 'merged', 'removed')", name="matter_state_known"
        ),
        sa.CheckConstraint("(state = 'merged') = (merged_into IS NOT NULL)", name="matter_merged_into_another"),
        sa.CheckConstraint("merged_into <> id", name="matter_merged_into_itself"),
        sa.CheckConstraint(
            "state <> 'not_established' OR evidence = '{}'", name="matter_not_established_has_no_evidence"
        ),
        sa.ForeignKeyConstraint(["letter"], ["letters.id"]),
        sa.ForeignKeyConstraint(["complaint"], ["cases.complaint"]),
        sa.ForeignKeyConstraint(["merged_into"], ["matters.id"]),
        sa.PrimaryKeyConstraint("id"),
        sa.UniqueConstraint("letter", "position", name="matter_position_once"),
    )
    op.create_index("matters_of_complaint", "matters", ["complaint"])
    op.create_table(
        "companies",
        sa.Column("id", sa.Text(), nullable=False),
        sa.Column("main", sa.Boolean(), server_default="false", nullable=False),
        sa.Column("name", postgresql.JSONB(), nullable=True),
        sa.Column("letterhead", postgresql.JSONB(), server_default="{}", nullable=False),
        sa.Column("seal", postgresql.JSONB(), server_default="{}", nullable=False),
        sa.Column("mailbox", sa.Text(), nullable=True),
        sa.Column("services", postgresql.ARRAY(sa.Text()), server_default="{}", nullable=False),
        sa.Column("changed_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("changed_by", sa.Text(), nullable=False),
        sa.CheckConstraint("main OR (name IS NOT NULL AND mailbox IS NOT NULL)", name="company_is_whole"),
        sa.PrimaryKeyConstraint("id"),
    )
    op.create_index("companies_one_main", "companies", ["main"], unique=True, postgresql_where=sa.text("main"))
    for column in (
        sa.Column("state", sa.Text(), server_default="told", nullable=False),
        sa.Column("proof", sa.Text(), nullable=True),
        sa.Column("gateway_id", sa.Text(), nullable=True),
        sa.Column("told_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("note", sa.LargeBinary(), nullable=True),
        sa.Column("attempt_begun_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("tries", sa.Integer(), server_default="0", nullable=False),
        sa.Column("try_after", sa.DateTime(timezone=True), nullable=True),
    ):
        op.add_column("result_notices", column)
    op.execute("UPDATE result_notices SET told_at = at")
    op.create_check_constraint(
        "result_notice_state_known", "result_notices", "state IN ('sending', 'maybe_sent', 'told', 'refused', 'void')"
    )
    op.create_check_constraint(
        "result_notice_told_has_time", "result_notices", "(state = 'told') = (told_at IS NOT NULL)"
    )
    op.create_index(
        "result_notices_to_send", "result_notices", ["try_after"], postgresql_where=sa.text("state = 'sending'")
    )


def downgrade() -> None:
    """The reply as it was: one text, one company, notices told by people."""
    op.drop_index("result_notices_to_send", "result_notices")
    op.execute("DELETE FROM result_notices WHERE told_at IS NULL")
    for name in ("try_after", "tries", "attempt_begun_at", "note", "told_at", "gateway_id", "proof", "state"):
        op.drop_column("result_notices", name)
    op.drop_table("companies")
    op.drop_table("matters")
