"""Plan and apply: compute what would be published, show what it changes, then make exactly that true or refuse."""

from __future__ import annotations

import importlib.metadata
import platform
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from pathlib import Path

import pyarrow as pa

from tierwise.core.errors import CheckFailed
from tierwise.core.ids import digest
from tierwise.engines.base import Engine
from tierwise.model.model import Model
from tierwise.pipeline.inputs import Inputs
from tierwise.pipeline.run import Progress, compute
from tierwise.sql.query import Query, column, compiled, query
from tierwise.stores.landing import Batch
from tierwise.stores.runs import Snapshot
from tierwise.stores.snapshots import checksums
from tierwise.stores.workspace import Workspace

DEFECT = "nothing was published; this is a defect of Tierwise, please report it"
# How the revenue of the start became that of the end, and how that became all of it (methods a.1), to the last digits
# that a double holds.
UNTIED = query(
    """
    select count(*) as n
    from retention_movements
    where abs(start_revenue + expansion - contraction - churn - end_revenue)
          + abs(end_revenue + escalated + reactivated + new - total_end)
          > 1e-6 + 1e-12 * (start_revenue + expansion + total_end)
    """
)
SEATED = query("select team, tier, count(*) as accounts from tiers where tier in ('1', '2') group by team, tier")
# People read names; a company that left has none any more.
MOVED = query(
    "select m.*, a.name from moves m left join accounts a on a.account_id = m.account_id order by m.account_id"
)
PACKAGES = ("tierwise", "duckdb", "sqlglot", "pyarrow", "numpy")


@dataclass(frozen=True)
class Plan:
    """What a run would publish: computed, written aside, not yet seen by any reader.

    `moves` has the columns of the table of that name and the account's `name`; `memberships` is what the ledger would keep;
    `tiers` counts accounts per tier; `folder` holds the tables.
    """

    as_of: date
    fingerprint: str
    engine: str
    inputs: tuple[str, ...]
    rows: Mapping[str, int]
    moves: pa.Table
    memberships: pa.Table
    tiers: Mapping[str, int]
    marks: tuple[str, ...]
    folder: Path

    def flow(self) -> Counter[tuple[str, str]]:
        """How many accounts go from which tier to which; '' is 'not there before' or 'no longer there'."""
        pairs = zip(self.moves["from_tier"].to_pylist(), self.moves["to_tier"].to_pylist(), strict=True)
        return Counter((before or "", after or "") for before, after in pairs)


def fingerprint(model: Model, batches: Sequence[Batch], as_of: date, heads: tuple[int, int]) -> str:
    """What a plan was made from: `heads` of applied memberships and of what people recorded. The same gives the same rows."""
    ids = sorted(batch.name for batch in batches)
    return digest([model.hash(), ids, as_of.isoformat(), *heads, importlib.metadata.version("tierwise")])


def landed(model: Model, workspace: Workspace, as_of: date) -> list[Batch]:
    """The batches of the model's sources that hold on a day. Raises NotFound without any."""
    return workspace.landed([(name, kind) for name, source in model.sources.items() for kind in source.files], as_of)


def standing(model: Model, workspace: Workspace, as_of: date) -> Snapshot | None:
    """The snapshot that a run would only repeat: same model, same records, same day, same list in force."""
    latest = workspace.ledgers.runs.latest(as_of)
    if latest is None:
        return None
    heads = workspace.ledgers.memberships.head_before(latest.run_id), workspace.ledgers.entries.head(as_of)
    return latest if fingerprint(model, landed(model, workspace, as_of), as_of, heads) == latest.fingerprint else None


def make_plan(
    model: Model, engine: Engine, workspace: Workspace, as_of: date, progress: Progress, aside: Path | None = None
) -> Plan:
    """Compute the flow into a folder aside, of the workspace unless `aside` names another.

    Raises CheckFailed when an invariant is broken; then nothing is left.
    """
    batches, ledgers, snapshots = landed(model, workspace, as_of), workspace.ledgers, workspace.snapshots
    for batch in batches:
        if batch.rows_in != batch.loaded + batch.rejected:
            raise CheckFailed(
                f"{batch.source}/{batch.table}: {batch.rows_in} rows in, {batch.loaded} loaded, {batch.rejected} rejected"
            )
    mark = fingerprint(model, batches, as_of, ledgers.heads(as_of))
    held = ledgers.memberships.in_force(as_of)
    earlier = ledgers.memberships.earlier(as_of, held)
    inputs = Inputs(batches, held, model.spec_tables(), ledgers.recorded(as_of), earlier=earlier)
    folder = snapshots.workspace(aside)
    try:
        computed = compute(engine, model.specs, model.dictionary, inputs, as_of, folder, progress)
        _check(engine, model)
        moves, memberships = _rows(engine, model, MOVED), _rows(engine, model, query("select * from memberships"))
        marks = _marks(engine, model, batches, as_of)
        counts = _rows(engine, model, query("select tier, count(*) as accounts from tiers group by tier"))
    except BaseException:
        snapshots.discard(folder)
        raise
    tiers = dict(zip(counts["tier"].to_pylist(), counts["accounts"].to_pylist(), strict=True))
    return Plan(
        as_of,
        mark,
        engine.name,
        tuple(sorted(b.name for b in batches)),
        computed.rows,
        moves,
        memberships,
        tiers,
        marks,
        folder,
    )


def apply_plan(plan: Plan, model: Model, workspace: Workspace, now: datetime) -> Snapshot:
    """Publish exactly this plan. Raises CheckFailed when model, records or ledger changed since it was made.

    A plan for a day before the list in force looks back: its snapshot is published, the history of moves stays as it was.
    """
    ledgers, batches = workspace.ledgers, landed(model, workspace, plan.as_of)
    if fingerprint(model, batches, plan.as_of, ledgers.heads(plan.as_of)) != plan.fingerprint:
        raise CheckFailed(
            "the model, the records or the list in force changed since this plan was made", "plan again, then apply"
        )
    run_id = ledgers.runs.next_id()
    tables = {
        name: {"rows": count, "sha256": checksums(plan.folder / name)} for name, count in sorted(plan.rows.items())
    }
    workspace.snapshots.settle(plan.folder, run_id)
    snapshot = Snapshot(
        run_id,
        plan.as_of,
        now,
        plan.fingerprint,
        model.hash(),
        plan.engine,
        plan.inputs,
        tables,
        versions(),
        plan.marks,
        model.model_dump(mode="json"),
    )
    in_force = ledgers.runs.latest()
    looks_back = in_force is not None and in_force.as_of > plan.as_of
    ledgers.publish(snapshot, plan.memberships.slice(0, 0) if looks_back else plan.memberships)
    return snapshot


def versions() -> dict[str, str]:
    """Versions of what computes, for the manifest."""
    return {"python": platform.python_version(), **{name: importlib.metadata.version(name) for name in PACKAGES}}


def _marks(engine: Engine, model: Model, batches: Sequence[Batch], as_of: date) -> tuple[str, ...]:
    """What a reader of the list must be told beside it."""
    marks = []
    if any(table.history == "assumed" for source in model.sources.values() for table in source.files.values()):
        marks.append("attributes assumed")
    looks_back = any(batch.table == "opportunities" and batch.loaded_at.date() > as_of for batch in batches)
    if looks_back and _count(
        engine, model, query("select count(*) as n from opportunities where stage_known = 'assumed' and new_business")
    ):
        marks.append("deal stages assumed")
    if _count(engine, model, query("select count(*) as n from rates where disagreeing > 0")):
        marks.append("rates disagree")
    if _count(engine, model, query("select count(*) as n from readiness")) == 0:
        marks.append("readiness unknown")
    raised = _rows(engine, model, query("select alarm from alarms where raised order by alarm"))
    return (*marks, *raised["alarm"].to_pylist())


def _check(engine: Engine, model: Model) -> None:
    """On every run: reasons sum to their score exactly, capacity is never exceeded (invariants 4 and 5), revenue ties out."""
    for score, reasons in (("fit", "fit_reasons"), ("intent", "intent_reasons")):
        unequal = query(
            """
            select count(*) as n
            from scores s
            full join (select account_id, sum(points) as points from reasons group by account_id) r
                   on r.account_id = s.account_id
            where :score is distinct from r.points or s.account_id is null or r.account_id is null
            """,
            score=column(score, "s"),
        ).reading(scores=score, reasons=reasons)
        if wrong := _count(engine, model, unequal):
            raise CheckFailed(f"{wrong} accounts whose {score} is not the sum of its reasons", DEFECT)
    for row in _rows(engine, model, SEATED).to_pylist():
        seats = model.tiers.capacities[row["team"]].most(row["tier"], model.tiers.effort)
        if row["accounts"] > seats:
            raise CheckFailed(f"tier {row['tier']} has {row['accounts']} accounts for {seats} seats", DEFECT)
    if wrong := _count(engine, model, UNTIED):
        raise CheckFailed(f"{wrong} rows of retention_movements do not add up from start to end", DEFECT)


def _count(engine: Engine, model: Model, counting: Query) -> int:
    return int(_rows(engine, model, counting)["n"][0].as_py())


def _rows(engine: Engine, model: Model, wanted: Query) -> pa.Table:
    return engine.fetch(compiled(wanted, model.dictionary, engine.dialect))
