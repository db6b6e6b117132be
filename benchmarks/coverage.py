"""How often do 95 % intervals of a lifetime value hold the truth? Bootstrap against closed forms.

    python -m benchmarks.coverage [--replications 1000] [--spread 1.25] [--seed 1]

A market in which large customers leave less often, revenue grows 1 % a month and customers joined at
different times, observed at one moment. Truth: 400,000 customers followed to the end. Each interval is
judged at the horizon that its sample supports. Figures of a run are in docs/methods/lifetime_value.md.
"""

from __future__ import annotations

import argparse

import numpy as np
from numpy.typing import NDArray

from tierwise.stats.bootstrap import percentile_interval
from tierwise.stats.intervals import normal_quantile, t_quantile
from tierwise.stats.value import LifetimeValue, MonthSums, lifetime_value

Array = NDArray[np.float64]
MONTHS, HORIZON, DISCOUNT = 72, 60, 0.10
SIZES = (30, 60, 120, 240)
GROWTH = 1.01


def market(n: int, spread: float, rng: np.random.Generator) -> tuple[Array, Array]:
    """Margins per account and month if it never left, and the number of months that it stays."""
    size = rng.lognormal(0.0, spread, n)
    churn = np.clip(0.03 * size**-0.6, 0.002, 0.25)
    stays = rng.geometric(churn).astype(float)
    margin = size[:, None] * GROWTH ** np.arange(HORIZON) * rng.lognormal(-0.005, 0.1, (n, HORIZON))
    return margin, stays


def truth(spread: float, rng: np.random.Generator, n: int = 400_000, batch: int = 20_000) -> Array:
    """The true value within 1, 2, ... months."""
    total = np.zeros(HORIZON)
    for _ in range(n // batch):
        margin, stays = market(batch, spread, rng)
        total += (margin * (np.arange(HORIZON) < stays[:, None])).sum(axis=0)
    return np.cumsum(total / n * (1 + DISCOUNT) ** (-np.arange(HORIZON) / 12))


def observe(n: int, spread: float, rng: np.random.Generator) -> tuple[Array, Array, Array]:
    """Margins (NaN where unseen), known-to-live-on and died, as accounts x months matrices."""
    margin, stays = market(n, spread, rng)
    seen = rng.integers(1, MONTHS + 1, n)[:, None]
    month = np.arange(HORIZON)
    alive = month < stays[:, None]
    observed = alive & (month < seen)
    at_risk = observed & (month + 1 < seen)
    died = at_risk & (month + 1 == stays[:, None])
    return np.where(observed, margin, np.nan), at_risk.astype(float), died.astype(float)


def resampled(margin: Array, at_risk: Array, died: Array, horizon: int) -> tuple[float, float]:
    """The percentile bootstrap interval over accounts."""
    seen, m = ~np.isnan(margin[:, :horizon]), np.nan_to_num(margin[:, :horizon])
    discount = (1 + DISCOUNT) ** (-np.arange(horizon) / 12)

    def statistic(weights: Array) -> Array:
        n, total = weights @ seen, weights @ m
        risk, deaths = weights @ at_risk[:, :horizon], weights @ died[:, :horizon]
        stay = np.cumprod(1 - deaths / np.maximum(risk, 1), axis=1)
        survival = np.concatenate([np.ones((len(weights), 1)), stay[:, :-1]], axis=1)
        return np.asarray((survival * total / np.maximum(n, 1) * discount).sum(axis=1))

    return percentile_interval(statistic, len(margin), np.random.default_rng(7), draws=1000)


def closed_forms(found: LifetimeValue, margin: Array, at_risk: Array, died: Array) -> dict[str, tuple[float, float]]:
    """The candidate intervals built on the influence function."""
    psi = found.influences(margin, at_risk, died)
    n, value = len(psi), found.value
    se = float((n / (n - 1) * (psi @ psi)) ** 0.5)
    weight = np.nansum(margin[:, : found.horizon], axis=1)
    n_eff = weight.sum() ** 2 / (weight @ weight)
    first = margin[:, 0]
    kish_start = first.sum() ** 2 / (first @ first)
    result = {}
    for name, q in (
        ("z", normal_quantile()),
        ("t, n_eff of start", t_quantile(max(kish_start - 1, 1))),
        ("t, n_eff of margin", t_quantile(max(n_eff - 1, 1))),
        ("t, n_eff of influence", t_quantile(max((psi @ psi) ** 2 / (psi**4).sum() - 1, 1))),
    ):
        result[f"linear {name}"] = (value - q * se, value + q * se)
        factor = float(np.exp(q * se / value))
        result[f"log {name}"] = (value / factor, value * factor)
    return result


def coverage(
    n: int, replications: int, spread: float, exact: Array, rng: np.random.Generator
) -> dict[str, tuple[float, float]]:
    """Per method the share of intervals that hold the truth, and their median width relative to it."""
    held: dict[str, list[bool]] = {}
    width: dict[str, list[float]] = {}
    for _ in range(replications):
        data = observe(n, spread, rng)
        sums = MonthSums.of(*data)
        horizon = sums.supported(HORIZON)
        found = lifetime_value(sums, horizon, DISCOUNT)
        target = exact[horizon - 1]
        intervals = {"percentile bootstrap": resampled(*data, horizon), **closed_forms(found, *data)}
        for name, (lo, hi) in intervals.items():
            held.setdefault(name, []).append(lo <= target <= hi)
            width.setdefault(name, []).append((hi - lo) / target)
    return {name: (float(np.mean(held[name])), float(np.median(width[name]))) for name in held}


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--replications", type=int, default=1000)
    parser.add_argument("--spread", type=float, default=1.25, help="sigma of log account size")
    parser.add_argument("--seed", type=int, default=1)
    arguments = parser.parse_args()
    rng = np.random.default_rng(arguments.seed)
    exact = truth(arguments.spread, rng)
    print(f"truth: {exact[-1]:.3f} within {HORIZON} months")
    found = {n: coverage(n, arguments.replications, arguments.spread, exact, rng) for n in SIZES}
    print(f"{'coverage (median width / truth)':34}" + "".join(f"{f'n={n}':>16}" for n in SIZES))
    for name in found[SIZES[0]]:
        cells = (f"{found[n][name][0]:.3f} ({found[n][name][1]:.2f})" for n in SIZES)
        print(f"{name:34}" + "".join(f"{cell:>16}" for cell in cells))


if __name__ == "__main__":
    main()
