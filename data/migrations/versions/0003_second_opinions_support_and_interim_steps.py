"""Second opinions, ratings by owners, advice and training as support, interim steps"""

import sqlalchemy as sa
from alembic import op

import data.schema

revision = '0003'
down_revision = '0002'
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table('opinion',
    sa.Column('id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), autoincrement=True, nullable=False, comment='our own number'),
    sa.Column('alert_id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=False, comment='alert'),
    sa.Column('version_id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=False, comment='what was judged'),
    sa.Column('person_id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=False, comment='who'),
    sa.Column('at', data.schema.UtcTime(timezone=True), nullable=False, comment='when, UTC'),
    sa.Column('judgement', sa.String(length=64), nullable=False, comment='Judgement'),
    sa.Column('categories', sa.JSON(), nullable=False, comment='confirmed, JSON'),
    sa.Column('characteristics', sa.JSON(), nullable=False, comment='confirmed, JSON'),
    sa.Column('outcome', sa.String(length=64), nullable=False, comment='Outcome'),
    sa.Column('clause', sa.String(length=64), nullable=False, comment='clause id'),
    sa.Column('reason', sa.Text(), nullable=False, comment='why'),
    sa.Column('answers', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=True, comment='first opinion'),
    sa.ForeignKeyConstraint(['alert_id'], ['alert.id'], name=op.f('fk_opinion_alert_id')),
    sa.ForeignKeyConstraint(['answers'], ['opinion.id'], name=op.f('fk_opinion_answers')),
    sa.ForeignKeyConstraint(['person_id'], ['person.id'], name=op.f('fk_opinion_person_id')),
    sa.ForeignKeyConstraint(['version_id'], ['version.id'], name=op.f('fk_opinion_version_id')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_opinion')),
    comment="what each of two reviewers thought, the second without seeing the first's; a decision is a review"
    )
    op.create_index(op.f('ix_opinion_alert_id'), 'opinion', ['alert_id'], unique=False)
    op.create_index(op.f('ix_opinion_answers'), 'opinion', ['answers'], unique=False)
    op.create_index(op.f('ix_opinion_person_id'), 'opinion', ['person_id'], unique=False)
    op.create_index(op.f('ix_opinion_version_id'), 'opinion', ['version_id'], unique=False)
    op.create_table('rating',
    sa.Column('id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), autoincrement=True, nullable=False, comment='our own number'),
    sa.Column('review_id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=False, comment='decision'),
    sa.Column('person_id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=False, comment='holder'),
    sa.Column('at', data.schema.UtcTime(timezone=True), nullable=False, comment='when, UTC'),
    sa.Column('fair', sa.Boolean(), nullable=False, comment='was it fair'),
    sa.Column('clear', sa.Boolean(), nullable=False, comment='was it clear'),
    sa.Column('useful', sa.Boolean(), nullable=False, comment='was it useful'),
    sa.Column('note', sa.Text(), nullable=False, comment='in their words'),
    sa.ForeignKeyConstraint(['person_id'], ['person.id'], name=op.f('fk_rating_person_id')),
    sa.ForeignKeyConstraint(['review_id'], ['review.id'], name=op.f('fk_rating_review_id')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_rating')),
    sa.UniqueConstraint('review_id', 'person_id', name=op.f('uq_rating_review_id_person_id')),
    comment='how a holder found a review of a post of theirs'
    )
    op.create_index(op.f('ix_rating_person_id'), 'rating', ['person_id'], unique=False)
    op.create_index(op.f('ix_rating_review_id'), 'rating', ['review_id'], unique=False)
    op.create_table('support',
    sa.Column('id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), autoincrement=True, nullable=False, comment='our own number'),
    sa.Column('review_id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=False, comment='decision it came from'),
    sa.Column('account_id', sa.String(length=64), nullable=False, comment='account'),
    sa.Column('kind', sa.String(length=64), nullable=False, comment='advice or training'),
    sa.Column('text', sa.Text(), nullable=False, comment='words for the owner'),
    sa.Column('given_at', data.schema.UtcTime(timezone=True), nullable=False, comment='when, UTC'),
    sa.Column('due', sa.Date(), nullable=True, comment="to be taken up by, a day in the council's zone"),
    sa.Column('taken_up_at', data.schema.UtcTime(timezone=True), nullable=True, comment='when it was, UTC'),
    sa.Column('taken_up_by', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=True, comment='who took it up'),
    sa.ForeignKeyConstraint(['account_id'], ['account.id'], name=op.f('fk_support_account_id')),
    sa.ForeignKeyConstraint(['review_id'], ['review.id'], name=op.f('fk_support_review_id')),
    sa.ForeignKeyConstraint(['taken_up_by'], ['person.id'], name=op.f('fk_support_taken_up_by')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_support')),
    comment='advice and training: support with a date, never counted against anyone'
    )
    op.create_index(op.f('ix_support_account_id'), 'support', ['account_id'], unique=False)
    op.create_index(op.f('ix_support_review_id'), 'support', ['review_id'], unique=False)
    op.create_index(op.f('ix_support_taken_up_by'), 'support', ['taken_up_by'], unique=False)
    op.add_column('alert', sa.Column('interim_at', data.schema.UtcTime(timezone=True), nullable=True, comment='owner asked to hide or correct it now; not a finding, UTC'))
    op.add_column('reply', sa.Column('companion', sa.Text(), server_default='', nullable=False, comment='who stands beside the owner, where they named someone'))
