"""Whom an alarm reaches, and what is done about it: the roster, emergency plans, sub-tasks."""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "0002_levels"
down_revision = "0001_initial"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "shifts",
        sa.Column("id", sa.Text(), nullable=False),
        sa.Column("kind", sa.Text(), nullable=False),
        sa.Column("officer", sa.Text(), nullable=False),
        sa.Column("deputy", sa.Text(), nullable=True),
        sa.Column("begins_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("ends_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("entered_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("entered_by", sa.Text(), nullable=False),
        sa.Column("follows", sa.Text(), nullable=True),
        sa.Column("note", sa.Text(), nullable=True),
        sa.Column("cancelled_at", sa.DateTime(timezone=True), nullable=True),
        sa.CheckConstraint("kind IN ('duty', 'on_call')", name="kind_is_a_code"),
        sa.CheckConstraint("begins_at <= ends_at", name="a_shift_ends_after_it_begins"),
        sa.CheckConstraint("deputy <> officer", name="nobody_is_their_own_deputy"),
        sa.ForeignKeyConstraint(["officer"], ["officers.id"]),
        sa.ForeignKeyConstraint(["deputy"], ["officers.id"]),
        sa.ForeignKeyConstraint(["follows"], ["shifts.id"]),
        sa.PrimaryKeyConstraint("id"),
    )
    op.create_index("shifts_by_time", "shifts", ["ends_at", "begins_at"])
    op.add_column(
        "alarms", sa.Column("called", postgresql.ARRAY(sa.Text()), server_default=sa.text("'{}'"), nullable=False)
    )
    _record(
        "emergency_plans",
        [
            sa.Column("service", sa.Text(), nullable=True),
            sa.Column("departments", postgresql.ARRAY(sa.Text()), nullable=False),
            sa.Column("ended_at", sa.DateTime(timezone=True), nullable=True),
            sa.Column("ended_by", sa.Text(), nullable=True),
            sa.Column("restored_at", sa.DateTime(timezone=True), nullable=True),
            sa.CheckConstraint("(ended_at IS NULL) = (ended_by IS NULL)", name="somebody_ended_it"),
            sa.CheckConstraint("restored_at IS NULL OR ended_at IS NOT NULL", name="what_was_restored_is_ended"),
        ],
    )
    op.create_index(
        "one_running_plan", "emergency_plans", ["complaint"], unique=True, postgresql_where=sa.text("ended_at IS NULL")
    )
    _record(
        "emergency_steps",
        [
            sa.Column("plan", sa.Text(), nullable=False),
            sa.Column("done_at", sa.DateTime(timezone=True), nullable=True),
            sa.Column("done_by", sa.Text(), nullable=True),
            sa.CheckConstraint("(done_at IS NULL) = (done_by IS NULL)", name="somebody_did_it"),
            sa.ForeignKeyConstraint(["plan"], ["emergency_plans.id"], initially="DEFERRED", deferrable=True),
        ],
    )
    _record(
        "emergency_minutes",
        [
            sa.Column("plan", sa.Text(), nullable=False),
            sa.Column("held_at", sa.DateTime(timezone=True), nullable=False),
            sa.ForeignKeyConstraint(["plan"], ["emergency_plans.id"], initially="DEFERRED", deferrable=True),
        ],
    )
    _record(
        "sub_tasks",
        [
            sa.Column("department", sa.Text(), nullable=False),
            sa.Column("due_on", sa.Date(), nullable=False),
            sa.Column("answered_at", sa.DateTime(timezone=True), nullable=True),
            sa.Column("answered_by", sa.Text(), nullable=True),
            sa.CheckConstraint("(answered_at IS NULL) = (answered_by IS NULL)", name="somebody_answered_it"),
            sa.ForeignKeyConstraint(["department"], ["departments.id"]),
        ],
    )
    op.create_index(
        "sub_tasks_open", "sub_tasks", ["department", "due_on"], postgresql_where=sa.text("answered_at IS NULL")
    )
    op.add_column("cases", sa.Column("extent", sa.Text(), nullable=True))
    op.add_column("cases", sa.Column("people_affected", sa.Integer(), nullable=True))
    op.add_column(
        "cases", sa.Column("major_because", postgresql.ARRAY(sa.Text()), server_default=sa.text("'{}'"), nullable=False)
    )
    op.create_check_constraint(
        "extent_is_a_code", "cases", "extent IN ('household', 'building', 'neighbourhood', 'district', 'city')"
    )


def _record(name: str, columns: list[sa.schema.SchemaItem]) -> None:
    """A kind of record of a case: when, by whom, sealed words; and its own codes and times."""
    op.create_table(
        name,
        sa.Column("complaint", sa.Text(), nullable=False),
        *columns,
        sa.Column("id", sa.Text(), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("by", sa.Text(), nullable=False),
        sa.Column("words", sa.LargeBinary(), nullable=True),
        sa.Column("place", sa.BigInteger(), sa.Identity(always=True), nullable=False),
        sa.ForeignKeyConstraint(["complaint"], ["cases.complaint"], initially="DEFERRED", deferrable=True),
        sa.PrimaryKeyConstraint("id"),
    )
    op.create_index(op.f(f"ix_{name}_complaint"), name, ["complaint"], unique=False)


def downgrade() -> None:
    op.drop_constraint("extent_is_a_code", "cases")
    for column in ("major_because", "people_affected", "extent"):
        op.drop_column("cases", column)
    for table in ("sub_tasks", "emergency_minutes", "emergency_steps", "emergency_plans"):
        op.drop_table(table)
    op.drop_column("alarms", "called")
    op.drop_table("shifts")
