"""Do people agree with each other, and the model with them? Tau-b, weighted kappa, Krippendorff's alpha, overlap of lists.

Sources: Kendall 1945 (tau-b), Kendall and Gibbons 1990, 4.4 (its variance with ties); Cohen 1968 (weighted kappa), Landis
and Koch 1977 (its words); Krippendorff 2011 (alpha for ordinal data with gaps).
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from math import erfc, sqrt

import numpy as np
from numpy.typing import NDArray

from tierwise.stats.intervals import LEVEL

Array = NDArray[np.float64]
DRAWS = 2000
LEAST = 3
# Landis and Koch 1977: from this kappa on it is called so.
LANDIS_KOCH = ((0.8, "almost perfect"), (0.6, "substantial"), (0.4, "moderate"), (0.2, "fair"), (0.0, "slight"))


@dataclass(frozen=True)
class Agreement:
    """A coefficient with its interval; `n` are the accounts behind it. Empty where it is not defined."""

    value: float | None
    lo: float | None
    hi: float | None
    n: int


@dataclass(frozen=True)
class Overlap:
    """Two lists of the same length: how many accounts are in both, and how many chance alone would give."""

    both: int
    length: int
    by_chance: float


def tau_b(x: Sequence[float] | Array, y: Sequence[float] | Array) -> float | None:
    """Kendall's rank correlation with ties; None where one side does not vary."""
    signs = _signs(x, y)
    return None if signs is None else _tau(*signs, np.ones(len(signs[0])))


def tau_b_p_value(x: Sequence[float] | Array, y: Sequence[float] | Array) -> float | None:
    """How often chance alone gives as much, two-sided (normal approximation, corrected for ties)."""
    signs = _signs(x, y)
    if signs is None or len(x) < LEAST:
        return None
    n, pairs = len(x), len(x) * (len(x) - 1)
    a, b = _ties(x), _ties(y)
    whole = pairs * (2.0 * n + 5.0) - sum(float((t * (t - 1) * (2 * t + 5)).sum()) for t in (a, b))
    singles = float((a * (a - 1)).sum()) * float((b * (b - 1)).sum()) / (2.0 * pairs)
    triples = float((a * (a - 1) * (a - 2)).sum()) * float((b * (b - 1) * (b - 2)).sum()) / (9.0 * pairs * (n - 2))
    concordance = float((signs[0] * signs[1]).sum()) / 2.0
    return erfc(abs(concordance) / sqrt(whole / 18.0 + singles + triples) / sqrt(2.0))


def tau_b_interval(
    x: Sequence[float] | Array,
    y: Sequence[float] | Array,
    rng: np.random.Generator,
    clusters: Sequence[int] | None = None,
    draws: int = DRAWS,
    level: float = LEVEL,
) -> Agreement:
    """Tau-b with its interval, accounts (or `clusters` of them) resampled. A draw without variation is left out."""
    signs = _signs(x, y)
    if signs is None:
        return Agreement(None, None, None, len(x))
    value = _tau(*signs, np.ones(len(x)))
    group = np.arange(len(x)) if clusters is None else np.unique(np.asarray(clusters), return_inverse=True)[1]
    size = int(group.max()) + 1
    if value is None or size < LEAST:
        return Agreement(value, None, None, len(x))
    counts = rng.multinomial(size, np.full(size, 1.0 / size), size=draws).astype(float)
    drawn = [found for row in counts if (found := _tau(*signs, row[group])) is not None]
    if not drawn:
        return Agreement(value, None, None, len(x))
    lo, hi = np.quantile(drawn, [(1.0 - level) / 2.0, (1.0 + level) / 2.0])
    return Agreement(value, float(lo), float(hi), len(x))


def weighted_kappa(table: Sequence[Sequence[float]] | Array, weights: str = "quadratic") -> float | None:
    """Cohen's kappa of a square table of counts: `nominal`, `linear` or `quadratic`. None where chance alone agrees."""
    counts = np.asarray(table, dtype=float)
    places = np.arange(len(counts))
    apart = np.abs(places[:, None] - places[None, :]).astype(float)
    penalty = {"nominal": (apart > 0).astype(float), "linear": apart, "quadratic": apart**2}[weights]
    total = counts.sum()
    expected = np.outer(counts.sum(axis=1), counts.sum(axis=0)) / total if total > 0 else counts
    against = float((penalty * expected).sum())
    return None if against <= 0.0 else 1.0 - float((penalty * counts).sum()) / against


def kappa_interval(
    first: Sequence[int],
    second: Sequence[int],
    levels: int,
    rng: np.random.Generator,
    draws: int = DRAWS,
    level: float = LEVEL,
) -> Agreement:
    """Quadratic-weighted kappa of two people's ratings 0 .. levels - 1, with its interval, accounts resampled."""
    cells = np.asarray(first, dtype=int) * levels + np.asarray(second, dtype=int)
    counts = np.bincount(cells, minlength=levels * levels).astype(float)
    return kappa_of_counts(counts.reshape(levels, levels), rng, draws=draws, level=level)


def kappa_of_counts(
    table: Sequence[Sequence[float]] | Array,
    rng: np.random.Generator,
    design_effect: float = 1.0,
    draws: int = DRAWS,
    level: float = LEVEL,
) -> Agreement:
    """Quadratic-weighted kappa of a square table of counts with its interval, what was counted resampled.

    Of what comes in clusters only as many are resampled as their `design_effect` leaves (Rao and Scott 1981).
    """
    counts = np.asarray(table, dtype=float)
    levels, n = len(counts), int(counts.sum())
    value, worth = weighted_kappa(counts), int(n / design_effect)
    if value is None or worth < LEAST:
        return Agreement(value, None, None, n)
    drawn = rng.multinomial(worth, counts.ravel() / n, size=draws).reshape(draws, levels, levels).astype(float)
    found = [kappa for row in drawn if (kappa := weighted_kappa(row)) is not None]
    lo, hi = np.quantile(found, [(1.0 - level) / 2.0, (1.0 + level) / 2.0])
    return Agreement(value, float(lo), float(hi), n)


def krippendorff_ordinal(ratings: Sequence[Sequence[float]] | Array) -> float | None:
    """Krippendorff's alpha for ordinal ratings: raters x accounts, NaN where somebody did not rate.

    1 is full agreement, 0 is chance. None where fewer than two people rated the same account, or nothing varies.
    """
    given = np.asarray(ratings, dtype=float)
    values = np.unique(given[~np.isnan(given)])
    coincidences = np.zeros((len(values), len(values)))
    for unit in given.T:
        said = np.searchsorted(values, unit[~np.isnan(unit)])
        if len(said) < 2:
            continue
        counts = np.bincount(said, minlength=len(values)).astype(float)
        coincidences += (np.outer(counts, counts) - np.diag(counts)) / (len(said) - 1)
    marginal = coincidences.sum(axis=1)
    total = marginal.sum()
    if total <= 1.0:
        return None
    below = np.cumsum(marginal) - marginal / 2.0
    apart = (below[:, None] - below[None, :]) ** 2
    expected = float((apart * np.outer(marginal, marginal)).sum()) / (total - 1.0)
    return None if expected <= 0.0 else 1.0 - float((apart * coincidences).sum()) / expected


def overlap(first: Sequence[float], second: Sequence[float], length: int) -> Overlap:
    """How many of the `length` best by one score are among the best by the other; ties count by their expected share."""
    a, b = (_share_in_top(np.asarray(scores, dtype=float), length) for scores in (first, second))
    length = min(length, len(a))
    return Overlap(round(float((a * b).sum())), length, length * length / len(a) if len(a) else 0.0)


def in_words(kappa: float | None) -> str:
    """Landis and Koch's word for a kappa."""
    if kappa is None:
        return "not defined"
    return next((word for least, word in LANDIS_KOCH if kappa >= least), "poor")


def _share_in_top(scores: Array, length: int) -> Array:
    """Each account's chance of a place among the best `length`, its ties broken at random."""
    length = min(length, len(scores))
    if length == 0:
        return np.zeros(len(scores))
    edge = np.sort(scores)[::-1][length - 1]
    ahead, level = scores > edge, scores == edge
    return ahead + level * ((length - ahead.sum()) / max(level.sum(), 1))


def _signs(x: Sequence[float] | Array, y: Sequence[float] | Array) -> tuple[Array, Array] | None:
    a, b = np.asarray(x, dtype=float), np.asarray(y, dtype=float)
    if len(a) != len(b):
        raise ValueError(f"{len(a)} and {len(b)} values do not belong to the same accounts")
    if len(a) < 2 or np.ptp(a) == 0 or np.ptp(b) == 0:
        return None
    return np.sign(a[:, None] - a[None, :]), np.sign(b[:, None] - b[None, :])


def _tau(x: Array, y: Array, weights: Array) -> float | None:
    """Tau-b with each account counted as often as its weight says."""
    untied = float(weights @ np.abs(x) @ weights) * float(weights @ np.abs(y) @ weights)
    return None if untied <= 0.0 else float(weights @ (x * y) @ weights) / sqrt(untied)


def _ties(values: Sequence[float] | Array) -> Array:
    return np.unique(np.asarray(values, dtype=float), return_counts=True)[1].astype(float)
