"""The one-dimensional solvers."""

import math

import pytest

from tierwise.stats.solve import maximum, root


@pytest.mark.parametrize("power", [1, 3, 9])
def test_root_of_a_decreasing_function(power):
    assert root(lambda x: 0.3**power - x**power, 0.0, 10.0) == pytest.approx(0.3, abs=1e-12)


def test_root_outside_the_bracket_is_the_nearer_end():
    assert root(lambda x: -1.0 - x, 0.0, 1.0) == 0.0
    assert root(lambda x: 2.0 - x, 0.0, 1.0) == 1.0


def test_maximum_inside_and_at_an_end():
    assert maximum(lambda x: -((x - 2.0) ** 2), -5.0, 9.0) == pytest.approx(2.0, abs=1e-7)
    assert maximum(math.exp, 0.0, 1.0) == pytest.approx(1.0, abs=1e-7)
