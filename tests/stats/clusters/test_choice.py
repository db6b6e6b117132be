"""Groups that were planted are found, sizes stay within their bounds, and the number of groups is chosen by both measures."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tierwise.stats.clusters.choice import (
    Choice,
    Effort,
    best_partition,
    choices,
    kept_company,
    numbers_of_groups,
    redrawn,
)
from tierwise.stats.clusters.distance import Array, Category, gower
from tierwise.stats.clusters.medoids import Bounds
from tierwise.stats.clusters.quality import adjusted_rand

BOUNDS = Bounds(10, 50)
QUICK = Effort(starts=4, resamples=5)


def planted(sizes: tuple[int, ...], words: int = 4, wrong: float = 0.0, seed: int = 0) -> tuple[np.ndarray, Array]:
    """Groups whose members share a word per feature, but for a share of wrong ones."""
    rng = np.random.default_rng(seed)
    truth = np.repeat(np.arange(len(sizes)), sizes)
    drawn = [rng.integers(len(sizes), size=len(truth)) for _ in range(words)]
    kept = [np.where(rng.random(len(truth)) < wrong, other, truth) for other in drawn]
    return truth, gower([(Category(codes), 1.0) for codes in kept], len(truth))


def chosen(found: list[Choice]) -> Choice:
    return next(choice for choice in found if choice.chosen)


def test_planted_groups_are_found_with_their_number() -> None:
    truth, distances = planted((12, 20, 35), wrong=0.1)
    found = choices(distances, BOUNDS, QUICK)
    assert [choice.groups for choice in found] == [2, 3, 4, 5, 6]
    assert chosen(found).groups == 3
    assert adjusted_rand(truth, best_partition(distances, 3, BOUNDS, QUICK).labels) > 0.95


def test_the_winner_has_the_best_product_and_the_others_could_not_have_won() -> None:
    _, distances = planted((15, 15, 15), wrong=0.5, seed=3)
    found = choices(distances, BOUNDS, QUICK)
    best = chosen(found)
    assert best.silhouette is not None
    assert best.stability is not None
    assert best.score == pytest.approx(best.silhouette * best.stability, abs=1e-6)
    for choice in found:
        if choice.silhouette is not None:
            labels = best_partition(distances, choice.groups, BOUNDS, QUICK).labels
            again = redrawn(distances, choice.groups, BOUNDS, QUICK)
            stability = np.mean([adjusted_rand(labels[drawn], groups) for drawn, groups in again])
            assert choice.silhouette * stability <= (best.score or 0.0) + 1e-6


def test_accounts_that_are_all_alike_are_one_group() -> None:
    found = choices(np.zeros((30, 30)), BOUNDS, QUICK)
    assert chosen(found).groups == 1
    assert chosen(found).silhouette is None


@pytest.mark.parametrize(
    ("accounts", "expected"), [(9, []), (10, [1]), (19, [1]), (20, [1, 2]), (50, [1, 2, 3, 4, 5]), (51, [2, 3, 4, 5])]
)
def test_the_numbers_of_groups_that_keep_the_bounds(accounts: int, expected: list[int]) -> None:
    assert numbers_of_groups(accounts, BOUNDS, 12) == expected


def test_bounds_between_which_nothing_fits() -> None:
    assert numbers_of_groups(55, Bounds(30, 50), 12) == []
    assert choices(np.zeros((55, 55)), Bounds(30, 50), QUICK) == []


@settings(max_examples=15, deadline=None)
@given(st.integers(10, 90), st.integers(0, 5), st.integers(0, 1000))
def test_sizes_are_always_within_the_bounds(accounts: int, words: int, seed: int) -> None:
    rng = np.random.default_rng(seed)
    distances = gower([(Category(rng.integers(-1, 4, size=accounts)), 1.0) for _ in range(words)], accounts)
    for groups in numbers_of_groups(accounts, BOUNDS, 3):
        found = best_partition(distances, groups, BOUNDS, Effort(starts=1))
        sizes = np.bincount(found.labels, minlength=groups)
        assert len(sizes) == groups
        assert sizes.min() >= 10
        assert sizes.max() <= 50


def test_accounts_of_a_clear_group_keep_their_company_and_those_of_noise_do_not() -> None:
    _, clear = planted((20, 20))
    _, noise = planted((20, 20), wrong=1.0)
    assert np.nanmin(kept_company(clear, 2, BOUNDS, QUICK)) == 1.0
    assert np.nanmean(kept_company(noise, 2, BOUNDS, QUICK)) < 0.8
