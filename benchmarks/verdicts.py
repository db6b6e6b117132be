"""How often does a verdict say the opposite of the truth?

    python -m benchmarks.verdicts [--replications 1000] [--seed 1]

Six kinds of segment, known because they are planted, go through the steps of the product from the sums of the engine on:
retention, lifetime value, acquisition and verdicts, with all three legs. A company has eight segments: the one of the kind
and seven ordinary ones, with which retention, value and win rate are pooled as in a run. What they truly are is drawn from
the prior that the rules were chosen with: net retention normal (.97, .15), win rate Beta(4, 16). Then companies of ordinary
segments alone: of the legs that were said to be 85 % likely, how many were true? Figures of runs are in
docs/methods/verdicts.md.

Each segment has as many customers with revenue a year ago as the table says, and those who began since or had left by then.
They began evenly over 72 months, are of lognormal size (sigma .75), leave at a fixed rate, and their revenue is a random walk
with a spread of 21 % a year, that of the customers in `benchmarks.coverage` who stay. NRR 1.15 means that a year later 1.15 of
the revenue is expected, churn included. The cost of acquisition follows from the planted CLV:CAC and the value of 60 months.
"""

from __future__ import annotations

import argparse
from collections import Counter
from dataclasses import dataclass, replace
from datetime import date
from itertools import pairwise
from typing import Any

import numpy as np
from numpy.typing import NDArray

from tierwise.stages.performance import acquisition, lifetime_value, retention, verdicts
from tierwise.stats.hierarchy import pooled_rates
from tierwise.stats.ratios import RatioSums
from tierwise.stats.value import MonthSums
from tierwise.tables.arrow import filled, groups, numbers
from tierwise.tables.dictionary import dictionary

Array = NDArray[np.float64]
Row = dict[str, Any]
AS_OF, YEAR, MONTHS, RECORDS, WALK = date(2026, 1, 1), 12, 60, 72, 0.21
BAR = 0.20
SIZES, MORE = ((60, 150), (15, 40)), (30, 120, 240)
ROWS = {
    "validated": "worth", "validated_win_rate_unproven": "worth", "positioning_gap": "worth",
    "closeable_not_worth_closing": "not worth", "not_worth_closing": "not worth", "avoid": "not worth",
    "promising": "undecided", "watch": "undecided", "insufficient_evidence": "undecided",
}  # fmt: skip
TABLES = dictionary()
VALUE, COST = lifetime_value.LifetimeValueSpec(gross_margin=1.0), acquisition.AcquisitionSpec(lag_months=0)


@dataclass(frozen=True)
class Kind:
    """A kind of segment: its true yearly churn, retention, CLV:CAC and win rate."""

    name: str
    churn: float
    retention: float
    ratio: float
    win: float

    @property
    def value(self) -> float:
        """Discounted revenue of 60 months per customer of mean size 1."""
        month = (self.retention / (1 + VALUE.discount)) ** (1 / YEAR)
        return float((month ** np.arange(MONTHS)).sum())


KINDS = (
    Kind("validated", 0.06, 1.15, 5.0, 0.28),
    Kind("positioning gap", 0.06, 1.15, 5.0, 0.12),
    Kind("closeable, not worth closing", 0.42, 0.62, 1.2, 0.42),
    Kind("avoid", 0.42, 0.62, 1.2, 0.10),
    Kind("scale motion: they stay, worth little", 0.05, 1.08, 1.2, 0.20),
    Kind("at the bars", 0.14, 0.96, 3.0, 0.20),
)


def ordinary(rng: np.random.Generator) -> Kind:
    """A segment as companies have them: those who stay grow by an eighth a year or less."""
    kept = max(float(rng.normal(0.97, 0.15)), 0.3)
    return Kind("", float(np.clip(1 - kept / 1.12, 0.04, 0.6)), kept, 3.0, float(rng.beta(4, 16)))


@dataclass(frozen=True, eq=False)
class Customers:
    """What is known of each customer: months on record, revenue by month of its life, whether it left."""

    revenue: Array
    at_risk: Array
    died: Array
    new: Array
    start: Array
    end: Array


def customers(kind: Kind, n: int, rng: np.random.Generator) -> Customers:
    """As many as bring `n` with revenue a year ago."""
    seen = rng.integers(1, RECORDS + 1, 40 * n)
    stays = rng.geometric(1 - (1 - kind.churn) ** (1 / YEAR), 40 * n)
    drawn = int(np.flatnonzero((stays > seen - YEAR - 1) & (seen > YEAR))[n - 1]) + 1
    seen, stays = seen[:drawn], stays[:drawn]
    step, month = WALK / YEAR**0.5, np.arange(RECORDS)
    growth = np.log(kind.retention / (1 - kind.churn)) / YEAR - step**2 / 2
    walk = np.cumsum(rng.normal(growth, step, (drawn, RECORDS)), axis=1)
    paid = rng.lognormal(-0.28125, 0.75, drawn)[:, None] * np.exp(np.hstack([np.zeros((drawn, 1)), walk[:, :-1]]))
    alive = month < stays[:, None]
    watched = alive & (month < seen[:, None])
    at_risk = watched & (month + 1 < seen[:, None])
    paid = np.where(alive, paid, 0.0)
    now, then = seen - 1, np.maximum(seen - 1 - YEAR, 0)
    who = np.arange(drawn)
    return Customers(
        np.where(watched, paid, np.nan), at_risk.astype(float), (at_risk & (month + 1 == stays[:, None])).astype(float),
        seen <= YEAR, np.where(seen > YEAR, paid[who, then], 0.0), paid[who, now],
    )  # fmt: skip


def together(parts: list[Customers]) -> Customers:
    return Customers(*(np.concatenate([getattr(part, name) for part in parts]) for name in vars(parts[0])))


def retention_sums(name: str, found: Customers) -> Row:
    sums = RatioSums.of(found.start, found.end)
    listed = zip(retention.SUMS, (sums.den, sums.num, sums.den2, sums.num2, sums.cross, sums.relative, sums.top),
                 strict=True)  # fmt: skip
    return {"dimension": "segment", "name": name, "metric": retention.NET, "basis": "subscriptions", "n": sums.n,
            "n_clusters": sums.clusters} | dict(listed)  # fmt: skip


def value_months(dimension: str, name: str, found: Customers) -> list[Row]:
    sums = MonthSums.of(found.revenue, found.at_risk, found.died)
    columns = (sums.paying, sums.margin, sums.at_risk, sums.deaths)
    return [
        {"dimension": dimension, "name": name, "tenure": k, "paying": int(n), "margin": margin, "at_risk": int(risk),
         "deaths": int(deaths), "watched": 0}
        for k, (n, margin, risk, deaths) in enumerate(zip(*(column.tolist() for column in columns), strict=True)) if n
    ]  # fmt: skip


def spreads(weights: Any, found: dict[str, Customers]) -> tuple[list[Row], list[Row]]:
    """Sums over customers of squared influences, and of those of the new ones."""
    spread, of_new = [], []
    for (dimension, name), months in groups(weights, ("dimension", "name"), "tenure"):
        one = found[name]
        margin, seen, risk, death, size = (
            numbers(months, f"{w}_weight") for w in ("margin", "seen", "risk", "death", "size")
        )
        revenue, at_risk, died = (part[:, : len(margin)] for part in (one.revenue, one.at_risk, one.died))
        flow = np.where(np.isnan(revenue), 0.0, np.nan_to_num(revenue) * margin + seen)
        influence = (flow + at_risk * risk + died * death).sum(axis=1)
        sizes = (np.nan_to_num(revenue) * size).sum(axis=1)
        key = {"dimension": dimension, "name": name}
        spread.append(key | {"n": len(sizes), "n_clusters": len(sizes), "influence2": float(influence @ influence),
                             "size": float(sizes.sum()), "size2": float(sizes @ sizes), "top": float(sizes.max())})  # fmt: skip
        of_new.append(key | {"influence_of_new": float(influence[one.new].sum() * numbers(months, "unit")[0])})
    return spread, of_new


def won(kinds: list[Kind], deals: int, rng: np.random.Generator) -> list[Row]:
    rates = pooled_rates(rng.binomial(deals, [kind.win for kind in kinds]), np.full(len(kinds), float(deals)))
    assert rates is not None
    return [
        {"dimension": "segment", "name": f"s{i}", "chance_above_bar": float(p)} for i, p in enumerate(rates.above(BAR))
    ]


def judged(kinds: list[Kind], n: int, deals: int, rng: np.random.Generator) -> list[Row]:
    """The rows of `verdicts` of a company with such segments."""
    found = {f"s{i}": customers(one, n, rng) for i, one in enumerate(kinds)}
    spec, none = verdicts.VerdictsSpec(), {name: table(name) for name in ("renewal_models", "repeat_models")}
    kept = retention.retention(
        retention.RetentionSpec(), AS_OF,
        table("retention_sums", [retention_sums(name, one) for name, one in found.items()]), table("retention_bands"),
    )  # fmt: skip
    everybody = together(list(found.values()))
    months = [row for name, one in found.items() for row in value_months("segment", name, one)]
    value = {"value_months": table("value_months", months + value_months("total", "all", everybody)), **none}
    spread, of_new = spreads(
        lifetime_value.value_weights(VALUE, AS_OF, value["value_months"]), found | {"all": everybody}
    )
    value["value_curve"] = lifetime_value.value_curve(VALUE, AS_OF, **value)
    worth = lifetime_value.lifetime_value(VALUE, AS_OF, value_spread=table("value_spread", spread), **value)
    spent = [
        {"dimension": "segment", "name": name, "own_cost": one.value / one.ratio * len(found[name].new) * YEAR / RECORDS,
         "shared_cost": 0.0, "new_customers": int(found[name].new.sum()), "all_new_customers": int(everybody.new.sum())}
        for name, one in zip(found, kinds, strict=True)
    ]  # fmt: skip
    cost = acquisition.acquisition(
        COST, AS_OF, table("acquisition_costs", spent), table("acquisition_spread", of_new), worth, value["value_curve"]
    )
    segments = table("spec_segments", [{"segment": name, "priority": i} for i, name in enumerate(found, 1)])
    rates = table("win_rates", won(kinds, deals, rng))
    rows: list[Row] = verdicts.verdicts(spec, AS_OF, segments, kept, worth, rates, cost, table("pace")).to_pylist()
    return rows


def table(name: str, rows: list[Row] | tuple[()] = ()) -> Any:
    return filled(TABLES[name], rows)


@dataclass(frozen=True)
class Found:
    """How often each verdict was given, and how often each of the two legs that decide was proven."""

    verdicts: Counter[str]
    kept: float
    worth: float

    def row(self, word: str) -> float:
        return sum(n for verdict, n in self.verdicts.items() if ROWS[verdict] == word) / self.verdicts.total()


def characteristics(kind: Kind, n: int, deals: int, replications: int, seed: int) -> Found:
    rng = np.random.default_rng(seed)
    rows = [judged([kind, *(ordinary(rng) for _ in range(7))], n, deals, rng)[0] for _ in range(replications)]
    bar = verdicts.VerdictsSpec().probability
    proven = [
        float(np.mean([(row[leg] or 0.0) >= bar for row in rows])) for leg in ("chance_retention", "chance_value")
    ]
    return Found(Counter(row["verdict"] for row in rows), *proven)


def reliability(replications: int, seed: int) -> tuple[Array, Array]:
    """What three legs said and what was true (legs x segments), of companies whose segments are all ordinary."""
    rng, said, true = np.random.default_rng(seed), [], []
    for _ in range(replications):
        kinds = [replace(ordinary(rng), ratio=float(3 * np.exp(rng.normal(0, 0.6)))) for _ in range(8)]
        for row, kind in zip(judged(kinds, *SIZES[0], rng), kinds, strict=True):
            said.append([row["chance_retention"], row["chance_value"], row["chance_win_rate"]])
            true.append([kind.retention >= 1, kind.ratio >= 3, kind.win >= BAR])
    return np.array(said, dtype=float).T, np.array(true, dtype=float).T


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--replications", type=int, default=1000)
    parser.add_argument("--seed", type=int, default=1)
    arguments = parser.parse_args()
    given = arguments.replications, arguments.seed
    for n, deals in SIZES:
        print(f"{n} customers a year ago, {deals} opportunities per segment; {given[0]:,} replications")
        print(f"{'truth':38} {'worth':>6} {'undecided':>10} {'of them C':>10} {'not worth':>10} {'NRR proven':>11} "
              f"{'CLV:CAC':>8}   most frequent")  # fmt: skip
        for kind in KINDS:
            found = characteristics(kind, n, deals, *given)
            word, times = found.verdicts.most_common(1)[0]
            too_few = found.verdicts["insufficient_evidence"] / given[0]
            print(f"{kind.name:38} {found.row('worth'):6.3f} {found.row('undecided'):10.3f} {too_few:10.3f} "
                  f"{found.row('not worth'):10.3f} {found.kept:11.3f} {found.worth:8.3f}   "
                  f"{word.replace('_', ' ')} {times / given[0]:.3f}", flush=True)  # fmt: skip
    print("of what was said to be so likely, how much was true; ordinary segments")
    for leg, said, true in zip(("retention", "value", "win rate"), *reliability(given[0] // 4, given[1]), strict=True):
        for lo, hi in pairwise((0.0, 0.05, 0.2, 0.5, 0.8, 0.95, 1.0)):
            among = (said >= lo) & ((said < hi) | (hi == 1.0))
            print(
                f"{leg:10} {lo:.2f} to {hi:.2f}: {among.sum():5} said {said[among].mean():.3f}, true {true[among].mean():.3f}"
            )
    print("the first kind, by customers a year ago")
    for n in MORE:
        found = characteristics(KINDS[0], n, 5 * n // 2, *given)
        print(f"{n:5} worth {found.row('worth'):.3f}, not worth {found.row('not worth'):.3f}, NRR proven {found.kept:.3f}, "
              f"CLV:CAC {found.worth:.3f}", flush=True)  # fmt: skip


if __name__ == "__main__":
    main()
