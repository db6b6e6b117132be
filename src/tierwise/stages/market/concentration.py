"""How much of the market's potential sits with few accounts? And how much of today's revenue does?"""

from __future__ import annotations

from datetime import date
from typing import TYPE_CHECKING, Any

from pydantic import Field

from tierwise.core.period import last_complete_month
from tierwise.core.spec import Spec, default
from tierwise.sql.query import Query, column, query
from tierwise.stats.market import concentration as shares
from tierwise.tables import market as dictionary
from tierwise.tables.arrow import filled

if TYPE_CHECKING:
    import pyarrow as pa


class ConcentrationSpec(Spec):
    """What an account could bring."""

    potential: str | None = default(
        None, "number column of accounts that grows with what an account could bring; null: what fit's revenue_potential "
        "rests on, else employees", source="judgement",
    )  # fmt: skip
    # Set by the model: the column that `potential` stands for.
    read_from: str = Field(default="employees", exclude=True)


def concentration_sums(spec: ConcentrationSpec, as_of: date) -> Query:
    """Accounts with their potential and their revenue, added up. One row per basis, dimension and name.

    The market is every account that is no competitor; an account without a figure is counted and not taken for zero.
    """
    return query(
        """
        with revenue as (
            select account_id, exact_sum(revenue, 4) as x
            from revenue_months
            where month > add_months(:last, -12) and month <= :last
            group by account_id
        ),
        market as (
            select a.account_id, s.segment, a.name is not null or a.domain is not null as identifiable,
                   cast(:potential as double) as potential, r.x as revenue
            from accounts a
            left join account_segments s on s.account_id = a.account_id
            left join revenue r on r.account_id = a.account_id
            where not coalesce(a.competitor, false)
        ),
        placed as (
            select d.basis, d.dimension, case d.dimension when 'total' then 'all' else m.segment end as slice,
                   m.account_id, m.identifiable, case d.basis when 'potential' then m.potential else m.revenue end as x
            from market m
            cross join (select 'potential' as basis, 'total' as dimension union all
                        select 'potential' as basis, 'segment' as dimension union all
                        select 'revenue' as basis, 'total' as dimension union all
                        select 'revenue' as basis, 'segment' as dimension) d
            where (d.dimension = 'total' or m.segment is not null) and (d.basis = 'potential' or m.revenue is not null)
        ),
        ordered as (
            select p.basis, p.dimension, p.slice, p.account_id, p.identifiable, case when p.x >= 0 then p.x end as x,
                   row_number() over (partition by p.basis, p.dimension, p.slice
                                      order by case when p.x >= 0 then p.x end nulls last, p.account_id) as place,
                   count(case when p.x >= 0 then 1 end) over (partition by p.basis, p.dimension, p.slice) as n
            from placed p
        )
        select basis, dimension, slice as name, count(*) as accounts, count_if(identifiable) as identifiable,
               count(x) as n, sum(x) as total, sum(x * x) as squares, sum(place * x) as ranked,
               sum(x * greatest(least(cast(:largest as double) * n - (n - place), 1), 0)) as top
        from ordered
        group by basis, dimension, slice
        """,
        potential=column(spec.read_from, "a"),
        last=last_complete_month(as_of),
        largest=shares.LARGEST,
    )


def concentration(spec: ConcentrationSpec, as_of: date, concentration_sums: pa.Table) -> pa.Table:
    """How unequal the shares are. One row per basis, dimension and name."""
    return filled(dictionary.CONCENTRATION, [_row(row) for row in concentration_sums.to_pylist()])


def _row(row: dict[str, Any]) -> dict[str, Any]:
    names = ("basis", "dimension", "name", "accounts", "identifiable", "n")
    total, squares, ranked, top = (row[name] or 0.0 for name in ("total", "squares", "ranked", "top"))
    found = shares.concentration(shares.ShareSums(row["n"], total, squares, ranked, top))
    figures = {} if found is None else vars(found)
    return {name: row[name] for name in names} | {key: _rounded(value) for key, value in figures.items()}


def _rounded(value: float | None) -> float | None:
    """To six decimals: sums of doubles differ in their last digits from run to run."""
    return None if value is None else round(value, 6)
