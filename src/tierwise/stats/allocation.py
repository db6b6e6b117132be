"""Effort under capacity: the multiple-choice knapsack, exactly, its upper bound, and the number of seats that hours allow.

Methods h.1; Kellerer, Pferschy and Pisinger 2004, chapter 11. An account takes one tier or none.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from itertools import pairwise
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

NONE = -1  # the tier of an account that takes none
TOLERANCE = 1e-9


@dataclass(frozen=True)
class Allocation:
    """Tier by account (its place in the choices, NONE for none), the value of all, and the value for each capacity."""

    tiers: tuple[int, ...]
    value: float
    values: tuple[float, ...]

    @property
    def next_hour(self) -> float:
        """What one more unit of capacity would bring. The last of `values` is that of one unit more."""
        return self.values[-1] - self.value


def knapsack(values: Sequence[Sequence[float]], efforts: Sequence[int], capacity: int) -> Allocation:
    """The best choice of one tier or none per account within a capacity in whole units: exact, by dynamic programming.

    `values[account][tier]`; -inf forbids. Time grows with accounts x tiers x capacity. Of equal choices, the one with less
    effort.
    """
    import numpy as np

    if capacity < 0 or any(effort < 0 for effort in efforts):
        raise ValueError("capacity and efforts are 0 or more")
    best = np.zeros(capacity + 2)
    chosen = np.full((len(values), capacity + 2), NONE, dtype=np.int8)
    for account, worth in enumerate(values):
        previous = best.copy()
        for tier in sorted(range(len(efforts)), key=lambda t: efforts[t]):
            effort = efforts[tier]
            if effort > capacity + 1 or worth[tier] == float("-inf"):
                continue
            offered = previous[: capacity + 2 - effort] + worth[tier]
            better = offered > best[effort:] + TOLERANCE
            best[effort:][better] = offered[better]
            chosen[account, effort:][better] = tier
    tiers, left = [], capacity
    for account in reversed(range(len(values))):
        tier = int(chosen[account, left])
        tiers.append(tier)
        left -= efforts[tier] if tier != NONE else 0
    return Allocation(tuple(reversed(tiers)), float(best[capacity]), tuple(best.tolist()))


def upper_bound(values: Sequence[Sequence[float]], efforts: Sequence[int], capacity: float) -> float:
    """What no choice can exceed: the linear relaxation, by the steps of each account's convex hull, steepest first."""
    steps = sorted((step for worth in values for step in _hull(worth, efforts)), key=lambda s: -s[1] / s[0])
    total = sum(max([0.0, *(v for v, e in zip(worth, efforts, strict=True) if e == 0)]) for worth in values)
    left = float(capacity)
    for effort, gain in steps:
        total += gain * min(1.0, left / effort)
        left -= min(left, effort)
    return total


def _hull(worth: Sequence[float], efforts: Sequence[int]) -> list[tuple[float, float]]:
    """Steps (effort, gain) of the upper convex hull of an account's tiers, from doing nothing; each less steep."""
    free = max([0.0, *(value for value, effort in zip(worth, efforts, strict=True) if effort == 0)])
    corners = [(0.0, free)]
    for effort, value in sorted(zip(efforts, worth, strict=True)):
        if effort == 0 or value <= corners[-1][1]:
            continue
        while len(corners) > 1 and _slope(corners[-2], corners[-1]) <= _slope(corners[-1], (effort, value)):
            corners.pop()
        corners.append((effort, value))
    return [(b[0] - a[0], b[1] - a[1]) for a, b in pairwise(corners)]


def _slope(a: tuple[float, float], b: tuple[float, float]) -> float:
    return (b[1] - a[1]) / (b[0] - a[0]) if b[0] > a[0] else float("inf")


@dataclass(frozen=True)
class Line:
    """Accounts in line for two tiers, best first: their worth, and whether the first tier is open to them."""

    worth: Sequence[float]
    able: Sequence[bool]


@dataclass(frozen=True)
class Seats:
    """Seats of the first and the second tier, and what the accounts bring that would take them."""

    one: int
    few: int
    value: float


def best_seats(
    line: Line,
    gains: tuple[float, float],
    efforts: Mapping[str, tuple[float, float]],
    hours: Mapping[str, float],
    most: tuple[int, int],
    least: tuple[int, int] = (0, 0),
) -> Seats:
    """The numbers of seats in two tiers that bring out most within the hours of several resources. Exact.

    `gains` is the share of an account's worth that each tier brings out; `efforts` are hours of a resource per account. As
    effort depends on the tier alone, numbers decide it: with them given, the best able accounts in the first tier and the
    next best in the second bring out most (rearrangement, methods h.1). `least` holds where the hours allow it. Of equal
    numbers, the fewest.
    """
    import numpy as np

    able = np.flatnonzero(np.asarray(line.able, dtype=bool))
    worth = np.maximum(np.asarray(line.worth, dtype=float), 0.0)
    tables = []
    for one in range(min(most[0], len(able)) + 1):
        room = _room(one, efforts, hours, most[1])
        if room < 0:
            break
        rest = np.delete(worth, able[:one])
        tables.append(gains[0] * worth[able[:one]].sum() + gains[1] * _running(rest)[: room + 1])
    for wanted in (least, (0, 0)):
        found = [
            Seats(one, wanted[1] + int(at), float(row[wanted[1] + int(at)]))
            for one, row in enumerate(tables)
            if one >= wanted[0] and len(row) > wanted[1]
            for at in [_first_best(row[wanted[1] :])]
        ]
        if found:
            return max(found, key=lambda s: (round(s.value, 6), -s.one, -s.few))
    return Seats(0, 0, 0.0)


def _room(one: int, efforts: Mapping[str, tuple[float, float]], hours: Mapping[str, float], most: int) -> int:
    """The most seats of the second tier beside so many of the first; -1 where those alone take too many hours."""
    room = most
    for resource, capacity in hours.items():
        first, second = efforts.get(resource, (0.0, 0.0))
        left = capacity - one * first
        if left < -TOLERANCE:
            return -1
        if second > 0:
            room = min(room, int(left / second + TOLERANCE))
    return room


def _running(worth: NDArray[np.float64]) -> NDArray[np.float64]:
    import numpy as np

    return np.concatenate(([0.0], np.cumsum(worth)))


def _first_best(row: NDArray[np.float64]) -> int:
    """The first place of the greatest value, differences in the seventh decimal apart."""
    import numpy as np

    return int(np.argmax(np.round(row, 6)))
