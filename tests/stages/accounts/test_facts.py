"""Facts find their account; opportunities have the outcome of the day."""

# ruff: noqa: DTZ001 (moments in tables are naive UTC)

from __future__ import annotations

from datetime import datetime
from decimal import Decimal
from typing import Any

import pytest
from tests.steps import ACCOUNT_KEYS, Results, run

from tierwise.stages.accounts.facts import OpportunitiesSpec

ACCOUNTS = [
    {
        "source": "crm",
        "account_key": "1",
        "domain_key": "acme.com",
        "record_id": "crm:1",
        "loaded_at": datetime(2024, 1, 1),
    },
    {"source": "crm", "account_key": "2", "domain_key": None, "record_id": "crm:2", "loaded_at": datetime(2024, 1, 1)},
]
SOURCES = [
    {"source": "crm", "key_space": "crm", "priority": 1}, {"source": "web", "key_space": "crm", "priority": 2},
    {"source": "billing", "key_space": "billing", "priority": 3},
]  # fmt: skip


def deal(stage: str | None = "Demo", key: str = "d1", **more: Any) -> dict[str, Any]:
    return {
        "source": "crm", "opportunity_key": key, "account_key": "1", "stage": stage, "record_id": f"crm:{key}",
        "created_at": datetime(2024, 1, 1), "row_number": 2, **more,
    }  # fmt: skip


def entered(stage: str, day: int, key: str = "d1", **more: Any) -> dict[str, Any]:
    return {"source": "crm", "opportunity_key": key, "stage": stage, "entered_at": datetime(2024, 2, day), **more}


def facts(*names: str, spec: OpportunitiesSpec | None = None, **given: Any) -> Results:
    tables = {"landing_accounts": ACCOUNTS, "spec_sources": SOURCES, **given}
    return run(*ACCOUNT_KEYS, *names, given=tables, opportunities=spec or OpportunitiesSpec())


def outcome(*history: dict[str, Any], **more: Any) -> tuple[str, Any]:
    row = facts("opportunities", landing_opportunities=[deal(**more)], landing_stage_history=history).one(
        "opportunities"
    )
    return row["outcome"], row["closed_at"]


CLOSED = datetime(2024, 3, 1)


def test_a_stage_written_twice_makes_no_second_deal() -> None:
    spec = OpportunitiesSpec(won=("Closed Won", "closed won "), lost=("Lost",))
    assert [
        r["outcome"]
        for r in facts("opportunities", spec=spec, landing_opportunities=[deal("CLOSED WON")])["opportunities"]
    ] == ["won"]
    with pytest.raises(ValueError, match="under `won` and under `lost`"):
        OpportunitiesSpec(won=("Closed",), lost=("closed",))


@pytest.mark.parametrize(
    ("stage", "expected"),
    [
        ("Closed Won", ("won", CLOSED)), (" closedwon ", ("won", CLOSED)), ("CLOSED LOST", ("lost", CLOSED)),
        ("Demo", ("open", None)), (None, ("open", None)), ("Closed won?", ("open", None)),
    ],
)  # fmt: skip
def test_the_stage_says_the_outcome(stage: str | None, expected: tuple[str, Any]) -> None:
    """A closing date on an open deal is a plan."""
    assert outcome(stage=stage, closed_at=CLOSED) == expected


def test_the_last_stage_entered_speaks_before_the_export() -> None:
    history = [entered("Demo", 1), entered("Closed Lost", 9)]
    assert outcome(*history, stage="Closed Won", closed_at=CLOSED) == ("lost", datetime(2024, 2, 9))


def test_a_reopened_deal_is_open() -> None:
    history = [entered("Closed Lost", 9), entered("Demo", 20)]
    assert outcome(*history, stage="Closed Lost", closed_at=CLOSED) == ("open", None)


@pytest.mark.parametrize("turned", [False, True])
def test_of_two_stages_at_one_moment_the_end_is_the_later(turned: bool) -> None:
    history = [
        entered("Demo", 9, row_number=3),
        entered("Closed Won", 9, row_number=2),
        entered("Zeta", 9, row_number=4),
    ]
    assert outcome(*(history[::-1] if turned else history)) == ("won", datetime(2024, 2, 9))


def test_the_model_names_the_ends() -> None:
    spec = OpportunitiesSpec(won=("Signed",), lost=("Dead",), not_new_business=("Renewal",))
    deals = [deal("SIGNED", "a"), deal("Dead", "b"), deal("Closed Won", "c"), deal("x", "d", type="renewal")]
    found = facts("opportunities", landing_opportunities=deals, spec=spec)
    assert found.by("opportunities", "opportunity_key", value="outcome") == {
        "a": "won", "b": "lost", "c": "open", "d": "open",
    }  # fmt: skip
    assert found.by("opportunities", "opportunity_key", value="new_business") == {
        "a": True, "b": True, "c": True, "d": False,
    }  # fmt: skip


def test_facts_go_by_key_then_by_domain_then_nowhere() -> None:
    def event(n: int, source: str = "web", **more: Any) -> dict[str, Any]:
        return {"source": source, "record_id": f"e{n}", "occurred_at": CLOSED, **more}

    rows = [
        event(1, account_key="2", domain_key="acme.com"), event(2, domain_key="acme.com"), event(3, account_key="404"),
        event(4), event(5, "billing", account_key="2"), event(6, account_key="404", domain_key="acme.com"),
    ]  # fmt: skip
    found = facts("visitor_networks", "event_owners", "events", "link_coverage", landing_events=rows)
    assert found.by("events", "record_id", value="account_id") == {
        "e1": "crm:2", "e2": "domain:acme.com", "e3": None, "e4": None, "e5": None, "e6": "domain:acme.com",
    }  # fmt: skip
    row = found.one("link_coverage", fact="events")
    assert (row["rows"], row["without_account"], row["unknown_account"]) == (6, 1, 2)


def test_a_record_that_makes_no_account_is_counted() -> None:
    """An account record with neither key nor company domain cannot become an account, and is not lost silently."""
    homeless = {"source": "crm", "record_id": "crm:x", "name": "Ann's", "domain": "gmail.com"}
    found = facts("link_coverage", landing_accounts=[*ACCOUNTS, homeless])
    row = found.one("link_coverage", fact="accounts")
    assert (row["rows"], row["without_account"], row["unknown_account"]) == (3, 1, 0)


@pytest.mark.parametrize("kind", ["subscriptions", "invoices", "activities", "evidence"])
def test_every_kind_of_fact_is_linked(kind: str) -> None:
    row = {"source": "web", "record_id": "r", "account_key": "1"}
    if kind in ("subscriptions", "invoices"):
        row["amount"] = Decimal(5)  # type: ignore[assignment]
    found = facts(kind, **{f"landing_{kind}": [row]}).one(kind)
    assert found["account_id"] == "domain:acme.com"
    assert found.get("amount", 5) == 5


def test_how_the_stage_is_known() -> None:
    """By a dated change or a closing date; else as the export says it; where that was hidden, not at all."""
    deals = [deal("Demo", "a"), deal("Demo", "b"), deal("Closed Won", "c", closed_at=CLOSED), deal("Closed Won", "d"),
             deal(None, "e"), deal("Closed Lost", "f", closed_at=CLOSED, lost_reason="price")]  # fmt: skip
    history = [entered("Proposal", 3, "b"), entered("Demo", 3, "f")]
    found = facts("opportunities", landing_opportunities=deals, landing_stage_history=history)
    assert found.by("opportunities", "opportunity_key", value="stage_known") == {
        "a": "assumed", "b": "dated", "c": "dated", "d": "assumed", "e": "unknown", "f": "dated",
    }  # fmt: skip
    open_again = found.one("opportunities", opportunity_key="f")
    assert (open_again["outcome"], open_again["lost_reason"]) == ("open", None), "a reopened deal has no reason of loss"


@pytest.mark.parametrize(
    ("closed", "won", "stage", "expected"),
    [
        (True, True, "Vertrag da", "won"), (True, False, "Vorbei", "lost"), (False, False, "Angebot", "open"),
        (None, True, "Vertrag da", "won"), (None, False, "Closed Lost", "lost"), (None, False, "Angebot", "open"),
        (True, None, "Closed Won", "won"), (True, None, "Vorbei", "open"), (False, None, "Closed Won", "open"),
        (True, False, "Closed Won", "lost"), (None, None, "Closed Won", "won"),
    ],
)  # fmt: skip
def test_what_the_crm_says_of_the_end_goes_before_the_word_of_the_stage(
    closed: bool | None, won: bool | None, stage: str, expected: str
) -> None:
    found, date = outcome(stage=stage, is_closed=closed, is_won=won, closed_at=CLOSED)
    assert (found, date) == (expected, None if expected == "open" else CLOSED)


def test_a_dated_stage_that_ends_a_deal_goes_before_what_is_said_today() -> None:
    reopened = {"is_closed": False, "is_won": False, "closed_at": CLOSED}
    assert outcome(entered("Closed Lost", 1), **reopened) == ("lost", datetime(2024, 2, 1))
    won = {"is_closed": True, "is_won": True, "closed_at": CLOSED}
    assert outcome(entered("Verhandlung", 1), **won) == ("won", CLOSED)
