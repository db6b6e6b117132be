"""The foundation audit: what counts as filled, valid, recent, agreed on, placed and owned, and who has which defect."""

# ruff: noqa: DTZ001 (moments in tables are naive UTC)

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, datetime
from typing import Any

import pytest
from tests.steps import ACCOUNT_KEYS, Results, run

from tierwise.core.table import DATE, Column
from tierwise.stages.accounts.audit import AuditSpec
from tierwise.stages.accounts.unify import AccountsSpec, AttributeSpec
from tierwise.stats.scorecard.agreement import weighted_kappa

SOURCES = [
    {"source": "crm", "key_space": "crm", "priority": 1},
    {"source": "billing", "key_space": "billing", "priority": 2},
]
IDENTITY = (*ACCOUNT_KEYS, "account_trees", "account_parents", "accounts")
AUDIT = (
    "audit_words", "audit_values", "audit_records", "audit_owners", "audit_counts", "audit_cells", "audit_measures",
    "audit_scores", "audit_rows", "audit_people", "audit_found", "audit_defects",
)  # fmt: skip
DAY = date(2024, 6, 30)


def record(key: str, domain: str | None, source: str = "crm", **more: Any) -> dict[str, Any]:
    return {
        "source": source, "account_key": key, "domain": domain, "domain_key": domain, "record_id": f"{source}:{key}",
        "loaded_at": datetime(2024, 6, 1), "row_number": 2, **more,
    }  # fmt: skip


def audit(
    *records: dict[str, Any],
    importance: dict[str, float] | None = None,
    attributes: tuple[Column, ...] = (),
    match_pairs: Sequence[dict[str, Any]] = (),
    apart_groups: Sequence[dict[str, Any]] = (),
    **spec: Any,
) -> Results:
    read = importance or {"domain": 1.0, "employees": 1.0}
    own = {"employee_bands": (50, 200, 1000), "importance": read, "attributes": attributes}
    section = AuditSpec.model_validate(spec).model_copy(update=own)
    known = AccountsSpec(attributes={c.name: AttributeSpec(type="date") for c in attributes})
    given = {
        "landing_accounts": records, "spec_sources": SOURCES, "match_pairs": match_pairs, "apart_groups": apart_groups,
    }  # fmt: skip
    return run(*IDENTITY, *AUDIT, given=given, as_of=DAY, attributes=attributes, audit=section, accounts=known)


def behind(found: Results, defect: str) -> set[tuple[str, str]]:
    return {
        (row["field"], row["account_id"].removeprefix("domain:"))
        for row in found["audit_rows"]
        if row["defect"] == defect
    }


def test_placeholders_and_counts_of_nobody_are_not_filled() -> None:
    found = audit(
        record("1", "a.com", industry="Banking", employees=10), record("2", "b.com", industry="N/A", employees=0),
        record("3", "c.com", industry=" Unknown ", employees=None), record("4", "d.com", industry="-", employees=7),
    )  # fmt: skip
    complete = found.one("audit_measures", field="industry", dimension="completeness")
    assert (complete["value"], complete["n"]) == (0.25, 4)
    assert found.one("audit_measures", field="employees", dimension="completeness")["value"] == 0.5
    assert behind(found, "missing") == {
        ("industry", "b.com"), ("industry", "c.com"), ("industry", "d.com"), ("employees", "b.com"), ("employees", "c.com"),
    }  # fmt: skip


def test_a_field_that_nobody_fills_is_left_out_unless_the_list_reads_it() -> None:
    fields = {row["field"] for row in audit(record("1", "a.com"))["audit_scores"]}
    assert fields == {"", "domain", "employees"}
    assert audit(record("1", "a.com")).one("audit_scores", field="employees")["score"] == 0.0


def test_a_domain_that_is_none_is_wrong_and_not_missing() -> None:
    found = audit(record("1", "a.com"), {**record("2", None), "domain": "someone@gmail.com"}, record("3", None))
    assert ("domain", "crm:2") in behind(found, "wrong")
    assert ("domain", "crm:2") not in behind(found, "missing")
    assert ("domain", "crm:3") in behind(found, "missing")


def test_rules_of_the_model_judge_what_is_filled_and_nothing_else() -> None:
    rules = {"industry": "industry in ('Banking', 'Insurance')"}
    found = audit(
        record("1", "a.com", industry="Banking", employees=-4), record("2", "b.com", industry="asdf"), record("3", "c.com"),
        rules=rules,
    )  # fmt: skip
    assert behind(found, "wrong") == {("industry", "b.com"), ("employees", "a.com")}
    assert found.one("audit_measures", field="industry", dimension="validity")["n"] == 2


def test_records_of_one_source_are_counted_after_resolution() -> None:
    """Two names of one domain are one account entered twice; two companies of one name are no repeat."""
    found = audit(
        record("1", "a.com", name="Acme"), record("2", "a.com", name="ACME Inc."), record("3", "b.com", name="Acme"),
        record("9", "a.com", "billing", name="Acme"),
    )  # fmt: skip
    assert behind(found, "repeated") == {("record", "a.com")}
    unique = found.one("audit_measures", field="", dimension="uniqueness")
    assert (unique["value"], unique["n"]) == (0.75, 4)


def test_age_counts_from_the_day_of_checking_and_never_from_the_last_change() -> None:
    own = (Column("checked", DATE, "when somebody checked"),)
    days = {"a": datetime(2023, 6, 30), "b": datetime(2019, 6, 30), "c": None, "d": datetime(2025, 1, 1)}
    records = [
        record(key, f"{key}.com", employees=100, checked=day, updated_at=datetime(2024, 6, 29))
        for key, day in days.items()
    ]
    found = audit(*records, attributes=own, verified={"employees": "checked"})
    timely = found.one("audit_measures", field="employees", dimension="timeliness")
    left = [2 ** (-days / (36 * 365.25 / 12)) for days in (366, 1827)]  # of the others nobody knows
    assert timely["n"] == 2
    assert timely["value"] == pytest.approx(sum(left) / 2, abs=1e-6)
    assert behind(found, "stale") == {("employees", "b.com")}


def test_sources_are_compared_on_the_same_account_by_word_and_by_band() -> None:
    said = [("a", 40, 45, "Banking", "banking "), ("b", 60, 70, "Banking", "Insurance"), ("c", 60, 500, "Retail", "Retail"),
            ("d", 2000, 1900, "Retail", "Retail")]  # fmt: skip
    records = [
        record(k, f"{k}.com", employees=e, industry=i, updated_at=datetime(2024, 1, 2)) for k, e, _, i, _ in said
    ]
    records += [record(k, f"{k}.com", "billing", employees=e, industry=i) for k, _, e, _, i in said]
    found = audit(*records)
    agreed = found.one("audit_measures", field="industry", dimension="consistency")
    assert (agreed["value"], agreed["n"], agreed["method"]) == (0.75, 4, "wilson")
    bands = found.one("audit_measures", field="employees", dimension="consistency")
    table = [[0, 0, 0, 0] for _ in range(4)]
    for row, column in ((0, 0), (1, 1), (2, 1), (3, 3)):  # billing comes before crm
        table[row][column] += 1
    assert bands["value"] == pytest.approx(weighted_kappa(table))
    assert bands["method"] == "weighted_kappa"
    assert behind(found, "contradictory") == {("industry", "b.com"), ("employees", "c.com")}
    believed = {row["account_id"]: row["value"] for row in found["audit_rows"] if row["defect"] == "contradictory"}
    assert believed == {"domain:b.com": "Insurance", "domain:c.com": "500"}


def test_parents_must_be_there_and_lead_somewhere() -> None:
    found = audit(
        record("1", "a.com"), record("2", "b.com", parent_key="1"), record("3", "c.com", parent_key="404"),
        record("4", "d.com", parent_key="5"), record("5", "e.com", parent_key="4"),
    )  # fmt: skip
    assert behind(found, "parent_unknown") == {("parent", "c.com")}
    assert behind(found, "parent_in_circle") == {("parent", "d.com"), ("parent", "e.com")}
    placed = found.one("audit_measures", field="", dimension="hierarchy")
    assert (placed["value"], placed["n"]) == (0.4, 5)  # who has no parent stands on top of its own tree


def test_without_parents_there_is_no_hierarchy_to_measure() -> None:
    assert not [row for row in audit(record("1", "a.com"))["audit_measures"] if row["dimension"] == "hierarchy"]


def test_exactly_one_active_owner() -> None:
    found = audit(
        record("1", "a.com", owner="Ann"), record("2", "b.com", owner="Bob"), record("3", "c.com"),
        record("4", "d.com", owner="Ann"), record("5", "d.com", owner="ann "), record("6", "e.com", owner="Ann"),
        record("7", "e.com", owner="Cid"), former_owners=["bob"],
    )  # fmt: skip
    assert behind(found, "no_owner") == {("owner", "b.com"), ("owner", "c.com")}
    assert behind(found, "several_owners") == {("owner", "e.com")}
    assert found.one("audit_measures", field="", dimension="ownership")["value"] == pytest.approx(2 / 5)


def test_a_company_that_keeps_no_owners_lacks_none() -> None:
    found = audit(record("1", "a.com"))
    assert behind(found, "no_owner") == set()
    assert not [row for row in found["audit_measures"] if row["dimension"] == "ownership"]


def test_the_whole_is_weighted_by_what_the_list_rests_on_and_names_the_worst() -> None:
    records = [
        record(str(n), f"c{n}.com", employees=10 if n else None, industry="Retail" if n > 5 else None)
        for n in range(10)
    ]
    found = audit(*records, importance={"domain": 1.0, "employees": 0.5})
    by_field = {row["field"]: row for row in found["audit_scores"]}
    expected = (by_field["domain"]["score"] + 0.5 * by_field["employees"]["score"]) / 1.5
    assert by_field[""]["score"] == pytest.approx(expected)
    assert (by_field[""]["least_field"], by_field[""]["least_dimension"]) == ("employees", "completeness")
    assert by_field[""]["least"] == pytest.approx(90.0)
    assert by_field["industry"]["importance"] == 0.0
    assert all(row["lo"] <= row["score"] <= row["hi"] for row in found["audit_scores"])


def test_clean_records_have_no_defect_and_rows_in_any_order_are_the_same() -> None:
    records = [record(str(n), f"c{n}.com", employees=10 + n, industry="Retail", owner="Ann") for n in range(8)]
    found = audit(*records)
    assert found["audit_rows"] == []
    assert found["audit_defects"] == []
    assert audit(*reversed(records)) == found


def test_defects_count_exactly_what_is_behind_them() -> None:
    found = audit(*(record(str(n), f"c{n}.com", employees=0 if n < 3 else 9) for n in range(10)))
    missing = found.one("audit_defects", defect="missing", field="employees")
    assert (missing["accounts"], missing["n"], missing["share"]) == (3, 10, 0.3)
    assert missing["lo"] < 0.3 < missing["hi"]


def test_accounts_that_may_be_one_company_wait_for_people() -> None:
    """A pair that matching is not sure about is split; one that people keep apart is not."""
    pairs = [
        {"left_id": "domain:a.com", "right_id": "domain:b.com", "decision": "review"},
        {"left_id": "domain:b.com", "right_id": "domain:c.com", "decision": "review"},
    ]
    found = audit(
        record("1", "a.com"), record("2", "b.com"), record("3", "c.com"), match_pairs=pairs,
        apart_groups=[{"left_id": "domain:c.com", "right_id": "domain:b.com"}],
    )  # fmt: skip
    assert behind(found, "split") == {("record", "a.com"), ("record", "b.com")}


def test_accounts_of_one_parent_are_one_observation() -> None:
    """Ten subsidiaries without a size are one mistake of one parent: the interval is wider than of ten companies alone."""
    alone = [record(str(n), f"c{n}.com", employees=None if n < 10 else 9) for n in range(40)]
    group = [{**row, "parent_key": "39"} if n < 10 else row for n, row in enumerate(alone)]
    measured, together = (
        audit(*records).one("audit_measures", field="employees", dimension="completeness") for records in (alone, group)
    )
    assert (measured["n"], measured["n_clusters"], measured["n_eff"]) == (40, 40, 40.0)
    assert (together["n"], together["n_clusters"]) == (40, 30)
    assert together["n_eff"] == pytest.approx(40**2 / (29 + 11**2))
    assert together["value"] == measured["value"]
    assert together["hi"] - together["lo"] > 1.5 * (measured["hi"] - measured["lo"])


def test_people_who_cannot_be_reached_placed_or_read() -> None:
    def person(key: str, email: str | None, **more: Any) -> dict[str, Any]:
        host = email.partition("@")[2] if email else None
        known = {
            "domain_key": None if host == "gmail.com" else host,
            "account_key": "1",
            "last_name": key,
            "first_name": "P",
        }
        return {**record(key, None), **known, "contact_key": key, "email": email, **more}

    day = datetime(2024, 5, 1)
    contacts = [
        person("good", "good@a.com", title="Head of IT"), person("odd", "odd@a.com", title="Ninja of dreams"),
        person("info", "Info@a.com"), person("home", "home@gmail.com"), person("dead", "dead@a.com", bounced_at=day),
        person("gone", "gone@a.com", left_at=day), person("one", "both@a.com"), person("two", "both@a.com"),
        person("lost", "lost@nowhere.com", account_key=None), person("told", None),
    ]  # fmt: skip
    given = {"landing_accounts": [record("1", "a.com"), record("2", "b.com")], "landing_contacts": contacts,
             "spec_sources": SOURCES}  # fmt: skip
    names = (*IDENTITY, "title_texts", "titles", "contact_keys", "contacts", *AUDIT)
    found = run(*names, given=given, as_of=DAY, audit=AuditSpec().model_copy(update={"importance": {"domain": 1.0}}))
    said = {(row["defect"], row["contact_id"].partition("@")[0]) for row in found["audit_people"]}
    assert said == {
        ("unreadable_title", "odd"), ("shared_address", "info"), ("consumer_address", "home"), ("dead_address", "dead"),
        ("left_company", "gone"), ("shared_address", "both"), ("no_account", "lost"),
    }  # fmt: skip
    shared = found.one("audit_defects", defect="shared_address")
    assert (shared["accounts"], shared["n"], shared["of"], shared["field"]) == (2, 8, "contacts", "address")
    assert shared["n_eff"] == pytest.approx(8**2 / (7**2 + 1))  # seven people of one company, one of none
    assert found.one("audit_defects", defect="unreadable_title")["n"] == 2


def test_a_company_without_contacts_lacks_none() -> None:
    assert {row["of"] for row in audit(record("1", "a.com"))["audit_defects"]} == {"accounts"}
