"""Evidence grades at and around their limits."""

import pytest

from tierwise.stats.grades import SHARE_LIMITS, VALUE_LIMITS, grade, worst


@pytest.mark.parametrize(
    ("n", "n_eff", "top", "half", "expected"),
    [
        (30, 15, 0.25, 0.15, "A"),
        (29, 15, 0.25, 0.15, "B"),
        (30, 14.9, 0.25, 0.15, "B"),
        (30, 15, 0.26, 0.15, "B"),
        (30, 15, 0.25, 0.16, "B"),
        (10, 6, 1.0, 2.0, "B"),
        (9, 9, 0.1, 0.01, "C"),
        (10, 5.9, 0.1, 0.01, "C"),
    ],
)
def test_limits_of_shares(n, n_eff, top, half, expected):
    assert grade(n, n_eff, top, 1.0, 1.0 - half, 1.0 + half - 1e-12, SHARE_LIMITS) == expected


@pytest.mark.parametrize(
    ("n", "relative", "expected"),
    [(60, 0.25, "A"), (59, 0.2, "B"), (60, 0.26, "B"), (30, 0.9, "B"), (29, 0.1, "C")],
)
def test_limits_of_values(n, relative, expected):
    spread = 4000.0 * relative - 1e-6
    assert grade(n, n, 0.05, 4000.0, 4000.0 - spread, 4000.0 + spread, VALUE_LIMITS) == expected


def test_an_undefined_estimate_is_insufficient():
    assert grade(500, 400, 0.01, None, None, None) == "C"
    assert grade(500, 400, 0.01, 1.0, None, None) == "C"
    assert grade(500, 400, 0.01, 0.0, 0.0, 0.0, VALUE_LIMITS) == "B"


def test_a_conclusion_is_as_good_as_its_poorest_evidence():
    assert worst("A", "C", "B") == "C"
    assert worst("A", "A") == "A"
