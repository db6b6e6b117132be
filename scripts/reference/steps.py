"""What the steps of the flow read, found as the pipeline finds it: in their queries."""

from __future__ import annotations

from datetime import date
from functools import cache

from tierwise.core.step import Step
from tierwise.model.model import Model

ANY_DAY = date(2026, 6, 30)


@cache
def _smallest_model() -> Model:
    tables = {"accounts": "accounts.csv"}
    crm = {"kind": "files", "tables": tables}
    return Model.model_validate({"company": "Example", "currency": "USD", "sources": {"crm": crm}})


@cache
def reads(step: Step) -> tuple[str, ...]:
    """The tables that a step reads."""
    if step.in_memory:
        return step.reads
    return tuple(step.make(_smallest_model().specs[step.section], ANY_DAY).reads)
