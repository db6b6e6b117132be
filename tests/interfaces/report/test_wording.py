"""How codes and numbers are said."""

from __future__ import annotations

import pytest

from tierwise.core.vocabulary import TIERS, VERDICTS
from tierwise.interfaces.report import wording
from tierwise.stages.performance.retention import RetentionSpec


@pytest.mark.parametrize(
    ("value", "digits", "said"),
    [(1.0, 0, "100 %"), (0.1234, 1, "12.3 %"), (0.0001, 1, "< 0.1 %"), (0.0, 1, "0.0 %"), (None, 0, "–")],
)
def test_shares(value: float | None, digits: int, said: str) -> None:
    assert wording.share(value, digits) == said


def test_every_verdict_and_tier_has_words() -> None:
    assert set(wording.VERDICT_WORDS) == set(VERDICTS)
    assert [wording.tier(tier) for tier in TIERS] == ["1 (1:1)", "2 (1:few)", "3 (1:many)", "parked", "excluded"]


def test_the_tier_with_the_gate_open() -> None:
    assert wording.gate_open("2", "2") == "the same tier if readiness were not asked for"
    assert wording.gate_open("3", "1") == "tier 1 (1:1) if readiness were not asked for"
    assert "would take its place" in wording.gate_open("1", "3")


def test_text_cannot_move_the_cursor_or_turn_the_line() -> None:
    assert wording.harmless("a\x1b[31mb\u202ec\nd\x00") == "a [31mb c d "
    assert wording.harmless("a\nb", keep_lines=True) == "a\nb"


def test_what_was_decided_about_retention_is_said() -> None:
    spec = RetentionSpec(period_months=6, reactivation="exclude", escalator="strip", escalator_share=0.03)
    method = f"ratio_t, {spec.policy('net_revenue_retention', 'invoices')}"
    assert wording.policy(method) == (
        "6 months; customers who left and came back count as lost; agreed price rises are taken out; "
        "mean of 3 months billed"
    )
    assert "point_to_point" not in wording.policy(f"ratio_t, {RetentionSpec().policy('net_revenue_retention', '')}")


@pytest.mark.parametrize(
    ("code", "said"),
    [
        ("gate:weak:timing", "readiness: timing weak"),
        ("gate:reported_by_sales", "readiness: reported by sales"),
        ("put_back:weak", "put back: weak"),
        ("seat by value", "seat by value"),
        (None, ""),
    ],
)
def test_reasons_of_moves_in_words(code: str | None, said: str) -> None:
    assert wording.move_reason(code) == (said or wording.MISSING)


def test_sentences_and_counts() -> None:
    assert wording.sentence("is that plausible?") == "Is that plausible?"
    assert wording.sentence("it pays") == "It pays."
    assert (wording.many(1, "account"), wording.many(2000, "account")) == ("1 account", "2,000 accounts")
    assert (wording.months(7), wording.months(12), wording.months(36)) == ("7 months", "1 year", "3 years")
    assert wording.listed(["a", "b", "c", "d", "e"]) == "a, b, c and 2 more"
    assert (wording.number(1234.5), wording.number(2.0), wording.number(0.671), wording.number(None)) == (
        "1,234",
        "2",
        "0.67",
        "–",
    )
