"""Rates of several segments at once: each is judged with the others, and with how little they say about each other.

theta_s ~ Beta(m kappa, (1 - m) kappa), k_s of n_s ~ Binomial(theta_s). The mean m and the agreement kappa are not
estimated and then taken for known, they are integrated out: m is uniform, and so is 1 / sqrt(1 + kappa), the
segments' standard deviation over the largest possible one. Source: Gelman et al., Bayesian Data Analysis, 3rd ed.,
5.3, whose prior this is, made proper. Measured coverage: docs/methods/win_rate.md.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from tierwise.stats.intervals import LEVEL
from tierwise.stats.shrinkage import MIN_SEGMENTS, Shrunk

Array = NDArray[np.float64]
LOG_KAPPA = np.linspace(np.log(0.05), np.log(1e6), 48)
NEGLIGIBLE = 1e-6
# in posterior standard deviations on the logit scale: the common mean, and the edges of the cells of a rate
MEAN_STEPS = np.linspace(-6.0, 6.0, 25)
EDGES = np.linspace(-14.0, 14.0, 561)


@dataclass(frozen=True, eq=False)
class Rates:
    """What is known of the rates of some segments: their posterior probability in cells of logit(rate).

    `edges`: cells + 1 x segments. `mass`: cells x segments, each segment's adds up to one. `weight`: how much of each
    segment's value is what the others say.
    """

    edges: Array
    mass: Array
    weight: Array

    def __len__(self) -> int:
        return self.mass.shape[1]

    def shrunk(self, level: float = LEVEL) -> tuple[Shrunk, ...]:
        """Posterior mean, standard deviation and central interval per segment."""
        mean = (self.mass * self._rates).sum(axis=0)
        deviation = np.sqrt((self.mass * (self._rates - mean) ** 2).sum(axis=0))
        tail = (1.0 - level) / 2.0
        columns = mean, deviation, self.quantile(tail), self.quantile(1.0 - tail), self.weight
        return tuple(Shrunk(*(float(x) for x in row)) for row in zip(*columns, strict=True))

    def quantile(self, level: float) -> Array:
        """The rate that each segment exceeds with probability 1 - `level`."""
        from scipy.special import expit

        columns = zip(self._below.T, self.edges.T, strict=True)
        return np.asarray(expit([np.interp(level, below, edges) for below, edges in columns]))

    def above(self, bar: float) -> Array:
        """P(rate > bar) per segment."""
        from scipy.special import logit

        columns = zip(self._below.T, self.edges.T, strict=True)
        return np.array([1.0 - np.interp(logit(bar), edges, below) for below, edges in columns])

    def above_rates(self, others: Rates) -> Array:
        """P(rate > other rate) per segment, for others known independently of them."""
        middles = (self.edges[:-1] + self.edges[1:]) / 2.0
        columns = zip(middles.T, self.mass.T, others.edges.T, others._below.T, strict=True)
        return np.array([mass @ np.interp(at, edges, below) for at, mass, edges, below in columns])

    @property
    def _rates(self) -> Array:
        from scipy.special import expit

        return np.asarray(expit((self.edges[:-1] + self.edges[1:]) / 2.0))

    @property
    def _below(self) -> Array:
        return np.concatenate([np.zeros((1, len(self))), np.cumsum(self.mass, axis=0)])


def separate_rates(successes: Sequence[float] | Array, trials: Sequence[float] | Array) -> Rates:
    """Each rate on its own, with Jeffreys' prior Beta(1/2, 1/2). Raises ValueError on impossible counts."""
    k, n = _checked(successes, trials)
    return _mixed(np.ones(1), (k + 0.5)[None, :], (n - k + 0.5)[None, :], np.zeros(len(k)))


def pooled_rates(successes: Sequence[float] | Array, trials: Sequence[float] | Array) -> Rates | None:
    """The rates of a partition, pooled as far as they agree; None below four segments.

    Fractional counts are allowed (pseudo-counts of a censored estimate). Raises ValueError on impossible counts.
    """
    k, n = _checked(successes, trials)
    if len(n) < MIN_SEGMENTS:
        return None
    if np.any(n == 0):
        raise ValueError("a segment without trials cannot be pooled")
    kappa, share, mean, variance = _common(k, n)
    # given kappa, the rate is a beta mixed over the mean: replaced by the beta of the same mean and variance
    pull = kappa[:, None] / (n + kappa[:, None])
    centre = (1.0 - pull) * k / n + pull * mean[:, None]
    moved = pull**2 * variance[:, None]
    inner = (centre * (1.0 - centre) - moved) / (n + kappa[:, None] + 1.0)
    size = centre * (1.0 - centre) / (inner + moved) - 1.0
    return _mixed(share, centre * size, (1.0 - centre) * size, np.asarray(share @ pull))


def _common(k: Array, n: Array) -> tuple[Array, Array, Array, Array]:
    """The kappas that matter, their posterior shares, and given each the mean and variance of the segments' mean."""
    from scipy.special import betaln, digamma, expit, polygamma

    kappa = np.exp(LOG_KAPPA)
    # what the trials are worth for the mean when segments agree no better than kappa says: where to look for it
    worth = (kappa[:, None] + 1.0) / (kappa[:, None] + n)
    won, lost = (worth * k).sum(axis=1) + 1.0, (worth * (n - k)).sum(axis=1) + 1.0
    spread = np.sqrt(polygamma(1, won) + polygamma(1, lost))
    at = (digamma(won) - digamma(lost))[:, None] + spread[:, None] * MEAN_STEPS
    mean, rest = expit(at), expit(-at)
    a, b = mean * kappa[:, None], rest * kappa[:, None]
    likelihood = (betaln(k + a[..., None], n - k + b[..., None]) - betaln(a, b)[..., None]).sum(axis=-1)
    # the priors as densities in log(kappa) and logit(mean)
    prior = (np.log(kappa) - 1.5 * np.log1p(kappa))[:, None] + np.log(mean) + np.log(rest)
    density = likelihood + prior + np.log(spread)[:, None]
    density = np.exp(density - density.max())
    share = density.sum(axis=1) / density.sum()
    kept = share > NEGLIGIBLE
    kappa, share, mean, density = kappa[kept], share[kept], mean[kept], density[kept]
    inside = density / density.sum(axis=1, keepdims=True)
    centre = (inside * mean).sum(axis=1)
    variance = (inside * (mean - centre[:, None]) ** 2).sum(axis=1)
    return kappa, share / share.sum(), centre, variance


def _mixed(share: Array, a: Array, b: Array, weight: Array) -> Rates:
    """Mixtures of betas, components x segments, as probabilities of cells."""
    from scipy.special import betaln, digamma, polygamma

    centres = digamma(a) - digamma(b)
    centre = share @ centres
    spread = np.sqrt(share @ (polygamma(1, a) + polygamma(1, b) + (centres - centre) ** 2))
    edges = centre + spread * EDGES[:, None]
    middles = (edges[:-1] + edges[1:]) / 2.0
    log_rate, log_rest = -np.logaddexp(0.0, -middles), -np.logaddexp(0.0, middles)
    scale = np.log(share)[:, None] - betaln(a, b)
    mass = sum(
        (np.exp(x * log_rate + y * log_rest + s) for x, y, s in zip(a, b, scale, strict=True)), np.zeros(middles.shape)
    )
    return Rates(edges, mass / mass.sum(axis=0), weight)


def _checked(successes: Sequence[float] | Array, trials: Sequence[float] | Array) -> tuple[Array, Array]:
    k, n = np.asarray(successes, dtype=float), np.asarray(trials, dtype=float)
    if len(k) != len(n) or np.any((k < 0) | (k > n)):
        raise ValueError("every segment needs 0 <= successes <= trials")
    return k, n
