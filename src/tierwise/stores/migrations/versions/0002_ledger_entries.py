"""The journal of everything that people record."""

import sqlalchemy as sa
from alembic import op

revision = "0002"
down_revision = "0001"


def upgrade() -> None:
    op.create_table(
        "ledger_entries",
        sa.Column("entry", sa.Integer, primary_key=True, autoincrement=True),
        sa.Column("ledger", sa.String(40), nullable=False),
        sa.Column("recorded_at", sa.DateTime, nullable=False),
        sa.Column("known_at", sa.DateTime, nullable=False),
        sa.Column("recorder", sa.Text, nullable=False),
        sa.Column("replaces", sa.Integer),
        sa.Column("content", sa.JSON),
    )
    op.create_index("ledger_entries_ledger", "ledger_entries", ["ledger", "known_at"])
