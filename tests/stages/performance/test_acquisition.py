"""Costs against the customers whom they were spent on, from records to the ratio and the month of payback."""

from __future__ import annotations

from datetime import date, datetime, time, timedelta

import numpy as np
import pytest

from tierwise.stages.performance.acquisition import AcquisitionSpec
from tierwise.stages.performance.lifetime_value import LifetimeValueSpec
from tierwise.stats.intervals import t_quantile
from tierwise.stats.value.cost import fieller

AS_OF = date(2025, 6, 30)
AT_ONCE = AcquisitionSpec(lag_months=0)


def moment(k):
    """First instant of month k, counted from July 2022."""
    return datetime.combine(date(2022 + (k + 6) // 12, (k + 6) % 12 + 1, 1), time())


def months(first, last, amount, **more):
    """One cost in each month, counted in the same way."""
    return [{"month": moment(k).date(), "amount": amount, **more} for k in range(first, last + 1)]


@pytest.fixture
def four(company):
    company.accounts({"id": "a", "segment": "s"}, {"id": "b", "segment": "t"}, {"id": "c", "segment": "t"}, {"id": "d"})
    started = {"a": moment(30), "b": moment(30), "c": moment(31), "d": moment(32), "old": moment(2)}
    return company.give(
        subscriptions=[{"record_id": k, "account_id": k, "mrr": 10, "started_at": v} for k, v in started.items()]
    )


def test_shared_costs_follow_new_customers(four):
    four.give(
        landing_costs=[
            *months(24, 35, 0),
            {"segment": "t", "month": date(2025, 1, 1), "amount": 100},
            {"segment": None, "month": date(2025, 1, 1), "amount": 400},
            {"segment": "t", "month": date(2023, 1, 1), "amount": 999},
            {"segment": "t", "month": date(2025, 1, 1), "amount": 999, "currency": "XXX"},
        ],
    )
    four.run(AS_OF, upto="acquisition", acquisition=AT_ONCE)
    rows = {r["name"]: (r["cost"], r["new_customers"], r["cost_per_customer"]) for r in four.read("acquisition")}
    assert rows == {"s": (100.0, 1, 100.0), "t": (300.0, 2, 150.0), "all": (500.0, 4, 125.0)}
    t = four.one("acquisition", name="t")
    # 50 own over a count of 2, 100 shared over a count of 4
    assert t["se"] == pytest.approx((50**2 / 2 + 100**2 / 4) ** 0.5)
    assert t["lo"] < 150 < t["hi"]
    assert (t["grade"], t["months"], t["lag_months"]) == ("C", 12, 0)


def test_only_customers_of_months_with_costs_on_record_count(four):
    """Half a year of costs against a year of customers would make them look cheap."""
    four.give(landing_costs=months(31, 40, 60)).run(AS_OF, upto="acquisition", acquisition=AT_ONCE)
    total = four.one("acquisition", name="all")
    assert (total["new_customers"], total["months"], total["cost"]) == (2, 5, 300.0)
    assert [row["name"] for row in four.read("acquisition", dimension="segment")] == ["t"]


def test_costs_come_before_the_customer(four):
    four.give(landing_costs=[{"segment": "s", "month": date(2024, 4, 1), "amount": 70}, *months(15, 32, 0)])
    four.run(AS_OF, upto="acquisition", acquisition=AT_ONCE)
    assert four.one("acquisition", name="s")["cost_per_customer"] is None
    four.run(AS_OF, upto="acquisition", acquisition=AcquisitionSpec(lag_months=6))
    assert four.one("acquisition", name="s")["cost"] == 70.0


def test_the_lag_is_the_median_sales_cycle(four):
    won = [
        {"record_id": k, "account_id": k, "new_business": True, "outcome": "won", "closed_at": moment(20),
         "created_at": moment(20) - timedelta(days=days)}
        for k, days in (("a", 80), ("b", 91), ("c", 200))
    ]  # fmt: skip
    four.give(opportunities=won, landing_costs=months(0, 35, 10)).run(AS_OF, upto="acquisition")
    assert four.one("acquisition", name="all")["lag_months"] == 3


def test_costs_without_new_customers_are_shown_and_have_no_cost_per_customer(four):
    four.give(landing_costs=[*months(24, 35, 0), {"segment": "u", "month": date(2025, 1, 1), "amount": 80}])
    four.run(AS_OF, upto="acquisition", acquisition=AT_ONCE)
    row = four.one("acquisition", name="u")
    assert (row["cost"], row["new_customers"], row["cost_per_customer"], row["grade"]) == (80.0, 0, None, None)


def test_value_over_cost_and_payback(company):
    company.accounts(*({"id": f"a{i:02}", "segment": "s"} for i in range(30)))
    company.give(
        subscriptions=[
            {"record_id": f"{i}", "account_id": f"a{i:02}", "mrr": 90 + i, "started_at": moment(24 + i % 6)}
            for i in range(30)
        ],
        landing_costs=months(24, 35, 600),
    )
    spec = LifetimeValueSpec(gross_margin=1.0, discount=0.0)
    company.run(AS_OF, upto="acquisition", acquisition=AT_ONCE, lifetime_value=spec)
    found, worth = company.one("acquisition", name="s"), company.one("lifetime_value", dimension="segment")
    assert found["cost_per_customer"] == 240.0
    assert found["value_to_cost"] == pytest.approx(worth["value"] / 240)
    assert found["ratio_lo"] < found["value_to_cost"] < found["ratio_hi"]
    # about 104 a month: two months bring 208, three 312
    assert found["payback_months"] == 3
    assert company.one("acquisition", name="all")["grade"] == "B"


def test_value_and_cost_vary_together_as_under_one_resample(company):
    """The newest third pays three times as much: who draws more of them draws a higher value at a lower cost."""
    n, new = 60, 20
    began = np.where(np.arange(n) < n - new, np.arange(n) % 20, 24 + np.arange(n) % 12)
    price = np.where(np.arange(n) < n - new, 100, 300) + np.arange(n)
    company.accounts(*({"id": f"a{i:02}", "segment": "s"} for i in range(n)))
    company.give(
        subscriptions=[
            {"record_id": f"{i}", "account_id": f"a{i:02}", "mrr": int(price[i]), "started_at": moment(int(began[i]))}
            for i in range(n)
        ],
        landing_costs=[*months(24, 35, 100, segment="s"), *months(24, 35, 600)],
    )
    plain = LifetimeValueSpec(gross_margin=1.0)
    company.run(AS_OF, upto="acquisition", acquisition=AT_ONCE, lifetime_value=plain)
    found, worth = company.one("acquisition", name="s"), company.one("lifetime_value", dimension="segment")
    rng, drawn = np.random.default_rng(1), []
    seen = np.arange(36) < (36 - began)[:, None]
    for _ in range(4000):
        who = rng.integers(0, n, n)
        k = seen[who].sum(axis=0)[: worth["supported_months"]]
        mean = (price[who, None] * seen[who]).sum(axis=0)[: len(k)] / np.maximum(k, 1)
        drawn.append(((mean * 1.1 ** (-np.arange(len(k)) / 12)).sum(), 8400 / (began[who] >= 24).sum()))
    together = np.cov(np.array(drawn).T)[0, 1]
    assert found["correlation"] < -0.1
    assert found["correlation"] * worth["se"] * found["se"] == pytest.approx(together, rel=0.15)


def test_who_won_larger_customers_of_late_is_less_sure_of_the_ratio(company):
    """With independent parts the interval would be narrower."""
    company.accounts(*({"id": f"a{i:02}", "segment": "s"} for i in range(40)))
    company.give(
        subscriptions=[
            {"record_id": f"{i}", "account_id": f"a{i:02}", "mrr": 100 if i < 20 else 300, "started_at": moment(i)}
            for i in range(36)
        ],
        landing_costs=months(24, 35, 600),
    )
    company.run(AS_OF, upto="acquisition", acquisition=AT_ONCE)
    found, worth = company.one("acquisition", name="s"), company.one("lifetime_value", dimension="segment")
    quantile = t_quantile(worth["n_eff"] - 1)
    alone = fieller(worth["value"], worth["se"], found["cost_per_customer"], found["se"], quantile=quantile)
    assert found["correlation"] < 0
    assert found["ratio_lo"] < alone.lo
    assert found["ratio_hi"] > alone.hi


def test_no_costs(four):
    four.run(AS_OF, upto="acquisition")
    assert four.read("acquisition") == []
