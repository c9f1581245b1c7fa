"""The tables of archive"""

import sqlalchemy as sa
from alembic import op
from sqlalchemy import Text
from sqlalchemy.dialects import postgresql

revision = "0001_initial"
down_revision = None
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table('cases',
    sa.Column('complaint', sa.Text(), nullable=False),
    sa.Column('number', sa.Text(), nullable=False),
    sa.Column('channel', sa.Text(), nullable=False),
    sa.Column('received_at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('named_officers', postgresql.ARRAY(sa.Text()), server_default='{}', nullable=False),
    sa.Column('service', sa.Text(), nullable=True),
    sa.Column('topic_code', sa.Text(), nullable=True),
    sa.Column('kind', sa.Text(), nullable=True),
    sa.Column('level', sa.Integer(), nullable=True),
    sa.Column('erased_at', sa.DateTime(timezone=True), nullable=True),
    sa.CheckConstraint('level BETWEEN 1 AND 3', name='case_level_1_to_3'),
    sa.PrimaryKeyConstraint('complaint')
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
    op.create_table('departments',
    sa.Column('id', sa.Text(), nullable=False),
    sa.Column('parent', sa.Text(), nullable=True),
    sa.Column('head', sa.Text(), nullable=True),
    sa.PrimaryKeyConstraint('id')
    )
    op.create_table('officers',
    sa.Column('id', sa.Text(), nullable=False),
    sa.Column('department', sa.Text(), nullable=False),
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
    op.create_table('verifications',
    sa.Column('id', sa.BigInteger(), sa.Identity(always=True), nullable=False),
    sa.Column('at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('by', sa.Text(), nullable=False),
    sa.Column('chain_ok', sa.Boolean(), nullable=False),
    sa.Column('files', sa.Integer(), nullable=False),
    sa.Column('tampered', postgresql.JSONB(astext_type=sa.Text()), nullable=False),
    sa.PrimaryKeyConstraint('id')
    )
    op.create_table('files',
    sa.Column('id', sa.Text(), nullable=False),
    sa.Column('complaint', sa.Text(), nullable=False),
    sa.Column('volume', sa.Integer(), nullable=False),
    sa.Column('state', sa.Text(), server_default='collecting', nullable=False),
    sa.Column('ending', sa.Text(), nullable=False),
    sa.Column('ended_at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('outcome', sa.Text(), nullable=True),
    sa.Column('number', sa.Text(), nullable=False),
    sa.Column('channel', sa.Text(), nullable=False),
    sa.Column('received_at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('service', sa.Text(), nullable=True),
    sa.Column('topic_code', sa.Text(), nullable=True),
    sa.Column('kind', sa.Text(), nullable=True),
    sa.Column('level', sa.Integer(), nullable=True),
    sa.Column('asked', sa.Integer(), server_default='1', nullable=False),
    sa.Column('tries', sa.Integer(), server_default='0', nullable=False),
    sa.Column('try_after', sa.DateTime(timezone=True), server_default=sa.text('clock_timestamp()'), nullable=False),
    sa.Column('collected_at', sa.DateTime(timezone=True), nullable=True),
    sa.Column('complete', sa.Boolean(), nullable=True),
    sa.Column('missing', postgresql.ARRAY(sa.Text()), server_default='{}', nullable=False),
    sa.Column('returned_at', sa.DateTime(timezone=True), nullable=True),
    sa.Column('returned_by', sa.Text(), nullable=True),
    sa.Column('return_reason', sa.LargeBinary(), nullable=True),
    sa.Column('sealed_at', sa.DateTime(timezone=True), nullable=True),
    sa.Column('sealed_by', sa.Text(), nullable=True),
    sa.Column('accepted_because', sa.LargeBinary(), nullable=True),
    sa.Column('retained_until', sa.Date(), nullable=True),
    sa.Column('filed_at', sa.DateTime(timezone=True), nullable=True),
    sa.Column('voided_at', sa.DateTime(timezone=True), nullable=True),
    sa.CheckConstraint("complete IS NULL OR complete = (missing = '{}')", name='file_complete_misses_nothing'),
    sa.CheckConstraint("ending IN ('closed', 'refused', 'withdrawn')", name='file_ending_known'),
    sa.CheckConstraint("state IN ('collecting', 'collected', 'returned', 'sealed', 'filed', 'voided')", name='file_state_known'),
    sa.CheckConstraint("state NOT IN ('collected', 'returned', 'sealed', 'filed') OR (collected_at IS NOT NULL AND complete IS NOT NULL)", name='file_collected_says_whether_complete'),
    sa.CheckConstraint("state NOT IN ('collecting', 'collected', 'returned') OR sealed_at IS NULL", name='file_open_is_not_sealed'),
    sa.CheckConstraint("state NOT IN ('sealed', 'filed') OR sealed_at IS NOT NULL", name='file_standing_is_sealed'),
    sa.CheckConstraint('(sealed_at IS NOT NULL) = (sealed_by IS NOT NULL) AND (sealed_at IS NOT NULL) = (retained_until IS NOT NULL)', name='file_sealed_is_whole'),
    sa.CheckConstraint('volume >= 1', name='file_volume_from_1'),
    sa.ForeignKeyConstraint(['complaint'], ['cases.complaint'], ),
    sa.PrimaryKeyConstraint('id'),
    sa.UniqueConstraint('complaint', 'volume', name='file_volume_once')
    )
    op.create_index('file_one_open', 'files', ['complaint'], unique=True, postgresql_where=sa.text("state IN ('collecting', 'collected', 'returned')"))
    op.create_index('files_by_number', 'files', ['number'], unique=False)
    op.create_index('files_by_receipt', 'files', ['received_at'], unique=False)
    op.create_index('files_to_collect', 'files', ['try_after'], unique=False, postgresql_where=sa.text("state = 'collecting'"))
    op.create_table('entries',
    sa.Column('id', sa.Text(), nullable=False),
    sa.Column('file', sa.Text(), nullable=False),
    sa.Column('position', sa.Integer(), nullable=False),
    sa.Column('kind', sa.Text(), nullable=False),
    sa.Column('title', sa.Text(), nullable=False),
    sa.Column('at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('by', sa.Text(), nullable=False),
    sa.Column('media_type', sa.Text(), nullable=False),
    sa.Column('field', sa.Text(), nullable=True),
    sa.Column('content', sa.LargeBinary(), nullable=False),
    sa.Column('size', sa.Integer(), nullable=False),
    sa.Column('sha256', sa.Text(), nullable=False),
    sa.Column('fingerprint', sa.Text(), nullable=True),
    sa.Column('details', postgresql.JSONB(astext_type=sa.Text()), server_default='{}', nullable=False),
    sa.CheckConstraint('position >= 1', name='entry_position_from_1'),
    sa.ForeignKeyConstraint(['file'], ['files.id'], ),
    sa.PrimaryKeyConstraint('id'),
    sa.UniqueConstraint('file', 'position', deferrable=True, initially='DEFERRED', name='entry_position_once')
    )
    op.create_table('links',
    sa.Column('position', sa.BigInteger(), autoincrement=False, nullable=False),
    sa.Column('file', sa.Text(), nullable=False),
    sa.Column('act', sa.Text(), nullable=False),
    sa.Column('at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('manifest', sa.Text(), nullable=False),
    sa.Column('previous', sa.Text(), nullable=False),
    sa.Column('seal', sa.Text(), nullable=False),
    sa.Column('signature', sa.LargeBinary(), nullable=False),
    sa.CheckConstraint("act IN ('sealed', 'voided')", name='link_act_known'),
    sa.CheckConstraint('position >= 1', name='link_position_from_1'),
    sa.ForeignKeyConstraint(['file'], ['files.id'], ),
    sa.PrimaryKeyConstraint('position'),
    sa.UniqueConstraint('file', 'act', name='link_act_once'),
    sa.UniqueConstraint('previous', name='link_chain_has_no_fork')
    )
    op.create_table('looks',
    sa.Column('id', sa.BigInteger(), sa.Identity(always=True), nullable=False),
    sa.Column('file', sa.Text(), nullable=False),
    sa.Column('entry', sa.Integer(), nullable=False),
    sa.Column('by', sa.Text(), nullable=False),
    sa.Column('at', sa.DateTime(timezone=True), nullable=False),
    sa.ForeignKeyConstraint(['file'], ['files.id'], ),
    sa.PrimaryKeyConstraint('id')
    )
    op.create_index('looks_at_file', 'looks', ['file', 'at'], unique=False)


def downgrade() -> None:
    op.drop_table('looks')
    op.drop_table('links')
    op.drop_table('entries')
    op.drop_table('files')
    op.drop_table('verifications')
    op.drop_table('subjects')
    op.drop_table('progress')
    op.drop_table('parked')
    op.drop_table('outbox')
    op.drop_table('officers')
    op.drop_table('departments')
    op.drop_table('clock')
    op.drop_table('cases')
