"""Plans that are kept: what a run would publish, on the disk until somebody applies it.

    plans/<name>/{plan.json, moves.parquet, memberships.parquet, tables/<table>/*.parquet}

A plan is written beside its place and renamed: it is whole or not there. Once applied its tables are those of the snapshot;
what it said stays.
"""

from __future__ import annotations

import json
import re
import shutil
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.parquet as pq

from tierwise.core.errors import NotFound, StorageError, UsageError, near_miss
from tierwise.stores.disk import flush, storage

FACTS, MOVES, MEMBERSHIPS, TABLES = "plan.json", "moves.parquet", "memberships.parquet", "tables"
NAME = re.compile(r"[A-Za-z0-9][A-Za-z0-9._-]{0,62}")


@dataclass(frozen=True)
class Kept:
    """A plan on the disk: what it says, and where its tables are."""

    name: str
    facts: Mapping[str, Any]
    folder: Path

    def moves(self) -> pa.Table:
        """What it would move."""
        return pq.read_table(self.folder / MOVES)

    def memberships(self) -> pa.Table:
        """What the ledger of applied memberships would keep of it."""
        return pq.read_table(self.folder / MEMBERSHIPS)

    @property
    def tables(self) -> Path:
        return self.folder / TABLES


class Plans:
    """The plans below one folder."""

    def __init__(self, root: Path) -> None:
        self.root = Path(root)

    def check(self, name: str) -> None:
        """Raises UsageError when a plan cannot be called so, or one is."""
        if not NAME.fullmatch(name):
            raise UsageError(
                f"'{name}' is no name for a plan", "letters, digits, '.', '_' and '-', such as weights-july"
            )
        if (self.root / name).exists():
            raise UsageError(f"there is a plan '{name}' already", "give another name, or: tierwise plans --drop NAME")

    def keep(self, name: str, written: Path, facts: Mapping[str, Any], moves: pa.Table, memberships: pa.Table) -> Kept:
        """Give a written folder of tables a name. Raises UsageError when the name is taken."""
        self.check(name)
        aside = written.with_name(f"{written.name}-kept")
        with storage(f"cannot keep the plan {name}"):
            aside.mkdir(parents=True)
            written.rename(aside / TABLES)
            pq.write_table(moves, aside / MOVES)
            pq.write_table(memberships, aside / MEMBERSHIPS)
            (aside / FACTS).write_text(json.dumps({**facts, "name": name}, indent=1), encoding="utf-8")
            for path in sorted(aside.rglob("*"), reverse=True):
                flush(path)
            self.root.mkdir(parents=True, exist_ok=True)
            aside.rename(self.root / name)
            flush(self.root)
        return self.find(name)

    def find(self, name: str) -> Kept:
        """One plan. Raises NotFound with the near miss."""
        if not NAME.fullmatch(name) or not (self.root / name / FACTS).is_file():
            known = [kept.name for kept in self.all()]
            raise NotFound(f"there is no plan '{name}'", near_miss(name, known) or "`tierwise plans` lists them")
        return self._read(self.root / name)

    def all(self) -> list[Kept]:
        """Every plan, oldest first."""
        found = [self._read(path.parent) for path in self.root.glob(f"*/{FACTS}")]
        return sorted(found, key=lambda kept: (kept.facts["made_at"], kept.name))

    def release(self, name: str) -> None:
        """Let go of the tables of a plan; what it said stays."""
        shutil.rmtree(self.find(name).tables, ignore_errors=True)

    def drop(self, name: str) -> None:
        """Forget a plan. Raises NotFound."""
        shutil.rmtree(self.find(name).folder)

    def _read(self, folder: Path) -> Kept:
        try:
            facts = json.loads((folder / FACTS).read_text(encoding="utf-8"))
            return Kept(folder.name, facts, folder)
        except (OSError, ValueError) as error:
            raise StorageError(f"the plan {folder.name} cannot be read: {error}", f"delete {folder}") from error
