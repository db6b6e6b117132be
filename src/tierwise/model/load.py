"""A project's folder -> its Model, or everything that is wrong with the model at once."""

from __future__ import annotations

import copy
from collections.abc import Iterable
from itertools import takewhile
from pathlib import Path
from typing import Any

from pydantic import ValidationError

from tierwise.core.errors import ModelError, NotFound, Problem, near_miss
from tierwise.model.checks import broken_references
from tierwise.model.conditions import condition_problems
from tierwise.model.model import Model
from tierwise.model.problems import booleans_as_numbers, path_of, problems_of
from tierwise.model.yaml import MAX_DEPTH, Document, read_yaml

FILE = "tierwise.yaml"
FOLDER = "model"
SUFFIXES = (".yaml", ".yml")
# What stands in for a section that is missing or wrong, so that the rest can be checked all the same.
PLACEHOLDERS: dict[str, Any] = {
    "company": "?",
    "currency": "USD",
    "sources": {"placeholder": {"kind": "files", "tables": {"accounts": {"file": "?"}}}},
}


def load_model(project: Path) -> Model:
    """The model of a project. Raises NotFound without one, ModelError with all problems of its files."""
    return check_document(read_project(project))


def read_project(project: Path) -> Document:
    """`tierwise.yaml`, or all files of `model/` merged by section, as data with places."""
    file, folder = project / FILE, project / FOLDER
    files = sorted(p for p in folder.glob("*") if p.suffix in SUFFIXES) if folder.is_dir() else []
    if file.is_file() and files:
        raise ModelError([Problem(f"there is {FILE} and also a folder {FOLDER}/", "keep one of the two", FILE, 1, 1)])
    if file.is_file():
        files = [file]
    if not files:
        raise NotFound(f"no model in {project}: neither {FILE} nor {FOLDER}/*.yaml", _look_alike(project))
    documents: list[Document] = []
    refused: list[Problem] = []
    for path in files:
        try:
            documents.append(read_yaml(path, path.relative_to(project).as_posix()))
        except ModelError as error:
            refused += error.problems
        except OSError as error:
            raise NotFound(f"cannot read {path}: {error.strerror}", "check the file's permissions") from error
    if refused:
        raise ModelError([*refused, *(p for document in documents for p in document.problems)])
    return merged(documents)


def _look_alike(project: Path) -> str:
    names = [path.name for path in project.iterdir() if path.suffix in (".yaml", ".yml")] if project.is_dir() else []
    miss = next((name for name in ("tierwise.yml", "model.yaml") if name in names), "")
    return f"rename {miss} to {FILE}" if miss else near_miss(FILE, names) or "run: tierwise init"


def merged(documents: list[Document]) -> Document:
    """Several files as one, section by section. A section in two files is a problem; the first one counts."""
    whole = Document(data={}, positions={(): documents[0].positions[()]})
    for document in documents:
        whole.problems += document.problems
        sections = {} if document.data is None else document.data
        if not isinstance(sections, dict):
            message, hint = "a model file holds lines like 'section: ...'", "see: tierwise schema"
            whole.problems.append(Problem(message, hint, *document.positions[()]))
            continue
        for name in sections:
            if name in whole.data:
                first, again = whole.keys[(name,)], document.keys[(name,)]
                message = f"the section '{name}' is defined twice: in {first.file}:{first.line} and here"
                whole.problems.append(Problem(message, "move both into one file", *again, path=name))
            elif sections[name] is not None:
                whole.adopt(name, document)
    return whole


def check_document(document: Document) -> Model:
    """The model that a document describes. Raises ModelError with every problem, its files' included."""
    problems = list(document.problems)
    model, broken = _validated(document)
    problems += broken
    if model is not None:
        wrong = {problem.path for problem in problems}
        problems += (p for p in booleans_as_numbers(model, document) if p.path not in wrong)
        problems += broken_references(model, document)
        if not any(path.split(".")[0] == "attributes" for path in wrong):
            problems += condition_problems(model, document)
    if problems or model is None:
        raise ModelError(problems)
    return model


def _validated(document: Document) -> tuple[Model | None, list[Problem]]:
    """The model, and what validation found. With problems, it is the model of what remains without them."""
    data = document.data
    found: list[Problem] = []
    for _ in range(MAX_DEPTH):
        try:
            return Model.model_validate(data), found
        except ValidationError as error:
            found = found or problems_of(error, Model, document)
            data = _without(data, error.errors(include_url=False))
    return None, found


def _without(data: Any, errors: Iterable[Any]) -> Any:
    """A copy of the data without what is wrong, or misses something; what every model needs is filled in."""
    kept = copy.deepcopy(data)
    for item in errors:
        path = path_of(item, data)
        wrong = path[:-1] if item["type"] == "missing" else path
        names = list(takewhile(lambda part: isinstance(part, str), wrong))
        holder = kept
        for name in names[:-1]:
            holder = holder.get(name, {}) if isinstance(holder, dict) else {}
        if names and isinstance(holder, dict):
            holder.pop(names[-1], None)
    return {**PLACEHOLDERS, **kept}
