"""Silhouette, adjusted Rand index, purity and which group is which again, by published and by hand-made figures."""

from __future__ import annotations

import numpy as np
import pytest

from tierwise.stats.clusters.quality import adjusted_rand, purity, same_again, silhouettes


def test_silhouettes_by_hand() -> None:
    places = np.array([0.0, 0.1, 0.9, 1.0])
    found = silhouettes(np.abs(places[:, None] - places[None, :]), np.array([0, 0, 1, 1]))
    assert found == pytest.approx([1 - 0.1 / 0.95, 1 - 0.1 / 0.85, 1 - 0.1 / 0.85, 1 - 0.1 / 0.95], abs=1e-6)


def test_an_account_in_the_wrong_group_is_below_zero_and_a_lone_one_at_zero() -> None:
    places = np.array([0.0, 0.1, 0.15, 1.0])
    found = silhouettes(np.abs(places[:, None] - places[None, :]), np.array([0, 0, 1, 1]))
    assert found[2] < 0
    alone = silhouettes(np.abs(places[:, None] - places[None, :]), np.array([0, 0, 0, 1]))
    assert alone[3] == 0


def test_one_group_has_no_silhouette() -> None:
    assert np.isnan(silhouettes(np.zeros((3, 3)), np.zeros(3, dtype=np.int64))).all()


def test_the_adjusted_rand_index_of_hubert_and_arabie() -> None:
    # 6 accounts, {1,2,3},{4,5,6} against {1,2},{3,4},{5,6}: 2 pairs agree, 6 and 3 pairs, 1.2 expected
    found = adjusted_rand(np.array([0, 0, 0, 1, 1, 1]), np.array([0, 0, 1, 1, 2, 2]))
    assert found == pytest.approx((2 - 1.2) / (4.5 - 1.2))
    assert adjusted_rand(np.array([0, 0, 1]), np.array([1, 1, 0])) == 1.0


def test_purity_counts_the_unknown_against_it() -> None:
    assert purity(["a", "a", "b", None]) == ("a", 0.5)
    assert purity(["b", "a"]) == ("a", 0.5)
    assert purity([None, None]) == (None, 0.0)


def test_the_pairing_of_groups_is_the_best_in_sum_and_not_the_first_that_fits() -> None:
    before = [frozenset("abcdef"), frozenset("ghij")]
    now = [frozenset("abcghij"), frozenset("def"), frozenset("xyz")]
    assert same_again(now, before, 0.3) == {0: 1, 1: 0}
    assert same_again(now, before, 0.55) == {0: 1}
    assert same_again(now, [], 0.3) == {}
