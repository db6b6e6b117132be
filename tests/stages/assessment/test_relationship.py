"""Relationship: people who still work there, and those who moved; our own touches are not theirs."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any

from tests.steps import DAY, run

from tierwise.stages.assessment.relationship import RelationshipSpec
from tierwise.stages.assessment.signals import SignalsSpec

SIGNALS = SignalsSpec.model_validate(
    {
        "signals": {
            "visit": {"where": "kind = 'visit'", "party": "first", "family": "web"},
            "surge": {"where": "provider = 'vendor'", "party": "third", "family": "third_party_topic"},
        }
    }
)


def at(age: int) -> datetime:
    return datetime.combine(DAY, datetime.min.time()) - timedelta(days=age)


def contact(email: str, **more: Any) -> dict[str, Any]:
    return {"contact_id": email, "account_id": "a", "email": email, "left_company": False, **more}


def touch(age: int = 1, **more: Any) -> dict[str, Any]:
    return {"account_id": "a", "source": "crm", "direction": "inbound", "occurred_at": at(age), **more}


def relationship(**given: Any) -> dict[str, Any]:
    found = run("contact_keys", "relationship", given=given, signals=SIGNALS, relationship=RelationshipSpec())
    return found.one("relationship", account_id="a")


def test_known_people_are_those_who_still_work_there() -> None:
    people = [
        contact("ann", function="IT"),
        contact("bob", function="IT"),
        contact("cyd", left_company=True, function="HR"),
    ]
    row = relationship(contacts=people)
    assert (row["known_contacts"], row["contact_functions"], row["engaged_contacts"]) == (2, 1, 0)
    assert row["last_buyer_activity_at"] is None


def test_only_the_buyer_moves() -> None:
    touches = [touch(5, email="ann"), touch(1, email="ann", direction="outbound"), touch(2, email="bob", direction="Outbound"),
               touch(91, email="cyd"), touch(90, email="dan", direction="Reply")]  # fmt: skip
    row = relationship(activities=touches)
    assert (row["engaged_contacts"], row["last_buyer_activity_at"]) == (2, at(5))


def test_first_party_signals_of_a_person_count_and_bought_ones_do_not() -> None:
    days = [
        {"account_id": "a", "signal_id": "visit", "person": "ann", "last_at": at(3)},
        {"account_id": "a", "signal_id": "visit", "device": "d1", "last_at": at(2)},
        {"account_id": "a", "signal_id": "surge", "person": "bob", "last_at": at(1)},
    ]
    row = relationship(signal_days=days)
    assert (row["engaged_contacts"], row["last_buyer_activity_at"]) == (1, at(3))


def test_one_person_under_key_and_address_is_one() -> None:
    records = [{"source": "crm", "contact_key": "17", "email": "Ann@x.com ", "record_id": "crm:17"}]
    touches = [touch(3, contact_key="17"), touch(2, email="ann@x.com"), touch(1, contact_key="18")]
    assert relationship(activities=touches, landing_contacts=records)["engaged_contacts"] == 2


def test_a_signal_and_a_touch_of_one_person_are_one() -> None:
    """A signal's person goes by contact_id, and so do touches, whatever key or address they hold."""
    records = [{"source": "crm", "contact_key": "17", "email": "Ann@x.com ", "record_id": "crm:17"}]
    seen = [{"account_id": "a", "signal_id": "visit", "person": "ann@x.com", "last_at": at(3)}]
    row = relationship(activities=[touch(contact_key="17")], signal_days=seen, landing_contacts=records)
    assert row["engaged_contacts"] == 1
    unlisted = [{"account_id": "a", "signal_id": "visit", "person": "crm:18", "last_at": at(3)}]
    assert relationship(activities=[touch(contact_key="18")], signal_days=unlisted)["engaged_contacts"] == 1


def test_a_touch_without_a_person_moves_the_account_only() -> None:
    row = relationship(activities=[touch(4)])
    assert (row["engaged_contacts"], row["last_buyer_activity_at"]) == (0, at(4))
