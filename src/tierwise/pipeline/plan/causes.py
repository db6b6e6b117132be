"""What causes each move, and what does it cost? The plan beside the list in force: components, inputs, money and hours.

Each moved account gets the first component, in the order of the rules of the tiers, whose change explains it. Where nothing of
its own changed enough, others did: they took the seat, left it, or capacity changed.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass
from typing import Any

import pyarrow as pa

from tierwise.model.model import Model
from tierwise.pipeline.plan.make import Plan
from tierwise.pipeline.read import model_of
from tierwise.pipeline.run import Execution
from tierwise.sql.query import query
from tierwise.stores.runs import Snapshot
from tierwise.stores.workspace import Workspace
from tierwise.tables.ledgers import LEDGERS

# The tables of a component: what it rests on, whichever way it came.
RESTS_ON: Mapping[str, tuple[str, ...]] = {
    "override": ("overrides",),
    "commitment": ("commitments",),
    "standing": ("lifecycle", "accounts"),
    "profile": ("account_segments",),
    "verdict": ("verdicts", "fit"),
    "readiness": ("readiness",),
    "value": ("verdicts",),
    "fit": ("fit",),
    "intent": ("intent",),
    "new_account": ("accounts",),
    "gone": ("accounts",),
    "joined": ("account_keys",),
    "others": ("candidates", "capacity"),
}
MOST = 50  # moves that are said one by one
BEFORE = ("candidates", "tiers", "overrides", "commitments", "capacity")


@dataclass(frozen=True)
class Shift:
    """Accounts that enter or leave one tier, what they are worth, and the hours per quarter that they take.

    `value` is money where the company knows its lifetime values, else there is none; `hours` where the model says what an
    account of the tier takes.
    """

    tier: str
    entering: int
    leaving: int
    value_in: float | None
    value_out: float | None
    hours_in: float
    hours_out: float


@dataclass(frozen=True)
class Changes:
    """What a plan changes, and why: the run that it is compared with, which inputs changed, a row per move, a row per tier."""

    compared: str
    inputs: tuple[str, ...]
    causes: pa.Table
    shifts: tuple[Shift, ...]

    def facts(self) -> dict[str, Any]:
        """As plain values: causes counted, most frequent first, and the first moves one by one."""
        ends = ["component", "inputs"]
        counted = self.causes.group_by(ends).aggregate([("account_id", "count")]).to_pylist()
        causes = [
            {"component": c["component"], "inputs": c["inputs"], "accounts": c["account_id_count"]} for c in counted
        ]
        return {
            "compared": self.compared, "inputs": list(self.inputs),
            "causes": sorted(causes, key=lambda c: (-c["accounts"], c["component"], c["inputs"])),
            "caused": self.causes.slice(0, MOST).to_pylist(), "shifts": [asdict(shift) for shift in self.shifts],
        }  # fmt: skip


def changes(plan: Plan, model: Model, workspace: Workspace) -> Changes:
    """The moves of tier of a plan with their causes, against the list that was in force on its day. Empty for a first list."""
    execution, snapshot = plan.execution, _in_force(workspace, plan)
    assert execution is not None
    for name in BEFORE:
        there = snapshot is not None and name in workspace.snapshots.holds(snapshot)
        execution.beside(
            f"before_{name}", name, workspace.snapshots.files(snapshot, name) if there and snapshot else ()
        )
    if snapshot is None:
        causes = execution.fetch(CAUSES)
        causes = causes.append_column("inputs", pa.array([""] * causes.num_rows, pa.string()))
        return Changes("", (), causes, _shifts(execution, model))
    changed = _changed(plan, model, workspace, snapshot)
    causes = execution.fetch(CAUSES)
    said = {name: ", ".join(_of(execution, tables, changed)) for name, tables in RESTS_ON.items()}
    inputs = pa.array([said[component] for component in causes["component"].to_pylist()], pa.string())
    return Changes(snapshot.run_id, tuple(changed), causes.append_column("inputs", inputs), _shifts(execution, model))


def _in_force(workspace: Workspace, plan: Plan) -> Snapshot | None:
    """The snapshot of the list that was in force on the day of a plan."""
    runs = [run for run in workspace.ledgers.runs.all() if run.as_of <= plan.as_of]
    return max(runs, key=lambda run: (run.as_of, run.run_id), default=None)


# Decisive is what took an account over the line: with its value of before it would not be where it is. Few accounts move, so
# that only their rows are joined.
CAUSES = query(
    """
    with line as (
        select c.team, t.tier, min(t.value) as last_value
        from tiers t
        join candidates c on c.account_id = t.account_id
        where t.tier in ('1', '2') and coalesce(t.kept_by, 'rank') = 'rank'
        group by c.team, t.tier
    ),
    moved as (
        select m.account_id, m.from_tier, m.to_tier, m.reason, m.from_tier is null as came, m.to_tier is null as went
        from moves m
        where m.from_tier is distinct from m.to_tier and (m.from_tier is not null or m.to_tier <> 'excluded')
    ),
    compared as (
        select m.*, a.name, c.team, b.value as value_before, c.value as value_now, b.fit as fit_before, c.fit as fit_now,
               u.rank as rank_before, t.rank as rank_now,
               coalesce(b.standing, '') || coalesce(b.standing_reason, '') as stood,
               coalesce(c.standing, '') || coalesce(c.standing_reason, '') as stands,
               b.segment as segment_before, c.segment as segment_now,
               coalesce(b.seat_block, '') as block_before, coalesce(c.seat_block, '') as block_now,
               coalesce(b.ready_one_to_one, false) as ready_before, coalesce(c.ready_one_to_one, false) as ready_now,
               b.chance_to_act as chance_before, c.chance_to_act as chance_now,
               b.open_value as open_before, c.open_value as open_now,
               b.attention as attention_before, c.attention as attention_now,
               p.tier as asked_before, o.tier as asked_now, k.state as promised_before, n.state as promised_now,
               case when m.from_tier in ('1', '2') and (m.to_tier > m.from_tier) then down.last_value else up.last_value end
                   as line
        from moved m
        left join (select * from accounts where account_id in (select account_id from moved)) a on a.account_id = m.account_id
        left join (select * from candidates where account_id in (select account_id from moved)) c
               on c.account_id = m.account_id
        left join (select * from tiers where account_id in (select account_id from moved)) t on t.account_id = m.account_id
        left join (select * from before_candidates where account_id in (select account_id from moved)) b
               on b.account_id = m.account_id
        left join (select * from before_tiers where account_id in (select account_id from moved)) u
               on u.account_id = m.account_id
        left join overrides o on o.account_id = m.account_id
        left join before_overrides p on p.account_id = m.account_id
        left join commitments n on n.account_id = m.account_id
        left join before_commitments k on k.account_id = m.account_id
        left join line up on up.team = c.team and up.tier = m.to_tier
        left join line down on down.team = c.team and down.tier = m.from_tier
    )
    select account_id, name, from_tier, to_tier, reason,
           case when came then 'new_account' when reason like 'joined with %' then 'joined' when went then 'gone'
                when asked_before is distinct from asked_now then 'override'
                when promised_before = 'committed' and coalesce(promised_now, '') <> 'committed' then 'commitment'
                when stood <> stands then 'standing'
                when segment_before is distinct from segment_now then 'profile'
                when block_before <> block_now then 'verdict'
                when ready_before <> ready_now and '1' in (from_tier, to_tier) then 'readiness'
                when value_before is distinct from value_now
                     and coalesce((value_before < line) <> (value_now < line) or line is null, true)
                then case when open_before is not distinct from open_now then 'readiness'
                          when open_now = fit_now then 'fit' else 'value' end
                when value_before = value_now and value_now = line and fit_before is distinct from fit_now then 'fit'
                when value_before = value_now and value_now = line and attention_before is distinct from attention_now
                then 'intent'
                else 'others' end as component,
           value_before, value_now, fit_before, fit_now, rank_before, rank_now
    from compared
    order by coalesce(to_tier, '9'), account_id
    """
)


def _changed(plan: Plan, model: Model, workspace: Workspace, snapshot: Snapshot) -> list[str]:
    """Which inputs are not as the list in force had them: 'model: fit', 'records: crm/deals', 'ledger: evidence', 'time'."""
    now, then = model.specs, model_of(snapshot, model).specs
    sections = [name for name in now if repr(now[name]) != repr(then.get(name))]
    batches = set(plan.basis.inputs) ^ set(snapshot.inputs)
    found = [f"model: {name}" for name in sections]
    found += sorted({f"records: {name.rpartition('/')[0]}" for name in batches})
    found += [f"ledger: {name}" for name in _ledgers(plan, workspace, snapshot)]
    found += ["time"] if plan.as_of != snapshot.as_of else []
    return found + ([f"list of run {plan.basis.put_back}"] if plan.basis.put_back else [])


def _ledgers(plan: Plan, workspace: Workspace, snapshot: Snapshot) -> list[str]:
    """The ledgers whose entries are not those of the list in force."""
    assert plan.execution is not None
    here = workspace.snapshots.holds(snapshot)
    found = []
    for name, table in LEDGERS.items():
        files = workspace.snapshots.files(snapshot, table.name) if table.name in here else ()
        plan.execution.beside(f"before_{table.name}", table.name, files)
        entries = query(
            "select count(*) as n from now n full join before b on b.entry = n.entry where n.entry is null or b.entry is null"
        )
        wanted = entries.reading(now=table.name, before=f"before_{table.name}")
        if plan.execution.fetch(wanted)["n"][0].as_py():
            found.append(name)
    return found


def _of(execution: Execution, tables: Sequence[str], changed: Sequence[str]) -> list[str]:
    """Those of the changed inputs on which some tables rest."""
    leaves, sections = execution.rests_on(tables)
    ledgers = {name for name, table in LEDGERS.items() if table.name in leaves}
    kinds = {leaf.removeprefix("raw_").removeprefix("landing_") for leaf in leaves}
    return [
        one
        for one in changed
        if one.partition(": ")[2] in sections
        or (one.startswith("ledger: ") and one.removeprefix("ledger: ") in ledgers)
        or (one.startswith("records: ") and one.rpartition("/")[2] in kinds)
        or one == "time"
        or one.startswith("list of run")
    ]


def _shifts(execution: Execution, model: Model) -> tuple[Shift, ...]:
    """What enters and leaves tiers 1 and 2: accounts, value and hours per quarter."""
    rows = execution.fetch(
        query(
            """
            select m.from_tier, m.to_tier, count(*) as n,
                   sum(coalesce(c.open_value, b.open_value)) as value,
                   (select count(*) from verdicts where lifetime_value is not null) as valued
            from moves m
            left join candidates c on c.account_id = m.account_id
            left join before_candidates b on b.account_id = m.account_id
            where m.from_tier is distinct from m.to_tier
            group by m.from_tier, m.to_tier
            """
        )
    ).to_pylist()
    effort = model.tiers.effort
    hours = {"1": sum(effort.one_to_one.given().values()), "2": sum(effort.one_to_few.given().values())}
    return tuple(_shift(tier, rows, hours[tier]) for tier in ("1", "2"))


def _shift(tier: str, rows: Sequence[Mapping[str, Any]], hours: float) -> Shift:
    entering = [row for row in rows if row["to_tier"] == tier]
    leaving = [row for row in rows if row["from_tier"] == tier]
    come, go = sum(row["n"] for row in entering), sum(row["n"] for row in leaving)
    valued = any(row["valued"] for row in rows)
    money = [sum(row["value"] or 0 for row in side) if valued else None for side in (entering, leaving)]
    return Shift(tier, come, go, money[0], money[1], come * hours, go * hours)
