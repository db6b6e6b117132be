"""Plan and apply: compute what would be published, show what it changes, then make exactly that true or refuse."""

from __future__ import annotations

import importlib.metadata
import platform
from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime
from pathlib import Path

import pyarrow as pa
import pyarrow.parquet as pq

from tierwise.core.errors import CheckFailed
from tierwise.engines.base import Engine
from tierwise.model.model import Model
from tierwise.pipeline.inputs import Inputs, KeysBefore
from tierwise.pipeline.plan.basis import Basis
from tierwise.pipeline.plan.contracts import broken_contracts, changed_list
from tierwise.pipeline.plan.holds import Accepted, Hold, accepted_rows, holds_of
from tierwise.pipeline.reuse import Earlier, Made
from tierwise.pipeline.run import Execution, Progress
from tierwise.sql.query import Query, column, query
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
# What a plan says; the rest of the flow follows from it.
LOOKED_AT = ("tiers", "moves", "alarms", "funnel")
PACKAGES = ("tierwise", "duckdb", "sqlglot", "pyarrow", "numpy")


@dataclass(frozen=True)
class PutBack:
    """An earlier list to put back: its run, and the rows of `reverted_list`."""

    run_id: str
    tiers: pa.Table


@dataclass(frozen=True)
class Plan:
    """What a run would publish: computed, not yet seen by any reader.

    `moves` has the columns of the table of that name and the account's `name`; `memberships` is what the ledger would keep;
    `tiers` counts accounts per tier; `rows` is how
    many each table of the snapshot will hold; `computed` names the tables that are not as in the run before. `write` puts
    the tables into a folder. `kept_as` is the name under which it is kept, if it is; `execution` is where its tables can be
    read until one leaves it. `holds` are the reasons for which it is published only when somebody accepts them.
    A `glance` has only the tables that the moves rest on, no memberships, and can only be looked at.
    """

    basis: Basis
    engine: str
    rows: Mapping[str, int]
    made: Mapping[str, Made]
    computed: tuple[str, ...]
    moves: pa.Table
    memberships: pa.Table
    tiers: Mapping[str, int]
    marks: tuple[str, ...]
    write: Callable[[Path], None]
    kept_as: str = ""
    execution: Execution | None = None
    glance: bool = False
    holds: tuple[Hold, ...] = ()

    @property
    def as_of(self) -> date:
        return self.basis.as_of

    @property
    def fingerprint(self) -> str:
        return self.basis.fingerprint

    def flow(self) -> Counter[tuple[str, str]]:
        """How many accounts go from which tier to which; '' is 'not there before' or 'no longer there'."""
        counted = self.moves.group_by(["from_tier", "to_tier"]).aggregate([([], "count_all")]).to_pylist()
        return Counter({(row["from_tier"] or "", row["to_tier"] or ""): row["count_all"] for row in counted})


def landed(model: Model, workspace: Workspace, as_of: date) -> list[Batch]:
    """The batches of the model's sources that hold on a day. Raises NotFound without any."""
    return workspace.landed(
        [(name, kind) for name, source in model.sources.items() for kind in source.described], as_of
    )


def basis(model: Model, workspace: Workspace, as_of: date, put_back: str = "") -> Basis:
    """What a plan would be made from now. Raises NotFound without landed records."""
    return Basis.of(model, landed(model, workspace, as_of), as_of, workspace.ledgers.heads(as_of), put_back)


def standing(model: Model, workspace: Workspace, as_of: date) -> Snapshot | None:
    """The snapshot that a run would only repeat: same model, same records, same day, same list in force."""
    ledgers, latest = workspace.ledgers, workspace.ledgers.runs.latest(as_of)
    if latest is None:
        return None
    heads = ledgers.memberships.head_before(latest.run_id), ledgers.entries.head(as_of), ledgers.ids.head(as_of)
    now = Basis.of(model, landed(model, workspace, as_of), as_of, heads)
    return latest if now.fingerprint == latest.fingerprint else None


def make_plan(
    model: Model,
    engine: Engine,
    workspace: Workspace,
    as_of: date,
    progress: Progress,
    anew: bool = False,
    put_back: PutBack | None = None,
    glance: bool = False,
) -> Plan:
    """Compute what changed since the last run, or everything with `anew`; `put_back` is an earlier list to put back.

    With `glance`, only what says what would move: nobody can apply it.

    The plan can be written while the engine lives. Raises CheckFailed when an invariant is broken.
    """
    batches, ledgers = landed(model, workspace, as_of), workspace.ledgers
    for batch in batches:
        if batch.rows_in != batch.loaded + batch.rejected:
            raise CheckFailed(
                f"{batch.source}/{batch.table}: {batch.rows_in} rows in, {batch.loaded} loaded, {batch.rejected} rejected"
            )
    known = Basis.of(model, batches, as_of, ledgers.heads(as_of), put_back.run_id if put_back else "")
    held = ledgers.memberships.in_force(as_of)
    earlier = ledgers.memberships.earlier(as_of, held)
    back = put_back.tiers if put_back else None
    ids = KeysBefore(known.ids, lambda: ledgers.ids.before(as_of))
    inputs = Inputs(batches, held, model.spec_tables(), ledgers.recorded(as_of), back, earlier, ids)
    before = None if anew else ledgers.runs.newest()
    execution = Execution(engine, model.specs, model.dictionary, inputs, as_of, _earlier(workspace, before))
    execution.compute(progress, LOOKED_AT if glance else None)
    _check(execution, model)
    if not glance:
        _check_sums(execution)
    counts = execution.fetch(query("select tier, count(*) as accounts from tiers group by tier"))
    tiers = dict(zip(counts["tier"].to_pylist(), counts["accounts"].to_pylist(), strict=True))
    moves = execution.fetch(MOVED)
    memberships = moves.slice(0, 0) if glance else execution.fetch(query("select * from memberships"))
    marks = _marks(execution, model, batches, as_of)
    plan = Plan(
        known,
        engine.name,
        {} if glance else execution.rows,
        {} if glance else execution.made,
        tuple(execution.computed),
        moves,
        memberships,
        tiers,
        marks,
        execution.write,
        execution=execution,
        glance=glance,
        holds=holds_of(execution, model),
    )
    return plan if glance else _held_back(plan, model, workspace, batches)


def _held_back(plan: Plan, model: Model, workspace: Workspace, batches: Sequence[Batch]) -> Plan:
    """The plan, with what differs too much from the list in force; one that looks back is measured against nothing."""
    in_force = workspace.ledgers.runs.latest()
    if in_force is None or in_force.as_of > plan.as_of:
        return plan
    broken = broken_contracts(model, workspace, batches, in_force)
    swapped = [] if plan.basis.put_back else changed_list(model, in_force, plan.tiers, plan.flow())
    return replace(plan, holds=(*plan.holds, *broken, *swapped))


def apply_plan(
    plan: Plan, model: Model, workspace: Workspace, now: datetime, accepted: Accepted | None = None
) -> Snapshot:
    """Publish exactly this plan. Raises CheckFailed when model, records or ledger changed since it was made.

    Or when something holds it back that nobody `accepted`.

    A plan for a day before the list in force looks back: its snapshot is published, the history of moves stays as it was.
    """
    if plan.glance:
        raise ValueError("a glance holds only part of the tables")
    if changed := plan.basis.changed(basis(model, workspace, plan.as_of)):
        raise CheckFailed(f"{_listed(changed)} changed since this plan was made", "plan again, then apply")
    kept = accepted_rows(plan.holds, accepted)
    ledgers = workspace.ledgers
    folder = workspace.snapshots.workspace()
    try:
        plan.write(folder)
        tables = {n: {"rows": count, "sha256": checksums(folder / n)} for n, count in sorted(plan.rows.items())}
        run_id = ledgers.runs.next_id()
        workspace.snapshots.settle(folder, run_id)
    except BaseException:
        workspace.snapshots.discard(folder)
        raise
    snapshot = Snapshot(
        run_id,
        plan.as_of,
        now,
        plan.fingerprint,
        model.hash(),
        plan.engine,
        plan.basis.inputs,
        tables,
        versions(),
        plan.marks,
        model.model_dump(mode="json"),
        {name: made.facts() for name, made in plan.made.items()},
        plan.kept_as,
        plan.basis.put_back,
        dict(sorted(plan.tiers.items())),
        tuple((*ends, n) for ends, n in sorted(plan.flow().items()) if ends[0] != ends[1]),
        kept,
    )
    in_force = ledgers.runs.latest()
    looks_back = in_force is not None and in_force.as_of > plan.as_of
    if looks_back:
        ledgers.publish(snapshot, plan.memberships.slice(0, 0))
    else:
        keys = pq.read_table(workspace.snapshots.files(snapshot, "account_keys"))
        ledgers.publish(snapshot, plan.memberships, keys)
    return snapshot


def _listed(what: Sequence[str]) -> str:
    return " and ".join([", ".join(what[:-1]), what[-1]] if len(what) > 1 else what)


def _earlier(workspace: Workspace, before: Snapshot | None) -> Earlier:
    """The tables of the run before, for those that would only be repeated."""
    if before is None:
        return Earlier()
    snapshots = workspace.snapshots
    made = {name: Made.of(facts) for name, facts in before.made.items()}
    return Earlier(
        made,
        frozenset(snapshots.holds(before)),
        lambda name: snapshots.files(before, name),
        lambda name, folder: snapshots.take(before, name, folder),
    )


def versions() -> dict[str, str]:
    """Versions of what computes, for the manifest."""
    return {"python": platform.python_version(), **{name: importlib.metadata.version(name) for name in PACKAGES}}


def _marks(execution: Execution, model: Model, batches: Sequence[Batch], as_of: date) -> tuple[str, ...]:
    """What a reader of the list must be told beside it."""
    marks = []
    if any(table.history == "assumed" for source in model.sources.values() for table in source.described.values()):
        marks.append("attributes assumed")
    looks_back = any(batch.table == "opportunities" and batch.loaded_at.date() > as_of for batch in batches)
    if looks_back and _count(
        execution, query("select count(*) as n from opportunities where stage_known = 'assumed' and new_business")
    ):
        marks.append("deal stages assumed")
    if _count(execution, query("select count(*) as n from judgements where state = 'contradicted'")):
        marks.append("judgements contradict")
    if _count(execution, query("select count(*) as n from rates where disagreeing > 0")):
        marks.append("rates disagree")
    if _count(execution, query("select count(*) as n from readiness")) == 0:
        marks.append("readiness unknown")
    raised = execution.fetch(query("select alarm from alarms where raised order by alarm"))
    return (*marks, *raised["alarm"].to_pylist())


def _check(execution: Execution, model: Model) -> None:
    """Before a list: capacity is never exceeded (invariant 5)."""
    for row in execution.fetch(SEATED).to_pylist():
        seats = model.tiers.capacities[row["team"]].most(row["tier"], model.tiers.effort)
        if row["accounts"] > seats:
            raise CheckFailed(f"tier {row['tier']} has {row['accounts']} accounts for {seats} seats", DEFECT)


def _check_sums(execution: Execution) -> None:
    """Before a list that can be published: reasons sum to their score exactly (invariant 4), revenue ties out.

    What was taken from the run before passed then.
    """
    new = set(execution.computed)
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
        if new & {score, reasons} and (wrong := _count(execution, unequal)):
            raise CheckFailed(f"{wrong} accounts whose {score} is not the sum of its reasons", DEFECT)
    if "retention_movements" in new and (wrong := _count(execution, UNTIED)):
        raise CheckFailed(f"{wrong} rows of retention_movements do not add up from start to end", DEFECT)


def _count(execution: Execution, counting: Query) -> int:
    return int(execution.fetch(counting)["n"][0].as_py())
