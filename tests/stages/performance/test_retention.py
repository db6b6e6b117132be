"""Retention on real rows: the worked example, and each mistake that the fixture would reveal."""

from __future__ import annotations

from datetime import date, datetime, time
from decimal import Decimal

import numpy as np
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from pydantic import ValidationError

from tierwise.stages.performance.retention import RetentionSpec
from tierwise.stages.performance.revenue import RevenueSpec

AS_OF = date(2025, 6, 30)
PUBLISHED = ("retention_sums", "retention_bands", "retention_movements", "retention")
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
            spell("a", 100, at(2023, 2, 1), state="not_paying"),
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


def test_new_and_returning_customers_tie_out_all_revenue(company):
    """Returning customers are neither kept nor new: their revenue is a figure of its own."""
    company.accounts(*({"id": name} for name in "abcd"))
    company.give(
        subscriptions=[
            *paid("a", 100, 130),
            *paid("b", 50, 0),
            spell("c", 70, at(2022, 1, 1), at(2023, 6, 1)),
            spell("c", 75, at(2025, 2, 1)),
            spell("d", 20, at(2024, 12, 1)),
        ]
    )
    company.run(AS_OF, upto="retention")
    total = company.one("retention_movements", dimension="total")
    names = ("accounts", "start_revenue", "expansion", "churn", "end_revenue", "reactivated", "new", "total_end")
    assert [total[name] for name in names] == [2, 150, 30, 50, 130, 75, 20, 225]
    assert (total["churned_accounts"], total["reactivated_accounts"], total["new_accounts"]) == (1, 1, 1)
    assert company.one("retention", metric="net_revenue_retention")["value"] == pytest.approx(130 / 150)


months = st.integers(0, 30)
spells_of = st.lists(st.tuples(st.integers(0, 5), st.integers(1, 400), months, months), min_size=1, max_size=25)


@settings(max_examples=15, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    rows=spells_of,
    reactivation=st.sampled_from(["point_to_point", "exclude"]),
    gross=st.sampled_from(["point_to_point", "path"]),
    rise=st.sampled_from([0.0, 0.07]),
)
def test_every_cent_of_both_ends_is_explained(company, rows, reactivation, gross, rise):
    company.rows = {name: [] for name in company.rows}
    company.accounts(*({"id": f"a{i}", "segment": "xy"[i % 2]} for i in range(6)))
    company.give(
        subscriptions=[
            spell(f"a{i}", Decimal(cents) * Decimal("33.3333"), begin, end, record_id=str(n))
            for n, (i, cents, one, other) in enumerate(rows)
            for begin, end in [sorted((month(one), month(other)))]
        ]
    )
    spec = RetentionSpec(
        reactivation=reactivation, gross=gross, escalator="strip" if rise else "include", escalator_share=rise
    )
    company.run(AS_OF, upto="retention", retention=spec)
    revenue = company.read("revenue_months")
    ends = [sum(r["revenue"] for r in revenue if r["month"] == date(y, 6, 1)) for y in (2024, 2025)]
    for row in company.read("retention_movements"):
        lost = row["contraction"] + row["churn"]
        assert row["start_revenue"] + row["expansion"] - lost == pytest.approx(row["end_revenue"], abs=1e-6)
        explained = row["end_revenue"] + row["escalated"] + row["reactivated"] + row["new"]
        assert explained == pytest.approx(row["total_end"], abs=1e-6)
    totals = company.read("retention_movements", dimension="total") or [{"start_revenue": 0, "total_end": 0}]
    assert [totals[0]["start_revenue"], totals[0]["total_end"]] == pytest.approx(ends, abs=1e-6)
    values = {row["metric"]: row["value"] for row in company.read("retention", dimension="total")}
    if values:
        assert values["gross_revenue_retention"] <= min(1.0, values["net_revenue_retention"]) + 1e-9


def month(index):
    """The first moment of a month, counted from January 2023."""
    return at(2023 + index // 12, index % 12 + 1, 1)


@pytest.mark.parametrize(("gross", "expected"), [("point_to_point", 0.9), ("path", 0.65)])
def test_gross_retention_by_the_ends_or_by_the_way_between(company, gross, expected):
    """One dips from 100 to 30 and recovers to 80; the other stays."""
    company.accounts({"id": "dips"}, {"id": "stays"})
    dips = [
        spell("dips", mrr, begin, end, record_id=str(mrr))
        for mrr, begin, end in (
            (100, at(2024, 1, 1), at(2024, 10, 1)), (30, at(2024, 10, 1), at(2025, 2, 1)), (80, at(2025, 2, 1), None),
        )
    ]  # fmt: skip
    company.give(subscriptions=[*dips, *paid("stays", 100, 100)])
    company.run(AS_OF, upto="retention", retention=RetentionSpec(gross=gross))
    row = company.one("retention", metric="gross_revenue_retention")
    assert row["value"] == pytest.approx(expected)
    assert f"gross {gross}" in row["method"]
    assert company.one("retention", metric="net_revenue_retention")["value"] == pytest.approx(0.9)


def test_path_follows_the_window_of_billed_revenue(company):
    """Billed every third month: no month without an invoice is a loss, a quarter without one is."""
    company.accounts({"id": "steady"}, {"id": "pauses"})
    lines = [
        {"record_id": f"{who}{k}", "account_id": who, "amount": 300, "invoiced_at": month(k + 15)}
        for who in ("steady", "pauses")
        for k in range(0, 17, 3)
        if who == "steady" or k != 9
    ]  # fmt: skip
    company.give(invoices=lines).run(AS_OF, upto="retention", retention=RetentionSpec(gross="path"))
    assert company.one("retention", metric="gross_revenue_retention")["value"] == pytest.approx(0.5)
    assert "mean of 3 months billed" in company.one("retention", metric="gross_revenue_retention")["method"]


def test_agreed_price_rises_are_taken_out_of_expansion_when_asked(company):
    ends = {"indexed": (100, 105), "grown": (100, 126), "shrunk": (100, 90), "gone": (100, 0)}
    company.accounts(*({"id": name} for name in ends))
    company.give(subscriptions=[row for name, pair in ends.items() for row in paid(name, *pair)])
    spec = RetentionSpec(escalator="strip", escalator_share=0.05)
    company.run(AS_OF, upto="retention", retention=spec)
    net = company.one("retention", metric="net_revenue_retention")
    assert net["value"] == pytest.approx((100 + 120 + 90) / 400)
    assert "escalator strip" in net["method"]
    total = company.one("retention_movements", dimension="total")
    assert (total["expansion"], total["escalated"], total["total_end"]) == pytest.approx((20, 11, 321))
    with pytest.raises(ValidationError, match="escalator_share"):
        RetentionSpec(escalator="strip")


def test_duplicates_as_churn_are_avoided_and_suspected(company):
    """Unmerged, the duplicate shows as churn and a new customer: .5 instead of 1; merged it is one account."""
    company.accounts({"id": "old", "parent": "g"}, {"id": "new", "parent": "g"}, {"id": "other"})
    company.give(subscriptions=[*paid("old", 100, 0), *paid("new", 0, 100), *paid("other", 100, 100)])
    company.run(AS_OF, upto="retention")
    assert company.one("retention", metric="net_revenue_retention")["value"] == 0.5
    assert company.one("retention_excluded", reason="left_while_its_group_began")["rows"] == 1
    for row in company.rows["subscriptions"]:
        row["account_id"] = row["account_id"].replace("new", "old")
    company.run(AS_OF, upto="retention")
    assert company.one("retention", metric="net_revenue_retention")["value"] == 1.0
    assert company.read("retention_excluded") == []


def test_one_account_with_many_subscriptions_is_one_observation(company):
    company.accounts(*({"id": name} for name in "ab"))
    one = [row | {"record_id": f"{row['record_id']}-{k}"} for k in range(20) for row in paid("a", 10, 10)]
    company.give(subscriptions=[*one, *paid("b", 200, 100)]).run(AS_OF, upto="retention")
    net = company.one("retention", metric="net_revenue_retention")
    assert (net["n"], net["n_eff"], net["value"]) == (2, 2.0, 0.75)


def test_segments_are_ranked_by_what_is_known_of_them(company):
    """The highest raw figure belongs to two accounts; a ranking by it would put them first with certainty."""
    rng = np.random.default_rng(2)
    for segment, n, level in (("few", 2, 1.3), ("many", 60, 1.1), ("poor", 60, 0.6), ("plain", 40, 0.9)):
        for i in range(n):
            company.accounts({"id": f"{segment}{i}", "segment": segment})
            company.give(subscriptions=paid(f"{segment}{i}", 100, max(int(rng.normal(100 * level, 40)), 1)))
    company.run(AS_OF, upto="retention")
    rows = {r["name"]: r for r in company.read("retention", dimension="segment", metric="net_revenue_retention")}
    assert max(rows.values(), key=lambda row: row["value"])["name"] == "few"
    assert rows["few"]["chance_best"] < 0.8
    assert sum(row["chance_best"] for row in rows.values()) == pytest.approx(1.0)
    assert rows["poor"]["expected_rank"] == pytest.approx(4.0, abs=0.3)
    others = company.read("retention", dimension="segment", metric="logo_retention")
    assert {row["chance_best"] for row in others} == {None}


def test_mix_is_held_equal_over_the_bands_that_a_segment_has(company):
    """Nobody in the smallest band, which holds a tenth of the revenue: said, and left out on both sides."""
    for segment, band, start, end in (
        ("A", "big", 400, 400), ("A", "middle", 500, 450), ("B", "big", 400, 300), ("B", "middle", 500, 500),
        ("B", "tiny", 200, 20),
    ):  # fmt: skip
        company.accounts({"id": segment + band, "segment": segment, "employee_band": band})
        company.give(subscriptions=paid(segment + band, start, end))
    company.run(AS_OF, upto="retention")
    a = company.one("retention", dimension="segment", name="A", metric="net_revenue_retention")
    assert a["standardised_coverage"] == pytest.approx(0.9)
    assert a["standardised_value"] == pytest.approx((800 * 1.0 + 1000 * 0.9) / 1800)
    company.run(AS_OF, upto="retention", retention=RetentionSpec(mix_coverage=0.95))
    assert (
        company.one("retention", dimension="segment", name="A", metric="net_revenue_retention")["standardised_value"]
        is None
    )


@pytest.mark.parametrize("seed", [1, 2, 3])
def test_the_last_digit_does_not_depend_on_the_order_of_rows(company, seed):
    rng = np.random.default_rng(7)
    company.accounts(*({"id": f"a{i}", "segment": "stuv"[i % 4], "employee_band": "pq"[i % 2]} for i in range(400)))
    company.give(
        subscriptions=[
            row
            for i in range(400)
            for row in paid(
                f"a{i}", *(Decimal(str(round(x, 4))) for x in rng.lognormal(3, 2, 2) * rng.integers(0, 2, 2))
            )
        ]
    )
    first = [company.run(AS_OF, upto="retention").read(table) for table in PUBLISHED]
    for rows in company.rows.values():
        np.random.default_rng(seed).shuffle(rows)
    again = [company.run(AS_OF, upto="retention").read(table) for table in PUBLISHED]
    for one, other in zip(first, again, strict=True):
        assert sorted(map(str, one)) == sorted(map(str, other))
