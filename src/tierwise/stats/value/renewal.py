"""Yearly renewals: the shifted-beta-geometric model, for what lies beyond the records.

Each customer has its own chance to leave at a renewal, and these chances follow a Beta(a, b). Those who are likely
to leave go first, so retention rises with age without anybody growing more loyal. Sources: Fader and Hardie 2007
(model, S(t), r_t), Fader and Hardie 2010 (expected discounted residual lifetime).
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from math import exp, log

import numpy as np
from numpy.typing import ArrayLike, NDArray

from tierwise.stats.solve import maximum, root

Array = NDArray[np.float64]
MIN_ACCOUNTS, MIN_RENEWALS = 30, 2
# a + b: below, all leave at once or never; above, customers do not differ
KAPPA_FLOOR, KAPPA_CAP = 5e-3, 1e4


@dataclass(frozen=True, eq=False)
class Renewals:
    """What became of the renewals of one group, by number: `at_risk[0]` came to their first one, `lost[0]` left at it.

    Cohorts of any age add up here: the likelihood of a customer is the product over the renewals it came to, so
    these counts are sufficient, also for customers who are first seen at a later renewal.
    """

    at_risk: Array
    lost: Array

    def __post_init__(self) -> None:
        if len(self.at_risk) != len(self.lost) or np.any(self.lost < 0) or np.any(self.lost > self.at_risk):
            raise ValueError("each renewal needs 0 <= lost <= at risk")

    @classmethod
    def of_cohorts(cls, *survivors: ArrayLike) -> Renewals:
        """Of cohorts given as customers left at the start of year 0, 1, 2, ...; each may have its own length."""
        counts = [np.asarray(cohort, dtype=float) for cohort in survivors]
        years = max(len(cohort) for cohort in counts) - 1
        at_risk, lost = np.zeros(years), np.zeros(years)
        for cohort in counts:
            at_risk[: len(cohort) - 1] += cohort[:-1]
            lost[: len(cohort) - 1] += cohort[:-1] - cohort[1:]
        return cls(at_risk, lost)


@dataclass(frozen=True, eq=False)
class ShiftedBetaGeometric:
    """The fitted model. `covariance` is that of (logit of a / (a + b), log of a + b)."""

    a: float
    b: float
    log_likelihood: float
    covariance: Array

    @property
    def same_for_all(self) -> bool:
        """Whether the customers do not differ: one retention rate for every age."""
        return self.a + self.b >= 0.999 * KAPPA_CAP

    def survival(self, years: ArrayLike) -> Array:
        """Share of customers who are there after so many renewals: B(a, b + t) / B(a, b)."""
        from scipy.special import betaln

        return np.asarray(np.exp(betaln(self.a, self.b + np.asarray(years, dtype=float)) - betaln(self.a, self.b)))

    def retention(self, renewal: int) -> float:
        """Share of those who come to the renewal with this number, from 1 on, who renew."""
        return (self.b + renewal - 1) / (self.a + self.b + renewal - 1)

    def expected_years(self, discount: float) -> float:
        """Expected discounted contract years of a new customer, the first one included (DEL)."""
        from scipy.special import hyp2f1

        return float(hyp2f1(1.0, self.b, self.a + self.b, 1.0 / (1.0 + discount)))

    def remaining_years(self, renewal: int, discount: float) -> float:
        """Expected discounted years still to come of a customer just before the renewal with this number (DERL)."""
        from scipy.special import hyp2f1

        before = self.a + self.b + renewal - 1
        ratio = float(hyp2f1(1.0, self.b + renewal, before + 1.0, 1.0 / (1.0 + discount)))
        return self.retention(renewal) * ratio

    def standard_error(self, figure: Callable[[ShiftedBetaGeometric], float]) -> float:
        """Standard error of a figure of the model (delta method)."""
        at = np.array([log(self.a / self.b), log(self.a + self.b)])
        slopes = np.zeros(2)
        for i in range(2):
            step = np.zeros(2)
            step[i] = 1e-4
            up, down = (figure(_model(at + sign * step, self)) for sign in (1.0, -1.0))
            slopes[i] = (up - down) / 2e-4
        return max(float(slopes @ self.covariance @ slopes), 0.0) ** 0.5


def shifted_beta_geometric(found: Renewals) -> ShiftedBetaGeometric | None:
    """The model of highest likelihood. None where nobody left, nobody stayed, or only one renewal was observed."""
    n, d = found.at_risk[found.at_risk > 0], found.lost[found.at_risk > 0]
    if len(n) < MIN_RENEWALS or len(n) < np.flatnonzero(found.at_risk > 0)[-1] + 1:
        return None
    if d.sum() <= 0 or d.sum() >= n.sum():
        return None
    likelihood = _Likelihood(n, d)
    at = maximum(lambda x: likelihood.of(likelihood.mean_given(exp(x)), exp(x)), log(KAPPA_FLOOR), log(KAPPA_CAP))
    mean, kappa = likelihood.mean_given(exp(at)), exp(at)
    covariance = likelihood.covariance(mean, kappa)
    return ShiftedBetaGeometric(mean * kappa, (1.0 - mean) * kappa, likelihood.of(mean, kappa), covariance)


class _Likelihood:
    """Renewals as binomial trials with r_t = (b + t - 1) / (a + b + t - 1)."""

    def __init__(self, at_risk: Array, lost: Array) -> None:
        self.lost, self.stayed, self.before = lost, at_risk - lost, np.arange(len(lost), dtype=float)

    def of(self, mean: float, kappa: float) -> float:
        every = np.log(kappa + self.before)
        leave, stay = np.log(mean * kappa) - every, np.log((1.0 - mean) * kappa + self.before) - every
        return float(self.lost @ leave + self.stayed @ stay)

    def mean_given(self, kappa: float) -> float:
        """The mean of highest likelihood for one a + b: a zero of a decreasing slope."""

        def slope(mean: float) -> float:
            return float(self.lost.sum() / mean - self.stayed @ (kappa / ((1.0 - mean) * kappa + self.before)))

        return root(slope, 1e-9, 1.0 - 1e-9)

    def covariance(self, mean: float, kappa: float, step: float = 1e-3) -> Array:
        """Inverse of the observed information; where customers do not differ, that of the mean alone."""

        def at(i: float, j: float) -> float:
            odds = exp(log(mean / (1.0 - mean)) + i * step)
            return self.of(odds / (1.0 + odds), exp(log(kappa) + j * step))

        centre = at(0, 0)
        first = (2.0 * centre - at(1, 0) - at(-1, 0)) / step**2
        second = (2.0 * centre - at(0, 1) - at(0, -1)) / step**2
        both = (at(1, -1) + at(-1, 1) - at(1, 1) - at(-1, -1)) / (4.0 * step**2)
        inside = KAPPA_FLOOR * 1.001 < kappa < KAPPA_CAP * 0.999
        if not inside or first * second - both**2 <= 1e-9 * first * second:
            return np.array([[1.0 / first, 0.0], [0.0, 0.0]])
        return np.linalg.inv(np.array([[first, both], [both, second]]))


def _model(at: Array, like: ShiftedBetaGeometric) -> ShiftedBetaGeometric:
    odds, kappa = exp(at[0]), exp(at[1])
    return ShiftedBetaGeometric(kappa * odds / (1.0 + odds), kappa / (1.0 + odds), like.log_likelihood, like.covariance)
