"""Models that learn from reviews: which reviews trained which model, and which model is in use"""

import sqlalchemy as sa
from alembic import op

import data.schema

revision = '0002'
down_revision = '0001'
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table('model_row',
    sa.Column('model_hash', sa.String(length=64), nullable=False, comment='model that learnt from it'),
    sa.Column('review_id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), autoincrement=False, nullable=False, comment='review; kept here when that is gone'),
    sa.Column('reviewed_at', data.schema.UtcTime(timezone=True), nullable=False, comment='time of that review: a number may be given again, UTC'),
    sa.ForeignKeyConstraint(['model_hash'], ['model.hash'], name=op.f('fk_model_row_model_hash')),
    sa.PrimaryKeyConstraint('model_hash', 'review_id', name=op.f('pk_model_row')),
    comment='which reviews trained which model; one whose reviews are not all there may not be used'
    )
    op.create_table('model_use',
    sa.Column('id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), autoincrement=True, nullable=False, comment='our own number'),
    sa.Column('at', data.schema.UtcTime(timezone=True), nullable=False, comment='from, UTC'),
    sa.Column('model_hash', sa.String(length=64), nullable=True, comment='model; null for the shipped one'),
    sa.Column('actor', sa.Text(), nullable=False, comment='who'),
    sa.Column('reason', sa.Text(), nullable=False, comment='why'),
    sa.ForeignKeyConstraint(['model_hash'], ['model.hash'], name=op.f('fk_model_use_model_hash')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_model_use')),
    comment='which model scans use from when on, append-only; none yet: the shipped one'
    )
