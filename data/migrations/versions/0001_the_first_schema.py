"""The first schema"""

import sqlalchemy as sa
from alembic import op

import data.schema

revision = '0001'
down_revision = None
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table('account',
    sa.Column('id', sa.String(length=64), nullable=False, comment="the register's id"),
    sa.Column('platform', sa.String(length=64), nullable=False, comment='Platform'),
    sa.Column('handle', sa.Text(), nullable=False, comment='name on the platform as registered'),
    sa.Column('url', sa.Text(), nullable=False, comment='public address: a profile, or a feed'),
    sa.Column('service_url', sa.Text(), nullable=False, comment='address of its server, where not the usual'),
    sa.Column('plc_url', sa.Text(), nullable=False, comment='address of the DID directory (Bluesky), where not the usual'),
    sa.Column('kind', sa.String(length=64), nullable=False, comment='AccountKind'),
    sa.Column('department', sa.Text(), nullable=False, comment='department'),
    sa.Column('platform_id', sa.Text(), nullable=False, comment="the platform's lasting id (DID, numeric id), once known"),
    sa.Column('created_at', data.schema.UtcTime(timezone=True), nullable=False, comment='when registered, UTC'),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_account')),
    comment='social accounts and feeds of the council; nothing outside this table is ever collected'
    )
    op.create_table('audit_head',
    sa.Column('id', sa.Integer(), nullable=False, comment='always 1'),
    sa.Column('seq', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=False, comment='number of rows'),
    sa.Column('hash', sa.String(length=64), nullable=False, comment='of the newest row, SHA-256 in hexadecimal'),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_audit_head')),
    comment="the chain's head; locked by every writer"
    )
    op.create_table('audit_log',
    sa.Column('seq', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), autoincrement=False, nullable=False, comment='1, 2, … without a hole'),
    sa.Column('at', data.schema.UtcTime(timezone=True), nullable=False, comment='when, UTC'),
    sa.Column('actor', sa.Text(), nullable=False, comment='who'),
    sa.Column('action', sa.String(length=64), nullable=False, comment='what'),
    sa.Column('subject', sa.Text(), nullable=False, comment='table and id'),
    sa.Column('detail_hash', sa.String(length=64), nullable=False, comment='salted commitment to the detail, SHA-256 in hexadecimal'),
    sa.Column('prev', sa.String(length=64), nullable=False, comment='hash of the row before, SHA-256 in hexadecimal'),
    sa.Column('hash', sa.String(length=64), nullable=False, comment='of this row, SHA-256 in hexadecimal'),
    sa.PrimaryKeyConstraint('seq', name=op.f('pk_audit_log')),
    comment='who did or read what: hash-chained, ids and commitments only'
    )
    op.create_table('certificate',
    sa.Column('id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), autoincrement=True, nullable=False, comment='our own number'),
    sa.Column('at', data.schema.UtcTime(timezone=True), nullable=False, comment='when, UTC'),
    sa.Column('actor', sa.Text(), nullable=False, comment='who'),
    sa.Column('reason', sa.Text(), nullable=False, comment='ground'),
    sa.Column('scope', sa.JSON(), nullable=False, comment='tables and ids, no personal data, JSON'),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_certificate')),
    comment='of an erasure carried out lawfully'
    )
    op.create_table('legal_hold',
    sa.Column('id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), autoincrement=True, nullable=False, comment='our own number'),
    sa.Column('subject', sa.Text(), nullable=False, comment='table and id'),
    sa.Column('reason', sa.Text(), nullable=False, comment='why'),
    sa.Column('actor', sa.Text(), nullable=False, comment='who'),
    sa.Column('placed_at', data.schema.UtcTime(timezone=True), nullable=False, comment='from, UTC'),
    sa.Column('lifted_at', data.schema.UtcTime(timezone=True), nullable=True, comment='to, UTC'),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_legal_hold')),
    comment='what may not be erased for now'
    )
    op.create_table('model',
    sa.Column('hash', sa.String(length=64), nullable=False, comment='SHA-256 of the manifest'),
    sa.Column('name', sa.Text(), nullable=False, comment='as in its card'),
    sa.Column('manifest', sa.JSON(), nullable=False, comment='files and their digests, JSON'),
    sa.Column('created_at', data.schema.UtcTime(timezone=True), nullable=False, comment='added, UTC'),
    sa.Column('activated_at', data.schema.UtcTime(timezone=True), nullable=True, comment='in use since, UTC'),
    sa.PrimaryKeyConstraint('hash', name=op.f('pk_model')),
    comment='classifiers, kept so that a finding can be reproduced'
    )
    op.create_table('person',
    sa.Column('id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), autoincrement=True, nullable=False, comment='our own number'),
    sa.Column('email', sa.String(length=320), nullable=False, comment='lower case; how a person is named'),
    sa.Column('name', sa.Text(), nullable=False, comment='as shown'),
    sa.Column('active', sa.Boolean(), nullable=False, comment='may sign in'),
    sa.Column('password_hash', sa.Text(), nullable=True, comment='Argon2id; null where another service signs the person in'),
    sa.Column('failed_signins', sa.Integer(), nullable=False, comment='wrong passwords since the last right one'),
    sa.Column('locked_until', data.schema.UtcTime(timezone=True), nullable=True, comment='no sign-in before, UTC'),
    sa.Column('created_at', data.schema.UtcTime(timezone=True), nullable=False, comment='when added, UTC'),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_person')),
    sa.UniqueConstraint('email', name=op.f('uq_person_email')),
    comment='people who own, review or decide; they join, move and leave'
    )
    op.create_table('policy_version',
    sa.Column('id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), autoincrement=True, nullable=False, comment='our own number'),
    sa.Column('name', sa.Text(), nullable=False, comment='its version as written in it'),
    sa.Column('content', sa.Text(), nullable=False, comment='the policy, TOML'),
    sa.Column('sha256', sa.String(length=64), nullable=False, comment='digest of content, SHA-256 in hexadecimal'),
    sa.Column('effective_from', data.schema.UtcTime(timezone=True), nullable=False, comment='in force since, UTC'),
    sa.Column('actor', sa.Text(), nullable=False, comment='who put it in force'),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_policy_version')),
    comment="the council's policy as it was at any time"
    )
    op.create_table('request',
    sa.Column('id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), autoincrement=True, nullable=False, comment='our own number'),
    sa.Column('kind', sa.String(length=64), nullable=False, comment='collect, score, …'),
    sa.Column('subject', sa.JSON(), nullable=False, comment='what it is about, JSON'),
    sa.Column('asked_by', sa.Text(), nullable=False, comment='who'),
    sa.Column('asked_at', data.schema.UtcTime(timezone=True), nullable=False, comment='when, UTC'),
    sa.Column('lease_by', sa.Text(), nullable=False, comment='worker at it'),
    sa.Column('lease_until', data.schema.UtcTime(timezone=True), nullable=True, comment='lease lapses, UTC'),
    sa.Column('heartbeat_at', data.schema.UtcTime(timezone=True), nullable=True, comment="worker's last sign, UTC"),
    sa.Column('done_at', data.schema.UtcTime(timezone=True), nullable=True, comment='finished, UTC'),
    sa.Column('result', sa.JSON(), nullable=False, comment='answer, JSON'),
    sa.Column('error', sa.Text(), nullable=False, comment='sentence, if it failed'),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_request')),
    comment='what a screen asks of the worker'
    )
    op.create_table('account_person',
    sa.Column('id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), autoincrement=True, nullable=False, comment='our own number'),
    sa.Column('account_id', sa.String(length=64), nullable=False, comment='account'),
    sa.Column('person_id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=False, comment='who'),
    sa.Column('link', sa.String(length=64), nullable=False, comment='owner, deputy, may_post or line_manager'),
    sa.Column('since', data.schema.UtcTime(timezone=True), nullable=False, comment='from, UTC'),
    sa.Column('until', data.schema.UtcTime(timezone=True), nullable=True, comment='to, UTC'),
    sa.ForeignKeyConstraint(['account_id'], ['account.id'], name=op.f('fk_account_person_account_id')),
    sa.ForeignKeyConstraint(['person_id'], ['person.id'], name=op.f('fk_account_person_person_id')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_account_person')),
    comment='who holds which account, dated: accounts are handed over'
    )
    with op.batch_alter_table('account_person', schema=None) as batch_op:
        batch_op.create_index(batch_op.f('ix_account_person_account_id'), ['account_id'], unique=False)
        batch_op.create_index(batch_op.f('ix_account_person_person_id'), ['person_id'], unique=False)

    op.create_table('account_snapshot',
    sa.Column('id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), autoincrement=True, nullable=False, comment='our own number'),
    sa.Column('account_id', sa.String(length=64), nullable=False, comment='account'),
    sa.Column('at', data.schema.UtcTime(timezone=True), nullable=False, comment='seen, UTC'),
    sa.Column('handle', sa.Text(), nullable=False, comment='handle then'),
    sa.Column('name', sa.Text(), nullable=False, comment='display name then'),
    sa.Column('biography', sa.Text(), nullable=False, comment='biography then'),
    sa.Column('followers', sa.Integer(), nullable=True, comment='followers then, where shown'),
    sa.Column('status', sa.Text(), nullable=False, comment='status then'),
    sa.ForeignKeyConstraint(['account_id'], ['account.id'], name=op.f('fk_account_snapshot_account_id')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_account_snapshot')),
    comment='what the platform showed of the account; a row only when it changed'
    )
    with op.batch_alter_table('account_snapshot', schema=None) as batch_op:
        batch_op.create_index(batch_op.f('ix_account_snapshot_account_id'), ['account_id'], unique=False)

    op.create_table('application',
    sa.Column('id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), autoincrement=True, nullable=False, comment='our own number'),
    sa.Column('submitted_at', data.schema.UtcTime(timezone=True), nullable=False, comment='when, UTC'),
    sa.Column('submitted_by', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=True, comment='who applied'),
    sa.Column('department', sa.Text(), nullable=False, comment='department'),
    sa.Column('note', sa.Text(), nullable=False, comment='anything the applicant adds'),
    sa.ForeignKeyConstraint(['submitted_by'], ['person.id'], name=op.f('fk_application_submitted_by')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_application')),
    comment='one application for one or more accounts'
    )
    with op.batch_alter_table('application', schema=None) as batch_op:
        batch_op.create_index(batch_op.f('ix_application_submitted_by'), ['submitted_by'], unique=False)

    op.create_table('audit_detail',
    sa.Column('seq', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=False, comment='row of audit_log'),
    sa.Column('salt', sa.String(length=64), nullable=True, comment='random; null when erased'),
    sa.Column('detail', sa.Text(), nullable=True, comment='canonical JSON; null when erased'),
    sa.Column('erased_at', data.schema.UtcTime(timezone=True), nullable=True, comment='when, UTC'),
    sa.Column('certificate_id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=True, comment='certificate'),
    sa.ForeignKeyConstraint(['certificate_id'], ['certificate.id'], name=op.f('fk_audit_detail_certificate_id')),
    sa.ForeignKeyConstraint(['seq'], ['audit_log.seq'], name=op.f('fk_audit_detail_seq')),
    sa.PrimaryKeyConstraint('seq', name=op.f('pk_audit_detail')),
    comment='the details behind the commitments, erasable'
    )
    with op.batch_alter_table('audit_detail', schema=None) as batch_op:
        batch_op.create_index(batch_op.f('ix_audit_detail_certificate_id'), ['certificate_id'], unique=False)

    op.create_table('collection_run',
    sa.Column('id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), autoincrement=True, nullable=False, comment='our own number'),
    sa.Column('account_id', sa.String(length=64), nullable=False, comment='account'),
    sa.Column('started_at', data.schema.UtcTime(timezone=True), nullable=False, comment='start, UTC'),
    sa.Column('finished_at', data.schema.UtcTime(timezone=True), nullable=True, comment='end; null while running or when it was killed, UTC'),
    sa.Column('outcome', sa.Text(), nullable=False, comment='ok, unchanged, empty, failed, skipped'),
    sa.Column('code', sa.Text(), nullable=False, comment='why, in one word'),
    sa.Column('reason', sa.Text(), nullable=False, comment='why, in a sentence'),
    sa.Column('items', sa.Integer(), nullable=False, comment='items received'),
    sa.Column('new', sa.Integer(), nullable=False, comment='posts not known before'),
    sa.Column('changed', sa.Integer(), nullable=False, comment='new versions of known posts'),
    sa.Column('gone', sa.Integer(), nullable=False, comment='posts found missing'),
    sa.Column('dropped', sa.Integer(), nullable=False, comment='entries that could not be understood'),
    sa.Column('gap', sa.Boolean(), nullable=False, comment='a stretch was missed'),
    sa.Column('requests', sa.Integer(), nullable=False, comment='requests made'),
    sa.Column('cost', sa.Float(), nullable=False, comment='price of the requests, US dollars'),
    sa.Column('merkle_root', sa.String(length=64), nullable=True, comment="root over the run's evidence, SHA-256 in hexadecimal"),
    sa.ForeignKeyConstraint(['account_id'], ['account.id'], name=op.f('fk_collection_run_account_id')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_collection_run')),
    comment='one collection of one account'
    )
    with op.batch_alter_table('collection_run', schema=None) as batch_op:
        batch_op.create_index('ix_collection_run_account_id_id', ['account_id', 'id'], unique=False)

    op.create_table('cursor',
    sa.Column('account_id', sa.String(length=64), nullable=False, comment='account'),
    sa.Column('format', sa.Integer(), nullable=False, comment='version of the meaning of state'),
    sa.Column('state', sa.JSON(), nullable=False, comment="the collector's own, JSON"),
    sa.Column('high_water', data.schema.UtcTime(timezone=True), nullable=True, comment='time of the newest post known, UTC'),
    sa.Column('backfill_to', data.schema.UtcTime(timezone=True), nullable=True, comment='how far back the back-fill has come, UTC'),
    sa.Column('moved_at', data.schema.UtcTime(timezone=True), nullable=False, comment='last moved, UTC'),
    sa.ForeignKeyConstraint(['account_id'], ['account.id'], name=op.f('fk_cursor_account_id')),
    sa.PrimaryKeyConstraint('account_id', name=op.f('pk_cursor')),
    comment='where collection stands; moves only after its pages are stored'
    )
    op.create_table('person_role',
    sa.Column('id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), autoincrement=True, nullable=False, comment='our own number'),
    sa.Column('person_id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=False, comment='who'),
    sa.Column('role', sa.String(length=64), nullable=False, comment='Role'),
    sa.Column('since', data.schema.UtcTime(timezone=True), nullable=False, comment='granted, UTC'),
    sa.Column('until', data.schema.UtcTime(timezone=True), nullable=True, comment='withdrawn, UTC'),
    sa.ForeignKeyConstraint(['person_id'], ['person.id'], name=op.f('fk_person_role_person_id')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_person_role')),
    comment='who may do what, dated; the rights of a role stand in data.permissions'
    )
    with op.batch_alter_table('person_role', schema=None) as batch_op:
        batch_op.create_index(batch_op.f('ix_person_role_person_id'), ['person_id'], unique=False)

    op.create_table('post',
    sa.Column('id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), autoincrement=True, nullable=False, comment='our own number'),
    sa.Column('account_id', sa.String(length=64), nullable=False, comment='account'),
    sa.Column('platform_id', sa.Text(), nullable=False, comment='lasting id there'),
    sa.Column('kind', sa.String(length=64), nullable=False, comment='PostKind'),
    sa.Column('url', sa.Text(), nullable=False, comment='public address'),
    sa.Column('published_at', data.schema.UtcTime(timezone=True), nullable=True, comment="platform's time, checked, UTC"),
    sa.Column('time_note', sa.Text(), nullable=False, comment="why published_at is not simply the platform's word"),
    sa.Column('reply_to', sa.Text(), nullable=False, comment="the parent's id, never its author"),
    sa.Column('first_seen_at', data.schema.UtcTime(timezone=True), nullable=False, comment='first collected, UTC'),
    sa.Column('last_seen_at', data.schema.UtcTime(timezone=True), nullable=False, comment='last seen there, UTC'),
    sa.Column('gone_at', data.schema.UtcTime(timezone=True), nullable=True, comment='found missing, UTC'),
    sa.Column('version_id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=True, comment='the current version'),
    sa.ForeignKeyConstraint(['account_id'], ['account.id'], name=op.f('fk_post_account_id')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_post')),
    sa.UniqueConstraint('account_id', 'platform_id', name=op.f('uq_post_account_id_platform_id')),
    comment='one public item of an account; a vanished one is marked, not erased'
    )
    with op.batch_alter_table('post', schema=None) as batch_op:
        batch_op.create_index('ix_post_account_id_published_at', ['account_id', 'published_at'], unique=False)

    op.create_table('session',
    sa.Column('token_hash', sa.String(length=64), nullable=False, comment="SHA-256 of the cookie's token"),
    sa.Column('person_id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=False, comment='who'),
    sa.Column('created_at', data.schema.UtcTime(timezone=True), nullable=False, comment='sign-in, UTC'),
    sa.Column('expires_at', data.schema.UtcTime(timezone=True), nullable=False, comment='end at the latest, UTC'),
    sa.Column('revoked_at', data.schema.UtcTime(timezone=True), nullable=True, comment='signed out, UTC'),
    sa.ForeignKeyConstraint(['person_id'], ['person.id'], name=op.f('fk_session_person_id')),
    sa.PrimaryKeyConstraint('token_hash', name=op.f('pk_session')),
    comment='sign-ins to the dashboard, kept on the server so that they can be ended'
    )
    with op.batch_alter_table('session', schema=None) as batch_op:
        batch_op.create_index(batch_op.f('ix_session_person_id'), ['person_id'], unique=False)

    op.create_table('coverage',
    sa.Column('id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), autoincrement=True, nullable=False, comment='our own number'),
    sa.Column('account_id', sa.String(length=64), nullable=False, comment='account'),
    sa.Column('from_at', data.schema.UtcTime(timezone=True), nullable=False, comment='start, UTC'),
    sa.Column('to_at', data.schema.UtcTime(timezone=True), nullable=False, comment='end, UTC'),
    sa.Column('complete', sa.Boolean(), nullable=False, comment='nothing missed in between'),
    sa.Column('cause', sa.Text(), nullable=False, comment='why not complete'),
    sa.Column('run_id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=True, comment='run'),
    sa.ForeignKeyConstraint(['account_id'], ['account.id'], name=op.f('fk_coverage_account_id')),
    sa.ForeignKeyConstraint(['run_id'], ['collection_run.id'], name=op.f('fk_coverage_run_id')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_coverage')),
    comment='which stretches of time of an account were collected'
    )
    with op.batch_alter_table('coverage', schema=None) as batch_op:
        batch_op.create_index(batch_op.f('ix_coverage_account_id'), ['account_id'], unique=False)
        batch_op.create_index(batch_op.f('ix_coverage_run_id'), ['run_id'], unique=False)

    op.create_table('evidence',
    sa.Column('id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), autoincrement=True, nullable=False, comment='our own number'),
    sa.Column('account_id', sa.String(length=64), nullable=False, comment='account'),
    sa.Column('run_id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=True, comment='run that brought it'),
    sa.Column('payload', sa.LargeBinary(), nullable=True, comment="the item's payload after minimisation; null when erased"),
    sa.Column('payload_sha256', sa.String(length=64), nullable=False, comment='digest of payload, SHA-256 in hexadecimal'),
    sa.Column('original_sha256', sa.String(length=64), nullable=False, comment='digest of the item as received, SHA-256 in hexadecimal'),
    sa.Column('response_sha256', sa.String(length=64), nullable=False, comment='digest of the whole answer it came in, SHA-256 in hexadecimal'),
    sa.Column('rule', sa.String(length=64), nullable=False, comment='minimisation rule and version'),
    sa.Column('removed', sa.JSON(), nullable=False, comment='paths that the rule removed, JSON'),
    sa.Column('received_at', data.schema.UtcTime(timezone=True), nullable=False, comment='when, UTC'),
    sa.Column('erased_at', data.schema.UtcTime(timezone=True), nullable=True, comment='when the payload was erased, UTC'),
    sa.Column('certificate_id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=True, comment='certificate of erasure'),
    sa.ForeignKeyConstraint(['account_id'], ['account.id'], name=op.f('fk_evidence_account_id')),
    sa.ForeignKeyConstraint(['certificate_id'], ['certificate.id'], name=op.f('fk_evidence_certificate_id')),
    sa.ForeignKeyConstraint(['run_id'], ['collection_run.id'], name=op.f('fk_evidence_run_id')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_evidence')),
    comment='one item as received'
    )
    with op.batch_alter_table('evidence', schema=None) as batch_op:
        batch_op.create_index(batch_op.f('ix_evidence_account_id'), ['account_id'], unique=False)
        batch_op.create_index(batch_op.f('ix_evidence_certificate_id'), ['certificate_id'], unique=False)
        batch_op.create_index(batch_op.f('ix_evidence_run_id'), ['run_id'], unique=False)

    op.create_table('passport',
    sa.Column('id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), autoincrement=True, nullable=False, comment='our own number'),
    sa.Column('account_id', sa.String(length=64), nullable=False, comment='account'),
    sa.Column('application_id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=True, comment='application'),
    sa.Column('state', sa.String(length=64), nullable=False, comment='PassportState'),
    sa.Column('purpose', sa.Text(), nullable=False, comment='business case: what it is for'),
    sa.Column('audience', sa.Text(), nullable=False, comment='business case: for whom'),
    sa.Column('cadence', sa.Text(), nullable=False, comment='business case: how often it will post'),
    sa.Column('lawful_basis', sa.Text(), nullable=False, comment='UK GDPR Article 6 basis'),
    sa.Column('dpia_ref', sa.Text(), nullable=False, comment='reference of the data protection impact assessment'),
    sa.Column('notice_date', sa.Date(), nullable=True, comment="the owner was told, a day in the council's zone"),
    sa.Column('review_date', sa.Date(), nullable=True, comment="monitoring is reviewed, a day in the council's zone"),
    sa.Column('renewal_date', sa.Date(), nullable=True, comment="live before and on this day, a day in the council's zone"),
    sa.Column('conditions', sa.Text(), nullable=False, comment="the panel's conditions"),
    sa.Column('created_at', data.schema.UtcTime(timezone=True), nullable=False, comment='when, UTC'),
    sa.ForeignKeyConstraint(['account_id'], ['account.id'], name=op.f('fk_passport_account_id')),
    sa.ForeignKeyConstraint(['application_id'], ['application.id'], name=op.f('fk_passport_application_id')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_passport')),
    comment='the approval of one account for one period'
    )
    with op.batch_alter_table('passport', schema=None) as batch_op:
        batch_op.create_index(batch_op.f('ix_passport_account_id'), ['account_id'], unique=False)
        batch_op.create_index(batch_op.f('ix_passport_application_id'), ['application_id'], unique=False)

    op.create_table('passport_event',
    sa.Column('id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), autoincrement=True, nullable=False, comment='our own number'),
    sa.Column('passport_id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=False, comment='passport'),
    sa.Column('at', data.schema.UtcTime(timezone=True), nullable=False, comment='when, UTC'),
    sa.Column('actor', sa.Text(), nullable=False, comment='who'),
    sa.Column('action', sa.String(length=64), nullable=False, comment='approve, refuse, …'),
    sa.Column('from_state', sa.Text(), nullable=False, comment='before'),
    sa.Column('to_state', sa.Text(), nullable=False, comment='after'),
    sa.Column('reason', sa.Text(), nullable=False, comment='why'),
    sa.Column('conditions', sa.Text(), nullable=False, comment='conditions set'),
    sa.ForeignKeyConstraint(['passport_id'], ['passport.id'], name=op.f('fk_passport_event_passport_id')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_passport_event')),
    comment='every step of a passport, append-only'
    )
    with op.batch_alter_table('passport_event', schema=None) as batch_op:
        batch_op.create_index(batch_op.f('ix_passport_event_passport_id'), ['passport_id'], unique=False)

    op.create_table('version',
    sa.Column('id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), autoincrement=True, nullable=False, comment='our own number'),
    sa.Column('post_id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=False, comment='post'),
    sa.Column('number', sa.Integer(), nullable=False, comment='1, 2, …'),
    sa.Column('content_sha256', sa.String(length=64), nullable=False, comment='digest of the content columns, SHA-256 in hexadecimal'),
    sa.Column('text', sa.Text(), nullable=False, comment='its own words'),
    sa.Column('warning', sa.Text(), nullable=False, comment='content warning, read as part of the text'),
    sa.Column('media', sa.JSON(), nullable=False, comment='kind, address and alternative text, JSON'),
    sa.Column('links', sa.JSON(), nullable=False, comment='true targets, JSON'),
    sa.Column('language', sa.Text(), nullable=False, comment='as the platform says'),
    sa.Column('shared_text', sa.Text(), nullable=False, comment='words of others it passes on, without their author'),
    sa.Column('updated_at', data.schema.UtcTime(timezone=True), nullable=True, comment="platform's time of change, UTC"),
    sa.Column('seen_at', data.schema.UtcTime(timezone=True), nullable=False, comment='first seen so, UTC'),
    sa.Column('evidence_id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=False, comment='evidence'),
    sa.ForeignKeyConstraint(['evidence_id'], ['evidence.id'], name=op.f('fk_version_evidence_id')),
    sa.ForeignKeyConstraint(['post_id'], ['post.id'], name=op.f('fk_version_post_id')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_version')),
    sa.UniqueConstraint('post_id', 'number', name=op.f('uq_version_post_id_number')),
    comment="one state of a post's content"
    )
    with op.batch_alter_table('version', schema=None) as batch_op:
        batch_op.create_index(batch_op.f('ix_version_evidence_id'), ['evidence_id'], unique=False)

    op.create_table('alert',
    sa.Column('id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), autoincrement=True, nullable=False, comment='our own number'),
    sa.Column('post_id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=False, comment='post'),
    sa.Column('version_id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=False, comment='version met'),
    sa.Column('cause', sa.String(length=64), nullable=False, comment='Part'),
    sa.Column('status', sa.String(length=64), nullable=False, comment='AlertStatus, the projection of the events'),
    sa.Column('severity', sa.String(length=64), nullable=False, comment='highest of its clauses'),
    sa.Column('opened_at', data.schema.UtcTime(timezone=True), nullable=False, comment='when, UTC'),
    sa.Column('claimed_by', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=True, comment='reviewer at work'),
    sa.Column('claim_until', data.schema.UtcTime(timezone=True), nullable=True, comment='claim lapses, UTC'),
    sa.Column('reply_asked_at', data.schema.UtcTime(timezone=True), nullable=True, comment='owner asked, UTC'),
    sa.Column('replied_at', data.schema.UtcTime(timezone=True), nullable=True, comment='owner replied, UTC'),
    sa.Column('decided_at', data.schema.UtcTime(timezone=True), nullable=True, comment='decided, UTC'),
    sa.Column('revision', sa.Integer(), nullable=False, comment='goes up with every event; guards conditional updates'),
    sa.ForeignKeyConstraint(['claimed_by'], ['person.id'], name=op.f('fk_alert_claimed_by')),
    sa.ForeignKeyConstraint(['post_id'], ['post.id'], name=op.f('fk_alert_post_id')),
    sa.ForeignKeyConstraint(['version_id'], ['version.id'], name=op.f('fk_alert_version_id')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_alert')),
    sa.UniqueConstraint('post_id', 'cause', name=op.f('uq_alert_post_id_cause')),
    comment='one a post and cause; a prompt, never a finding of fact'
    )
    with op.batch_alter_table('alert', schema=None) as batch_op:
        batch_op.create_index(batch_op.f('ix_alert_claimed_by'), ['claimed_by'], unique=False)
        batch_op.create_index('ix_alert_status_severity_id', ['status', 'severity', 'id'], unique=False)
        batch_op.create_index(batch_op.f('ix_alert_version_id'), ['version_id'], unique=False)

    op.create_table('finding',
    sa.Column('id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), autoincrement=True, nullable=False, comment='our own number'),
    sa.Column('version_id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=False, comment='version'),
    sa.Column('part', sa.String(length=64), nullable=False, comment='Part'),
    sa.Column('model_hash', sa.String(length=64), nullable=False, comment='by which model'),
    sa.Column('score', sa.Float(), nullable=True, comment='probability that a reviewer would uphold it; null when nothing could be assessed'),
    sa.Column('categories', sa.JSON(), nullable=False, comment='probability by category, JSON'),
    sa.Column('characteristics', sa.JSON(), nullable=False, comment='probability by characteristic, JSON'),
    sa.Column('assessed', sa.String(length=64), nullable=False, comment='full, partial, none'),
    sa.Column('language', sa.Text(), nullable=False, comment='as recognised'),
    sa.Column('not_assessed', sa.JSON(), nullable=False, comment='image, video, language, JSON'),
    sa.Column('cues', sa.JSON(), nullable=False, comment='contexts that argue against a flag, JSON'),
    sa.Column('at', data.schema.UtcTime(timezone=True), nullable=False, comment='when, UTC'),
    sa.ForeignKeyConstraint(['model_hash'], ['model.hash'], name=op.f('fk_finding_model_hash')),
    sa.ForeignKeyConstraint(['version_id'], ['version.id'], name=op.f('fk_finding_version_id')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_finding')),
    sa.UniqueConstraint('version_id', 'part', 'model_hash', name=op.f('uq_finding_version_id_part_model_hash')),
    comment='what the classifier said of one part of one version'
    )
    op.create_table('panel_member',
    sa.Column('id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), autoincrement=True, nullable=False, comment='our own number'),
    sa.Column('passport_event_id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=False, comment='decision'),
    sa.Column('person_id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=False, comment='member'),
    sa.Column('vote', sa.Text(), nullable=False, comment='for, against, abstained, recused'),
    sa.Column('interest', sa.Text(), nullable=False, comment='declared'),
    sa.ForeignKeyConstraint(['passport_event_id'], ['passport_event.id'], name=op.f('fk_panel_member_passport_event_id')),
    sa.ForeignKeyConstraint(['person_id'], ['person.id'], name=op.f('fk_panel_member_person_id')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_panel_member')),
    comment='who sat on the panel that took a decision'
    )
    with op.batch_alter_table('panel_member', schema=None) as batch_op:
        batch_op.create_index(batch_op.f('ix_panel_member_passport_event_id'), ['passport_event_id'], unique=False)
        batch_op.create_index(batch_op.f('ix_panel_member_person_id'), ['person_id'], unique=False)

    op.create_table('alert_event',
    sa.Column('id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), autoincrement=True, nullable=False, comment='our own number'),
    sa.Column('alert_id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=False, comment='alert'),
    sa.Column('at', data.schema.UtcTime(timezone=True), nullable=False, comment='when, UTC'),
    sa.Column('actor', sa.Text(), nullable=False, comment='who'),
    sa.Column('action', sa.String(length=64), nullable=False, comment='open, claim, release, ask_reply, reply, decide, appeal, reopen, undo, close'),
    sa.Column('from_status', sa.Text(), nullable=False, comment='before'),
    sa.Column('to_status', sa.Text(), nullable=False, comment='after'),
    sa.Column('detail', sa.JSON(), nullable=False, comment='what belongs to it, JSON'),
    sa.ForeignKeyConstraint(['alert_id'], ['alert.id'], name=op.f('fk_alert_event_alert_id')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_alert_event')),
    comment='append-only'
    )
    with op.batch_alter_table('alert_event', schema=None) as batch_op:
        batch_op.create_index(batch_op.f('ix_alert_event_alert_id'), ['alert_id'], unique=False)

    op.create_table('alert_hit',
    sa.Column('id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), autoincrement=True, nullable=False, comment='our own number'),
    sa.Column('alert_id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=False, comment='alert'),
    sa.Column('finding_id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=False, comment='finding'),
    sa.Column('policy_version_id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=False, comment='policy'),
    sa.Column('clause', sa.String(length=64), nullable=False, comment='clause id'),
    sa.Column('title', sa.Text(), nullable=False, comment='clause'),
    sa.Column('severity', sa.String(length=64), nullable=False, comment='of the clause'),
    sa.Column('category', sa.String(length=64), nullable=False, comment='Category'),
    sa.Column('characteristics', sa.JSON(), nullable=False, comment='those above their threshold, JSON'),
    sa.Column('probability', sa.Float(), nullable=False, comment='of the category'),
    sa.Column('threshold', sa.Float(), nullable=False, comment='of the clause then'),
    sa.Column('at', data.schema.UtcTime(timezone=True), nullable=False, comment='when, UTC'),
    sa.ForeignKeyConstraint(['alert_id'], ['alert.id'], name=op.f('fk_alert_hit_alert_id')),
    sa.ForeignKeyConstraint(['finding_id'], ['finding.id'], name=op.f('fk_alert_hit_finding_id')),
    sa.ForeignKeyConstraint(['policy_version_id'], ['policy_version.id'], name=op.f('fk_alert_hit_policy_version_id')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_alert_hit')),
    sa.UniqueConstraint('alert_id', 'finding_id', 'policy_version_id', 'clause', name=op.f('uq_alert_hit_alert_id_finding_id_policy_version_id_clause')),
    comment='a clause met by a finding'
    )
    with op.batch_alter_table('alert_hit', schema=None) as batch_op:
        batch_op.create_index(batch_op.f('ix_alert_hit_alert_id'), ['alert_id'], unique=False)
        batch_op.create_index(batch_op.f('ix_alert_hit_finding_id'), ['finding_id'], unique=False)

    op.create_table('explanation',
    sa.Column('finding_id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=False, comment='finding'),
    sa.Column('raw', sa.Float(), nullable=False, comment='raw score, log-odds'),
    sa.Column('base', sa.Float(), nullable=False, comment='log-odds'),
    sa.Column('rest', sa.Float(), nullable=False, comment='sum of the weights not listed, log-odds'),
    sa.Column('words', sa.JSON(), nullable=False, comment='[start, end, weight] in code points of the original text, JSON'),
    sa.ForeignKeyConstraint(['finding_id'], ['finding.id'], name=op.f('fk_explanation_finding_id')),
    sa.PrimaryKeyConstraint('finding_id', name=op.f('pk_explanation')),
    comment='stored for alerts only'
    )
    op.create_table('reply',
    sa.Column('id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), autoincrement=True, nullable=False, comment='our own number'),
    sa.Column('alert_id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=False, comment='alert'),
    sa.Column('at', data.schema.UtcTime(timezone=True), nullable=False, comment='when, UTC'),
    sa.Column('person_id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=True, comment='who wrote it'),
    sa.Column('text', sa.Text(), nullable=False, comment="the owner's words"),
    sa.ForeignKeyConstraint(['alert_id'], ['alert.id'], name=op.f('fk_reply_alert_id')),
    sa.ForeignKeyConstraint(['person_id'], ['person.id'], name=op.f('fk_reply_person_id')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_reply')),
    comment="the owner's words about an alert"
    )
    with op.batch_alter_table('reply', schema=None) as batch_op:
        batch_op.create_index(batch_op.f('ix_reply_alert_id'), ['alert_id'], unique=False)
        batch_op.create_index(batch_op.f('ix_reply_person_id'), ['person_id'], unique=False)

    op.create_table('review',
    sa.Column('id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), autoincrement=True, nullable=False, comment='our own number'),
    sa.Column('alert_id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=False, comment='alert'),
    sa.Column('version_id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=False, comment='what was judged'),
    sa.Column('policy_version_id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=False, comment='policy then'),
    sa.Column('at', data.schema.UtcTime(timezone=True), nullable=False, comment='when, UTC'),
    sa.Column('reviewer_id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=False, comment='who'),
    sa.Column('judgement', sa.String(length=64), nullable=False, comment='Judgement: was the flag right'),
    sa.Column('categories', sa.JSON(), nullable=False, comment='confirmed, JSON'),
    sa.Column('characteristics', sa.JSON(), nullable=False, comment='confirmed, JSON'),
    sa.Column('outcome', sa.String(length=64), nullable=False, comment='Outcome: what follows'),
    sa.Column('clause', sa.String(length=64), nullable=False, comment='clause id'),
    sa.Column('reason', sa.Text(), nullable=False, comment='why'),
    sa.Column('undone_at', data.schema.UtcTime(timezone=True), nullable=True, comment='taken back, UTC'),
    sa.ForeignKeyConstraint(['alert_id'], ['alert.id'], name=op.f('fk_review_alert_id')),
    sa.ForeignKeyConstraint(['policy_version_id'], ['policy_version.id'], name=op.f('fk_review_policy_version_id')),
    sa.ForeignKeyConstraint(['reviewer_id'], ['person.id'], name=op.f('fk_review_reviewer_id')),
    sa.ForeignKeyConstraint(['version_id'], ['version.id'], name=op.f('fk_review_version_id')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_review')),
    comment="a person's decision; only the judgement trains or measures the model"
    )
    with op.batch_alter_table('review', schema=None) as batch_op:
        batch_op.create_index(batch_op.f('ix_review_alert_id'), ['alert_id'], unique=False)
        batch_op.create_index(batch_op.f('ix_review_reviewer_id'), ['reviewer_id'], unique=False)
        batch_op.create_index(batch_op.f('ix_review_version_id'), ['version_id'], unique=False)

    op.execute(f"INSERT INTO audit_head (id, seq, hash) VALUES (1, 0, '{'0' * 64}')")
