"""Daily rollups with the triggers that note what they have to count again, and departments as they were"""

import sqlalchemy as sa
from alembic import op

import data.schema
from data.store import touched

revision = '0005'
down_revision = '0004'
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table('rollup_day',
    sa.Column('account_id', sa.String(length=64), nullable=False, comment='account'),
    sa.Column('day', sa.Date(), nullable=False, comment="when published, else first collected, a day in the council's zone"),
    sa.Column('posts', sa.Integer(), nullable=False, comment='posts of that day'),
    sa.Column('waiting', sa.Integer(), nullable=False, comment='of these not looked at by any model yet'),
    sa.Column('texts', sa.Integer(), nullable=False, comment="texts assessed in full or in part; a post's own words and those it passes on are two"),
    sa.Column('unassessed', sa.Integer(), nullable=False, comment='texts that could not be assessed'),
    sa.Column('raised', sa.Integer(), nullable=False, comment='alerts about these texts'),
    sa.Column('upheld', sa.Integer(), nullable=False, comment='of these judged upheld, the latest judgement that was not taken back'),
    sa.Column('not_upheld', sa.Integer(), nullable=False, comment='of these judged not upheld, in the same way'),
    sa.PrimaryKeyConstraint('account_id', 'day', name=op.f('pk_rollup_day')),
    comment='figures of one account and day, counted from the other tables and never the other way round'
    )
    op.create_table('rollup_touched',
    sa.Column('account_id', sa.String(length=64), nullable=False, comment='account'),
    sa.Column('hour', sa.String(length=13), nullable=False, comment='hour in UTC of a post, as 2026-11-22 14'),
    sa.PrimaryKeyConstraint('account_id', 'hour', name=op.f('pk_rollup_touched')),
    comment='where something changed since the rollups were counted; filled by triggers'
    )
    op.create_table('rollup_zone',
    sa.Column('id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), autoincrement=True, nullable=False, comment='our own number'),
    sa.Column('zone', sa.Text(), nullable=False, comment='time zone whose days rollup_day has'),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_rollup_zone')),
    comment='one row: for which zone the rollups were counted'
    )
    op.create_table('account_department',
    sa.Column('id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), autoincrement=True, nullable=False, comment='our own number'),
    sa.Column('account_id', sa.String(length=64), nullable=False, comment='account'),
    sa.Column('department', sa.Text(), nullable=False, comment='department'),
    sa.Column('since', data.schema.UtcTime(timezone=True), nullable=False, comment='from, UTC'),
    sa.Column('until', data.schema.UtcTime(timezone=True), nullable=True, comment='to, UTC'),
    sa.ForeignKeyConstraint(['account_id'], ['account.id'], name=op.f('fk_account_department_account_id')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_account_department')),
    comment='which department an account belonged to, dated'
    )
    with op.batch_alter_table('account_department', schema=None) as batch_op:
        batch_op.create_index(batch_op.f('ix_account_department_account_id'), ['account_id'], unique=False)
    connection = op.get_bind()
    connection.exec_driver_sql(
        'INSERT INTO account_department (account_id, department, since) SELECT id, department, created_at FROM account'
    )
    for statement in touched.statements(connection.dialect.name):
        connection.exec_driver_sql(statement)
    connection.exec_driver_sql(touched.note_everything(connection.dialect.name))
