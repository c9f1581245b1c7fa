"""The tables of casework"""

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
    op.create_table('departments',
    sa.Column('id', sa.Text(), nullable=False),
    sa.Column('parent', sa.Text(), nullable=True),
    sa.Column('head', sa.Text(), nullable=True),
    sa.Column('services', postgresql.ARRAY(sa.Text()), nullable=False),
    sa.Column('name_zh_hant', sa.Text(), nullable=False),
    sa.Column('name_zh_hans', sa.Text(), nullable=False),
    sa.Column('name_en', sa.Text(), nullable=False),
    sa.CheckConstraint('parent <> id', name='no_department_is_its_own_parent'),
    sa.ForeignKeyConstraint(['parent'], ['departments.id'], ),
    sa.PrimaryKeyConstraint('id')
    )
    op.create_index('one_root_department', 'departments', [sa.literal_column('(parent IS NULL)')], unique=True, postgresql_where=sa.text('parent IS NULL'))
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
    sa.Column('day', sa.Date(), nullable=False),
    sa.Column('kind', sa.Text(), nullable=False),
    sa.PrimaryKeyConstraint('day')
    )
    op.create_table('subjects',
    sa.Column('subject', sa.Text(), nullable=False),
    sa.Column('sequence', sa.Integer(), server_default='0', nullable=False, comment='last sequence that this service published'),
    sa.Column('seen', postgresql.JSONB(astext_type=sa.Text()), server_default=sa.text("'{}'"), nullable=False, comment='source: last sequence consumed'),
    sa.Column('parked', sa.Boolean(), server_default=sa.text('false'), nullable=False),
    sa.PrimaryKeyConstraint('subject'),
    comment='One row per complaint (or incident, warning ...). Who holds it, holds the complaint.'
    )
    op.create_table('officers',
    sa.Column('id', sa.Text(), nullable=False),
    sa.Column('department', sa.Text(), nullable=False),
    sa.Column('roles', postgresql.ARRAY(sa.Text()), nullable=False),
    sa.Column('name_zh_hant', sa.Text(), nullable=False),
    sa.Column('name_zh_hans', sa.Text(), nullable=False),
    sa.Column('name_en', sa.Text(), nullable=False),
    sa.Column('active', sa.Boolean(), nullable=False),
    sa.ForeignKeyConstraint(['department'], ['departments.id'], ),
    sa.PrimaryKeyConstraint('id')
    )
    op.create_index('officers_of_department', 'officers', ['department'], unique=False)
    op.create_table('cases',
    sa.Column('complaint', sa.Text(), nullable=False),
    sa.Column('number', sa.Text(), nullable=False),
    sa.Column('stage', sa.Text(), nullable=False),
    sa.Column('round', sa.Integer(), server_default='0', nullable=False),
    sa.Column('channel', sa.Text(), nullable=False),
    sa.Column('reply_form', sa.Text(), nullable=False),
    sa.Column('language', sa.Text(), nullable=False),
    sa.Column('reachable', postgresql.ARRAY(sa.Text()), nullable=False),
    sa.Column('named_officers', postgresql.ARRAY(sa.Text()), nullable=False),
    sa.Column('received_at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('registered_at', sa.DateTime(timezone=True), nullable=True),
    sa.Column('responsible', sa.Text(), nullable=True),
    sa.Column('procedure_version', sa.Text(), nullable=True),
    sa.Column('service', sa.Text(), nullable=True),
    sa.Column('topic_code', sa.Text(), nullable=True),
    sa.Column('nature', sa.Text(), nullable=True),
    sa.Column('kind', sa.Text(), nullable=True),
    sa.Column('category', sa.Text(), nullable=True),
    sa.Column('level', sa.Integer(), nullable=True),
    sa.Column('importance', sa.Text(), nullable=True),
    sa.Column('urgent', sa.Boolean(), server_default=sa.text('false'), nullable=False),
    sa.Column('district', sa.Text(), nullable=True),
    sa.Column('department', sa.Text(), nullable=True),
    sa.Column('officer', sa.Text(), nullable=True),
    sa.Column('assigned_at', sa.DateTime(timezone=True), nullable=True),
    sa.Column('accepted_at', sa.DateTime(timezone=True), nullable=True),
    sa.Column('decided_at', sa.DateTime(timezone=True), nullable=True),
    sa.Column('reply', sa.Text(), nullable=True),
    sa.Column('reply_sent_at', sa.DateTime(timezone=True), nullable=True),
    sa.Column('reply_delivered_at', sa.DateTime(timezone=True), nullable=True),
    sa.Column('delivery_attempts', sa.Integer(), server_default='0', nullable=False),
    sa.Column('result_notice_at', sa.DateTime(timezone=True), nullable=True),
    sa.Column('disputed_at', sa.DateTime(timezone=True), nullable=True),
    sa.Column('review_requested_at', sa.DateTime(timezone=True), nullable=True),
    sa.Column('closed_at', sa.DateTime(timezone=True), nullable=True),
    sa.Column('basis', sa.Text(), nullable=True),
    sa.Column('file', sa.Text(), nullable=True),
    sa.Column('filed_at', sa.DateTime(timezone=True), nullable=True),
    sa.Column('file_missing', postgresql.ARRAY(sa.Text()), server_default=sa.text("'{}'"), nullable=False),
    sa.CheckConstraint("(kind = 'complaint') = (level IS NOT NULL)", name='complaints_alone_have_a_level'),
    sa.CheckConstraint("basis IN ('replied', 'measures_done', 'measures_handed_over', 'nobody_to_reach')", name='basis_is_a_code'),
    sa.CheckConstraint("importance IN ('ordinary', 'major')", name='importance_is_a_code'),
    sa.CheckConstraint("kind IN ('consultation', 'complaint', 'suggestion')", name='kind_is_a_code'),
    sa.CheckConstraint("registered_at IS NOT NULL OR stage IN ('received', 'refused', 'withdrawn', 'filed')", name='a_case_under_way_is_registered'),
    sa.CheckConstraint("service IN ('water', 'power', 'gas', 'sanitation', 'transport', 'infrastructure')", name='service_is_a_code'),
    sa.CheckConstraint("stage <> 'closed' OR (closed_at IS NOT NULL AND basis IS NOT NULL)", name='closed_has_a_basis'),
    sa.CheckConstraint("stage <> 'filed' OR file IS NOT NULL", name='filed_names_the_file'),
    sa.CheckConstraint("stage <> 'replied' OR reply IS NOT NULL", name='replied_names_the_reply'),
    sa.CheckConstraint("stage IN ('received', 'registered', 'refused', 'assigned', 'investigating', 'decided', 'replied', 'closed', 'filed', 'withdrawn')", name='stage_is_a_code'),
    sa.CheckConstraint("stage NOT IN ('assigned', 'investigating', 'decided', 'replied', 'closed') OR (department IS NOT NULL AND officer IS NOT NULL)", name='a_case_under_way_is_somebodys'),
    sa.CheckConstraint('level IN (1, 2, 3)', name='level_is_a_code'),
    sa.CheckConstraint('officer IS NULL OR officer <> ALL (named_officers)', name='nobody_handles_what_names_them'),
    sa.CheckConstraint('registered_at IS NULL OR (service IS NOT NULL AND topic_code IS NOT NULL AND nature IS NOT NULL AND kind IS NOT NULL AND importance IS NOT NULL)', name='a_registered_case_has_its_labels'),
    sa.ForeignKeyConstraint(['department'], ['departments.id'], ),
    sa.ForeignKeyConstraint(['officer'], ['officers.id'], ),
    sa.PrimaryKeyConstraint('complaint')
    )
    op.create_index('cases_by_stage', 'cases', ['stage', 'received_at'], unique=False)
    op.create_index('cases_of_department', 'cases', ['department', 'stage', 'received_at'], unique=False)
    op.create_index('open_cases_of_officer', 'cases', ['officer'], unique=False, postgresql_where=sa.text("stage IN ('registered', 'assigned', 'investigating', 'decided', 'replied')"))
    op.create_table('accountability',
    sa.Column('complaint', sa.Text(), nullable=False),
    sa.Column('at_fault', sa.Boolean(), nullable=False),
    sa.Column('id', sa.Text(), nullable=False),
    sa.Column('at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('by', sa.Text(), nullable=False),
    sa.Column('words', sa.LargeBinary(), nullable=True),
    sa.Column('place', sa.BigInteger(), sa.Identity(always=True), nullable=False),
    sa.ForeignKeyConstraint(['complaint'], ['cases.complaint'], initially='DEFERRED', deferrable=True),
    sa.PrimaryKeyConstraint('id')
    )
    op.create_index(op.f('ix_accountability_complaint'), 'accountability', ['complaint'], unique=False)
    op.create_table('alarms',
    sa.Column('complaint', sa.Text(), nullable=False),
    sa.Column('cause', sa.Text(), nullable=False),
    sa.Column('cues', postgresql.ARRAY(sa.Text()), nullable=False),
    sa.Column('accepted_at', sa.DateTime(timezone=True), nullable=True),
    sa.Column('accepted_by', sa.Text(), nullable=True),
    sa.Column('id', sa.Text(), nullable=False),
    sa.Column('at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('by', sa.Text(), nullable=False),
    sa.Column('words', sa.LargeBinary(), nullable=True),
    sa.Column('place', sa.BigInteger(), sa.Identity(always=True), nullable=False),
    sa.CheckConstraint('(accepted_at IS NULL) = (accepted_by IS NULL)', name='somebody_accepted_it'),
    sa.ForeignKeyConstraint(['complaint'], ['cases.complaint'], initially='DEFERRED', deferrable=True),
    sa.PrimaryKeyConstraint('id')
    )
    op.create_index('alarms_ringing', 'alarms', ['at'], unique=False, postgresql_where=sa.text('accepted_at IS NULL'))
    op.create_index(op.f('ix_alarms_complaint'), 'alarms', ['complaint'], unique=False)
    op.create_table('assignments',
    sa.Column('complaint', sa.Text(), nullable=False),
    sa.Column('department', sa.Text(), nullable=False),
    sa.Column('officer', sa.Text(), nullable=False),
    sa.Column('how', sa.Text(), nullable=False),
    sa.Column('id', sa.Text(), nullable=False),
    sa.Column('at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('by', sa.Text(), nullable=False),
    sa.Column('words', sa.LargeBinary(), nullable=True),
    sa.Column('place', sa.BigInteger(), sa.Identity(always=True), nullable=False),
    sa.CheckConstraint("how IN ('rule', 'chosen', 'handed_over', 'redispatched', 'reopened')", name='how_is_a_code'),
    sa.ForeignKeyConstraint(['complaint'], ['cases.complaint'], initially='DEFERRED', deferrable=True),
    sa.PrimaryKeyConstraint('id')
    )
    op.create_index(op.f('ix_assignments_complaint'), 'assignments', ['complaint'], unique=False)
    op.create_table('causes',
    sa.Column('complaint', sa.Text(), nullable=False),
    sa.Column('cause', sa.Text(), nullable=False),
    sa.Column('id', sa.Text(), nullable=False),
    sa.Column('at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('by', sa.Text(), nullable=False),
    sa.Column('words', sa.LargeBinary(), nullable=True),
    sa.Column('place', sa.BigInteger(), sa.Identity(always=True), nullable=False),
    sa.CheckConstraint("cause IN ('service_quality', 'product', 'policy')", name='cause_is_a_code'),
    sa.ForeignKeyConstraint(['complaint'], ['cases.complaint'], initially='DEFERRED', deferrable=True),
    sa.PrimaryKeyConstraint('id')
    )
    op.create_index(op.f('ix_causes_complaint'), 'causes', ['complaint'], unique=False)
    op.create_table('evidence',
    sa.Column('complaint', sa.Text(), nullable=False),
    sa.Column('kind', sa.Text(), nullable=False),
    sa.Column('attachment', sa.Text(), nullable=True),
    sa.Column('sha256', sa.Text(), nullable=False),
    sa.Column('id', sa.Text(), nullable=False),
    sa.Column('at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('by', sa.Text(), nullable=False),
    sa.Column('words', sa.LargeBinary(), nullable=True),
    sa.Column('place', sa.BigInteger(), sa.Identity(always=True), nullable=False),
    sa.CheckConstraint("kind IN ('document', 'photo', 'recording', 'reading', 'statement', 'other')", name='kind_is_a_code'),
    sa.ForeignKeyConstraint(['complaint'], ['cases.complaint'], initially='DEFERRED', deferrable=True),
    sa.PrimaryKeyConstraint('id')
    )
    op.create_index(op.f('ix_evidence_complaint'), 'evidence', ['complaint'], unique=False)
    op.create_table('follow_ups',
    sa.Column('complaint', sa.Text(), nullable=False),
    sa.Column('way', sa.Text(), nullable=False),
    sa.Column('finding', sa.Text(), nullable=False),
    sa.Column('id', sa.Text(), nullable=False),
    sa.Column('at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('by', sa.Text(), nullable=False),
    sa.Column('words', sa.LargeBinary(), nullable=True),
    sa.Column('place', sa.BigInteger(), sa.Identity(always=True), nullable=False),
    sa.CheckConstraint("finding IN ('in_progress', 'slow', 'blocked', 'solved', 'dissatisfied')", name='finding_is_a_code'),
    sa.CheckConstraint("way IN ('phone', 'on_site', 'look')", name='way_is_a_code'),
    sa.ForeignKeyConstraint(['complaint'], ['cases.complaint'], initially='DEFERRED', deferrable=True),
    sa.PrimaryKeyConstraint('id')
    )
    op.create_index(op.f('ix_follow_ups_complaint'), 'follow_ups', ['complaint'], unique=False)
    op.create_table('investigations',
    sa.Column('complaint', sa.Text(), nullable=False),
    sa.Column('round', sa.Integer(), nullable=False),
    sa.Column('investigators', postgresql.ARRAY(sa.Text()), nullable=False),
    sa.Column('begins_at', sa.DateTime(timezone=True), nullable=True),
    sa.Column('started_at', sa.DateTime(timezone=True), nullable=True),
    sa.Column('ended_at', sa.DateTime(timezone=True), nullable=True),
    sa.Column('id', sa.Text(), nullable=False),
    sa.Column('at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('by', sa.Text(), nullable=False),
    sa.Column('words', sa.LargeBinary(), nullable=True),
    sa.Column('place', sa.BigInteger(), sa.Identity(always=True), nullable=False),
    sa.CheckConstraint('ended_at IS NULL OR started_at IS NOT NULL', name='what_ended_had_begun'),
    sa.ForeignKeyConstraint(['complaint'], ['cases.complaint'], initially='DEFERRED', deferrable=True),
    sa.PrimaryKeyConstraint('id')
    )
    op.create_index('one_investigation_a_round', 'investigations', ['complaint', 'round'], unique=True)
    op.create_table('measures',
    sa.Column('complaint', sa.Text(), nullable=False),
    sa.Column('owner', sa.Text(), nullable=False),
    sa.Column('due_on', sa.Date(), nullable=False),
    sa.Column('done_at', sa.DateTime(timezone=True), nullable=True),
    sa.Column('done_by', sa.Text(), nullable=True),
    sa.Column('handed_over_at', sa.DateTime(timezone=True), nullable=True),
    sa.Column('id', sa.Text(), nullable=False),
    sa.Column('at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('by', sa.Text(), nullable=False),
    sa.Column('words', sa.LargeBinary(), nullable=True),
    sa.Column('place', sa.BigInteger(), sa.Identity(always=True), nullable=False),
    sa.ForeignKeyConstraint(['complaint'], ['cases.complaint'], initially='DEFERRED', deferrable=True),
    sa.PrimaryKeyConstraint('id')
    )
    op.create_index(op.f('ix_measures_complaint'), 'measures', ['complaint'], unique=False)
    op.create_table('opinions',
    sa.Column('complaint', sa.Text(), nullable=False),
    sa.Column('round', sa.Integer(), nullable=False),
    sa.Column('outcome', sa.Text(), nullable=False),
    sa.Column('determined_at', sa.DateTime(timezone=True), nullable=True),
    sa.Column('determined_by', sa.Text(), nullable=True),
    sa.Column('id', sa.Text(), nullable=False),
    sa.Column('at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('by', sa.Text(), nullable=False),
    sa.Column('words', sa.LargeBinary(), nullable=True),
    sa.Column('place', sa.BigInteger(), sa.Identity(always=True), nullable=False),
    sa.CheckConstraint("outcome IN ('upheld', 'partly_upheld', 'not_upheld', 'not_established')", name='outcome_is_a_code'),
    sa.CheckConstraint('(determined_at IS NULL) = (determined_by IS NULL)', name='somebody_determined_it'),
    sa.ForeignKeyConstraint(['complaint'], ['cases.complaint'], initially='DEFERRED', deferrable=True),
    sa.PrimaryKeyConstraint('id')
    )
    op.create_index(op.f('ix_opinions_complaint'), 'opinions', ['complaint'], unique=False)
    op.create_index('one_determined_opinion_a_round', 'opinions', ['complaint', 'round'], unique=True, postgresql_where=sa.text('determined_at IS NOT NULL'))
    op.create_table('pauses',
    sa.Column('complaint', sa.Text(), nullable=False),
    sa.Column('reason', sa.Text(), nullable=False),
    sa.Column('resumed_at', sa.DateTime(timezone=True), nullable=True),
    sa.Column('resumed_by', sa.Text(), nullable=True),
    sa.Column('id', sa.Text(), nullable=False),
    sa.Column('at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('by', sa.Text(), nullable=False),
    sa.Column('words', sa.LargeBinary(), nullable=True),
    sa.Column('place', sa.BigInteger(), sa.Identity(always=True), nullable=False),
    sa.CheckConstraint("reason IN ('waiting_for_complainant', 'outside_test', 'outside_expert', 'force_majeure')", name='reason_is_a_code'),
    sa.ForeignKeyConstraint(['complaint'], ['cases.complaint'], initially='DEFERRED', deferrable=True),
    sa.PrimaryKeyConstraint('id')
    )
    op.create_index(op.f('ix_pauses_complaint'), 'pauses', ['complaint'], unique=False)
    op.create_index('one_open_pause_a_reason', 'pauses', ['complaint', 'reason'], unique=True, postgresql_where=sa.text('resumed_at IS NULL'))
    op.create_table('reclassifications',
    sa.Column('complaint', sa.Text(), nullable=False),
    sa.Column('change', sa.Text(), nullable=False),
    sa.Column('level_before', sa.Integer(), nullable=True),
    sa.Column('level_after', sa.Integer(), nullable=True),
    sa.Column('id', sa.Text(), nullable=False),
    sa.Column('at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('by', sa.Text(), nullable=False),
    sa.Column('words', sa.LargeBinary(), nullable=True),
    sa.Column('place', sa.BigInteger(), sa.Identity(always=True), nullable=False),
    sa.ForeignKeyConstraint(['complaint'], ['cases.complaint'], initially='DEFERRED', deferrable=True),
    sa.PrimaryKeyConstraint('id')
    )
    op.create_index(op.f('ix_reclassifications_complaint'), 'reclassifications', ['complaint'], unique=False)
    op.create_table('sessions',
    sa.Column('complaint', sa.Text(), nullable=False),
    sa.Column('method', sa.Text(), nullable=False),
    sa.Column('held_at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('id', sa.Text(), nullable=False),
    sa.Column('at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('by', sa.Text(), nullable=False),
    sa.Column('words', sa.LargeBinary(), nullable=True),
    sa.Column('place', sa.BigInteger(), sa.Identity(always=True), nullable=False),
    sa.CheckConstraint("method IN ('on_site', 'documents', 'technical_test', 'expert', 'data')", name='method_is_a_code'),
    sa.ForeignKeyConstraint(['complaint'], ['cases.complaint'], initially='DEFERRED', deferrable=True),
    sa.PrimaryKeyConstraint('id')
    )
    op.create_index(op.f('ix_sessions_complaint'), 'sessions', ['complaint'], unique=False)
    op.create_table('urgings',
    sa.Column('complaint', sa.Text(), nullable=False),
    sa.Column('origin', sa.Text(), nullable=False),
    sa.Column('duty', sa.Text(), nullable=True),
    sa.Column('answered_at', sa.DateTime(timezone=True), nullable=True),
    sa.Column('answered_by', sa.Text(), nullable=True),
    sa.Column('lapsed_at', sa.DateTime(timezone=True), nullable=True),
    sa.Column('id', sa.Text(), nullable=False),
    sa.Column('at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('by', sa.Text(), nullable=False),
    sa.Column('words', sa.LargeBinary(), nullable=True),
    sa.Column('place', sa.BigInteger(), sa.Identity(always=True), nullable=False),
    sa.CheckConstraint("origin IN ('office', 'complainant')", name='origin_is_a_code'),
    sa.CheckConstraint('answered_at IS NULL OR lapsed_at IS NULL', name='answered_or_lapsed'),
    sa.ForeignKeyConstraint(['complaint'], ['cases.complaint'], initially='DEFERRED', deferrable=True),
    sa.PrimaryKeyConstraint('id')
    )
    op.create_index('one_open_urging_a_duty', 'urgings', ['complaint', 'duty'], unique=True, postgresql_where=sa.text('duty IS NOT NULL AND answered_at IS NULL AND lapsed_at IS NULL'))
    op.create_index('urgings_of_case', 'urgings', ['complaint', 'place'], unique=False)
    op.create_table('reports',
    sa.Column('complaint', sa.Text(), nullable=False),
    sa.Column('investigation', sa.Text(), nullable=False),
    sa.Column('id', sa.Text(), nullable=False),
    sa.Column('at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('by', sa.Text(), nullable=False),
    sa.Column('words', sa.LargeBinary(), nullable=True),
    sa.Column('place', sa.BigInteger(), sa.Identity(always=True), nullable=False),
    sa.ForeignKeyConstraint(['complaint'], ['cases.complaint'], initially='DEFERRED', deferrable=True),
    sa.ForeignKeyConstraint(['investigation'], ['investigations.id'], initially='DEFERRED', deferrable=True),
    sa.PrimaryKeyConstraint('id')
    )
    op.create_index(op.f('ix_reports_complaint'), 'reports', ['complaint'], unique=False)


def downgrade() -> None:
    op.drop_table('reports')
    op.drop_table('urgings')
    op.drop_table('sessions')
    op.drop_table('reclassifications')
    op.drop_table('pauses')
    op.drop_table('opinions')
    op.drop_table('measures')
    op.drop_table('investigations')
    op.drop_table('follow_ups')
    op.drop_table('evidence')
    op.drop_table('causes')
    op.drop_table('assignments')
    op.drop_table('alarms')
    op.drop_table('accountability')
    op.drop_table('cases')
    op.drop_table('officers')
    op.drop_table('subjects')
    op.drop_table('special_days')
    op.drop_table('progress')
    op.drop_table('parked')
    op.drop_table('outbox')
    op.drop_table('departments')
    op.drop_table('clock')
