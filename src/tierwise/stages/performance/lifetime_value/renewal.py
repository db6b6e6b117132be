"""Where contracts run for a year: how many renew, the first time, the second time and later?"""

from __future__ import annotations

from datetime import date
from typing import TYPE_CHECKING, Any

import numpy as np

from tierwise.sql.query import Query, query
from tierwise.stages.performance.lifetime_value.spec import LifetimeValueSpec
from tierwise.stats.value.renewal import MIN_RENEWALS, Renewals, shifted_beta_geometric
from tierwise.tables.arrow import filled, groups, numbers
from tierwise.tables.performance import lifetime_value as dictionary

if TYPE_CHECKING:
    import pyarrow as pa

YEAR = 12
MOSTLY = 0.8  # share of a slice's customers on yearly contracts from which its renewals speak for it


def renewals(spec: LifetimeValueSpec, as_of: date) -> Query:
    """Who came to each yearly renewal, and who left at it. One row per dimension, name and renewal.

    Renewal 1 ends the first year. Who cancels within a year counts as leaving at its end, once that end is past:
    those who stay could not be counted before.
    """
    return query(
        """
        with contracts as (
            select account_id, coalesce(last_by(interval_months, started_at), 0) as months
            from subscriptions
            group by account_id
        ),
        lives as (
            select t.account_id,
                   case when coalesce(:months, max(c.months), 0) = 12 then 1 else 0 end as yearly
            from tenure_months t
            left join contracts c on c.account_id = t.account_id
            group by t.account_id
        ),
        contracted as (
            select x.dimension, x.name, count(*) as accounts, sum(l.yearly) as yearly
            from lives l
            join slices x on x.account_id = l.account_id
            group by x.dimension, x.name
        ),
        came as (
            select t.account_id, cast(floor(t.tenure / 12) as bigint) + 1 as renewal, t.died
            from tenure_months t
            join lives l on l.account_id = t.account_id and l.yearly = 1
            where (t.tenure % 12 = 11 and t.at_risk = 1)
               or (t.died = 1 and t.known_to >= 12 * (floor(t.tenure / 12) + 1) - 1)
        )
        select x.dimension, x.name, c.renewal, count(*) as at_risk, sum(c.died) as lost,
               max(k.accounts) as accounts, max(k.yearly) as yearly
        from came c
        join slices x on x.account_id = c.account_id
        join contracted k on k.dimension = x.dimension and k.name = x.name
        group by x.dimension, x.name, c.renewal
        """,
        months=spec.contract_months,
    )


def renewal_models(spec: LifetimeValueSpec, as_of: date, renewals: pa.Table) -> pa.Table:
    """The shifted-beta-geometric model of each slice whose contracts run for a year. One row per dimension and name.

    None below `min_accounts` customers who came to a renewal, or with fewer than two renewals that at least
    `min_at_risk` came to.
    """
    rows: list[dict[str, Any]] = []
    for (dimension, name), found in groups(renewals, ("dimension", "name"), "renewal"):
        counts = _counts(found)
        seen = int((counts.at_risk >= spec.min_at_risk).sum())
        yearly, accounts = found["yearly"][0].as_py(), found["accounts"][0].as_py()
        if seen < MIN_RENEWALS or counts.at_risk.max() < spec.min_accounts or yearly < MOSTLY * accounts:
            continue
        model = shifted_beta_geometric(counts)
        if model is None:
            continue
        rows.append(
            {
                "dimension": dimension, "name": name, "accounts": yearly, "renewals": len(counts.at_risk),
                "a": model.a, "b": model.b, "variance_odds": model.covariance[0, 0],
                "variance_size": model.covariance[1, 1], "covariance": model.covariance[0, 1],
                "first_renewal": model.retention(1), "latest_renewal": model.retention(len(counts.at_risk)),
                "contract_years": model.expected_years(spec.discount),
                "contract_years_se": model.standard_error(lambda m: m.expected_years(spec.discount)),
            }
        )  # fmt: skip
    return filled(dictionary.RENEWAL_MODELS, rows)


def _counts(found: pa.Table) -> Renewals:
    """The renewals of one slice by number; one that nobody was seen at is empty."""
    number = numbers(found, "renewal").astype(int)
    at_risk, lost = np.zeros(number.max()), np.zeros(number.max())
    at_risk[number - 1], lost[number - 1] = numbers(found, "at_risk"), numbers(found, "lost")
    return Renewals(at_risk, lost)
