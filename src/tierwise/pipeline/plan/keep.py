"""Plans that are kept: made now, looked at, applied later or by somebody else, and never made true but as they were."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass
from datetime import date, datetime
from typing import Any

from tierwise.core.errors import CheckFailed
from tierwise.model.model import Model
from tierwise.pipeline.plan.basis import Basis
from tierwise.pipeline.plan.holds import Accepted, Hold
from tierwise.pipeline.plan.make import Plan, apply_plan, basis
from tierwise.pipeline.reuse import Made
from tierwise.stores.plans import Kept
from tierwise.stores.runs import Snapshot
from tierwise.stores.snapshots import checksums, share
from tierwise.stores.workspace import Workspace


@dataclass(frozen=True)
class KeptPlan:
    """A plan that is kept, and what became of it: `run_id` where it was applied, `changed` where it no longer can be."""

    name: str
    made_at: datetime
    recorder: str
    as_of: date
    tiers: Mapping[str, int]
    moved: int
    run_id: str
    changed: tuple[str, ...]

    @property
    def state(self) -> str:
        return "applied" if self.run_id else "outdated" if self.changed else "open"


def keep_plan(plan: Plan, workspace: Workspace, name: str, recorder: str, now: datetime, effects: Any = None) -> Kept:
    """Write a plan down under a name, with its tables. Raises UsageError when the name is taken."""
    workspace.plans.check(name)
    folder = workspace.snapshots.workspace()
    try:
        plan.write(folder)
        facts = {
            "basis": plan.basis.facts(), "engine": plan.engine, "made_at": now.isoformat(), "recorder": recorder,
            "rows": dict(plan.rows), "tiers": dict(plan.tiers), "marks": list(plan.marks), "computed": list(plan.computed),
            "made": {table: made.facts() for table, made in plan.made.items()},
            "sha256": {table: checksums(folder / table) for table in plan.rows},
            "effects": effects, "holds": [asdict(hold) for hold in plan.holds],
        }  # fmt: skip
        return workspace.plans.keep(name, folder, facts, plan.moves, plan.memberships)
    finally:
        workspace.snapshots.discard(folder)


def kept_plan(kept: Kept) -> Plan:
    """A plan that was kept, as it was made."""
    facts = kept.facts

    def write(folder: Any) -> None:
        for table in facts["rows"]:
            share(kept.tables / table, folder / table)
            if checksums(folder / table) != facts["sha256"][table]:
                raise CheckFailed(f"the plan {kept.name} is damaged: {table} is not what was kept", "plan again")

    return Plan(
        Basis.read(facts["basis"]),
        facts["engine"],
        facts["rows"],
        {table: Made.of(made) for table, made in facts["made"].items()},
        tuple(facts["computed"]),
        kept.moves(),
        kept.memberships(),
        facts["tiers"],
        tuple(facts["marks"]),
        write,
        kept.name,
        holds=tuple(Hold(**hold) for hold in facts.get("holds", ())),
    )


def apply_kept(
    kept: Kept, model: Model, workspace: Workspace, now: datetime, accepted: Accepted | None = None
) -> Snapshot:
    """Publish a plan that was kept, as it is. Raises CheckFailed when it was applied, is held back or its inputs changed."""
    if run_id := _applied(workspace).get(_mark(kept)):
        raise CheckFailed(f"the plan {kept.name} was applied already, as run {run_id}", "plan again")
    snapshot = apply_plan(kept_plan(kept), model, workspace, now, accepted)
    workspace.plans.release(kept.name)
    return snapshot


def kept_plans(model: Model, workspace: Workspace) -> list[KeptPlan]:
    """Every plan that is kept, oldest first."""
    applied = _applied(workspace)
    return [_described(kept, model, workspace, applied) for kept in workspace.plans.all()]


def _described(kept: Kept, model: Model, workspace: Workspace, applied: Mapping[Any, str]) -> KeptPlan:
    facts, known = kept.facts, Basis.read(kept.facts["basis"])
    run_id = applied.get(_mark(kept), "")
    changed: Sequence[str] = () if run_id else known.changed(basis(model, workspace, known.as_of))
    moves = kept.moves()
    moved = sum(a != b for a, b in zip(moves["from_tier"].to_pylist(), moves["to_tier"].to_pylist(), strict=True))
    made_at = datetime.fromisoformat(facts["made_at"])
    return KeptPlan(kept.name, made_at, facts["recorder"], known.as_of, facts["tiers"], moved, run_id, tuple(changed))


def _mark(kept: Kept) -> tuple[str, str]:
    return kept.name, Basis.read(kept.facts["basis"]).fingerprint


def _applied(workspace: Workspace) -> dict[tuple[str, str], str]:
    """The runs that made a kept plan true, by its name and fingerprint: a name may be used again."""
    return {(run.plan, run.fingerprint): run.run_id for run in workspace.ledgers.runs.all() if run.plan}
