"""Weights of agreements, learned without labels."""

from __future__ import annotations

from itertools import pairwise

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tierwise.stats.linkage.weights import Level, Linkage, Strength, in_order, learn

BEFORE = Linkage(
    0.1,
    {
        "name": {"alike": Level(0.8, 0.1), "unlike": Level(0.2, 0.9)},
        "city": {
            "same": Level(0.7, 0.2, "known"),
            "another": Level(0.3, 0.8, "known"),
            "unknown": Level(1, 1, "unknown"),
        },
    },
)
FREE = {"name": Strength(1, 1), "city": Strength(1, 1)}


def patterns(name: list[str], city: list[str]) -> dict[str, list[str]]:
    return {"name": name, "city": city}


def test_what_was_planted_is_found() -> None:
    """100,000 pairs, 20 % of them one: the shares of levels by which they were drawn come back."""
    rng = np.random.default_rng(1)
    same = rng.random(100_000) < 0.2
    fields = {}
    planted = {"a": (0.95, 0.10), "b": (0.80, 0.05), "c": (0.70, 0.20)}
    for field, (m, u) in planted.items():
        fields[field] = np.where(rng.random(100_000) < np.where(same, m, u), "yes", "no")
    rows, counts = np.unique(np.stack(list(fields.values())), axis=1, return_counts=True)
    before = Linkage(0.05, {field: {"yes": Level(0.7, 0.3), "no": Level(0.3, 0.7)} for field in planted})
    found = learn(
        dict(zip(planted, rows.tolist(), strict=True)),
        counts.tolist(),
        before,
        dict.fromkeys(planted, Strength(1, 1)),
        Strength(1, 1),
    )
    assert found.share == pytest.approx(0.2, abs=0.01)
    for field, (m, u) in planted.items():
        assert found.fields[field]["yes"].same == pytest.approx(m, abs=0.02)
        assert found.fields[field]["yes"].other == pytest.approx(u, abs=0.01)


def test_without_pairs_nothing_moves() -> None:
    found = learn(patterns([], []), [], BEFORE, FREE, Strength(10, 90))
    assert found.share == pytest.approx(0.1)
    assert found.fields["name"]["alike"].weight == pytest.approx(3.0)


def test_what_is_unknown_weighs_nothing() -> None:
    found = learn(patterns(["alike", "unlike"], ["unknown", "same"]), [50, 50], BEFORE, FREE, Strength(10, 90))
    assert found.fields["city"]["unknown"].weight == 0


def test_a_level_that_nobody_knows_is_an_error() -> None:
    with pytest.raises(ValueError, match="city: no level 'twin'"):
        learn(patterns(["alike"], ["twin"]), [1], BEFORE, FREE, Strength(1, 1))


@settings(max_examples=30, deadline=None)
@given(st.lists(st.integers(0, 10_000), min_size=6, max_size=6))
def test_probabilities_add_up_among_what_is_given(counts: list[int]) -> None:
    name = ["alike", "alike", "alike", "unlike", "unlike", "unlike"]
    city = ["same", "another", "unknown"] * 2
    found = learn(patterns(name, city), counts, BEFORE, FREE, Strength(10, 90))
    for levels in found.fields.values():
        for among in {level.given for level in levels.values()}:
            for side in ("same", "other"):
                assert sum(getattr(one, side) for one in levels.values() if one.given == among) == pytest.approx(1)


@settings(max_examples=50, deadline=None)
@given(st.lists(st.tuples(st.floats(0.001, 1), st.floats(0.001, 1)), min_size=1, max_size=6))
def test_in_order_no_level_weighs_more_than_the_one_before(sides: list[tuple[float, float]]) -> None:
    levels = {str(n): Level(same, other) for n, (same, other) in enumerate(sides)}
    found = in_order(levels, list(levels))
    weights = [level.weight for level in found.values()]
    assert all(later <= before + 1e-9 for before, later in pairwise(weights))
    assert sum(level.other for level in found.values()) == pytest.approx(sum(other for _, other in sides))
    assert [level.same for level in found.values()] == [same for same, _ in sides]


def test_levels_that_are_in_order_stay_as_they_are() -> None:
    levels = {"most": Level(0.5, 0.1), "some": Level(0.3, 0.2), "least": Level(0.2, 0.7)}
    for name, level in in_order(levels, list(levels)).items():
        assert level.weight == pytest.approx(levels[name].weight)
