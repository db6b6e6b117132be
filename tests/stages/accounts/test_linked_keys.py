"""Two keys of one company: a record that names the key which another source has for it."""

from __future__ import annotations

from datetime import date, datetime, time
from typing import Any

from tests.steps import ACCOUNT_KEYS, run

SOURCES = [
    {"source": "crm", "key_space": "crm", "priority": 1},
    {"source": "billing", "key_space": "billing", "priority": 2},
    {"source": "deals", "key_space": "crm", "priority": 3},
]


def record(source: str, key: str | None, domain: str | None = None, other: str | None = None) -> dict[str, Any]:
    """An account record; `other` is the company's key in billing."""
    return {
        "source": source, "account_key": key, "domain_key": domain, "record_id": f"{source}-{key}-{domain}",
        "other_key": other, "other_source": "billing" if other else None,
    }  # fmt: skip


def on(day: int) -> datetime:
    return datetime.combine(date(2024, 1, day), time())


def keys(*records: dict[str, Any]) -> dict[tuple[str, str], str]:
    found = run(*ACCOUNT_KEYS, given={"spec_sources": SOURCES, "landing_accounts": records})
    return {(row["key_space"], row["account_key"]): row["account_id"] for row in found["account_keys"]}


def test_a_key_that_only_the_link_names() -> None:
    assert keys(record("crm", "1", other="c9"), record("crm", "2")) == {
        ("crm", "1"): "crm:1", ("billing", "c9"): "crm:1", ("crm", "2"): "crm:2",
    }  # fmt: skip


def test_the_link_may_come_from_another_source_with_the_same_keys() -> None:
    assert keys(record("crm", "1"), record("deals", "1", other="c9"))["billing", "c9"] == "crm:1"


def test_both_have_records_and_neither_a_domain() -> None:
    found = keys(record("crm", "1", other="c9"), record("billing", "c9"), record("billing", "c8"))
    assert found == {("crm", "1"): "crm:1", ("billing", "c9"): "crm:1", ("billing", "c8"): "billing:c8"}


def test_the_account_has_the_name_of_either_domain() -> None:
    for crm, billing in (("acme.com", None), (None, "acme.com"), ("acme.com", "acme.com")):
        found = keys(record("crm", "1", crm, other="c9"), record("billing", "c9", billing))
        assert found == dict.fromkeys((("crm", "1"), ("billing", "c9"), ("domain", "acme.com")), "domain:acme.com")


def test_two_domains_become_keys_of_one_account() -> None:
    found = keys(record("crm", "1", "acme.com", other="c9"), record("billing", "c9", "acme.de"))
    assert set(found) == {("crm", "1"), ("billing", "c9"), ("domain", "acme.com"), ("domain", "acme.de")}
    assert set(found.values()) == {"domain:acme.com"}


def test_two_records_may_name_one_key_and_the_latest_is_followed() -> None:
    first, second = record("crm", "1", other="c9"), record("crm", "2", other="c9")
    found = keys({**first, "loaded_at": on(1)}, {**second, "loaded_at": on(2)})
    assert found["billing", "c9"] == "crm:2"
    assert keys({**second, "loaded_at": on(2)}, {**first, "loaded_at": on(1)}) == found


def test_a_source_that_is_not_in_the_model_links_nothing() -> None:
    assert keys({**record("crm", "1", other="c9"), "other_source": "erp"}) == {("crm", "1"): "crm:1"}
