"""What the ledger keeps about an account of tier 2: its cluster. Of old rows it is not known."""

import sqlalchemy as sa
from alembic import op

revision = "0004"
down_revision = "0003"


def upgrade() -> None:
    op.add_column("applied_memberships", sa.Column("cluster", sa.Text))
