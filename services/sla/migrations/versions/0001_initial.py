"""The tables of sla"""

import sqlalchemy as sa
from alembic import op
from sqlalchemy import Text
from sqlalchemy.dialects import postgresql

revision = "0001_initial"
down_revision = None
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table('clock',
    sa.Column('the_only', sa.Boolean(), server_default=sa.text('true'), nullable=False),
    sa.Column('simulated', sa.Boolean(), nullable=False, comment='whether this data lives in simulated time'),
    sa.Column('now', sa.DateTime(timezone=True), nullable=True, comment='the simulated time; null in real time'),
    sa.Column('hold', sa.Boolean(), server_default=sa.text('false'), nullable=False, comment='no timer, no consumption'),
    sa.CheckConstraint('simulated = (now IS NOT NULL)', name='clock_value_only_if_simulated'),
    sa.CheckConstraint('the_only', name='clock_has_one_row'),
    sa.PrimaryKeyConstraint('the_only')
    )
    op.create_table('facts',
    sa.Column('complaint', sa.Text(), nullable=False),
    sa.Column('source', sa.Text(), nullable=False),
    sa.Column('sequence', sa.Integer(), nullable=False),
    sa.Column('event_id', sa.Text(), nullable=False),
    sa.Column('type', sa.Text(), nullable=False, comment='what it means to the engine'),
    sa.Column('time', sa.DateTime(timezone=True), nullable=False),
    sa.Column('data', postgresql.JSONB(astext_type=sa.Text()), nullable=False, comment='what the fact says'),
    sa.CheckConstraint('sequence > 0', name='facts_sequence_from_one'),
    sa.PrimaryKeyConstraint('complaint', 'source', 'sequence')
    )
    op.create_table('ledger_rows',
    sa.Column('complaint', sa.Text(), nullable=False),
    sa.Column('row', sa.Text(), nullable=False, comment='duty#n'),
    sa.Column('duty', sa.Text(), nullable=False),
    sa.Column('clause', sa.Text(), nullable=False),
    sa.Column('owner', sa.Text(), nullable=False),
    sa.Column('state', sa.Text(), nullable=False),
    sa.Column('binding', sa.Boolean(), nullable=False),
    sa.Column('started_at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('due_at', sa.DateTime(timezone=True), nullable=True),
    sa.Column('proof', sa.Text(), nullable=True, comment='the id of the event that proves it'),
    sa.Column('warned', postgresql.JSONB(astext_type=sa.Text()), nullable=False, comment='share: when it was warned of last'),
    sa.Column('warn_at', postgresql.JSONB(astext_type=sa.Text()), nullable=False, comment='share: when so much of the time is gone'),
    sa.Column('any_hour', sa.Boolean(), nullable=False, comment='whether its warnings do not wait for office hours'),
    sa.Column('next_look_at', sa.DateTime(timezone=True), nullable=True, comment='its next warning or breach; none: nothing by itself'),
    sa.CheckConstraint("state <> 'breached' OR due_at IS NOT NULL", name='ledger_rows_breach_has_date'),
    sa.CheckConstraint("state IN ('provisional', 'running', 'paused', 'fulfilled', 'late', 'breached', 'void')", name='ledger_rows_state'),
    sa.CheckConstraint("state NOT IN ('fulfilled', 'late') OR proof IS NOT NULL", name='ledger_rows_done_has_proof'),
    sa.CheckConstraint('next_look_at IS NULL OR due_at IS NOT NULL', name='ledger_rows_look_has_date'),
    sa.PrimaryKeyConstraint('complaint', 'row')
    )
    op.create_index('ledger_rows_open_by_due', 'ledger_rows', ['due_at'], unique=False, postgresql_where=sa.text("state IN ('provisional', 'running', 'paused', 'breached')"))
    op.create_index('ledger_rows_pending', 'ledger_rows', ['next_look_at'], unique=False, postgresql_where=sa.text('next_look_at IS NOT NULL'))
    op.create_table('outbox',
    sa.Column('id', sa.BigInteger(), sa.Identity(always=True), nullable=False),
    sa.Column('position', sa.BigInteger(), nullable=True, comment='gap-free, given on sending; null = not sent yet'),
    sa.Column('event_id', sa.Text(), nullable=False),
    sa.Column('type', sa.Text(), nullable=False),
    sa.Column('topic', sa.Text(), nullable=False),
    sa.Column('subject', sa.Text(), nullable=False),
    sa.Column('sequence', sa.Integer(), nullable=False),
    sa.Column('time', sa.DateTime(timezone=True), nullable=False),
    sa.Column('data', postgresql.JSONB(astext_type=sa.Text()), nullable=False),
    sa.PrimaryKeyConstraint('id'),
    sa.UniqueConstraint('subject', 'sequence', name='outbox_sequence_once'),
    comment='What this service has published; sent rows stay and are its journal.'
    )
    op.create_index('outbox_journal', 'outbox', ['position'], unique=True, postgresql_where=sa.text('position IS NOT NULL'))
    op.create_index('outbox_unsent', 'outbox', ['id'], unique=False, postgresql_where=sa.text('position IS NULL'))
    op.create_table('parked',
    sa.Column('id', sa.BigInteger(), sa.Identity(always=True), nullable=False),
    sa.Column('topic', sa.Text(), nullable=False),
    sa.Column('source', sa.Text(), nullable=False),
    sa.Column('subject', sa.Text(), nullable=False),
    sa.Column('sequence', sa.Integer(), nullable=False),
    sa.Column('event', postgresql.JSONB(astext_type=sa.Text()), nullable=False),
    sa.Column('error', sa.Text(), nullable=True, comment='null: waits for a fact that has not come yet, is tried again'),
    sa.Column('parked_at', sa.DateTime(timezone=True), server_default=sa.text('clock_timestamp()'), nullable=False),
    sa.PrimaryKeyConstraint('id'),
    sa.UniqueConstraint('source', 'subject', 'sequence', name='parked_once'),
    comment='Events of complaints that stand still until an operator releases them.'
    )
    op.create_index('parked_of_subject', 'parked', ['subject', 'id'], unique=False)
    op.create_index('parked_waiting', 'parked', ['subject'], unique=False, postgresql_where=sa.text('error IS NULL'))
    op.create_table('progress',
    sa.Column('topic', sa.Text(), nullable=False),
    sa.Column('published', sa.BigInteger(), server_default='0', nullable=False, comment='sent by the relay'),
    sa.Column('consumed', sa.BigInteger(), server_default='0', nullable=False, comment='taken in, each event once'),
    sa.PrimaryKeyConstraint('topic'),
    comment='How many events of each topic went out and came in.'
    )
    op.create_table('published_years',
    sa.Column('id', sa.BigInteger(), sa.Identity(always=True), nullable=False),
    sa.Column('calendar', sa.Text(), nullable=False),
    sa.Column('until', sa.Date(), nullable=False),
    sa.Column('entered_at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('by', sa.Text(), nullable=False),
    sa.PrimaryKeyConstraint('id')
    )
    op.create_table('special_days',
    sa.Column('id', sa.BigInteger(), sa.Identity(always=True), nullable=False),
    sa.Column('calendar', sa.Text(), nullable=False),
    sa.Column('date', sa.Date(), nullable=False),
    sa.Column('kind', sa.Text(), nullable=False),
    sa.Column('entered_at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('by', sa.Text(), nullable=False),
    sa.CheckConstraint("kind IN ('working', 'off', 'morning', 'afternoon', 'as_published')", name='special_days_kind'),
    sa.PrimaryKeyConstraint('id')
    )
    op.create_index('special_days_of_calendar', 'special_days', ['calendar', 'id'], unique=False)
    op.create_table('subjects',
    sa.Column('subject', sa.Text(), nullable=False),
    sa.Column('sequence', sa.Integer(), server_default='0', nullable=False, comment='last sequence that this service published'),
    sa.Column('seen', postgresql.JSONB(astext_type=sa.Text()), server_default=sa.text("'{}'"), nullable=False, comment='source: last sequence consumed'),
    sa.Column('parked', sa.Boolean(), server_default=sa.text('false'), nullable=False),
    sa.PrimaryKeyConstraint('subject'),
    comment='One row per complaint (or incident, warning ...). Who holds it, holds the complaint.'
    )
    op.create_table('timers',
    sa.Column('complaint', sa.Text(), nullable=False),
    sa.Column('next_turn_at', sa.DateTime(timezone=True), nullable=True),
    sa.Column('open', sa.Boolean(), nullable=False, comment='whether a changed calendar could move a date of it'),
    sa.PrimaryKeyConstraint('complaint')
    )
    op.create_index('timers_pending', 'timers', ['next_turn_at'], unique=False, postgresql_where=sa.text('next_turn_at IS NOT NULL'))


def downgrade() -> None:
    op.drop_table('timers')
    op.drop_table('subjects')
    op.drop_table('special_days')
    op.drop_table('published_years')
    op.drop_table('progress')
    op.drop_table('parked')
    op.drop_table('outbox')
    op.drop_table('ledger_rows')
    op.drop_table('facts')
    op.drop_table('clock')
