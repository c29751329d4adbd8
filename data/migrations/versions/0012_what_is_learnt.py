"""Commended posts, lessons, views that people keep, and departments' own assessments"""

import sqlalchemy as sa
from alembic import op

import data.schema

revision = '0012'
down_revision = '0011'
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table('saved_view',
    sa.Column('id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), autoincrement=True, nullable=False, comment='our own number'),
    sa.Column('person_id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=False, comment='whose'),
    sa.Column('name', sa.String(length=80), nullable=False, comment='what they call it'),
    sa.Column('query', sa.Text(), nullable=False, comment='what follows the address'),
    sa.Column('at', data.schema.UtcTime(timezone=True), nullable=False, comment='when kept, UTC'),
    sa.ForeignKeyConstraint(['person_id'], ['person.id'], name=op.f('fk_saved_view_person_id')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_saved_view')),
    sa.UniqueConstraint('person_id', 'name', name=op.f('uq_saved_view_person_id_name')),
    comment='views of the trends that people keep for themselves'
    )
    op.create_table('self_assessment',
    sa.Column('id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), autoincrement=True, nullable=False, comment='our own number'),
    sa.Column('department', sa.Text(), nullable=False, comment='department, as on the register'),
    sa.Column('capability', sa.String(length=64), nullable=False, comment='assessment.Capability'),
    sa.Column('stage', sa.String(length=64), nullable=False, comment='assessment.Stage'),
    sa.Column('evidence', sa.Text(), nullable=False, comment='what it rests on'),
    sa.Column('said_by', sa.Text(), nullable=False, comment='who in the department says so'),
    sa.Column('person_id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=True, comment='who wrote it down'),
    sa.Column('at', data.schema.UtcTime(timezone=True), nullable=False, comment='when, UTC'),
    sa.ForeignKeyConstraint(['person_id'], ['person.id'], name=op.f('fk_self_assessment_person_id')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_self_assessment')),
    comment='how a department assesses itself, append-only; never computed from alerts'
    )
    op.create_index(op.f('ix_self_assessment_department'), 'self_assessment', ['department'], unique=False)
    op.create_index(op.f('ix_self_assessment_person_id'), 'self_assessment', ['person_id'], unique=False)
    op.create_table('commendation',
    sa.Column('id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), autoincrement=True, nullable=False, comment='our own number'),
    sa.Column('post_id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=False, comment='post that went well'),
    sa.Column('person_id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=False, comment='who commends it'),
    sa.Column('at', data.schema.UtcTime(timezone=True), nullable=False, comment='when, UTC'),
    sa.Column('reason', sa.Text(), nullable=False, comment='why, in their words, without names'),
    sa.Column('withdrawn_at', data.schema.UtcTime(timezone=True), nullable=True, comment='taken back, UTC'),
    sa.ForeignKeyConstraint(['person_id'], ['person.id'], name=op.f('fk_commendation_person_id')),
    sa.ForeignKeyConstraint(['post_id'], ['post.id'], name=op.f('fk_commendation_post_id')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_commendation')),
    comment='posts that people commend; never derived from a score'
    )
    op.create_index(op.f('ix_commendation_person_id'), 'commendation', ['person_id'], unique=False)
    op.create_index(op.f('ix_commendation_post_id'), 'commendation', ['post_id'], unique=False)
    op.create_table('lesson',
    sa.Column('id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), autoincrement=True, nullable=False, comment='our own number'),
    sa.Column('alert_id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=False, comment='decided alert it comes from'),
    sa.Column('person_id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=False, comment='who wrote it'),
    sa.Column('at', data.schema.UtcTime(timezone=True), nullable=False, comment='when, UTC'),
    sa.Column('text', sa.Text(), nullable=False, comment='what others can learn, without names or words of the post'),
    sa.Column('withdrawn_at', data.schema.UtcTime(timezone=True), nullable=True, comment='taken back, UTC'),
    sa.ForeignKeyConstraint(['alert_id'], ['alert.id'], name=op.f('fk_lesson_alert_id')),
    sa.ForeignKeyConstraint(['person_id'], ['person.id'], name=op.f('fk_lesson_person_id')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_lesson')),
    comment='what all staff can learn from a decided alert'
    )
    op.create_index(op.f('ix_lesson_alert_id'), 'lesson', ['alert_id'], unique=False)
    op.create_index(op.f('ix_lesson_person_id'), 'lesson', ['person_id'], unique=False)
