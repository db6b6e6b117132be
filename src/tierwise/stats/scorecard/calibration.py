"""What chance of winning does a score stand for? Isotonic or two-parameter logistic, and how far to believe it.

Sources: Zadrozny and Elkan 2002 (isotonic), Platt 1999 (logistic, with his priors on the targets); Brier 1950; Cox 1958
and Steyerberg 2009, 15.2 (calibration intercept and slope).
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from tierwise.stats.estimate import Estimate
from tierwise.stats.grades import grade
from tierwise.stats.intervals import LEVEL, normal_quantile, wilson
from tierwise.stats.scorecard.evidence import rising

Array = NDArray[np.float64]
ISOTONIC_WINS = 100
BINS = 5
FOLDS = 5
PRIOR_DEALS = 2.0
TINY = 1e-6


@dataclass(frozen=True)
class Curve:
    """A chance of winning by score: straight between the points (`isotonic`), or a logistic of the score."""

    method: str
    scores: tuple[float, ...]
    chances: tuple[float, ...]

    def at(self, scores: Array) -> Array:
        """The chance at each score."""
        if self.method == "isotonic":
            return np.interp(scores, self.scores, self.chances)
        from scipy.special import expit

        return np.asarray(expit(self.scores[0] + self.scores[1] * np.asarray(scores, dtype=float)))


@dataclass(frozen=True)
class Bin:
    """One row of the reliability table: what was foretold and what came."""

    n: int
    foretold: float
    won: int
    lo: float
    hi: float


@dataclass(frozen=True)
class Reliability:
    """How far foretold chances can be believed, on deals that they were not made from.

    `skill`: 1 - Brier / Brier of the plain win rate; above 0 the score tells something. Intercept 0 and slope 1 are perfect.
    """

    bins: tuple[Bin, ...]
    brier: float
    skill: float
    intercept: Estimate
    slope: Estimate

    @property
    def believable(self) -> bool:
        """Only then is it called a probability: skill above 0, and the slope's interval holds 1 and not 0."""
        s = self.slope
        return self.skill > 0 and s.lo is not None and s.hi is not None and 0 < s.lo <= 1.0 <= s.hi


def calibrated(scores: Array, won: NDArray[np.bool_]) -> Curve:
    """The chance of winning by score: isotonic from 100 won deals, else logistic with Platt's targets, never falling."""
    order = np.argsort(scores, kind="stable")
    if int(won.sum()) >= ISOTONIC_WINS:
        levels, place = np.unique(scores, return_inverse=True)
        count = np.bincount(place).astype(float)
        share = rising(np.bincount(place, weights=won.astype(float)) / count, count)
        return Curve(
            "isotonic", tuple(map(float, levels)), tuple(map(float, _smoothed(share, count, float(won.mean()))))
        )
    wins, losses = float(won.sum()), float((~won).sum())
    targets = np.where(won, (wins + 1.0) / (wins + 2.0), 1.0 / (losses + 2.0))[order]
    (intercept, slope), _ = _logistic(scores[order], targets)
    return Curve("logistic", (intercept, max(slope, 0.0)), ())


def reliability(scores: Array, won: NDArray[np.bool_], level: float = LEVEL) -> Reliability | None:
    """How well chances foretold by folds hold on the deals left out; None where too few deals of a kind are there."""
    fold = np.arange(len(won)) % FOLDS
    foretold = np.full(len(won), np.nan)
    for left_out in range(FOLDS):
        train, test = fold != left_out, fold == left_out
        if won[train].all() or not won[train].any() or not test.any():
            return None
        foretold[test] = np.clip(calibrated(scores[train], won[train]).at(scores[test]), TINY, 1 - TINY)
    y = won.astype(float)
    brier, plain = float(((foretold - y) ** 2).mean()), float(((y.mean() - y) ** 2).mean())
    logits = np.log(foretold / (1.0 - foretold))
    n, wins, z = len(y), float(y.sum()), normal_quantile(level)

    def estimate(value: float, se: float) -> Estimate:
        lo, hi = value - z * se, value + z * se
        return Estimate(
            value, lo, hi, se, n, n, float(n), wins, float(n), "logistic", grade(n, n, None, value, lo, hi), level
        )

    shift, shift_cov = _logistic(np.zeros(n), y, offset=logits, slope=False)
    both, cov = _logistic(logits, y)
    return Reliability(
        _bins(foretold, won, level),
        brier,
        1.0 - brier / plain if plain > 0 else 0.0,
        estimate(shift[0], float(shift_cov[0, 0]) ** 0.5),
        estimate(both[1], float(cov[1, 1]) ** 0.5),
    )


def _smoothed(share: Array, count: Array, overall: float) -> Array:
    """Pooled shares drawn to the win rate of all by two deals each: a block of three won deals is no certainty."""
    _, block = np.unique(share, return_inverse=True)
    size = np.bincount(block, weights=count)[block]
    return rising((share * size + PRIOR_DEALS * overall) / (size + PRIOR_DEALS), count)


def _bins(foretold: Array, won: NDArray[np.bool_], level: float) -> tuple[Bin, ...]:
    made = []
    for part in np.array_split(np.argsort(foretold, kind="stable"), BINS):
        if len(part):
            lo, hi = wilson(float(won[part].sum()), float(len(part)), level)
            made.append(Bin(len(part), float(foretold[part].mean()), int(won[part].sum()), lo, hi))
    return tuple(made)


def _logistic(x: Array, y: Array, offset: Array | None = None, slope: bool = True) -> tuple[tuple[float, float], Array]:
    """Intercept and slope by Newton's method, a whisper of a ridge against separation; and their covariance."""
    from scipy.special import expit

    design = np.column_stack([np.ones(len(x)), x]) if slope else np.ones((len(x), 1))
    centre = np.zeros(len(x)) if offset is None else offset
    b, ridge = np.zeros(design.shape[1]), 1e-6 * np.eye(design.shape[1])
    information: Callable[[Array], Array] = lambda p: (design * (p * (1 - p))[:, None]).T @ design + ridge  # noqa: E731
    for _ in range(100):
        p = np.asarray(expit(centre + design @ b))
        step = np.linalg.solve(information(p), design.T @ (y - p) - ridge @ b)
        b = b + np.clip(step, -4.0, 4.0)
        if float(np.abs(step).max()) < 1e-10:
            break
    covariance: Array = np.linalg.inv(information(np.asarray(expit(centre + design @ b)))).astype(np.float64)
    return (float(b[0]), float(b[1]) if slope else 0.0), covariance
