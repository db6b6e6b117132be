"""Lifetime value on real rows: the worked example, and who is seen, at risk and gone in which month."""

from __future__ import annotations

from datetime import date, datetime, time
from decimal import Decimal

import numpy as np
import pytest

from tierwise.stages.performance.lifetime_value import LifetimeValueSpec
from tierwise.stats.value import MonthSums, lifetime_value
from tierwise.stats.value.renewal import ShiftedBetaGeometric

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


def yearly(rng, n, months=72):
    """Customers on yearly contracts: first year, and then each renewal with a chance of its own to end."""
    rows = []
    for i in range(n):
        start, stays, leave = int(rng.integers(0, 48)), 12, rng.beta(0.7, 2.5)
        while rng.random() > leave and stays < 240:
            stays += 12
        end = start + stays
        rows.append({"record_id": f"y{i:03}", "account_id": f"y{i:03}", "amount": 1200, "mrr": 100, "interval_months": 12,
                     "started_at": month(start - 54), "ended_at": month(end - 54) if end < months else None})  # fmt: skip
    return rows


def test_yearly_renewals_look_beyond_the_records(company):
    """Six years of records, a horizon of ten: what comes after is a band of its own, and holds the truth."""
    rows = yearly(np.random.default_rng(7), 400)
    company.accounts(*({"id": row["account_id"], "segment": "s"} for row in rows)).give(subscriptions=rows)
    spec = LifetimeValueSpec(**PLAIN | {"min_at_risk": 10}, horizon_months=120)
    company.run(AS_OF, lifetime_value=spec, upto="lifetime_value")
    first = company.one("renewals", dimension="total", renewal=1)
    assert (first["accounts"], first["yearly"], first["at_risk"]) == (400, 400, 400)
    model = company.one("renewal_models", dimension="total")
    assert model["first_renewal"] == pytest.approx(2.5 / 3.2, abs=0.04)
    assert model["latest_renewal"] > model["first_renewal"]
    found = company.one("lifetime_value", dimension="total")
    truth = ShiftedBetaGeometric(0.7, 2.5, 0.0, np.zeros((2, 2))).survival(np.arange(120) // 12) * 100
    end = found["supported_months"]
    assert (found["setting"], 60 <= end <= 72) == ("contractual", True)
    assert found["lo"] < truth[:end].sum() < found["hi"]
    assert found["beyond_lo"] < truth[end:].sum() < found["beyond_hi"]
    assert found["beyond_value"] == pytest.approx(truth[end:].sum(), rel=0.25)
    assert found["value"] + found["beyond_value"] < found["most_value"]
    assert found["contract_years"] == pytest.approx(model["contract_years"])
    curve = company.read("value_curve", dimension="total")
    assert {row["source"] for row in curve if row["tenure"] >= end} == {"renewals"}
    assert [row["tenure"] for row in sorted(curve, key=lambda row: row["tenure"])] == list(range(120))


def test_a_cancelled_year_counts_at_its_end_and_open_years_do_not(company):
    company.accounts({"id": "a"}, {"id": "b"}, {"id": "c"})
    rows = [*customer("a", [10] * 5, 0), *customer("b", [10] * 14, 0), *customer("c", [10] * 3, 12)]
    company.give(subscriptions=[row | {"interval_months": 12} for row in rows])
    company.run(AS_OF, lifetime_value=LifetimeValueSpec(**PLAIN), upto="renewals")
    # a left within its first year, b renewed once; the first year of c is not over, so neither is c lost nor b at 2
    assert [(r["renewal"], r["at_risk"], r["lost"]) for r in company.read("renewals", dimension="total")] == [(1, 2, 1)]
    company.run(AS_OF, lifetime_value=LifetimeValueSpec(**PLAIN, contract_months=1), upto="renewals")
    assert company.read("renewals") == []


def buyers(rng, n, months=18):
    """Customers without a contract: rate and leaving as in BG/NBD, by month."""
    rows = []
    for i in range(n):
        rate, leave, spend = rng.gamma(2.0, 0.25), rng.beta(1.5, 2.5), rng.lognormal(4, 0.4)
        for k in range(int(rng.integers(0, months - 3)), months):
            first = not rows or rows[-1]["account_id"] != f"b{i:03}"
            if first or rng.random() < 1 - np.exp(-rate):
                rows += invoiced(f"b{i:03}", [k], round(spend * rng.lognormal(0, 0.2)))
                if not first and rng.random() < leave:
                    break
    return rows


def test_without_a_contract_every_month_since_the_first_purchase_counts(company):
    company.accounts({"id": "old"}, *({"id": name, "segment": "s"} for name in "ab"))
    company.give(invoices=invoiced("old", [0]) + invoiced("a", [8, 16], 100) + invoiced("b", [15], 40))
    company.run(AS_OF, lifetime_value=LifetimeValueSpec(**PLAIN), upto="lifetime_value")
    months = {
        r["tenure"]: (r["paying"], r["margin"], r["deaths"]) for r in company.read("value_months", dimension="total")
    }
    assert months == {0: (2, 140.0, 0), 1: (2, 0.0, 0), 2: (2, 0.0, 0), **dict.fromkeys(range(3, 8), (1, 0.0, 0)),
                      8: (1, 100.0, 0), 9: (1, 0.0, 0)}  # fmt: skip
    found = company.one("lifetime_value", dimension="total")
    assert (found["setting"], found["value"], found["supported_months"]) == ("not_contractual", 170.0, 10)
    assert found["expected_months"] is found["median_months"] is None
    billed = LifetimeValueSpec(**PLAIN, setting="contractual")
    company.run(AS_OF, lifetime_value=billed, upto="lifetime_value")
    assert company.one("lifetime_value", dimension="total")["setting"] == "contractual"
    assert company.read("repeat_purchases") == []


def test_purchases_look_beyond_where_leaving_is_seen(company):
    rows = buyers(np.random.default_rng(9), 700)
    company.accounts(*({"id": name, "segment": "s"} for name in sorted({row["account_id"] for row in rows})))
    company.give(invoices=rows)
    spec = LifetimeValueSpec(**PLAIN | {"min_at_risk": 10}, horizon_months=24, gone_after_months_billed=1)
    company.run(AS_OF, lifetime_value=spec, upto="lifetime_value")
    model, found = company.one("repeat_models", dimension="total"), company.one("lifetime_value", dimension="total")
    assert 0.1 < model["leaves"] < 0.6
    assert found["model_over_records"] == pytest.approx(1.0, abs=0.15)
    assert abs(found["spend_correlation"]) < 0.3
    assert found["supported_months"] < 24
    assert found["beyond_lo"] < found["beyond_value"] < found["beyond_hi"]
    assert found["value"] + found["beyond_value"] < found["most_value"]
    assert 0 < found["active_customers"] < found["n"]
    cells = company.read("repeat_purchases", dimension="total")
    assert sum(row["customers"] for row in cells) == model["customers"] == found["n"]
    assert all(row["last"] <= row["watched"] <= 17 for row in cells)


@pytest.mark.parametrize("kind", ["yearly", "buyers"])
def test_the_digits_do_not_depend_on_the_order_of_the_records(company, kind):
    """Not nearly the same: the same. Sums of money are decimals, and a search starts from sorted counts."""
    rng = np.random.default_rng(6)
    rows = yearly(rng, 120) if kind == "yearly" else buyers(rng, 250)
    for row in rows:
        row["mrr" if kind == "yearly" else "amount"] = Decimal(int(rng.integers(1, 10**6))) / 100
    company.accounts(
        *({"id": name, "segment": "st"[int(name[1:]) % 2]} for name in sorted({r["account_id"] for r in rows}))
    )
    company.give(**{"subscriptions" if kind == "yearly" else "invoices": rows})
    read = ("value_months", "value_spread", "renewal_models", "repeat_models", "value_curve", "lifetime_value")
    found = []
    for _ in range(2):
        company.run(AS_OF, upto="lifetime_value")
        found.append({name: sorted(company.read(name), key=repr) for name in read})
        for table in company.rows.values():
            rng.shuffle(table)
    assert found[0] == found[1]
    every = [value for rows in found[0].values() for row in rows for value in row.values() if isinstance(value, float)]
    assert np.isfinite(every).all()
