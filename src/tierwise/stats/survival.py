"""How long until something happens, when many have not yet: Kaplan-Meier and competing outcomes.

Input is grouped: for each distinct time the number at risk and the number of events. Ties are grouped, never
jittered. Sources: Kaplan and Meier 1958; Greenwood 1926; Aalen and Johansen 1978; Marubini and Valsecchi 1995
(variance of a cumulative incidence); Kalbfleisch and Prentice 2002 (interval of a survival curve).
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike, NDArray

from tierwise.stats.intervals import LEVEL, normal_quantile

Array = NDArray[np.float64]
# a survival probability of one half is reached although its product of fractions is off by rounding
HALF = 0.5 + 1e-12


@dataclass(frozen=True, eq=False)
class KaplanMeier:
    """A survival curve: `survival[j]` is the chance of lasting beyond `times[j]` (ascending)."""

    times: Array
    at_risk: Array
    events: Array
    survival: Array

    def at(self, time: float) -> float:
        """Probability of lasting beyond `time`."""
        index = int(np.searchsorted(self.times, time, side="right")) - 1
        return float(self.survival[index]) if index >= 0 else 1.0

    def median(self) -> float | None:
        """The first time by which half are gone; None when the curve does not get there ("not reached")."""
        reached = np.flatnonzero(self.survival <= HALF)
        return float(self.times[reached[0]]) if len(reached) else None

    def restricted_mean(self, horizon: float) -> tuple[float, float]:
        """Mean time within `horizon` and its standard error (Greenwood), in the unit of `times`."""
        inside = self.times < horizon
        edges = np.concatenate([[0.0], self.times[inside], [horizon]])
        heights = np.concatenate([[1.0], self.survival[inside]])
        areas = heights * np.diff(edges)
        after = np.cumsum(areas[::-1])[::-1][1:]
        n, d = self.at_risk[inside], self.events[inside]
        # where all at risk have their event nothing is left after it, and the term is zero
        room = n * (n - d)
        terms = np.where(room > 0, after**2 * d / np.where(room > 0, room, 1.0), 0.0)
        return float(areas.sum()), float(terms.sum() ** 0.5)


def kaplan_meier(times: ArrayLike, at_risk: ArrayLike, events: ArrayLike) -> KaplanMeier:
    """The survival curve of grouped data.

    Per ascending time: the number at risk just before it, and the events.

    Raises ValueError when times are not ascending or events exceed those at risk.
    """
    t, n, d = _grouped(times, at_risk, events)
    survival = np.cumprod(1.0 - d / np.where(n > 0, n, 1.0), dtype=np.float64)
    return KaplanMeier(t, n, d, survival)


def log_log_band(curve: KaplanMeier, level: float = LEVEL) -> tuple[Array, Array]:
    """Pointwise interval of a survival curve on the scale of log(-log S), which stays within 0 and 1.

    Kalbfleisch and Prentice 2002, section 1.4, with Greenwood's variance. Before the first event the curve is known to be
    1 only by what was seen: there both ends are 1. Where nobody is left both ends are 0.
    """
    n, d, s = curve.at_risk, curve.events, curve.survival
    room = n * (n - d)
    hazard = np.cumsum(np.where(room > 0, d / np.where(room > 0, room, 1.0), 0.0))
    inside = (s > 0) & (s < 1)
    logs = np.log(np.where(inside, s, 0.5))
    spread = normal_quantile(level) * np.sqrt(hazard) / -logs
    lo = np.where(inside, np.exp(logs * np.exp(spread)), s)
    hi = np.where(inside, np.exp(logs * np.exp(-spread)), s)
    return np.asarray(lo), np.asarray(hi)


@dataclass(frozen=True, eq=False)
class Incidence:
    """Cumulative incidence of one outcome against all others, from grouped counts up to a horizon.

    `incidence[j]` is the probability of this outcome by `times[j]`. `event_influence`, `exit_influence` and
    `risk_influence` give each subject's influence on the incidence at the horizon: a subject leaving at
    `times[j]` has influence risk_influence[j], plus event_influence[j] if it left by this outcome, plus
    exit_influence[j] if it left by any outcome at all. A subject still there at the horizon has
    `risk_at_horizon`.
    """

    horizon: float
    times: Array
    at_risk: Array
    events: Array
    others: Array
    survival: Array
    incidence: Array
    event_influence: Array
    exit_influence: Array
    risk_influence: Array

    @property
    def value(self) -> float:
        """Probability of this outcome within the horizon."""
        return float(self.incidence[-1]) if len(self.incidence) else 0.0

    @property
    def risk_at_horizon(self) -> float:
        """The influence of a subject for whom nothing happened within the horizon."""
        return float(self.risk_influence[-1]) if len(self.risk_influence) else 0.0

    def at(self, time: float) -> float:
        """Probability of this outcome by `time`."""
        index = int(np.searchsorted(self.times, time, side="right")) - 1
        return float(self.incidence[index]) if index >= 0 else 0.0

    def variance(self) -> float:
        """Variance of `value` for independent subjects (delta method, Greenwood type)."""
        n, d, every = self.at_risk, self.events, self.events + self.others
        before = np.concatenate([[1.0], self.survival[:-1]])
        later = self.value - self.incidence
        room = n * (n - every)
        stay = np.where(room > 0, later**2 * every / np.where(room > 0, room, 1.0), 0.0)
        go = before**2 * d * (n - d) / n**3
        both = later * before * d / n**2
        return max(float((stay + go - 2.0 * both).sum()), 0.0)

    def conditional_median(self) -> float | None:
        """Median time to this outcome among those who reach it within the horizon; None if nobody does."""
        if self.value <= 0.0:
            return None
        reached = np.flatnonzero(self.incidence >= self.value / 2.0 - 1e-12)
        return float(self.times[reached[0]])


def cumulative_incidence(
    times: ArrayLike, at_risk: ArrayLike, events: ArrayLike, others: ArrayLike, horizon: float
) -> Incidence:
    """Aalen-Johansen estimate: probability of an outcome when others compete and some are still open.

    Per ascending time: subjects at risk just before it, events of the outcome of interest, events of all
    other outcomes. Later times than `horizon` are ignored. Raises ValueError on impossible counts.
    """
    t, n, d = _grouped(times, at_risk, events)
    o = np.asarray(others, dtype=float)
    used = (t <= horizon) & (n > 0)
    t, n, d, o = t[used], n[used], d[used], o[used]
    every = d + o
    if np.any(o < 0) or np.any(every > n):
        raise ValueError("more outcomes than subjects at risk")
    survival = np.cumprod(1.0 - every / n)
    before = np.concatenate([[1.0], survival[:-1]])
    incidence = np.cumsum(before * d / n)
    later = (incidence[-1] if len(incidence) else 0.0) - incidence
    left = n - every
    # dF by the hazard of leaving: everything later shrinks by 1 / (1 - hazard); nothing is later if all left
    per_exit = np.where(left > 0, later / np.where(left > 0, left, 1.0), 0.0)
    per_event = before / n
    risk = np.cumsum(every / n * per_exit - d / n * per_event)
    return Incidence(horizon, t, n, d, o, survival, incidence, per_event, -per_exit, risk)


def _grouped(times: ArrayLike, at_risk: ArrayLike, events: ArrayLike) -> tuple[Array, Array, Array]:
    t, n, d = (np.asarray(column, dtype=float) for column in (times, at_risk, events))
    if not len(t) == len(n) == len(d) or np.any(np.diff(t) <= 0):
        raise ValueError("times must be ascending and distinct, with one count at risk and one of events each")
    if np.any(d < 0) or np.any(d > n):
        raise ValueError("events must be between 0 and the number at risk")
    return t, n, d
