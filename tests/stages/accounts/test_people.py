"""One person in two systems, people who left, people who came from a customer."""

from __future__ import annotations

from datetime import UTC, date, datetime
from typing import Any

import pytest
from tests.steps import ACCOUNT_KEYS, Results, run

SOURCES = [{"source": name, "key_space": name, "priority": n} for n, name in enumerate(("crm", "billing"))]
LOADED = datetime(2024, 6, 1, tzinfo=UTC).replace(tzinfo=None)
ANN: dict[str, Any] = {"first_name": "Ann", "last_name": "Lee", "account_key": "1"}
ELSEWHERE: dict[str, Any] = {"first_name": "ann", "last_name": "LEE ", "account_key": None, "domain_key": "acme.com"}


def person(source: str, key: str, email: str | None = None, **more: Any) -> dict[str, Any]:
    row = {"source": source, "contact_key": key, "email": email, "record_id": f"{source}:{key}", "row_number": 2}
    return {**row, "loaded_at": LOADED, **more}


def people(*rows: dict[str, Any], revenue: tuple[str, ...] = ()) -> Results:
    accounts = [
        {
            "source": "crm",
            "account_key": key,
            "domain_key": domain,
            "record_id": key,
            "loaded_at": LOADED,
            "row_number": 2,
        }
        for key, domain in (("1", "acme.com"), ("2", "beta.com"))
    ]
    months = [{"account_id": account, "month": date(2024, 3, 1), "revenue": 10} for account in revenue]
    given = {"landing_accounts": accounts, "landing_contacts": rows, "spec_sources": SOURCES, "revenue_months": months}
    steps = ("accounts", "title_texts", "titles", "contact_keys", "contacts", "moved_people", "relationship")
    return run(*ACCOUNT_KEYS, *steps, given=given)


def test_one_name_at_one_account_in_two_systems_is_one_person() -> None:
    found = people(person("crm", "7", "ann@acme.com", **ANN), person("billing", "c9", **ELSEWHERE))
    assert [row["contact_id"] for row in found["contacts"]] == ["ann@acme.com"]
    assert found.one("contact_keys", key_space="billing")["contact_id"] == "ann@acme.com"
    assert found.one("relationship")["known_contacts"] == 1


def test_two_addresses_of_one_person_lead_to_one_contact() -> None:
    found = people(person("crm", "7", "ann@acme.com", **ANN), person("billing", "c9", "a.lee@acme.com", **ELSEWHERE))
    assert [row["contact_id"] for row in found["contacts"]] == ["a.lee@acme.com"]
    assert found.one("contact_keys", key_space="e-mail")["contact_key"] == "ann@acme.com"


@pytest.mark.parametrize(
    "other",
    [{**ELSEWHERE, "last_name": "Li"}, {**ELSEWHERE, "domain_key": "beta.com"}, {**ELSEWHERE, "first_name": None}],
)
def test_another_name_or_account_is_another_person(other: dict[str, Any]) -> None:
    assert len(people(person("crm", "7", **ANN), person("billing", "c9", **other))["contacts"]) == 2


def test_two_of_one_name_in_one_system_stay_two() -> None:
    found = people(person("crm", "7", **ANN), person("crm", "8", **ANN), person("billing", "c9", **ELSEWHERE))
    assert len(found["contacts"]) == 3


def test_who_left_or_cannot_be_reached_is_not_counted() -> None:
    found = people(
        person("crm", "1", "ann@acme.com", account_key="1", left_at=LOADED),
        person("crm", "2", "bob@acme.com", account_key="1", bounced_at=LOADED),
        person("crm", "3", "cyd@acme.com", account_key="1"),
    )
    reasons = found.by("contacts", "contact_id", value="left_because")
    assert reasons == {"ann@acme.com": "left", "bob@acme.com": "bounced", "cyd@acme.com": None}
    assert found.one("relationship")["known_contacts"] == 1


def test_mail_that_came_back_from_an_earlier_address_says_nothing() -> None:
    found = people(
        person(
            "crm", "1", "old@acme.com", account_key="1", bounced_at=LOADED, updated_at=datetime(2023, 1, 1, tzinfo=UTC)
        ),
        person("crm", "1", "new@acme.com", account_key="1", updated_at=datetime(2024, 1, 1, tzinfo=UTC)),
    )
    assert found.one("contacts")["left_because"] is None


@pytest.mark.parametrize(
    ("before", "basis"),
    [
        (person("crm", "7", "ann@acme.com", **ANN, updated_at=datetime(2022, 1, 1, tzinfo=UTC)), "record"),
        (person("crm", "5", "ann@acme.com", **ANN, left_at=LOADED), "same name"),
    ],
)
def test_people_who_came_from_a_customer(before: dict[str, Any], basis: str) -> None:
    now = {**ANN, "account_key": "2", "updated_at": datetime(2024, 1, 1, tzinfo=UTC)}
    found = people(before, person("crm", "7", "ann@beta.com", **now), revenue=("domain:acme.com",))
    row = found.one("moved_people")
    assert (row["contact_id"], row["account_id"], row["former_account_id"]) == (
        "ann@beta.com",
        "domain:beta.com",
        "domain:acme.com",
    )
    assert (row["basis"], row["last_revenue_month"]) == (basis, date(2024, 3, 1))
    assert found.one("relationship", account_id="domain:beta.com")["from_customers"] == 1


def test_nobody_comes_from_who_never_paid_or_shares_a_name_with_several() -> None:
    now = person("crm", "7", "ann@beta.com", **{**ANN, "account_key": "2"})
    left = person("crm", "5", "ann@acme.com", **ANN, left_at=LOADED)
    third = person("crm", "6", "al@acme.com", **ANN)
    assert people(left, now)["moved_people"] == []
    assert people(left, now, third, revenue=("domain:acme.com",))["moved_people"] == []
