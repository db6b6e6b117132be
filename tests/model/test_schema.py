"""The JSON Schema of the model file accepts what loads and refuses what an editor can see is wrong."""

from __future__ import annotations

from typing import Any

import fastjsonschema
import pytest
from tests.model.examples import GOOD, SMALL

from tierwise.model.model import Model
from tierwise.model.schema import schema
from tierwise.model.yaml import parse_yaml


@pytest.fixture(scope="module")
def validate() -> Any:
    return fastjsonschema.compile(schema())


def data(text: str) -> Any:
    return parse_yaml(text.encode(), "tierwise.yaml").data


@pytest.mark.parametrize("text", [GOOD, SMALL, SMALL + "segments:\nsignals:\n"])
def test_models_that_load_are_valid(validate: Any, text: str) -> None:
    validate(data(text))


@pytest.mark.parametrize(
    ("before", "after"),
    [
        ("company: Acme\n", ""),
        ("engine: duckdb", "engin: duckdb"),
        ("party: first", "party: frist"),
        ("one_to_one: 12", "one_to_one: a dozen"),
        ("one_to_one: 12", "gate_mode: required"),
        ("accounts: {employee_bands", "accounts: {attributes: {}, employee_bands"),
        ("weight: 0.12", "weight: 12"),
        ("banks: {where", "Banks: {where"),
        ("kind: files, path: exports/web", "kind: filez, path: exports/web"),
    ],
)
def test_mistakes_are_seen_by_editors(validate: Any, before: str, after: str) -> None:
    assert before in GOOD
    with pytest.raises(fastjsonschema.JsonSchemaValueException):
        validate(data(GOOD.replace(before, after)))


def test_it_is_draft_07_and_complete() -> None:
    made = schema()
    assert made["$schema"] == "http://json-schema.org/draft-07/schema#"
    assert set(made["properties"]) == set(Model.model_fields)
    assert "$defs" not in str(made)
    assert all(section["description"] for section in made["properties"].values())


def test_every_key_of_the_file_is_described() -> None:
    undescribed = [
        f"{name}.{key}"
        for name, definition in schema()["definitions"].items()
        for kind in (definition, *definition.get("anyOf", ()))
        for key, value in kind.get("properties", {}).items()
        if not value.get("description")
    ]
    assert undescribed == []
