"""Put an earlier list back: a new run whose tiers 1 and 2 are those of then, as far as the hard exits of today allow."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import pyarrow as pa

from tierwise.core.errors import NotFound
from tierwise.pipeline.plan.make import Plan, PutBack
from tierwise.sql.query import query
from tierwise.stores.runs import Snapshot
from tierwise.tables.arrow import filled
from tierwise.tables.effort import REVERTED_LIST

SEATED = ("1", "2")
NEVER_THERE = "3"  # where an account goes that was not on the list of then


def list_before(runs: list[Snapshot]) -> Snapshot:
    """The list that was in force before the one that is. Raises NotFound without one."""
    by_day = sorted(enumerate(runs), key=lambda pair: (pair[1].as_of, pair[0]))
    if len(by_day) < 2:
        raise NotFound("there is no earlier list to put back", "`tierwise runs` lists what was published")
    return by_day[-2][1]


def put_back(run_id: str, then: Mapping[str, str], now: Mapping[str, str]) -> PutBack:
    """The rows of `reverted_list`: who sat then, and who sits now and did not; tiers by account."""
    rows: list[dict[str, Any]] = [
        {"account_id": account, "tier": then.get(account, NEVER_THERE), "run_id": run_id}
        for account in sorted({a for tiers in (then, now) for a, tier in tiers.items() if tier in SEATED})
    ]
    return PutBack(run_id, filled(REVERTED_LIST, rows))


def tiers_by_account(rows: pa.Table) -> dict[str, str]:
    """The column `tier` of a list by account."""
    return dict(zip(rows["account_id"].to_pylist(), rows["tier"].to_pylist(), strict=True))


def not_restored(plan: Plan) -> list[dict[str, str]]:
    """Accounts that sat then and may not sit now: where they would be, and what keeps them there."""
    assert plan.execution is not None
    found = plan.execution.fetch(
        query(
            """
            select r.account_id, r.tier as wanted, t.tier, a.name,
                   case when t.account_id is null then 'no longer among the records' else t.blocked_by end as why
            from reverted_list r
            left join tiers t on t.account_id = r.account_id
            left join accounts a on a.account_id = r.account_id
            where r.tier in (:seated) and coalesce(t.tier, '') <> r.tier
            order by r.tier, r.account_id
            """,
            seated=list(SEATED),
        )
    )
    return list(found.to_pylist())
