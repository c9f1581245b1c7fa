"""The tables of intake"""

import sqlalchemy as sa
from alembic import op
from sqlalchemy import Text
from sqlalchemy.dialects import postgresql

revision = "0001_initial"
down_revision = None
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table('calendars',
    sa.Column('name', sa.Text(), nullable=False),
    sa.Column('special_days', postgresql.JSONB(none_as_null=True, astext_type=sa.Text()), nullable=False),
    sa.Column('published_until', sa.Date(), nullable=False),
    sa.PrimaryKeyConstraint('name')
    )
    op.create_table('channel_keys',
    sa.Column('id', sa.Uuid(), nullable=False),
    sa.Column('name', sa.Text(), nullable=False),
    sa.Column('hash', sa.LargeBinary(), nullable=False),
    sa.Column('scopes', postgresql.ARRAY(sa.Text()), nullable=False),
    sa.Column('created_at', sa.DateTime(timezone=True), server_default=sa.text('clock_timestamp()'), nullable=False),
    sa.Column('created_by', sa.Text(), nullable=False),
    sa.Column('revoked_at', sa.DateTime(timezone=True), nullable=True),
    sa.CheckConstraint('cardinality(scopes) > 0', name='channel_key_has_scopes'),
    sa.PrimaryKeyConstraint('id'),
    sa.UniqueConstraint('hash')
    )
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
    sa.Column('running', sa.BigInteger(), sa.Identity(always=False), nullable=False, comment="the number's middle"),
    sa.Column('number', sa.Text(), nullable=False),
    sa.Column('stage', sa.Text(), nullable=False),
    sa.Column('channel', sa.Text(), nullable=False),
    sa.Column('form', sa.Text(), nullable=True),
    sa.Column('reply_form', sa.Text(), nullable=False),
    sa.Column('language', sa.Text(), nullable=False),
    sa.Column('received_at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('recorded_at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('platform_due_at', sa.DateTime(timezone=True), nullable=True),
    sa.Column('reachable', postgresql.ARRAY(sa.Text()), nullable=False),
    sa.Column('danger_cues', postgresql.ARRAY(sa.Text()), nullable=False),
    sa.Column('urgent', sa.Boolean(), nullable=False),
    sa.Column('confidential', sa.Boolean(), nullable=False, comment='who it is stays with those who take complaints in'),
    sa.Column('named_officers', postgresql.ARRAY(sa.Text()), nullable=False),
    sa.Column('service', sa.Text(), nullable=True),
    sa.Column('district', sa.Text(), nullable=True),
    sa.Column('record', sa.LargeBinary(), nullable=False),
    sa.Column('complainant', sa.LargeBinary(), nullable=True),
    sa.Column('representative', sa.LargeBinary(), nullable=True),
    sa.Column('by', sa.Text(), nullable=False),
    sa.Column('external_id', sa.LargeBinary(), nullable=True, comment='keyed hash: the id may itself name a person'),
    sa.Column('body_hash', sa.LargeBinary(), nullable=False, comment='keyed hash of the request, to know it again'),
    sa.Column('answer', postgresql.JSONB(none_as_null=True, astext_type=sa.Text()), nullable=False, comment='what was answered, without the receipt code'),
    sa.Column('proposal', postgresql.JSONB(none_as_null=True, astext_type=sa.Text()), nullable=True, comment='what the classifier proposes'),
    sa.Column('labels', postgresql.JSONB(none_as_null=True, astext_type=sa.Text()), nullable=True, comment='as registered'),
    sa.Column('decided_at', sa.DateTime(timezone=True), nullable=True),
    sa.Column('decided_by', sa.Text(), nullable=True),
    sa.Column('erased_at', sa.DateTime(timezone=True), nullable=True),
    sa.CheckConstraint("(stage = 'received') = (decided_at IS NULL)", name='received_until_decided'),
    sa.CheckConstraint("stage IN ('received', 'registered', 'refused', 'assigned', 'investigating', 'decided', 'replied', 'closed', 'filed', 'withdrawn')", name='complaint_has_a_known_stage'),
    sa.CheckConstraint('received_at <= recorded_at', name='received_before_recorded'),
    sa.PrimaryKeyConstraint('id'),
    sa.UniqueConstraint('number'),
    sa.UniqueConstraint('running')
    )
    op.create_index('complaint_by_external_id', 'complaints', ['channel', 'external_id'], unique=True)
    op.create_index('complaints_to_check', 'complaints', ['received_at'], unique=False, postgresql_where=sa.text("stage = 'received'"))
    op.create_table('departments',
    sa.Column('id', sa.Text(), nullable=False),
    sa.Column('parent', sa.Text(), nullable=True),
    sa.Column('head', sa.Text(), nullable=True),
    sa.PrimaryKeyConstraint('id')
    )
    op.create_table('limits',
    sa.Column('what', sa.LargeBinary(), nullable=False),
    sa.Column('since', sa.DateTime(timezone=True), nullable=False),
    sa.Column('tries', sa.Integer(), nullable=False),
    sa.PrimaryKeyConstraint('what')
    )
    op.create_index('limits_since', 'limits', ['since'], unique=False)
    op.create_table('looks',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('complaint', sa.Uuid(), nullable=False),
    sa.Column('by', sa.Text(), nullable=False),
    sa.Column('what', sa.Text(), nullable=False),
    sa.Column('at', sa.DateTime(timezone=True), server_default=sa.text('clock_timestamp()'), nullable=False),
    sa.PrimaryKeyConstraint('id')
    )
    op.create_index('looks_at_complaint', 'looks', ['complaint', 'at'], unique=False)
    op.create_table('milestones',
    sa.Column('complaint', sa.Uuid(), nullable=False),
    sa.Column('at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('what', sa.Text(), nullable=False),
    sa.PrimaryKeyConstraint('complaint', 'at', 'what')
    )
    op.create_table('officers',
    sa.Column('id', sa.Text(), nullable=False),
    sa.Column('department', sa.Text(), nullable=False),
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
    op.create_table('subjects',
    sa.Column('subject', sa.Text(), nullable=False),
    sa.Column('sequence', sa.Integer(), server_default='0', nullable=False, comment='last sequence that this service published'),
    sa.Column('seen', postgresql.JSONB(astext_type=sa.Text()), server_default=sa.text("'{}'"), nullable=False, comment='source: last sequence consumed'),
    sa.Column('parked', sa.Boolean(), server_default=sa.text('false'), nullable=False),
    sa.PrimaryKeyConstraint('subject'),
    comment='One row per complaint (or incident, warning ...). Who holds it, holds the complaint.'
    )
    op.create_table('blind_indexes',
    sa.Column('hash', sa.LargeBinary(), nullable=False),
    sa.Column('complaint', sa.Uuid(), nullable=False),
    sa.ForeignKeyConstraint(['complaint'], ['complaints.id'], ),
    sa.PrimaryKeyConstraint('hash', 'complaint')
    )
    op.create_index('blind_indexes_of_complaint', 'blind_indexes', ['complaint'], unique=False)
    op.create_table('idempotency',
    sa.Column('caller', sa.Text(), nullable=False),
    sa.Column('key', sa.LargeBinary(), nullable=False),
    sa.Column('body_hash', sa.LargeBinary(), nullable=False),
    sa.Column('complaint', sa.Uuid(), nullable=False),
    sa.ForeignKeyConstraint(['complaint'], ['complaints.id'], ),
    sa.PrimaryKeyConstraint('caller', 'key')
    )
    op.create_table('refusals',
    sa.Column('complaint', sa.Uuid(), nullable=False),
    sa.Column('reason', sa.Text(), nullable=False),
    sa.Column('where_to_turn', sa.Text(), nullable=False),
    sa.Column('by', sa.Text(), nullable=False),
    sa.Column('at', sa.DateTime(timezone=True), nullable=False),
    sa.ForeignKeyConstraint(['complaint'], ['complaints.id'], ),
    sa.PrimaryKeyConstraint('complaint')
    )
    op.create_table('supplements',
    sa.Column('id', sa.Uuid(), nullable=False),
    sa.Column('complaint', sa.Uuid(), nullable=False),
    sa.Column('at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('text', sa.LargeBinary(), nullable=False),
    sa.Column('by', sa.Text(), nullable=False),
    sa.ForeignKeyConstraint(['complaint'], ['complaints.id'], ),
    sa.PrimaryKeyConstraint('id')
    )
    op.create_index('supplements_of_complaint', 'supplements', ['complaint', 'at'], unique=False)
    op.create_table('attachments',
    sa.Column('id', sa.Uuid(), nullable=False),
    sa.Column('complaint', sa.Uuid(), nullable=True),
    sa.Column('supplement', sa.Uuid(), nullable=True),
    sa.Column('owner', sa.Text(), nullable=False, comment='who brought it; only they may bind it'),
    sa.Column('media_type', sa.Text(), nullable=False),
    sa.Column('size', sa.Integer(), nullable=False),
    sa.Column('sha256', sa.Text(), nullable=True, comment='of the content; forgotten on erasure'),
    sa.Column('sealed_sha256', sa.Text(), nullable=False, comment='of the sealed bytes, and the name of their file'),
    sa.Column('name', sa.LargeBinary(), nullable=False),
    sa.Column('created_at', sa.DateTime(timezone=True), server_default=sa.text('clock_timestamp()'), nullable=False),
    sa.CheckConstraint('supplement IS NULL OR complaint IS NOT NULL', name='supplement_belongs_to_complaint'),
    sa.ForeignKeyConstraint(['complaint'], ['complaints.id'], ),
    sa.ForeignKeyConstraint(['supplement'], ['supplements.id'], ),
    sa.PrimaryKeyConstraint('id')
    )
    op.create_index('attachments_of_complaint', 'attachments', ['complaint'], unique=False)
    op.create_index('attachments_unbound', 'attachments', ['created_at'], unique=False, postgresql_where=sa.text('complaint IS NULL'))


def downgrade() -> None:
    op.drop_table('attachments')
    op.drop_table('supplements')
    op.drop_table('refusals')
    op.drop_table('idempotency')
    op.drop_table('blind_indexes')
    op.drop_table('subjects')
    op.drop_table('progress')
    op.drop_table('parked')
    op.drop_table('outbox')
    op.drop_table('officers')
    op.drop_table('milestones')
    op.drop_table('looks')
    op.drop_table('limits')
    op.drop_table('departments')
    op.drop_table('complaints')
    op.drop_table('clock')
    op.drop_table('channel_keys')
    op.drop_table('calendars')
