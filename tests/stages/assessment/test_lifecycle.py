"""Lifecycle: the first stage that is true, from facts with dates (methods k)."""

from __future__ import annotations

from datetime import datetime, timedelta
from decimal import Decimal
from itertools import product
from typing import Any

import pytest
from tests.steps import DAY, Results, run

from tierwise.core.vocabulary import LIFECYCLE_STAGES


def at(age: int) -> datetime:
    return datetime.combine(DAY, datetime.min.time()) - timedelta(days=age)


def deal(outcome: str, created: int, closed: int | None = None, **more: Any) -> dict[str, Any]:
    end = None if closed is None else at(closed)
    return {
        "account_id": "a",
        "outcome": outcome,
        "new_business": True,
        "created_at": at(created),
        "closed_at": end,
        **more,
    }


def spell(started: int, ended: int | None = None, **more: Any) -> dict[str, Any]:
    return {"account_id": "a", "started_at": at(started), "ended_at": None if ended is None else at(ended), **more}


def bill(age: int, amount: int = 10) -> dict[str, Any]:
    return {"account_id": "a", "invoiced_at": at(age), "amount": Decimal(amount)}


def attention(intent: int, **more: Any) -> dict[str, Any]:
    row = {"people": 1, "families": 1, "high_intent": False, "last_signal_at": at(1)}
    row |= more
    return {"account_id": "a", "intent": Decimal(intent), "guarded": row["people"] < 2 and row["families"] < 2, **row}


EVALUATING = attention(30, people=2, families=2, high_intent=True)
RESEARCHING = attention(25, people=2)


def lifecycle(**given: Any) -> Results:
    accounts = given.pop("accounts", [{"account_id": "a", "ultimate_parent_id": "a"}])
    return run("lifecycle", given={"accounts": accounts, **given})


def stage(**given: Any) -> str:
    return str(lifecycle(**given).one("lifecycle", account_id="a")["stage"])


FACTS: dict[str, dict[str, dict[str, Any]]] = {
    "customer": {"subscriptions": spell(400)},
    "in_deal": {"opportunities": deal("open", 30)},
    "churned": {"subscriptions": spell(400, 30)},
    "closed_lost": {"opportunities": deal("lost", 90, 20)},
    "evaluating": {"intent": EVALUATING},
    "researching": {"intent": RESEARCHING},
}


def test_the_table_of_precedence_is_exhaustive() -> None:
    """Whatever is true together, the first of the vocabulary's order wins; nothing true is unaware."""
    accounts, tables, expected = [], {"subscriptions": [], "opportunities": [], "intent": []}, {}  # type: ignore[var-annotated]
    for chosen in product((False, True), repeat=len(FACTS)):
        name = "".join("ny"[is_true] for is_true in chosen)
        holds = [stage for stage, is_true in zip(FACTS, chosen, strict=True) if is_true]
        if {"evaluating", "researching"} <= set(holds):
            continue  # one row of intent per account: evaluating has intent enough for both
        accounts.append({"account_id": name, "ultimate_parent_id": name})
        for fact in holds:
            for table, row in FACTS[fact].items():
                tables[table].append({**row, "account_id": name})
        expected[name] = next((s for s in LIFECYCLE_STAGES if s in holds), "unaware")
    found = lifecycle(accounts=accounts, **tables).by("lifecycle", value="stage")
    assert found == expected
    assert set(expected.values()) == set(LIFECYCLE_STAGES)


def test_the_same_facts_twice_are_the_same_stage() -> None:
    once = {table: [row] for fact in ("churned", "in_deal", "evaluating") for table, row in FACTS[fact].items()}
    twice = {table: rows * 2 for table, rows in once.items() if table != "intent"} | {"intent": once["intent"]}
    assert lifecycle(**once)["lifecycle"] == lifecycle(**twice)["lifecycle"]


@pytest.mark.parametrize(
    ("given", "expected"),
    [
        ({"subscriptions": [spell(400, 0)]}, "churned"),
        ({"subscriptions": [spell(400, 300), spell(200)]}, "customer"),
        ({"subscriptions": [spell(30, state="not_paying")]}, "unaware"),
        ({"subscriptions": [spell(30, state="not_paying"), spell(9, state="running")]}, "customer"),
        ({"subscriptions": [spell(2000, 1125)]}, "churned"),  # on 1 June 2021: 36 calendar months before June 2024
        ({"subscriptions": [spell(2000, 1126)]}, "unaware"),  # on 31 May 2021
        ({"subscriptions": [spell(400, 30)], "invoices": [bill(40)]}, "churned"),  # a subscription speaks before a bill
        ({"invoices": [bill(180)]}, "customer"),
        ({"invoices": [bill(181)]}, "churned"),
        ({"invoices": [bill(300), bill(10, -10)]}, "churned"),  # a credit note is no purchase
        ({"opportunities": [deal("won", 200, 100)]}, "customer"),
        ({"opportunities": [deal("won", 200, 100)], "invoices": [bill(300)]}, "churned"),
        ({"opportunities": [deal("won", 200, 100), deal("lost", 60, 10)]}, "closed_lost"),
        ({"opportunities": [deal("won", 60, 10), deal("lost", 200, 100)]}, "customer"),
        ({"opportunities": [deal("won", 60, 10, new_business=False)]}, "unaware"),
    ],
)
def test_customers_are_those_who_pay(given: dict[str, Any], expected: str) -> None:
    assert stage(**given) == expected


def test_zombie_deals_do_not_block() -> None:
    assert stage(opportunities=[deal("open", 180)]) == "in_deal"
    zombie = lifecycle(opportunities=[deal("open", 181)], intent=[RESEARCHING]).one("lifecycle")
    assert (zombie["stage"], zombie["stale_deal"]) == ("researching", True)
    assert stage(opportunities=[deal("open", 700), deal("lost", 300, 200)]) == "closed_lost"
    moved = [{"account_id": "a", "last_buyer_activity_at": at(100)}]
    alive = lifecycle(opportunities=[deal("open", 700)], relationship=moved).one("lifecycle")
    assert (alive["stage"], alive["stale_deal"], alive["since"]) == ("in_deal", False, at(700).date())
    second = lifecycle(opportunities=[deal("open", 700), deal("open", 20)]).one("lifecycle")
    assert (second["stage"], second["stale_deal"]) == ("in_deal", False)


def test_the_latest_deal_is_the_one_that_closed_last() -> None:
    """By close date, not by creation: the older deal was lost later."""
    row = lifecycle(opportunities=[deal("lost", 500, 20), deal("lost", 100, 90)]).one("lifecycle")
    assert (row["stage"], row["since"]) == ("closed_lost", at(20).date())
    assert stage(opportunities=[deal("lost", 900, 800)]) == "unaware"
    assert stage(opportunities=[deal("lost", 90, 20, new_business=False)]) == "unaware"


@pytest.mark.parametrize(
    ("signals", "expected"),
    [
        (attention(60, families=2, high_intent=True), "evaluating"),
        (attention(59, families=2, high_intent=True), "researching"),
        (attention(0, people=2, families=2, high_intent=True), "evaluating"),
        (attention(99, people=9, families=1, high_intent=True), "researching"),
        (attention(99, people=9, families=3), "researching"),
        (attention(25, people=2), "researching"),
        (attention(25, families=2), "researching"),
        (attention(99, high_intent=True), "unaware"),
        (attention(24, people=9, families=3), "unaware"),
    ],
)
def test_one_kind_of_signal_never_evaluates(signals: dict[str, Any], expected: str) -> None:
    assert stage(intent=[signals]) == expected


def test_one_kind_of_signal_from_one_person_is_only_watched() -> None:
    """Methods f.4: no state above 'watch' on one family of one person, however much of it."""
    watched = lifecycle(intent=[attention(99)]).one("lifecycle")
    assert (watched["stage"], watched["because"]) == ("unaware", "one kind of signal from one person")
    assert lifecycle(intent=[attention(3)]).one("lifecycle")["because"] == "little intent"


def test_dormant_is_a_flag_beside_the_stage() -> None:
    def dormant(age: int) -> bool:
        return bool(lifecycle(intent=[attention(30, last_signal_at=at(age))]).one("lifecycle")["dormant"])

    assert (dormant(180), dormant(181)) == (False, True)
    met = [{"account_id": "a", "last_buyer_activity_at": at(20)}]
    row = lifecycle(intent=[attention(30, last_signal_at=at(400))], relationship=met).one("lifecycle")
    assert not row["dormant"], "the buyer called"
    silent = lifecycle(subscriptions=[spell(30)]).one("lifecycle")
    assert (silent["stage"], silent["dormant"]) == ("customer", True)


def test_the_group_of_a_customer() -> None:
    """A subsidiary, however deep, of a customer; neither its parent nor its sister (methods k)."""
    parents = {"top": None, "p": "top", "q": "top", "a": "p", "b": "a", "c": "b", "z": None, "x": "y", "y": "x"}
    accounts = [{"account_id": n, "parent_id": parent} for n, parent in parents.items()]
    found = lifecycle(accounts=accounts, subscriptions=[{**spell(10), "account_id": "p"}])
    flagged = {name for name, flag in found.by("lifecycle", value="group_customer").items() if flag}
    assert flagged == {"a", "b", "c"}
    assert found.one("lifecycle", account_id="a")["stage"] == "unaware"
    ring = lifecycle(accounts=accounts, subscriptions=[{**spell(10), "account_id": "x"}])
    assert ring.one("lifecycle", account_id="y")["group_customer"]
    assert not ring.one("lifecycle", account_id="x")["group_customer"]
