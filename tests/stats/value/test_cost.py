"""Value against cost: Fieller's interval, payback, and the sum that has no end."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tierwise.stats.value.cost import chance_of_ratio, fieller, payback, perpetuity


def test_fieller():
    found = fieller(120_000, 15_000, 30_000, 4_000)
    assert found.value == 4.0
    assert (found.lo, found.hi) == pytest.approx((2.780, 5.806), abs=5e-4)
    assert chance_of_ratio(3.0, 120_000, 15_000, 30_000, 4_000) == pytest.approx(0.941, abs=5e-4)


def test_a_cost_that_may_be_nothing_has_no_ratio():
    found = fieller(120.0, 15.0, 30.0, 16.0)
    assert (found.value, found.lo, found.hi, found.identified) == (4.0, None, None, False)
    with pytest.raises(ValueError, match="positive"):
        fieller(1.0, 1.0, 0.0, 1.0)


@given(st.floats(1, 1e6), st.floats(0, 0.5), st.floats(1, 1e6), st.floats(0, 0.5), st.floats(-0.9, 0.9))
def test_the_interval_holds_the_ratios_that_are_not_refuted(a, rel_a, b, rel_b, correlation):
    se_a, se_b = a * rel_a, b * rel_b
    covariance = correlation * se_a * se_b
    found = fieller(a, se_a, b, se_b, covariance)
    assert found.identified
    assert found.lo <= found.value * (1 + 1e-9)
    assert found.hi >= found.value * (1 - 1e-9)
    if rel_a > 0.01 and rel_b > 0.01:
        for end, chance in ((found.lo, 0.975), (found.hi, 0.025)):
            assert chance_of_ratio(end, a, se_a, b, se_b, covariance) == pytest.approx(chance, abs=1e-4)


def test_payback():
    assert payback([10.0, 10.0, 10.0], 20.0) == 2
    assert payback([10.0, 9.0], 20.0) is None
    assert payback([], 1.0) is None


def test_for_ever():
    assert perpetuity(100, 0.8, 0.1) == pytest.approx(366.6667, abs=5e-5)
    assert perpetuity(100, 0.8, 0.1, first=False) == pytest.approx(266.6667, abs=5e-5)
    assert perpetuity(100, 0.8, 0.1, growth=0.05) == pytest.approx(423.0769, abs=5e-5)
    for kept, growth in ((1.1, 0.0), (0.95, 0.2), (0.8, 0.375)):
        with pytest.raises(ValueError, match="no value"):
            perpetuity(100, kept, 0.1, growth)
    # a year's discount in months
    assert pytest.approx(0.00797414, abs=5e-9) == 1.1 ** (1 / 12) - 1
