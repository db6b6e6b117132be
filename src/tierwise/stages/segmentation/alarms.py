"""Is the list more than large companies in the target industry? Alarms about the scorecard; they warn, they decide nothing.

Methods e.2: weights may be sound one by one and still rank by size alone.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from typing import Any

from tierwise.core.spec import Spec, default
from tierwise.sql.query import Query, aliased, column, expression, query, sum_of
from tierwise.tables.assessment import CRITERIA

# What a company is by its size and name, whatever it needs.
OUTWARD = ("firmographic", "brand")


class AlarmsSpec(Spec):
    """When the scorecard deserves a second look."""

    size_correlation: float = default(
        0.7, "rank correlation of fit with employees above which fit is size by another name", source="methods e.2",
        gt=0, lt=1,
    )  # fmt: skip
    outward_share: float = default(
        0.5, "share of tier 1 that would keep its seat on firmographic and brand alone, above which the other criteria "
        "decide little",
        source="methods e.2", unit="share", gt=0, lt=1,
    )  # fmt: skip
    one_to_one_seats: int = default(
        39, "seats of tier 1 in one team above which nobody works them one to one; 5 to 20 is usual",
        source="methods h.1", unit="accounts", ge=1,
    )  # fmt: skip
    least_accounts: int = default(
        20, "with fewer scored accounts, or fewer than a fifth as many seated, nothing is said", unit="accounts", ge=5
    )


def alarms(spec: AlarmsSpec, as_of: date) -> Query:
    """What the list rests on. One row per alarm, raised or not; `value` is empty where too few accounts say anything.

    `fit_follows_size`: Spearman's rank correlation (average ranks) of fit and employees over the accounts that may be
    seated. `outward_criteria_decide`: the share of tier 1 that would sit there again if seats went by fit with every
    criterion but firmographic and brand at its mean; it says something where twice as many compete as are seated.
    `too_many_one_to_one`: the seats of tier 1 in the team that has most.
    """
    return query(
        """
        with sized as (
            select c.fit, a.employees, count(*) as n
            from candidates c
            join accounts a on a.account_id = c.account_id
            where c.standing = 'eligible' and c.seatable and c.fit is not null and a.employees > 0
            group by c.fit, a.employees
        ),
        everybody as (select coalesce(sum(n), 0) as n from sized),
        by_fit as (
            select fit, sum(n) over (order by fit rows unbounded preceding) - (n - 1) / 2.0 as place
            from (select fit, sum(n) as n from sized group by fit) f
        ),
        by_size as (
            select employees, sum(n) over (order by employees rows unbounded preceding) - (n - 1) / 2.0 as place
            from (select employees, sum(n) as n from sized group by employees) e
        ),
        centred as (
            select z.n, cast(f.place as double) - (e.n + 1) / 2.0 as x, cast(s.place as double) - (e.n + 1) / 2.0 as y
            from sized z
            join by_fit f on f.fit = z.fit
            join by_size s on s.employees = z.employees
            cross join everybody e
        ),
        correlated as (
            select coalesce(sum(n), 0) as n,
                   round(sum(n * x * y) / nullif(sqrt(sum(n * x * x) * sum(n * y * y)), 0), 6) as value
            from centred
        ),
        seated as (select count(*) as n from tiers where tier = '1'),
        kept as (
            select max(f.n) as n, count(*) as competing,
                   round(count_if(t.account_id is not null and o.place <= f.n) / nullif(cast(max(f.n) as double), 0), 6)
                       as value
            from outward o
            cross join seated f
            left join (select account_id from tiers where tier = '1') t on t.account_id = o.account_id
        )
        select 'fit_follows_size' as alarm, case when n >= :least then value end as value, :correlation as bar, n,
               coalesce(n >= :least and value > :correlation, false) as raised
        from correlated
        union all
        select 'outward_criteria_decide' as alarm,
               case when n >= :least / 5.0 and competing >= 2 * n then value end as value, :share as bar,
               coalesce(n, 0) as n,
               coalesce(n >= :least / 5.0 and competing >= 2 * n and value > :share, false) as raised
        from kept
        union all
        select 'too_many_one_to_one' as alarm, max(seats) as value, :most as bar, coalesce(sum(taken), 0) as n,
               coalesce(max(seats) > :most, false) as raised
        from seats
        where tier = '1'
        """,
        most=spec.one_to_one_seats,
        least=spec.least_accounts,
        correlation=spec.size_correlation,
        share=spec.outward_share,
    ).with_table("outward", _outward())


def _outward() -> Query:
    """Places of the accounts that may sit in tier 1 by firmographic and brand alone; none without such criteria."""
    weight = [expression("max(case when place = :place then weight end)", place=place) for place in CRITERIA]
    outward = [
        expression("count_if(place = :place and criterion in (:outward)) > 0", place=place, outward=list(OUTWARD))
        for place in CRITERIA
    ]
    return query(
        """
        with card as (select :weight, :outward from spec_criteria),
        competing as (
            select f.*
            from fit_scores f
            join candidates c on c.account_id = f.account_id
            where c.standing = 'eligible' and c.seatable and c.ready_one_to_one
        ),
        means as (select :mean from competing),
        rescored as (
            select account_id, round(:points / :known, 6) as fit
            from competing
            cross join means
            cross join card
            where :told > 0
        )
        select account_id, row_number() over (order by fit desc, account_id) as place from rescored
        """,
        weight=_named("weight", weight),
        outward=_named("outward", outward),
        mean=_named("mean", _each("round(avg(:score), 6)", "score")),
        points=sum_of(_each(_POINTS, "score", "weight", "outward", "mean")),
        known=sum_of(_each("case when :score is not null then :weight else 0 end", "score", "weight")),
        told=sum_of(_each("case when :outward and :score is not null then 1 else 0 end", "score", "outward")),
    )


# Criteria that say what a company is by its size and name keep their score, the others get their mean.
_POINTS = "case when :score is not null then :weight * case when :outward then :score else :mean end else 0 end"


def _each(sql: str, *columns: str) -> list[Any]:
    """An expression over some columns of each criterion."""
    return [expression(sql, **{name: column(f"{name}_{place}") for name in columns}) for place in CRITERIA]


def _named(name: str, nodes: Sequence[Any]) -> list[Any]:
    return [aliased(node, f"{name}_{place}") for place, node in zip(CRITERIA, nodes, strict=True)]
