"""What to look up again first: what is old, and could move its account across a cut."""

from __future__ import annotations

from datetime import date

import pytest
from tests.steps import Rows, run

from tierwise.stages.segmentation.refresh import RefreshSpec

SPEC = RefreshSpec(criteria={"size": ("employees",), "place": ("country",)}, segmenting=("industry",))
FIELDS = [{"field": name, "half_life_months": 12.0} for name in ("employees", "country", "industry")]
CUTS = [{"team": "", "tier": "2", "value": 50.0, "fit": 50, "next_value": 40.0, "next_fit": 40, "by_value": False}]


def stale(field: str, age: int, *, tier: str = "3", standing: str = "eligible", reason: str | None = None) -> Rows:
    """One account with fit 40: size 2 of 5 at weight .5, place 2 of 5 at weight .1, the rest steady."""
    scores = {"size": (0.5, 2.0), "place": (0.1, 2.0)}
    given = {
        "audit_values": [
            {
                "account_id": "a",
                "field": field,
                "value": "x",
                "filled": True,
                "age_days": age,
                "checked_on": date(2022, 1, 1),
            }
        ],
        "spec_audit_fields": FIELDS,
        "tiers": [{"account_id": "a", "tier": tier}],
        "candidates": [{"account_id": "a", "standing": standing, "standing_reason": reason, "open_value": 40.0}],
        "fit": [{"account_id": "a", "fit": 40, "coverage": 1.0}],
        "fit_reasons": [{"account_id": "a", "criterion": c, "weight": w, "score": s} for c, (w, s) in scores.items()],
        "tier_cuts": CUTS,
    }
    return run("stale_fields", given=given, refresh=SPEC)["stale_fields"]


def test_a_value_younger_than_its_half_life_is_not_stale() -> None:
    assert stale("employees", 360) == []


def test_a_value_two_half_lives_old_has_changed_three_times_in_four() -> None:
    (row,) = stale("employees", 730)
    assert row["chance_changed"] == pytest.approx(0.75, abs=0.001)
    assert (row["lowest_fit"], row["highest_fit"]) == (20.0, 70.0)  # 40 - 20*.5*2 and 40 + 20*.5*3
    assert row["at_stake"] == pytest.approx(30.0, abs=0.05)


@pytest.mark.parametrize(
    ("field", "tier", "crosses"),
    [
        ("employees", "3", True),  # up to 70, the last seat went at 50
        ("country", "3", False),  # 36 to 46
        ("employees", "2", True),  # down to 20, the next stands at 40
        ("country", "2", True),  # down to 36
        ("industry", "3", True),  # a segment reads it
    ],
)
def test_a_value_may_cross_a_cut(field: str, tier: str, crosses: bool) -> None:
    (row,) = stale(field, 730, tier=tier)
    assert row["may_cross"] is crosses


def test_an_excluded_account_is_only_looked_up_where_a_segment_could_take_it_in() -> None:
    assert stale("industry", 730, tier="excluded", standing="excluded", reason="outside_universe") != []
    assert stale("employees", 730, tier="excluded", standing="excluded", reason="outside_universe") == []
    assert stale("industry", 730, tier="excluded", standing="excluded", reason="competitor") == []
