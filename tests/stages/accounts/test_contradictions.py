"""Each kind of contradiction is found, its records named, and what does not contradict is left alone."""

# ruff: noqa: DTZ001 (moments in tables are naive UTC)

from __future__ import annotations

from datetime import date, datetime
from decimal import Decimal
from typing import Any

import pytest
from tests.steps import ACCOUNT_KEYS, Results, run

from tierwise.stages.accounts.contradictions.spec import KINDS, ContradictionsSpec

DAY = date(2024, 6, 30)
SOURCES = [
    {"source": "crm", "key_space": "crm", "priority": 1},
    {"source": "erp", "key_space": "crm", "priority": 2},
]
STEPS = (*ACCOUNT_KEYS, "account_trees", "account_parents", "accounts", "opportunities", "subscriptions",
         "invoices", "rates", "revenue_months", "visitor_networks", "event_owners",
         "events", "contradicting_records", "contradictions")  # fmt: skip
CALENDAR = [
    {"month": date(2023 + m // 12, m % 12 + 1, 1), "next_month": date(2023 + (m + 1) // 12, (m + 1) % 12 + 1, 1)}
    for m in range(18)
]
LOADED = datetime(2024, 6, 30, 9)
Row = dict[str, Any]


def row(record: str, account: str = "1", **values: Any) -> Row:
    return {"source": "crm", "record_id": record, "account_key": account, "loaded_at": LOADED, **values}


def account(key: str, source: str = "crm", updated: int = 1, **values: Any) -> Row:
    moment = datetime(2024, 1, updated)
    return row(f"{source}:{key}", key, **{"source": source, "row_number": 1, "updated_at": moment, **values})


def subscription(record: str, start: datetime, **values: Any) -> Row:
    return row(record, **{"started_at": start, "mrr": Decimal(100), **values})


def deal(record: str, stage: str, created: datetime, closed: datetime | None, **values: Any) -> Row:
    values = {"amount": Decimal(500), "updated_at": created, **values}
    return row(record, opportunity_key=record, stage=stage, created_at=created, closed_at=closed, **values)


def found(spec: ContradictionsSpec | None = None, day: date = DAY, **given: list[Row]) -> Results:
    """Contradictions among landed rows, by name of the landing table; one account is there unless others are given."""
    landed = {f"landing_{name}": rows for name, rows in {"accounts": [account("1")], **given}.items()}
    inputs = {"spec_sources": SOURCES, "calendar": CALENDAR, **landed}
    return run(*STEPS, given=inputs, as_of=day, contradictions=spec or ContradictionsSpec())


def records(results: Results) -> set[tuple[str, str, str | None]]:
    return {(r["kind"], r["record_id"], r["other_record_id"]) for r in results["contradicting_records"]}


START, LATER, MARCH, MAY = datetime(2023, 2, 1), datetime(2023, 9, 1), datetime(2024, 3, 5), datetime(2024, 5, 20)


@pytest.mark.parametrize(
    ("rows", "expected"),
    [
        ([subscription("s", START, status="canceled")], {("ended_without_end", "s", None)}),
        ([subscription("s", START, status="canceled", canceled_at=MARCH)], set()),
        ([subscription("s", START, status="canceled", current_period_end=MARCH)], set()),
        ([subscription("s", START, plan="Pro"), subscription("t", LATER, plan=" pro")],
         {("overlapping_subscriptions", "t", "s")}),
        ([subscription("s", START, plan="Pro"), subscription("t", LATER, plan="Basic")], set()),
        ([subscription("s", START), subscription("t", LATER)], set()),  # no plan: nobody knows
        ([subscription("s", START, plan="Pro", ended_at=LATER), subscription("t", LATER, plan="Pro")], set()),
        ([subscription("s", START, amount=Decimal(1200), interval_months=12)], set()),
        ([subscription("s", START, amount=Decimal(1205), interval_months=12)], set()),  # rounding
        ([subscription("s", START, amount=Decimal(1000), interval_months=12)], {("monthly_and_period_amount", "s", None)}),
        ([subscription("s", LATER, ended_at=START)], {("ended_before_started", "s", None)}),
        ([subscription("s", LATER, ended_at=datetime(2023, 9, 1))], set()),
    ],
)  # fmt: skip
def test_subscriptions(rows: list[Row], expected: set[Any]) -> None:
    assert records(found(subscriptions=rows)) == expected


def test_money_and_examples_of_a_kind() -> None:
    rows = [subscription(name, START, plan="Pro", mrr=Decimal(n)) for n, name in enumerate("abc", 1)]
    one = found(subscriptions=rows).one("contradictions")
    assert (one["rows"], one["other_rows"], one["accounts"], one["money"]) == (2, 1, 1, Decimal(5))
    assert (one["example"], one["example_other"], one["money_is"]) == ("b", "a", "revenue per month")
    assert one["believed"] == "all of them: their revenue is added"


def invoice(record: str, moment: datetime, amount: int = 80) -> Row:
    return row(record, invoiced_at=moment, amount=Decimal(amount))


def test_invoices_after_the_end() -> None:
    ended = [subscription("s", START, ended_at=MARCH)]
    lines = [invoice("soon", datetime(2024, 4, 19)), invoice("late", MAY), invoice("credit", MAY, -80)]
    assert records(found(subscriptions=ended, invoices=lines)) == {("invoiced_after_end", "late", "s")}
    running = [*ended, subscription("t", MARCH)]
    assert records(found(subscriptions=running, invoices=lines)) == set()


LEFT = ContradictionsSpec(former_customer="competitor", leaving_event="kind = 'churned'")


def event(moment: datetime, kind: str = "churned", key: str = "1") -> Row:
    return row(f"e:{key}", key, kind=kind, occurred_at=moment)


def test_who_left_while_a_subscription_runs() -> None:
    accounts = [account("1", competitor=True)]
    running = [subscription("s", START, plan="Pro")]
    told = found(LEFT, accounts=accounts, subscriptions=running, events=[event(MARCH)])
    assert records(told) == {("former_customer_running", "s", "crm:1"), ("leaving_event_running", "s", "e:1")}
    back = found(LEFT, accounts=accounts, subscriptions=[subscription("s", MAY)], events=[event(MARCH)])
    assert records(back) == {("former_customer_running", "s", "crm:1")}
    assert records(found(accounts=accounts, subscriptions=running, events=[event(MARCH)])) == set(), "no condition"


def test_records_of_leaving_that_disagree() -> None:
    accounts = [account("1"), account("2", competitor=True), account("3", competitor=True), account("4")]
    told = found(LEFT, accounts=accounts, events=[event(MARCH), event(MARCH, key="3"), event(MARCH, "login", "4")])
    assert records(told) == {
        ("leaving_event_unmarked", "e:1", "crm:1"), ("former_customer_without_event", "crm:2", None),
    }  # fmt: skip


PAID = [subscription("s", datetime(2023, 1, 1), ended_at=datetime(2023, 3, 1))]  # another account's, from January 2023


def paid(*rows: Row) -> list[Row]:
    return [*(s | {"account_key": "2"} for s in PAID), *rows]


@pytest.mark.parametrize(
    ("deals", "paying", "expected"),
    [
        ([deal("d", "won", START, LATER)], [], {("won_without_revenue", "d", None)}),
        ([deal("d", "won", START, LATER)], [subscription("t", datetime(2024, 2, 10))], set()),  # within six months
        ([deal("d", "won", START, MARCH)], [], set()),  # too soon to tell
        ([deal("d", "won", datetime(2022, 11, 1), datetime(2022, 12, 15))], [], set()),  # revenue is not on record as far back
        ([deal("d", "lost", START, LATER)], [], set()),
        ([deal("d", "lost", START, LATER)], [subscription("t", datetime(2023, 11, 1))],
         {("lost_then_revenue", "d", "crm:1")}),
        ([deal("d", "lost", START, LATER)], [subscription("t", START)], set()),  # a customer before
        ([deal("d", "open", START, MARCH)], [], {("open_past_closing_date", "d", None)}),
        ([deal("d", "open", START, datetime(2024, 8, 1))], [], set()),
        ([deal("d", "lost", LATER, START)], [], {("closed_before_created", "d", None)}),
    ],
)  # fmt: skip
def test_deals(deals: list[Row], paying: list[Row], expected: set[Any]) -> None:
    accounts = [account("1"), account("2")]
    assert records(found(accounts=accounts, opportunities=deals, subscriptions=paid(*paying))) == expected


def test_revenue_without_a_won_deal() -> None:
    won = deal("d", "won", START, datetime(2023, 3, 1))
    later = [subscription("t", MARCH, account_key="2"), subscription("u", START)]
    given = {"accounts": [account("1"), account("2"), account("3")],
             "subscriptions": [*later, subscription("v", datetime(2023, 4, 1), account_key="3")]}  # fmt: skip
    told = found(opportunities=[won], **given)
    assert records(told) == {("revenue_without_won_deal", "crm:2", None)}, "the third began while deals began"
    assert told.one("contradictions")["money"] == Decimal(400)
    assert records(found(**given)) == set(), "no deals at all say nothing"


def test_two_sources_on_one_account() -> None:
    said = {"industry": "Banking", "country": "US", "employees": 100}
    other = {"industry": "banking ", "country": "Canada", "employees": 210}
    rows = [account("1", **said), account("1", "erp", updated=9, **other)]
    assert records(found(accounts=rows)) == {
        ("country_disagrees", "crm:1", "erp:1"), ("employees_disagree", "crm:1", "erp:1"),
    }  # fmt: skip
    assert "most recent" in found(accounts=rows).one("contradictions", kind="country_disagrees")["believed"]
    older = [account("1", **said), row("crm:1b", "1", row_number=2, updated_at=MAY, country="Canada")]
    assert records(found(accounts=older)) == set(), "one source that changed its mind"
    assert records(found(ContradictionsSpec(employees_factor=3), accounts=rows)) == {
        ("country_disagrees", "crm:1", "erp:1")
    }


def test_what_came_later_contradicts_nothing_before() -> None:
    running = [subscription("s", START)]
    told = found(LEFT, date(2024, 2, 1), subscriptions=running, events=[])
    assert records(told) == set()


def test_every_kind_says_whom_the_figures_believe() -> None:
    kinds = ContradictionsSpec().tables()["spec_contradictions"]
    assert len({k["kind"] for k in kinds}) == len(KINDS)
    assert all(k["believed"] and k["says"] for k in kinds)
