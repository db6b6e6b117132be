"""Signals: what matches, and whose it is; one human is one person however the records name them."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any

import pytest
from tests.steps import DAY, run

from tierwise.stages.assessment.signals import SignalsSpec

SPEC = SignalsSpec.model_validate(
    {"signals": {"visit": {"where": "kind = 'visit'", "party": "first", "family": "web"}}}
)
SOURCES = [
    {"source": name, "key_space": keys, "priority": n}
    for n, (name, keys) in enumerate((("crm", "crm"), ("web", "crm"), ("shop", "shop")))
]


def at(age: int) -> datetime:
    return datetime.combine(DAY, datetime.min.time()) - timedelta(days=age)


def contact(key: str | None, email: str | None, age: int = 9, source: str = "crm") -> dict[str, Any]:
    return {
        "source": source,
        "contact_key": key,
        "email": email,
        "updated_at": at(age),
        "record_id": f"{source}{key}",
        "row_number": age,
    }


def event(person: str | None = None, email: str | None = None, source: str = "web", **more: Any) -> dict[str, Any]:
    return {
        "account_id": "a",
        "source": source,
        "kind": "visit",
        "person": person,
        "email": email,
        "occurred_at": at(1),
        "record_id": f"{source}{person}{email}",
        **more,
    }


def people(*events: dict[str, Any], contacts: list[dict[str, Any]] | None = None) -> set[str | None]:
    landed = [{name: value for name, value in row.items() if name != "account_id"} for row in events]
    given = {"events": events, "landing_events": landed, "landing_contacts": contacts or [], "spec_sources": SOURCES}
    return {row["person"] for row in run("contact_keys", "signals", given=given, signals=SPEC)["signals"]}


@pytest.mark.parametrize(
    "events",
    [
        [event("17"), event(email="Ann@x.com ")],
        [event("17"), event("17", "ann@x.com"), event(" ANN@x.com")],
        [event("17"), event("17", "ann@x.com"), event("17", "ann@home.com")],
    ],
)
def test_a_known_contact_is_one_by_id_and_by_address(events: list[dict[str, Any]]) -> None:
    assert people(*events, contacts=[contact("17", "Ann@X.com")]) == {"ann@x.com"}


def test_an_event_with_id_and_address_says_that_both_are_one() -> None:
    assert people(event("17"), event("17", "Ann@x.com"), event(email="ann@x.com")) == {"ann@x.com"}
    assert people(event("17"), event(email="ann@x.com")) == {"crm:17", "ann@x.com"}


def test_an_earlier_address_leads_to_the_contact() -> None:
    versions = [contact("17", "ann@old.com", 50), contact("17", "ann@new.com", 5)]
    assert people(event(email="ann@old.com"), event("17"), contacts=versions) == {"ann@new.com"}
    handed_on = [*versions, contact("18", "ann@old.com", 1)]
    assert people(event(email="ann@old.com"), event("17"), contacts=handed_on) == {"ann@new.com", "ann@old.com"}


def test_a_contact_without_address_goes_by_its_key() -> None:
    assert people(event("17"), contacts=[contact("17", None)]) == {"crm:17"}


def test_the_same_id_in_another_system_is_another_person() -> None:
    assert people(event("17"), event("17", source="shop")) == {"crm:17", "shop:17"}


def test_nobody_stays_nobody() -> None:
    assert people(event(), contacts=[contact("17", "ann@x.com"), contact(None, "bob@x.com")]) == {None}


def test_contacts_and_signals_name_people_alike() -> None:
    records = [
        contact("17", "ann@old.com", 50),
        contact("17", "ann@new.com", 5),
        contact(None, "Ann@old.com", 70, "shop"),
    ]
    given = {"landing_contacts": records, "spec_sources": SOURCES}
    found = run("contact_keys", "contacts", given=given)["contacts"]
    assert [(row["contact_id"], row["email"]) for row in found] == [("ann@new.com", "ann@new.com")]
