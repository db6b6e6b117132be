"""People whom two companies share say that they are one; who works for everybody, has left or moved says nothing."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

import pytest
from tests.stages.accounts.test_identity import OTHERS, STEPS
from tests.steps import Results, run

# What the domains, names and places of these two leave open.
ONE, OTHER = "Norcroft Energy Holding", "Norcroft Services"
ANNA = {"email": "a.visser@norcroft.example", "first_name": "Anna", "last_name": "Visser"}
JOHN = {"email": "j.doe@norcroft.example", "first_name": "John", "last_name": "Doe"}


def compared(*people: tuple[str, dict[str, Any]], names: tuple[str, str] = (ONE, OTHER)) -> Results:
    """The steps of matching over two companies, `a` and `b`, among others; `people` are contacts, each with its company."""
    listed = [*OTHERS, ("a", names[0], None, "Germany", None), ("b", names[1], None, "Germany", None)]
    accounts = [
        {"record_id": key, "source": "crm", "account_key": key, "name": name, "domain_key": domain, "country": country}
        for key, name, domain, country, _ in listed
    ]
    contacts = [
        {"record_id": f"r{n}", "source": "crm", "contact_key": f"c{n}", "account_key": key, **person}
        for n, (key, person) in enumerate(people)
    ]
    return run("key_groups", *STEPS, given={"landing_accounts": accounts, "landing_contacts": contacts})


def level(found: Results) -> str:
    return str(found.one("match_levels", left_id="crm:a", right_id="crm:b")["people_level"])


def test_shared_people_are_a_reason_and_raise_the_probability() -> None:
    several = compared(("a", ANNA), ("b", ANNA), ("a", JOHN), ("b", JOHN))
    assert level(several) == "several at both"
    reason = several.one("match_reasons", left_id="crm:a", right_id="crm:b", field="people")
    assert reason["text"] == "people: several at both"
    assert reason["weight"] > 5
    weights = [
        float(compared(*people).one("match_weights", field="people", level=said)["weight"])
        for people, said in (
            ([("a", ANNA), ("b", ANNA)], "one address at both"),
            ([("a", ANNA), ("b", {**ANNA, "email": None})], "one name at both"),
            ([("a", ANNA), ("b", JOHN)], "nobody at both"),
        )
    ]
    assert float(reason["weight"]) > weights[0] > weights[1] > 0 > weights[2]


def test_people_bring_companies_together_whose_names_share_nothing() -> None:
    names = ("Norcroft Energy", "Silberbach Dienste")
    shared = compared(("a", ANNA), ("b", ANNA), names=names)
    assert level(shared) == "one address at both"
    pair = {"left_id": "crm:a", "right_id": "crm:b"}
    assert pair not in compared(names=names)["match_candidates"]
    assert pair not in [
        {key: row[key] for key in pair} for row in shared["match_pairs"]
    ]  # one person alone is not enough


@pytest.mark.parametrize(
    ("people", "said"),
    [
        (
            [("a", ANNA), ("b", {**ANNA, "first_name": "ANNA", "last_name": "vísser", "email": None})],
            "one name at both",
        ),
        ([("a", ANNA), ("b", {"email": "A.Visser@Norcroft.example "})], "one address at both"),
        ([("a", {"email": "info@norcroft.example"}), ("b", {"email": "info@norcroft.example"})], "unknown"),
        ([("a", ANNA), ("b", {**ANNA, "left_at": datetime(2026, 1, 1, tzinfo=UTC)})], "unknown"),
        ([("a", ANNA), ("b", JOHN)], "nobody at both"),
        ([("a", ANNA)], "unknown"),
        (
            [(at, {**ANNA, "email": e}) for at in "ab" for e in (ANNA["email"], "anna@mail.example")],
            "one address at both",
        ),
        ([(at, {"email": e}) for at in "ab" for e in (ANNA["email"], JOHN["email"])], "several at both"),
        ([("a", {"first_name": "Anna"}), ("b", {"first_name": "Anna"})], "unknown"),
    ],
)
def test_what_is_a_shared_person(people: list[tuple[str, dict[str, Any]]], said: str) -> None:
    assert level(compared(*people)) == said


def test_who_moved_from_one_company_to_the_other_is_not_at_both() -> None:
    moved = {**ANNA, "contact_key": "anna"}
    before, after = datetime(2024, 1, 1, tzinfo=UTC), datetime(2025, 1, 1, tzinfo=UTC)
    found = compared(("a", {**moved, "updated_at": before}), ("b", {**moved, "updated_at": after}), ("a", JOHN))
    assert level(found) == "nobody at both"
    assert {row["group_id"] for row in found["match_people"] if row["person"].startswith("a")} == {"crm:b"}


def test_who_works_for_many_companies_says_nothing() -> None:
    everywhere = [(key, ANNA) for key, *_ in OTHERS[:2]]
    found = compared(("a", ANNA), ("b", ANNA), *everywhere)
    assert level(found) == "unknown"
    assert not any(row["telling"] for row in found["match_people"])
    assert level(compared(("a", ANNA), ("b", ANNA), everywhere[0])) == "one address at both"


def test_nobodys_name_or_address_is_in_a_reason() -> None:
    found = compared(("a", ANNA), ("b", ANNA))
    said = " ".join(row["text"] for row in found["match_reasons"])
    assert "visser" not in said.lower()
