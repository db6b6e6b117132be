"""Which of several estimates is the largest, when none is known exactly?

A ranking by raw values puts small groups at both ends. Here each true value is a draw from its own t distribution
about its (pooled) estimate, independently of the others, and places are worked out by numerical integration: no random
draws, so the same figures every time. Source: methods a.6.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

# values at which all distributions are compared: so many in all, some around each
NODES, FEWEST = 8000, 4
# what is known exactly is placed like something known to a millionth of the largest error
EXACT = 1e-6


@dataclass(frozen=True)
class Place:
    """The chance to be the best of all, and the place to expect: 1 is the best."""

    chance_best: float
    expected_rank: float


def standing(values: Sequence[float], errors: Sequence[float], dfs: Sequence[float]) -> tuple[Place, ...]:
    """The standing of each of several estimates with their standard errors and degrees of freedom (1 at least).

    Chances add up to one, expected ranks to 1 + 2 + ... + k. Estimates that are all exact and equal share both.
    """
    from scipy.special import stdtr, stdtrit

    centre, spread, df = (np.asarray(column, dtype=float) for column in (values, errors, dfs))
    if not len(centre):
        return ()
    df, k = np.maximum(df, 1.0), len(centre)
    spread = np.maximum(spread, EXACT * (spread.max() or 1.0))
    each = max(NODES // k, FEWEST)
    levels = (np.arange(each) + 0.5) / each
    edges = np.unique(centre[:, None] + spread[:, None] * stdtrit(df[:, None], levels[None, :]))
    below = np.concatenate(
        [np.zeros((k, 1)), stdtr(df[:, None], (edges - centre[:, None]) / spread[:, None]), np.ones((k, 1))], axis=1
    )
    mass = np.diff(below, axis=1)
    with np.errstate(divide="ignore"):
        logs = np.log(below)
    # where some are certainly not below, a product without one of them needs to know how many there are
    none = np.isneginf(logs)
    logs = np.where(none, 0.0, logs)
    others = np.where(none.sum(axis=0) - none > 0, 0.0, np.exp(logs.sum(axis=0) - logs))
    best = (mass * (others[:, 1:] + others[:, :-1]) / 2.0).sum(axis=1)
    over = (1.0 - below).sum(axis=0) - (1.0 - below)
    ahead = (mass * (over[:, 1:] + over[:, :-1]) / 2.0).sum(axis=1)
    return tuple(Place(float(b), float(1.0 + a)) for b, a in zip(best / best.sum(), ahead, strict=True))
