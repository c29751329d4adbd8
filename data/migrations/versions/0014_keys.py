"""Keys that people choose, and an index for what was decided last"""

import sqlalchemy as sa
from alembic import op

import data.schema

revision = '0014'
down_revision = '0013'
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table('key_choice',
    sa.Column('person_id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=False, comment='whose'),
    sa.Column('chosen', sa.JSON(), nullable=False, comment='key by step of the review; a step that is not named has none, JSON'),
    sa.Column('changed_at', data.schema.UtcTime(timezone=True), nullable=False, comment='last changed, UTC'),
    sa.ForeignKeyConstraint(['person_id'], ['person.id'], name=op.f('fk_key_choice_person_id')),
    sa.PrimaryKeyConstraint('person_id', name=op.f('pk_key_choice')),
    comment='keys that people chose for the page of an alert; who has no row has none'
    )
    op.create_index('ix_alert_decided_at', 'alert', ['decided_at'], unique=False)
