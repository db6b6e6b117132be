"""How surely two records are one, from the ways in which pairs agree (Fellegi and Sunter 1969).

A pair agrees in each of several fields at one of a few levels. Among pairs that are one company a level is found with
probability m, among others with u; log2(m / u) is what the level weighs, and the weights of a pair add up. m, u and the share
of pairs that are one are found without labels, by expectation and maximisation over the counts of patterns (Winkler 2000), held
near what is known beforehand as if so many pairs had been seen (Dirichlet priors): few pairs move little.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float64]

STEPS = 500
CLOSE = 1e-7


@dataclass(frozen=True)
class Level:
    """Probability of one level among pairs that are one, and among pairs that are not.

    The probabilities of the levels with the same `given` add up to one: that both records have a domain is no evidence,
    whether the domains agree is. A level alone in its `given` weighs nothing.
    """

    same: float
    other: float
    given: str = ""

    @property
    def weight(self) -> float:
        """Bits that the level adds."""
        return float(np.log2(self.same / self.other))


@dataclass(frozen=True)
class Linkage:
    """Share of compared pairs that are one, and the levels of each field."""

    share: float
    fields: Mapping[str, Mapping[str, Level]]

    @property
    def prior(self) -> float:
        """Bits before anything is compared."""
        return float(np.log2(self.share / (1 - self.share)))


@dataclass(frozen=True)
class Strength:
    """How many pairs what is known beforehand counts for: of those that are one, of the others."""

    same: float
    other: float


def learn(
    patterns: Mapping[str, Sequence[str]],
    pairs: Sequence[int],
    before: Linkage,
    strength: Mapping[str, Strength],
    share: Strength,
) -> Linkage:
    """The linkage that fits the counted patterns and what was known before. `patterns`: field -> its level in each pattern.

    `strength` is that of what is known of a field, `share` that of the share. Raises ValueError for an unknown level.
    """
    counts = np.asarray(pairs, dtype=float)
    tables = {name: _Table(name, levels, patterns[name], strength[name]) for name, levels in before.fields.items()}
    now = before.share
    for _ in range(STEPS):
        bits = np.full(len(counts), np.log2(now / (1 - now)))
        for table in tables.values():
            bits += table.bits
        same = counts / (1 + np.exp2(-bits))
        for table in tables.values():
            table.move(same, counts - same)
        last, now = now, float((same.sum() + share.same) / (counts.sum() + share.same + share.other))
        if abs(now - last) < CLOSE * last:
            break
    return Linkage(now, {name: table.levels for name, table in tables.items()})


def in_order(levels: Mapping[str, Level], chain: Sequence[str]) -> dict[str, Level]:
    """The levels, no one of a chain weighing more than the one before it: neighbours that do are taken together.

    What is together has the ratio of its sums, so that the probabilities still add up (pool adjacent violators, Ayer and others
    1955): that more agrees is no evidence against, however few pairs were seen of it.
    """
    from scipy.optimize import isotonic_regression

    same, other = (np.array([getattr(levels[name], side) for name in chain]) for side in ("same", "other"))
    ratios = isotonic_regression(same / other, weights=other, increasing=False).x
    pooled = {
        name: replace(levels[name], other=float(m / ratio)) for name, m, ratio in zip(chain, same, ratios, strict=True)
    }
    return {**levels, **pooled}


class _Table:
    """The probabilities of one field's levels while they are learned: a row for m, one for u."""

    def __init__(self, field: str, levels: Mapping[str, Level], found: Sequence[str], strength: Strength) -> None:
        if missing := set(found) - set(levels):
            raise ValueError(f"{field}: no level {sorted(missing)[0]!r}")
        names = tuple(levels)
        given = [level.given for level in levels.values()]
        self._names, self._given = names, given
        self._place = np.array([names.index(level) for level in found], dtype=np.int64)
        groups = sorted(set(given))
        self._member = np.array([[one == group for one in given] for group in groups], dtype=float)
        start = np.array([[level.same for level in levels.values()], [level.other for level in levels.values()]])
        self._before = start / self._of_group(start)
        self._held = self._before * np.array([[strength.same], [strength.other]])
        self.now: Floats = self._before

    def _of_group(self, values: Floats) -> Floats:
        """For each level, the sum over the levels with the same `given`."""
        return np.asarray(values @ self._member.T @ self._member, dtype=float)

    @property
    def bits(self) -> Floats:
        """What the field weighs in each pattern."""
        return np.asarray(np.log2(self.now[0] / self.now[1])[self._place], dtype=float)

    def move(self, same: Floats, other: Floats) -> None:
        """To the probabilities that pairs taken for one, and the others, have."""
        found = np.stack([np.bincount(self._place, part, len(self._names)) for part in (same, other)]) + self._held
        self.now = found / self._of_group(found)

    @property
    def levels(self) -> dict[str, Level]:
        rows = zip(self._names, self.now[0], self.now[1], self._given, strict=True)
        return {name: Level(float(m), float(u), given) for name, m, u, given in rows}
