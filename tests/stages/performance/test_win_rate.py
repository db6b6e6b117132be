"""Win rate on real rows: open deals censored, clusters, doubtful records counted."""

from __future__ import annotations

from datetime import date, datetime, time, timedelta

import numpy as np
import pytest
from tests.steps import run

from tierwise.stages.performance.win_rate import WinRateSpec
from tierwise.stats.hierarchy import pooled_rates

AS_OF = date(2025, 6, 30)
DAYS = [10, 20, 20, 30, 45, 45, 60, 60, 80, 90]
OUTCOMES = "wlowlowloo"
WORD = {"w": "won", "l": "lost", "o": "open"}


def at(year, month, day, *clock):
    """A moment in UTC, naive as every landed timestamp is."""
    return datetime.combine(date(year, month, day), time(*clock))


def deal(key, account, days, outcome, **more):
    """A deal of that age: closed ones closed on 1 June, open ones are that old today."""
    closed = None if outcome == "o" else at(2025, 6, 1, 15)
    created = (closed or at(2025, 6, 30, 12)) - timedelta(days=days)
    row = {"record_id": f"d{key}", "account_id": account, "outcome": WORD[outcome], "new_business": True,
           "created_at": created, "closed_at": closed}  # fmt: skip
    return row | more


@pytest.fixture
def worked(company):
    company.accounts(*({"id": f"a{i}", "segment": "s"} for i in range(10)))
    deals = [deal(i, f"a{i}", d, o) for i, (d, o) in enumerate(zip(DAYS, OUTCOMES, strict=True))]
    return company.give(opportunities=deals)


def test_worked_example(worked):
    worked.run(AS_OF, upto="win_rates")
    total = worked.one("win_rates", dimension="total")
    assert total["value"] == pytest.approx(0.35714, abs=5e-6)
    assert (total["opportunities"], total["won"], total["lost"], total["open"]) == (10, 3, 3, 4)
    assert (total["won_of_closed"], total["won_of_created"]) == (0.5, 0.3)
    assert total["median_days_to_win"] == 30
    # survival of any decision: .9, .8, .6857, .5714 at 45 (one of six), .2857 at 60
    assert total["median_days_to_decision"] == 60
    assert total["window_days"] == 365
    assert total["chance_above_bar"] is None
    # fewer than five won deals
    assert total["grade"] == "C"
    assert total["lo"] < total["value"] < total["hi"]


def test_a_window_cuts(worked):
    worked.run(AS_OF, upto="win_rates", win_rate=WinRateSpec(window_days=45))
    assert worked.one("win_rates", dimension="total")["value"] == pytest.approx(0.21429, abs=5e-6)
    worked.run(AS_OF, upto="win_rates", win_rate=WinRateSpec(window_days=None))
    # closed at 10, 20, 30, 45, 60, 60: nine in ten by 60
    assert worked.one("win_rates", dimension="total")["window_days"] == 60


def test_open_deals_are_not_lost(company):
    """A young pipeline: half of the old deals were won, and most are not old."""
    company.accounts(*({"id": f"a{i}"} for i in range(40)))
    old = [deal(i, f"a{i}", 50, "w" if i % 2 else "l") for i in range(10)]
    young = [deal(i, f"a{i}", 5, "o") for i in range(10, 40)]
    company.give(opportunities=old + young).run(AS_OF, upto="win_rates")
    total = company.one("win_rates")
    assert total["value"] == pytest.approx(0.5)
    assert total["won_of_created"] == pytest.approx(0.125)


def test_one_account_with_many_deals_is_one_cluster(company):
    rng = np.random.default_rng(4)
    for i in range(40):
        outcome = "w" if rng.random() < 0.4 else "l"
        company.accounts({"id": f"a{i}"})
        company.give(opportunities=[deal(f"{i}-{k}", f"a{i}", int(rng.integers(5, 90)), outcome) for k in range(5)])
    company.run(AS_OF, upto="win_rates")
    total = company.one("win_rates")
    assert (total["n"], total["n_clusters"]) == (200, 40)
    assert total["n_eff"] == pytest.approx(40)
    # all five deals of an account end alike: as wide as forty deals would be
    independent = (total["value"] * (1 - total["value"]) / 40) ** 0.5
    assert total["se"] == pytest.approx(independent, rel=0.05)
    assert total["den"] == pytest.approx(39, rel=0.05)


def test_interval_is_the_binomial_one_when_nothing_is_open(company):
    company.accounts(*({"id": f"a{i}"} for i in range(40)))
    company.give(opportunities=[deal(i, f"a{i}", 3 + i, "w" if i < 12 else "l") for i in range(40)])
    company.run(AS_OF, upto="win_rates")
    total = company.one("win_rates")
    assert total["value"] == pytest.approx(0.3)
    assert (total["num"], total["den"]) == pytest.approx((0.3 * 39, 39))
    # Wilson on 12 of 40 is (.1807, .4543); one degree of freedom less here
    assert (total["lo"], total["hi"]) == pytest.approx((0.1807, 0.4543), abs=0.004)


def test_doubtful_records_are_counted_not_used(company):
    company.accounts({"id": "a"})
    company.give(
        opportunities=[
            deal(1, "a", 10, "w"),
            deal(2, None, 10, "w"),
            deal(3, "a", 10, "l", created_at=None),
            deal(4, "a", 10, "l", closed_at=None),
            deal(5, "a", -10, "l"),
            deal(6, "a", 10, "w", new_business=False),
        ]
    )
    company.run(AS_OF, upto="win_rates")
    assert {row["reason"]: row["rows"] for row in company.read("win_rate_excluded")} == {
        "no_account": 1, "no_creation_date": 1, "closed_without_date": 1, "closed_before_created": 1,
        "not_new_business": 1,
    }  # fmt: skip
    assert company.one("win_rates")["opportunities"] == 1


def test_closed_on_the_day_it_began_is_half_a_day(company):
    company.accounts({"id": "a"}).give(opportunities=[deal(1, "a", 0, "w"), deal(2, "a", 0, "o")])
    company.run(AS_OF, upto="win_deals")
    assert [row["days"] for row in company.read("win_deals")] == [0.5, 0.5]


def test_what_closes_later_is_open_today(company):
    company.accounts({"id": "a"})
    later = deal(1, "a", 10, "w") | {"closed_at": at(2025, 7, 2)}
    future = deal(2, "a", 10, "o") | {"created_at": at(2025, 7, 2)}
    company.give(opportunities=[later, future]).run(AS_OF, upto="win_deals")
    assert [(row["record_id"], row["outcome"]) for row in company.read("win_deals")] == [("d1", "open")]


def test_segments_are_pooled_and_judged_against_all(company):
    won = dict(zip("abcdefg", zip([3, 10, 40, 1, 25, 0, 18], [4, 30, 100, 6, 120, 3, 60], strict=True), strict=True))
    for segment, (wins, n) in won.items():
        company.accounts(*({"id": f"{segment}{i}", "segment": segment} for i in range(n)))
        company.give(
            opportunities=[deal(f"{segment}{i}", f"{segment}{i}", 20, "w" if i < wins else "l") for i in range(n)]
        )
    company.run(AS_OF, upto="win_rates")
    rows = {row["name"]: row for row in company.read("win_rates", dimension="segment")}
    shrunk = [rows[s]["shrunk_value"] for s in won]
    # one trial fewer per segment than given, because of the clusters' degree of freedom
    worth = pooled_rates([rows[s]["num"] for s in won], [rows[s]["den"] for s in won])
    assert shrunk == pytest.approx([s.value for s in worth.shrunk()])
    assert shrunk == pytest.approx([0.4014, 0.3239, 0.3779, 0.2775, 0.2307, 0.2658, 0.3036], abs=0.025)
    assert rows["c"]["chance_above_bar"] > 0.9 > 0.1 > rows["e"]["chance_above_bar"]
    # no win in three deals is not a win rate of zero
    assert rows["f"]["value"] == 0.0
    assert rows["f"]["shrunk_value"] > 0.2
    company.run(AS_OF, upto="win_rates", win_rate=WinRateSpec(bar=0.25))
    chances = [company.one("win_rates", name=s)["chance_above_bar"] for s in won]
    assert chances == pytest.approx(list(worth.above(0.25)))


def test_a_segment_is_compared_with_the_deals_outside_it(company):
    """Three in ten inside and outside: no better, however few the deals; open deals count outside as inside."""
    for name, n in (("in", 40), ("out", 400)):
        company.accounts(*({"id": f"{name}{i}", "segment": "s" if name == "in" else None} for i in range(n)))
        company.give(opportunities=[deal(f"{name}{i}", f"{name}{i}", 20, "wlwllolwll"[i % 10]) for i in range(n)])
    company.run(AS_OF, upto="win_rates")
    assert company.one("win_rates", name="s")["chance_above_bar"] == pytest.approx(0.5, abs=0.03)
    assert company.one("win_rates", dimension="total")["chance_above_bar"] is None


def test_a_segment_with_every_deal_is_neither_above_nor_below_the_rate_of_all(company):
    company.accounts(*({"id": f"a{i}", "segment": "s"} for i in range(10)))
    company.give(opportunities=[deal(i, f"a{i}", 20, "wl"[i % 2]) for i in range(10)]).run(AS_OF, upto="win_rates")
    assert company.one("win_rates", name="s")["chance_above_bar"] is None


def test_a_scrubbed_pipeline_is_flagged(company):
    company.accounts(*({"id": f"a{i}"} for i in range(20)))
    spread = [deal(i, f"a{i}", 20, "l", closed_at=at(2025, 1, 1) + timedelta(days=9 * i)) for i in range(10)]
    spread = [row | {"created_at": at(2024, 12, 1)} for row in spread]
    company.give(opportunities=spread).run(AS_OF, upto="win_rates")
    assert company.one("win_rates")["pipeline_scrub"] is False
    company.give(opportunities=[deal(i, f"a{i}", 20, "l") for i in range(10, 14)]).run(AS_OF, upto="win_rates")
    assert company.one("win_rates")["pipeline_scrub"] is True


def test_all_open_and_nothing_at_all(company):
    company.run(AS_OF, upto="win_rates")
    assert company.read("win_rates") == []
    company.accounts({"id": "a"}, {"id": "b"})
    company.give(opportunities=[deal(1, "a", 5, "o"), deal(2, "b", 9, "o")]).run(AS_OF, upto="win_rates")
    total = company.one("win_rates")
    assert (total["value"], total["won_of_closed"], total["median_days_to_win"], total["grade"]) == (
        0.0,
        None,
        None,
        "C",
    )
    assert total["lo"] is None
    assert total["median_days_to_decision"] is None


def test_a_dimension_known_of_won_deals_only_shows_no_win_rate(company):
    """The order system knows the industry of buyers: a win rate by it would be 100 %."""
    company.accounts({"id": "a", "industry": "mining"}, {"id": "b"})
    company.give(opportunities=[deal(1, "a", 5, "w"), deal(2, "b", 5, "l")])
    assert company.run(AS_OF, upto="win_rates").one("win_rates", dimension="industry")["value"] == 1.0
    spec = WinRateSpec(known_when_won=("industry",))
    assert company.run(AS_OF, upto="win_rates", win_rate=spec).one("win_rates")["dimension"] == "total"


def stage(key, name, entered):
    return {
        "source": "crm",
        "opportunity_key": f"k{key}",
        "stage": name,
        "entered_at": entered,
        "record_id": f"{key}{name}",
    }


def known(key, account, outcome, created, closed=None):
    row = {"record_id": f"d{key}", "source": "crm", "opportunity_key": f"k{key}", "account_id": account}
    return row | {"outcome": outcome, "new_business": True, "created_at": created, "closed_at": closed}


def test_the_clock_may_start_when_a_deal_is_qualified(company):
    company.accounts(*({"id": f"a{i}"} for i in range(6)))
    company.give(
        opportunities=[
            known(0, "a0", "won", at(2025, 1, 1), at(2025, 4, 1)),
            known(1, "a1", "lost", at(2025, 1, 1), at(2025, 2, 1)),
            known(2, "a2", "open", at(2025, 1, 1)),
            known(3, "a3", "won", at(2025, 1, 1), at(2025, 1, 20)),
            known(4, "a4", "lost", at(2025, 1, 1), at(2025, 3, 1)),
            known(5, "a5", "open", at(2025, 1, 1)),
        ],
        landing_stage_history=[
            stage(0, "Demo", at(2025, 1, 5)), stage(0, "Qualified ", at(2025, 3, 2)), stage(0, "Proposal", at(2025, 3, 12)),
            stage(2, "proposal", at(2025, 6, 10)), stage(4, "Qualified", at(2025, 2, 1)), stage(5, "Demo", at(2025, 2, 1)),
        ],
    )  # fmt: skip
    spec = WinRateSpec(qualified_stages=("qualified", "Proposal"))
    company.run(AS_OF, upto="win_rates", win_rate=spec)
    # from the first qualified stage, also where it was skipped; won without one: at once; lost or open without one: not in
    days = {row["record_id"]: row["days"] for row in company.read("win_deals")}
    assert days == {"d0": 30.0, "d2": 20.0, "d3": 0.5, "d4": 28.0}
    assert company.one("win_rate_excluded") == {"reason": "never_qualified", "rows": 2}
    assert company.one("win_rates")["method"] == "aalen_johansen, 365 days from the first qualified stage"
    company.run(AS_OF, upto="win_rates")
    assert company.one("win_rates")["opportunities"] == 6
    assert company.one("win_rates")["method"] == "aalen_johansen, 365 days from creation"


def test_a_reopened_deal_is_one_deal_whose_loss_is_undone():
    history = [("Demo", 1), ("Closed Lost", 3), ("Demo", 4), ("Closed Won", 6)]
    row = {"source": "crm", "opportunity_key": "k", "record_id": "d"}
    given = {
        "landing_opportunities": [row | {"account_key": "1", "stage": "Closed Won", "created_at": at(2024, 1, 1)}],
        "landing_stage_history": [
            row | {"record_id": str(month), "stage": name, "entered_at": at(2024, month, 1)} for name, month in history
        ],
        "account_keys": [{"key_space": "crm", "account_key": "1", "account_id": "a"}],
        "spec_sources": [{"source": "crm", "key_space": "crm", "priority": 1}],
    }
    outcomes = {}
    for month in (2, 3, 5, 7):
        day = date(2024, month, 28)
        known_then = {
            name: [r for r in rows if r.get("entered_at", r.get("created_at", at(2024, 1, 1))).date() <= day]
            for name, rows in given.items()
        }
        (deal_then,) = run("opportunities", "win_deals", given=known_then, as_of=day)["win_deals"]
        outcomes[month] = (deal_then["outcome"], deal_then["days"])
    assert outcomes == {2: ("open", 58), 3: ("lost", 60), 5: ("open", 148), 7: ("won", 152)}


def test_deals_that_may_be_entered_twice_are_counted(company):
    company.accounts({"id": "a"}, {"id": "b"})
    twin = {"name": "Rollout", "amount": 900, "created_at": at(2025, 3, 1)}
    company.give(
        opportunities=[
            deal(1, "a", 20, "o", **twin), deal(2, "a", 20, "o", **twin | {"name": "rollout "}),
            deal(3, "b", 20, "o", **twin), deal(4, "a", 20, "o", **twin | {"amount": 901}),
        ]
    )  # fmt: skip
    company.run(AS_OF, upto="win_rate_excluded")
    assert company.read("win_rate_excluded") == [{"reason": "may_be_entered_twice", "rows": 1}]


def test_a_young_segment_is_compared_fairly_with_an_old_one(company):
    """The same chance and the same pace, but one is half as old as a cycle: won / created would call it worse."""
    rng = np.random.default_rng(6)
    for segment, age in (("old", 400), ("young", 60)):
        for i in range(300):
            company.accounts({"id": f"{segment}{i}", "segment": segment})
            days, wins = int(rng.exponential(60)) + 1, rng.random() < 0.3
            since = int(rng.integers(1, age))
            outcome = ("w" if wins else "l") if days <= since else "o"
            created = at(2025, 6, 30) - timedelta(days=since)
            row = deal(f"{segment}{i}", f"{segment}{i}", 0, outcome, created_at=created)
            company.give(
                opportunities=[row | {"closed_at": created + timedelta(days=days) if outcome != "o" else None}]
            )
    company.run(AS_OF, upto="win_rates", win_rate=WinRateSpec(window_days=60))
    old, young = (company.one("win_rates", name=name) for name in ("old", "young"))
    assert young["won_of_created"] < 0.75 * old["won_of_created"]
    assert young["value"] == pytest.approx(old["value"], abs=0.06)
    assert max(old["lo"], young["lo"]) < 0.3 * (1 - np.exp(-1)) < min(old["hi"], young["hi"])


@pytest.mark.parametrize("seed", [1, 2])
def test_the_last_digit_does_not_depend_on_the_order_of_rows(company, seed):
    rng = np.random.default_rng(7)
    company.accounts(*({"id": f"a{i}", "segment": "stuv"[i % 4], "parent": f"p{i // 3}"} for i in range(300)))
    company.give(
        opportunities=[deal(i, f"a{i % 300}", int(rng.integers(1, 200)), rng.choice(list("wlo"))) for i in range(900)]
    )
    published = ("win_spread", "win_rates")
    first = [company.run(AS_OF, upto="win_rates").read(table) for table in published]
    for rows in company.rows.values():
        np.random.default_rng(seed).shuffle(rows)
    again = [company.run(AS_OF, upto="win_rates").read(table) for table in published]
    for one, other in zip(first, again, strict=True):
        assert sorted(map(str, one)) == sorted(map(str, other))
