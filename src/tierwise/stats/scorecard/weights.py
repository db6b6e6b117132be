"""Which weights do won and lost deals suggest? Advice within the guards, shrunk toward what people chose.

Method: docs/methods/fit.md. Sources: Siddiqi 2006, chapter 7 (logistic regression on weights of evidence).
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from tierwise.stats.scorecard.evidence import Evidence, rising, weight_of_evidence

Array = NDArray[np.float64]
PENALTY = 1.0
SHRINKAGE = 100.0
LEAST_WINS = 50
FOLDS = 5


@dataclass(frozen=True)
class Guards:
    """Where weights may lie: each between `least` and `most`, they sum to 1, and `lighter` pairs keep their order."""

    least: float
    most: float
    lighter: tuple[tuple[int, int], ...] = ()
    margin: float = 0.005


@dataclass(frozen=True)
class Suggestion:
    """Weights that deals suggest. `learned` before shrinkage (empty where nothing tells won from lost), `weights` after it
    and within the guards; `pull` is the share of the learned ones. `held_out` and `held_out_now`: how often a won deal
    outranks a lost one, with suggested and with present weights, on deals that the weights were not learned from.
    """

    learned: tuple[float, ...] | None
    weights: tuple[float, ...]
    evidence: tuple[Evidence, ...]
    pull: float
    held_out: float | None
    held_out_now: float | None


def suggest(scores: Array, won: NDArray[np.bool_], now: Sequence[float], guards: Guards) -> Suggestion:
    """Weights from deals: `scores` are deals x criteria, 0 to 5, NaN where unknown.

    Raises ValueError with fewer than 50 won or no lost deals.
    """
    wins = int(won.sum())
    if wins < LEAST_WINS or wins == len(won):
        raise ValueError(
            f"{wins} won and {len(won) - wins} lost deals; {LEAST_WINS} won ones are needed, and lost ones"
        )
    learned, evidence = _learned(scores, won)
    pull = wins / (wins + SHRINKAGE)
    weights = _blended(learned, now, pull, guards)
    held_out, held_out_now = _held_out(scores, won, now, guards)
    return Suggestion(
        None if learned is None else tuple(float(w) for w in learned),
        tuple(float(w) for w in weights),
        evidence,
        pull if learned is not None else 0.0,
        held_out,
        held_out_now,
    )


def projected(weights: Sequence[float] | Array, guards: Guards) -> Array:
    """The nearest weights that the guards allow, least squares. Raises ValueError when they allow none."""
    from scipy.optimize import minimize

    wanted = np.asarray(weights, dtype=float)
    rows = [{"type": "eq", "fun": lambda w: float(w.sum() - 1.0), "jac": np.ones_like}]
    for light, heavy in guards.lighter:
        slope = np.zeros(len(wanted))
        slope[light], slope[heavy] = -1.0, 1.0
        rows.append(
            {"type": "ineq", "fun": lambda w, s=slope: float(s @ w - guards.margin), "jac": lambda w, s=slope: s}
        )
    found = minimize(
        lambda w: 0.5 * float((w - wanted) @ (w - wanted)),
        np.full(len(wanted), 1.0 / len(wanted)),
        jac=lambda w: w - wanted,
        bounds=[(guards.least, guards.most)] * len(wanted),
        constraints=rows,
        method="SLSQP",
        options={"ftol": 1e-15, "maxiter": 500},
    )
    if not found.success:
        raise ValueError(f"no weights satisfy the guards: {found.message}")
    return np.asarray(found.x, dtype=float)


def area_under_curve(scores: Array, won: NDArray[np.bool_]) -> float | None:
    """How often a won deal scores above a lost one, ties half: 0.5 is chance."""
    if won.all() or not won.any():
        return None
    apart = scores[won][:, None] - scores[~won][None, :]
    return float((apart > 0).mean() + 0.5 * (apart == 0).mean())


def weighted_score(scores: Array, weights: Sequence[float] | Array) -> Array:
    """Fit, 0 to 100: the weighted mean over the known criteria."""
    known, share = ~np.isnan(scores), np.asarray(weights, dtype=float)
    total = (known * share).sum(axis=1)
    return 20.0 * (np.nan_to_num(scores) * share).sum(axis=1) / np.where(total > 0, total, 1.0)


def _learned(scores: Array, won: NDArray[np.bool_]) -> tuple[Array | None, tuple[Evidence, ...]]:
    """Shares of what a point of each score does to the odds; None where none raises them.

    A coefficient alone is no weight: on weights of evidence it is about 1 for a strong criterion and for a weak one.
    It is multiplied by the evidence that a point of the score carries.
    """
    columns, per_point, evidence = [], [], []
    for column in scores.T:
        woe, found = _encoded(column, won)
        columns.append(woe)
        per_point.append(_slope(column, woe))
        evidence.append(found)
    strength = _logistic(np.column_stack(columns), won) * np.asarray(per_point)
    total = float(strength.sum())
    return (strength / total if total > 1e-9 else None), tuple(evidence)


def _encoded(column: Array, won: NDArray[np.bool_]) -> tuple[Array, Evidence]:
    """Each deal's weight of evidence, rising with the whole score; an unknown score says nothing: 0."""
    known = ~np.isnan(column)
    levels = np.clip(np.round(np.where(known, column, 0.0)), 0, 5).astype(int)
    counted = [np.bincount(levels[known & chosen], minlength=6).astype(float) for chosen in (won, ~won)]
    there = (counted[0] + counted[1]) > 0
    found = weight_of_evidence(counted[0][there], counted[1][there])
    by_level = np.zeros(6)
    by_level[there] = rising(found.woe, (counted[0] + counted[1])[there])
    return np.where(known, by_level[levels], 0.0), found


def _slope(column: Array, woe: Array) -> float:
    """How much evidence a point of the score carries (least squares over the deals where it is known)."""
    known = ~np.isnan(column)
    if known.sum() < 2 or np.ptp(column[known]) == 0:
        return 0.0
    x, y = column[known] - column[known].mean(), woe[known] - woe[known].mean()
    return max(float(x @ y) / float(x @ x), 0.0)


def _logistic(x: Array, won: NDArray[np.bool_], penalty: float = PENALTY) -> Array:
    """Coefficients, none negative, of a logistic regression with an L2 penalty; the intercept is free."""
    from scipy.optimize import minimize
    from scipy.special import expit

    y, design = won.astype(float), np.column_stack([np.ones(len(x)), x])

    def loss(b: Array) -> tuple[float, Array]:
        z = design @ b
        value = float((np.logaddexp(0.0, z) - y * z).sum() + 0.5 * penalty * (b[1:] @ b[1:]))
        return value, design.T @ (expit(z) - y) + penalty * np.concatenate([[0.0], b[1:]])

    bounds = [(None, None)] + [(0.0, None)] * x.shape[1]
    found = minimize(loss, np.zeros(design.shape[1]), jac=True, bounds=bounds, method="L-BFGS-B")
    return np.asarray(found.x[1:], dtype=float)


def _blended(learned: Array | None, now: Sequence[float], pull: float, guards: Guards) -> Array:
    present = np.asarray(now, dtype=float)
    return projected(present if learned is None else pull * learned + (1.0 - pull) * present, guards)


def _held_out(
    scores: Array, won: NDArray[np.bool_], now: Sequence[float], guards: Guards
) -> tuple[float | None, float | None]:
    """Ranking of deals by weights learned without them, in folds that keep the order given, and by the present weights."""
    fold = np.arange(len(won)) % FOLDS
    suggested, present = [], []
    for left_out in range(FOLDS):
        train, test = fold != left_out, fold == left_out
        learned, _ = _learned(scores[train], won[train])
        wins = int(won[train].sum())
        weights = _blended(learned, now, wins / (wins + SHRINKAGE), guards)
        suggested.append(area_under_curve(weighted_score(scores[test], weights), won[test]))
        present.append(area_under_curve(weighted_score(scores[test], now), won[test]))
    return tuple(  # type: ignore[return-value]
        float(np.mean([v for v in values if v is not None])) if any(v is not None for v in values) else None
        for values in (suggested, present)
    )
