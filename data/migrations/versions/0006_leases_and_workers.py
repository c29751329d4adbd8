"""Leases, so that one process at a time collects an account, and the workers that are at work"""

import sqlalchemy as sa
from alembic import op

import data.schema

revision = '0006'
down_revision = '0005'
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table('lease',
    sa.Column('name', sa.String(length=128), nullable=False, comment='what is held, such as collect:bins'),
    sa.Column('holder', sa.Text(), nullable=False, comment='host, process and mark'),
    sa.Column('taken_at', data.schema.UtcTime(timezone=True), nullable=False, comment='since, UTC'),
    sa.Column('until', data.schema.UtcTime(timezone=True), nullable=False, comment='ends by itself, UTC'),
    sa.PrimaryKeyConstraint('name', name=op.f('pk_lease')),
    comment='what one process at a time may do; ends by itself when its holder is gone'
    )
    op.create_table('worker',
    sa.Column('id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), autoincrement=True, nullable=False, comment='our own number'),
    sa.Column('holder', sa.Text(), nullable=False, comment='host, process and mark'),
    sa.Column('started_at', data.schema.UtcTime(timezone=True), nullable=False, comment='start, UTC'),
    sa.Column('seen_at', data.schema.UtcTime(timezone=True), nullable=False, comment='last sign of life, UTC'),
    sa.Column('stopped_at', data.schema.UtcTime(timezone=True), nullable=True, comment='when it ended as it should, UTC'),
    sa.Column('doing', sa.Text(), nullable=False, comment='what it is at, in a few words'),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_worker')),
    comment='processes that collect, scan and answer requests'
    )
