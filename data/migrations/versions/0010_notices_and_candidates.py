"""Notices, what people want of them, and what posts name that is not on the register"""

import sqlalchemy as sa
from alembic import op

import data.schema

revision = '0010'
down_revision = '0009'
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table('notice',
    sa.Column('id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), autoincrement=True, nullable=False, comment='our own number'),
    sa.Column('kind', sa.String(length=64), nullable=False, comment='notice.Kind'),
    sa.Column('cause', sa.String(length=128), nullable=False, comment='what there is to tell, by its lasting name; no words'),
    sa.Column('recipient', sa.String(length=64), nullable=False, comment='person:12, or team:slack'),
    sa.Column('person_id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=True, comment="who is told; null for a team's channel"),
    sa.Column('channel', sa.String(length=64), nullable=False, comment='email, slack or teams'),
    sa.Column('put_at', data.schema.UtcTime(timezone=True), nullable=False, comment='put down, UTC'),
    sa.Column('next_at', data.schema.UtcTime(timezone=True), nullable=True, comment='not to be tried before; null once settled, UTC'),
    sa.Column('tries', sa.Integer(), nullable=False, comment='failures so far'),
    sa.Column('error', sa.Text(), nullable=False, comment="why the last try failed, a sentence without anybody's words"),
    sa.Column('sent_at', data.schema.UtcTime(timezone=True), nullable=True, comment='sent, UTC'),
    sa.Column('given_up_at', data.schema.UtcTime(timezone=True), nullable=True, comment='given up after too many tries, UTC'),
    sa.Column('dropped_at', data.schema.UtcTime(timezone=True), nullable=True, comment='found no longer called for, UTC'),
    sa.Column('opened_at', data.schema.UtcTime(timezone=True), nullable=True, comment='an urgent one: someone opened the page it leads to, UTC'),
    sa.ForeignKeyConstraint(['person_id'], ['person.id'], name=op.f('fk_notice_person_id')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_notice')),
    sa.UniqueConstraint('cause', 'recipient', name=op.f('uq_notice_cause_recipient')),
    comment='what is to be sent and what was: no text, that is written when it goes out'
    )
    op.create_index('ix_notice_next_at', 'notice', ['next_at'], unique=False)
    op.create_index(op.f('ix_notice_person_id'), 'notice', ['person_id'], unique=False)
    op.create_table('notice_preference',
    sa.Column('person_id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=False, comment='whose'),
    sa.Column('kinds_off', sa.JSON(), nullable=False, comment='kinds switched off, JSON'),
    sa.Column('departments', sa.JSON(), nullable=False, comment='only these; all when empty, JSON'),
    sa.Column('digest', sa.String(length=64), nullable=False, comment='daily, weekly or never'),
    sa.Column('reach', sa.String(length=64), nullable=False, comment="email, or team: the team's channel alone"),
    sa.Column('changed_at', data.schema.UtcTime(timezone=True), nullable=False, comment='last changed, UTC'),
    sa.ForeignKeyConstraint(['person_id'], ['person.id'], name=op.f('fk_notice_preference_person_id')),
    sa.PrimaryKeyConstraint('person_id', name=op.f('pk_notice_preference')),
    comment='which notices a person wants; who has no row gets what is usual'
    )
    op.create_table('candidate',
    sa.Column('id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), autoincrement=True, nullable=False, comment='our own number'),
    sa.Column('platform', sa.String(length=64), nullable=False, comment='Platform; empty where the post does not say'),
    sa.Column('handle', sa.Text(), nullable=False, comment='name there; a digest once dismissed'),
    sa.Column('post_id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=False, comment='newest post that names it'),
    sa.Column('why', sa.Text(), nullable=False, comment="name or linked: what makes it look like the council's"),
    sa.Column('posts', sa.Integer(), nullable=False, comment='posts that name it'),
    sa.Column('found_at', data.schema.UtcTime(timezone=True), nullable=False, comment='first found, UTC'),
    sa.Column('dismissed_at', data.schema.UtcTime(timezone=True), nullable=True, comment='set aside, UTC'),
    sa.Column('dismissed_by', sa.Text(), nullable=False, comment='by whom'),
    sa.Column('reason', sa.Text(), nullable=False, comment="why it is not the council's"),
    sa.ForeignKeyConstraint(['post_id'], ['post.id'], name=op.f('fk_candidate_post_id')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_candidate')),
    sa.UniqueConstraint('platform', 'handle', name=op.f('uq_candidate_platform_handle')),
    comment="names in own posts that look like the council's and are not on the register; never collected"
    )
    op.create_index(op.f('ix_candidate_post_id'), 'candidate', ['post_id'], unique=False)
