"""Start cohorts on real rows: ages, customers too young for an age, labels and doubtful starts."""

from __future__ import annotations

from datetime import date, datetime

import pytest

from tierwise.stages.performance.cohorts import CohortsSpec

AS_OF = date(2025, 6, 30)
NET, GROSS, LOGO = "net_revenue_retention", "gross_revenue_retention", "logo_retention"


def spell(account, mrr, started, ended=None):
    key = f"{account}-{started}"
    return {"record_id": key, "account_id": account, "mrr": mrr, "started_at": first(started),
            "ended_at": ended and first(ended)}  # fmt: skip


def first(month):
    """The first moment of a month written as 2025-01."""
    return datetime.strptime(month, "%Y-%m")  # noqa: DTZ007 (landed timestamps are naive UTC)


@pytest.fixture
def begun(company):
    company.accounts({"id": "a", "segment": "s"}, {"id": "b", "segment": "s"}, {"id": "c"}, {"id": "late"})
    return company.give(
        subscriptions=[
            spell("a", 100, "2025-01", "2025-03"), spell("a", 160, "2025-03"),
            spell("b", 50, "2025-01", "2025-02"),
            spell("c", 50, "2025-02", "2025-04"), spell("c", 50, "2025-05"),
            spell("late", 10, "2025-06"),
        ]
    )  # fmt: skip


def figures(company, metric, **where):
    rows = sorted(company.read("cohorts", metric=metric, **where), key=lambda row: row["age"])
    return [round(row["value"], 6) for row in rows]


def test_a_quarter_by_age(begun):
    begun.run(AS_OF, upto="cohorts")
    quarter = {"dimension": "total", "cohort": date(2025, 1, 1)}
    # 200 at the start; b leaves at age 1, a grows at age 2, c pauses at its age 2; at age 5 only January is old enough
    assert figures(begun, NET, **quarter) == [1.0, 0.75, 0.8, 1.05, 1.05, round(160 / 150, 6)]
    assert figures(begun, GROSS, **quarter) == [1.0, 0.75, 0.5, 0.75, 0.75, round(100 / 150, 6)]
    third = round(1 / 3, 6)
    assert figures(begun, LOGO, **quarter) == [1.0, round(2 / 3, 6), third, round(2 / 3, 6), round(2 / 3, 6), 0.5]
    rows = sorted(begun.read("cohorts", metric=NET, **quarter), key=lambda row: row["age"])
    assert [row["n"] for row in rows] == [3, 3, 3, 3, 3, 2]
    assert [row["complete"] for row in rows] == [True] * 5 + [False]
    assert {row["start_known"] for row in rows} == {True}
    assert rows[3]["n_eff"] == pytest.approx(200**2 / (100**2 + 50**2 + 50**2))
    assert rows[3]["lo"] < rows[3]["value"] < rows[3]["hi"]
    assert {row["cohort"] for row in begun.read("cohorts")} == {date(2025, 1, 1), date(2025, 4, 1)}


def test_months_years_and_how_long(begun):
    begun.run(AS_OF, upto="cohorts", cohorts=CohortsSpec(by="month", months=2))
    assert {row["cohort"].month for row in begun.read("cohorts")} == {1, 2, 6}
    assert max(row["age"] for row in begun.read("cohorts")) == 2
    begun.run(AS_OF, upto="cohorts", cohorts=CohortsSpec(by="year"))
    assert {row["cohort"] for row in begun.read("cohorts")} == {date(2025, 1, 1)}


def test_segments_are_followed_too(begun):
    begun.run(AS_OF, upto="cohorts")
    assert figures(begun, NET, dimension="segment", name="s")[:3] == [1.0, round(100 / 150, 6), round(160 / 150, 6)]


def test_subsidiaries_that_began_together_are_one_cluster(company):
    company.accounts({"id": "a", "parent": "p"}, {"id": "b", "parent": "p"})
    company.give(subscriptions=[spell("a", 30, "2025-01", "2025-03"), spell("b", 10, "2025-01")])
    company.run(AS_OF, upto="cohorts")
    row = company.one("cohorts", metric=NET, age=3)
    assert (row["value"], row["n"], row["n_clusters"], row["lo"]) == (0.25, 2, 1, None)


def test_billed_revenue_is_followed_in_windows_and_its_first_cohort_may_be_older(company):
    company.accounts({"id": "a"}, {"id": "b"})
    lines = [("a", "2024-10", 300), ("a", "2025-01", 150), ("b", "2025-02", 90), ("b", "2025-03", 30)]
    company.give(
        invoices=[
            {"record_id": str(i), "account_id": who, "amount": amount, "invoiced_at": first(month)}
            for i, (who, month, amount) in enumerate(lines)
        ]
    )
    company.run(AS_OF, upto="cohorts")
    # a window begins with each month: 300, then what January brings; none begins after April
    a = {"dimension": "total", "cohort": date(2024, 10, 1)}
    assert figures(company, NET, **a) == [1.0, 0.5, 0.5, 0.5, 0.0, 0.0, 0.0]
    b = {"dimension": "total", "cohort": date(2025, 1, 1)}
    assert figures(company, NET, **b) == [1.0, 0.25, 0.0]
    assert {row["start_known"] for row in company.read("cohorts", **a)} == {False}
    assert {row["start_known"] for row in company.read("cohorts", **b)} == {True}


def test_nothing_at_all(company):
    company.run(AS_OF, upto="cohorts")
    assert company.read("cohorts") == []
