"""What the ledger keeps about a seat: team, since when, when it was lost, reviews.

Of old rows the day on which an account came into its tier is known, and nothing else: no review had been counted.
"""

import sqlalchemy as sa
from alembic import op

revision = "0003"
down_revision = "0002"

SINCE = """
update applied_memberships set tier_since = (
    select max(earlier.as_of) from applied_memberships earlier
    where earlier.account_id = applied_memberships.account_id and earlier.id <= applied_memberships.id
          and earlier.tier is not null and coalesce(earlier.from_tier, '') <> earlier.tier
)
where tier is not null
"""


def upgrade() -> None:
    for name, kind in (
        ("team", sa.Text), ("tier_since", sa.Date), ("left_one_on", sa.Date), ("left_few_on", sa.Date),
        ("reviewed_on", sa.Date), ("reviews_beyond", sa.Integer),
    ):  # fmt: skip
        op.add_column("applied_memberships", sa.Column(name, kind))
    op.execute(SINCE)
