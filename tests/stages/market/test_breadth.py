"""Too broad to write for: what is mixed, how much, and where to cut."""

from __future__ import annotations

from typing import Any

import pytest
from tests.steps import Results, run

from tierwise.core.table import BOOLEAN, Column
from tierwise.stages.market.breadth import BreadthSpec

STEPS = ("breadth_cells", "breadth_aspects", "breadth", "breadth_splits")
BANDS = ("1-199", "200-999")


def breadth(rows: list[dict[str, Any]], spec: BreadthSpec | None = None, **given: Any) -> Results:
    accounts = [{"account_id": f"a{i:05}", **row} for i, row in enumerate(rows)]
    members = [{"account_id": row["account_id"], "segment": "s", "segments": 1} for row in accounts]
    given = {"accounts": accounts, "account_segments": members, **given}
    return run(*STEPS, given=given, breadth=spec or BreadthSpec())


def test_one_of_everything_reads_as_one_audience() -> None:
    found = breadth([{"industry": "Banking", "employee_band": "1-199"}] * 60)
    row = found.one("breadth")
    assert (row["problem"], row["size"], row["technology"], row["heterogeneity"]) == (1, 1, None, 0)
    assert (row["said"], found["breadth_splits"]) == ("reads as one audience", [])


def test_a_thousand_accounts_are_a_warning() -> None:
    rows = [{"industry": "Banking", "employee_band": BANDS[i % 2]} for i in range(1000)]
    row = breadth(rows).one("breadth")
    assert (row["too_many"], row["too_mixed"], row["split_by"]) == (True, False, "employee_band")
    assert row["said"] == "too broad to write for with 1,000 accounts; split it by employee_band"
    assert not breadth(rows[:999]).one("breadth")["too_many"]


def test_the_split_is_by_what_leaves_the_least_mixed() -> None:
    """Size follows the industry here, the sub-industry nothing: cutting by industry makes both uniform."""
    rows = [
        {"industry": f"i{i % 4}", "employee_band": BANDS[i % 2], "sub_industry": f"r{i // 4 % 3}"} for i in range(240)
    ]
    found = breadth(rows)
    row = found.one("breadth")
    assert (row["split_by"], row["problem"]) == ("industry", pytest.approx(4))
    # two aspects: of the problem half is left (the sub-industry), of the size nothing
    assert (row["heterogeneity"], row["heterogeneity_after"]) == (pytest.approx(1), pytest.approx(0.25))
    assert [(s["value"], s["condition"], s["accounts"]) for s in found["breadth_splits"]] == [
        (f"i{i}", f"industry = 'i{i}'", 60) for i in range(4)
    ]


def test_sub_segments_hold_everybody_and_the_small_ones_are_the_rest() -> None:
    rows = [{"industry": "A's"}] * 60 + [{"industry": "B"}] * 50 + [{"industry": "C"}] * 5 + [{}] * 10
    found = breadth(rows, BreadthSpec(too_mixed=2))
    splits = {row["value"]: row for row in found["breadth_splits"]}
    assert {value: row["accounts"] for value, row in splits.items()} == {"": 15, "A's": 60, "B": 50}
    assert splits["A's"]["condition"] == "industry = 'A''s'"
    assert splits[""]["condition"] is None


def test_what_is_known_of_few_says_nothing_about_all() -> None:
    found = breadth([{"industry": f"i{i}"} for i in range(20)] + [{}] * 80, BreadthSpec(most_groups=50))
    row = found.one("breadth")
    assert (row["problem"], row["too_mixed"]) == (None, False)
    aspect = found.one("breadth_aspects", attribute="industry")
    assert (aspect["known"], aspect["effective_groups"]) == (0.2, pytest.approx(20))


def test_many_values_are_counted_together_beyond_the_most_frequent() -> None:
    found = breadth([{"industry": f"i{i % 50:02}"} for i in range(500)], BreadthSpec(most_groups=10))
    assert found.one("breadth_aspects", attribute="industry")["groups"] == 11
    assert len(found["breadth_cells"]) < 100


def test_own_yes_no_attributes_show_the_technology_and_deals_the_problem() -> None:
    own = (Column("core_stack", BOOLEAN, "runs it"),)
    assert BreadthSpec(attributes=own).aspects()["technology"] == ("core_stack",)
    deals = [{"record_id": f"{i}{n}", "account_id": f"a{i:05}", "product": "x" if i < 50 else "y"}
             for i in range(100) for n in range(2)]  # fmt: skip
    rows = [{"competitor": i % 2 == 0} for i in range(100)]
    row = breadth(rows, BreadthSpec(technology=("competitor",), attributes=own), opportunities=deals).one("breadth")
    assert (row["technology"], row["problem"]) == (pytest.approx(2), pytest.approx(2))


def test_a_handful_of_accounts_is_never_too_mixed() -> None:
    row = breadth([{"industry": f"i{i}"} for i in range(12)]).one("breadth")
    assert (row["too_mixed"], row["said"]) == (False, "small enough to know each account")
