"""Whole projects in a folder: CSV files and a model file (JSON is YAML) written from rows, opened as a user would."""

from __future__ import annotations

import csv
import json
from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import Any

from tierwise.project import Project

Rows = Iterable[Mapping[str, Any]]

SEGMENTS = {"banks": {"where": "industry = 'Banking'"}, "large": {"where": "employees >= 1000"}}
SIGNALS = {
    "pricing": {"where": "kind = 'page' and path like '/pricing%'", "party": "first", "family": "web", "points": 10,
                "high_intent": True},
    "webinar": {"where": "kind = 'attended'", "party": "first", "family": "event", "points": 8},
    "review": {"where": "provider = 'reviews'", "party": "second", "family": "review_site", "points": 6},
    "surge": {"where": "provider = 'vendor' and score >= 60", "party": "third", "family": "third_party_topic",
              "points": 30},
}  # fmt: skip


def write_csv(path: Path, rows: Rows) -> None:
    """Rows as a CSV file; the columns are those of all rows together."""
    listed = list(rows)
    names = list(dict.fromkeys(name for row in listed for name in row))
    path.parent.mkdir(parents=True, exist_ok=True)
    with path.open("w", newline="", encoding="utf-8") as stream:
        writer = csv.DictWriter(stream, names, restval="")
        writer.writeheader()
        writer.writerows(listed)


def write_company(folder: Path, sources: Mapping[str, Mapping[str, Rows]], **model: Any) -> Path:
    """A project folder from rows by source and table, and sections of the model file (`None` leaves one out)."""
    folder.mkdir(parents=True, exist_ok=True)
    described: dict[str, Any] = {}
    options = model.pop("options", {})
    for source, tables in sources.items():
        described[source] = {"kind": "files", "path": source, **options.get(source, {}), "tables": {}}
        for kind, rows in tables.items():
            write_csv(folder / source / f"{kind}.csv", rows)
            described[source]["tables"][kind] = {
                "file": f"{kind}.csv", "dates": "iso", "allow_empty": True,
                **({"history": "assumed"} if kind in ("accounts", "contacts") else {}),
                **options.get(f"{source}.{kind}", {}),
            }  # fmt: skip
    text = {"company": "Acme", "currency": "USD", "sources": described, "segments": SEGMENTS, "signals": SIGNALS}
    text.update(model)
    kept = {key: value for key, value in text.items() if value is not None}
    (folder / "tierwise.yaml").write_text(json.dumps(kept, indent=1), encoding="utf-8")
    return folder


def company(folder: Path, sources: Mapping[str, Mapping[str, Rows]], **model: Any) -> Project:
    """The project of `write_company`, opened and its files landed."""
    project = Project.open(write_company(folder, sources, **model))
    project.ingest()
    return project
