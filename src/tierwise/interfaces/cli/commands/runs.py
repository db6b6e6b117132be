"""The lists that were published."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from tierwise.interfaces.cli.opening import reading
from tierwise.interfaces.cli.options import JsonOption, ProjectArgument
from tierwise.interfaces.cli.output import document
from tierwise.interfaces.cli.terminal import Column, Terminal


def runs(terminal: Terminal, project: ProjectArgument = Path(), json: JsonOption = False) -> None:
    """List every published run, oldest first: when, as of which day, from which model, with how many accounts."""

    with reading(terminal, project) as opened:
        rows: list[dict[str, Any]] = [
            {
                "run_id": s.run_id, "as_of": s.as_of, "published_at": s.published_at, "engine": s.engine,
                "accounts": s.tables.get("accounts", {}).get("rows"), "model_hash": s.model_hash,
                "fingerprint": s.fingerprint, "marks": list(s.marks), "inputs": list(s.inputs),
                "versions": dict(s.versions),
            }
            for s in opened.runs()
        ]  # fmt: skip
    if json:
        terminal.write(document("runs", rows))
        return
    if not rows:
        terminal.say("nothing has been published yet; next: tierwise run")
        return
    columns = [Column("run", style="bold"), Column("as of"), Column("published (UTC)"), Column("engine"),
               Column("accounts", right=True), Column("model"), Column("marks")]  # fmt: skip
    terminal.table(
        columns,
        [
            (r["run_id"], r["as_of"], f"{r['published_at']:%Y-%m-%d %H:%M}", r["engine"],
             f"{r['accounts'] or 0:,}", r["model_hash"][:12], ", ".join(r["marks"]))
            for r in rows
        ],
    )  # fmt: skip
