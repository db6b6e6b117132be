"""What holds a plan back from being published until a person accepts it by name, and who did.

Every reason to hold back is a `Hold` of the plan; `--accept` answers all of them, is kept with the run, and stands on top of
whatever is shown of it.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from tierwise.core.errors import CheckFailed
from tierwise.model.model import Model
from tierwise.pipeline.run import Execution
from tierwise.sql.query import query

GATE, UNREAD = "audit_gate", "files_not_read"


@dataclass(frozen=True)
class Hold:
    """One reason not to publish: its kind, and what it says, with figures."""

    kind: str
    says: str


@dataclass(frozen=True)
class Accepted:
    """Who lets a plan be published all the same, and why."""

    by: str
    why: str


def holds_of(execution: Execution, model: Model) -> tuple[Hold, ...]:
    """The reasons that hold a plan back; none where the model sets no gate."""
    return tuple(_gate(execution, model.audit.gate)) if model.audit.gate is not None else ()


def _gate(execution: Execution, gate: float) -> list[Hold]:
    """The score of the records below the gate of the model. Records that nothing could be measured of hold nothing back."""
    rows = execution.fetch(query("select * from audit_scores where field = ''")).to_pylist()
    return [
        Hold(
            GATE,
            f"the records score {row['score']:.0f} of 100, below the gate of {gate:g} (audit.gate); the worst is the "
            f"{row['least_dimension']} of {row['least_field']}, {row['least']:.0f}",
        )
        for row in rows
        if row["score"] < gate
    ]


def _look(holds: Sequence[Hold]) -> str:
    """Where to look first."""
    if any(hold.kind == GATE for hold in holds):
        return "tierwise audit says what to repair first"
    return "tierwise plan shows what would change; correct the export and run again"


def accepted_rows(holds: Sequence[Hold], accepted: Accepted | None) -> tuple[Mapping[str, str], ...]:
    """What is kept with the run. Raises CheckFailed where something holds the plan back and nobody accepted it."""
    if holds and accepted is None:
        said = "; ".join(hold.says for hold in holds)
        raise CheckFailed(
            f"held back: {said}",
            f"{_look(holds)}; --accept REASON publishes it all the same and says so on top",
        )
    return tuple(
        {"kind": hold.kind, "says": hold.says, "by": accepted.by, "why": accepted.why}
        for hold in holds
        if accepted is not None
    )
