"""Two one-dimensional solvers. scipy.optimize would cost more to import than all the work done with it."""

from __future__ import annotations

from collections.abc import Callable

GOLDEN = (5**0.5 - 1) / 2


def root(function: Callable[[float], float], lo: float, hi: float, tolerance: float = 1e-13) -> float:
    """The zero of a decreasing function between `lo` and `hi` (Illinois variant of false position).

    The caller guarantees function(lo) >= 0 >= function(hi).
    """
    above, below = function(lo), function(hi)
    if above <= 0.0:
        return lo
    if below >= 0.0:
        return hi
    for _ in range(200):
        middle = (lo * below - hi * above) / (below - above)
        value = function(middle)
        if value == 0.0 or hi - lo <= tolerance * max(1.0, abs(middle)):
            return middle
        if value > 0.0:
            lo, above, below = middle, value, below / 2.0
        else:
            hi, below, above = middle, value, above / 2.0
        # false position can crawl on one side: a plain bisection whenever it stops shrinking the bracket
        centre = (lo + hi) / 2.0
        value = function(centre)
        if value >= 0.0:
            lo, above = centre, value
        else:
            hi, below = centre, value
    return (lo + hi) / 2.0


def maximum(function: Callable[[float], float], lo: float, hi: float, tolerance: float = 1e-9) -> float:
    """Where a unimodal function is largest between `lo` and `hi` (golden section); else an end."""
    left, right = hi - GOLDEN * (hi - lo), lo + GOLDEN * (hi - lo)
    at_left, at_right = function(left), function(right)
    while hi - lo > tolerance * max(1.0, abs(lo) + abs(hi)):
        if at_left >= at_right:
            hi, right, at_right = right, left, at_left
            left = hi - GOLDEN * (hi - lo)
            at_left = function(left)
        else:
            lo, left, at_left = left, right, at_right
            right = lo + GOLDEN * (hi - lo)
            at_right = function(right)
    return (lo + hi) / 2.0
