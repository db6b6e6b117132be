"""Concentration against published values, closed forms and its own invariants."""

from __future__ import annotations

from math import exp, log

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tierwise.stats.market.concentration import ShareSums, concentration, effective_groups, entropy


def of(*shares: float):
    return concentration(ShareSums.of(shares))


def test_the_oracles_of_equal_shares_and_of_one_account() -> None:
    """Methods n: four equal accounts; and one, whose normalised index is not defined."""
    four = of(5, 5, 5, 5)
    assert (four.gini, four.hhi, four.normalised_hhi) == pytest.approx((0, 0.25, 0))
    assert four.top_share == pytest.approx(0.2)
    one = of(7)
    assert (one.gini, one.hhi, one.normalised_hhi) == (0, 1, None)


def test_nothing_shared_out_has_no_concentration() -> None:
    assert concentration(ShareSums.of([])) is None
    assert of(0, 0, 0) is None


def test_one_has_everything() -> None:
    found = of(0, 0, 0, 0, 10)
    assert found.gini == pytest.approx(4 / 5)
    assert (found.hhi, found.normalised_hhi, found.top_share) == pytest.approx((1, 1, 1))


def test_a_curve_by_hand() -> None:
    """Shares 1, 2, 3, 4: Gini = 2 * 30 / 40 - 5 / 4; the last fifth is four fifths of the largest account."""
    found = of(4, 1, 3, 2)
    assert found.gini == pytest.approx(0.25)
    assert found.hhi == pytest.approx(0.3)
    assert found.top_share == pytest.approx(0.8 * 4 / 10)


shares = st.lists(st.floats(0, 1e6), min_size=1, max_size=40).filter(lambda x: sum(x) > 1e-3)


@given(shares, st.floats(0.1, 1000))
def test_the_unit_of_money_does_not_matter(x: list[float], factor: float) -> None:
    one, other = of(*x), of(*(factor * v for v in x))
    assert other.gini == pytest.approx(one.gini, abs=1e-6)
    assert other.top_share == pytest.approx(one.top_share, abs=1e-6)


@given(shares)
def test_everything_lies_between_its_ends(x: list[float]) -> None:
    found = of(*x)
    assert 0 <= found.gini <= 1
    assert 1 / len(x) - 1e-9 <= found.hhi <= 1
    assert 0.2 - 1e-9 <= found.top_share <= 1
    assert found.normalised_hhi is None or 0 <= found.normalised_hhi <= 1


def test_effective_groups_counts_equal_groups() -> None:
    """Jost 2006: equal groups count as what they are; a rare one adds little."""
    assert effective_groups([10, 10, 10]) == pytest.approx(3)
    assert effective_groups([99, 1]) == pytest.approx(exp(-(0.99 * log(0.99) + 0.01 * log(0.01))))
    assert (effective_groups([7]), effective_groups([]), entropy([7])) == (1, 0, 0)
