"""How often a seat is kept, against closed forms and the figures of methods e.6."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest
from numpy.testing import assert_allclose

from tierwise.stats.scorecard.stability import Contest, drawn_weights, seat_chances, seated

TEMPLATE = np.array([0.25, 0.20, 0.18, 0.15, 0.12, 0.07, 0.03])


def contest(scores, weights, values=None, seats=(1, 0), **changes):
    n = len(scores)
    made = Contest(
        accounts=[f"a{i}" for i in range(n)],
        scores=np.asarray(scores, dtype=float),
        weights=np.asarray(weights, dtype=float),
        values=None if values is None else np.asarray(values, dtype=float),
        chances=np.ones(n),
        groups=["all"],
        group=np.zeros(n, dtype=int),
        spread=np.zeros(1),
        ready=np.ones(n, dtype=bool),
        seats=seats,
    )
    return replace(made, **changes)


@pytest.mark.parametrize(("concentration", "chance"), [(50, 0.923796), (10, 0.746094)])
def test_two_accounts_against_the_beta_distribution(concentration, chance):
    # A = (5, 2), B = (3, 4), weights (.6, .4): A is ahead where the first weight is above a half
    found = seat_chances(contest([[5, 2], [3, 4]], [0.6, 0.4]), seed=1, concentration=concentration, draws=100_000)
    assert_allclose(found.first[0], chance, atol=0.004)
    assert_allclose(found.first.sum(), 1.0)


@pytest.mark.parametrize(("concentration", "kept"), [(50, 0.77), (100, 0.84), (200, 0.885), (500, 0.925)])
def test_twenty_of_four_hundred_are_kept_as_often_as_published(concentration, kept):
    means = []
    for seed in range(4):
        scores = np.random.default_rng(seed).integers(0, 6, (400, 7)).astype(float)
        ranked = scores[np.argsort(-(scores @ TEMPLATE), kind="stable")]
        found = seat_chances(
            contest(ranked, TEMPLATE, seats=(20, 0)), seed=seed, concentration=concentration, draws=600
        )
        means.append(found.first[:20].mean())
    assert_allclose(np.mean(means), kept, atol=0.05)


def test_drawn_weights_keep_their_mean_and_vary_by_a_fifth():
    drawn = drawn_weights([0.2] * 5, seed=3, draws=20_000)
    assert_allclose(drawn.sum(axis=1), 1)
    assert_allclose(drawn.mean(axis=0), 0.2, atol=0.002)
    assert_allclose(drawn.std(axis=0) / 0.2, 0.2, atol=0.005)


def test_where_value_ranks_fit_only_breaks_ties():
    scores = [[0, 0], [5, 5]]
    assert_allclose(seat_chances(contest(scores, [0.5, 0.5], values=[2, 1]), seed=1, draws=200).first, [1, 0])
    assert_allclose(seat_chances(contest(scores, [0.5, 0.5], values=[1, 1]), seed=1, draws=200).first, [0, 1])


def test_an_unknown_score_may_be_anything():
    scores = [[np.nan, 2.5], [2.5, 2.5]]
    found = seat_chances(contest(scores, [0.5, 0.5]), seed=1, draws=4000, weights_vary=False)
    assert_allclose(found.first[0], 0.5, atol=0.03)
    sure = seat_chances(contest(scores, [0.5, 0.5]), seed=1, draws=50, weights_vary=False, data_vary=False)
    assert_allclose(sure.first, [1, 0])


def test_an_uncertain_value_changes_places_between_groups_and_not_within():
    made = contest([[3], [2], [3]], [1.0], values=[2, 2, 1.9], seats=(2, 0), groups=["x", "y"],
                   group=np.array([0, 0, 1]), spread=np.array([0.3, 0.3]))  # fmt: skip
    found = seat_chances(made, seed=4, draws=4000)
    assert found.first[0] > 0.9
    assert found.first[0] >= found.first[1]
    assert 0.3 < found.first[2] < 0.6


def test_who_is_not_ready_leaves_the_first_tier_and_takes_the_second():
    one, two = seated(np.array([[3.0, 2, 1, 1]]), np.zeros((1, 4)), np.array([False, True, True, True]), (1, 2))
    assert one.tolist() == [[False, True, False, False]]
    assert two.tolist() == [[True, False, True, False]]


def test_a_newcomer_without_a_chance_changes_nothing():
    made = contest([[5, np.nan], [3, 4], [4, 3]], [0.6, 0.4])
    more = contest([[5, np.nan], [3, 4], [4, 3], [0, 0]], [0.6, 0.4])
    assert_allclose(seat_chances(more, 9, draws=300).first[:3], seat_chances(made, 9, draws=300).first)
