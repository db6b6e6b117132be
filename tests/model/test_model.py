"""The model as a whole: one hash for one meaning, what steps are given, the rows of the model's lists."""

from __future__ import annotations

import io
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from ruamel.yaml import YAML
from tests.model.examples import GOOD, SMALL

from tierwise.model.load import check_document, merged
from tierwise.model.model import Model
from tierwise.model.yaml import parse_yaml
from tierwise.pipeline.flow import FLOW
from tierwise.tables.dictionary import dictionary


def load(text: str) -> Model:
    return check_document(merged([parse_yaml(text.encode(), "tierwise.yaml")]))


def written(data: dict[str, Any]) -> str:
    writer, stream = YAML(typ="safe", pure=True), io.StringIO()
    writer.representer.sort_base_mapping_type_on_output = False
    writer.dump(data, stream)
    return stream.getvalue()


GOOD_DATA = parse_yaml(GOOD.encode(), "tierwise.yaml").data
DECIDED_BY_ORDER = ("sources", "segments", "signals")


def shuffled(value: Any, draw: Any, path: tuple[str, ...] = ()) -> Any:
    """The same data with the keys in another order wherever order means nothing."""
    if not isinstance(value, dict):
        return value
    keys = list(value) if path and path[-1] in DECIDED_BY_ORDER else draw(st.permutations(list(value)))
    return {key: shuffled(value[key], draw, (*path, key)) for key in keys}


@settings(max_examples=25, deadline=None)
@given(st.data())
def test_the_order_of_keys_does_not_change_the_hash(data: Any) -> None:
    assert load(written(shuffled(GOOD_DATA, data.draw))).hash() == load(GOOD).hash()


@pytest.mark.parametrize(
    ("before", "after"),
    [
        ("company: Acme", "# a comment\n\ncompany: 'Acme'  # another"),
        ("engine: duckdb\n", ""),
        ("intent: {saturation: 15}", "intent: {saturation: 15.0, cap: 0.4}"),
        ("relationship: {engaged_days: 90}\n", ""),
        ("dormant_days: 180", "dormant_days: 0xB4"),
        ("points: 10}", "points: 10, half_life_days: 30, high_intent: false}"),
        ("opportunities: deals.csv", "opportunities: {file: deals.csv}"),
        ("employees between 200", "employees   between\t200"),
        ("parties: {third: 0.2}", "parties: {first: 1, second: 0.7, third: 0.2}"),
        ("segments:\n", "# a\nsegments:\n"),
        ("fit:\n  strategic_fit:", "fit:\n  least_coverage: 0.6\n  strategic_fit:"),
    ],
)
def test_the_same_meaning_has_the_same_hash(before: str, after: str) -> None:
    assert before in GOOD
    assert load(GOOD.replace(before, after)).hash() == load(GOOD).hash()


@pytest.mark.parametrize(
    ("before", "after"),
    [
        ("company: Acme", "company: Acme Inc"),
        ("currency: USD", "currency: EUR"),
        ("employees between 200 and 999", "employees between 200 and 1000"),
        ("= 'Credit unions'", "= 'Credit  unions'"),
        ("points: 10", "points: 11"),
        ("one_to_one: 12", "one_to_one: 13"),
        ("{EUR: 1.1", "{EUR: 1.2"),
        ("weight: 0.12", "weight: 0.12, otherwise: 1"),
        ("history: known", "history: assumed") if "history: known" in GOOD else ("dates: iso", "dates: day_first"),
    ],
)
def test_another_meaning_has_another_hash(before: str, after: str) -> None:
    assert before in GOOD
    assert load(GOOD.replace(before, after)).hash() != load(GOOD).hash()


@pytest.mark.parametrize("section", DECIDED_BY_ORDER)
def test_order_counts_where_it_decides(section: str) -> None:
    """The first segment that matches speaks, the first source wins, the first signal names an event."""
    reversed_section = dict(reversed(GOOD_DATA[section].items()))
    assert load(written({**GOOD_DATA, section: reversed_section})).hash() != load(GOOD).hash()


def test_a_segment_has_a_hash_of_its_own() -> None:
    other = GOOD.replace("tools is not null", "tools = 'x'")
    assert load(other).segment_hash("credit_unions") == load(GOOD).segment_hash("credit_unions")
    assert load(other).segment_hash("banks") != load(GOOD).segment_hash("banks")


def test_one_definition_has_one_hash() -> None:
    """Invariant 10: the definition counts, not how it is laid out; blanks within quotes are part of it."""

    def hash_of(where: str, **more: str) -> str:
        segment = {"where": where, **more}
        return load(written({**GOOD_DATA, "segments": {**GOOD_DATA["segments"], "banks": segment}})).segment_hash(
            "banks"
        )

    assert hash_of("employees >= 5") == hash_of(" employees  >=\n5 ") == hash_of("employees >= 5", problem="they grow")
    assert hash_of("employees >= 5") != hash_of("employees > 5")
    assert hash_of("industry = 'a b'") != hash_of("industry = 'a  b'")


def test_every_step_of_the_flow_has_its_section() -> None:
    assert {step.section for step in FLOW} <= set(load(SMALL).specs)


@pytest.mark.parametrize("text", [GOOD, SMALL])
def test_the_lists_of_the_model_have_the_columns_of_the_dictionary(text: str) -> None:
    tables = dictionary()
    rows = load(text).spec_tables()
    assert set(rows) == {name for name in tables if name.startswith("spec_")}
    for name, listed in rows.items():
        for row in listed:
            assert set(row) == set(tables[name].names), name


def test_rows_of_the_lists() -> None:
    rows = load(GOOD).spec_tables()
    assert rows["spec_sources"] == [
        {"source": "crm", "key_space": "crm", "priority": 1},
        {"source": "web", "key_space": "crm", "priority": 2},
    ]
    assert [row["segment"] for row in rows["spec_segments"]] == ["credit_unions", "banks"]
    assert {row["signal_id"]: row["trust"] for row in rows["spec_signals"]} == {"pricing_page": 1.0, "surge": 0.2}
    assert rows["spec_rates"] == [{"currency": "EUR", "rate": 1.1}, {"currency": "GBP", "rate": 1.3}]


def test_own_attributes_are_columns_of_accounts() -> None:
    model = load(GOOD)
    assert model.dictionary["accounts"].column("tools").meaning == "what they run"
    assert model.specs["segments"].attributes == model.columns  # type: ignore[attr-defined]


def test_intent_is_used_once() -> None:
    """A criterion that looks at intent takes it out of the ranking (rulings: fit)."""
    assert load(GOOD).specs["tiers"].fit_holds_intent is False  # type: ignore[attr-defined]
    looks = GOOD.replace("engaged_contacts >= 3", "intent >= 50")
    assert load(looks).specs["tiers"].fit_holds_intent is True  # type: ignore[attr-defined]
    grows = {**GOOD_DATA["fit"], "brand": {"weight": GOOD_DATA["fit"]["brand"]["weight"],
                                           "scale": {"column": "intent", "anchors": {0: 0, 100: 5}}}}  # fmt: skip
    assert load(written({**GOOD_DATA, "fit": grows})).specs["tiers"].fit_holds_intent is True  # type: ignore[attr-defined]


def test_the_gate_of_readiness_reaches_the_tiers() -> None:
    model = load(GOOD.replace("gate: 0.6", "gate: 0.6, gate_mode: required, prior: 0.2"))
    assert (model.specs["tiers"].gate_mode, model.specs["tiers"].readiness_prior) == ("required", 0.2)  # type: ignore[attr-defined]


def test_a_model_does_not_change() -> None:
    with pytest.raises(ValueError, match="frozen"):
        load(SMALL).company = "Other"  # type: ignore[misc]


def test_labels_are_those_of_the_start_of_the_declared_period() -> None:
    model = load(SMALL + "retention: {period_months: 6}\n")
    assert model.specs["accounts"].retention_months == 6
