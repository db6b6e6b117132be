"""Three trees, who buys for whom, and at which account facts count."""

from __future__ import annotations

from datetime import datetime
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from tests.steps import ACCOUNT_KEYS, Results, run

from tierwise.stages.accounts.hierarchy import HierarchySpec

SOURCES = [{"source": "crm", "key_space": "crm", "priority": 1}]
TREES = (*ACCOUNT_KEYS, "account_trees", "account_parents", "roll_ups", "accounts")
LOADED = datetime(2024, 6, 1)  # noqa: DTZ001
KEYS = [str(n) for n in range(6)]
Parents = dict[str, str | None]


def records(legal: Parents, buying: Parents) -> list[dict[str, Any]]:
    return [
        {
            "source": "crm", "account_key": key, "record_id": f"crm:{key}", "loaded_at": LOADED, "row_number": 2,
            "parent_key": legal.get(key), "buying_parent_key": buying.get(key),
        }
        for key in KEYS
    ]  # fmt: skip


def found(legal: Parents, buying: Parents, *steps: str, given_rows: Any = None, **rules: str) -> Results:
    rows = {"landing_accounts": records(legal, buying), "spec_sources": SOURCES, **(given_rows or {})}
    return run(*TREES, *steps, given=rows, hierarchy=HierarchySpec.model_validate({"roll_up": rules}))


def walk(parents: Parents, key: str) -> str | None:
    """The top above a key, None where the parents lead in a circle: followed step by step."""
    seen = {key}
    while (parent := parents.get(key)) in KEYS and parent != key:
        if parent in seen:
            return None
        key = parent
        seen.add(key)
    return key


def test_without_a_buying_parent_every_account_buys_for_itself() -> None:
    alone = found({"1": "0"}, {})
    assert alone["roll_ups"] == []
    assert all(row["buying_id"] is None for row in alone["accounts"])


def test_facts_count_where_the_model_says() -> None:
    deals = [
        {"source": "crm", "record_id": f"d{key}", "opportunity_key": f"d{key}", "account_key": key, "stage": "open"}
        for key in KEYS
    ]
    asked = {"landing_opportunities": deals}
    at: dict[str, dict[str, str]] = {}
    for rule in ("none", "buying", "ultimate"):
        made = found({"2": "1", "1": "0"}, {"2": "1"}, "opportunities", given_rows=asked, revenue=rule)
        at[rule] = made.by("opportunities", "opportunity_key", value="account_id")
        assert len(made["opportunities"]) == len(deals), "no deal is lost or counted twice"
    assert (at["none"]["d2"], at["buying"]["d2"], at["ultimate"]["d2"]) == ("crm:2", "crm:1", "crm:0")
    assert (at["none"]["d1"], at["buying"]["d1"], at["ultimate"]["d1"]) == ("crm:1", "crm:1", "crm:0")


def test_the_top_of_a_group_may_buy_through_another() -> None:
    made = found({"2": "1"}, {"1": "4"}, revenue="ultimate", signals="none")
    units = {(row["kind"], row["account_id"]): row["unit_id"] for row in made["roll_ups"]}
    assert units["revenue", "crm:2"] == units["revenue", "crm:1"] == "crm:4"
    assert ("people", "crm:2") not in units
    assert ("signals", "crm:1") not in units


@settings(max_examples=25, deadline=None)
@given(
    legal=st.dictionaries(st.sampled_from(KEYS), st.sampled_from([*KEYS, "nobody"])),
    buying=st.dictionaries(st.sampled_from(KEYS), st.sampled_from([*KEYS, "nobody"])),
)
def test_tops_are_those_of_a_walk_and_every_unit_buys_for_itself(legal: Parents, buying: Parents) -> None:
    made = found(legal, buying)
    rows = {row["account_id"].removeprefix("crm:"): row for row in made["accounts"]}
    for key, row in rows.items():
        assert row["ultimate_parent_id"] == f"crm:{walk(legal, key) or key}"
        assert (row["buying_id"] or row["account_id"]) == f"crm:{walk(buying, key) or key}"
    trees = {(row["tree"], row["account_id"].removeprefix("crm:")): row for row in made["account_trees"]}
    for (tree, key), row in trees.items():
        parents = legal if tree == "legal" else buying
        assert row["in_cycle"] == (walk(parents, key) is None)
        assert row["dangling"] == (parents[key] == "nobody")
    units = {(row["kind"], row["account_id"]): row["unit_id"] for row in made["roll_ups"]}
    for (kind, account), unit in units.items():
        assert unit != account
        assert (kind, unit) not in units, "where facts count, they stay"


def test_parents_in_a_circle_and_parents_nobody_describes_are_reported() -> None:
    made = found({"1": "2", "2": "1", "3": "nobody"}, {"1": "2", "2": "1"}, "contradicting_records", "contradictions")
    counts = made.by("contradictions", "kind", value="rows")
    assert counts == {"parents_in_a_circle": 2, "parent_not_on_record": 1}


@pytest.mark.parametrize(("buyer", "standing"), [("b", "excluded"), (None, "eligible")])
def test_only_buying_entities_are_seated(buyer: str | None, standing: str) -> None:
    rows = {
        "accounts": [{"account_id": "a", "buying_id": buyer, "competitor": False, "do_not_contact": False}],
        "lifecycle": [{"account_id": "a", "stage": "unaware", "group_customer": False}],
        "account_segments": [{"account_id": "a", "segment": "s"}],
        "spec_teams": [{"team": "*"}],
    }
    row = run("standings", "candidates", given=rows).one("candidates")
    assert (row["standing"], row["standing_reason"]) == (standing, "buys_elsewhere" if buyer else None)
