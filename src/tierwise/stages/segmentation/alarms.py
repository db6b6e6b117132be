"""Is the list more than large companies in the target industry? Alarms about the scorecard; they warn, they decide nothing.

Methods e.2: weights may be sound one by one and still rank by size alone.
"""

from __future__ import annotations

from datetime import date

from tierwise.core.spec import Spec, default
from tierwise.sql.query import Query, query

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
                   round(count_if(t.tier = '1' and o.place <= f.n) / nullif(cast(max(f.n) as double), 0), 6) as value
            from outward o
            join tiers t on t.account_id = o.account_id
            cross join seated f
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
    return query(
        """
        with competing as (
            select account_id from candidates where standing = 'eligible' and seatable and ready_one_to_one
        ),
        scored as (
            select r.account_id, r.criterion, r.weight, r.score
            from fit_reasons r
            join competing c on c.account_id = r.account_id
            where r.score is not null
        ),
        means as (select criterion, round(avg(score), 6) as mean from scored group by criterion),
        rescored as (
            select s.account_id,
                   round(sum(s.weight * case when s.criterion in (:outward) then s.score else m.mean end)
                         / sum(s.weight), 6) as fit
            from scored s
            join means m on m.criterion = s.criterion
            group by s.account_id
            having count_if(s.criterion in (:outward)) > 0
        )
        select account_id, row_number() over (order by fit desc, account_id) as place from rescored
        """,
        outward=list(OUTWARD),
    )
