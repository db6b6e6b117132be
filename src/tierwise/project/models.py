"""The model file: drafted, written, read and described."""

from __future__ import annotations

import json
from datetime import date
from pathlib import Path
from typing import Any

from tierwise.core.errors import NotFound, UsageError
from tierwise.model.advice import advice
from tierwise.model.defaults import Parameter, describe
from tierwise.model.draft import SCHEMA_FILE
from tierwise.model.load import FILE, load_model
from tierwise.model.model import Model
from tierwise.model.schema import schema
from tierwise.pipeline.draft import Draft, draft_model, exports_in
from tierwise.pipeline.run import Progress
from tierwise.project.project import quiet
from tierwise.simulate.demo import write_demo


def draft(folder: Path, exports: Path, company: str, currency: str, progress: Progress = quiet) -> Draft:
    """A first model for a project in `folder`, guessed from `exports`. Raises NotFound when there are none."""
    found = exports_in(Path(exports)) if Path(exports).is_dir() else []
    if not found:
        raise NotFound(f"there are no exports in {exports}", "put CSV, Excel, Parquet or JSON-lines files there")
    return draft_model(Path(folder), found, company, currency, progress)


def init(folder: Path, text: str, force: bool = False) -> Path:
    """Write a model file, and the JSON Schema beside it. Raises UsageError rather than overwrite, unless `force`."""
    target = Path(folder) / FILE
    if target.exists() and not force:
        raise UsageError(f"{target} is there already", "change it by hand, or --force to write it anew")
    target.parent.mkdir(parents=True, exist_ok=True)
    (target.parent / SCHEMA_FILE).write_text(
        json.dumps(schema(), indent=2, ensure_ascii=False) + "\n", encoding="utf-8"
    )
    target.write_text(text, encoding="utf-8")
    return target


def read_model(folder: Path) -> Model:
    """The model of a project, nothing opened. Raises NotFound without one, ModelError with all problems."""
    return load_model(Path(folder))


def advice_on(model: Model) -> list[str]:
    """What a model that is well may still lack, a sentence each."""
    return list(advice(model))


def model_schema() -> dict[str, Any]:
    """What a model file may hold, as JSON Schema."""
    return schema()


def parameters(model: Model) -> list[Parameter]:
    """Every parameter of a model with its value, where it comes from and what it means."""
    return describe(model)


def demo(folder: Path) -> date:
    """Write a simulated company's exports and its model into `folder`; the day on which its history ends."""
    return write_demo(Path(folder))
