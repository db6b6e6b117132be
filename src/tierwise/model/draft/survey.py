"""What the values of an export say, as far as a first draft of a model needs it: counts and keys."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field

import pyarrow as pa
import pyarrow.compute as pc

from tierwise.connectors.sources.files.confined.reader import read_confined
from tierwise.connectors.sources.files.reading import load_bytes
from tierwise.connectors.sources.files.spec import FileTable
from tierwise.connectors.values import as_text, blank_to_null
from tierwise.model.draft.headings import Guess

# Columns whose values a draft looks at.
COUNTED = {
    "accounts": ("industry", "sub_industry", "country", "region"),
    "opportunities": ("stage",),
    "events": ("kind", "path", "family"),
    "intent": ("provider",),
}
MOST_VALUES = 200
LONGEST_VALUE = 200


@dataclass(frozen=True)
class Survey:
    """Of one export: value -> rows for some columns (most frequent first), and the account keys it names."""

    counts: Mapping[str, Mapping[str, int]] = field(default_factory=dict)
    keys: frozenset[str] = frozenset()


def survey(guess: Guess) -> Survey:
    """Read the export once more and count. Raises DataError when it cannot be read."""
    columns = {name: match.heading for name, match in guess.mapping.items()}
    counted = [name for name in COUNTED.get(guess.kind, ()) if name in columns]
    if not counted and "account_key" not in columns:
        return Survey()
    read_as = FileTable(file=guess.path.name, sheet=guess.sheet, shape=guess.shape or None)  # type: ignore[arg-type]
    content = read_confined(load_bytes(guess.path), read_as)
    keys = _values(content.table, columns["account_key"]) if "account_key" in columns else ()
    return Survey({name: _counts(content.table, columns[name]) for name in counted}, frozenset(keys))


def shared_keys(some: Iterable[str], others: frozenset[str]) -> float:
    """Share of some keys that are among others; 0 when there are none."""
    named = frozenset(some)
    return len(named & others) / len(named) if named else 0.0


def _present(table: pa.Table, heading: str) -> pa.ChunkedArray:
    return pc.drop_null(blank_to_null(as_text(table.column(heading))))


def _values(table: pa.Table, heading: str) -> list[str]:
    values: list[str] = pc.unique(_present(table, heading)).to_pylist()
    return values


def _counts(table: pa.Table, heading: str) -> dict[str, int]:
    rows = pc.value_counts(_present(table, heading)).to_pylist()
    rows = [row for row in rows if len(row["values"]) <= LONGEST_VALUE]
    ranked = sorted(rows, key=lambda row: (-row["counts"], row["values"]))[:MOST_VALUES]
    return {row["values"]: row["counts"] for row in ranked}
