"""The exact assignment against brute force, and against scipy's on columns repeated once per place."""

from __future__ import annotations

from itertools import product

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy.optimize import linear_sum_assignment

from tierwise.stats.clusters.assignment import Integers, assign


def total(costs: Integers, labels: Integers) -> int:
    return int(costs[np.arange(len(costs)), labels].sum())


def by_brute_force(costs: Integers, lower: int, upper: int) -> int:
    accounts, groups = costs.shape
    fitting = (
        np.array(labels)
        for labels in product(range(groups), repeat=accounts)
        if all(lower <= labels.count(group) <= upper for group in range(groups))
    )
    return min(total(costs, labels) for labels in fitting)


def by_repeated_columns(costs: Integers, lower: int, upper: int) -> int:
    """The first `lower` places of each group are worth more than all costs together: they are filled first."""
    groups = np.repeat(np.arange(costs.shape[1]), upper)
    wanted = np.tile(np.arange(upper) < lower, costs.shape[1])
    _, taken = linear_sum_assignment(costs[:, groups] - wanted * (int(np.abs(costs).sum()) + 1))
    return total(costs, groups[taken])


@pytest.mark.parametrize("seed", range(30))
def test_seven_accounts_in_two_groups_as_by_brute_force(seed: int) -> None:
    costs = np.random.default_rng(seed).integers(0, 50, size=(7, 2))
    labels = assign(costs, 3, 4)
    assert sorted(np.bincount(labels).tolist()) == [3, 4]
    assert total(costs, labels) == by_brute_force(costs, 3, 4)


@settings(max_examples=150, deadline=None)
@given(st.data())
def test_any_costs_are_assigned_at_least_cost_within_the_bounds(data: st.DataObject) -> None:
    groups = data.draw(st.integers(1, 5))
    lower = data.draw(st.integers(0, 4))
    upper = data.draw(st.integers(max(lower, 1), lower + 4))
    accounts = data.draw(st.integers(max(groups * lower, 1), groups * upper))
    flat = data.draw(st.lists(st.integers(-9, 9), min_size=accounts * groups, max_size=accounts * groups))
    costs = np.array(flat).reshape(accounts, groups)
    labels = assign(costs, lower, upper)
    sizes = np.bincount(labels, minlength=groups)
    assert lower <= sizes.min()
    assert sizes.max() <= upper
    assert total(costs, labels) == by_repeated_columns(costs, lower, upper)


def test_too_many_accounts_are_refused() -> None:
    with pytest.raises(ValueError, match="9 accounts do not fit into 2 groups of 3 to 4"):
        assign(np.zeros((9, 2), dtype=np.int64), 3, 4)
