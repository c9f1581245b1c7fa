"""Incidents and planned outages."""

import sqlalchemy as sa
from alembic import op
from sqlalchemy import Text
from sqlalchemy.dialects import postgresql

revision = "0005_incidents"
down_revision = "0004_tracking"
branch_labels = None
depends_on = None

_SERVICES = "'water', 'power', 'gas', 'sanitation', 'transport', 'infrastructure'"


def upgrade() -> None:
    op.create_table('incidents',
    sa.Column('id', sa.Text(), nullable=False),
    sa.Column('at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('by', sa.Text(), nullable=False),
    sa.Column('service', sa.Text(), nullable=False),
    sa.Column('topic_code', sa.Text(), nullable=False),
    sa.Column('district', sa.Text(), nullable=True),
    sa.Column('leading', sa.Text(), nullable=False),
    sa.Column('round', sa.Integer(), nullable=False),
    sa.Column('ended_at', sa.DateTime(timezone=True), nullable=True),
    sa.CheckConstraint(f"service IN ({_SERVICES})", name='service_is_a_code'),
    sa.ForeignKeyConstraint(['leading'], ['cases.complaint'], ),
    sa.PrimaryKeyConstraint('id')
    )
    op.create_index('one_open_incident_led', 'incidents', ['leading'], unique=True, postgresql_where=sa.text('ended_at IS NULL'))
    op.create_table('memberships',
    sa.Column('complaint', sa.Text(), nullable=False),
    sa.Column('incident', sa.Text(), nullable=False),
    sa.Column('round', sa.Integer(), nullable=False),
    sa.Column('carried', sa.Integer(), server_default='0', nullable=False),
    sa.Column('left_at', sa.DateTime(timezone=True), nullable=True),
    sa.Column('left_by', sa.Text(), nullable=True),
    sa.Column('id', sa.Text(), nullable=False),
    sa.Column('at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('by', sa.Text(), nullable=False),
    sa.Column('words', sa.LargeBinary(), nullable=True),
    sa.Column('place', sa.BigInteger(), sa.Identity(always=True), nullable=False),
    sa.CheckConstraint('(left_at IS NULL) = (left_by IS NULL)', name='somebody_took_it_out'),
    sa.ForeignKeyConstraint(['complaint'], ['cases.complaint'], initially='DEFERRED', deferrable=True),
    sa.ForeignKeyConstraint(['incident'], ['incidents.id'], ),
    sa.PrimaryKeyConstraint('id')
    )
    op.create_index('members_of_incident', 'memberships', ['incident'], unique=False, postgresql_where=sa.text('left_at IS NULL'))
    op.create_index('memberships_of_complaint', 'memberships', ['complaint', 'place'], unique=False)
    op.create_index('one_incident_at_a_time', 'memberships', ['complaint'], unique=True, postgresql_where=sa.text('left_at IS NULL'))
    op.create_table('outages',
    sa.Column('id', sa.Text(), nullable=False),
    sa.Column('at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('by', sa.Text(), nullable=False),
    sa.Column('service', sa.Text(), nullable=False),
    sa.Column('districts', postgresql.ARRAY(Text()), nullable=False),
    sa.Column('begins_at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('ends_at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('words_zh_hant', sa.Text(), nullable=True),
    sa.Column('words_zh_hans', sa.Text(), nullable=True),
    sa.Column('words_en', sa.Text(), nullable=True),
    sa.Column('cancelled_at', sa.DateTime(timezone=True), nullable=True),
    sa.Column('cancelled_by', sa.Text(), nullable=True),
    sa.CheckConstraint('begins_at < ends_at', name='an_outage_begins_before_it_ends'),
    sa.CheckConstraint('coalesce(words_zh_hant, words_zh_hans, words_en) IS NOT NULL', name='an_outage_is_put_in_words'),
    sa.CheckConstraint('(cancelled_at IS NULL) = (cancelled_by IS NULL)', name='somebody_cancelled_it'),
    sa.CheckConstraint(f"service IN ({_SERVICES})", name='service_is_a_code'),
    sa.PrimaryKeyConstraint('id')
    )
    op.create_index('outages_by_end', 'outages', ['ends_at'], unique=False, postgresql_where=sa.text('cancelled_at IS NULL'))


def downgrade() -> None:
    op.drop_table('outages')
    op.drop_table('memberships')
    op.drop_table('incidents')
