"""The lists that were published."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from tierwise.interfaces.cli.opening import reading
from tierwise.interfaces.cli.options import JsonOption, ProjectArgument
from tierwise.interfaces.cli.output import document
from tierwise.interfaces.cli.terminal import Column, Terminal
from tierwise.interfaces.report import wording as say


def runs(terminal: Terminal, project: ProjectArgument = Path(), json: JsonOption = False) -> None:
    """List every published run, oldest first: its day, who is seated, who came and went, overrides in force, its model."""

    with reading(terminal, project) as opened:
        made = opened.runs()
        rows: list[dict[str, Any]] = [
            {
                "run_id": s.run_id, "as_of": s.as_of, "published_at": s.published_at, "engine": s.engine,
                "accounts": s.tables.get("accounts", {}).get("rows"), "model_hash": s.model_hash,
                "fingerprint": s.fingerprint, "marks": list(s.marks), "inputs": list(s.inputs),
                "versions": dict(s.versions), "tiers": dict(s.tiers), "overrides": s.overrides,
                "flow": [{"from_tier": before, "to_tier": after, "accounts": n} for before, after, n in s.flow],
                "kept_plan": s.plan, "put_back": s.put_back, "accepted": [dict(row) for row in s.accepted],
            }
            for s in made
        ]  # fmt: skip
    if json:
        terminal.write(document("runs", rows))
        return
    if not rows:
        terminal.say("nothing has been published yet; next: tierwise run")
        return
    columns = [Column("run", style="bold"), Column("as of"), Column("published (UTC)"), Column("accounts", right=True),
               Column("tier 1", right=True), Column("tier 2", right=True), Column("overrides", right=True),
               Column("model"), Column("marks")]  # fmt: skip
    terminal.table(
        columns,
        [
            (s.run_id, f"{s.as_of}", f"{s.published_at:%Y-%m-%d %H:%M}", say.count(r["accounts"] or 0),
             _seated(s, "1"), _seated(s, "2"), say.count(s.overrides), s.model_hash[:12], ", ".join(_marks(s)))
            for s, r in zip(made, rows, strict=True)
        ],
    )  # fmt: skip


def _seated(snapshot: Any, tier: str) -> str:
    """Accounts of a tier, and how many came and went: `60 (+4 −3)`."""
    if not snapshot.tiers:
        return say.MISSING
    came, went = snapshot.entered(tier), snapshot.left(tier)
    return f"{say.count(snapshot.tiers.get(tier, 0))} (+{came} −{went})"


def _marks(snapshot: Any) -> list[str]:
    """What a reader is told beside a run."""
    back = [f"run {snapshot.put_back} put back"] if snapshot.put_back else []
    kept = [f"plan {snapshot.plan}"] if snapshot.plan else []
    let = [f"accepted by {by}" for by in dict.fromkeys(row["by"] for row in snapshot.accepted)]
    return [*back, *kept, *let, *snapshot.marks]
