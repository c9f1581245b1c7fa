"""The tables of insight"""

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
    op.create_table('complaints',
    sa.Column('id', sa.Uuid(), nullable=False),
    sa.Column('number', sa.Text(), nullable=False),
    sa.Column('stage', sa.Text(), nullable=False),
    sa.Column('channel', sa.Text(), nullable=False),
    sa.Column('reply_form', sa.Text(), nullable=False),
    sa.Column('language', sa.Text(), nullable=False),
    sa.Column('anonymous', sa.Boolean(), nullable=False),
    sa.Column('received_at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('registered_at', sa.DateTime(timezone=True), nullable=True),
    sa.Column('procedure_version', sa.Text(), nullable=True),
    sa.Column('service', sa.Text(), nullable=True),
    sa.Column('topic_code', sa.Text(), nullable=True),
    sa.Column('nature', sa.Text(), nullable=True),
    sa.Column('kind', sa.Text(), nullable=True),
    sa.Column('category', sa.Text(), nullable=True),
    sa.Column('level', sa.Integer(), nullable=True),
    sa.Column('importance', sa.Text(), nullable=True),
    sa.Column('urgent', sa.Boolean(), nullable=False),
    sa.Column('district', sa.Text(), nullable=True),
    sa.Column('named_officers', postgresql.ARRAY(sa.Text()), nullable=False),
    sa.Column('department', sa.Text(), nullable=True),
    sa.Column('officer', sa.Text(), nullable=True),
    sa.Column('accepted', sa.Boolean(), nullable=False),
    sa.Column('alarm_ringing', sa.Boolean(), nullable=False),
    sa.Column('letters', postgresql.JSONB(astext_type=sa.Text()), nullable=False, comment='letter under way: drafted or checked'),
    sa.Column('letter_waits', sa.Boolean(), nullable=False),
    sa.Column('file_state', sa.Text(), nullable=True),
    sa.Column('outcome', sa.Text(), nullable=True),
    sa.Column('erased', sa.Boolean(), nullable=False),
    sa.Column('next_row', sa.Text(), nullable=True, comment='the duty that is due first of those not fulfilled'),
    sa.Column('next_duty', sa.Text(), nullable=True),
    sa.Column('next_clause', sa.Text(), nullable=True),
    sa.Column('next_due_at', sa.DateTime(timezone=True), nullable=True),
    sa.Column('next_state', sa.Text(), nullable=True),
    sa.Column('soon_at', sa.DateTime(timezone=True), nullable=True, comment='from when on it counts as due soon'),
    sa.Column('breached', sa.Boolean(), nullable=False),
    sa.Column('changed', sa.BigInteger(), nullable=False),
    sa.CheckConstraint("file_state IN ('collected', 'incomplete', 'returned', 'sealed', 'filed')", name='complaints_file_state'),
    sa.CheckConstraint("next_state IN ('provisional', 'running', 'paused', 'fulfilled', 'late', 'breached', 'void')", name='complaints_next_state'),
    sa.CheckConstraint("stage IN ('received', 'refused', 'withdrawn', 'filed') OR registered_at IS NOT NULL", name='complaints_under_way_are_registered'),
    sa.CheckConstraint("stage IN ('received', 'registered', 'refused', 'assigned', 'investigating', 'decided', 'replied', 'closed', 'filed', 'withdrawn')", name='complaints_stage'),
    sa.CheckConstraint('(next_row IS NULL) = (next_due_at IS NULL)', name='complaints_next_duty_is_whole'),
    sa.PrimaryKeyConstraint('id'),
    sa.UniqueConstraint('number', name='complaint_number_once')
    )
    op.create_index('complaints_by_change', 'complaints', ['changed'], unique=False)
    op.create_index('queue_alarms', 'complaints', ['received_at', 'id'], unique=False, postgresql_where=sa.text('alarm_ringing'), postgresql_include=['department', 'officer', 'named_officers'])
    op.create_index('queue_all', 'complaints', ['received_at', 'id'], unique=False, postgresql_where=None, postgresql_include=['department', 'officer', 'named_officers'])
    op.create_index('queue_breached', 'complaints', ['department', 'received_at', 'id'], unique=False, postgresql_where=sa.text('breached'), postgresql_include=['officer', 'named_officers'])
    op.create_index('queue_department', 'complaints', ['department', 'received_at', 'id'], unique=False, postgresql_where=sa.text("(stage IN ('registered', 'assigned', 'investigating', 'decided', 'replied') OR file_state = 'returned')"), postgresql_include=['officer', 'named_officers'])
    op.create_index('queue_due_soon', 'complaints', ['soon_at', 'department'], unique=False, postgresql_where=sa.text('soon_at IS NOT NULL'), postgresql_include=['officer', 'named_officers'])
    op.create_index('queue_mine', 'complaints', ['officer', 'received_at', 'id'], unique=False, postgresql_where=sa.text("(stage IN ('registered', 'assigned', 'investigating', 'decided', 'replied') OR file_state = 'returned')"), postgresql_include=['department', 'named_officers'])
    op.create_index('queue_scope_check', 'complaints', ['received_at', 'id'], unique=False, postgresql_where=sa.text("stage = 'received'"), postgresql_include=['department', 'officer', 'named_officers'])
    op.create_index('queue_to_file', 'complaints', ['received_at', 'id'], unique=False, postgresql_where=sa.text("stage IN ('closed', 'refused', 'withdrawn')"), postgresql_include=['department', 'officer', 'named_officers'])
    op.create_index('queue_to_sign', 'complaints', ['department', 'received_at', 'id'], unique=False, postgresql_where=sa.text('letter_waits'), postgresql_include=['officer', 'named_officers'])
    op.create_index('queue_unaccepted', 'complaints', ['department', 'received_at', 'id'], unique=False, postgresql_where=sa.text("stage IN ('assigned', 'investigating', 'decided') AND NOT accepted"), postgresql_include=['officer', 'named_officers'])
    op.create_table('departments',
    sa.Column('id', sa.Text(), nullable=False),
    sa.Column('parent', sa.Text(), nullable=True),
    sa.Column('head', sa.Text(), nullable=True),
    sa.Column('services', postgresql.ARRAY(sa.Text()), nullable=False),
    sa.PrimaryKeyConstraint('id')
    )
    op.create_table('events',
    sa.Column('complaint', sa.Uuid(), nullable=False),
    sa.Column('source', sa.Text(), nullable=False),
    sa.Column('sequence', sa.Integer(), nullable=False),
    sa.Column('place', sa.BigInteger(), sa.Identity(always=True), nullable=False),
    sa.Column('id', sa.Text(), nullable=False),
    sa.Column('type', sa.Text(), nullable=False),
    sa.Column('time', sa.DateTime(timezone=True), nullable=False),
    sa.Column('by', sa.Text(), nullable=True),
    sa.Column('data', postgresql.JSONB(astext_type=sa.Text()), nullable=False),
    sa.PrimaryKeyConstraint('complaint', 'source', 'sequence')
    )
    op.create_index('events_of_complaint', 'events', ['complaint', 'place'], unique=False)
    op.create_table('ledger',
    sa.Column('complaint', sa.Uuid(), nullable=False),
    sa.Column('row', sa.Text(), nullable=False),
    sa.Column('place', sa.Integer(), nullable=False, comment='the order in which the duties began'),
    sa.Column('duty', sa.Text(), nullable=False),
    sa.Column('clause', sa.Text(), nullable=False),
    sa.Column('started_at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('due_at', sa.DateTime(timezone=True), nullable=True),
    sa.Column('binding', sa.Boolean(), nullable=False),
    sa.Column('state', sa.Text(), nullable=False),
    sa.Column('proof', sa.Text(), nullable=True, comment='the id of the event that proves it'),
    sa.Column('proof_type', sa.Text(), nullable=True),
    sa.Column('fulfilled_at', sa.DateTime(timezone=True), nullable=True),
    sa.Column('warned', postgresql.JSONB(astext_type=sa.Text()), nullable=False, comment='shares of the time of which was warned'),
    sa.Column('warned_at', sa.DateTime(timezone=True), nullable=True, comment='when the last warning was given'),
    sa.CheckConstraint("state IN ('provisional', 'running', 'paused', 'fulfilled', 'late', 'breached', 'void')", name='ledger_state'),
    sa.CheckConstraint("state NOT IN ('fulfilled', 'late') OR proof IS NOT NULL", name='ledger_done_has_proof'),
    sa.PrimaryKeyConstraint('complaint', 'row')
    )
    op.create_table('officers',
    sa.Column('id', sa.Text(), nullable=False),
    sa.Column('department', sa.Text(), nullable=False),
    sa.Column('roles', postgresql.ARRAY(sa.Text()), nullable=False),
    sa.Column('active', sa.Boolean(), nullable=False),
    sa.PrimaryKeyConstraint('id')
    )
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
    op.create_table('search_index',
    sa.Column('complaint', sa.Uuid(), nullable=False),
    sa.Column('grams', postgresql.ARRAY(sa.BigInteger()), nullable=False),
    sa.PrimaryKeyConstraint('complaint')
    )
    op.create_index('complaints_by_gram', 'search_index', ['grams'], unique=False, postgresql_using='gin')
    op.create_table('subjects',
    sa.Column('subject', sa.Text(), nullable=False),
    sa.Column('sequence', sa.Integer(), server_default='0', nullable=False, comment='last sequence that this service published'),
    sa.Column('seen', postgresql.JSONB(astext_type=sa.Text()), server_default=sa.text("'{}'"), nullable=False, comment='source: last sequence consumed'),
    sa.Column('parked', sa.Boolean(), server_default=sa.text('false'), nullable=False),
    sa.PrimaryKeyConstraint('subject'),
    comment='One row per complaint (or incident, warning ...). Who holds it, holds the complaint.'
    )


def downgrade() -> None:
    op.drop_table('subjects')
    op.drop_table('search_index')
    op.drop_table('progress')
    op.drop_table('parked')
    op.drop_table('outbox')
    op.drop_table('officers')
    op.drop_table('ledger')
    op.drop_table('events')
    op.drop_table('departments')
    op.drop_table('complaints')
    op.drop_table('clock')
