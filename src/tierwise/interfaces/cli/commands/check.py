"""Check the model file: every problem at once."""

from __future__ import annotations

from pathlib import Path

from tierwise.core.errors import ModelError
from tierwise.interfaces.cli.commands.matches import told
from tierwise.interfaces.cli.options import JsonOption, ProjectArgument
from tierwise.interfaces.cli.output import document
from tierwise.interfaces.cli.terminal import Terminal


def check(terminal: Terminal, project: ProjectArgument = Path(), json: JsonOption = False) -> None:
    """Check the model file of a project. All problems are reported at once, each with its place and what to do.

    Judgements of people that contradict each other are named, too. Exit code 0 when the model is well, 2 when it is not.
    """
    from tierwise.project import advice_on, contradicting, read_model

    try:
        model = read_model(project)
    except ModelError as error:
        if json:
            terminal.write(document("check", {"ok": False, "problems": [vars(p) for p in error.problems]}))
        raise
    facts = {
        "company": model.company, "model_hash": model.hash(), "sources": len(model.sources), "segments": len(model.segments),
        "signals": len(model.signals), "criteria": len(model.fit.criteria),
    }  # fmt: skip
    missed, opposed = advice_on(model), contradicting(project)
    if json:
        terminal.write(
            document("check", {"ok": True, "problems": [], "advice": missed, "contradictions": opposed, **facts})
        )
        return
    counted = ", ".join(f"{facts[name]} {name}" for name in ("sources", "segments", "signals", "criteria"))
    terminal.line(f"the model of {model.company} is well: {counted}")
    for sentence in missed:
        terminal.warn(sentence)
    for judgements in opposed:
        said = "; ".join(f"entry {row['entry']}: {told(row)}" for row in judgements)
        terminal.warn(f"judgements contradict each other and join nothing until one is withdrawn: {said}")
    if opposed:
        either = " or ".join(f"tierwise matches undo {row['entry']}" for row in opposed[0])
        terminal.say(f"withdraw one: {either}")
