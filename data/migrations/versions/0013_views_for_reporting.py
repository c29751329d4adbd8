"""Views for reporting tools: figures and dates by number, without words or names"""

from alembic import op

from data.store import reporting

revision = '0013'
down_revision = '0012'
branch_labels = None
depends_on = None


def upgrade() -> None:
    for statement in reporting.statements():
        op.get_bind().exec_driver_sql(statement)
