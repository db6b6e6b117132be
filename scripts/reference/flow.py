"""The flow: every step in order."""

from __future__ import annotations

import sys
from itertools import groupby

from scripts.reference.dictionary import link
from scripts.reference.markdown import first_line, paragraphs
from scripts.reference.steps import reads

from tierwise.core.step import Step
from tierwise.model.model import Model
from tierwise.pipeline.flow import DISCOVERY, FLOW, REPAIRS

INTRODUCTION = """\
# Flow

Every step of a run, in order. A step is a function that returns a query (or, *in memory*, takes a few sums as Arrow tables and
returns one). Its name is the table that it writes; the tables that it reads are those that its query names. It is given its
section of the model and the day of the run, and nothing else. `tierwise show sql STEP` prints what an engine would get.
"""


def page() -> str:
    """Every step: what it answers, what it reads, and which section it is given."""
    lines = [INTRODUCTION]
    for room, numbered in groupby(enumerate(FLOW, 1), key=lambda pair: _module(pair[1]).split(".")[2]):
        steps = list(numbered)
        first, last = steps[0][0], steps[-1][0]
        which = f"Steps {first} to {last}" if last > first else f"Step {first}"
        lines += [f"## {which}: {room}", "", first_line(sys.modules[f"tierwise.stages.{room}"]), ""]
        for _, step in steps:
            lines += _described(step)
    lines += ["## Discovery", "", "Not part of a run: `tierwise discover` makes these on a published snapshot.", ""]
    for step in DISCOVERY:
        lines += _described(step)
    lines += ["## Repairs", "", "Not part of a run: `tierwise audit` makes these on a published snapshot.", ""]
    for step in REPAIRS:
        lines += _described(step)
    return "\n".join(lines)


def _described(step: Step) -> list[str]:
    text = [part for paragraph in paragraphs(step.make) for part in (paragraph, "")]
    return [f"### {step.name}", "", *text, *_traits(step), ""]


def _traits(step: Step) -> list[str]:
    """What a step writes, reads and is given, one line each."""
    given = f"given [{step.section}](model.md#{step.section})" if step.section in Model.model_fields else ""
    read = reads(step)
    parts = (
        f"writes {link(step.name)}{_kept(step)}",
        "reads " + ", ".join(map(link, read)) if read else "",
        given,
        "in memory" if step.in_memory else "",
        f"in `{_module(step).removeprefix('tierwise.').replace('.', '/')}.py`",
    )
    return [f"- {part}" for part in parts if part]


def _kept(step: Step) -> str:
    if step.view:
        return " (a view: readers inline it)"
    return "" if step.stored else " (lives while it is needed; not published)"


def _module(step: Step) -> str:
    return str(step.make.__module__)
