"""Where effort went: every record in one place, an unknown account apart, shared spend only divided where that is said."""

from __future__ import annotations

from datetime import date, datetime
from typing import Any

from tests.steps import Results, run

RECENT, OLD = datetime.fromisoformat("2024-02-10"), datetime.fromisoformat("2023-05-10")
PROFILES = {"good": "validated", "gap": "positioning_gap", "maybe": "promising", "bad": "avoid"}
GIVEN: dict[str, Any] = {
    "accounts": [{"account_id": name} for name in (*PROFILES, "none")],
    "account_segments": [{"account_id": name, "segment": name, "segments": 1} for name in PROFILES],
    "spec_segments": [{"segment": name, "priority": i} for i, name in enumerate(PROFILES, 1)],
    "verdicts": [{"segment": name, "verdict": verdict} for name, verdict in PROFILES.items()],
    "rates": [{"currency": "", "rate": 1.0}, {"currency": "EUR", "rate": 2.0}],
}


def waste(**given: Any) -> Results:
    return run("waste", given={**GIVEN, **given})


def touches(**counts: int) -> list[dict[str, Any]]:
    return [
        {"record_id": f"{name}{i}", "account_id": name if name != "unknown" else None, "owner": "Kim", "kind": "call",
         "occurred_at": RECENT} for name, n in counts.items() for i in range(n)
    ]  # fmt: skip


def places(results: Results, kind: str, value: str = "n", **wanted: Any) -> dict[str, Any]:
    wanted = {"dimension": "total", "basis": "recorded", "kind": kind, **wanted}
    rows = [row for row in results["waste"] if all(row[k] == v for k, v in wanted.items())]
    return {row["place"]: row[value] for row in rows}


def test_every_activity_of_the_year_is_in_one_place() -> None:
    late = [{"record_id": "old", "account_id": "good", "occurred_at": OLD}]
    results = waste(activities=[*touches(good=3, gap=1, maybe=2, bad=1, none=2, unknown=4), *late])
    assert places(results, "activities") == {
        "validated": 4, "unproven": 2, "not_worth": 1, "outside": 2, "unknown_account": 4,
    }  # fmt: skip
    shares = places(results, "activities", "share")
    assert shares.pop("unknown_account") is None
    assert round(sum(shares.values()), 5) == 1
    for dimension in ("owner", "channel", "segment"):
        assert sum(row["n"] for row in results["waste"] if row["dimension"] == dimension) == 13


def test_pipeline_is_money_and_what_has_no_amount_is_counted() -> None:
    deals = [("good", 100, None), ("bad", 50, "eur"), ("none", 300, ""), ("none", None, None), ("none", 7, "XXX")]
    results = waste(
        opportunities=[
            {"record_id": str(i), "account_id": a, "new_business": True, "outcome": "lost", "amount": x, "currency": c,
             "origin": "fair", "created_at": RECENT} for i, (a, x, c) in enumerate(deals)
        ]
    )  # fmt: skip
    assert places(results, "pipeline", "amount") == {"validated": 100, "not_worth": 100, "outside": 300}
    assert places(results, "pipeline", "without_amount") == {"validated": 0, "not_worth": 0, "outside": 2}
    assert places(results, "pipeline", "share") == {"validated": 0.2, "not_worth": 0.2, "outside": 0.6}
    assert places(results, "pipeline", "accounts", dimension="channel", name="fair")["outside"] == 1


def cost(amount: float, segment: str | None = None, **more: Any) -> dict[str, Any]:
    return {"segment": segment, "month": date(2024, 2, 1), "amount": amount, **more}


def test_spend_of_a_segment_goes_where_its_verdict_says_and_shared_spend_stays_apart() -> None:
    late = cost(1000, "good", month=date(2023, 5, 1))
    results = waste(
        landing_costs=[cost(10, "good"), cost(20, "bad"), cost(5, "gone"), cost(65), cost(9, currency="XXX"), late]
    )
    assert places(results, "spend", "amount") == {"validated": 10, "not_worth": 20, "outside": 5, "shared": 65}
    assert places(results, "spend", "without_amount")["shared"] == 1
    assert places(results, "spend", basis="activities") == {}  # nothing to divide by


def test_shared_spend_is_divided_as_the_activities_were_and_says_so() -> None:
    results = waste(landing_costs=[cost(10, "good"), cost(100)], activities=touches(good=1, none=3, unknown=50))
    divided = places(results, "spend", "amount", basis="activities")
    assert divided == {"validated": 35, "outside": 75}
    assert sum(divided.values()) == sum(places(results, "spend", "amount").values())
