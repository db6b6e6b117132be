"""How likely is an opportunity to be won within a fixed time, when many are still open?"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import asdict, dataclass, replace
from datetime import date
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

from tierwise.core.spec import Spec, default
from tierwise.sql.query import Query, query
from tierwise.stats import rates
from tierwise.stats.hierarchy import Rates, pooled_rates, separate_rates
from tierwise.stats.rates import Rate
from tierwise.stats.survival import Incidence, cumulative_incidence, kaplan_meier
from tierwise.tables.arrow import filled, groups, numbers
from tierwise.tables.performance import win_rate as dictionary

if TYPE_CHECKING:
    import pyarrow as pa

Array = NDArray[np.float64]
Key = tuple[str, str]
SLICE = ("dimension", "name")
TOTAL = ("total", "all")
NONE = (0.0, 0.0)


class WinRateSpec(Spec):
    """The window, the bar, and what makes a record doubtful."""

    window_days: int | None = default(
        365,
        "days after creation within which a deal must be won to count; null: nine in ten closed deals closed by then",
        source="methods c.1", unit="days", ge=1,
    )  # fmt: skip
    qualified_stages: tuple[str, ...] = default(
        (),
        "stages from which a deal counts, those after them included: the clock starts when it first enters one, deals that "
        "never did are left out, and a won deal did at the latest when it was won; none: every deal counts from its creation",
        source="methods c.1",
    )
    bar: float | None = default(
        None, "win rate to compare with; null: the win rate of all", source="methods b.5", unit="share", gt=0, lt=1
    )
    min_won: int = default(5, "with fewer won deals the grade is C", source="methods c", ge=0)
    scrub_share: float = default(
        0.2, "share of a slice's losses closed on one day from which it looks like housekeeping", source="methods c.4",
        unit="share", gt=0, le=1,
    )  # fmt: skip
    known_when_won: tuple[str, ...] = default(
        (), "dimensions that are on record only for won deals: by construction they would show 100 %, so they show none",
        source="methods l.7",
    )  # fmt: skip
    level: float = default(0.95, "level of the intervals", source="methods a.3", unit="share", gt=0, lt=1)


def win_deals(spec: WinRateSpec, as_of: date) -> Query:
    """Opportunities of new business with their age and outcome. One row per opportunity that counts.

    The clock starts at creation, or when the deal first entered a qualified stage. A deal closed after `as_of` is open as
    of then, and so is one that was lost and reopened. Closed on the day its clock started: half a day.
    """
    return query(
        """
        select record_id, account_id, outcome, closed_on, case when age = 0 then 0.5 else age end as days
        from dated
        where problem is null
        """
    ).with_table("dated", _dated(spec, as_of))


def win_rate_excluded(spec: WinRateSpec, as_of: date) -> Query:
    """Opportunities that the win rate leaves out, or suspects to be one deal entered twice. One row per reason."""
    return query(
        """
        with twins as (
            select o.account_id, count(*) as deals
            from opportunities o
            join dated d on d.record_id = o.record_id and d.problem is null
            where o.name is not null
            group by o.account_id, cast(o.created_at as date), o.amount, lower(trim(o.name)), lower(trim(o.product))
        ),
        reasons as (
            select problem as reason, count(*) as rows from dated where problem is not null group by problem
            union all
            select 'may_be_entered_twice' as reason, coalesce(sum(deals - 1), 0) as rows from twins where deals > 1
        )
        select reason, rows from reasons where rows > 0
        """
    ).with_table("dated", _dated(spec, as_of))


def _dated(spec: WinRateSpec, as_of: date) -> Query:
    return query(
        """
        with judged as (
            select o.record_id, o.account_id, o.new_business, o.created_at, o.closed_at, q.qualified_at,
                   case when o.outcome <> 'open' and cast(o.closed_at as date) > :as_of
                        then 'open' else o.outcome end as outcome
            from opportunities o
            left join qualified q on q.source = o.source and q.opportunity_key = o.opportunity_key
            where o.created_at is null or cast(o.created_at as date) <= :as_of
        ),
        begun as (
            select *, case when not :qualified then created_at
                           when outcome = 'won' then least(coalesce(qualified_at, closed_at), closed_at)
                           else qualified_at end as started_at
            from judged
        )
        select record_id, account_id, outcome,
               case when outcome <> 'open' then cast(closed_at as date) end as closed_on,
               cast(case when outcome = 'open' then age_days(started_at, :as_of)
                         else age_days(started_at, closed_at) end as double) as age,
               case when not new_business then 'not_new_business'
                    when account_id is null then 'no_account'
                    when not :qualified and created_at is null then 'no_creation_date'
                    when outcome <> 'open' and closed_at is null then 'closed_without_date'
                    when started_at is null then 'never_qualified'
                    when outcome <> 'open' and age_days(started_at, closed_at) < 0
                         then 'closed_before_created' end as problem
        from begun
        """,
        as_of=as_of,
        qualified=bool(spec.qualified_stages),
    ).with_table("qualified", _qualified(spec))


def _qualified(spec: WinRateSpec) -> Query:
    """When each deal first entered a qualified stage; nobody where the model declares none."""
    if not spec.qualified_stages:
        return query(
            """
            select source, opportunity_key, created_at as qualified_at
            from opportunities
            where false
            """
        )
    return query(
        """
        select source, opportunity_key, min(entered_at) as qualified_at
        from landing_stage_history
        where lower(trim(stage)) in (:stages)
        group by source, opportunity_key
        """,
        stages=[stage.strip().lower() for stage in spec.qualified_stages],
    )


def win_days(spec: WinRateSpec, as_of: date) -> Query:
    """Deals by age and outcome. One row per dimension, name and age in days."""
    return query(
        """
        select x.dimension, x.name, d.days, count_if(d.outcome = 'won') as won,
               count_if(d.outcome = 'lost') as lost, count_if(d.outcome = 'open') as open
        from win_deals d
        join slices x on x.account_id = d.account_id
        where not x.dimension in (:known_when_won)
        group by x.dimension, x.name, d.days
        """,
        known_when_won=list(spec.known_when_won) or [""],
    )


def win_weights(spec: WinRateSpec, as_of: date, win_days: pa.Table) -> pa.Table:
    """What each deal adds to its account's influence on the win rate. One row per dimension, name and age."""
    window = _window(spec, win_days)
    rows: list[dict[str, Any]] = []
    for (dimension, name), counts in groups(win_days, SLICE, "days"):
        days = _Days.of(counts)
        weights = zip(days.times.tolist(), *days.weights(window), strict=True)
        rows += [
            {"dimension": dimension, "name": name, "days": at, "won_weight": w, "lost_weight": lost, "open_weight": o}
            for at, w, lost, o in weights
        ]
    return filled(dictionary.WIN_WEIGHTS, rows)


def win_spread(spec: WinRateSpec, as_of: date) -> Query:
    """Influences summed per ultimate parent, squared and summed. One row per dimension and name."""
    return query(
        """
        with weighted as (
            select x.dimension, x.name, x.cluster_id,
                   case d.outcome when 'won' then w.won_weight when 'lost' then w.lost_weight
                                  else w.open_weight end as influence
            from win_deals d
            join slices x on x.account_id = d.account_id
            join win_weights w on w.dimension = x.dimension and w.name = x.name and w.days = d.days
        ),
        clusters as (
            select dimension, name, cluster_id, count(*) as n, exact_sum(influence, 18) as influence
            from weighted group by dimension, name, cluster_id
        ),
        closing_days as (
            select x.dimension, x.name, d.closed_on, count(*) as losses
            from win_deals d
            join slices x on x.account_id = d.account_id
            where d.outcome = 'lost'
            group by x.dimension, x.name, d.closed_on
        ),
        busiest as (select dimension, name, max(losses) as losses from closing_days group by dimension, name)
        select c.dimension, c.name, sum(c.n) as n, count(*) as n_clusters,
               cast(sum(c.n * c.n) as double) as n2, exact_sum(c.influence * c.influence, 24) as influence2,
               max(c.n) as top, coalesce(max(b.losses), 0) as losses_on_one_day
        from clusters c
        left join busiest b on b.dimension = c.dimension and b.name = c.name
        group by c.dimension, c.name
        """
    )


def win_rates(spec: WinRateSpec, as_of: date, win_days: pa.Table, win_spread: pa.Table) -> pa.Table:
    """Probability that a new opportunity is won within the window. One row per dimension and name.

    A share. Open deals are censored at `as_of`, not dropped and not lost; won / closed and won / created
    stand beside it for reconciliation. Pooled within each dimension. See docs/methods/win_rate.md.
    """
    window = _window(spec, win_days)
    spread = {(row["dimension"], row["name"]): row for row in win_spread.to_pylist()}
    days = {key: _Days.of(counts) for key, counts in groups(win_days, SLICE, "days")}
    found = {key: _rate(spec, days[key], spread[key], window) for key in days}
    others = {key: _others(days[key], days[TOTAL], found[TOTAL], window) for key in days if key != TOTAL}
    clock = "the first qualified stage" if spec.qualified_stages else "creation"
    rows: list[dict[str, Any]] = []
    for dimension in sorted({key[0] for key in found}):
        keys = [key for key in sorted(found) if key[0] == dimension]
        judged = _judged(spec, {key: found[key] for key in keys}, others)
        rows += [
            {"dimension": dimension, "name": key[1], "window_days": window}
            | _described(spec, days[key], spread[key], window)
            | judged[key]
            | {"method": f"{judged[key]['method']}, {window} days from {clock}"}
            for key in keys
        ]
    return filled(dictionary.WIN_RATES, rows)


@dataclass(frozen=True, eq=False)
class _Days:
    """The deals of one slice by age: counts, numbers at risk, and the curves that follow."""

    times: Array
    won: Array
    lost: Array
    open: Array

    @classmethod
    def of(cls, counts: pa.Table) -> _Days:
        return cls(*(numbers(counts, column) for column in ("days", "won", "lost", "open")))

    def without(self, part: _Days) -> _Days:
        """The deals that are not in `part`."""
        rest = [self.won.copy(), self.lost.copy(), self.open.copy()]
        at = np.searchsorted(self.times, part.times)
        for column, taken in zip(rest, (part.won, part.lost, part.open), strict=True):
            column[at] -= taken
        left = rest[0] + rest[1] + rest[2] > 0
        return _Days(self.times[left], *(column[left] for column in rest))

    @property
    def total(self) -> float:
        return float(self.won.sum() + self.lost.sum() + self.open.sum())

    @property
    def at_risk(self) -> Array:
        return np.asarray(np.cumsum((self.won + self.lost + self.open)[::-1])[::-1])

    def incidence(self, window: float) -> Incidence:
        return cumulative_incidence(self.times, self.at_risk, self.won, self.lost, window)

    def weights(self, window: float) -> tuple[list[float], list[float], list[float]]:
        """Influence of a deal won, lost or open at each age; beyond the window nothing more happens."""
        curve = self.incidence(window)
        beyond = len(self.times) - len(curve.times)
        risk = np.concatenate([curve.risk_influence, np.full(beyond, curve.risk_at_horizon)])
        exits = np.concatenate([curve.exit_influence, np.zeros(beyond)])
        wins = np.concatenate([curve.event_influence, np.zeros(beyond)])
        return (risk + exits + wins).tolist(), (risk + exits).tolist(), risk.tolist()

    def completed(self, window: float) -> float:
        """Deals whose fate within the window is known."""
        decided = (self.won + self.lost)[self.times <= window].sum()
        return float(decided + (self.won + self.lost + self.open)[self.times > window].sum())


def _window(spec: WinRateSpec, win_days: pa.Table) -> int:
    """The window, the same for every slice: declared, or the age by which nine in ten closed deals were closed."""
    if spec.window_days is not None:
        return spec.window_days
    everybody = [_Days.of(rows) for key, rows in groups(win_days, SLICE, "days") if key == TOTAL]
    closed = everybody[0].won + everybody[0].lost if everybody else np.zeros(0)
    if closed.sum() == 0:
        return 365
    reached = np.cumsum(closed) >= 0.9 * closed.sum()
    return max(int(np.ceil(everybody[0].times[np.argmax(reached)])), 1)


def _rate(spec: WinRateSpec, days: _Days, spread: Mapping[str, Any], window: int) -> Rate:
    n_eff = spread["n"] ** 2 / spread["n2"]
    rate = rates.incidence_rate(
        days.incidence(window), spread["n"], spread["n_clusters"], spread["influence2"], n_eff,
        days.completed(window), spread["top"] / spread["n"], spec.level,
    )  # fmt: skip
    if days.won.sum() < spec.min_won:
        return replace(rate, estimate=replace(rate.estimate, grade="C"))
    return rate


def _others(own: _Days, everybody: _Days, total: Rate, window: int) -> tuple[float, float]:
    """Successes and trials of the deals outside one slice: to be above the rate of all is to be above theirs."""
    rest = everybody.without(own)
    trials = total.trials * rest.total / everybody.total
    return min(rest.incidence(window).value, 1.0) * trials, trials


def _judged(
    spec: WinRateSpec, found: Mapping[Key, Rate], others: Mapping[Key, tuple[float, float]]
) -> dict[Key, dict[str, Any]]:
    """The estimates of one dimension, pooled where it has enough slices, with their chances to be above the bar."""
    rows = {key: asdict(rate.estimate) for key, rate in found.items()}
    keys = [key for key, rate in found.items() if rate.trials > 0]
    if not keys:
        return rows
    counts = [found[key].successes for key in keys], [found[key].trials for key in keys]
    pooled = pooled_rates(*counts)
    if pooled is not None:
        for key, shrunk in zip(keys, pooled.shrunk(spec.level), strict=True):
            rows[key] = asdict(found[key].estimate.pooled(shrunk, 0.0, 1.0))
    known = pooled if pooled is not None else separate_rates(*counts)
    for key, chance in zip(keys, _chances(spec, known, [others.get(key, NONE) for key in keys]), strict=True):
        rows[key]["chance_above_bar"] = chance
    return rows


def _chances(spec: WinRateSpec, known: Rates, others: list[tuple[float, float]]) -> list[float | None]:
    """P(rate > bar); without a declared bar P(rate > that of all others), None where there are no others."""
    if spec.bar is not None:
        return [float(chance) for chance in known.above(spec.bar)]
    # the bar is as uncertain as the other deals are few
    rest = separate_rates([successes for successes, _ in others], [trials for _, trials in others])
    chances = zip(known.above_rates(rest), others, strict=True)
    return [float(chance) if trials > 0 else None for chance, (_, trials) in chances]


def _described(spec: WinRateSpec, days: _Days, spread: Mapping[str, Any], window: int) -> dict[str, Any]:
    won, lost, still_open = (int(column.sum()) for column in (days.won, days.lost, days.open))
    closed, created = won + lost, won + lost + still_open
    return {
        "opportunities": created,
        "won": won,
        "lost": lost,
        "open": still_open,
        "won_of_closed": won / closed if closed else None,
        "won_of_created": won / created if created else None,
        "median_days_to_win": days.incidence(window).conditional_median(),
        "median_days_to_decision": kaplan_meier(days.times, days.at_risk, days.won + days.lost).median(),
        "pipeline_scrub": lost >= 5 and spread["losses_on_one_day"] >= spec.scrub_share * lost,
    }
