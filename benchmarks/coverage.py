"""How often do 95 % intervals hold the truth?

    python -m benchmarks.coverage value [--replications 1000] [--spread 1.25] [--seed 1]
    python -m benchmarks.coverage rates [--replications 1000] [--seed 1]
    python -m benchmarks.coverage retention [--replications 1000] [--spread 1.25] [--seed 1]
    python -m benchmarks.coverage wins [--replications 1000] [--seed 1]

`value`: the lifetime value, bootstrap against closed forms. A market in which large customers leave less often,
revenue grows 1 % a month and customers joined at different times, observed at one moment. Truth: 400,000 customers
followed to the end. Each interval is judged at the horizon that its sample supports.

`rates`: win rates of segments, pooled in three ways, where the segments differ not at all, a little and much; and how
often a segment is called above or below a bar, the mean of the market, while it is not.

`retention`: net retention of one segment by size, of twenty segments of 1 to 150 customers pooled, and of groups that
overlap. Revenue is lognormal, 12 % of customers leave, 30 % pay more, 10 % pay less, whatever their size.

`wins`: the win rate and the length of the cycle, as estimated and as usually counted, in a growing pipeline in which a
third of the losses is never logged.

Figures of runs are in docs/methods/lifetime_value.md, docs/methods/win_rate.md and docs/methods/retention.md.
"""

from __future__ import annotations

import argparse
from collections.abc import Callable

import numpy as np
from numpy.typing import NDArray

from tierwise.stats.bootstrap import percentile_interval
from tierwise.stats.hierarchy import Rates, pooled_rates, separate_rates
from tierwise.stats.intervals import normal_quantile, t_quantile
from tierwise.stats.ratios import RatioSums, pool, ratio
from tierwise.stats.shrinkage import beta_prior, toward_parent
from tierwise.stats.survival import Incidence, cumulative_incidence
from tierwise.stats.value import LifetimeValue, MonthSums, lifetime_value

Array = NDArray[np.float64]
MONTHS, HORIZON, DISCOUNT = 72, 60, 0.10
SIZES = (30, 60, 120, 240)
GROWTH = 1.01
RATE, CALLED = 0.15, 0.8
MARKETS = ((14, 24, 37, 60), (60, 100, 150, 250), (14, 24, 37, 60) * 3)
DIFFERENCES = (0.0, 0.03, 0.08)

# per segment: value, lower and upper end, P(rate > RATE)
Judged = tuple[Array, Array, Array, Array]


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


def by_likelihood(won: Array, trials: Array) -> Judged:
    """Empirical Bayes: the prior of highest likelihood, taken for known; what methods of this kind usually do."""
    prior = beta_prior(won, trials)
    assert prior is not None
    shrunk = [prior.shrink(k, n) for k, n in zip(won, trials, strict=True)]
    above = [prior.above(k, n, RATE) for k, n in zip(won, trials, strict=True)]
    value, lo, hi = (np.array([getattr(one, name) for one in shrunk]) for name in ("value", "lo", "hi"))
    return value, lo, hi, np.array(above)


def by_posterior(rates: Callable[[Array, Array], Rates | None]) -> Callable[[Array, Array], Judged]:
    """A method of stats/hierarchy.py."""

    def judged(won: Array, trials: Array) -> Judged:
        found = rates(won, trials)
        assert found is not None
        value = np.array([shrunk.value for shrunk in found.shrunk()])
        return value, found.quantile(0.025), found.quantile(0.975), found.above(RATE)

    return judged


def rates_coverage(
    method: Callable[[Array, Array], Judged], sizes: tuple[int, ...], sd: float, replications: int, seed: int
) -> Array:
    """Coverage, share of segments called wrongly, share called at all, root mean squared error."""
    rng = np.random.default_rng(seed)
    trials = np.array(sizes, dtype=float)
    agreement = RATE * (1 - RATE) / sd**2 - 1 if sd else np.inf
    total = np.zeros(4)
    for _ in range(replications):
        true = rng.beta(RATE * agreement, (1 - RATE) * agreement, len(sizes)) if sd else np.full(len(sizes), RATE)
        won = rng.binomial(sizes, true).astype(float)
        value, lo, hi, above = method(won, trials)
        high, low = above >= CALLED, above <= 1 - CALLED
        wrong = (high & (true <= RATE)) | (low & (true >= RATE))
        held = (lo <= true) & (true <= hi)
        total += [held.mean(), wrong.mean(), (high | low).mean(), ((value - true) ** 2).mean()]
    total /= replications
    return np.array([*total[:3], total[3] ** 0.5])


def show_rates(arguments: argparse.Namespace) -> None:
    methods = {
        "likelihood": by_likelihood,
        "alone": by_posterior(separate_rates),
        "hierarchy": by_posterior(pooled_rates),
    }
    print(f"{'deals per segment':>30} {'sd':>5} {'method':>11} {'coverage':>9} {'wrong':>6} {'called':>7} {'error':>6}")
    for sizes in MARKETS:
        label = ", ".join(str(n) for n in sizes[:4]) + (f" x {len(sizes) // 4}" if len(sizes) > 4 else "")
        for sd in DIFFERENCES:
            for name, method in methods.items():
                held, wrong, called, error = rates_coverage(method, sizes, sd, arguments.replications, arguments.seed)
                print(f"{label:>30} {sd:5.2f} {name:>11} {held:9.3f} {wrong:6.3f} {called:7.3f} {error:6.4f}")


def customers(
    n: int, spread: float, level: Array | float, rng: np.random.Generator, wander: float = 0.0
) -> tuple[Array, Array]:
    """What each pays at the start and at the end; `level` is the expected net retention.

    Half of them pay the same again, unless what everybody pays wanders by so much a year besides.
    """
    start = rng.lognormal(0.0, spread, n)
    fate = rng.random(n)
    grown, shrunk = rng.uniform(1.0, 1.6, n), rng.uniform(0.4, 1.0, n)
    kept = np.where(fate < 0.12, 0.0, np.where(fate < 0.42, grown, np.where(fate < 0.52, shrunk, 1.0)))
    expected = 0.30 * 1.3 + 0.10 * 0.7 + 0.48
    return start, start * kept * rng.lognormal(-(wander**2) / 2, wander, n) * level / expected


def retention_coverage(
    n: int, spread: float, wander: float, replications: int, rng: np.random.Generator
) -> tuple[float, Array]:
    """Mean n_eff; shares of intervals that hold the truth: t n - 1, t n_eff - 1, percentile; of the second kind the share
    that lies above the truth, the share that lies below it, and the mean width."""
    held, sizes = np.zeros(6), 0.0
    for _ in range(replications):
        start, end = customers(n, spread, 0.94, rng, wander)
        sums = RatioSums.of(start, end)
        value, se = sums.ratio or 0.0, sums.se or 0.0
        resampled = percentile_interval(
            lambda weights, start=start, end=end: (weights @ end) / (weights @ start), n, np.random.default_rng(3), 500
        )
        plain = t_quantile(n - 1) * se
        found = ratio(sums)
        lo, hi = found.lo or 0.0, found.hi or 0.0
        ends = ((value - plain, value + plain), (lo, hi), resampled)
        held += [*(low <= 0.94 <= high for low, high in ends), lo > 0.94, hi < 0.94, hi - lo]
        sizes += sums.n_eff
    return sizes / replications, held / replications


def pooled_coverage(differences: float, spread: float, replications: int, rng: np.random.Generator) -> Array:
    """Twenty segments: error raw and pooled, the same below ten customers, coverage of all and of those."""
    sizes = np.array([1, 1, 2, 2, 3, 4, 5, 6, 7, 9, 12, 15, 20, 25, 35, 45, 60, 80, 110, 150])
    small = sizes < 10
    errors, held = np.zeros((2, len(sizes))), np.zeros(len(sizes))
    for _ in range(replications):
        true = np.maximum(rng.normal(0.94, differences, len(sizes)), 0.05)
        sums = [RatioSums.of(*customers(n, spread, level, rng)) for n, level in zip(sizes, true, strict=True)]
        shrunk = [one for one in pool(sums) if one is not None]
        raw, value = np.array([s.ratio for s in sums]), np.array([s.value for s in shrunk])
        errors += [(raw - true) ** 2, (value - true) ** 2]
        held += [s.lo <= t <= s.hi for s, t in zip(shrunk, true, strict=True)]
    errors, held = errors / replications, held / replications
    deep = [errors[i][mask].mean() ** 0.5 for mask in (small | True, small) for i in (0, 1)]
    return np.array([*deep, held.mean(), held[small].mean()])


def overlapping_coverage(differences: float, spread: float, replications: int, rng: np.random.Generator) -> Array:
    """300 customers by three attributes whose effects add up, all values and pairs of two: errors, coverage."""
    result = np.zeros(3)
    for _ in range(replications):
        parts = [rng.integers(0, k, 300) for k in (4, 5, 3)]
        level = sum((rng.normal(0, differences, 5)[part] for part in parts), np.full(300, 0.94))
        start, end = customers(300, spread, np.maximum(level, 0.05), rng)
        groups = [part == i for part in parts for i in range(part.max() + 1)]
        groups += [(parts[0] == i) & (parts[1] == j) for i in range(4) for j in range(5)]
        groups = [group for group in groups if group.sum() > 1]
        sums, everybody = [RatioSums.of(start[g], end[g]) for g in groups], RatioSums.of(start, end)
        raw, n_eff = np.array([s.ratio for s in sums]), np.array([s.n_eff for s in sums])
        variances = np.array([s.within / (s.n_eff - 1) for s in sums])
        common = everybody.within / (everybody.n_eff - 1)
        shrunk = toward_parent(raw, variances, n_eff, everybody.ratio or 0.0, common)
        assert shrunk is not None
        true = np.array([(start * level)[g].sum() / start[g].sum() for g in groups])
        value = np.array([s.value for s in shrunk])
        held = [s.lo <= t <= s.hi for s, t in zip(shrunk, true, strict=True)]
        result += [((raw - true) ** 2).mean(), ((value - true) ** 2).mean(), np.mean(held)]
    result /= replications
    return np.array([*result[:2] ** 0.5, result[2]])


def pipeline(n: int, rng: np.random.Generator) -> tuple[Array, Array, Array]:
    """Age today of deals created over three years, 5 % more each month; days to a win and to a logged loss, inf if never.

    One deal in five is won, in four months in the median; of the others a third is never closed by anybody.
    """
    month = rng.choice(36, n, p=(weight := 1.05 ** np.arange(36.0)) / weight.sum())
    age = np.ceil((36 - month - rng.random(n)) * 30.4)
    wins = rng.random(n) < 0.2
    won = np.where(wins, np.ceil(rng.lognormal(np.log(120), 0.7, n)), np.inf)
    lost = np.where(~wins & (rng.random(n) < 0.65), np.ceil(rng.lognormal(np.log(100), 0.8, n)), np.inf)
    return age, won, lost


def won_within(age: Array, won: Array, lost: Array, horizon: float) -> Incidence:
    """The estimate from a pipeline as it stands today."""
    end = np.minimum(np.minimum(won, lost), age)
    times, place = np.unique(end, return_inverse=True)
    ended = [np.bincount(place, weights, len(times)) for weights in (won <= np.minimum(age, lost), lost <= age)]
    at_risk = np.cumsum(np.bincount(place, minlength=len(times))[::-1])[::-1]
    return cumulative_incidence(times, at_risk, *ended, horizon=horizon)


def show_wins(arguments: argparse.Namespace) -> None:
    rng = np.random.default_rng(arguments.seed)
    _, won, _ = pipeline(2_000_000, rng)
    within = won[won <= 365]
    print(f"won within a year: {len(within) / len(won):.4f}; in the median after {np.median(within):.1f} days")
    found = []
    for _ in range(arguments.replications):
        age, won, lost = pipeline(2000, rng)
        curve, is_won, is_lost = won_within(age, won, lost, 365), won <= age, lost <= age
        shares = curve.value, is_won.sum() / (is_won | is_lost).sum(), is_won.mean()
        found.append((*shares, curve.conditional_median() or 0.0, np.median(won[is_won])))
    labels = (
        "cumulative incidence",
        "won / (won + lost)",
        "won / created",
        "days to win, given a win",
        "median of won deals",
    )
    for label, mean in zip(labels, np.mean(found, axis=0), strict=True):
        print(f"{label:26} {mean:9.4f}")


def show_retention(arguments: argparse.Namespace) -> None:
    rng, replications = np.random.default_rng(arguments.seed), arguments.replications
    for wander in (0.0, 0.2):
        print(f"what everybody pays wanders by {wander:.0%} a year")
        print(
            f"{'n':>5} {'n_eff':>6} {'t, n - 1':>9} {'t, n_eff - 1':>13} {'percentile':>11} "
            f"{'above':>7} {'below':>7} {'width':>7}"
        )
        for n in (5, 10, 20, 50, 100):
            size, held = retention_coverage(n, arguments.spread, wander, replications, rng)
            print("{:5} {:6.1f} {:9.3f} {:13.3f} {:11.3f} {:7.3f} {:7.3f} {:7.2f}".format(n, size, *held))
    print(
        f"{'sd':>5} {'raw':>6} {'pooled':>7} {'raw < 10':>9} {'pooled < 10':>12} {'coverage':>9} {'of < 10':>8}  20 segments"
    )
    for sd in (0.0, 0.05, 0.1, 0.2):
        found = pooled_coverage(sd, arguments.spread, max(replications // 4, 1), rng)
        print("{:5.2f} {:6.3f} {:7.3f} {:9.3f} {:12.3f} {:9.3f} {:8.3f}".format(sd, *found))
    print(f"{'sd':>5} {'raw':>6} {'shrunk':>7} {'coverage':>9}  groups that overlap")
    for sd in (0.0, 0.05, 0.1, 0.2):
        found = overlapping_coverage(sd, arguments.spread, max(replications // 4, 1), rng)
        print("{:5.2f} {:6.3f} {:7.3f} {:9.3f}".format(sd, *found))


def show_value(arguments: argparse.Namespace) -> None:
    rng = np.random.default_rng(arguments.seed)
    exact = truth(arguments.spread, rng)
    print(f"truth: {exact[-1]:.3f} within {HORIZON} months")
    found = {n: coverage(n, arguments.replications, arguments.spread, exact, rng) for n in SIZES}
    print(f"{'coverage (median width / truth)':34}" + "".join(f"{f'n={n}':>16}" for n in SIZES))
    for name in found[SIZES[0]]:
        cells = (f"{found[n][name][0]:.3f} ({found[n][name][1]:.2f})" for n in SIZES)
        print(f"{name:34}" + "".join(f"{cell:>16}" for cell in cells))


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    commands = parser.add_subparsers(required=True)
    shown = {"value": show_value, "rates": show_rates, "retention": show_retention, "wins": show_wins}
    for name, show in shown.items():
        command = commands.add_parser(name)
        command.add_argument("--replications", type=int, default=1000)
        command.add_argument("--seed", type=int, default=1)
        command.set_defaults(show=show)
        if name in ("value", "retention"):
            command.add_argument("--spread", type=float, default=1.25, help="sigma of log account size")
    arguments = parser.parse_args()
    arguments.show(arguments)


if __name__ == "__main__":
    main()
