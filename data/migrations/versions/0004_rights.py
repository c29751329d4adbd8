"""Rights: posts know that they were erased; the register of exports; requests of people with their dates"""

import sqlalchemy as sa
from alembic import op

import data.schema

revision = '0004'
down_revision = '0003'
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column('post', sa.Column('erased_at', data.schema.UtcTime(timezone=True), nullable=True, comment='when its words were erased; platform_id is then a digest by which it is known again, UTC'))
    op.create_table('export_register',
    sa.Column('id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), autoincrement=True, nullable=False, comment='our own number'),
    sa.Column('at', data.schema.UtcTime(timezone=True), nullable=False, comment='when, UTC'),
    sa.Column('actor', sa.Text(), nullable=False, comment='who'),
    sa.Column('what', sa.String(length=64), nullable=False, comment='which export: accounts, bundle, …'),
    sa.Column('scope', sa.JSON(), nullable=False, comment='accounts and posts by number, whether with words of posts or names; no personal data, JSON'),
    sa.Column('rows', sa.Integer(), nullable=False, comment='rows written'),
    sa.Column('sha256', sa.String(length=64), nullable=True, comment='digest of the file, SHA-256 in hexadecimal'),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_export_register')),
    comment='what left the store as a file, so that its holders can be told of an erasure'
    )
    with op.batch_alter_table('export_register', schema=None) as batch_op:
        batch_op.create_index('ix_export_register_at', ['at'], unique=False)

    op.create_table('rights_case',
    sa.Column('id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), autoincrement=True, nullable=False, comment='our own number'),
    sa.Column('kind', sa.String(length=64), nullable=False, comment='access, objection, restriction, rectification or complaint'),
    sa.Column('person', sa.Text(), nullable=False, comment='who asks, as they are to be answered; empty when erased'),
    sa.Column('about', sa.Text(), nullable=False, comment='what it is about'),
    sa.Column('opened_by', sa.Text(), nullable=False, comment='who wrote it down'),
    sa.Column('opened_at', data.schema.UtcTime(timezone=True), nullable=False, comment='when it reached the council, UTC'),
    sa.Column('acknowledge_by', sa.Date(), nullable=True, comment="to be acknowledged, a day in the council's zone"),
    sa.Column('acknowledged_at', data.schema.UtcTime(timezone=True), nullable=True, comment='acknowledged, UTC'),
    sa.Column('due', sa.Date(), nullable=True, comment="to be answered, a day in the council's zone"),
    sa.Column('closed_at', data.schema.UtcTime(timezone=True), nullable=True, comment='answered, UTC'),
    sa.Column('outcome', sa.Text(), nullable=False, comment='what was answered'),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_rights_case')),
    comment='requests under data protection law, and complaints, with what is due when'
    )

    with op.batch_alter_table('audit_log', schema=None) as batch_op:
        batch_op.create_index(batch_op.f('ix_audit_log_subject'), ['subject'], unique=False)
