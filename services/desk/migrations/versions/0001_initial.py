"""The tables of desk"""

import sqlalchemy as sa
from alembic import op
from sqlalchemy import Text
from sqlalchemy.dialects import postgresql

revision = "0001_initial"
down_revision = None
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table('accounts',
    sa.Column('username', sa.Text(), nullable=False),
    sa.Column('password_hash', sa.Text(), nullable=False),
    sa.Column('officer', sa.Text(), nullable=False, comment="the officer's id, the subject of the tokens"),
    sa.Column('roles', postgresql.ARRAY(sa.Text()), nullable=False),
    sa.Column('department', sa.Text(), nullable=True),
    sa.Column('language', sa.Text(), nullable=True, comment="null: the browser's"),
    sa.Column('active', sa.Boolean(), server_default=sa.text('true'), nullable=False),
    sa.Column('created_at', sa.DateTime(timezone=True), server_default=sa.text('clock_timestamp()'), nullable=False),
    sa.CheckConstraint("language IN ('zh-Hant', 'zh-Hans', 'en')", name='account_language_is_known'),
    sa.CheckConstraint("username = lower(username) AND username <> ''", name='account_username_is_lower_case'),
    sa.CheckConstraint('cardinality(roles) > 0', name='account_has_a_role'),
    sa.PrimaryKeyConstraint('username')
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
    op.create_table('failed_sign_ins',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('username', sa.LargeBinary(), nullable=False, comment='HMAC: people type passwords into the wrong field'),
    sa.Column('address', sa.LargeBinary(), nullable=False, comment='HMAC of where it came from'),
    sa.Column('at', sa.DateTime(timezone=True), server_default=sa.text('clock_timestamp()'), nullable=False),
    sa.PrimaryKeyConstraint('id')
    )
    op.create_index('failed_sign_ins_of_address', 'failed_sign_ins', ['address', 'at'], unique=False)
    op.create_index('failed_sign_ins_of_username', 'failed_sign_ins', ['username', 'at'], unique=False)
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
    op.create_table('browser_sessions',
    sa.Column('id_hash', sa.LargeBinary(), nullable=False, comment='SHA-256 of the cookie'),
    sa.Column('username', sa.Text(), nullable=False),
    sa.Column('created_at', sa.DateTime(timezone=True), server_default=sa.text('clock_timestamp()'), nullable=False),
    sa.Column('seen_at', sa.DateTime(timezone=True), server_default=sa.text('clock_timestamp()'), nullable=False),
    sa.Column('expires_at', sa.DateTime(timezone=True), nullable=False),
    sa.CheckConstraint('expires_at > seen_at', name='session_ends_after_it_was_seen'),
    sa.ForeignKeyConstraint(['username'], ['accounts.username'], ondelete='CASCADE'),
    sa.PrimaryKeyConstraint('id_hash')
    )
    op.create_index('browser_sessions_of_account', 'browser_sessions', ['username'], unique=False)
    op.create_index('browser_sessions_to_sweep', 'browser_sessions', ['expires_at'], unique=False)
    op.create_table('saved_views',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('username', sa.Text(), nullable=False),
    sa.Column('name', sa.Text(), nullable=False),
    sa.Column('choices', postgresql.JSONB(astext_type=sa.Text()), nullable=False, comment='codes and dates only, never searched words'),
    sa.Column('created_at', sa.DateTime(timezone=True), server_default=sa.text('clock_timestamp()'), nullable=False),
    sa.ForeignKeyConstraint(['username'], ['accounts.username'], ondelete='CASCADE'),
    sa.PrimaryKeyConstraint('id'),
    sa.UniqueConstraint('username', 'name', name='saved_view_name_once')
    )


def downgrade() -> None:
    op.drop_table('saved_views')
    op.drop_table('browser_sessions')
    op.drop_table('subjects')
    op.drop_table('progress')
    op.drop_table('parked')
    op.drop_table('outbox')
    op.drop_table('failed_sign_ins')
    op.drop_table('clock')
    op.drop_table('accounts')
