"""Who the accounts are: keys, domains, the record that wins, parents, contacts."""

# ruff: noqa: DTZ001 (moments in tables are naive UTC)

from __future__ import annotations

from datetime import datetime
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from tests.steps import ACCOUNT_KEYS, Results, run

from tierwise.stages.accounts.unify import AccountsSpec

SOURCES = [
    {"source": "crm", "key_space": "crm", "priority": 1},
    {"source": "billing", "key_space": "billing", "priority": 2},
    {"source": "web", "key_space": "crm", "priority": 3},
]
STEPS = (*ACCOUNT_KEYS, "account_trees", "account_parents", "accounts")


def record(key: str | None = None, domain: str | None = None, source: str = "crm", **more: Any) -> dict[str, Any]:
    return {
        "source": source, "account_key": key, "domain_key": domain, "record_id": f"{source}:{key or domain}",
        "loaded_at": datetime(2024, 6, 1), "row_number": 2, **more,
    }  # fmt: skip


def accounts(*records: dict[str, Any], **spec: Any) -> Results:
    given = {"landing_accounts": records, "spec_sources": SOURCES}
    return run(*STEPS, given=given, accounts=AccountsSpec(**spec))


def ids(found: Results) -> list[str]:
    return [row["account_id"] for row in found["accounts"]]


def test_an_account_is_a_domain_else_a_key() -> None:
    found = accounts(record("1", "acme.com"), record("2"), record(None, "beta.com"), record("2", None, "billing"))
    assert ids(found) == ["billing:2", "crm:2", "domain:acme.com", "domain:beta.com"]
    assert found.one("account_keys", account_key="acme.com")["account_id"] == "domain:acme.com"


def test_records_of_one_domain_are_one_account() -> None:
    found = accounts(record("1", "acme.com", name="Acme"), record("9", "acme.com"), record("x", "acme.com", "billing"))
    assert ids(found) == ["domain:acme.com"]
    assert found.one("accounts")["records"] == 3
    keys = {(row["key_space"], row["account_key"]): row["account_id"] for row in found["account_keys"]}
    assert set(keys) == {("crm", "1"), ("crm", "9"), ("billing", "x"), ("domain", "acme.com")}


def test_keys_are_of_their_source_unless_it_declares_another() -> None:
    assert ids(accounts(record("1", name="A"), record("1", None, "billing", name="B"))) == ["billing:1", "crm:1"]
    shared = accounts(record("1", name="A"), record("1", None, "web", employees=7))
    assert ids(shared) == ["crm:1"]
    assert (shared.one("accounts")["name"], shared.one("accounts")["employees"]) == ("A", 7)


def test_a_record_that_changed_its_domain_keeps_the_older_as_a_key() -> None:
    found = accounts(
        record("1", "old.com", updated_at=datetime(2023, 1, 1)), record("1", "new.com", updated_at=datetime(2024, 1, 1)),
    )  # fmt: skip
    assert ids(found) == ["domain:new.com"]
    keys = found.by("account_keys", "account_key", value="account_id")
    assert keys == {"1": "domain:new.com", "old.com": "domain:new.com", "new.com": "domain:new.com"}


def test_a_free_mail_address_makes_no_account() -> None:
    """Landing leaves `domain_key` empty for gmail.com and the like: two such records are not one company."""
    assert ids(accounts(record("1"), record("2"), record(None, None))) == ["crm:1", "crm:2"]


def test_the_most_recent_record_that_has_a_value_wins() -> None:
    found = accounts(
        record("1", "acme.com", industry="Old", employees=10, updated_at=datetime(2023, 1, 1)),
        record("2", "acme.com", industry="New", updated_at=datetime(2024, 1, 1)),
        record("x", "acme.com", "billing", industry="Undated", country="FR"),
    ).one("accounts")
    assert (found["industry"], found["employees"], found["country"]) == ("New", 10, "FR")


def test_the_first_source_wins_when_the_model_says_so_and_when_records_are_equally_recent() -> None:
    crm = record("1", "acme.com", industry="CRM", updated_at=datetime(2023, 1, 1))
    billing = record("x", "acme.com", "billing", industry="Billing", updated_at=datetime(2024, 1, 1))
    assert accounts(crm, billing).one("accounts")["industry"] == "Billing"
    assert accounts(crm, billing, survivorship="priority").one("accounts")["industry"] == "CRM"
    same = {**billing, "updated_at": crm["updated_at"]}
    assert accounts(crm, same).one("accounts")["industry"] == "CRM"


def test_what_any_record_says_against_contact_holds() -> None:
    found = accounts(record("1", "acme.com", do_not_contact=True), record("2", "acme.com", do_not_contact=False),
                     record("3", "b.com", competitor=True), record("4", "c.com"))  # fmt: skip
    assert found.by("accounts", value="do_not_contact")["domain:acme.com"] is True
    assert found.by("accounts", value="competitor") == {
        "domain:acme.com": False, "domain:b.com": True, "domain:c.com": False,
    }  # fmt: skip


@pytest.mark.parametrize(
    ("employees", "band"),
    [
        (0, "1-49"),
        (1, "1-49"),
        (49, "1-49"),
        (50, "50-199"),
        (199, "50-199"),
        (200, "200+"),
        (9999, "200+"),
        (None, None),
    ],
)
def test_size_bands(employees: int | None, band: str | None) -> None:
    found = accounts(record("1", employees=employees), employee_bands=(50, 200)).one("accounts")
    assert found["employee_band"] == band


@settings(max_examples=15, deadline=None)
@given(
    drawn=st.lists(
        st.builds(
            record,
            st.sampled_from([None, "1", "2", "3"]),
            st.sampled_from([None, "a.com", "b.com"]),
            st.sampled_from(["crm", "billing", "web"]),
            industry=st.sampled_from([None, "X", "Y"]),
            updated_at=st.sampled_from([None, datetime(2023, 1, 1), datetime(2024, 1, 1)]),
            parent_key=st.sampled_from([None, "1", "2", "9"]),
        ),
        max_size=10,
    ),
    random=st.randoms(use_true_random=False),
)
def test_order_and_repetition_of_records_change_nothing(drawn: list[dict[str, Any]], random: Any) -> None:
    rows = [{**row, "record_id": str(sorted(row.items(), key=str))} for row in drawn]
    again = [{**row, "row_number": n} for n, row in enumerate(random.sample(rows * 2, len(rows) * 2))]
    assert accounts(*again) == accounts(*rows)


# parents


def parents(*pairs: tuple[str, str]) -> Results:
    keys = {key for pair in pairs for key in pair if key != "?"}
    named = dict(pairs)
    return accounts(*(record(key, parent_key=named.get(key)) for key in sorted(keys)))


def tops(found: Results) -> dict[str, str]:
    return {k.removeprefix("crm:"): v.removeprefix("crm:") for k, v in
            found.by("accounts", value="ultimate_parent_id").items()}  # fmt: skip


def test_the_top_of_a_tree_ten_levels_deep() -> None:
    chain = parents(*((f"{n}", f"{n + 1}") for n in range(10)))
    assert set(tops(chain).values()) == {"10"}
    assert chain.one("account_parents", account_id="crm:3")["parent_id"] == "crm:4"
    assert not any(row["in_cycle"] or row["dangling"] for row in chain["account_parents"])


@pytest.mark.parametrize("length", [2, 3, 5, 16])
def test_companies_in_a_cycle_are_their_own_top(length: int) -> None:
    found = parents(*((f"{n}", f"{(n + 1) % length}") for n in range(length)))
    assert tops(found) == {f"{n}": f"{n}" for n in range(length)}
    assert all(row["in_cycle"] for row in found["account_parents"])


def test_below_a_cycle_there_is_no_top() -> None:
    found = parents(("1", "2"), ("2", "1"), ("3", "1"))
    assert tops(found)["3"] == "3"
    assert found.one("account_parents", account_id="crm:3")["in_cycle"]


def test_a_parent_that_is_not_there_dangles() -> None:
    found = parents(("1", "?"), ("2", "1"))
    row = found.one("account_parents", account_id="crm:1")
    assert (row["parent_id"], row["dangling"], row["ultimate_parent_id"]) == (None, True, "crm:1")
    assert tops(found) == {"1": "1", "2": "1"}


def test_nobody_is_their_own_parent() -> None:
    found = accounts(record("1", "acme.com", parent_key="2"), record("2", "acme.com"))
    assert found["account_parents"] == []
    assert found.one("accounts")["ultimate_parent_id"] == "domain:acme.com"


def test_a_parent_that_the_newer_record_no_longer_names_is_gone() -> None:
    """Cleared is none; a record that names none beside one that does says nothing; so does one of another source."""
    old, new = {"updated_at": datetime(2024, 1, 1)}, {"updated_at": datetime(2024, 3, 1)}
    top = record("2", "beta.com")
    named = record("1", "acme.com", parent_key="2", **old)
    assert accounts(top, named)["account_parents"] != []
    for rows in ([top, named, record("1", "acme.com", **new)], [record("1", "acme.com", **new), named, top]):
        assert accounts(*rows)["account_parents"] == []
    back = record("1", "acme.com", parent_key="2", updated_at=datetime(2024, 4, 1))
    assert accounts(top, named, record("1", "acme.com", **new), back)["account_parents"] != []
    twin = record("9", "acme.com", **new)
    assert accounts(top, named, twin)["account_parents"] != [], "another record of the company says nothing"
    once_more = record("1", "acme.com", **old)
    assert accounts(top, named, once_more) == accounts(once_more, named, top)


# contacts


def person(email: str | None, key: str | None = None, **more: Any) -> dict[str, Any]:
    row = {"source": "crm", "email": email, "contact_key": key, "record_id": f"crm:{key or email}", "row_number": 2}
    return {**row, "loaded_at": datetime(2024, 6, 1), **more}


def contacts(*people: dict[str, Any]) -> Results:
    given = {
        "landing_accounts": [record("1", "acme.com"), record("2", "beta.com")],
        "landing_contacts": people,
        "spec_sources": SOURCES,
    }
    return run(*ACCOUNT_KEYS, "contact_keys", "contacts", given=given)


def test_a_contact_is_an_address_else_a_key() -> None:
    found = contacts(person("Ann@Acme.com ", "7", domain_key="acme.com"), person(None, "8", account_key="1"))
    assert found.by("contacts", "contact_id", value="account_id") == {
        "ann@acme.com": "domain:acme.com", "crm:8": "domain:acme.com",
    }  # fmt: skip


@pytest.mark.parametrize("first", [None, "ann.old@acme.com"])
def test_a_person_whose_address_changed_is_one_contact(first: str | None) -> None:
    """Versions of one record: the newer export brings an address, or another one."""
    found = contacts(
        person(first, "7", account_key="1", title="CFO", updated_at=datetime(2023, 1, 1)),
        person("ann@acme.com", "7", account_key="1", updated_at=datetime(2024, 1, 1), loaded_at=datetime(2024, 6, 2)),
    )
    assert [(row["contact_id"], row["title"]) for row in found["contacts"]] == [("ann@acme.com", "CFO")]


def test_the_latest_record_says_where_a_person_works() -> None:
    found = contacts(
        person(
            "ann@x.com",
            "1",
            account_key="1",
            title="CFO",
            updated_at=datetime(2023, 1, 1),
            left_at=datetime(2023, 2, 1),
        ),
        person("ann@x.com", "2", account_key="2", updated_at=datetime(2024, 1, 1)),
    ).one("contacts")
    assert (found["account_id"], found["title"], found["left_company"]) == ("domain:beta.com", "CFO", False)


def test_the_key_of_the_source_speaks_before_the_domain() -> None:
    assert contacts(person("ann@x.com", account_key="2", domain_key="acme.com")).one("contacts")["account_id"] == (
        "domain:beta.com"
    )
    assert contacts(person("ann@x.com", domain_key="nobody.com")).one("contacts")["account_id"] is None
