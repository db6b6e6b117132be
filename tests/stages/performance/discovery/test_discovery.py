"""Profiles from customers given row by row: what is planted is found, what is not is not, and nothing else matters."""

from __future__ import annotations

import random
from typing import Any

import numpy as np
import pytest
from tests.steps import Results, Rows, run

from tierwise.pipeline.flow import DISCOVERY
from tierwise.stages.performance.discovery.spec import BUCKETS, DiscoverySpec

NAMES = ("industry", "sub_industry", "country", "region")
STEPS = tuple(step.name for step in DISCOVERY if step.name != "accounts_at_purchase")


def world(seed: int, n: int = 700, effect: float = 0.0, parents: int = 1) -> tuple[Rows, Rows]:
    """Customers with four attributes of three values, and what they paid; banking in the north does otherwise."""
    rng = np.random.default_rng(seed)
    accounts, cohort = [], []
    for i in range(n):
        codes = [f"v{code}" for code in rng.integers(0, 3, len(NAMES))]
        start = float(rng.lognormal(3, 0.8))
        ratio = 0.0 if rng.random() < 0.12 else float(rng.choice([1.0, 1.2]))
        ratio += effect * (codes[0] == codes[1] == "v0")
        row = {"account_id": f"c{i:04}", "ultimate_parent_id": f"c{i - i % parents:04}"}
        accounts.append({**row, **dict(zip(NAMES, codes, strict=True))})
        cohort.append({"account_id": row["account_id"], "start_revenue": start, "end_revenue": max(start * ratio, 0.0),
                       "in_cohort": True})  # fmt: skip
    return accounts, cohort


def discovered(accounts: Rows, cohort: Rows, **spec: Any) -> Results:
    given = {"accounts": accounts, "accounts_at_start": accounts, "retention_cohort": cohort}
    return run(*STEPS, given=given, discovery=DiscoverySpec(attributes=NAMES, **spec))


@pytest.fixture(scope="module")
def planted() -> Results:
    return discovered(*world(1, effect=0.6))


def test_what_is_planted_is_found_with_an_effect_that_holds_the_truth(planted: Results) -> None:
    first = planted["profiles"][-1] if planted["profiles"][0]["tail"] == "bad" else planted["profiles"][0]
    assert (first["tail"], first["rank"]) == ("good", 1)
    assert first["condition"] == "industry = 'v0' and sub_industry = 'v0'"
    assert first["lo"] < 0.6 < first["hi"]
    assert first["value"] - first["value_outside"] == pytest.approx(first["effect"], abs=0.1)
    assert first["q"] <= 0.1
    assert first["n"] == pytest.approx(700 / 9, abs=25)


def test_the_bad_tail_is_found_too() -> None:
    found = discovered(*world(2, effect=-0.6))["profiles"]
    assert ("bad", "industry = 'v0' and sub_industry = 'v0'") in {(row["tail"], row["condition"]) for row in found}


@pytest.mark.parametrize("seed", range(6))
def test_where_nothing_is_nothing_is_found(seed: int) -> None:
    made = discovered(*world(100 + seed))
    assert made["profiles"] == []
    assert {row["depth"] for row in made["profile_limits"]} == {1, 2}


def test_a_search_says_what_it_could_have_found(planted: Results) -> None:
    one, two = sorted(planted["profile_limits"], key=lambda row: row["depth"])
    assert one["smallest_effect"] < two["smallest_effect"]
    assert all(0 < row["smallest_effect_best"] <= row["smallest_effect"] for row in (one, two))


def test_rows_and_currency_do_not_matter(planted: Results) -> None:
    accounts, cohort = world(1, effect=0.6)
    random.Random(5).shuffle(accounts)
    random.Random(6).shuffle(cohort)
    paid = [
        {**row, "start_revenue": row["start_revenue"] * 1024, "end_revenue": row["end_revenue"] * 1024}
        for row in cohort
    ]
    again = discovered(accounts, paid)
    assert [(r["condition"], r["n"]) for r in again["profiles"]] == [
        (r["condition"], r["n"]) for r in planted["profiles"]
    ]
    for row, other in zip(again["profiles"], planted["profiles"], strict=True):
        assert row["effect"] == pytest.approx(other["effect"])
        assert row["q"] == pytest.approx(other["q"])


def test_customers_who_paid_nothing_at_the_start_change_nothing(planted: Results) -> None:
    accounts, cohort = world(1, effect=0.6)
    new = {"account_id": "new", "start_revenue": 0.0, "end_revenue": 900.0, "in_cohort": False}
    again = discovered([*accounts, {**accounts[0], "account_id": "new"}], [*cohort, new])
    assert [row["condition"] for row in again["profiles"]] == [row["condition"] for row in planted["profiles"]]
    for row, other in zip(again["profiles"], planted["profiles"], strict=True):
        numbers = {name: value for name, value in other.items() if isinstance(value, float)}
        assert {name: row[name] for name in numbers} == pytest.approx(numbers, rel=1e-9)


def test_accounts_of_one_parent_are_never_on_both_halves() -> None:
    accounts, cohort = world(3, parents=5)
    made = discovered(accounts, cohort)
    lots: dict[str, set[int]] = {}
    for row in made["profile_customers"]:
        lots.setdefault(row["cluster_id"], set()).add(row["bucket"])
    assert all(len(found) == 1 for found in lots.values())
    assert len(lots) == 140


def test_lots_are_of_one_size_and_hold_large_and_small_alike(planted: Results) -> None:
    lots: dict[int, list[float]] = {}
    for row in planted["profile_customers"]:
        lots.setdefault(row["bucket"], []).append(row["weight"])
    assert set(lots) == set(range(BUCKETS))
    assert {len(found) for found in lots.values()} == {35}
    medians = [float(np.median(found)) for found in lots.values()]
    assert max(medians) / min(medians) < 2.5


def test_sums_of_both_sides_are_those_counted_by_hand() -> None:
    """Parents with accounts inside and outside a profile count on both sides, each with its own part."""
    accounts, cohort = world(4, effect=0.7, parents=3)
    made = discovered(accounts, cohort)
    codes = {row["account_id"]: row for row in made["profile_codes"]}
    label = {row["account_id"]: row for row in accounts}
    words = {row["selector"]: row for row in made["profile_selectors"]}

    def inside(account: str, numbers: list[int]) -> bool:
        return all(label[account][words[i]["attribute"]] == words[i]["value"] for i in numbers)

    assert made["profile_contrasts"]
    for ask in made["profile_contrasts"][:40]:
        numbers = [int(x) for x in ask["profile"].split(",")]
        held = [i for i in numbers if i != ask["added"]] if ask["added"] is not None else []
        for side in ("in", "out"):
            clusters: dict[str, list[float]] = {}
            for account, row in codes.items():
                if inside(account, held) and inside(account, numbers) == (side == "in"):
                    clusters.setdefault(row["cluster_id"], []).append(row["weight"])
            rows = [r for r in made["profile_sums"] if r["contrast"] == ask["contrast"]]
            whole = (
                [r for r in made["profile_sums"] if r["contrast"] == 0]
                if side == "out" and ask["added"] is None
                else []
            )
            assert sum(r[f"k_{side}"] for r in rows) + sum(r["k_in"] for r in whole) == len(clusters)
            squares = sum(r[f"ss_{side}"] for r in rows) + sum(r["ss_in"] for r in whole)
            assert squares == pytest.approx(sum(sum(w) ** 2 for w in clusters.values()))


def test_overlaps_are_counted(planted: Results) -> None:
    sizes = {row["profile"]: row["n"] for row in planted["profile_evidence"]}
    for row in planted["profile_overlaps"]:
        assert (row["n"], row["n_other"]) == (sizes[row["profile"]], sizes[row["other"]])
        assert 0 <= row["n_both"] <= min(row["n"], row["n_other"])


def test_no_more_than_the_stated_number_of_profiles_and_none_like_another() -> None:
    rng = np.random.default_rng(8)
    accounts, cohort = world(8, n=1500)
    for row, paid in zip(accounts, cohort, strict=True):
        change = 0.5 * (row["industry"] == "v0") - 0.4 * (row["country"] == "v1") + float(rng.normal(0, 0.05))
        paid["end_revenue"] = max(paid["start_revenue"] * (1.0 + change), 0.0)
    made = discovered(accounts, cohort, most=1)
    assert [row["tail"] for row in made["profiles"]] == ["bad", "good"]
    every = discovered(accounts, cohort, max_jaccard=0.3)
    shared = {
        (r["profile"], r["other"]): r["n_both"] / (r["n"] + r["n_other"] - r["n_both"])
        for r in every["profile_overlaps"]
    }
    for tail in ("good", "bad"):
        found = [row["profile"] for row in every["profiles"] if row["tail"] == tail]
        assert all(shared[a, b] <= 0.3 for a in found for b in found if a != b)


def test_lifetime_value_compares_pseudo_values_whose_mean_is_the_value_of_all() -> None:
    """Customers who are still here enter a linear statistic: the mean of pseudo-values over all is the lifetime value."""
    rng = np.random.default_rng(9)
    months = []
    for i in range(120):
        stays, seen = int(rng.geometric(0.1)), int(rng.integers(3, 20))
        for tenure in range(min(stays, seen)):
            known = tenure + 1 < seen
            months.append({"account_id": f"c{i:03}", "tenure": tenure, "margin": 10.0 + i % 7, "entered": int(tenure == 0),
                           "at_risk": int(known), "died": int(known and tenure + 1 == stays)})  # fmt: skip
    slices = [
        {"dimension": "total", "name": "all", "account_id": f"c{i:03}", "cluster_id": f"c{i:03}"} for i in range(120)
    ]
    made = run(
        "value_months", "value_weights", "value_spread", "lifetime_value", "profile_customers",
        given={"tenure_months": months, "slices": slices},
        discovery=DiscoverySpec(target="clv"),
    )  # fmt: skip
    outcomes = [row["outcome"] for row in made["profile_customers"]]
    assert len(outcomes) == 120
    assert np.mean(outcomes) == pytest.approx(made.one("lifetime_value", dimension="total")["value"])
    spread = np.var(outcomes, ddof=1) / 120
    assert spread**0.5 == pytest.approx(made.one("lifetime_value", dimension="total")["se"], rel=1e-6)
