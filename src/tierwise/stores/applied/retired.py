"""Which accounts do not qualify any more, since when and why? Derived from the ledger of applied memberships, nothing is kept.

An account is retired while its newest row says excluded or gone, and an earlier one had it in tier 1, 2 or 3. The row that
retired it is the first after the last that had it on a list or parked: what followed is only what became of it since.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date
from typing import Any

import sqlalchemy as sa

from tierwise.stores.applied.memberships import applied_memberships
from tierwise.stores.database import Database

LISTED = ("1", "2", "3")
OUT = "excluded"


class Retirements:
    """Accounts that were on a list and do not qualify any more."""

    def __init__(self, database: Database) -> None:
        self._database = database

    def known(self, as_of: date, accounts: Sequence[str] = ()) -> list[Mapping[str, Any]]:
        """One row per account that is retired on a day, of all or of some accounts; the latest first.

        `from_tier` is the last of tiers 1 to 3 that it had; `retired_on`, `run_id` and `reason` are of the list that retired
        it; `gone` says whether it left the records since, `last_reason` is that of its newest row.
        """
        with self._database.reading() as connection:
            return [dict(row) for row in connection.execute(_retired(as_of, accounts)).mappings()]


def _retired(as_of: date, accounts: Sequence[str]) -> sa.Select[Any]:
    row = applied_memberships.c
    known = row.as_of <= as_of
    if accounts:
        known = sa.and_(known, row.account_id.in_(accounts))
    qualifies = sa.and_(row.tier.is_not(None), row.tier != OUT)
    stays = (
        sa.select(
            row.account_id,
            sa.func.max(sa.case((row.tier.in_(LISTED), row.id))).label("listed"),
            sa.func.max(sa.case((qualifies, row.id))).label("qualified"),
            sa.func.max(row.id).label("newest"),
        )
        .where(known)
        .group_by(row.account_id)
        .subquery()
    )
    left = (
        sa.select(stays.c.account_id, stays.c.listed, stays.c.newest, sa.func.min(row.id).label("first"))
        .join(applied_memberships, sa.and_(row.account_id == stays.c.account_id, row.id > stays.c.qualified))
        .where(known, stays.c.listed.is_not(None), stays.c.newest > stays.c.qualified)
        .group_by(stays.c.account_id, stays.c.listed, stays.c.newest)
        .subquery()
    )
    listed, first, newest = (applied_memberships.alias(name) for name in ("listed", "first", "newest"))
    return (
        sa.select(
            left.c.account_id,
            listed.c.tier.label("from_tier"),
            first.c.as_of.label("retired_on"),
            first.c.run_id,
            first.c.reason,
            newest.c.tier.is_(None).label("gone"),
            newest.c.reason.label("last_reason"),
        )
        .join(listed, listed.c.id == left.c.listed)
        .join(first, first.c.id == left.c.first)
        .join(newest, newest.c.id == left.c.newest)
        .order_by(first.c.as_of.desc(), left.c.account_id)
    )
