"""The passport office: business cases, sittings of the panel, members' choices, assurances, employment, training"""

import sqlalchemy as sa
from alembic import op

import data.schema

revision = '0007'
down_revision = '0006'
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table('assurance',
    sa.Column('id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), autoincrement=True, nullable=False, comment='our own number'),
    sa.Column('account_id', sa.String(length=64), nullable=False, comment='account'),
    sa.Column('person_id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=False, comment='who'),
    sa.Column('at', data.schema.UtcTime(timezone=True), nullable=False, comment='when, UTC'),
    sa.Column('what', sa.String(length=64), nullable=False, comment='still_right, not_right or settled_lapse'),
    sa.Column('reason', sa.Text(), nullable=False, comment='in their words'),
    sa.Column('settled_at', data.schema.UtcTime(timezone=True), nullable=True, comment='dealt with, UTC'),
    sa.Column('settled_by', sa.Text(), nullable=False, comment='by whom'),
    sa.Column('settled_how', sa.Text(), nullable=False, comment='how'),
    sa.ForeignKeyConstraint(['account_id'], ['account.id'], name=op.f('fk_assurance_account_id')),
    sa.ForeignKeyConstraint(['person_id'], ['person.id'], name=op.f('fk_assurance_person_id')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_assurance')),
    comment='what people confirm of an account, or say is wrong with it'
    )
    op.create_index(op.f('ix_assurance_account_id'), 'assurance', ['account_id'], unique=False)
    op.create_index(op.f('ix_assurance_person_id'), 'assurance', ['person_id'], unique=False)
    op.create_table('employment',
    sa.Column('id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), autoincrement=True, nullable=False, comment='our own number'),
    sa.Column('person_id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=False, comment='who'),
    sa.Column('department', sa.Text(), nullable=False, comment='department'),
    sa.Column('line_manager_id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=True, comment='line manager'),
    sa.Column('since', data.schema.UtcTime(timezone=True), nullable=False, comment='from, UTC'),
    sa.Column('last_day', sa.Date(), nullable=True, comment="last day at the council, once known, a day in the council's zone"),
    sa.Column('until', data.schema.UtcTime(timezone=True), nullable=True, comment='to, UTC'),
    sa.ForeignKeyConstraint(['line_manager_id'], ['person.id'], name=op.f('fk_employment_line_manager_id')),
    sa.ForeignKeyConstraint(['person_id'], ['person.id'], name=op.f('fk_employment_person_id')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_employment')),
    comment='where people work and for whom, dated: they join, move and leave'
    )
    op.create_index(op.f('ix_employment_line_manager_id'), 'employment', ['line_manager_id'], unique=False)
    op.create_index(op.f('ix_employment_person_id'), 'employment', ['person_id'], unique=False)
    op.create_table('member_choice',
    sa.Column('id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), autoincrement=True, nullable=False, comment='our own number'),
    sa.Column('account_id', sa.String(length=64), nullable=False, comment="councillor's account"),
    sa.Column('person_id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=False, comment='the member'),
    sa.Column('joined_at', data.schema.UtcTime(timezone=True), nullable=False, comment='chosen, UTC'),
    sa.Column('withdrawn_at', data.schema.UtcTime(timezone=True), nullable=True, comment='taken back, UTC'),
    sa.Column('reason', sa.Text(), nullable=False, comment='why it was taken back, where they say'),
    sa.ForeignKeyConstraint(['account_id'], ['account.id'], name=op.f('fk_member_choice_account_id')),
    sa.ForeignKeyConstraint(['person_id'], ['person.id'], name=op.f('fk_member_choice_person_id')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_member_choice')),
    comment="a councillor's own choice to have an account on the register"
    )
    op.create_index(op.f('ix_member_choice_account_id'), 'member_choice', ['account_id'], unique=False)
    op.create_index(op.f('ix_member_choice_person_id'), 'member_choice', ['person_id'], unique=False)
    op.create_table('training_record',
    sa.Column('id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), autoincrement=True, nullable=False, comment='our own number'),
    sa.Column('person_id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=False, comment='who'),
    sa.Column('course', sa.Text(), nullable=False, comment='name of the course'),
    sa.Column('completed_on', sa.Date(), nullable=True, comment="completed; null while only asked for, a day in the council's zone"),
    sa.Column('refresher_due', sa.Date(), nullable=True, comment="to be refreshed by, a day in the council's zone"),
    sa.Column('policies', sa.JSON(), nullable=False, comment='policies that went with it: dignity_at_work, customer_care, JSON'),
    sa.Column('talk_on', sa.Date(), nullable=True, comment="follow-up talk, a day in the council's zone"),
    sa.Column('noted_at', data.schema.UtcTime(timezone=True), nullable=False, comment='written down, UTC'),
    sa.Column('noted_by', sa.Text(), nullable=False, comment='by whom'),
    sa.ForeignKeyConstraint(['person_id'], ['person.id'], name=op.f('fk_training_record_person_id')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_training_record')),
    comment='training of people, a support for them; it stands beside no alert'
    )
    op.create_index(op.f('ix_training_record_person_id'), 'training_record', ['person_id'], unique=False)
    op.create_table('business_case',
    sa.Column('passport_id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=False, comment='passport'),
    sa.Column('will_post', sa.Text(), nullable=False, comment='what it will post'),
    sa.Column('will_not_post', sa.Text(), nullable=False, comment='what it will not post'),
    sa.Column('posts_from', sa.Integer(), nullable=True, comment='fewest posts a week that it promises'),
    sa.Column('posts_to', sa.Integer(), nullable=True, comment='most posts a week that it promises'),
    sa.Column('special', sa.JSON(), nullable=False, comment='conditions of UK GDPR Articles 9 and 10, from the list in data.business_case, JSON'),
    sa.ForeignKeyConstraint(['passport_id'], ['passport.id'], name=op.f('fk_business_case_passport_id')),
    sa.PrimaryKeyConstraint('passport_id', name=op.f('pk_business_case')),
    comment="what a business case says beyond the passport's own columns"
    )
    op.create_table('panel_sitting',
    sa.Column('id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), autoincrement=True, nullable=False, comment='our own number'),
    sa.Column('passport_event_id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=False, comment='decision'),
    sa.Column('quorum', sa.Integer(), nullable=False, comment='members that had to count'),
    sa.Column('counted', sa.Integer(), nullable=False, comment='members that did'),
    sa.Column('minute', sa.Text(), nullable=False, comment='what was said and why'),
    sa.ForeignKeyConstraint(['passport_event_id'], ['passport_event.id'], name=op.f('fk_panel_sitting_passport_event_id')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_panel_sitting')),
    sa.UniqueConstraint('passport_event_id', name=op.f('uq_panel_sitting_passport_event_id')),
    comment='how a panel came to a decision; its members stand in panel_member'
    )
