"""Retention on real rows: the worked example, and each mistake that the fixture would reveal."""

from __future__ import annotations

from datetime import date, datetime, time
from decimal import Decimal

import numpy as np
import pytest

from tierwise.stages.performance.retention import RetentionSpec
from tierwise.stages.performance.revenue import RevenueSpec

AS_OF = date(2025, 6, 30)
START, END = 24 * 12 + 6, 25 * 12 + 6
WORKED = {"a": (100, 120), "b": (200, 0), "c": (50, 50), "d": (150, 100), "e": (0, 80), "f": (300, 450)}


def at(year, month, day, *clock):
    """A moment in UTC, naive as every landed timestamp is."""
    return datetime.combine(date(year, month, day), time(*clock))


def spell(account, mrr, started, ended=None, **more):
    row = {"account_id": account, "mrr": mrr, "started_at": started, "ended_at": ended}
    return {"record_id": f"{account}-{started}", **row, **more}


def paid(account, start, end):
    """Spells that pay `start` at the end of June 2024 and `end` at the end of June 2025."""
    rows = []
    if start:
        rows.append(spell(account, start, at(2023, 1, 15), at(2025, 1, 10)))
    if end:
        rows.append(spell(account, end, at(2025, 1, 10) if start else at(2024, 9, 1)))
    return rows


@pytest.fixture
def worked(company):
    company.accounts(*({"id": name, "segment": "s", "industry": "x"} for name in WORKED))
    return company.give(subscriptions=[row for name, ends in WORKED.items() for row in paid(name, *ends)])


def test_worked_example(worked):
    worked.run(AS_OF, upto="retention")
    net = worked.one("retention", dimension="total", metric="net_revenue_retention")
    assert net["value"] == pytest.approx(0.9)
    assert (net["n"], net["n_clusters"]) == (5, 5)
    assert net["n_eff"] == pytest.approx(3.878788, abs=1e-6)
    assert net["se"] == pytest.approx(0.3616099, abs=1e-6)
    assert (net["lo"], net["hi"]) == pytest.approx((0.0, 2.078708), abs=1e-5)
    assert net["top_share"] == pytest.approx(0.375)
    assert net["grade"] == "C"
    assert worked.one("retention", dimension="total", metric="gross_revenue_retention")["value"] == 0.6875
    assert worked.one("retention", dimension="total", metric="logo_retention")["value"] == pytest.approx(0.8)


def test_movements_tie_out(worked):
    worked.run(AS_OF, upto="retention")
    for row in worked.read("retention_movements"):
        parts = row["start_revenue"] + row["expansion"] - row["contraction"] - row["churn"]
        assert parts == pytest.approx(row["end_revenue"], abs=1e-9)
    total = worked.one("retention_movements", dimension="total")
    assert (total["start_revenue"], total["expansion"], total["contraction"], total["churn"], total["end_revenue"]) == (
        800, 170, 50, 200, 720,
    )  # fmt: skip
    assert (total["start_month"], total["end_month"]) == (date(2024, 6, 1), date(2025, 6, 1))


def test_movements_tie_out_whatever_happened(company):
    rng = np.random.default_rng(17)
    for i in range(120):
        company.accounts({"id": f"a{i}", "segment": "st"[i % 2], "industry": "xyz"[i % 3]})
        start, end = (Decimal(int(rng.integers(0, 4))) * Decimal("33.3333") for _ in range(2))
        company.give(subscriptions=paid(f"a{i}", start, end))
    company.run(AS_OF, upto="retention")
    rows = company.read("retention_movements")
    assert len(rows) == 6
    net, gross = (
        {(row["dimension"], row["name"]): row["value"] for row in company.read("retention", metric=metric)}
        for metric in ("net_revenue_retention", "gross_revenue_retention")
    )
    for row in rows:
        lost = row["contraction"] + row["churn"]
        assert row["start_revenue"] + row["expansion"] - lost == pytest.approx(row["end_revenue"], abs=1e-9)
        key = row["dimension"], row["name"]
        assert net[key] == pytest.approx(row["end_revenue"] / row["start_revenue"])
        assert gross[key] == pytest.approx(1 - lost / row["start_revenue"])
        assert gross[key] <= min(1.0, net[key])


def test_new_customers_are_counted_and_left_out(worked):
    worked.run(AS_OF, upto="retention")
    assert worked.one("retention_excluded", reason="zero_start")["rows"] == 1


def test_every_dimension_and_the_total(worked):
    worked.run(AS_OF, upto="retention")
    found = {(row["dimension"], row["name"]) for row in worked.read("retention")}
    assert found == {("total", "all"), ("segment", "s"), ("industry", "x")}


def test_survivors_only_is_avoided(company):
    company.accounts({"id": "stays"}, {"id": "leaves"})
    company.give(subscriptions=[*paid("stays", 845, Decimal("912.6")), *paid("leaves", 155, 0)])
    company.run(AS_OF, upto="retention")
    assert company.one("retention", metric="net_revenue_retention", dimension="total")["value"] == pytest.approx(0.9126)


def test_mean_of_ratios_is_avoided(company):
    ends = dict(zip("abcde", zip([1, 1, 1, 1, 96], [2, 2, 2, 2, 80], strict=True), strict=True))
    company.accounts(*({"id": name} for name in ends))
    company.give(subscriptions=[row for name, pair in ends.items() for row in paid(name, *pair)])
    company.run(AS_OF, upto="retention")
    assert company.one("retention", metric="net_revenue_retention", dimension="total")["value"] == pytest.approx(0.88)


def test_revenue_is_judged_by_the_label_of_then(company):
    company.give(
        accounts=[{"account_id": "a", "ultimate_parent_id": "a", "industry": "winners"}],
        accounts_at_start=[{"account_id": "a", "ultimate_parent_id": "a", "industry": "losers"}],
        subscriptions=paid("a", 100, 50),
    )
    company.run(AS_OF, upto="retention")
    assert [row["name"] for row in company.read("retention_movements", dimension="industry")] == ["losers"]


def test_an_account_unknown_at_the_start_counts_in_the_total_only(company):
    account = {"account_id": "a", "ultimate_parent_id": "a", "industry": "x"}
    company.give(accounts=[account], subscriptions=paid("a", 100, 50))
    company.run(AS_OF, upto="retention")
    assert {row["dimension"] for row in company.read("retention")} == {"total"}
    assert company.one("retention_excluded", reason="attributes_unknown_at_start")["rows"] == 1


def test_frozen_rates(company):
    company.accounts({"id": "eur"}, {"id": "usd"}, {"id": "gbp"})
    company.give(
        spec_rates=[{"currency": "EUR", "rate": 1.10}],
        landing_exchange_rates=[{"currency": "EUR", "rate": 1.00, "valid_from": date(2025, 6, 1)}],
        subscriptions=[
            *(row | {"currency": "EUR"} for row in paid("eur", 100, 110)),
            *(row | {"currency": "usd"} for row in paid("usd", 100, 100)),
            *(row | {"currency": "GBP"} for row in paid("gbp", 100, 100)),
        ],
    )
    company.run(AS_OF, upto="retention")
    assert company.one("retention", metric="net_revenue_retention")["value"] == pytest.approx(1.052381, abs=1e-6)
    # a missing rate is never 1
    assert company.one("revenue_excluded", reason="missing_rate")["rows"] == 2


def test_given_rates_serve_where_the_model_has_none(company):
    given = [
        {"currency": "EUR", "rate": 1.2, "valid_from": date(2024, 1, 1), "row_number": 1},
        {"currency": "EUR", "rate": 1.3, "valid_from": date(2025, 1, 1), "row_number": 2},
        {"currency": "EUR", "rate": 9.9, "valid_from": date(2026, 1, 1), "row_number": 3},
    ]
    company.give(landing_exchange_rates=given).run(AS_OF, upto="rates")
    assert {row["currency"]: row["rate"] for row in company.read("rates")} == {"": 1.0, "USD": 1.0, "EUR": 1.3}


def test_subsidiaries_are_one_cluster(company):
    company.accounts({"id": "a", "parent": "p"}, {"id": "b", "parent": "p"})
    company.give(subscriptions=[*paid("a", 100, 0), *paid("b", 100, 100)])
    company.run(AS_OF, upto="retention")
    net = company.one("retention", metric="net_revenue_retention")
    assert (net["n"], net["n_clusters"], net["value"], net["se"], net["grade"]) == (2, 1, 0.5, None, "C")


@pytest.mark.parametrize(("reactivation", "expected"), [("point_to_point", 0.9), ("exclude", 0.5)])
def test_churned_and_back(company, reactivation, expected):
    company.accounts({"id": "a"}, {"id": "b"})
    company.give(
        subscriptions=[
            spell("a", 100, at(2023, 1, 1), at(2024, 10, 5)),
            spell("a", 80, at(2025, 2, 5)),
            spell("b", 100, at(2023, 1, 1)),
        ]
    )
    company.run(AS_OF, upto="retention", retention=RetentionSpec(reactivation=reactivation))
    assert company.one("retention", metric="net_revenue_retention")["value"] == pytest.approx(expected)
    assert company.one("retention_movements")["reactivated_within"] == 1


def test_what_brings_no_revenue_is_counted(company):
    company.accounts({"id": "a"})
    company.give(
        subscriptions=[
            spell("a", 100, at(2023, 1, 1)),
            spell("a", 100, at(2023, 2, 1), status="Trialing"),
            spell(None, 100, at(2023, 3, 1)),
            spell("a", None, at(2023, 4, 1)),
            spell("a", None, at(2023, 5, 1), amount=1200, interval_months=12),
        ]
    )
    company.run(AS_OF, upto="revenue_excluded")
    assert {row["reason"]: row["rows"] for row in company.read("revenue_excluded")} == {
        "not_paying": 1, "no_account": 1, "no_amount": 1,
    }  # fmt: skip
    assert company.one("revenue_months", month=date(2025, 6, 1))["revenue"] == 200.0


def test_the_last_instant_of_the_month_counts(company):
    company.accounts({"id": "a"})
    company.give(subscriptions=[spell("a", 10, at(2025, 3, 31, 23, 59), at(2025, 5, 1))])
    company.run(date(2025, 6, 15), upto="revenue_months")
    assert [row["month"] for row in company.read("revenue_months")] == [date(2025, 3, 1), date(2025, 4, 1)]


def test_an_unfinished_month_does_not_exist_yet(company):
    company.accounts({"id": "a"}).give(subscriptions=[spell("a", 10, at(2025, 5, 2))])
    company.run(date(2025, 6, 29), upto="revenue_months")
    assert [row["month"] for row in company.read("revenue_months")] == [date(2025, 5, 1)]


def test_billed_revenue_is_averaged_over_a_window(company):
    """Quarterly orders: any single month would show churn or a new customer."""
    company.accounts({"id": "a"}, {"id": "b"})
    lines = [
        {"record_id": f"{account}{year}{month}", "account_id": account, "amount": amount, "invoiced_at": moment}
        for account, amount in (("a", 300), ("b", 60))
        for year, month in ((2024, 2), (2024, 5), (2024, 8), (2024, 11), (2025, 2), (2025, 5))
        for moment in (at(year, month, 7),)
    ]
    credit = {"record_id": "credit", "account_id": "b", "quantity": -3, "unit_price": 10}
    company.give(invoices=[*lines, credit | {"invoiced_at": at(2025, 5, 9)}]).run(AS_OF, upto="retention")
    net = company.one("retention", metric="net_revenue_retention")
    assert (net["den"], net["num"]) == pytest.approx((120.0, 110.0))
    assert {row["basis"] for row in company.read("revenue_months")} == {"invoices"}


def test_postage_and_fees_are_left_out_when_declared(company):
    company.accounts({"id": "a"})
    lines = [
        {"record_id": code, "account_id": "a", "product": code, "amount": amount, "invoiced_at": at(2025, 5, 7)}
        for code, amount in (("85123A", 100), ("POST", 8), (" post", 4), ("POSTER", 20), (None, 1))
    ]
    company.give(invoices=lines).run(AS_OF, upto="revenue_excluded", revenue=RevenueSpec(not_revenue=("Post",)))
    assert company.one("revenue_months")["revenue"] == 121.0
    assert company.read("revenue_excluded") == [{"reason": "not_revenue", "rows": 2}]


def test_what_was_taken_back_in_full_is_no_revenue(company):
    """0.1 + 0.2 - 0.3 is not zero in binary; a month of it would make a paying customer."""
    company.accounts({"id": "a"}, {"id": "b"})
    lines = [
        {
            "record_id": f"{account}{i}",
            "account_id": account,
            "amount": Decimal(amount),
            "invoiced_at": at(2025, 5, 7 + i),
        }
        for account, amounts in (("a", ("0.1", "0.2", "-0.3")), ("b", ("0.1", "0.2", "0.3")))
        for i, amount in enumerate(amounts)
    ]
    company.give(invoices=lines).run(AS_OF, upto="revenue_months")
    assert [(row["account_id"], row["revenue"]) for row in company.read("revenue_months")] == [("b", 0.6)]


def test_a_customer_in_credit_is_clipped_and_counted(company):
    company.accounts({"id": "a"}, {"id": "b"})
    company.give(
        invoices=[
            {"record_id": "1", "account_id": "a", "amount": 300, "invoiced_at": at(2024, 6, 7)},
            {"record_id": "2", "account_id": "a", "amount": -90, "invoiced_at": at(2025, 6, 7)},
            {"record_id": "3", "account_id": "b", "amount": -30, "invoiced_at": at(2024, 6, 7)},
        ]
    )
    company.run(AS_OF, upto="retention")
    assert company.one("retention", metric="net_revenue_retention")["value"] == 0.0
    assert {row["reason"]: row["rows"] for row in company.read("retention_excluded")} == {
        "negative_start": 1, "negative_end_clipped": 1,
    }  # fmt: skip


def test_invoices_do_not_count_beside_subscriptions_unless_declared(company):
    company.accounts({"id": "a"})
    company.give(
        subscriptions=[spell("a", 10, at(2025, 5, 2))],
        invoices=[{"record_id": "1", "account_id": "a", "amount": 99, "invoiced_at": at(2025, 5, 7)}],
    )
    company.run(AS_OF, upto="revenue_months")
    assert {row["basis"] for row in company.read("revenue_months")} == {"subscriptions"}
    company.run(AS_OF, upto="revenue_months", revenue=RevenueSpec(basis="invoices"))
    assert [row["revenue"] for row in company.read("revenue_months")] == [99.0]


def test_simpson_is_flagged(company):
    """B retains better than A in both size bands and worse in total."""
    cases = [("A", "small", 900, 945), ("A", "big", 100, 80), ("B", "small", 100, 108), ("B", "big", 900, 756)]
    for segment, band, start, end in cases:
        name = segment + band
        company.accounts({"id": name, "segment": segment, "employee_band": band})
        company.give(subscriptions=paid(name, start, end))
    company.run(AS_OF, upto="retention")
    a, b = (company.one("retention", dimension="segment", name=s, metric="net_revenue_retention") for s in "AB")
    assert (a["value"], b["value"]) == pytest.approx((1.025, 0.864))
    assert (a["standardised_value"], b["standardised_value"]) == pytest.approx((0.925, 0.96))
    assert (a["mix_reverses"], b["mix_reverses"]) == (True, True)


def test_nothing_at_all(company):
    company.run(AS_OF, upto="retention")
    for table in ("revenue_months", "retention_sums", "retention_movements", "retention", "retention_excluded"):
        assert company.read(table) == []


def test_only_accounts_with_revenue_or_deals_are_sliced(company):
    """Of a large market most accounts have neither; they would only be carried along."""
    company.accounts({"id": "pays", "segment": "s"}, {"id": "deals", "segment": "s"}, {"id": "neither", "segment": "s"})
    company.give(subscriptions=[spell("pays", 10, at(2024, 1, 1))])
    company.give(opportunities=[{"record_id": "d", "account_id": "deals", "outcome": "open"}, {"record_id": "x"}])
    company.run(AS_OF, upto="slices_at_start")
    for table in ("slices", "slices_at_start"):
        assert {row["account_id"] for row in company.read(table)} == {"pays", "deals"}
        assert {row["dimension"] for row in company.read(table, account_id="deals")} == {"total", "segment"}
