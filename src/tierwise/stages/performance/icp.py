"""What do the good customers share, and what the bad ones? Traits, triggers, people and origins, each with its lift.

The ideal customer profile as a document of statements about customers on record. A statement compares the customers of the
profiles worth winning (or of those not worth closing) with all customers, and can be asked for its rows.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from typing import TYPE_CHECKING, Any

from pydantic import Field

from tierwise.core.spec import Spec, default
from tierwise.core.vocabulary import NOT_WORTH, VALIDATED
from tierwise.sql.query import Query, column, query, union_all
from tierwise.stats.intervals import wilson
from tierwise.stats.lift import lift
from tierwise.stats.subgroups.multiplicity import benjamini_hochberg
from tierwise.tables.arrow import filled, groups
from tierwise.tables.performance import icp as dictionary

if TYPE_CHECKING:
    import pyarrow as pa

SIDES = ("good", "bad")


class IcpSpec(Spec):
    """Which traits are looked at, and when one is worth a sentence."""

    trigger_days: int = default(
        365, "signals and people count that came within this time before the purchase", unit="days", ge=7, le=1095
    )
    least_customers: int = default(5, "a trait of fewer customers of the group is not stated", unit="customers", ge=2)
    false_discovery: float = default(
        0.10, "expected share of statements that are chance (Benjamini and Hochberg)", source="methods d.4",
        unit="share", gt=0, lt=1,
    )  # fmt: skip
    level: float = default(0.95, "level of the intervals", source="methods a.3", unit="share", gt=0, lt=1)
    least_known: int = default(10, "nor one that is known of fewer customers of the group", unit="customers", ge=2)
    # Set by the model: the columns of accounts that are traits, and by which of them each segment is defined.
    traits: tuple[str, ...] = Field(default=(), exclude=True)
    defining: Mapping[str, tuple[str, ...]] = Field(default_factory=dict, exclude=True)
    # Set by the model from its relationship section: directions that mean that the buyer moved.
    inbound: tuple[str, ...] = Field(default=("inbound",), exclude=True)


def icp_sides(spec: IcpSpec, as_of: date) -> Query:
    """Which profiles are good, and which bad. One row per segment with a verdict.

    Good: validated or a positioning gap; where no profile is, promising ones stand in and `basis` says so. Bad: the verdict
    says that it is not worth closing. The others are on no side.
    """
    return query(
        """
        with proven as (select count_if(verdict in (:validated)) > 0 as any_validated from verdicts)
        select v.segment,
               case when v.verdict in (:validated) then 'good'
                    when v.verdict = 'promising' and not n.any_validated then 'good'
                    when v.verdict in (:not_worth) then 'bad' else 'neither' end as side,
               case when n.any_validated then 'validated' else 'promising' end as basis
        from verdicts v
        cross join proven n
        """,
        validated=list(VALIDATED),
        not_worth=list(NOT_WORTH),
    )


def icp_customers(spec: IcpSpec, as_of: date) -> Query:
    """Everybody who ever bought, when, and on which side. One row per customer.

    The side is that of the account's profile; who has none is on no side and counts among all.
    """
    return query(
        """
        with paid as (
            select account_id, min(month) as first_on from revenue_months where revenue > 0 group by account_id
        ),
        won as (
            select account_id, min(cast(closed_at as date)) as first_on
            from opportunities
            where outcome = 'won' and new_business and account_id is not null and closed_at is not null
            group by account_id
        ),
        bought as (select * from paid union all select * from won),
        purchases as (select account_id, min(first_on) as purchased_on from bought group by account_id),
        stands as (select max(basis) as basis from icp_sides)
        select p.account_id, coalesce(a.ultimate_parent_id, a.account_id) as cluster_id, p.purchased_on, s.segment,
               coalesce(i.side, 'neither') as side, coalesce(t.basis, 'promising') as basis
        from purchases p
        join accounts a on a.account_id = p.account_id
        cross join stands t
        left join account_segments s on s.account_id = p.account_id
        left join icp_sides i on i.segment = s.segment
        """
    )


def icp_traits(spec: IcpSpec, as_of: date) -> Query:
    """What is known of each customer. One row per customer, kind, name and value: the rows that a statement cites.

    Triggers and people only for customers whose time before the purchase lies within the records of signals or touches:
    for the others nobody knows what there was.
    """
    every = union_all([*_attributes(spec), _origins(), _triggers(), *_people()])
    inner = {"touched": _touched(spec), "before_purchase": _before_purchase(spec), "observed": _observed(spec)}
    for name, made in inner.items():
        every = every.with_table(name, made)
    return every


def icp_counts(spec: IcpSpec, as_of: date) -> Query:
    """Ultimate parents with each trait, and those of whom it is known at all. One row per side, kind, name and value."""
    return query(
        """
        with sides as (
            select account_id, cluster_id, 'all' as side, basis from icp_customers
            union all
            select account_id, cluster_id, side, basis from icp_customers where side <> 'neither'
        ),
        known as (
            select s.side, t.kind, t.name, count(distinct s.cluster_id) as known
            from icp_traits t
            join sides s on s.account_id = t.account_id
            group by s.side, t.kind, t.name
        ),
        having_it as (
            select s.side, t.kind, t.name, t.value, max(s.basis) as basis, count(distinct s.cluster_id) as customers
            from icp_traits t
            join sides s on s.account_id = t.account_id
            group by s.side, t.kind, t.name, t.value
        )
        select h.side, h.kind, h.name, h.value, h.basis, h.customers, k.known
        from having_it h
        join known k on k.side = h.side and k.kind = h.kind and k.name = h.name
        """
    )


def icp_figures(spec: IcpSpec, as_of: date) -> Query:
    """Medians of deal size and of first-year revenue, with their intervals. One row per side and measure.

    Interval: order statistics at n/2 -+ 1.96 sqrt(n)/2, 95 % (Conover 1999, section 3.2); empty below six customers.
    """
    return query(
        """
        with first_year as (
            select r.account_id, 'first_year_revenue' as measure, sum(r.revenue) as value
            from revenue_months r
            join icp_customers c on c.account_id = r.account_id
            where months_between(c.purchased_on, r.month) between 0 and 11
              and add_months(c.purchased_on, 12) <= :as_of
            group by r.account_id
        ),
        deals as (
            select o.account_id, 'deal_size' as measure, avg(cast(o.amount as double) * r.rate) as value
            from opportunities o
            join rates r on r.currency = upper(coalesce(o.currency, ''))
            where o.outcome = 'won' and o.new_business and o.account_id is not null and o.amount > 0
            group by o.account_id
        ),
        every as (select * from first_year union all select * from deals),
        placed as (
            select c.side, e.measure, e.value,
                   row_number() over (partition by c.side, e.measure order by e.value, e.account_id) as place,
                   count(*) over (partition by c.side, e.measure) as n
            from every e
            join icp_customers c on c.account_id = e.account_id
            where c.side <> 'neither'
        )
        select side, measure, max(n) as n, round(quantile(value, 0.5), 2) as median,
               round(max(case when n >= 6 and place = greatest(floor(n / 2.0 - 0.98 * sqrt(n)), 1) then value end), 2) as lo,
               round(max(case when n >= 6 and place = least(ceil(n / 2.0 + 1 + 0.98 * sqrt(n)), n) then value end), 2) as hi
        from placed
        group by side, measure
        """,
        as_of=as_of,
    )


def icp(spec: IcpSpec, as_of: date, icp_sides: pa.Table, icp_counts: pa.Table) -> pa.Table:
    """What good customers share, and what bad ones do. One row per side, kind, name and value.

    Shares of ultimate parents; lift against all customers. `stated`: more frequent than among all, in enough customers, and
    not chance among so many comparisons (Benjamini and Hochberg over all of them).
    """
    rows: list[dict[str, Any]] = []
    counted = icp_counts.to_pylist()
    everybody = {_trait(row): row for row in counted if row["side"] == "all"}
    defining = _defining(spec, icp_sides)
    for (side,), listed in groups(icp_counts, ("side",)):
        if side in SIDES:
            rows += [_statement(spec, row, everybody[_trait(row)], defining[side]) for row in listed.to_pylist()]
    compared = [row for row in rows if row["p_value"] is not None]
    chances = benjamini_hochberg([row["p_value"] for row in compared]) if compared else ()
    for row, chance in zip(compared, chances, strict=True):
        row["q_value"] = float(chance)
        enough = row["customers"] >= spec.least_customers and row["known"] >= spec.least_known
        row["stated"] = bool(enough and row["lift_lo"] > 1 and chance <= spec.false_discovery)
    return filled(dictionary.ICP, rows)


def _defining(spec: IcpSpec, icp_sides: pa.Table) -> dict[str, set[str]]:
    """The columns of accounts by which the segments of each side are defined."""
    found: dict[str, set[str]] = {side: set() for side in (*SIDES, "neither")}
    for row in icp_sides.to_pylist():
        found[row["side"]] |= set(spec.defining.get(row["segment"], ()))
    return found


def _trait(row: Mapping[str, Any]) -> tuple[str, str, str]:
    return row["kind"], row["name"], row["value"]


def _statement(
    spec: IcpSpec, row: Mapping[str, Any], everybody: Mapping[str, Any], defining: set[str]
) -> dict[str, Any]:
    found = lift(row["customers"], row["known"], everybody["customers"], everybody["known"], spec.level)
    lo, hi = wilson(row["customers"], row["known"], spec.level)
    return {
        **row,
        "share": row["customers"] / row["known"],
        "share_lo": lo,
        "share_hi": hi,
        "share_of_all": everybody["customers"] / everybody["known"],
        "lift": found.value if found else None,
        "lift_lo": found.lo if found else None,
        "lift_hi": found.hi if found else None,
        "p_value": found.p_value if found else None,
        "q_value": None,
        "defines": row["kind"] == "attribute" and row["name"] in defining,
        "stated": False,
    }


def _attributes(spec: IcpSpec) -> list[Query]:
    return [
        query(
            """
            select c.account_id, c.side, 'attribute' as kind, :name as name, cast(:value as varchar) as value
            from icp_customers c
            join accounts a on a.account_id = c.account_id
            where :value is not null
            """,
            name=name,
            value=column(name, "a"),
        )
        for name in spec.traits
    ]


def _origins() -> Query:
    """Where the first deal that was won came from; referrals are one of these."""
    return query(
        """
        select c.account_id, c.side, 'origin' as kind, 'origin' as name,
               first_by(lower(trim(o.origin)), o.closed_at, o.record_id) as value
        from icp_customers c
        join opportunities o on o.account_id = c.account_id
        where o.outcome = 'won' and o.new_business and o.origin is not null
        group by c.account_id, c.side
        """
    )


def _triggers() -> Query:
    """Whether each kind of signal came in the time before the purchase."""
    return query(
        """
        select o.account_id, o.side, 'trigger' as kind, d.signal_id as name,
               case when g.account_id is not null then 'yes' else 'no' end as value
        from observed o
        cross join spec_signals d
        left join (select distinct account_id, signal_id from before_purchase) g
               on g.account_id = o.account_id and g.signal_id = d.signal_id
        """
    )


def _people() -> list[Query]:
    """Functions, seniorities and titles of the people who moved in the time before the purchase."""
    return [
        query(
            """
            select distinct m.account_id, m.side, 'person' as kind, :name as name, lower(trim(:value)) as value
            from (
                select account_id, side, person from before_purchase where person is not null
                union all
                select account_id, side, person from touched
            ) m
            join contacts p on p.contact_id = m.person
            where :value is not null
            """,
            name=name,
            value=column(name, "p"),
        )
        for name in ("function", "seniority", "title")
    ]


def _observed(spec: IcpSpec) -> Query:
    """Customers whose time before the purchase lies within the records of signals."""
    return query(
        """
        select c.account_id, c.side, c.purchased_on
        from icp_customers c
        cross join (select cast(min(occurred_at) as date) as first_on from signals) r
        where add_days(c.purchased_on, -:days) >= r.first_on
        """,
        days=spec.trigger_days,
    )


def _before_purchase(spec: IcpSpec) -> Query:
    """Their signals in that time."""
    return query(
        """
        select o.account_id, o.side, g.signal_id, g.person
        from observed o
        join signals g on g.account_id = o.account_id and g.occurred_at < o.purchased_on
                      and g.occurred_at >= add_days(o.purchased_on, -:days)
        """,
        days=spec.trigger_days,
    )


def _touched(spec: IcpSpec) -> Query:
    """People who wrote, called or came in that time, each as one person however a record names it."""
    return query(
        """
        select c.account_id, c.side, coalesce(i.contact_id, m.contact_id, lower(trim(t.email))) as person
        from icp_customers c
        join activities t on t.account_id = c.account_id and t.occurred_at < c.purchased_on
                         and t.occurred_at >= add_days(c.purchased_on, -:days)
        join spec_sources s on s.source = t.source
        left join contact_keys i on i.key_space = s.key_space and i.contact_key = t.contact_key
        left join contact_keys m on m.key_space = 'e-mail' and m.contact_key = lower(trim(t.email))
        where lower(t.direction) in (:inbound)
        """,
        days=spec.trigger_days,
        inbound=list(spec.inbound) or [""],
    )
