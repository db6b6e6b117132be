"""The model file: every section and key with type, default, unit, meaning and where the default comes from."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from scripts.reference.markdown import grid, paragraphs, sentence

from tierwise.core.spec import JUDGEMENT, Spec
from tierwise.model.model import Model
from tierwise.model.schema import schema
from tierwise.model.yaml import MAX_BYTES, MAX_DEPTH, MAX_NODES

INTRODUCTION = f"""\
# Model file

One `tierwise.yaml`, or a folder `model/` of YAML files that share the sections between them. What a model is:
[model](../concepts/model.md). `tierwise schema` prints the JSON Schema for editors, `tierwise show model` every parameter
of a model with its value and where that comes from. The source *judgement* means that there is no good evidence behind a
default: set your own where you know better. Other sources name a section of the methods, a paper, or the tool whose
convention it is.

Values are read by the core schema of YAML 1.2: `no`, `yes` and `12:30` are text, `true` and `false` are yes and no,
`2025-01-31` is a date where a date is wanted. Tags, anchors, aliases, merge keys and duplicate keys are errors. A file has
{MAX_BYTES // 2**20} MiB, {MAX_DEPTH} levels and {MAX_NODES:,} values at most.
"""
HEADINGS = ("key", "meaning", "type", "default", "unit", "source of the default")
REQUIRED = "required"


def page() -> str:
    """Every section in the order of the model."""
    made = schema()
    lines = [INTRODUCTION]
    for name, section in made["properties"].items():
        field = Model.model_fields[name]
        lines += [f"## {name}", "", sentence(field.description or ""), ""]
        bare = section["anyOf"][0] if "anyOf" in section else section  # an optional section may also be left empty
        target = _definition(bare)
        if target is None:
            lines += grid(HEADINGS, [_row(name, bare, REQUIRED if field.is_required() else _value(field))])
            lines += [""]
        for path, definition in _below(_path(name, bare), target, made["definitions"]):
            if path != name:
                lines += [f"### `{path}`", "", *(line for p in paragraphs(_spec(definition)) for line in (p, ""))]
            lines += [*_keys(definition, made["definitions"]), ""]
    return "\n".join(lines)


def _below(path: str, name: str | None, definitions: Mapping[str, Any]) -> Iterator[tuple[str, str]]:
    """A definition and those inside it, each with the path where it stands."""
    if name is None:
        return
    yield path, name
    for key, part in _shape(definitions[name])["properties"].items():
        yield from _below(_path(f"{path}.{key}", part), _definition(part), definitions)


def _keys(name: str, definitions: Mapping[str, Any]) -> list[str]:
    fields = {field.alias or key: field for key, field in _spec(name).model_fields.items()}
    rows = [
        _row(key, part, REQUIRED if fields[key].is_required() else _value(fields[key]))
        for key, part in _shape(definitions[name])["properties"].items()
    ]
    return grid(HEADINGS, rows)


def _row(key: str, part: Mapping[str, Any], default: Any) -> tuple[str, ...]:
    source = str(part.get("source", ""))
    if source == JUDGEMENT and not default:  # a default that leaves everything open comes from nowhere
        source = ""
    return f"`{key}`", sentence(part.get("description", "")), _type(part), _shown(default), part.get("unit", ""), source


def _value(field: Any) -> Any:
    return field.get_default(call_default_factory=True)


def _shown(value: Any) -> str:
    """A default as the file writes it."""
    if value == REQUIRED:
        return REQUIRED
    if isinstance(value, Spec) or (isinstance(value, dict) and any(isinstance(v, Spec) for v in value.values())):
        return "see below" if isinstance(value, Spec) else ", ".join(f"`{name}`" for name in value)
    if isinstance(value, dict):
        return ", ".join(f"`{name}: {_plain(one)}`" for name, one in value.items())
    if isinstance(value, tuple):
        return ", ".join(f"`{item}`" for item in value)
    if isinstance(value, bool):
        return f"`{str(value).lower()}`"
    return f"`{value:g}`" if isinstance(value, float) else f"`{value}`" if value not in (None, "") else ""


def _type(part: Mapping[str, Any]) -> str:
    """The type of a key in words, with its limits."""
    if "enum" in part:
        return " or ".join(f"`{value}`" for value in part["enum"])
    if "const" in part:
        return f"`{part['const']}`"
    if "anyOf" in part:
        return " or ".join(dict.fromkeys(_type(one) for one in part["anyOf"]))
    if "allOf" in part or "$ref" in part:
        return "see below"
    if part.get("type") == "object":
        return f"name: {_type(_named(part) or {})}"
    if part.get("type") == "array":
        return f"list of {_type(part['items'])}"
    words = {"string": "text", "integer": "whole number", "boolean": "`true` or `false`", "null": "`null`"}
    kind = str(part.get("type", "value"))
    return " ".join([words.get(kind, kind), *_limits(part)])


def _limits(part: Mapping[str, Any]) -> Iterator[str]:
    for name, word in (
        ("minimum", "from"),
        ("exclusiveMinimum", "above"),
        ("maximum", "to"),
        ("exclusiveMaximum", "below"),
    ):
        if name in part:
            yield f"{word} {part[name]:g}"


def _named(part: Mapping[str, Any]) -> Any:
    """What the values of an object with free names are; None for other parts."""
    patterns = part.get("patternProperties") or {}
    found = next(iter(patterns.values()), part.get("additionalProperties"))
    return found if isinstance(found, dict) else None


def _definition(part: Any) -> str | None:
    """The definition that a key leads to, directly or as the value of free names."""
    if not isinstance(part, dict):
        return None
    if "$ref" in part:
        return str(part["$ref"]).rpartition("/")[2]
    inner = [*part.get("anyOf", ()), *part.get("allOf", ()), _named(part)]
    return next((found for one in inner if (found := _definition(one))), None)


def _path(path: str, part: Mapping[str, Any]) -> str:
    """The path of a key's values: `segments.<name>` where the names are free."""
    free = any(_definition(_named(one)) for one in (part, *part.get("anyOf", ())))
    return f"{path}.<name>" if free else path


def _shape(definition: Mapping[str, Any]) -> Mapping[str, Any]:
    """A definition without its short form."""
    return definition if "properties" in definition else next(d for d in definition["anyOf"] if "properties" in d)


def _spec(name: str) -> type[Spec]:
    """The Spec behind a definition."""
    waiting = [Spec]
    while waiting:
        kind = waiting.pop()
        if kind.__name__ == name:
            return kind
        waiting += kind.__subclasses__()
    raise KeyError(name)


def _plain(value: Any) -> str:
    if isinstance(value, tuple):
        return f"[{', '.join(_plain(one) for one in value)}]"
    return value if isinstance(value, str) else f"{value:g}"
