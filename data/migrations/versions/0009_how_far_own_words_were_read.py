"""The rollups say how far posts' own words were assessed: pages that speak of it need not count a million posts"""

import sqlalchemy as sa
from alembic import op

from data.store import touched

revision = '0009'
down_revision = '0008'
branch_labels = None
depends_on = None

COLUMNS = {
    'own_full': 'posts whose own words were assessed in full, by the newest finding',
    'own_partial': 'of which a part could be assessed',
    'own_none': 'of which nothing could be assessed',
}


def upgrade() -> None:
    for name, comment in COLUMNS.items():
        op.add_column('rollup_day', sa.Column(name, sa.Integer(), server_default='0', nullable=False, comment=comment))
    connection = op.get_bind()
    connection.exec_driver_sql('DELETE FROM rollup_day')
    connection.exec_driver_sql(touched.note_everything(connection.dialect.name))
