"""Is account-based work the right motion: a weighted index of criteria, its bounds, and what must pay for itself.

Method: docs/methods/motion_fit.md. Uncertain quantiles are drawn by their rank (Harrell and Davis 1982).
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Literal

import numpy as np
from numpy.typing import ArrayLike, NDArray

Array = NDArray[np.float64]
BEST = 4.0  # the score at which a criterion speaks for ABM alone
PER_POINT = 100.0 / BEST

Motion = Literal["demand_generation_led", "both", "abm_led"]


def score(value: ArrayLike, anchors: Mapping[float, float]) -> Array:
    """0 to 4, straight between the anchors and level beyond them."""
    at = sorted(anchors.items())
    return np.asarray(np.interp(np.asarray(value, dtype=float), [x for x, _ in at], [y for _, y in at]))


@dataclass(frozen=True)
class Index:
    """0 to 100. `value` is the mean over the known criteria; `lowest` and `highest` what the unknown ones could make of it.

    `coverage` is the weight that is known. Nothing known: no value, and bounds of 0 and 100.
    """

    value: float | None
    lowest: float
    highest: float
    coverage: float


def index(scores: Mapping[str, float | None], weights: Mapping[str, float]) -> Index:
    """The index of one company or segment from the scores of its criteria; an unknown score is left out, never zero.

    Raises ValueError where no criterion has weight.
    """
    whole = sum(weights.values())
    if whole <= 0:
        raise ValueError("no criterion has weight")
    found = [(weights[name] / whole, value) for name, value in scores.items() if value is not None]
    known = sum(weight for weight, _ in found)
    points = sum(weight * value for weight, value in found)
    highest = PER_POINT * (points + BEST * max(1.0 - known, 0.0))
    value = PER_POINT * points / known if known > 0 else None
    return Index(value, PER_POINT * points, min(highest, 100.0), min(known, 1.0))


def motion(value: float, lower: float, upper: float) -> Motion:
    """Below `lower` demand generation leads, above `upper` ABM; between them both have their accounts."""
    return "demand_generation_led" if value < lower else "abm_led" if value > upper else "both"


def quantile_draws(
    grid: Sequence[float], values: Sequence[float], p: float, n: int, rng: np.random.Generator, draws: int
) -> Array:
    """Where the true p-quantile may lie, seen from n observations of which the quantiles `values` at `grid` are known.

    The rank of a p-quantile among n observations is Beta((n + 1) p, (n + 1) (1 - p)) distributed (Harrell and Davis 1982);
    no draw leaves the range of what was seen.
    """
    rank = rng.beta((n + 1) * p, (n + 1) * (1.0 - p), draws)
    return np.asarray(np.interp(rank, grid, values))


@dataclass(frozen=True)
class BreakEven:
    """What treating one account must bring. Money in one currency; uplift in probability of winning the account.

    `pays_back` is gain over cost, None while the uplift is not known.
    """

    required_uplift: float | None
    required_value: float | None
    pays_back: float | None


def break_even(cost: float, value: float | None, uplift: float | None) -> BreakEven:
    """(uplift x lifetime value) against the cost of treating one account (methods b.6)."""
    required_uplift = cost / value if value is not None and value > 0 else None
    required_value = cost / uplift if uplift is not None and uplift > 0 else None
    gain = None if uplift is None or value is None else uplift * value
    return BreakEven(required_uplift, required_value, None if gain is None or cost <= 0 else gain / cost)
