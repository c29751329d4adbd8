"""Samples of posts read to estimate what flags miss, and pre-election windows"""

import sqlalchemy as sa
from alembic import op

import data.schema

revision = '0011'
down_revision = '0010'
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table('election_window',
    sa.Column('id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), autoincrement=True, nullable=False, comment='our own number'),
    sa.Column('area', sa.Text(), nullable=False, comment='where the election is held'),
    sa.Column('first', sa.Date(), nullable=True, comment="first day of the pre-election period, a day in the council's zone"),
    sa.Column('last', sa.Date(), nullable=True, comment="last day of it, a day in the council's zone"),
    sa.Column('source', sa.Text(), nullable=False, comment='where the days are published'),
    sa.Column('added_at', data.schema.UtcTime(timezone=True), nullable=False, comment='put down, UTC'),
    sa.Column('added_by', sa.Text(), nullable=False, comment='by whom'),
    sa.Column('withdrawn_at', data.schema.UtcTime(timezone=True), nullable=True, comment='taken back, UTC'),
    sa.Column('withdrawn_by', sa.Text(), nullable=False, comment='by whom'),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_election_window')),
    comment='pre-election periods: a checklist is shown during one, no score knows of them'
    )
    op.create_table('sample_draw',
    sa.Column('id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), autoincrement=True, nullable=False, comment='our own number'),
    sa.Column('at', data.schema.UtcTime(timezone=True), nullable=False, comment='drawn, UTC'),
    sa.Column('actor', sa.Text(), nullable=False, comment='who'),
    sa.Column('since', sa.Date(), nullable=True, comment="first day of the versions drawn from, a day in the council's zone"),
    sa.Column('until', sa.Date(), nullable=True, comment="last day of them, a day in the council's zone"),
    sa.Column('size', sa.Integer(), nullable=False, comment='posts drawn'),
    sa.Column('dpia', sa.Text(), nullable=False, comment='reference of the impact assessment then'),
    sa.Column('seed', sa.String(length=64), nullable=False, comment='what the order of the draw was made from, hexadecimal'),
    sa.Column('models', sa.JSON(), nullable=False, comment='hashes of the models whose scores made the strata, JSON'),
    sa.Column('strata', sa.JSON(), nullable=False, comment='name, population and how many were drawn, of each, JSON'),
    sa.Column('unassessed', sa.Integer(), nullable=False, comment='versions of those days whose own words could not be assessed, so none of them was drawn'),
    sa.Column('unscanned', sa.Integer(), nullable=False, comment='versions of those days that no model had judged yet, so none of them was drawn'),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_sample_draw')),
    comment='samples of versions, flagged or not, each with its known probability of being drawn'
    )
    op.create_table('sample_item',
    sa.Column('id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), autoincrement=True, nullable=False, comment='our own number'),
    sa.Column('draw_id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=False, comment='draw'),
    sa.Column('position', sa.Integer(), nullable=False, comment='order in which they are shown'),
    sa.Column('version_id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=False, comment='version'),
    sa.Column('finding_id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=False, comment='finding that placed it'),
    sa.Column('stratum', sa.String(length=64), nullable=False, comment='stratum; never shown to whoever reads it'),
    sa.Column('probability', sa.Float(), nullable=False, comment='of being drawn, in (0, 1]'),
    sa.Column('taken_by', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=True, comment='who reads it'),
    sa.Column('taken_until', data.schema.UtcTime(timezone=True), nullable=True, comment='until then nobody else gets it, UTC'),
    sa.Column('answered_by', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=True, comment='who answered'),
    sa.Column('answered_at', data.schema.UtcTime(timezone=True), nullable=True, comment='answered, UTC'),
    sa.Column('judgement', sa.String(length=64), nullable=False, comment='Judgement; empty until answered'),
    sa.Column('categories', sa.JSON(), nullable=False, comment='what it was judged to be, JSON'),
    sa.Column('alert_id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=True, comment='alert that the reader opened'),
    sa.ForeignKeyConstraint(['alert_id'], ['alert.id'], name=op.f('fk_sample_item_alert_id')),
    sa.ForeignKeyConstraint(['answered_by'], ['person.id'], name=op.f('fk_sample_item_answered_by')),
    sa.ForeignKeyConstraint(['draw_id'], ['sample_draw.id'], name=op.f('fk_sample_item_draw_id')),
    sa.ForeignKeyConstraint(['finding_id'], ['finding.id'], name=op.f('fk_sample_item_finding_id')),
    sa.ForeignKeyConstraint(['taken_by'], ['person.id'], name=op.f('fk_sample_item_taken_by')),
    sa.ForeignKeyConstraint(['version_id'], ['version.id'], name=op.f('fk_sample_item_version_id')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_sample_item')),
    sa.UniqueConstraint('draw_id', 'version_id', name=op.f('uq_sample_item_draw_id_version_id')),
    comment='a version of a sample, with the answer of one reviewer; it counts against nobody and raises nothing'
    )
    op.create_index(op.f('ix_sample_item_answered_by'), 'sample_item', ['answered_by'], unique=False)
    op.create_index('ix_sample_item_draw_id_position', 'sample_item', ['draw_id', 'position'], unique=False)
    op.create_index(op.f('ix_sample_item_version_id'), 'sample_item', ['version_id'], unique=False)
