"""Lifetime value on real rows: the worked example, and who is seen, at risk and gone in which month."""

from __future__ import annotations

from datetime import date, datetime, time

import numpy as np
import pytest

from tierwise.stages.performance.lifetime_value import LifetimeValueSpec
from tierwise.stats.value import MonthSums, lifetime_value

AS_OF = date(2025, 6, 30)
PLAIN = {"gross_margin": 1.0, "min_at_risk": 1, "discount": 0.0}


def at(year, month, day, *clock):
    """A moment in UTC, naive as every landed timestamp is."""
    return datetime.combine(date(year, month, day), time(*clock))


def month(k):
    return at(2024 + k // 12, k % 12 + 1, 1)


def customer(account, revenue, start):
    """One spell per month; `start` counts months from January 2024 and `revenue` lists what is paid."""
    return [
        {"record_id": f"{account}{k}", "account_id": account, "mrr": amount, "started_at": month(start + k),
         "ended_at": month(start + k + 1)}
        for k, amount in enumerate(revenue)
    ]  # fmt: skip


def invoiced(account, months, amount=30):
    return [
        {"record_id": f"{account}{k}", "account_id": account, "amount": amount, "invoiced_at": month(k).replace(day=9)}
        for k in months
    ]


@pytest.fixture
def lin(company):
    """The worked example of methods b.1: T = 2, 9, 1, 9 and C = 9, 2, 9, 3, where the status after C is
    known.

    June 2025 is month 17. The second account starts in month 15: two months with a known end, and a third
    one, the last, whose end is not known; the example stops before it, and so does the horizon here.
    """
    company.accounts(*({"id": name, "segment": "s"} for name in "abcd"))
    lives = (("a", [10, 10], 0), ("c", [5], 0), ("d", [8, 8, 8, 8, 8], 13))
    return company.give(subscriptions=[row for life in lives for row in customer(*life)])


def test_tenure(lin):
    lin.run(AS_OF, lifetime_value=LifetimeValueSpec(**PLAIN), upto="lifetime_value")
    found = {(r["account_id"], r["tenure"]): (r["margin"], r["at_risk"], r["died"]) for r in lin.read("tenure_months")}
    assert found == {
        ("a", 0): (10, 1, 0), ("a", 1): (10, 1, 1), ("c", 0): (5, 1, 1),
        ("d", 0): (8, 1, 0), ("d", 1): (8, 1, 0), ("d", 2): (8, 1, 0), ("d", 3): (8, 1, 0), ("d", 4): (8, 0, 0),
    }  # fmt: skip


def test_worked_example(company):
    company.accounts(*({"id": name} for name in "abcd"))
    # b is seen in two months whose ends are known: its third month lies beyond the horizon of two and a half
    lives = (("a", [10, 10], 0), ("b", [20, 20], 16), ("c", [5], 0), ("d", [8, 8, 8], 0))
    company.give(subscriptions=[row for life in lives for row in customer(*life)])
    company.run(AS_OF, lifetime_value=LifetimeValueSpec(**PLAIN, horizon_months=3), upto="lifetime_value")
    # month 0: (10+20+5+8)/4; then 3 of 4 live on; month 1: (10+20+8)/3; of a and d, whose ends are known, d lives on
    expected = 43 / 4 + 0.75 * 38 / 3 + 0.75 * 0.5 * 8
    total = company.one("lifetime_value", dimension="total")
    assert total["value"] == pytest.approx(expected)
    assert total["supported_months"] == 3
    # 1 + .75 + .375 months; after three months .375 are left, after two .375: half are gone after the second
    assert total["expected_months"] == pytest.approx(2.125)
    assert total["median_months"] == 2


def test_the_published_example_through_the_engine(company):
    """Margins [10,10,10],[20,20,25],[5,5,5],[8,8,8], T=[2,9,1,9], C=[9,2,9,3], H=3: 24.25."""
    sums = MonthSums(np.array([4.0, 3, 1]), np.array([43.0, 38, 8]), np.array([4.0, 3, 1]), np.array([1.0, 1, 0]))
    assert lifetime_value(sums, 3, 0.0).value == pytest.approx(24.25)
    # by records: b's third month is hidden by as_of, its second month's end is known from month 17 on
    company.accounts(*({"id": name} for name in "abcd"))
    lives = (("a", [10, 10], 0), ("b", [20, 20, 25], 15), ("c", [5], 0), ("d", [8, 8, 8, 8], 14))
    company.give(subscriptions=[row for life in lives for row in customer(*life)])
    company.run(AS_OF, lifetime_value=LifetimeValueSpec(**PLAIN, horizon_months=3), upto="lifetime_value")
    months = {r["tenure"]: (r["paying"], r["margin"], r["at_risk"], r["deaths"]) for r in company.read("value_months")}
    assert months == {0: (4, 43.0, 4, 1), 1: (3, 38.0, 3, 1), 2: (2, 33.0, 1, 0)}
    assert company.one("lifetime_value")["value"] == pytest.approx(10.75 + 9.5 + 0.5 * 16.5)


def test_interval_is_that_of_the_influence_function(company):
    """The engine's sums over clusters give the standard error that the accounts x months matrices give."""
    rng = np.random.default_rng(8)
    months, n = 18, 40
    margin, at_risk, died = (np.full((n, months), fill) for fill in (np.nan, 0.0, 0.0))
    for i in range(n):
        start, length = int(rng.integers(0, 14)), int(rng.geometric(0.12))
        paid = rng.integers(5, 50, size=min(length, months - start))
        company.accounts({"id": f"a{i:02}", "segment": "one" if i % 2 else "two"})
        company.give(subscriptions=customer(f"a{i:02}", [int(x) for x in paid], start))
        margin[i, : len(paid)] = paid * 0.8
        at_risk[i, : len(paid)] = 1
        if start + length > months - 1:
            at_risk[i, len(paid) - 1] = 0
        else:
            died[i, len(paid) - 1] = 1
    company.run(AS_OF, upto="lifetime_value")
    total = company.one("lifetime_value", dimension="total")
    sums = MonthSums.of(margin, at_risk, died)
    found = lifetime_value(sums, sums.supported(60), 0.10)
    psi = found.influences(margin, at_risk, died)
    assert total["supported_months"] == found.horizon > 3
    assert (total["n"], total["n_clusters"]) == (n, n)
    assert total["value"] == pytest.approx(found.value)
    assert total["se"] == pytest.approx((n / (n - 1) * (psi @ psi)) ** 0.5, rel=1e-5)
    assert total["lo"] < total["value"] < total["hi"]
    assert total["grade"] == "B"
    half = company.read("lifetime_value", dimension="segment")
    assert all(row["value_of_all"] > 0 and 0 < row["chance_above_all"] < 1 for row in half)


def test_margin_is_what_counts(lin):
    spec = LifetimeValueSpec(**{**PLAIN, "gross_margin": 0.5, "cost_to_serve": 1.0})
    lin.run(AS_OF, lifetime_value=spec, upto="tenure_months")
    assert lin.one("tenure_months", account_id="c")["margin"] == pytest.approx(1.5)


def test_a_customer_who_comes_back_is_not_counted_twice(company):
    company.accounts({"id": "a"})
    company.give(subscriptions=customer("a", [10, 10], 0) + customer("a", [99], 6))
    company.run(AS_OF, lifetime_value=LifetimeValueSpec(**PLAIN), upto="lifetime_value_excluded")
    assert [row["died"] for row in company.read("tenure_months")] == [0, 1]
    assert company.one("lifetime_value_excluded", reason="came_back_after_leaving")["rows"] == 1


def test_a_gap_may_be_tolerated(company):
    company.accounts({"id": "a"})
    company.give(subscriptions=customer("a", [10, 10], 0) + customer("a", [10], 3))
    spec = LifetimeValueSpec(**PLAIN, gone_after_months=2)
    company.run(AS_OF, lifetime_value=spec, upto="tenure_months")
    rows = sorted(company.read("tenure_months"), key=lambda row: row["tenure"])
    assert [row["margin"] for row in rows] == [10, 10, 0, 10]
    assert [row["died"] for row in rows] == [0, 0, 0, 1]


def test_recent_months_count_only_when_their_end_could_be_seen(company):
    """With a gap of three months, the last two tell only of those who paid again: good news only."""
    company.accounts({"id": "a"}, {"id": "b"})
    company.give(subscriptions=customer("a", [10] * 6, 12) + customer("b", [10] * 2, 12))
    spec = LifetimeValueSpec(**PLAIN, gone_after_months=3)
    company.run(AS_OF, lifetime_value=spec, upto="tenure_months")
    rows = {(r["account_id"], r["tenure"]): (r["at_risk"], r["died"]) for r in company.read("tenure_months")}
    assert rows == {
        ("a", 0): (1, 0), ("a", 1): (1, 0), ("a", 2): (1, 0), ("a", 3): (0, 0), ("b", 0): (1, 0), ("b", 1): (1, 1),
    }  # fmt: skip


def test_customers_older_than_the_records_enter_late(company):
    company.accounts({"id": "a"}, {"id": "b"})
    company.give(subscriptions=customer("a", [10] * 5, 0) + customer("b", [10] * 2, 4))
    spec = LifetimeValueSpec(**PLAIN, records_from=date(2024, 4, 1))
    company.run(AS_OF, lifetime_value=spec, upto="tenure_months")
    assert sorted(r["tenure"] for r in company.read("tenure_months", account_id="a")) == [3, 4]
    assert sorted(r["tenure"] for r in company.read("tenure_months", account_id="b")) == [0, 1]
    assert {(r["account_id"], r["tenure"]) for r in company.read("tenure_months", entered=1)} == {("a", 3), ("b", 0)}
    in_march = LifetimeValueSpec(**PLAIN, records_from=date(2024, 3, 2))
    company.run(AS_OF, lifetime_value=in_march, upto="tenure_months")
    assert [r["tenure"] for r in company.read("tenure_months", account_id="a", entered=1)] == [3]


def test_invoiced_customers_of_the_first_months_have_no_known_age(company):
    company.accounts({"id": "old"}, {"id": "new"})
    company.give(invoices=invoiced("old", (0, 3, 6)) + invoiced("new", (7, 8)))
    company.run(AS_OF, lifetime_value=LifetimeValueSpec(**PLAIN), upto="lifetime_value_excluded")
    assert {row["account_id"] for row in company.read("tenure_months")} == {"new"}
    assert company.one("lifetime_value_excluded", reason="unknown_age_at_first_record")["rows"] == 1


def test_too_few_customers_have_no_value(company):
    company.accounts({"id": "a"}).give(subscriptions=customer("a", [10, 10], 0))
    company.run(AS_OF, upto="lifetime_value")
    total = company.one("lifetime_value")
    assert (total["value"], total["supported_months"], total["grade"]) == (None, 0, "C")


def test_nothing_at_all(company):
    company.run(AS_OF, upto="lifetime_value")
    for table in ("tenure_months", "value_months", "value_weights", "value_spread", "lifetime_value"):
        assert company.read(table) == []
