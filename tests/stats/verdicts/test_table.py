"""The verdict table, cell by cell, and what may never happen in it."""

import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy.special import stdtr, stdtrit

from tierwise.core.vocabulary import VERDICTS
from tierwise.stats.verdicts import Bars, growth_needed, verdict

CHANCE = st.floats(0, 1)
LEG = st.none() | CHANCE
ROWS = {
    "validated": 2, "validated_win_rate_unproven": 2, "positioning_gap": 2,
    "promising": 1, "watch": 1,
    "closeable_not_worth_closing": 0, "not_worth_closing": 0, "avoid": 0,
    "insufficient_evidence": -1, "unvalidated": -2,
}  # fmt: skip


@pytest.mark.parametrize(
    ("retention", "value", "win", "expected"),
    [
        (0.8, 0.8, 0.8, "validated"),
        (0.8, 0.8, 0.5, "validated_win_rate_unproven"),
        (0.8, 0.8, None, "validated_win_rate_unproven"),
        (0.8, 0.8, 0.2, "positioning_gap"),
        (0.2, 0.9, 0.8, "closeable_not_worth_closing"),
        (0.9, 0.2, 0.8, "closeable_not_worth_closing"),
        (0.1, 0.1, 0.5, "not_worth_closing"),
        (0.1, None, 0.5, "not_worth_closing"),
        (0.1, 0.9, 0.2, "avoid"),
        (0.79, 0.9, 0.9, "promising"),
        (0.9, None, 0.5, "promising"),
        (None, 0.9, 0.1, "watch"),
        (0.5, 0.5, 0.2, "watch"),
        (None, None, 0.99, "unvalidated"),
    ],
)
def test_every_cell(retention, value, win, expected):
    assert verdict(retention, value, win, "A").verdict == expected


def test_the_words_are_those_of_the_vocabulary():
    assert set(ROWS) == set(VERDICTS)


def test_notes_say_what_is_missing_and_what_contradicts():
    assert "retention not proven (50% likely)" in verdict(0.5, 0.9, 0.9, "B").note
    assert "lifetime value not on record" in verdict(0.9, None, 0.9, "B").note
    assert "scale motion" in verdict(0.9, 0.1, 0.5, "A").note
    assert "shrinking" in verdict(0.1, 0.9, 0.5, "A").note
    assert verdict(0.9, 0.9, None, "A").note == "no win rate on record"
    assert verdict(0.9, 0.9, 0.9, "A").note == ""


def test_bars_are_parameters():
    assert verdict(0.7, 0.7, 0.7, "A", Bars(high=0.6, low=0.1)).verdict == "validated"


@given(LEG, LEG, LEG)
def test_grade_c_is_insufficient_whatever_the_win_rate(retention, value, win):
    found = verdict(retention, value, win, "C").verdict
    assert found in ("insufficient_evidence", "unvalidated")


@given(LEG, LEG, LEG, LEG, st.sampled_from("ABC"))
def test_the_win_rate_never_moves_a_segment_between_rows(retention, value, win, other, grade):
    first, second = (verdict(retention, value, w, grade).verdict for w in (win, other))
    assert ROWS[first] == ROWS[second]


@given(CHANCE, CHANCE, CHANCE, LEG, st.sampled_from("AB"))
def test_better_retention_never_lowers_the_row(low, high, value, win, grade):
    low, high = sorted((low, high))
    assert ROWS[verdict(low, value, win, grade).verdict] <= ROWS[verdict(high, value, win, grade).verdict]
    assert ROWS[verdict(value, low, win, grade).verdict] <= ROWS[verdict(value, high, win, grade).verdict]


def test_a_short_record_may_prove_value_but_rejects_only_what_would_fall_short_anyway():
    assert verdict(0.9, 0.1, 0.9, "A", value_at_most=0.6).verdict == "promising"
    assert verdict(0.9, 0.1, 0.9, "A", value_at_most=0.2).verdict == "closeable_not_worth_closing"
    assert verdict(0.9, 0.85, 0.9, "A", value_at_most=0.99).verdict == "validated"
    assert verdict(0.1, 0.1, 0.9, "A", value_at_most=0.9).verdict == "closeable_not_worth_closing"


@given(CHANCE, CHANCE, CHANCE, LEG, LEG, st.sampled_from("AB"))
def test_the_win_rate_never_moves_a_segment_between_rows_of_a_short_record(retention, value, most, win, other, grade):
    first, second = (verdict(retention, value, w, grade, None, most).verdict for w in (win, other))
    assert ROWS[first] == ROWS[second]


def test_how_much_evidence_would_settle_it():
    # half a standard error above the bar today; z(.8) = .841621 is needed: (.841621 / .5)^2 times as much
    assert growth_needed(0.691462, 1e9) == pytest.approx(2.8333, abs=1e-3)
    assert growth_needed(1 - 0.691462, 1e9) == pytest.approx(2.8333, abs=1e-3)
    assert growth_needed(0.85, 50) == 1.0 == growth_needed(0.1, 50)
    assert growth_needed(0.5, 50) is None
    assert growth_needed(0.5001, 50) is None
    # few degrees of freedom: the tails get thinner as evidence grows, so a little less is needed than of normal errors
    assert 2.0 < growth_needed(0.691462, 8) < 3.2


@given(st.floats(0.21, 0.79), st.floats(3, 200))
def test_that_much_evidence_does_settle_it(chance, n_eff):
    factor = growth_needed(chance, n_eff)
    if factor is not None and factor < 500:
        distance = abs(stdtrit(max(n_eff - 1, 1), chance)) * factor**0.5
        assert stdtr(max(n_eff * factor - 1, 1), distance) == pytest.approx(0.8, abs=1e-6)
