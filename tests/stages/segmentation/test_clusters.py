"""Clusters of tier 2: what is compared, who belongs together, what a cluster is called, and which is which again."""

from __future__ import annotations

import random
from datetime import datetime, time, timedelta
from decimal import Decimal
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from tests.steps import DAY, Results, run

from tierwise.core.table import BOOLEAN, TEXT, Column
from tierwise.stages.segmentation.clusters import ClustersSpec

PROBLEMS = {"paper": "replace paper onboarding", "audit": "pass the next audit", "sites": "one system for all sites"}
BRANCHES = {"paper": "Credit unions", "audit": "Banks", "sites": "Retail"}
STACKS = {"paper": "Symitar", "audit": "Temenos", "sites": "SAP"}
QUICK: dict[str, Any] = {"starts": 4, "resamples": 4}
STEPS = ("cluster_features", "cluster_choices", "cluster_members", "cluster_traits", "clusters")


def account(name: str, kind: str, **more: Any) -> dict[str, Any]:
    return {
        "account_id": name, "segment": kind, "sub_industry": BRANCHES[kind], "stack": STACKS[kind], "country": "US",
        "employees": 300, "employee_band": "200-999", "trigger": None, "problem": PROBLEMS[kind], **more,
    }  # fmt: skip


def crowd(**sizes: int) -> list[dict[str, Any]]:
    return [account(f"{kind}{n:02}", kind) for kind, size in sizes.items() for n in range(size)]


def clustered(accounts: list[dict[str, Any]], before: dict[str, str] | None = None, **spec: Any) -> Results:
    """The steps from accounts of tier 2 on; `trigger` is a signal with its age in days."""
    triggers = [(a["account_id"], a["trigger"]) for a in accounts if a["trigger"]]
    given: dict[str, Any] = {
        "tiers": [
            {"account_id": a["account_id"], "tier": "2", "segment": a["segment"], "first_question": a.get("question")}
            for a in accounts
        ],
        "accounts": [
            {name: a[name] for name in ("account_id", "sub_industry", "country", "employees", "employee_band")}
            | {"industry": a.get("industry"), "region": a.get("region"), "city": a["stack"],
               "do_not_contact": a.get("contact")}
            for a in accounts
        ],
        "spec_segments": [
            {"segment": a["segment"], "priority": 1, "problem": a["problem"]}
            for a in {a["segment"]: a for a in accounts}.values()
        ],
        "signal_totals": [
            {"account_id": name, "signal_id": signal, "points": Decimal(5),
             "last_at": datetime.combine(DAY, time()) - timedelta(days=age)}
            for name, (signal, age) in triggers
        ],
        "contacts": [
            {"contact_id": f"{a['account_id']}-1", "account_id": a["account_id"], "function": a["function"]}
            for a in accounts if a.get("function")
        ],
        "clusters_before": [{"account_id": name, "cluster": cluster} for name, cluster in (before or {}).items()],
    }  # fmt: skip
    wanted = ClustersSpec(**{"technology": ("city",), **QUICK, **spec})
    return run(*STEPS, given=given, clusters=wanted)


def by_name(found: Results) -> dict[str, dict[str, Any]]:
    return {row["name"]: row for row in found["clusters"]}


# who belongs together


def test_three_problems_are_three_clusters_with_names_that_say_what_they_share() -> None:
    found = clustered(crowd(paper=12, audit=15, sites=20))
    assert by_name(found).keys() == {
        "Replace paper onboarding in Credit unions running Symitar",
        "Pass the next audit in Banks running Temenos",
        "One system for all sites in Retail running SAP",
    }
    assert sorted(row["size"] for row in found["clusters"]) == [12, 15, 20]
    assert all(row["usable"] and row["purity"] == 1 and row["stability"] == 1 for row in found["clusters"])
    assert [row["clusters"] for row in found["cluster_choices"] if row["chosen"]] == [3]


def test_fewer_than_ten_accounts_are_one_list_and_no_cluster() -> None:
    found = clustered(crowd(paper=5, audit=4))
    assert found["clusters"] == found["cluster_choices"] == found["cluster_traits"] == []
    assert [(row["cluster"], row["unclustered"]) for row in found["cluster_members"]] == [(None, True)] * 9


def test_an_empty_tier_has_no_clusters() -> None:
    found = clustered([])
    assert found["clusters"] == found["cluster_members"] == []


def test_a_cluster_of_many_problems_is_too_mixed_to_write_for() -> None:
    mixed = [account(f"a{n:02}", kind) for n, kind in enumerate(["paper", "audit", "sites"] * 4)]
    row = clustered(mixed)["clusters"][0]
    assert (row["usable"], row["name"]) == (False, "Mixed problems")
    assert row["why_not"].startswith("too mixed to write for: 33% have the most frequent problem")


def test_a_problem_that_nobody_declared_is_unknown_and_no_problem_that_all_share() -> None:
    found = clustered([account(f"a{n:02}", "paper", problem="") for n in range(12)])
    row = found["clusters"][0]
    assert (row["problem"], row["purity"], row["usable"]) == (None, 0.0, False)
    assert "declare `problem`" in row["why_not"]


def test_unknown_problems_count_against_purity() -> None:
    known = [account(f"a{n:02}", "paper") for n in range(6)]
    unknown = [account(f"b{n:02}", "audit", problem="", sub_industry="Credit unions") for n in range(6)]
    assert clustered(known + unknown)["clusters"][0]["purity"] == 0.5


def test_an_account_nearer_to_another_cluster_is_flagged() -> None:
    # nine of one kind need a tenth, whoever it is
    found = clustered([*crowd(paper=9, audit=14), account("stranger", "sites")], smallest=10, largest=14)
    assert sum(row["unclustered"] for row in found["cluster_members"]) <= 1
    flagged = [row["account_id"] for row in found["cluster_members"] if row["silhouette"] < 0]
    assert flagged == [row["account_id"] for row in found["cluster_members"] if row["unclustered"]]
    assert sum(row["size"] - row["addressed"] for row in found["clusters"]) == len(flagged)


# what is compared


def test_only_a_recent_signal_is_a_trigger() -> None:
    accounts = crowd(paper=12)
    accounts[0]["trigger"], accounts[1]["trigger"] = ("funding", 10), ("funding", 200)
    found = clustered(accounts)
    triggers = {r["account_id"]: r["value"] for r in found["cluster_features"] if r["feature"] == "trigger"}
    assert (triggers["paper00"], triggers["paper01"], triggers["paper02"]) == ("funding", None, None)
    assert len(triggers) == 12


def test_industry_stands_in_for_everybody_where_no_sub_industry_is_known() -> None:
    coarse = [account(f"a{n:02}", "paper", sub_industry=None, industry="Finance") for n in range(12)]
    values = {r["value"] for r in clustered(coarse)["cluster_features"] if r["feature"] == "sub_vertical"}
    assert values == {"Finance"}
    coarse[0]["sub_industry"] = "Credit unions"
    values = {r["value"] for r in clustered(coarse)["cluster_features"] if r["feature"] == "sub_vertical"}
    assert values == {"Credit unions", None}


def test_technologies_in_one_text_are_several() -> None:
    accounts = [*crowd(paper=11), account("two", "paper", stack="Symitar; SAP")]
    traits = clustered(accounts)["cluster_traits"]
    assert {r["value"]: r["n"] for r in traits if r["feature"] == "technology"} == {"SAP": 1, "Symitar": 12}


def test_yes_and_no_are_known_and_nothing_is_not() -> None:
    spec = ClustersSpec(attributes=(Column("stack", BOOLEAN, ""), Column("words", TEXT, "")))
    assert spec.technologies() == ("stack",)
    accounts = [account(f"a{n:02}", "paper", contact=(True, False, None)[n % 3]) for n in range(12)]
    found = clustered(accounts, technology=("do_not_contact",))
    told = {r["account_id"]: (r["value"], r["has"]) for r in found["cluster_features"] if r["feature"] == "technology"}
    assert (told["a00"], told["a01"]) == (("do_not_contact", True), ("do_not_contact", False))
    assert "a02" not in told
    trait = next(r for r in found["cluster_traits"] if r["feature"] == "technology")
    assert (trait["n"], trait["known"]) == (4, 8)


def test_who_is_known_and_what_is_open_describe_and_do_not_compare() -> None:
    accounts = crowd(paper=10, audit=10)
    for place, one in enumerate(accounts):
        one["function"], one["question"] = ("finance", "it")[place % 2], "Who signs?"
    found = clustered(accounts)
    assert sorted(row["size"] for row in found["clusters"]) == [10, 10]
    cluster = found["clusters"][0]["cluster"]
    described = [
        r for r in found["cluster_traits"] if r["cluster"] == cluster and r["feature"] in ("person", "question")
    ]
    assert [(r["value"], r["n"], r["known"]) for r in described] == [
        ("finance", 5, 10),
        ("it", 5, 10),
        ("Who signs?", 10, 10),
    ]


# traits and names


def test_the_lift_of_a_trait_is_that_of_methods_i() -> None:
    # 18 of 25 against 48 of 200 would be 2.724138; here 12 of 12 against 12 of 32: (12 + 4 * .375) / 16 / .375
    found = clustered(crowd(paper=12, audit=20))
    trait = next(r for r in found["cluster_traits"] if r["value"] == "Symitar")
    assert (trait["n"], trait["known"], trait["share_of_all"]) == (12, 12, 0.375)
    assert trait["lift"] == pytest.approx((12 + 4 * 0.375) / 16 / 0.375, abs=1e-6)
    assert trait["stated"]


def test_what_everybody_has_is_not_stated() -> None:
    found = clustered(crowd(paper=12, audit=20))
    assert not any(r["stated"] for r in found["cluster_traits"] if r["feature"] == "region")


def test_two_clusters_of_one_name_are_told_apart() -> None:
    small = [account(f"s{n:02}", "paper", employees=60, employee_band="50-199") for n in range(12)]
    large = [account(f"l{n:02}", "paper", employees=2000, employee_band="1000-4999") for n in range(12)]
    found = clustered(small + large, weights={"size": 3})
    assert by_name(found).keys() == {
        "Replace paper onboarding, 50-199 employees", "Replace paper onboarding, 1000-4999 employees"
    }  # fmt: skip


def test_a_name_of_the_model_replaces_the_suggestion() -> None:
    found = clustered(crowd(paper=12))
    own = clustered(crowd(paper=12), names={found["clusters"][0]["cluster"]: "Paper"})
    assert own["clusters"][0]["name"] == "Paper"


# which is which again


def test_a_cluster_keeps_its_id_when_accounts_come_and_go() -> None:
    first = clustered(crowd(paper=12, audit=15))
    before = {r["account_id"]: r["cluster"] for r in first["cluster_members"]}
    later = crowd(paper=14, audit=15)[1:]
    second = clustered(later, before)
    after = {r["account_id"]: r["cluster"] for r in second["cluster_members"]}
    assert all(after[name] == before[name] for name in after.keys() & before.keys())
    grown = second.one("clusters", cluster=before["paper01"])
    assert (grown["size"], grown["kept"], grown["joined"]) == (13, 11, 2)


def test_a_cluster_that_shares_too_little_is_new() -> None:
    before = {f"paper{n:02}": "old" for n in range(3)}
    found = clustered(crowd(paper=12), before)
    assert found["clusters"][0]["cluster"] != "old"
    assert found.one("cluster_members", account_id="paper00")["came_from"] == "old"


def test_the_ids_of_the_first_list_are_those_of_the_members() -> None:
    one, other = clustered(crowd(paper=12))["clusters"][0], clustered(crowd(audit=12))["clusters"][0]
    assert one["cluster"] != other["cluster"]
    assert one["cluster"] == clustered(crowd(paper=12), names={"x": "y"})["clusters"][0]["cluster"]


# whatever the records


@settings(max_examples=8, deadline=None)
@given(st.integers(10, 70), st.integers(0, 99))
def test_sizes_hold_and_the_order_of_rows_does_not_matter(size: int, seed: int) -> None:
    draw = random.Random(seed)
    accounts = [
        account(
            f"a{n:02}",
            draw.choice(list(PROBLEMS)),
            sub_industry=draw.choice([*BRANCHES.values(), None]),
            stack=draw.choice([*STACKS.values(), "SAP; Symitar", None]),
            employee_band=draw.choice(["1-49", "50-199", None]),
            employees=draw.choice([30, 60]),
            trigger=draw.choice([None, ("funding", 3), ("hiring", 5)]),
        )
        for n in range(size)
    ]
    found = clustered(accounts)
    assert all(10 <= row["size"] <= 50 for row in found["clusters"])
    assert sum(row["size"] for row in found["clusters"]) == size
    shuffled = draw.sample(accounts, size)
    assert clustered(shuffled) == found


@pytest.mark.parametrize(
    ("spec", "message"),
    [
        ({"weights": {"problems": 1}}, "accounts are not compared by 'problems'"),
        ({"weights": {"size": -1}}, "below 0"),
        ({"weights": dict.fromkeys(ClustersSpec().weights, 0)}, "every weight is 0"),
        ({"smallest": 20, "largest": 10}, "smaller than the smallest"),
    ],
)
def test_what_cannot_be_is_refused(spec: dict[str, Any], message: str) -> None:
    with pytest.raises(ValueError, match=message):
        ClustersSpec(**spec)
