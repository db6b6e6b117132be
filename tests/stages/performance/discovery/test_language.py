"""What may describe a customer: known in time, not telling the outcome, in words that the model accepts."""

from __future__ import annotations

from datetime import date, datetime
from decimal import Decimal
from typing import Any

import pytest
from tests.steps import DAY, Rows, run

from tierwise.core import table
from tierwise.core.table import Column
from tierwise.sql.predicates import check_predicate
from tierwise.stages.performance.discovery.language import MISSING
from tierwise.stages.performance.discovery.spec import REFUSED, DiscoverySpec
from tierwise.stages.segmentation.segments import scope
from tierwise.tables.accounts import ACCOUNTS, ATTRIBUTES

at = datetime.fromisoformat
SMALL: dict[str, Any] = {"min_customers": 5, "attributes": ("industry", "employees", "country")}
STEPS = ("profile_trait_counts", "profile_trait_values", "profile_attributes", "profile_selectors")


def customers(n: int, left: int = 0) -> Rows:
    """The first `left` of them left."""
    return [
        {
            "account_id": f"c{i:03}",
            "cluster_id": f"c{i:03}",
            "bucket": i % 20,
            "weight": 1.0,
            "outcome": 1.0,
            "stayed": i >= left,
        }
        for i in range(n)
    ]  # fmt: skip


def described(rows: Rows, own: Rows, others: Rows = (), **spec: Any) -> dict[str, Any]:  # type: ignore[assignment]
    """Attributes, and why not, for customers with these columns."""
    made = run(
        "profile_traits", *STEPS,
        given={
            "profile_customers": rows, "accounts_at_start": own, "accounts": [*own, *others],
            "profile_purchases": [{"account_id": row["account_id"]} for row in rows],
        },
        discovery=DiscoverySpec(**{**SMALL, **spec}),
    )  # fmt: skip
    return {
        "attributes": {row["attribute"]: row for row in made["profile_attributes"]},
        "selectors": made["profile_selectors"],
    }


def industries(n: int, known: int) -> Rows:
    """Two industries in turn, of the first `known` customers."""
    return [
        {"account_id": f"c{i:03}", "industry": ("Banking", "Retail")[i % 2] if i < known else None} for i in range(n)
    ]


def test_an_attribute_that_more_than_forty_percent_lack_is_left_out() -> None:
    assert described(customers(50), industries(50, 30))["attributes"]["industry"]["place"] == 0
    found = described(customers(50), industries(50, 29))["attributes"]["industry"]
    assert (found["place"], found["reason"]) == (None, "missing for 42% of the customers")


def test_missing_is_a_value_only_when_asked() -> None:
    plain = described(customers(50), industries(50, 35))["selectors"]
    assert [row["value"] for row in plain] == ["Banking", "Retail"]
    asked = described(customers(50), industries(50, 35), missing_selector=True)
    assert {row["condition"] for row in asked["selectors"]} == {
        "industry = 'Banking'",
        "industry = 'Retail'",
        "industry is null",
    }
    assert asked["attributes"]["industry"]["missing"] == pytest.approx(0.3)
    assert MISSING in {row["value"] for row in asked["selectors"]}


def test_what_is_on_record_only_for_those_who_stayed_is_refused() -> None:
    """A field that somebody fills in at the renewal makes the best profile there is: customers who stayed."""
    own = [{"account_id": f"c{i:03}", "industry": ("Banking", "Retail")[i % 2] if i >= 20 else None} for i in range(60)]
    found = described(customers(60, left=20), own)["attributes"]["industry"]
    assert (
        found["reason"]
        == "on record for 100% of those who stayed and 0% of those who left: it was written down afterwards"
    )
    allowed = described(customers(60, left=20), own, known_before_purchase=("industry",))
    assert allowed["attributes"]["industry"]["place"] == 0


def test_what_is_on_record_only_for_customers_finds_no_prospect() -> None:
    others = [{"account_id": f"p{i}"} for i in range(30)]
    found = described(customers(50), industries(50, 50), others)["attributes"]["industry"]
    assert (
        found["reason"] == "on record for 100% of the customers and 0% of the other accounts: it would find no prospect"
    )
    known = [{"account_id": f"p{i}", "industry": "Banking"} for i in range(30)]
    assert described(customers(50), industries(50, 50), known)["attributes"]["industry"]["place"] == 0
    list_of_customers = described(customers(50), industries(50, 50), others, for_prospects=False)
    assert list_of_customers["attributes"]["industry"]["place"] == 0


def test_identifiers_owners_dates_and_what_names_the_outcome_are_refused_by_name() -> None:
    own = (
        Column("closed_at", table.TIMESTAMP, ""), Column("last_activity_days", table.NUMBER, ""),
        Column("stack", table.TEXT, ""), Column("renewal_year", table.INTEGER, ""),
    )  # fmt: skip
    spec = DiscoverySpec(columns=own)
    usual = {c.name for c in ATTRIBUTES}
    assert {c.name for c in spec.candidates()} == usual | {"stack"}
    assert set(spec.refused()) == set(REFUSED) | {"closed_at", "last_activity_days", "renewal_year"}
    assert set(REFUSED) | usual == set(ACCOUNTS.names)  # a new column of accounts is one or the other
    assert "known_before_purchase: [renewal_year]" in spec.refused()["renewal_year"]
    let_in = DiscoverySpec(columns=own, known_before_purchase=("renewal_year", "closed_at"))
    assert "renewal_year" in {c.name for c in let_in.candidates()}
    assert "closed_at" in let_in.refused()  # a date stays a date


def test_a_text_that_nobody_shares_is_an_identifier() -> None:
    own = [{"account_id": f"c{i:03}", "industry": f"number {i}"} for i in range(50)]
    assert described(customers(50), own)["attributes"]["industry"]["reason"] == "no value is shared by 10 customers"


def test_numbers_are_cut_at_the_edges_of_the_model_or_at_quartiles_and_never_by_the_outcome() -> None:
    own = [{"account_id": f"c{i:03}", "employees": 10 + 20 * i} for i in range(100)]
    by_bands = described(customers(100), own, attributes=("employees",))["selectors"]
    assert [row["condition"] for row in by_bands if row["code"]][:3] == [
        "employees < 50", "employees between 50 and 199", "employees between 200 and 999",
    ]  # fmt: skip
    by_edges = described(customers(100), own, attributes=("employees",), edges={"employees": (300,)})["selectors"]
    assert [row["condition"] for row in by_edges] == ["employees < 300", "employees >= 300"]
    money = [{"account_id": f"c{i:03}", "annual_revenue": 10 + i} for i in range(100)]
    one = described(customers(100), money, attributes=("annual_revenue",))["selectors"]
    other = described(customers(100, left=70), money, attributes=("annual_revenue",))["selectors"]
    assert one == other
    assert [row["high"] for row in one if row["code"]] == [35.0, 60.0, 84.0, None]


def test_ranges_are_neighbouring_classes_but_never_all() -> None:
    own = [{"account_id": f"c{i:03}", "employees": 10 + 20 * i} for i in range(100)]
    made = described(customers(100), own, attributes=("employees",), edges={"employees": (300, 900)})["selectors"]
    assert [row["condition"] for row in made] == [
        "employees < 300", "employees between 300 and 899", "employees >= 900", "employees < 900", "employees >= 300",
    ]  # fmt: skip


def test_every_condition_is_one_that_the_model_accepts() -> None:
    """Names with quotes, yes/no, money, whole numbers."""
    own = (Column("stack", table.BOOLEAN, ""),)
    names = ("O'Brien & Söhne", 'say "hi"', "a: b # c")
    rows = [
        {
            "account_id": f"c{i:03}",
            "industry": names[i % 3],
            "employees": i * 37,
            "annual_revenue": Decimal(i * 137) / 100,
        }
        for i in range(60)
    ]
    spec = {"attributes": ("industry", "employees", "annual_revenue")}
    made = described(customers(60), rows, **spec)["selectors"]
    assert {row["place"] for row in made} == {0, 1, 2}
    for row in made:
        assert check_predicate(row["condition"], scope(own)) == []


def test_behaviour_counts_only_before_the_purchase_and_no_record_is_not_no() -> None:
    bought = at("2024-03-01")
    seen = {"early": at("2024-02-29 23:00"), "late": at("2024-03-01"), "ancient": at("2022-12-01")}
    names = ("early", "late", "ancient", "unwatched")
    signals = [{"account_id": name, "signal_id": "pricing", "occurred_at": when} for name, when in seen.items()]
    made = run(
        "profile_traits",
        given={
            "profile_customers": [{**row, "account_id": name} for row, name in zip(customers(4), names, strict=True)],
            "profile_purchases": [
                {"account_id": name, "purchased_at": at("2023-06-01") if name == "unwatched" else bought} for name in names
            ],
            "signals": signals,
        },
        discovery=DiscoverySpec(signals=("pricing",), attributes=("industry",)),
    )  # fmt: skip
    found = {row["account_id"]: row["value"] for row in made["profile_traits"]}
    # the first signal on record is of December 2022: half a year before `unwatched` bought is not watched at all
    assert found == {"early": "true", "late": "false", "ancient": "false"}


def test_the_first_purchase_is_the_first_paid_month_or_the_first_won_deal() -> None:
    made = run(
        "profile_purchases",
        given={
            "revenue_months": [
                {"account_id": "a", "month": date(2024, 2, 1), "revenue": -5, "basis": "invoices"},
                {"account_id": "a", "month": date(2024, 3, 1), "revenue": 5, "basis": "invoices"},
                {"account_id": "b", "month": date(2024, 3, 1), "revenue": 5, "basis": "invoices"},
            ],
            "opportunities": [
                {"account_id": "b", "outcome": "won", "closed_at": at("2024-02-10")},
                {"account_id": "a", "outcome": "lost", "closed_at": at("2024-01-10")},
                {"account_id": None, "outcome": "won", "closed_at": at("2024-01-10")},
            ],
        },
    )  # fmt: skip
    assert made.by("profile_purchases", value="purchased_at") == {"a": at("2024-03-01"), "b": at("2024-02-10")}
    assert made.by("profile_purchases", value="known_until") == {"a": at("2024-04-01"), "b": at("2024-03-01")}
    assert datetime.combine(DAY, datetime.min.time()) > made["profile_purchases"][0]["purchased_at"]
