"""Verdicts from records to words, on a market whose segments are known."""

from __future__ import annotations

from datetime import date, datetime, time, timedelta

import numpy as np
import pytest
from benchmarks.verdicts import KINDS, characteristics

from tierwise.engines.spark import SparkEngine
from tierwise.stages.performance.lifetime_value import LifetimeValueSpec
from tierwise.stages.performance.verdicts import VerdictsSpec, verdicts
from tierwise.tables.arrow import filled
from tierwise.tables.dictionary import dictionary

AS_OF = date(2025, 6, 30)
MONTHS = 36
#           monthly churn, growth per month, revenue, win rate
SEGMENTS = {
    "core": (0.004, 1.012, 1000, 0.38),
    "gap": (0.005, 1.012, 1100, 0.08),
    "closeable": (0.060, 1.000, 250, 0.55),
    "avoid": (0.060, 1.000, 250, 0.06),
}


def moment(k):
    """First instant of month k, counted from July 2022."""
    return datetime.combine(date(2022 + (k + 6) // 12, (k + 6) % 12 + 1, 1), time())


def subscriptions(account, start, life, mrr, growth):
    """One spell per year at one price, until the customer leaves or the records end."""
    rows, k = [], start
    while k < min(start + life, MONTHS):
        end = min(k + 12, start + life)
        price = round(mrr * growth ** (k - start))
        rows.append({"record_id": f"{account}{k}", "account_id": account, "mrr": price, "started_at": moment(k),
                     "ended_at": moment(end) if end < MONTHS else None})  # fmt: skip
        k = end
    return rows


@pytest.fixture
def market(company):
    rng = np.random.default_rng(12)
    for segment, (churn, growth, revenue, win) in SEGMENTS.items():
        for i in range(150):
            account = f"{segment}{i:03}"
            company.accounts({"id": account, "segment": segment})
            if i < 110:
                life, start = int(rng.geometric(churn)), int(rng.integers(0, 32))
                mrr = revenue * rng.lognormal(0, 0.3)
                company.give(subscriptions=subscriptions(account, start, life, mrr, growth))
            closed = datetime.combine(date(2025, 1, 1), time()) + timedelta(days=int(rng.integers(0, 150)))
            deal = {"record_id": account, "account_id": account, "new_business": True, "closed_at": closed,
                    "created_at": closed - timedelta(days=int(rng.integers(10, 200))),
                    "outcome": "won" if rng.random() < win else "lost"}  # fmt: skip
            company.give(opportunities=[deal])
    return company


def test_each_kind_of_segment_gets_its_word(market):
    market.run(AS_OF)
    found = {row["segment"]: row for row in market.read("verdicts")}
    assert found["core"]["verdict"] == "validated"
    assert found["gap"]["verdict"] == "positioning_gap"
    assert found["closeable"]["verdict"] == "closeable_not_worth_closing"
    assert found["avoid"]["verdict"] == "avoid"
    assert all(row["value_leg"] == "clv_against_all" and row["has_revenue"] for row in found.values())
    assert "no costs on record" in found["core"]["note"]
    assert found["core"]["net_revenue_retention"] > 1 > found["closeable"]["net_revenue_retention"]
    assert found["core"]["lifetime_value"] > 3 * found["closeable"]["lifetime_value"]


def test_costs_decide_what_value_is_enough(market):
    """The same customers are worth winning at one cost of acquisition and not at another."""
    costs = [
        {"segment": s, "month": date(2024 + (k + 6) // 12, (k + 6) % 12 + 1, 1), "amount": 1_700}
        for s in SEGMENTS
        for k in range(12)
    ]
    market.give(landing_costs=costs).run(AS_OF)
    cheap = market.one("verdicts", segment="core")
    assert (cheap["value_leg"], cheap["verdict"]) == ("clv_to_cac", "validated")
    market.give(landing_costs=[row | {"amount": 170_000} for row in costs]).run(AS_OF)
    dear = market.one("verdicts", segment="core")
    assert dear["chance_value"] < 0.2
    assert dear["verdict"] == "closeable_not_worth_closing"
    assert "scale motion" in dear["note"]


@pytest.mark.soak
@pytest.mark.spark
def test_every_step_gives_the_same_rows_on_spark(market, spark):
    """Minutes, because each of the tables is a Spark job or more; the examples compare engines in every run."""
    market.give(
        landing_costs=[{"segment": s, "month": date(2024, 9, 1), "amount": 20_000} for s in SEGMENTS],
        invoices=[{"record_id": "i", "account_id": "core001", "amount": 10, "invoiced_at": moment(30)}],
        opportunities=[{"record_id": "late", "account_id": "core002", "new_business": True, "outcome": "open",
                        "created_at": moment(33)}],
    )  # fmt: skip
    engine = SparkEngine(spark.newSession())
    duckdb, other = market.run(AS_OF), market.on(engine).run(AS_OF)
    for name in market.steps:
        assert rounded(other.read(name)) == rounded(duckdb.read(name)), name
    engine.close()


def rounded(rows):
    """Rows in one order, numbers as they are compared between engines: 6 decimals, 10 digits."""

    def value(item):
        return float(f"{round(item, 6):.10g}") + 0.0 if isinstance(item, float) else item

    return sorted(({key: value(item) for key, item in row.items()} for row in rows), key=repr)


def test_few_customers_are_insufficient_whatever_the_win_rate(company):
    company.accounts(*({"id": f"a{i}", "segment": "s"} for i in range(8)))
    company.give(
        subscriptions=[row for i in range(8) for row in subscriptions(f"a{i}", 0, 60, 500, 1.02)],
        spec_segments=[{"segment": "s", "priority": 1}, {"segment": "empty", "priority": 2}],
    )
    company.run(AS_OF, lifetime_value=LifetimeValueSpec(min_at_risk=1))
    found = {row["segment"]: row for row in company.read("verdicts")}
    assert (found["s"]["verdict"], found["s"]["grade"]) == ("insufficient_evidence", "C")
    # a segment of which nothing is known has a row all the same
    assert (found["empty"]["verdict"], found["empty"]["chance_retention"]) == ("unvalidated", None)


def test_a_company_without_revenue_records(company):
    company.accounts({"id": "a", "segment": "s"})
    closed = moment(30)
    company.give(opportunities=[{"record_id": "d", "account_id": "a", "new_business": True, "outcome": "won",
                                 "created_at": closed - timedelta(days=9), "closed_at": closed}])  # fmt: skip
    company.run(AS_OF)
    found = company.one("verdicts")
    assert (found["verdict"], found["has_revenue"], found["value_leg"]) == ("unvalidated", False, "none")


def test_no_segments(company):
    company.run(AS_OF)
    assert company.read("verdicts") == []
    assert company.read("acquisition") == []


def judged(net=None, value=None, cost=None, pace=None):
    """The verdict from ready-made estimates of one segment."""
    tables, of = dictionary(), {"dimension": "segment", "name": "s"}
    net = [{**of, "metric": "net_revenue_retention", "n": 50, "n_eff": 40.0, "value": 1.1, **net}] if net else []
    given = {
        "spec_segments": [{"segment": "s", "priority": 1}],
        "retention": net,
        "lifetime_value": [of | value] if value else [],
        "win_rates": [],
        "acquisition": [of | cost] if cost else [],
        "pace": [of | pace] if pace else [],
    }
    arrow = {name: filled(tables[name], rows) for name, rows in given.items()}
    return verdicts(VerdictsSpec(), AS_OF, **arrow).to_pylist()[0]


def test_the_weaker_leg_grades_the_verdict():
    net, value = (
        {"grade": "A", "chance_above_bar": 0.95},
        {"value": 10.0, "se": 1.0, "n_eff": 40.0, "chance_above_all": 0.9},
    )
    assert judged(net, value | {"grade": "B"})["grade"] == "B"
    assert judged(net, value | {"grade": "B"})["verdict"] == "validated_win_rate_unproven"
    assert judged(net, value | {"grade": "C"})["verdict"] == "insufficient_evidence"
    assert judged(net)["verdict"] == "promising"


def test_few_new_customers_make_the_cost_uncertain():
    value = {"value": 400.0, "se": 0.0, "n_eff": 1e9, "grade": "A"}
    many, few = (
        judged(value=value, cost={"cost_per_customer": 100.0, "se": 100.0 / n**0.5, "new_customers": n})["chance_value"]
        for n in (100, 4)
    )
    # 400 - 3 x 100 against a standard error of 3 x 100 / sqrt(n)
    assert (many, few) == pytest.approx((0.999571, 0.747507), abs=1e-6)


def kept(chance, n=100, n_eff=1e9, grade="B"):
    return {"n": n, "n_eff": n_eff, "grade": grade, "value": 1.05, "chance_above_bar": chance}


def test_the_note_says_in_figures_what_is_missing():
    # half a standard error above the bar at 100 customers: (.841621 / .5)^2 times as many, 284, prove it
    row = judged(kept(0.691462), pace={"new_per_month": 4.0, "net_per_month": 2.0})
    assert (row["verdict"], row["more_customers"], row["more_months"]) == ("promising", 184, 92.0)
    assert "about 184 more customers or about 92 more months would prove retention" in row["note"]
    against = judged(kept(1 - 0.691462), pace={"new_per_month": 4.0, "net_per_month": -1.0})
    assert (against["more_customers"], against["more_months"]) == (184, None)
    assert "would refute retention" in against["note"]
    assert "more months" not in against["note"]
    stuck = judged(kept(0.5))
    assert (stuck["more_customers"], stuck["more_months"]) == (None, None)
    assert "more evidence of the same kind would not decide retention" in stuck["note"]
    few = judged(kept(0.9, n=6, n_eff=5.0, grade="C"), pace={"new_per_month": 1.0, "net_per_month": 0.5})
    assert (few["verdict"], few["more_customers"], few["more_months"]) == ("insufficient_evidence", 4, 8.0)
    assert "retention rests on 6 customers: 4 more are needed or about 8 more months" in few["note"]
    whale = judged(kept(0.9, n=60, n_eff=3.0, grade="C"))
    assert "as good as 3.0 equal ones" in whale["note"]


def test_a_record_that_is_too_short_to_reject_value_does_not():
    """Twelve months of value against a cost that sixty would pay three times over."""
    value = {
        "value": 200.0,
        "se": 10.0,
        "n_eff": 90.0,
        "n": 100,
        "grade": "A",
        "supported_months": 12,
        "most_value": 700.0,
    }
    cost = {"cost_per_customer": 100.0, "se": 10.0, "new_customers": 100, "value_to_cost": 2.0, "ratio_lo": 1.6}
    short = judged(kept(0.9), value, cost)
    assert (short["verdict"], short["chance_value"] < 0.2, short["chance_value_at_most"] > 0.8) == (
        "promising",
        True,
        True,
    )
    assert "value is counted over 12 months: a longer record can only raise it" in short["note"]
    assert (short["more_customers"], short["more_months"]) == (None, None)
    full = judged(kept(0.9), value | {"most_value": 200.0}, cost)
    assert full["verdict"] == "not_worth_closing"
    assert "scale motion" in full["note"]


def test_a_cost_that_is_not_identified_is_said():
    value = {
        "value": 900.0,
        "se": 10.0,
        "n_eff": 90.0,
        "n": 100,
        "grade": "A",
        "supported_months": 60,
        "most_value": 900.0,
    }
    row = judged(kept(0.9), value, {"cost_per_customer": 100.0, "se": 60.0, "new_customers": 3, "value_to_cost": 9.0})
    assert "not identified: 3 new customers" in row["note"]
    unknown = judged(kept(0.9), value | {"chance_above_all": 0.9}, {"new_customers": 0})
    assert unknown["value_leg"] == "clv_against_all"
    assert "the cost of acquisition is not known" in unknown["note"]


def test_segments_won_equally_often_stand_side_by_side(market):
    market.run(AS_OF)
    pairs = {(row["segment"], row["other"]): row for row in market.read("equal_win_rates")}
    assert set(pairs) == {("gap", "avoid")}
    pair = pairs["gap", "avoid"]
    assert (pair["verdict"], pair["other_verdict"]) == ("positioning_gap", "avoid")
    assert pair["times"] > 3
    assert pair["chance_worth_more"] > 0.95
    assert abs(pair["win_rate"] - pair["other_win_rate"]) <= 0.05


def test_the_opposite_of_the_truth_is_rare():
    """Forty companies of each kind; hundreds are in docs/methods/verdicts.md."""
    worthy, unworthy = (characteristics(kind, 60, 150, 40, seed=5) for kind in (KINDS[0], KINDS[3]))
    assert worthy.row("not worth") <= 0.05
    assert worthy.row("worth") >= 0.4
    assert unworthy.row("not worth") >= 0.95
