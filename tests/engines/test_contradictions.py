"""Contradictions are the same rows on every engine: their SQL compares dates, texts and sums that dialects treat apart."""

from __future__ import annotations

from typing import Any

import pytest
import tests.steps
from tests.stages.accounts import test_contradictions as cases

from tierwise.engines.base import Engine


class Lent:
    """An engine of the whole run, which one test may not close."""

    def __init__(self, engine: Engine) -> None:
        self._engine = engine

    def __getattr__(self, name: str) -> Any:
        return getattr(self._engine, name)

    def close(self) -> None:
        """Left open: others use it."""


def test_contradictions(engine: Engine, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(tests.steps, "DuckdbEngine", lambda: Lent(engine))
    accounts = [cases.account("1", competitor=True, country="US"), cases.account("1", "erp", updated=9, country="CA")]
    found = cases.found(
        cases.LEFT,
        accounts=[*accounts, cases.account("2"), cases.account("3")],
        subscriptions=[
            cases.subscription("s", cases.START, plan="Pro"),
            cases.subscription("t", cases.LATER, plan=" pro"),
            cases.subscription("u", cases.START, account_key="2", status="canceled", ended_at=cases.LATER),
        ],
        opportunities=[
            cases.deal("d", "won", cases.START, cases.LATER, account_key="3"),
            cases.deal("e", "open", cases.START, cases.MARCH, account_key="3"),
        ],
        invoices=[cases.row("late", "2", invoiced_at=cases.MAY, amount=80)],
        events=[cases.event(cases.MARCH)],
    )
    assert cases.records(found) == {
        ("former_customer_running", "s", "crm:1"), ("former_customer_running", "t", "crm:1"),
        ("leaving_event_running", "s", "e:1"), ("leaving_event_running", "t", "e:1"),
        ("overlapping_subscriptions", "t", "s"), ("country_disagrees", "crm:1", "erp:1"),
        ("won_without_revenue", "d", None), ("open_past_closing_date", "e", None), ("invoiced_after_end", "late", "u"),
    }  # fmt: skip
    money = {row["kind"]: row["money"] for row in found["contradictions"]}
    assert (money["former_customer_running"], money["won_without_revenue"]) == (200, 500)
