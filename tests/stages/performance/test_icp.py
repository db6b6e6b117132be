"""What good customers share: who counts, on which side, what is known of whom, and when a trait is worth a sentence."""

from __future__ import annotations

from datetime import date, datetime, time
from typing import Any

import pytest
from tests.steps import DAY, Results, run

from tierwise.stages.performance.icp import IcpSpec
from tierwise.stats.lift import lift

SIGNALS = [{"signal_id": "pricing"}, {"signal_id": "webinar"}]
SPEC = IcpSpec(traits=("industry", "country"), defining={"good": ("industry",), "poor": ("country",)})
STEPS = ("icp_sides", "icp_customers", "icp_traits", "icp_counts", "icp_figures", "icp")


def at(year: int, month: int, day: int) -> datetime:
    return datetime.combine(date(year, month, day), time())


def icp(customers: list[dict[str, Any]], verdicts: dict[str, str], spec: IcpSpec = SPEC, **tables: Any) -> Results:
    """The steps for customers with `segment`, `bought` (month) and columns of accounts; segments with their verdicts."""
    given = {
        "accounts": [{"account_id": c["id"], "ultimate_parent_id": c.get("parent"), **c.get("account", {})} for c in customers],
        "account_segments": [{"account_id": c["id"], "segment": c["segment"]} for c in customers if c.get("segment")],
        "verdicts": [{"segment": segment, "verdict": verdict} for segment, verdict in verdicts.items()],
        "revenue_months": [
            {"account_id": c["id"], "month": c.get("bought", date(2022, 3, 1)), "revenue": 100.0, "basis": "subscriptions"}
            for c in customers if c.get("pays", True)
        ],
        "spec_signals": SIGNALS,
        **tables,
    }  # fmt: skip
    return run(*STEPS, given=given, icp=spec)


def customer(id_: str, segment: str | None, industry: str = "Banking", **more: Any) -> dict[str, Any]:
    return {"id": id_, "segment": segment, "account": {"industry": industry}, **more}


def crowd(n: int, segment: str, industry: str, **more: Any) -> list[dict[str, Any]]:
    return [customer(f"{segment}{industry}{i}", segment, industry, **more) for i in range(n)]


def test_the_verdict_of_the_profile_says_on_which_side_a_customer_is() -> None:
    found = icp(
        [customer("a", "good"), customer("b", "poor"), customer("c", "young"), customer("d", None)],
        {"good": "positioning_gap", "poor": "avoid", "young": "promising"},
    )
    assert found.by("icp_customers", value="side") == {"a": "good", "b": "bad", "c": "neither", "d": "neither"}
    assert {row["basis"] for row in found["icp_customers"]} == {"validated"}


def test_promising_profiles_stand_in_where_none_is_validated_and_it_is_said() -> None:
    found = icp([customer("a", "young"), customer("b", "poor")], {"young": "promising", "poor": "avoid"})
    assert found.by("icp_customers", value="side") == {"a": "good", "b": "bad"}
    assert {row["basis"] for row in found["icp_customers"]} == {"promising"}


def test_a_purchase_is_the_first_won_deal_or_the_first_month_with_revenue() -> None:
    deals = [
        {
            "record_id": "1",
            "account_id": "a",
            "outcome": "won",
            "new_business": True,
            "closed_at": at(2022, 2, 9),
        },
        {
            "record_id": "2",
            "account_id": "a",
            "outcome": "lost",
            "new_business": True,
            "closed_at": at(2021, 1, 1),
        },
        {
            "record_id": "3",
            "account_id": "b",
            "outcome": "won",
            "new_business": False,
            "closed_at": at(2021, 1, 1),
        },
        {
            "record_id": "4",
            "account_id": "c",
            "outcome": "won",
            "new_business": True,
            "closed_at": at(2023, 5, 5),
        },
    ]
    customers = [
        customer("a", "good"),
        customer("b", "good"),
        customer("c", "good", pays=False),
        customer("d", "good", pays=False),
    ]
    found = icp(customers, {"good": "validated"}, opportunities=deals)
    bought = {"a": date(2022, 2, 9), "b": date(2022, 3, 1), "c": date(2023, 5, 5)}
    assert found.by("icp_customers", value="purchased_on") == bought


def test_a_trait_that_chance_would_not_give_is_stated_with_its_lift() -> None:
    found = icp(crowd(30, "good", "Banking") + crowd(30, "poor", "Retail"), {"good": "validated", "poor": "avoid"})
    row = found.one("icp", side="good", name="industry", value="Banking")
    expected = lift(30, 30, 30, 60)
    assert expected is not None
    assert (row["customers"], row["known"], row["share"], row["share_of_all"]) == (30, 30, 1.0, 0.5)
    assert row["lift"] == pytest.approx(expected.value)
    assert row["stated"]
    assert row["defines"]
    bad = found.one("icp", side="bad", name="industry", value="Retail")
    assert bad["stated"]
    assert not bad["defines"], "that the good profile is defined by its industry says nothing about the bad one"


def test_what_good_customers_share_with_everybody_is_not_stated() -> None:
    mixed = (
        crowd(15, "good", "Banking")
        + crowd(15, "good", "Retail")
        + crowd(15, "poor", "Banking")
        + crowd(15, "poor", "Retail")
    )
    found = icp(mixed, {"good": "validated", "poor": "avoid"})
    assert not any(row["stated"] for row in found["icp"])


def test_few_customers_are_not_worth_a_sentence() -> None:
    found = icp(crowd(4, "good", "Banking") + crowd(60, "poor", "Retail"), {"good": "validated", "poor": "avoid"})
    assert not found.one("icp", side="good", name="industry", value="Banking")["stated"]


def test_subsidiaries_of_one_group_count_once() -> None:
    found = icp(
        crowd(9, "good", "Banking", parent="group") + crowd(9, "poor", "Retail"), {"good": "validated", "poor": "avoid"}
    )
    row = found.one("icp", side="good", name="industry", value="Banking")
    assert (row["customers"], row["known"]) == (1, 1)


def test_an_attribute_that_is_not_known_is_no_trait_and_not_counted() -> None:
    customers = [customer("a", "good"), {"id": "b", "segment": "good", "account": {"industry": None}}]
    row = icp(customers, {"good": "validated"}).one("icp", side="good", name="industry")
    assert (row["customers"], row["known"]) == (1, 1)


def signal(account: str, name: str, when: datetime, person: str | None = None) -> dict[str, Any]:
    return {"account_id": account, "signal_id": name, "occurred_at": when, "person": person}


def test_a_trigger_came_before_the_purchase_and_only_where_that_time_is_on_record() -> None:
    customers = [customer("early", "good", bought=date(2022, 3, 1)), customer("late", "good", bought=date(2023, 6, 1))]
    signals = [
        signal("early", "pricing", at(2022, 2, 1)),  # the records begin here: a year before is not on them
        signal("late", "pricing", at(2023, 5, 31)),
        signal("late", "webinar", at(2023, 6, 1)),  # on the day itself it is too late to be a trigger
    ]
    found = icp(customers, {"good": "validated"}, signals=signals)
    triggers = [row for row in found["icp_traits"] if row["kind"] == "trigger"]
    assert {(row["account_id"], row["name"]): row["value"] for row in triggers} == {
        ("late", "pricing"): "yes", ("late", "webinar"): "no",
    }  # fmt: skip


def test_people_are_those_who_moved_before_the_purchase() -> None:
    customers = [customer("a", "good", bought=date(2023, 6, 1))]
    contacts = [
        {"contact_id": n, "account_id": "a", "email": n, "function": f, "title": t}
        for n, f, t in (
            ("x@a.io", "Operations", "Head of Ops"),
            ("y@a.io", None, "CFO "),
            ("z@a.io", "IT", None),
            ("w@a.io", "Finance", None),
        )
    ]
    moves = [("w", "7", None, "Inbound"), ("x", None, "X@a.io", "inbound"), ("z", None, "z@a.io", "outbound")]
    touches = [
        {"source": "crm", "record_id": r, "account_id": "a", "contact_key": key, "email": email, "direction": direction,
         "occurred_at": at(2023, 5, 1)}
        for r, key, email, direction in moves
    ]  # fmt: skip
    keys = [{"key_space": "crm", "contact_key": "7", "contact_id": "w@a.io"}]
    signals = [signal("a", "pricing", at(2020, 1, 1)), signal("a", "pricing", at(2023, 1, 1), "y@a.io")]
    sources = [{"source": "crm", "key_space": "crm", "priority": 1}]
    known = {"contacts": contacts, "contact_keys": keys, "activities": touches, "signals": signals}
    found = icp(customers, {"good": "validated"}, spec_sources=sources, **known)
    people = {(row["name"], row["value"]) for row in found["icp_traits"] if row["kind"] == "person"}
    assert people == {("function", "operations"), ("title", "head of ops"), ("title", "cfo"), ("function", "finance")}


def test_the_median_of_deals_has_the_interval_of_its_order_statistics() -> None:
    customers = crowd(9, "good", "Banking")
    deals = [
        {"record_id": str(i), "account_id": c["id"], "outcome": "won", "new_business": True, "amount": 100 * (i + 1)}
        for i, c in enumerate(customers)
    ]
    rates = [{"currency": "", "rate": 1.0}]
    found = icp(customers, {"good": "validated"}, opportunities=deals, rates=rates).one(
        "icp_figures", measure="deal_size"
    )
    # n = 9: the 1st and 9th of 9 cut off 2 x 0.2 %, the 2nd and 8th 2 x 2 % (binomial): 1.56 and 8.44 round outwards
    assert (found["n"], found["median"], found["lo"], found["hi"]) == (9, 500, 100, 900)


def test_a_company_without_customers_has_no_profile() -> None:
    found = run(*STEPS, given={"accounts": [{"account_id": "a"}]}, as_of=DAY, icp=SPEC)
    assert all(not found[name] for name in STEPS)
