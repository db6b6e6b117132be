"""Repeated purchases without a contract: how often customers buy until they silently leave, and how much each time.

BG/NBD: while alive a customer buys at its own rate (gamma over customers), and after each repeat purchase it leaves
with its own chance (beta over customers). Gamma-Gamma: what it spends per purchase scatters around its own mean
(gamma over customers), whatever its rate. Sources: Fader, Hardie and Lee 2005 (BG/NBD; equations 6, 10 and
appendix); Fader and Hardie 2013, note 025 (Gamma-Gamma). Both are fitted on counts of customers, never on customers.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike, NDArray

from tierwise.stats.value.likelihood import Fitted, fit

Array = NDArray[np.float64]


@dataclass(frozen=True, eq=False)
class Purchases:
    """Customers by how often they came back, when last, and for how long they were watched; times in one unit.

    `again`: purchases after the first; `last`: time from the first to the last one; `watched`: time from the first
    one to the end of the records; `count`: customers.
    """

    again: Array
    last: Array
    watched: Array
    count: Array

    @property
    def customers(self) -> float:
        return float(self.count.sum())


@dataclass(frozen=True, eq=False)
class BgNbd:
    """The fitted model of purchases: rate ~ gamma(r, alpha), chance to leave ~ beta(a, b)."""

    r: float
    alpha: float
    a: float
    b: float
    fitted: Fitted | None = None

    @classmethod
    def of(cls, logs: Array, fitted: Fitted | None = None) -> BgNbd:
        r, alpha, a, b = (float(x) for x in np.exp(logs))
        return cls(r, alpha, a, b, fitted)

    def bought(self, time: ArrayLike) -> Array:
        """Expected purchases after the first, of a new customer, within a time (equation 9)."""
        return self._expected(np.asarray(time, dtype=float), 0.0, 0.0)

    def alive(self, again: ArrayLike, last: ArrayLike, watched: ArrayLike) -> Array:
        """Probability that a customer with this record has not left."""
        x, recency, age = (np.asarray(v, dtype=float) for v in (again, last, watched))
        odds = self.a / np.maximum(self.b + x - 1.0, 1e-12)
        odds = odds * np.exp((self.r + x) * (np.log(self.alpha + age) - np.log(self.alpha + recency)))
        return np.asarray(1.0 / (1.0 + np.where(x > 0, odds, 0.0)))

    def will_buy(self, time: ArrayLike, again: ArrayLike, last: ArrayLike, watched: ArrayLike) -> Array:
        """Expected purchases within a coming time of a customer with this record (equation 10)."""
        x, age = np.asarray(again, dtype=float), np.asarray(watched, dtype=float)
        return self.alive(again, last, watched) * self._expected(np.asarray(time, dtype=float), x, age)

    def _expected(self, time: Array, x: ArrayLike, age: ArrayLike) -> Array:
        """Expected purchases of a customer known to be alive with x purchases at some age."""
        from scipy.special import hyp2f1

        # at a = 1 both the bracket and its divisor vanish; a step aside changes the ratio by less than 1e-7
        a = self.a + (1e-7 if abs(self.a - 1.0) < 1e-7 else 0.0)
        r, b, start = self.r + np.asarray(x), self.b + np.asarray(x), self.alpha + np.asarray(age)
        inside = np.asarray(hyp2f1(r, b, a + b - 1.0, time / (start + time)))
        return np.asarray((a + b - 1.0) / (a - 1.0) * (1.0 - np.exp(r * np.log(start / (start + time))) * inside))


def bg_nbd(found: Purchases) -> BgNbd | None:
    """The model of purchases of highest likelihood. None when nobody came back or the search does not end."""
    from scipy.special import betaln, gammaln

    x, recency, age = found.again, found.last, found.watched
    if not np.any(found.count[x > 0] > 0):
        return None
    # in units of the mean time under watch the parameters have the size of one
    unit = max(float(found.count @ age) / found.customers, 1e-9)
    back = x > 0

    def cells(logs: Array) -> Array:
        r, alpha, a, b = np.exp(logs)
        rates = gammaln(r + x) - gammaln(r) + r * np.log(alpha)
        alive = betaln(a, b + x) - betaln(a, b) - (r + x) * np.log(alpha + age / unit)
        gone = betaln(a + 1.0, np.where(back, b + x - 1.0, 1.0)) - betaln(a, b)
        gone = np.where(back, gone - (r + x) * np.log(alpha + recency / unit), -np.inf)
        return np.asarray(rates + np.logaddexp(alive, gone))

    fitted = fit(cells, found.count, np.log([0.5, 0.5, 0.7, 2.0]))
    if fitted is None:
        return None
    # the likelihood of counts per unit of time: back to the caller's unit
    logs = fitted.logs + np.array([0.0, np.log(unit), 0.0, 0.0])
    again = float(found.count @ x) * np.log(unit)
    return BgNbd.of(logs, Fitted(logs, fitted.log_likelihood - again, fitted.covariance))


@dataclass(frozen=True, eq=False)
class Spending:
    """Customers who came back, by number of repeat purchases and by their mean spend.

    Per cell: `again`, `count`, and the sums over customers of their mean spend and of its logarithm.
    """

    again: Array
    count: Array
    spend: Array
    log_spend: Array


@dataclass(frozen=True, eq=False)
class GammaGamma:
    """The fitted model of spend per purchase."""

    p: float
    q: float
    gamma: float
    fitted: Fitted | None = None

    @classmethod
    def of(cls, logs: Array, fitted: Fitted | None = None) -> GammaGamma:
        p, q, gamma = (float(x) for x in np.exp(logs))
        return cls(p, q, gamma, fitted)

    @property
    def mean(self) -> float | None:
        """Mean spend per purchase over customers; None where the tail is so long that none exists (q <= 1)."""
        return self.p * self.gamma / (self.q - 1.0) if self.q > 1.0 else None

    def expected(self, again: float, spend: float) -> float:
        """Mean spend of one customer, given the mean of its repeat purchases: between that and everybody's."""
        return (self.gamma + spend * again) * self.p / (self.p * again + self.q - 1.0)


def gamma_gamma(found: Spending) -> GammaGamma | None:
    """The model of spend of highest likelihood. None below two cells or when the search does not end."""
    from scipy.special import gammaln

    x, n = found.again, found.count
    if len(n) < 2 or np.any(x <= 0) or np.any(found.spend <= 0):
        return None
    unit = float(found.spend.sum() / n.sum())
    mean, mean_log = found.spend / n / unit, found.log_spend / n - np.log(unit)

    def cells(logs: Array) -> Array:
        p, q, gamma = np.exp(logs)
        scale = gammaln(p * x + q) - gammaln(p * x) - gammaln(q) + q * np.log(gamma) + p * x * np.log(x)
        return np.asarray(scale + (p * x - 1.0) * mean_log - (p * x + q) * np.log(gamma + mean * x))

    fitted = fit(cells, n, np.log([3.0, 3.0, 1.0]))
    if fitted is None:
        return None
    logs = fitted.logs + np.array([0.0, 0.0, np.log(unit)])
    return GammaGamma.of(logs, Fitted(logs, fitted.log_likelihood - float(n.sum()) * np.log(unit), fitted.covariance))
