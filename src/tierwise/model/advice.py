"""What a model that is well may still lack: said by `check`, and no problem."""

from __future__ import annotations

from collections.abc import Iterator

from tierwise.model.model import Model
from tierwise.stages.assessment.readiness import COUNTED_ROLES


def advice(model: Model) -> Iterator[str]:
    """One sentence for each thing that will be missed later, with what to do."""
    if not model.segments:
        yield "no segments: without them no account is in the universe. Write one under segments: in tierwise.yaml"
    yield from _roles(model)


def _roles(model: Model) -> Iterator[str]:
    """Sources of evidence that may not say who answered: their answers open no gate."""
    if model.readiness.default_role in COUNTED_ROLES:
        return
    for name, source in model.sources.items():
        file = source.described.get("evidence")
        if file is None:
            continue
        declared = {*file.columns, *file.constants, *model.map.get("evidence", {})}
        if declared and "role" not in declared:
            yield (
                f"sources.{name}: evidence maps no heading to role. Unless one is called role, every answer counts as an "
                f"{model.readiness.default_role}'s and opens no gate: map it, or write constants: {{role: owner}}, or "
                "readiness: {default_role: owner}"
            )
