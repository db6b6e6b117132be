"""Invariants 4, 5 and 7 on whole lists: exact sums, capacity, and what signals may not do."""

from __future__ import annotations

from collections import Counter, defaultdict
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest
from tests.invariants.markets import DAY, TIERS, market, opened, published_tables, rows_of

BOUGHT_ONLY = {"surge": {"where": "provider = 'vendor'", "party": "third", "family": "third_party_topic", "points": 99}}


@pytest.fixture(scope="module")
def base(tmp_path_factory: pytest.TempPathFactory) -> dict[str, bytes]:
    project = opened(tmp_path_factory.mktemp("lists"), market(6))
    found = published_tables(project)
    project.close()
    return found


@pytest.mark.parametrize(("score", "reasons"), [("fit", "fit_reasons"), ("intent", "intent_reasons")])
def test_a_score_is_the_sum_of_its_reasons(base: dict[str, bytes], score: str, reasons: str) -> None:
    """Invariant 4, exactly."""
    sums: dict[str, Decimal] = defaultdict(Decimal)
    for row in rows_of(base, reasons):
        sums[row["account_id"]] += row["points"] or 0
    rows = rows_of(base, score)
    assert len(rows) > 10
    assert {row["account_id"]: row[score] or 0 for row in rows} == dict(sums)
    assert all(0 <= (row[score] or 0) <= 100 for row in rows)


def test_capacity_is_never_exceeded(base: dict[str, bytes]) -> None:
    """Invariant 5, with the gate and without it; and the funnel says the same as the list."""
    tiers = rows_of(base, "tiers")
    assert len(tiers) == len(rows_of(base, "accounts"))
    for column in ("tier", "tier_gate_open"):
        seated = Counter(row[column] for row in tiers)
        assert seated["1"] <= TIERS["one_to_one"]
        assert seated["2"] <= TIERS["one_to_few"]
    levels = {row["level"]: row["accounts"] for row in rows_of(base, "funnel")}
    seated = Counter(row["tier"] for row in tiers)
    assert [levels[name] for name in ("tier 1", "tier 2", "tier 3", "parked", "excluded")] == [
        seated[name] for name in ("1", "2", "3", "parked", "excluded")
    ]
    assert levels["TAM"] == len(tiers) >= levels["universe"] >= levels["eligible"] >= levels["TAL"]


def test_signals_let_nobody_in(base: dict[str, bytes]) -> None:
    """Invariant 7: whoever is in a tier matches a profile, whatever they signal."""
    profiled = {row["account_id"] for row in rows_of(base, "segment_members")}
    loud = {row["account_id"] for row in rows_of(base, "intent")} - profiled
    assert loud, "nobody outside the profiles signals: the test would hold for want of accounts"
    for row in rows_of(base, "tiers"):
        if row["account_id"] not in profiled:
            assert (row["tier"], row["blocked_by"] in ("outside_universe", "competitor")) == ("excluded", True)


def test_bought_signals_alone_move_nobody(tmp_path: Path) -> None:
    """Invariant 7: the same market with and without a loud vendor gives the same seats."""
    records = market(7)
    records["web"]["events"] = []
    silent = {**records, "web": {"events": [], "intent": []}}
    seats: list[dict[str, Any]] = []
    for name, given in (("loud", records), ("silent", silent)):
        project = opened(tmp_path / name, given, signals=BOUGHT_ONLY)
        with project.plan(DAY) as plan:
            assert (plan.rows.get("intent", 0) > 0) == (name == "loud")
        tables = published_tables(project)
        seats.append({row["account_id"]: (row["tier"], row["rank"]) for row in rows_of(tables, "tiers")})
        project.close()
    assert seats[0] == seats[1]
