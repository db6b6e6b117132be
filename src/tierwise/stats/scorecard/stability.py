"""How sure is each seat, when weights are judgements and figures have intervals? The same seats, filled many times.

Source: methods e.6. Dirichlet draws around the weights keep their mean, and `concentration` says how far they stray
(100: a weight of 0.20 varies by a fifth of itself).
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from hashlib import blake2b

import numpy as np
from numpy.typing import NDArray

Array = NDArray[np.float64]
Places = NDArray[np.int64]
DRAWS = 2000
CONCENTRATION = 100.0
BATCH = 100


@dataclass(frozen=True)
class Contest:
    """Accounts that compete for the same seats, in the order that breaks ties.

    `scores`: accounts x criteria, 0 to 5, NaN where unknown. `values`: what the rank goes by; None where it goes by fit
    times `chances`. `groups` share a value, whose logarithm has the standard deviation `spread`; `group` says whose is
    whose. `ready`: may sit in the first tier. `seats`: of the first and of the second.
    """

    accounts: Sequence[str]
    scores: Array
    weights: Array
    values: Array | None
    chances: Array
    groups: Sequence[str]
    group: Places
    spread: Array
    ready: NDArray[np.bool_]
    seats: tuple[int, int]


@dataclass(frozen=True)
class Chances:
    """Each account's share of draws in the first and in the second tier."""

    first: Array
    second: Array


def drawn_weights(
    weights: Sequence[float] | Array, seed: int, concentration: float = CONCENTRATION, draws: int = DRAWS
) -> Array:
    """Weights around those of the model: draws x criteria, each row sums to 1. A weight of 0 stays 0."""
    given = np.asarray(weights, dtype=float)
    made = np.zeros((draws, len(given)))
    made[:, given > 0] = np.random.default_rng(seed).dirichlet(concentration * given[given > 0], size=draws)
    return made


def seat_chances(
    contest: Contest,
    seed: int,
    concentration: float = CONCENTRATION,
    draws: int = DRAWS,
    weights_vary: bool = True,
    data_vary: bool = True,
) -> Chances:
    """How often each account sits in each tier.

    The same seed draws the same weights, the same value for a group and the same scores for an account, whoever competes.
    """
    weights = np.broadcast_to(contest.weights, (draws, len(contest.weights)))
    if weights_vary:
        weights = drawn_weights(contest.weights, seed, concentration, draws)
    factor = _factors(contest, seed, draws) if data_vary else np.ones((draws, len(contest.groups)))
    unknown = _unknown(contest, seed, draws) if data_vary else None
    first, second = np.zeros(len(contest.accounts)), np.zeros(len(contest.accounts))
    for start in range(0, draws, BATCH):
        part = slice(start, start + BATCH)
        fit = _fit(contest.scores, weights[part], None if unknown is None else unknown[part])
        values = fit * contest.chances
        if contest.values is not None:
            values = contest.values * factor[part][:, contest.group]
        one, two = seated(values, fit, contest.ready, contest.seats)
        first += one.sum(axis=0)
        second += two.sum(axis=0)
    return Chances(first / draws, second / draws)


def seated(
    values: Array, fit: Array, ready: NDArray[np.bool_], seats: tuple[int, int]
) -> tuple[NDArray[np.bool_], NDArray[np.bool_]]:
    """Who sits in the first and in the second tier, per draw: by value, then fit, then the order given."""
    order = np.lexsort((-np.round(fit, 6), -np.round(values, 6)), axis=-1)
    may = ready[order]
    one = may & (np.cumsum(may, axis=1) <= seats[0])
    two = ~one & (np.cumsum(~one, axis=1) <= seats[1])
    first, second = np.empty_like(one), np.empty_like(two)
    np.put_along_axis(first, order, one, axis=1)
    np.put_along_axis(second, order, two, axis=1)
    return first, second


def _factors(contest: Contest, seed: int, draws: int) -> Array:
    """What each group's value is multiplied by: log-normal with mean 1."""
    noise = [_of(name, seed).standard_normal(draws) for name in contest.groups]
    if not noise:
        return np.ones((draws, 0))
    return np.exp(contest.spread * np.column_stack(noise) - contest.spread**2 / 2.0)


def _unknown(contest: Contest, seed: int, draws: int) -> Array | None:
    """A score for every unknown one, anything from 0 to 5: draws x unknown scores, in the order of `argwhere`."""
    counts = np.isnan(contest.scores).sum(axis=1)
    made = [
        _of(name, seed).uniform(0.0, 5.0, (draws, n)) for name, n in zip(contest.accounts, counts, strict=True) if n
    ]
    return np.concatenate(made, axis=1) if made else None


def _fit(scores: Array, weights: Array, unknown: Array | None) -> Array:
    """Fit per draw and account; without draws for the unknown scores, the known ones speak for the whole."""
    known = ~np.isnan(scores)
    sums = weights @ np.where(known, scores, 0.0).T
    if unknown is None:
        there = weights @ known.T.astype(float)
        return 20.0 * sums / np.where(there > 0, there, 1.0)
    accounts, criteria = np.nonzero(~known)
    for criterion in np.unique(criteria):
        places = np.flatnonzero(criteria == criterion)
        sums[:, accounts[places]] += weights[:, [criterion]] * unknown[:, places]
    return 20.0 * sums


def _of(name: str, seed: int) -> np.random.Generator:
    """Random numbers that belong to a name."""
    return np.random.default_rng([seed, int.from_bytes(blake2b(name.encode(), digest_size=8).digest())])
