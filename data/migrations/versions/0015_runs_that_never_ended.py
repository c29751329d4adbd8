"""An index of the runs that never ended: looking for them must not grow with all runs that ever were"""

import sqlalchemy as sa
from alembic import op

revision = '0015'
down_revision = '0014'
branch_labels = None
depends_on = None


def upgrade() -> None:
    unended = sa.text('finished_at IS NULL')
    op.create_index('ix_collection_run_unended', 'collection_run', ['account_id'], unique=False,
                    sqlite_where=unended, postgresql_where=unended)
