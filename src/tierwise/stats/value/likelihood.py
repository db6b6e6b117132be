"""The parameters under which grouped records are most likely, with a covariance that does not trust the model."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

Array = NDArray[np.float64]
STEP = 1e-5
# logarithms of parameters: nothing at all, and so large that customers no longer differ
LEAST, MOST = -12.0, 7.0


@dataclass(frozen=True, eq=False)
class Fitted:
    """Logarithms of the parameters, the log-likelihood there, and their covariance."""

    logs: Array
    log_likelihood: float
    covariance: Array

    def standard_error(self, figure: Callable[[Array], float]) -> float:
        """Standard error of a figure of the logarithms (delta method)."""
        slopes = np.array([(figure(up) - figure(down)) / (2 * STEP) for up, down in _steps(self.logs)])
        return max(float(slopes @ self.covariance @ slopes), 0.0) ** 0.5


def fit(cells: Callable[[Array], Array], counts: Array, start: Array) -> Fitted | None:
    """The logarithms of highest likelihood between LEAST and MOST, None when the search does not end.

    `cells` gives the log-likelihood of one record of each cell, `counts` the records in it. The covariance is the
    sandwich estimator (Huber 1967), so a model that is a little wrong does not make it too small; a parameter
    that the records push to the edge is taken as it is.
    """
    from scipy.optimize import minimize

    total = float(counts.sum())

    def objective(logs: Array) -> tuple[float, Array]:
        return -float(counts @ cells(logs)) / total, -(counts @ _scores(cells, logs)) / total

    found = minimize(
        objective, start, jac=True, method="L-BFGS-B", bounds=[(LEAST, MOST)] * len(start),
        options={"maxiter": 1000, "ftol": 1e-14, "gtol": 1e-8},
    )  # fmt: skip
    logs = np.asarray(found.x, dtype=float)
    if not np.isfinite(found.fun) or np.abs(found.jac[_inside(logs)]).max(initial=0.0) > 1e-4:
        return None
    return Fitted(logs, -float(found.fun) * total, _covariance(cells, counts, logs))


def _inside(logs: Array) -> NDArray[np.bool_]:
    return np.asarray((logs > LEAST + 1e-6) & (logs < MOST - 1e-6))


def _steps(logs: Array) -> list[tuple[Array, Array]]:
    moves = np.eye(len(logs)) * STEP
    return [(logs + move, logs - move) for move in moves]


def _scores(cells: Callable[[Array], Array], logs: Array) -> Array:
    """Slope of each cell's log-likelihood by each parameter."""
    return np.column_stack([(cells(up) - cells(down)) / (2 * STEP) for up, down in _steps(logs)])


def _covariance(cells: Callable[[Array], Array], counts: Array, logs: Array) -> Array:
    free = np.flatnonzero(_inside(logs))
    moves, n = np.eye(len(logs)) * 1e-4, float(counts.sum())
    slopes = [counts @ (_scores(cells, logs + move) - _scores(cells, logs - move)) / 2e-4 for move in moves]
    information = -np.array(slopes)[np.ix_(free, free)]
    scores = _scores(cells, logs)[:, free]
    meat = (scores * counts[:, None]).T @ scores
    bread = np.linalg.pinv((information + information.T) / 2.0, rcond=1e-9, hermitian=True)
    covariance = np.zeros((len(logs), len(logs)))
    covariance[np.ix_(free, free)] = n / max(n - 1.0, 1.0) * bread @ meat @ bread
    return covariance
