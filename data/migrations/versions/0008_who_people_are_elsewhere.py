"""Who a person is to a service that signs people in"""

import sqlalchemy as sa
from alembic import op

import data.schema

revision = '0008'
down_revision = '0007'
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table('identity',
    sa.Column('id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), autoincrement=True, nullable=False, comment='our own number'),
    sa.Column('person_id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=False, comment='who'),
    sa.Column('issuer', sa.Text(), nullable=False, comment='who vouches'),
    sa.Column('subject', sa.Text(), nullable=False, comment='lasting id there'),
    sa.Column('linked_at', data.schema.UtcTime(timezone=True), nullable=False, comment='first sign-in, UTC'),
    sa.ForeignKeyConstraint(['person_id'], ['person.id'], name=op.f('fk_identity_person_id')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_identity')),
    sa.UniqueConstraint('issuer', 'subject', name=op.f('uq_identity_issuer_subject')),
    comment='who a person is to a service that signs people in'
    )
    op.create_index(op.f('ix_identity_person_id'), 'identity', ['person_id'], unique=False)
