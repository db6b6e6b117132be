"""Whose outcome is known, what was it, and into which lot is each customer drawn?"""

from __future__ import annotations

from datetime import date

from tierwise.sql.query import Query, query
from tierwise.stages.performance.discovery.spec import BUCKETS, DiscoverySpec


def profile_purchases(spec: DiscoverySpec, as_of: date) -> Query:
    """When each customer became one. One row per account that ever paid or whose deal was won."""
    return query(
        """
        with bought as (
            select account_id, cast(month as timestamp) as purchased_at from revenue_months where revenue > 0
            union all
            select account_id, closed_at as purchased_at
            from opportunities
            where outcome = 'won' and account_id is not null and closed_at is not null
        )
        select account_id, min(purchased_at) as purchased_at,
               cast(add_months(month_of(min(purchased_at)), 1) as timestamp) as known_until
        from bought
        group by account_id
        """
    )


def profile_customers(spec: DiscoverySpec, as_of: date) -> Query:
    """Weight, outcome and lot of each customer. One row per customer whose outcome is known.

    Lots are drawn by a hash of the ultimate parent within classes of equal size, so that every half of the
    lots holds large and small customers alike and no parent is split (methods d.4).
    """
    return query(
        """
        with sized as (
            select coalesce(a.ultimate_parent_id, c.account_id) as cluster_id, sum(c.weight) as weight
            from outcomes c
            left join accounts a on a.account_id = c.account_id
            group by coalesce(a.ultimate_parent_id, c.account_id)
        ),
        lots as (
            select cluster_id, row_number() over (
                order by floor(round(ln(weight) / ln(2), 6)), key_of('profiles', cluster_id), cluster_id
            ) % :buckets as bucket
            from sized
        )
        select c.account_id, l.cluster_id, l.bucket, c.weight, c.outcome, c.stayed
        from outcomes c
        left join accounts a on a.account_id = c.account_id
        join lots l on l.cluster_id = coalesce(a.ultimate_parent_id, c.account_id)
        """,
        buckets=BUCKETS,
    ).with_table("outcomes", _retained() if spec.target == "nrr" else _valued())


def _retained() -> Query:
    """What customers paid at both ends of the retention period."""
    return query(
        """
        select account_id, start_revenue as weight, end_revenue as outcome, end_revenue > 0 as stayed
        from retention_cohort
        where in_cohort
        """
    )


def _valued() -> Query:
    """Each account's pseudo-value: its mean over a group estimates the group's lifetime value, censored lives included.

    n V - (n - 1) V without the account, by its infinitesimal form V + n x influence (methods d.2).
    """
    return query(
        """
        with lives as (
            select t.account_id, max(t.died) as died,
                   sum(w.unit * (t.margin * w.margin_weight + w.seen_weight + t.at_risk * w.risk_weight
                                 + t.died * w.death_weight)) as influence
            from tenure_months t
            join value_weights w on w.tenure = t.tenure and w.dimension = 'total'
            group by t.account_id
        )
        select l.account_id, cast(1 as double) as weight, v.value + e.accounts * l.influence as outcome,
               l.died = 0 as stayed
        from lives l
        cross join (select count(*) as accounts from lives) as e
        cross join (select value from lifetime_value where dimension = 'total' and value is not null) as v
        """
    )
