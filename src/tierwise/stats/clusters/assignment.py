"""Who goes to which group at the least total cost, when every group must hold so many and may hold no more?

Exact: a minimum-cost flow by successive shortest paths (Ahuja, Magnanti and Orlin 1993, section 9.7). Everybody starts where it
costs least, which is optimal without bounds; then one account after another is pushed from a group that is too large, or to one
that is too small, along the cheapest chain of moves. The chains are found among groups, not among accounts: between two
groups only the account that is cheapest to move matters.
"""

from __future__ import annotations

from itertools import pairwise

import numpy as np
from numpy.typing import NDArray

Integers = NDArray[np.int64]
FAR = np.iinfo(np.int64).max // 4


def assign(costs: Integers, lower: int, upper: int) -> Integers:
    """The group of each account (accounts x groups of whole-number costs), each group with `lower` to `upper` accounts.

    The total cost is the least there is. Raises ValueError when no assignment keeps the bounds.
    """
    accounts, groups = costs.shape
    if not groups * lower <= accounts <= groups * upper:
        raise ValueError(f"{accounts} accounts do not fit into {groups} groups of {lower} to {upper}")
    flow = _Flow(np.asarray(costs, dtype=np.int64), lower, upper)
    while flow.excess().any():
        flow.push()
    return flow.labels


class _Flow:
    """Accounts in groups, and the flow from groups to one last node, whose bounds are those of a group's size."""

    def __init__(self, costs: Integers, lower: int, upper: int) -> None:
        groups = costs.shape[1]
        self.costs, self.lower, self.upper = costs, lower, upper
        self.labels: Integers = np.argmin(costs, axis=1)
        self.sizes = np.bincount(self.labels, minlength=groups)
        self.passed = np.clip(self.sizes, lower, upper)
        # cost of the cheapest move between two groups, and who makes it; the last node is `groups`
        self.arcs = np.full((groups + 1, groups + 1), FAR, dtype=np.int64)
        self.movers = np.full((groups, groups), -1, dtype=np.int64)
        self._look_at(np.arange(groups))

    def excess(self) -> Integers:
        """Accounts too many (positive) or too few per group; last, what the last node received too much."""
        return np.append(self.sizes - self.passed, self.passed.sum() - len(self.labels))

    def push(self) -> None:
        """Bring excess to where it is wanted along cheapest chains that share no group.

        All of one search may be used: along its chains costs less the distances reached are zero, and nowhere below, so no
        cycle of moves saves anything afterwards.
        """
        last = len(self.sizes)
        excess = self.excess()
        reached, before = self._cheapest_chains(excess > 0)
        touched: set[int] = set()
        for end in sorted(np.flatnonzero(excess < 0).tolist(), key=lambda node: reached[node]):
            chain = [end]
            while before[chain[-1]] >= 0:
                chain.append(int(before[chain[-1]]))
            groups = set(chain) - {last}
            if excess[chain[-1]] > 0 and not groups & touched:
                excess[chain[-1]] -= 1
                touched |= groups
                for start, to in pairwise(reversed(chain)):
                    self._move(start, to)
        self._look_at(np.array(sorted(touched)))

    def _move(self, start: int, to: int) -> None:
        last = len(self.sizes)
        if to == last:
            self.passed[start] += 1
        elif start == last:
            self.passed[to] -= 1
        else:
            self.labels[self.movers[start, to]] = to
            self.sizes[start] -= 1
            self.sizes[to] += 1

    def _cheapest_chains(self, sources: NDArray[np.bool_]) -> tuple[Integers, Integers]:
        """Cost of the cheapest chain from any source to each node, and the node before it (Bellman and Ford)."""
        reached = np.where(sources, 0, FAR)
        before = np.full(len(reached), -1, dtype=np.int64)
        while True:
            through = np.minimum(reached[:, None] + self.arcs, FAR)
            best = np.argmin(through, axis=0)
            cheaper = through[best, np.arange(len(reached))]
            shorter = cheaper < reached
            if not shorter.any():
                return reached, before
            reached = np.where(shorter, cheaper, reached)
            before = np.where(shorter, best, before)

    def _look_at(self, groups: Integers) -> None:
        """Note the cheapest moves out of some groups, and whether their flow to the last node may grow or shrink."""
        last, accounts = len(self.sizes), len(self.labels)
        there = np.zeros(last, dtype=bool)
        there[groups] = True
        members = np.flatnonzero(there[self.labels])
        members = members[np.argsort(self.labels[members], kind="stable")]
        own = self.labels[members]
        self.arcs[groups, :last] = FAR
        if len(members):
            dearer = self.costs[members] - self.costs[members, own][:, None]
            starts = np.flatnonzero(np.diff(own, prepend=-1))
            # cost and account in one number: the least of them is the cheapest move, and who makes it
            least = np.minimum.reduceat(dearer * accounts + members[:, None], starts, axis=0)
            self.arcs[own[starts], :last], self.movers[own[starts]] = np.divmod(least, accounts)
        self.arcs[groups, groups] = FAR
        self.arcs[groups, last] = np.where(self.passed[groups] < self.upper, 0, FAR)
        self.arcs[last, groups] = np.where(self.passed[groups] > self.lower, 0, FAR)
