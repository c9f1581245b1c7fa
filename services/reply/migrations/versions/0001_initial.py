"""The tables of reply"""

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
    sa.Column('stage', sa.Text(), nullable=False),
    sa.Column('language', sa.Text(), nullable=False),
    sa.Column('received_at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('reachable', postgresql.ARRAY(sa.Text()), server_default='{}', nullable=False),
    sa.Column('named_officers', postgresql.ARRAY(sa.Text()), server_default='{}', nullable=False),
    sa.Column('kind', sa.Text(), nullable=True),
    sa.Column('level', sa.Integer(), nullable=True),
    sa.Column('service', sa.Text(), nullable=True),
    sa.Column('topic_code', sa.Text(), nullable=True),
    sa.Column('department', sa.Text(), nullable=True),
    sa.Column('officer', sa.Text(), nullable=True),
    sa.Column('determined_at', sa.DateTime(timezone=True), nullable=True),
    sa.Column('outcome', sa.Text(), nullable=True),
    sa.Column('round', sa.Integer(), server_default='1', nullable=False),
    sa.Column('reply_row', sa.Text(), nullable=True),
    sa.Column('reply_due_at', sa.DateTime(timezone=True), nullable=True),
    sa.Column('refused_for', sa.Text(), nullable=True),
    sa.Column('where_to_turn', sa.Text(), nullable=True),
    sa.Column('refused_by', sa.Text(), nullable=True),
    sa.Column('ended_at', sa.DateTime(timezone=True), nullable=True),
    sa.CheckConstraint("stage IN ('received', 'registered', 'refused', 'assigned', 'investigating', 'decided', 'replied', 'closed', 'filed', 'withdrawn')", name='case_stage_known'),
    sa.CheckConstraint('(reply_row IS NULL) = (reply_due_at IS NULL)', name='case_reply_row_with_date'),
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
    op.create_table('letter_numbers',
    sa.Column('year', sa.Integer(), autoincrement=False, nullable=False),
    sa.Column('last', sa.Integer(), nullable=False),
    sa.PrimaryKeyConstraint('year')
    )
    op.create_table('officers',
    sa.Column('id', sa.Text(), nullable=False),
    sa.Column('department', sa.Text(), nullable=False),
    sa.Column('supervisor', sa.Boolean(), nullable=False),
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
    op.create_table('special_days',
    sa.Column('calendar', sa.Text(), nullable=False),
    sa.Column('days', postgresql.JSONB(astext_type=sa.Text()), nullable=False),
    sa.Column('published_until', sa.Date(), nullable=False),
    sa.PrimaryKeyConstraint('calendar')
    )
    op.create_table('subjects',
    sa.Column('subject', sa.Text(), nullable=False),
    sa.Column('sequence', sa.Integer(), server_default='0', nullable=False, comment='last sequence that this service published'),
    sa.Column('seen', postgresql.JSONB(astext_type=sa.Text()), server_default=sa.text("'{}'"), nullable=False, comment='source: last sequence consumed'),
    sa.Column('parked', sa.Boolean(), server_default=sa.text('false'), nullable=False),
    sa.PrimaryKeyConstraint('subject'),
    comment='One row per complaint (or incident, warning ...). Who holds it, holds the complaint.'
    )
    op.create_table('errands',
    sa.Column('event', sa.Text(), nullable=False),
    sa.Column('complaint', sa.Text(), nullable=False),
    sa.Column('purpose', sa.Text(), nullable=False),
    sa.Column('extension', sa.Text(), nullable=True),
    sa.Column('heard_at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('tries', sa.Integer(), server_default='0', nullable=False),
    sa.Column('try_after', sa.DateTime(timezone=True), server_default=sa.text('clock_timestamp()'), nullable=False),
    sa.Column('done_at', sa.DateTime(timezone=True), nullable=True),
    sa.ForeignKeyConstraint(['complaint'], ['cases.complaint'], ),
    sa.PrimaryKeyConstraint('event')
    )
    op.create_index('errands_open', 'errands', ['try_after'], unique=False, postgresql_where=sa.text('done_at IS NULL'))
    op.create_table('extensions',
    sa.Column('id', sa.Text(), nullable=False),
    sa.Column('complaint', sa.Text(), nullable=False),
    sa.Column('round', sa.Integer(), nullable=False),
    sa.Column('replaces_due_at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('until', sa.Date(), nullable=False),
    sa.Column('reason', sa.LargeBinary(), nullable=False),
    sa.Column('state', sa.Text(), server_default='requested', nullable=False),
    sa.Column('requested_by', sa.Text(), nullable=False),
    sa.Column('requested_at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('decided_by', sa.Text(), nullable=True),
    sa.Column('decided_at', sa.DateTime(timezone=True), nullable=True),
    sa.Column('notice_way', sa.Text(), nullable=True),
    sa.Column('notice_text', sa.LargeBinary(), nullable=True),
    sa.Column('notice_at', sa.DateTime(timezone=True), nullable=True),
    sa.Column('notice_by', sa.Text(), nullable=True),
    sa.Column('preliminary_way', sa.Text(), nullable=True),
    sa.Column('preliminary_text', sa.LargeBinary(), nullable=True),
    sa.Column('preliminary_at', sa.DateTime(timezone=True), nullable=True),
    sa.Column('preliminary_by', sa.Text(), nullable=True),
    sa.CheckConstraint("state <> 'notified' OR notice_at IS NOT NULL", name='extension_notified_has_time'),
    sa.CheckConstraint("state = 'requested' OR decided_by IS NOT NULL", name='extension_decided_by_someone'),
    sa.CheckConstraint("state IN ('requested', 'approved', 'rejected', 'notified')", name='extension_state_known'),
    sa.CheckConstraint('decided_by IS NULL OR decided_by <> requested_by', name='extension_decided_by_another'),
    sa.ForeignKeyConstraint(['complaint'], ['cases.complaint'], ),
    sa.PrimaryKeyConstraint('id')
    )
    op.create_index('extension_one_open', 'extensions', ['complaint', 'replaces_due_at'], unique=True, postgresql_where=sa.text("state <> 'rejected'"))
    op.create_table('result_notices',
    sa.Column('id', sa.Text(), nullable=False),
    sa.Column('complaint', sa.Text(), nullable=False),
    sa.Column('round', sa.Integer(), nullable=False),
    sa.Column('way', sa.Text(), nullable=False),
    sa.Column('text', sa.LargeBinary(), nullable=False),
    sa.Column('at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('by', sa.Text(), nullable=False),
    sa.ForeignKeyConstraint(['complaint'], ['cases.complaint'], ),
    sa.PrimaryKeyConstraint('id')
    )
    op.create_index('result_notices_of_complaint', 'result_notices', ['complaint', 'at'], unique=False)
    op.create_table('voices',
    sa.Column('id', sa.Text(), nullable=False),
    sa.Column('complaint', sa.Text(), nullable=False),
    sa.Column('round', sa.Integer(), nullable=False),
    sa.Column('kind', sa.Text(), nullable=False),
    sa.Column('score', sa.Integer(), nullable=True),
    sa.Column('text', sa.LargeBinary(), nullable=False),
    sa.Column('at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('by', sa.Text(), nullable=False),
    sa.CheckConstraint("(kind = 'satisfaction') = (score IS NOT NULL)", name='voice_score_of_satisfaction'),
    sa.CheckConstraint("kind IN ('satisfaction', 'dispute', 'review')", name='voice_kind_known'),
    sa.CheckConstraint('score BETWEEN 1 AND 5', name='voice_score_1_to_5'),
    sa.ForeignKeyConstraint(['complaint'], ['cases.complaint'], ),
    sa.PrimaryKeyConstraint('id')
    )
    op.create_index('voice_one_dispute_a_round', 'voices', ['complaint', 'kind', 'round'], unique=True, postgresql_where=sa.text("kind <> 'satisfaction'"))
    op.create_index('voices_of_complaint', 'voices', ['complaint', 'at'], unique=False)
    op.create_table('letters',
    sa.Column('id', sa.Text(), nullable=False),
    sa.Column('complaint', sa.Text(), nullable=False),
    sa.Column('round', sa.Integer(), nullable=False),
    sa.Column('purpose', sa.Text(), nullable=False),
    sa.Column('language', sa.Text(), nullable=False),
    sa.Column('machine', sa.Boolean(), server_default='false', nullable=False),
    sa.Column('fields', sa.LargeBinary(), nullable=False),
    sa.Column('version', sa.Integer(), server_default='1', nullable=False),
    sa.Column('state', sa.Text(), server_default='draft', nullable=False),
    sa.Column('author', sa.Text(), nullable=False),
    sa.Column('authors', postgresql.ARRAY(sa.Text()), nullable=False),
    sa.Column('checker', sa.Text(), nullable=True),
    sa.Column('signer', sa.Text(), nullable=True),
    sa.Column('returned_because', sa.LargeBinary(), nullable=True),
    sa.Column('letter_number', sa.Text(), nullable=True),
    sa.Column('pdf', sa.LargeBinary(), nullable=True),
    sa.Column('pdf_sha256', sa.Text(), nullable=True),
    sa.Column('way', sa.Text(), nullable=True),
    sa.Column('extension', sa.Text(), nullable=True),
    sa.Column('drafted_at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('submitted_at', sa.DateTime(timezone=True), nullable=True),
    sa.Column('checked_at', sa.DateTime(timezone=True), nullable=True),
    sa.Column('signed_at', sa.DateTime(timezone=True), nullable=True),
    sa.Column('sending_by', sa.Text(), nullable=True),
    sa.Column('sending_at', sa.DateTime(timezone=True), nullable=True),
    sa.Column('sent_at', sa.DateTime(timezone=True), nullable=True),
    sa.Column('delivered_at', sa.DateTime(timezone=True), nullable=True),
    sa.Column('attempt_begun_at', sa.DateTime(timezone=True), nullable=True),
    sa.Column('tries', sa.Integer(), server_default='0', nullable=False),
    sa.Column('try_after', sa.DateTime(timezone=True), nullable=True),
    sa.CheckConstraint("NOT machine OR author = 'system'", name='letter_by_machine'),
    sa.CheckConstraint("state <> 'delivered' OR sent_at IS NOT NULL", name='letter_sent_has_time'),
    sa.CheckConstraint("state <> 'sending' OR way IS NOT NULL", name='letter_sending_has_way'),
    sa.CheckConstraint("state IN ('draft', 'submitted', 'checked', 'signed', 'sending', 'maybe_sent', 'printing', 'delivered', 'void')", name='letter_state_known'),
    sa.CheckConstraint("state IN ('draft', 'submitted', 'checked', 'void') OR (signer IS NOT NULL AND letter_number IS NOT NULL AND pdf IS NOT NULL AND pdf_sha256 IS NOT NULL)", name='letter_signed_is_whole'),
    sa.CheckConstraint('checker IS NULL OR NOT checker = ANY (authors)', name='letter_checker_is_no_author'),
    sa.CheckConstraint('machine OR signer IS NULL OR NOT signer = ANY (authors)', name='letter_signer_is_no_author'),
    sa.ForeignKeyConstraint(['complaint'], ['cases.complaint'], ),
    sa.ForeignKeyConstraint(['extension'], ['extensions.id'], ),
    sa.PrimaryKeyConstraint('id'),
    sa.UniqueConstraint('letter_number', name='letter_number_once')
    )
    op.create_index('letter_one_reply_a_round', 'letters', ['complaint', 'round'], unique=True, postgresql_where=sa.text("purpose = 'reply' AND state <> 'void'"))
    op.create_index('letters_of_complaint', 'letters', ['complaint', 'drafted_at'], unique=False)
    op.create_index('letters_to_send', 'letters', ['try_after'], unique=False, postgresql_where=sa.text("state = 'sending'"))
    op.create_table('deliveries',
    sa.Column('id', sa.Text(), nullable=False),
    sa.Column('letter', sa.Text(), nullable=False),
    sa.Column('way', sa.Text(), nullable=False),
    sa.Column('at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('outcome', sa.Text(), nullable=False),
    sa.Column('proof', sa.Text(), nullable=True),
    sa.Column('note', sa.LargeBinary(), nullable=True),
    sa.Column('by', sa.Text(), nullable=False),
    sa.CheckConstraint("outcome IN ('sent', 'delivered', 'refused', 'failed', 'attempted')", name='delivery_known'),
    sa.ForeignKeyConstraint(['letter'], ['letters.id'], ),
    sa.PrimaryKeyConstraint('id')
    )
    op.create_index('deliveries_of_letter', 'deliveries', ['letter', 'at'], unique=False)


def downgrade() -> None:
    op.drop_table('deliveries')
    op.drop_table('letters')
    op.drop_table('voices')
    op.drop_table('result_notices')
    op.drop_table('extensions')
    op.drop_table('errands')
    op.drop_table('subjects')
    op.drop_table('special_days')
    op.drop_table('progress')
    op.drop_table('parked')
    op.drop_table('outbox')
    op.drop_table('officers')
    op.drop_table('letter_numbers')
    op.drop_table('departments')
    op.drop_table('clock')
    op.drop_table('cases')
