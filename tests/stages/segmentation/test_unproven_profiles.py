"""Who may be seated when the revenue records are too few, or none."""

from __future__ import annotations

import pytest
from tests.steps import SEATS, run

from tierwise.stages.segmentation.tiers import TiersSpec

SEATED = [
    ("auto", False, "unvalidated", True),
    ("auto", True, "unvalidated", False),
    ("auto", True, "insufficient_evidence", False),
    ("allow", True, "unvalidated", True),
    ("allow", True, "insufficient_evidence", True),
    ("allow", True, "watch", False),
    ("refuse", False, "unvalidated", False),
    ("refuse", True, "promising", True),
]


@pytest.mark.parametrize(("unvalidated", "has_revenue", "verdict", "seated"), SEATED)
def test_unproven_profiles_are_seated_only_where_the_model_says_so(
    unvalidated: str, has_revenue: bool, verdict: str, seated: bool
) -> None:
    given = {
        "accounts": [{"account_id": "a", "competitor": False, "do_not_contact": False}],
        "account_segments": [{"account_id": "a", "segment": "s", "segments": 1}],
        "verdicts": [{"segment": "s", "verdict": verdict, "has_revenue": has_revenue, "grade": "C"}],
        "lifecycle": [{"account_id": "a", "stage": "unaware", "group_customer": False}],
        "fit": [{"account_id": "a", "fit": 50, "scorable": True}],
    }
    found = run(*SEATS, given=given, tiers=TiersSpec.model_validate({"unvalidated": unvalidated}))
    row = found.one("tiers", account_id="a")
    assert row["tier"] == ("1" if seated else "3")
    assert row["blocked_by"] == (None if seated else f"verdict:{verdict}")
    unproven = verdict in ("unvalidated", "insufficient_evidence")
    assert ("profile_unvalidated" in row["marks"]) is unproven
