"""Every parameter of a model: its value, where that comes from and what it means (`tierwise show model`)."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from pydantic.fields import FieldInfo

from tierwise.core.spec import JUDGEMENT, Spec
from tierwise.model.model import ELSEWHERE, Model

GIVEN = "model file"


@dataclass(frozen=True)
class Parameter:
    """One line of `tierwise show model`.

    `path` is how the file writes it. `source` says where the value comes from: the model file, or for a
    default its reference; a default that is a judgement without good evidence says so.
    """

    path: str
    value: Any
    is_default: bool
    source: str
    unit: str
    meaning: str


def describe(model: Model) -> list[Parameter]:
    """Every parameter of the model, defaults included. One row per value, in the order of the sections."""
    return list(_of_spec(model, "", "convention", given=True))


def judgements(model: Model) -> list[Parameter]:
    """The defaults in use that rest on judgement alone."""
    return [p for p in describe(model) if p.is_default and p.source.startswith(JUDGEMENT)]


def _of_spec(spec: Spec, path: str, source: str, *, given: bool) -> Iterator[Parameter]:
    for name, field in type(spec).model_fields.items():
        written = field.alias or name
        below = f"{path}.{written}" if path else written
        if not field.exclude and below not in ELSEWHERE:
            yield from _of_value(getattr(spec, name), below, field, source, given=given and _given(spec, name))


def _given(spec: Spec, name: str) -> bool:
    return name in spec.model_fields_set


def _of_value(value: Any, path: str, field: FieldInfo, source: str, *, given: bool) -> Iterator[Parameter]:
    extra = field.json_schema_extra if isinstance(field.json_schema_extra, dict) else {}
    source = str(extra.get("source") or source)
    if isinstance(value, Spec):
        yield from _of_spec(value, path, source, given=given)
    elif isinstance(value, Mapping) and value:
        for key, inner in value.items():
            yield from _of_value(inner, f"{path}.{_shown(key)}", field, source, given=given)
    else:
        shown = list(value) if isinstance(value, tuple) else value
        origin = GIVEN if given else source
        unit = str(extra.get("unit") or "")
        yield Parameter(path, shown, not given, origin, unit, field.description or "")


def _shown(key: Any) -> str:
    """A key as the file writes it: scores are numbers there, 5 and not 5.0."""
    return str(int(key)) if isinstance(key, float) and key.is_integer() else str(key)
