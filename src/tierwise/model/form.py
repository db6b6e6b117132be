"""The form of the leaders: what each calls the target, as YAML or CSV, checked against the model of the project."""

from __future__ import annotations

import csv
import io
import re
from pathlib import Path
from typing import Any

from tierwise.core.errors import ModelError, NotFound, Problem, near_miss
from tierwise.model.load import check_document, merged, read_project
from tierwise.model.yaml import Document, KeyPath, Place, decode, read_yaml
from tierwise.stages.market.targets import TargetSpec

SECTION = "targets"
LISTS = ("segments", "accounts", "owners")
COLUMNS = ("target", *TargetSpec.model_fields)
TEMPLATE = """\
# What does each leader call the target? Fill in one entry per leader; delete what you do not need.
# Compare:  tierwise align FILE    Keep: copy the section into tierwise.yaml, and every run compares it.
targets:
  marketing:
    leader: ""                # a name, so that the comparison can be read aloud
    function: marketing       # marketing, sales, product, customer_success or other
    where: "employees >= 200" # a condition on the columns of accounts: tierwise show accounts
    owners: []                # the team, as activities name them: what they touched is compared too
  sales:
    leader: ""
    function: sales
    accounts: [example.com]   # or a list: domains, names or ids
  product:
    leader: ""
    function: product
    where: "industry is not null"
  customer_success:
    leader: ""
    function: customer_success
    where: "employees >= 1000"
    # segments: [name]        # or segments of the model; several of the three add up
"""


def load_form(project: Path, file: Path) -> dict[str, TargetSpec]:
    """The targets of a form. Raises NotFound without the file, ModelError with every problem of the form and its line.

    The form stands in for the section `targets` of the model, whose columns and segments it may name.
    """
    if not file.is_file():
        raise NotFound(f"there is no file {file}", "write one: tierwise align --template > targets.yaml")
    form = _of_csv(file) if file.suffix.lower() == ".csv" else read_yaml(file, file.name)
    if not isinstance(form.data, dict) or SECTION not in form.data:
        message, hint = "a form begins with 'targets:'", "see: tierwise align --template"
        raise ModelError([Problem(message, hint, file.name, 1, 1), *form.problems])
    others = [name for name in form.data if name != SECTION]
    refused = [
        Problem(f"a form holds the section '{SECTION}' only, not '{name}'", "move it to the model", *form.keys[(name,)])
        for name in others
    ]
    if refused:
        raise ModelError([*form.problems, *refused])
    return check_document(merged([_without_targets(read_project(project)), form])).targets


def _without_targets(document: Document) -> Document:
    rest = Document(data={}, positions={(): document.positions[()]}, problems=list(document.problems))
    for name in document.data:
        if name != SECTION:
            rest.adopt(name, document)
    return rest


def _of_csv(file: Path) -> Document:
    """A table with one row per leader as the same section; lists are separated by semicolons."""
    text = decode(file.read_bytes(), file.name)
    rows = csv.reader(io.StringIO(text, newline=""))
    heading = [name.strip().lower().replace(" ", "_") for name in next(rows, [])]
    start = Place(file.name, 1, 1)
    document = Document(data={SECTION: {}}, positions={(): start, (SECTION,): start}, keys={(SECTION,): start})
    for place, name in enumerate(heading, 1):
        if name not in COLUMNS:
            hint = near_miss(name, COLUMNS) or f"known: {', '.join(COLUMNS)}"
            document.problems.append(Problem(f"there is no column '{name}' in a form", hint, file.name, 1, place))
    line = rows.line_num
    for row in rows:
        cells = {
            name: cell.strip() for name, cell in zip(heading, row, strict=False) if cell.strip() and name in COLUMNS
        }
        if cells:
            _add(document, file.name, line + 1, heading, cells)
        line = rows.line_num
    return document


def _add(document: Document, file: str, line: int, heading: list[str], cells: dict[str, str]) -> None:
    """One row as an entry; the place of a value is the line, and as column the number of the cell."""
    name = _name(cells)
    path: KeyPath = (SECTION, name)
    if path in document.keys:
        first = document.keys[path].line
        message, hint = (
            f"'{name}' is there twice: on line {first} and on line {line}",
            "give them names: a column 'target'",
        )
        document.problems.append(Problem(message, hint, file, line, 1))
        return
    document.keys[path] = document.positions[path] = Place(file, line, 1)
    entry: dict[str, Any] = {}
    for column, cell in cells.items():
        if column == "target":
            continue
        entry[column] = [part.strip() for part in cell.split(";") if part.strip()] if column in LISTS else cell
        place = Place(file, line, heading.index(column) + 1)
        document.keys[(*path, column)] = document.positions[(*path, column)] = place
        if column in LISTS:
            document.positions |= {(*path, column, i): place for i in range(len(entry[column]))}
    if "function" in entry:
        entry["function"] = entry["function"].lower().replace(" ", "_")
    document.data[SECTION][name] = entry


def _name(cells: dict[str, str]) -> str:
    """The name of a row's target: its own, else the leader's or the function as a name."""
    said = cells.get("target") or cells.get("leader") or cells.get("function") or "target"
    return re.sub(r"[^a-z0-9]+", "_", said.lower()).strip("_") or "target"
