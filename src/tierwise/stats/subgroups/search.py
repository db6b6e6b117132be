"""Which groups does one half of the accounts propose? Best quality first, none that says the same as another.

What is proposed here is tested on the other half only (methods d.3 to d.5).
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from tierwise.stats.subgroups.cells import Cells, Selector, Whole, Wider
from tierwise.stats.subgroups.contrasts import Groups, cautious, quality
from tierwise.stats.subgroups.overlap import Overlaps

Array = NDArray[np.float64]
Bits = NDArray[np.bool_]
LONGEST_WALK = 400  # candidates looked at per half and tail, best first


@dataclass(frozen=True)
class Rules:
    """What a proposal must meet, on each half unless said otherwise."""

    exponent: float
    min_n: float
    min_n_eff: float
    max_cover: float
    max_jaccard: float
    promising: float  # one-sided level, on the half that proposes
    productive: float  # one-sided level for adding a selector
    most: int


def halves(buckets: int, splits: int, seed: int) -> Bits:
    """Which buckets propose, per split: a different half of them each time; the others estimate."""
    rng = np.random.Generator(np.random.PCG64(seed))
    drawn: dict[bytes, Bits] = {}
    while len(drawn) < splits:
        half = np.zeros(buckets, dtype=bool)
        half[rng.permutation(buckets)[: buckets // 2]] = True
        drawn.setdefault(half.tobytes(), half)
    return np.array(list(drawn.values()))


class Search:
    """The proposals of each split from the cells of the cube; overlaps are counted on the codes of the accounts `drawn`."""

    def __init__(self, cells: Cells, selectors: Sequence[Selector], half: Bits, rules: Rules, drawn: Whole) -> None:
        self.cells, self.rules = cells, rules
        self.wider = Wider(selectors)
        self._overlaps = Overlaps(cells, selectors, drawn)
        weights = half.astype(float)
        self._discovery = np.einsum("cbs,hb->hcs", cells.sums, weights)
        self._everybody = np.einsum("bs,hb->hs", cells.everybody, weights)
        self._allowed = self._meets(self._discovery) & self._meets(
            np.einsum("cbs,hb->hcs", cells.sums, 1.0 - weights)
        ) & self._shortest() & (cells.n <= rules.max_cover * cells.everybody[:, 0].sum())  # fmt: skip

    def quality(self, split: int) -> Array:
        """How much each cell stands out on the half that proposes; negative where it does worse."""
        return quality(Groups.of(self._discovery[split]), Groups.of(self._everybody[split]), self.rules.exponent)

    def proposals(self, split: int, sign: int) -> list[int]:
        """The cells that a split proposes for the good tail (sign 1) or the bad one (-1), best first."""
        from scipy.special import ndtri, stdtrit

        inside, everybody = Groups.of(self._discovery[split]), Groups.of(self._everybody[split])
        score = sign * self.quality(split)
        against = cautious(inside, everybody - inside)
        t = sign * np.divide(against.effect, against.se, out=np.zeros_like(against.se), where=against.se > 0)
        reach = stdtrit(against.df, 1.0 - self.rules.promising)
        allowed = self._allowed[split] & (np.nan_to_num(t) >= reach)
        order = [int(i) for i in np.argsort(-np.round(score, 9), kind="stable") if allowed[i]]
        bar = float(ndtri(1.0 - self.rules.productive))
        found: list[int] = []
        for cell in order[:LONGEST_WALK]:
            if len(found) == self.rules.most:
                break
            kept = self._climbed(cell, split, sign, bar, score)
            if kept not in found and allowed[kept] and not self._told(kept, found):
                found.append(kept)
        return found

    def _climbed(self, cell: int, split: int, sign: int, bar: float, score: Array) -> int:
        """The cell, or the wider one around it where narrowing adds nothing (methods d.5, productive)."""
        while True:
            idle = [
                parent
                for _, key in self.wider.of(self.cells.keys[cell])
                if (parent := self.cells.place_of.get(key)) is not None
                and not self._adds(cell, parent, split, sign, bar)
            ]
            if not idle:
                return cell
            cell = max(idle, key=lambda parent: (round(float(score[parent]), 9), -parent))

    def _adds(self, cell: int, parent: int, split: int, sign: int, bar: float) -> bool:
        inside = Groups.of(self._discovery[split, cell])
        found = cautious(inside, Groups.of(self._discovery[split, parent]) - inside)
        return bool(sign * found.effect >= bar * found.se)

    def _told(self, cell: int, found: Sequence[int]) -> bool:
        """Whether one that is proposed already says the same."""
        return any(self._overlaps.between(cell, other) > self.rules.max_jaccard for other in found)

    def _meets(self, sums: Array) -> Bits:
        groups = Groups.of(sums)
        return np.asarray((groups.n >= self.rules.min_n) & (groups.n_eff >= self.rules.min_n_eff))

    def _shortest(self) -> Bits:
        """Cells that no shorter or wider description has the very same accounts as (methods d.5, closure)."""
        n, place_of = self.cells.n, self.cells.place_of
        return np.array(
            [
                all(n[place_of[parent]] > n[i] for _, parent in self.wider.of(key) if parent in place_of)
                for i, key in enumerate(self.cells.keys)
            ],
            dtype=bool,
        )
