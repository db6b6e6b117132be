"""How often does a verdict say the opposite of the truth?

    python -m benchmarks.verdicts [--replications 2000] [--seed 1]

Six kinds of segment, known because they are planted, are judged by the rules of the product with all three legs: net
revenue retention, lifetime value over the cost of acquisition, and the win rate. A company has eight segments: the one of
the kind and seven ordinary ones, with which retention, value and win rate are pooled as in a run. Figures of runs are in
docs/methods/verdicts.md.

Each segment: customers of lognormal size (sigma .75) watched for up to 60 months, opportunities won at a fixed rate, and
new customers of one year against a cost. NRR 1.15 means that a year later 1.15 of the revenue is there, churn included. The
value that a customer truly has is that of its 60 months; the cost follows from the planted CLV:CAC.
"""

from __future__ import annotations

import argparse
from collections import Counter
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from tierwise.stats import grades
from tierwise.stats.estimate import Estimate
from tierwise.stats.hierarchy import pooled_rates
from tierwise.stats.intervals import probability_above
from tierwise.stats.ratios import RatioSums, pool, ratio
from tierwise.stats.value import MonthSums, lifetime_value, pool_values, value_estimate
from tierwise.stats.value.cost import acquisition_cost, chance_of_ratio
from tierwise.stats.verdicts import verdict

Array = NDArray[np.float64]
MONTHS, DISCOUNT, BAR, RATIO = 60, 0.10, 1.0, 3.0
SIZES = ((60, 150), (15, 40))
ROWS = {
    "validated": "worth", "validated_win_rate_unproven": "worth", "positioning_gap": "worth",
    "closeable_not_worth_closing": "not worth", "not_worth_closing": "not worth", "avoid": "not worth",
    "promising": "undecided", "watch": "undecided", "insufficient_evidence": "undecided",
}  # fmt: skip


@dataclass(frozen=True)
class Kind:
    """A kind of segment: its true yearly churn, retention, CLV:CAC and win rate, and the row it belongs to."""

    name: str
    churn: float
    retention: float
    ratio: float
    win: float
    truth: str


KINDS = (
    Kind("validated", 0.06, 1.15, 5.0, 0.28, "worth"),
    Kind("positioning gap", 0.06, 1.15, 5.0, 0.12, "worth"),
    Kind("closeable, not worth closing", 0.42, 0.62, 1.2, 0.42, "not worth"),
    Kind("avoid", 0.42, 0.62, 1.2, 0.10, "not worth"),
    Kind("scale motion: they stay, worth little", 0.05, 1.08, 1.2, 0.20, "not worth"),
    Kind("at the bars", 0.14, 0.96, 3.0, 0.20, "undecided"),
)
ORDINARY = tuple(Kind("", 0.10 + 0.02 * i, 0.90 + 0.03 * i, 3.0, 0.14 + 0.02 * i, "") for i in range(7))


@dataclass(frozen=True, eq=False)
class Segment:
    """What a run knows of a segment: ratio sums, value with its influence, won of opportunities, cost."""

    kept: RatioSums
    worth: Estimate
    won: float
    deals: float
    cost: tuple[float, float] | None


def true_value(kind: Kind) -> float:
    """Discounted margin of 60 months per customer of mean size 1, by its churn and growth among those who stay."""
    stay = (1 - kind.churn) ** (1 / 12)
    growth = (kind.retention / (1 - kind.churn)) ** (1 / 12)
    return float(((stay * growth / (1 + DISCOUNT) ** (1 / 12)) ** np.arange(MONTHS)).sum())


def observed(kind: Kind, customers: int, deals: int, rng: np.random.Generator) -> Segment:
    size = rng.lognormal(-0.28125, 0.75, customers)
    stays = rng.geometric(1 - (1 - kind.churn) ** (1 / 12), customers)
    growth = (kind.retention / (1 - kind.churn)) ** (1 / 12) * np.exp(rng.normal(0.0, 0.01, customers))
    seen = rng.integers(1, MONTHS + 13, customers)
    month = np.arange(MONTHS)
    alive = month < stays[:, None]
    watched = alive & (month < seen[:, None])
    margin = np.where(
        watched, size[:, None] * growth[:, None] ** month * rng.lognormal(-0.005, 0.1, (customers, MONTHS)), np.nan
    )
    at_risk = watched & (month + 1 < seen[:, None])
    died = at_risk & (month + 1 == stays[:, None])
    sums = MonthSums.of(margin, at_risk, died)
    horizon = sums.supported(MONTHS)
    found = lifetime_value(sums, horizon, DISCOUNT)
    psi = found.influences(margin, at_risk, died)
    total = np.nansum(margin[:, :horizon], axis=1)
    n_eff = float(total.sum() ** 2 / (total @ total)) if horizon else 0.0
    worth = value_estimate(found, customers, customers, float(psi @ psi), n_eff, None)
    # the cohort of a year ago: those who had paid for a year by now, or had left within it
    start = np.where((seen > 12) & (stays > seen - 13), size * growth ** np.maximum(seen - 13, 0), 0.0)
    end = np.where(stays > seen - 1, start * growth**12 * rng.lognormal(-0.045, 0.3, customers), 0.0)
    new = int((seen <= 12).sum())
    per_customer = true_value(kind) / kind.ratio
    spent = per_customer * customers * 12 / (MONTHS + 12)
    cost = acquisition_cost(spent, 0.0, new, max(new, 1))
    won = float(rng.binomial(deals, kind.win))
    return Segment(
        RatioSums.of(start[start > 0], end[start > 0]), worth, won, float(deals), cost and (cost.value, cost.se)
    )


def judged(segments: list[Segment], win_bar: float) -> str:
    """The verdict on the first segment, pooled with the others as in a run."""
    first = segments[0]
    kept, shrunk = ratio(first.kept), pool([segment.kept for segment in segments])[0]
    horizon_of_all = [segment.worth.value for segment in segments if segment.worth.value]
    base = float(np.mean(horizon_of_all)) if horizon_of_all else None
    worth = pool_values([segment.worth for segment in segments], [base] * len(segments))[0]
    rates = pooled_rates(np.array([s.won for s in segments]), np.array([s.deals for s in segments]))
    chance_kept = None
    if shrunk is not None:
        chance_kept = probability_above(shrunk.value, shrunk.se, BAR, first.kept.n_eff - 1)
    centre, se = (worth.value, worth.se) if worth is not None else (first.worth.value, first.worth.se)
    chance_worth = None
    if first.cost is not None and centre is not None and se is not None:
        chance_worth = chance_of_ratio(RATIO, centre, se, *first.cost, df=max(first.worth.n_eff - 1, 1))
    legs = [one.grade for one, chance in ((kept, chance_kept), (first.worth, chance_worth)) if chance is not None]
    won = None if rates is None else float(rates.above(win_bar)[0])
    return verdict(chance_kept, chance_worth, won, grades.worst(*legs) if legs else "C").verdict


def characteristics(kind: Kind, customers: int, deals: int, replications: int, seed: int) -> Counter[str]:
    rng = np.random.default_rng(seed)
    found: Counter[str] = Counter()
    for _ in range(replications):
        segments = [observed(one, customers, deals, rng) for one in (kind, *ORDINARY)]
        found[judged(segments, 0.20)] += 1
    return found


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--replications", type=int, default=2000)
    parser.add_argument("--seed", type=int, default=1)
    arguments = parser.parse_args()
    for customers, deals in SIZES:
        print(f"{customers} customers, {deals} opportunities per segment; {arguments.replications:,} replications")
        print(f"{'truth':38} {'worth':>7} {'undecided':>10} {'of them C':>10} {'not worth':>10}   most frequent")
        for kind in KINDS:
            found = characteristics(kind, customers, deals, arguments.replications, arguments.seed)
            rows: Counter[str] = Counter()
            for word, n in found.items():
                rows[ROWS[word]] += n
            shares = [count / arguments.replications for count in (
                rows["worth"], rows["undecided"], found["insufficient_evidence"], rows["not worth"])]  # fmt: skip
            word, n = found.most_common(1)[0]
            print(f"{kind.name:38} {shares[0]:7.3f} {shares[1]:10.3f} {shares[2]:10.3f} {shares[3]:10.3f}   "
                  f"{word.replace('_', ' ')} {n / arguments.replications:.3f}")  # fmt: skip


if __name__ == "__main__":
    main()
