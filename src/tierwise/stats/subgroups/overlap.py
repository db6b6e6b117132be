"""How much do two conjunctions share? Counted on customers drawn from all, so that any two can be compared."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import combinations

import numpy as np
from numpy.typing import NDArray

from tierwise.stats.subgroups.cells import BITS, CODES, Cells, Selector, Whole

Bits = NDArray[np.bool_]
ENOUGH = 30  # accounts in either of two conjunctions at least; below, the most that they can share counts


class Overlaps:
    """Shares of accounts in both of two cells among those in either (Jaccard).

    `codes` are the packed codes of accounts drawn at random, or of all. The cube itself cannot tell: two conjunctions
    together have more conditions than its cells.
    """

    def __init__(self, cells: Cells, selectors: Sequence[Selector], codes: Whole) -> None:
        self._cells, self._selectors, self._codes = cells, selectors, codes
        self._everybody = len(codes) >= cells.everybody[:, 0].sum()
        self._number = {selector: i for i, selector in enumerate(selectors)}
        self._members: dict[int, Bits] = {}
        self._known: dict[tuple[int, int], float] = {}

    def between(self, one: int, other: int) -> float:
        """The share of two cells, given by their places among the cells."""
        pair = (min(one, other), max(one, other))
        if pair not in self._known:
            self._known[pair] = self._counted(*pair)
        return self._known[pair]

    def _counted(self, one: int, other: int) -> float:
        a, b = self._drawn(one), self._drawn(other)
        either = int(np.count_nonzero(a | b))
        if either and (self._everybody or either >= ENOUGH):
            return int(np.count_nonzero(a & b)) / either
        both = self._most_shared(one, other)
        return both / max(float(self._cells.n[one] + self._cells.n[other]) - both, 1.0)

    def _drawn(self, cell: int) -> Bits:
        """Which of the drawn accounts belong to a cell."""
        if cell not in self._members:
            member = np.ones(len(self._codes), dtype=bool)
            for number in self._cells.keys[cell]:
                selector = self._selectors[number]
                code = self._codes >> (BITS * selector.place) & (CODES - 1)
                member &= (code >= selector.low) & (code <= selector.high)
            self._members[cell] = member
        return self._members[cell]

    def _most_shared(self, one: int, other: int) -> float:
        """An upper bound of the accounts in both: no more than in any part of the two descriptions taken together."""
        joint: dict[int, int] = {}
        for number in (*self._cells.keys[one], *self._cells.keys[other]):
            mine = self._selectors[number]
            if mine.place in joint:
                known = self._selectors[joint[mine.place]]
                common = Selector(mine.place, max(mine.low, known.low), min(mine.high, known.high))
                if common.low > common.high:
                    return 0.0
                joint[mine.place] = self._number.get(common, number)
            else:
                joint[mine.place] = number
        wanted = sorted(joint.values())
        size = min(self._cells.selectors.shape[1], len(wanted))
        found = (self._cells.place_of.get(part) for part in combinations(wanted, size))
        return min(0.0 if cell is None else float(self._cells.n[cell]) for cell in found)
