"""The chapters of the market from their rows: one sentence that answers, in money where there is any, and what is not known."""

from __future__ import annotations

from typing import Any

import pytest

from tierwise.interfaces.report.chapters.market import alignment, breadth, funnel, motion, waste
from tierwise.interfaces.report.charts import WIDTH


def effort(place: str, share: float | None, amount: float | None = None, **changed: Any) -> dict[str, Any]:
    return {"kind": "pipeline", "dimension": "total", "name": "all", "place": place, "n": 1, "accounts": 1,
            "amount": amount, "without_amount": 0, "share": share, "basis": "recorded", **changed}  # fmt: skip


PIPELINE = [
    effort("validated", 0.1, 100.0), effort("unproven", 0.2, 200.0), effort("not_worth", 0.3, 300.0),
    effort("outside", 0.4, 400.0), effort("unknown_account", None, 5000.0),
]  # fmt: skip


def test_waste_is_at_least_what_is_known_and_at_most_what_is_not_validated() -> None:
    said = waste.answer(waste.kinds_of(PIPELINE), "EUR")
    assert said == "outside the validated universe: 70 % to 90 % of pipeline (700 to 900 EUR)"


def test_shared_spend_is_divided_and_says_so() -> None:
    spend = [
        effort("shared", None, 900.0, kind="spend"),
        effort("validated", 0.25, 225.0, kind="spend", basis="activities"),
        effort("outside", 0.75, 675.0, kind="spend", basis="activities"),
    ]
    (kind,) = waste.kinds_of(spend)
    assert [row["place"] for row in kind.rows] == ["shared", "validated", "outside"]
    assert waste.answer([kind], "EUR").endswith("75 % of spend (675 EUR; shared spend divided as the activities were)")


@pytest.mark.parametrize(
    ("place", "kind", "why"),
    [
        ("unproven", "pipeline", "pipeline (no amount on record)"),
        ("unknown_account", "activities", "activities (no known account named)"),
        ("shared", "spend", "spend (no segment named, and no activities to divide it by)"),
    ],
)
def test_what_cannot_be_placed_says_why(place: str, kind: str, why: str) -> None:
    said = waste.answer(waste.kinds_of([effort(place, None, kind=kind)]), "EUR")
    assert said == f"not known where it went: {why}"


def test_the_bar_of_places_is_as_long_as_their_shares() -> None:
    (kind,) = waste.kinds_of(PIPELINE)
    assert [piece.row["place"] for piece in kind.bar] == ["validated", "unproven", "not_worth", "outside"]
    assert sum(piece.width for piece in kind.bar) == pytest.approx(WIDTH, abs=0.3)


def fit(name: str, which: str, said: str = "Let demand generation lead") -> dict[str, Any]:
    return {"name": name, "motion": which, "said": said}


def test_motion_names_the_segments_that_differ_and_the_judgement_behind_a_no() -> None:
    rows = [
        fit("all", "demand_generation_led"),
        fit("big_banks", "both"),
        fit("shops", "no_abm"),
        fit("new", "unknown"),
    ]
    said = motion.answer(rows, default_cost=False)
    assert said == "Let demand generation lead; in big banks: both; in shops: do not run ABM"
    assert "default cost" in motion.answer(rows, default_cost=True)
    assert "default cost" not in motion.answer(rows[:2], default_cost=True)
    assert (
        motion.answer([fit("all", "no_abm", "Do not run ABM here at the default cost")], default_cost=True).count(
            "default"
        )
        == 1
    )


def audience(segment: str, said: str, broad: bool = False, heterogeneity: float | None = 0.1) -> dict[str, Any]:
    return {"segment": segment, "said": said, "too_many": False, "too_mixed": broad, "heterogeneity": heterogeneity}


def test_breadth_names_what_is_too_broad() -> None:
    rows = [audience("a_b", "split it by industry", broad=True), audience("c", "reads as one audience")]
    assert breadth.answer(rows) == "A b: split it by industry"
    assert breadth.answer(rows[1:]) == "No segment is too broad to write for"
    assert "name the columns" in breadth.answer([audience("c", "", heterogeneity=None)])
    assert "declare `segments`" in breadth.answer([])


def test_alignment_names_the_leaders_who_agree_least() -> None:
    pairs = [{"said": f"pair {n}", "jaccard": n, "against": "cro"} for n in (0.5, 0.1, 0.9)]
    assert alignment.answer(pairs, []) == "pair 0.1"
    assert alignment.answer([], [{"said": "alone", "against": "universe"}]) == "alone"
    assert "tierwise align --template" in alignment.answer([], [])


def test_the_funnel_says_whether_a_profile_is_proven() -> None:
    sizes = {"TAM": 1000, "universe": 200, "TAL": 10}
    assert funnel.answer(sizes, proven=True) == (
        "Of 1,000 accounts, 200 (20.0 %) match a profile worth winning and 10 (1.0 %) are on the target account list"
    )
    assert "none of them validated yet, and 10" in funnel.answer(sizes, proven=False)
    assert "No accounts are on record" in funnel.answer({}, proven=False)
