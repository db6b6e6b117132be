"""From blocks of a cube to every conjunction of a few selectors, each with its sums per bucket of clusters.

A block is a set of attributes grouped together on the engine; blocks that cover every combination of `depth`
attributes hold all smaller ones as margins, so that a scan per block replaces a scan per combination.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from itertools import combinations

import numpy as np
from numpy.typing import NDArray

Array = NDArray[np.float64]
Whole = NDArray[np.int64]
# an account's codes are packed into one whole number, five bits per attribute; 0 is 'no selector'
BITS, CODES = 5, 32
MOST_PLACES = 12


@dataclass(frozen=True)
class Selector:
    """One condition: the attribute at `place` has a code from `low` to `high`."""

    place: int
    low: int
    high: int


class Wider:
    """What a conjunction is a part of: one selector less, or one of its ranges a class wider."""

    def __init__(self, selectors: Sequence[Selector]) -> None:
        number = {selector: i for i, selector in enumerate(selectors)}
        self._ranges = {
            i: [
                number[wide]
                for wide in (Selector(s.place, s.low - 1, s.high), Selector(s.place, s.low, s.high + 1))
                if wide in number
            ]
            for i, s in enumerate(selectors)
        }

    def of(self, key: tuple[int, ...]) -> list[tuple[int, tuple[int, ...]]]:
        """Pairs of the selector that narrows and the wider conjunction, in the order of the selectors."""
        found: list[tuple[int, tuple[int, ...]]] = []
        for i, narrow in enumerate(key):
            rest = (key[:i], key[i + 1 :])
            if len(key) > 1:
                found.append((narrow, rest[0] + rest[1]))
            found += [(narrow, (*rest[0], wide, *rest[1])) for wide in self._ranges[narrow]]
        return found


def covering(places: int, depth: int) -> tuple[tuple[int, ...], ...]:
    """Sets of at most depth + 1 places such that every combination of `depth` places lies within one; greedy."""
    if places <= depth + 1:
        return (tuple(range(places)),)
    open_ = set(combinations(range(places), depth))
    blocks = []
    while open_:
        best = max(
            combinations(range(places), depth + 1), key=lambda block: len(open_ & set(combinations(block, depth)))
        )
        blocks.append(best)
        open_ -= set(combinations(best, depth))
    return tuple(blocks)


@dataclass(frozen=True, eq=False)
class Cells:
    """Every conjunction with support: `selectors` (cells x depth, padded with -1), `sums` (cells x buckets x SUMS)."""

    selectors: Whole
    sums: Array
    everybody: Array

    @cached_property
    def keys(self) -> list[tuple[int, ...]]:
        return [tuple(int(x) for x in row if x >= 0) for row in self.selectors]

    @cached_property
    def place_of(self) -> dict[tuple[int, ...], int]:
        return {key: i for i, key in enumerate(self.keys)}

    @cached_property
    def depth(self) -> Whole:
        return np.asarray((self.selectors >= 0).sum(axis=1))

    @cached_property
    def n(self) -> Array:
        return np.asarray(self.sums[:, :, 0].sum(axis=1))


def roll_up(
    blocks: Mapping[tuple[int, ...], tuple[Whole, Whole, Array]],
    selectors: Sequence[Selector],
    depth: int,
    buckets: int,
    support: float,
) -> Cells:
    """All conjunctions of at most `depth` selectors, on different attributes, with at least `support` accounts.

    `blocks[places]` holds codes (rows x places), bucket per row and sums (rows x SUMS).
    """
    of_place: dict[int, list[int]] = {}
    for number, selector in enumerate(selectors):
        of_place.setdefault(selector.place, []).append(number)
    done: set[tuple[int, ...]] = set()
    keys: list[Whole] = []
    sums: list[Array] = []
    for places, (codes, bucket, values) in sorted(blocks.items()):
        for size in range(1, depth + 1):
            for chosen in combinations(range(len(places)), size):
                combination = tuple(places[i] for i in chosen)
                if combination in done or any(place not in of_place for place in combination):
                    continue
                done.add(combination)
                table = _margin(codes[:, chosen], bucket, values, buckets)
                lists = [of_place[place] for place in combination]
                for axis, numbers in enumerate(lists):
                    table = _selected(table, axis, [selectors[i] for i in numbers])
                grid = np.stack(np.meshgrid(*lists, indexing="ij"), axis=-1).reshape(-1, size)
                flat = table.reshape(len(grid), buckets, -1)
                enough = flat[:, :, 0].sum(axis=1) >= support
                keys.append(np.pad(grid[enough], ((0, 0), (0, depth - size)), constant_values=-1).astype(np.int64))
                sums.append(flat[enough])
    everybody: Array = np.zeros((buckets, 6))
    if blocks:
        _, bucket, values = blocks[min(blocks)]
        everybody = np.stack([np.bincount(bucket, values[:, i], buckets) for i in range(values.shape[1])], axis=-1)
    if not keys:
        return Cells(np.empty((0, depth), dtype=np.int64), np.empty((0, *everybody.shape)), everybody)
    return Cells(np.concatenate(keys), np.concatenate(sums), everybody)


def _margin(codes: Whole, bucket: Whole, values: Array, buckets: int) -> Array:
    """The sums per combination of codes and bucket, as a dense array."""
    shape = (*(CODES for _ in range(codes.shape[1])), buckets)
    highest = codes.max(axis=0, initial=0) + 1
    shape = (*(int(h) for h in highest), buckets)
    index = np.ravel_multi_index((*codes.T, bucket), shape)
    size = int(np.prod(shape))
    columns = [np.bincount(index, values[:, i], size).reshape(shape) for i in range(values.shape[1])]
    return np.stack(columns, axis=-1)


def _selected(table: Array, axis: int, selectors: Sequence[Selector]) -> Array:
    """The axis of codes as an axis of selectors: a range holds the codes from its low to its high."""
    code = np.arange(table.shape[axis])
    member = np.array([(code >= s.low) & (code <= s.high) for s in selectors], dtype=float)
    return np.moveaxis(np.tensordot(member, table, axes=(1, axis)), 0, axis)
