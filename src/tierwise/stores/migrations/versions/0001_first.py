"""Snapshots and applied memberships."""

import sqlalchemy as sa
from alembic import op

revision = "0001"
down_revision = None


def upgrade() -> None:
    op.create_table(
        "snapshots",
        sa.Column("sequence", sa.Integer, primary_key=True, autoincrement=True),
        sa.Column("run_id", sa.String(40), nullable=False, unique=True),
        sa.Column("as_of", sa.Date, nullable=False),
        sa.Column("published_at", sa.DateTime, nullable=False),
        sa.Column("fingerprint", sa.String(64), nullable=False),
        sa.Column("model_hash", sa.String(64), nullable=False),
        sa.Column("engine", sa.String(40), nullable=False),
        sa.Column("details", sa.JSON, nullable=False),
    )
    op.create_table(
        "applied_memberships",
        sa.Column("id", sa.Integer, primary_key=True, autoincrement=True),
        sa.Column("run_id", sa.String(40), nullable=False),
        sa.Column("as_of", sa.Date, nullable=False),
        sa.Column("applied_at", sa.DateTime, nullable=False),
        sa.Column("account_id", sa.Text, nullable=False),
        sa.Column("tier", sa.String(12)),
        sa.Column("segment", sa.Text),
        sa.Column("stage", sa.String(20)),
        sa.Column("from_tier", sa.String(12)),
        sa.Column("from_segment", sa.Text),
        sa.Column("from_stage", sa.String(20)),
        sa.Column("reason", sa.Text),
    )
    op.create_index("applied_memberships_account", "applied_memberships", ["account_id", "id"])
