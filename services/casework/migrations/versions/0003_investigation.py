"""What an opinion rests on, the looks at the effect of measures, and disputes about an assignment."""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "0003_investigation"
down_revision = "0002_levels"
branch_labels = None
depends_on = None

_HOW = "how IN ('rule', 'chosen', 'handed_over', 'redispatched', 'reopened'{})"


def upgrade() -> None:
    op.add_column(
        "opinions", sa.Column("evidence", postgresql.ARRAY(sa.Text()), server_default=sa.text("'{}'"), nullable=False)
    )
    _record(
        "effects",
        [
            sa.Column("measure", sa.Text(), nullable=False),
            sa.Column("after_days", sa.Integer(), nullable=False),
            sa.Column("effect", sa.Text(), nullable=False),
            sa.CheckConstraint(
                "effect IN ('effective', 'partly_effective', 'not_effective')", name="effect_is_a_code"
            ),
            sa.ForeignKeyConstraint(["measure"], ["measures.id"], deferrable=True, initially="DEFERRED"),
        ],
    )
    op.create_index("one_look_at_a_time", "effects", ["measure", "after_days"], unique=True)
    op.create_index("measures_done", "measures", ["done_at"], postgresql_where=sa.text("done_at IS NOT NULL"))
    _record(
        "disputes",
        [
            sa.Column("from_department", sa.Text(), nullable=False),
            sa.Column("department", sa.Text(), nullable=False),
            sa.Column("decided_at", sa.DateTime(timezone=True), nullable=True),
            sa.Column("decided_by", sa.Text(), nullable=True),
            sa.Column("decided_for", sa.Text(), nullable=True),
            sa.CheckConstraint("department <> from_department", name="another_department_is_proposed"),
            sa.CheckConstraint(
                "(decided_at IS NULL) = (decided_by IS NULL) AND (decided_at IS NULL) = (decided_for IS NULL)",
                name="somebody_decided_it",
            ),
        ],
    )
    op.create_index(
        "one_open_dispute", "disputes", ["complaint"], unique=True, postgresql_where=sa.text("decided_at IS NULL")
    )
    _how(", 'decided'")


def downgrade() -> None:
    op.execute("UPDATE assignments SET how = 'redispatched' WHERE how = 'decided'")
    _how("")
    op.drop_table("disputes")
    op.drop_index("measures_done", "measures")
    op.drop_table("effects")
    op.drop_column("opinions", "evidence")


def _how(more: str) -> None:
    op.drop_constraint("how_is_a_code", "assignments")
    op.create_check_constraint("how_is_a_code", "assignments", _HOW.format(more))


def _record(name: str, columns: list[sa.schema.SchemaItem]) -> None:
    op.create_table(
        name,
        sa.Column("complaint", sa.Text(), nullable=False),
        *columns,
        sa.Column("id", sa.Text(), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("by", sa.Text(), nullable=False),
        sa.Column("words", sa.LargeBinary(), nullable=True),
        sa.Column("place", sa.BigInteger(), sa.Identity(always=True), nullable=False),
        sa.ForeignKeyConstraint(["complaint"], ["cases.complaint"], deferrable=True, initially="DEFERRED"),
        sa.PrimaryKeyConstraint("id"),
    )
    op.create_index(op.f(f"ix_{name}_complaint"), name, ["complaint"])
