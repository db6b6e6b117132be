"""A section of the model file: what a user may declare, with defaults that say where they come from."""

from __future__ import annotations

from typing import Any

from pydantic import BaseModel, ConfigDict, Field, JsonValue

JUDGEMENT = "judgement"


class Spec(BaseModel):
    """A part of the model. Unknown keys are errors; values do not change once loaded."""

    model_config = ConfigDict(extra="forbid", frozen=True, populate_by_name=True)

    def tables(self) -> dict[str, list[dict[str, Any]]]:
        """Lists of this section as small `spec_*` tables that steps join; name -> rows."""
        return {}


def default(value: Any, meaning: str, *, source: str = JUDGEMENT, unit: str = "", **limits: Any) -> Any:
    """A model parameter's default with its meaning and provenance, shown by `tierwise show model`.

    `source` is a reference (methods section, paper) or `judgement`: a default without good evidence.
    """
    extra: dict[str, JsonValue] = {"source": source, "unit": unit}
    if callable(value):
        return Field(default_factory=value, description=meaning, json_schema_extra=extra, **limits)
    return Field(default=value, description=meaning, json_schema_extra=extra, **limits)
