"""Lift: the oracles of methods i, and what must hold for any counts."""

from __future__ import annotations

from math import exp, log

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tierwise.stats.lift import lift


def test_the_oracles() -> None:
    found = lift(18, 25, 48, 200)
    assert found is not None
    assert found.value == pytest.approx(2.724138, abs=5e-7)
    assert found.z == pytest.approx(8.365859, abs=5e-7)
    alone = lift(1, 1, 48, 200)
    assert alone is not None
    assert alone.value == pytest.approx(1.633333, abs=5e-7)


def test_the_interval_is_that_of_the_ratio_of_shares() -> None:
    # Katz 1978 by hand, with halves: group against the rest, then against all
    found = lift(18, 25, 48, 200)
    assert found is not None
    a, n, b, m = 18.5, 26.0, 30.5, 176.0
    spread = 1.959964 * (1 / a - 1 / n + 1 / b - 1 / m) ** 0.5
    low = exp(log(a / n / (b / m)) - spread)
    assert found.lo == pytest.approx(low / (25 / 200 * low + 175 / 200), abs=1e-6)


@given(st.tuples(*[st.integers(0, 60)] * 4))
def test_the_sign_says_where_the_trait_is_more_frequent(counts: tuple[int, int, int, int]) -> None:
    having, lacking, rest_having, rest_lacking = counts
    size, all_having = having + lacking, having + rest_having
    total = size + rest_having + rest_lacking
    found = lift(having, size, all_having, total)
    if found is None:
        assert size in (0, total) or all_having in (0, total)
        return
    assert 0 < found.lo < found.hi
    assert 0 <= found.p_value <= 1
    # with half a case on each side, as the estimate has it
    more = (having + 0.5) * (rest_lacking + 0.5) - (rest_having + 0.5) * (lacking + 0.5)
    assert found.z == 0 if more == 0 else found.z * more > 0


def test_where_everybody_has_it_there_is_nothing_to_compare() -> None:
    assert lift(5, 5, 20, 20) is None
    assert lift(0, 5, 0, 20) is None
    assert lift(5, 20, 5, 20) is None


def test_counts_that_cannot_be_are_refused() -> None:
    with pytest.raises(ValueError, match="cannot be part"):
        lift(6, 5, 20, 40)
