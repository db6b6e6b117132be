"""The JSON Schema of the model file, for completion and checks in editors (draft-07, which editors read)."""

from __future__ import annotations

from typing import Any

from pydantic.json_schema import GenerateJsonSchema

from tierwise.model.model import ELSEWHERE, Model

DRAFT = "http://json-schema.org/draft-07/schema#"
# Definitions that the file may also write as a bare text: `accounts: companies.csv`.
SHORT_FORMS = {"FileTable": "string", "DatabaseTable": "string"}


class _OfTheFile(GenerateJsonSchema):
    """Leaves out the fields that the model fills in itself."""

    def field_is_present(self, field: Any) -> bool:
        return not field.get("serialization_exclude", False)


def schema() -> dict[str, Any]:
    """What a model file may hold: sections, keys, types, defaults, and what they mean."""
    made = Model.model_json_schema(by_alias=True, schema_generator=_OfTheFile)
    definitions = made.pop("$defs", {})
    for name, short in SHORT_FORMS.items():
        definitions[name] = {"anyOf": [{"type": short}, definitions[name]]}
    _criteria_directly(definitions["FitSpec"])
    for place in ELSEWHERE:
        section, name = place.split(".")
        del definitions[made["properties"][section]["$ref"].rpartition("/")[2]]["properties"][name]
    sections = {
        name: section if name in made["required"] else _or_nothing(name, section)
        for name, section in made["properties"].items()
    }
    shown = {**made, "title": "Tierwise model", "properties": sections, "definitions": definitions}
    return {"$schema": DRAFT, **_draft_07(shown)}


def _or_nothing(name: str, section: dict[str, Any]) -> dict[str, Any]:
    """A section that may be left empty, as in a draft whose lines are still comments."""
    return {"description": Model.model_fields[name].description, "anyOf": [section, {"type": "null"}]}


def _criteria_directly(fit: dict[str, Any]) -> None:
    """`fit:` may hold the criteria themselves beside its parameters, instead of below `criteria`."""
    fit["additionalProperties"] = fit["properties"]["criteria"]["additionalProperties"]


def _draft_07(value: Any) -> Any:
    """The same in the words of draft-07, in which nothing may stand beside a reference."""
    if isinstance(value, list):
        return [_draft_07(inner) for inner in value]
    if not isinstance(value, dict):
        return value
    found = {key: _draft_07(inner) for key, inner in value.items() if key != "discriminator"}
    if isinstance(reference := found.get("$ref"), str):
        target = {"$ref": reference.replace("#/$defs/", "#/definitions/")}
        del found["$ref"]
        return {**found, "allOf": [target]} if found else target
    if "prefixItems" in found:
        found["items"] = found.pop("prefixItems")
    if "patternProperties" in found:
        found["additionalProperties"] = False
    return found
