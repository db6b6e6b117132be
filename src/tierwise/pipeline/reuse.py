"""What a table was made from, as one key: a table whose key an earlier run had is taken from there and not computed again.

A table is a cache: present or absent, the rows are the same. The key of a derived table holds the text of its query, the keys
of the tables that it reads, and the software; that of a landing table its batches and its cut.
"""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Mapping, Sequence
from dataclasses import asdict, dataclass, field
from datetime import date
from pathlib import Path
from typing import Any

import pyarrow as pa

from tierwise.core.ids import digest
from tierwise.core.software import software
from tierwise.core.spec import Spec
from tierwise.core.step import Step
from tierwise.core.table import Table
from tierwise.pipeline.inputs import IDS, Inputs
from tierwise.sql.query import Query
from tierwise.tables.accounts import EARLIER_KEYS


@dataclass(frozen=True)
class Made:
    """How a table came about.

    `key` stands for everything that it depends on, `rows` is how many it has, None where nobody needed it. `recipe` stands
    for the step, its section and the day: while it is the same, `text` (of the query) and `reads` need not be found out again.
    """

    key: str
    rows: int | None
    recipe: str
    text: str
    reads: tuple[str, ...]

    @classmethod
    def of(cls, facts: Mapping[str, Any]) -> Made:
        return cls(**{**facts, "reads": tuple(facts["reads"])})

    def facts(self) -> dict[str, Any]:
        """As the manifest of a snapshot keeps it."""
        return {**asdict(self), "reads": list(self.reads)}


@dataclass(frozen=True)
class Earlier:
    """The tables of an earlier run: how they were made, the files of those that it keeps, and how to have them elsewhere.

    `files` and `take` raise StorageError when the bytes are not what was written.
    """

    made: Mapping[str, Made] = field(default_factory=dict)
    stored: frozenset[str] = frozenset()
    files: Callable[[str], Sequence[Path]] = lambda name: ()
    take: Callable[[str, Path], None] = lambda name, folder: None


class Keys:
    """The keys of the tables of one run, found out without computing any of them."""

    def __init__(
        self,
        flow: Sequence[Step],
        specs: Mapping[str, Spec],
        catalog: Mapping[str, Table],
        inputs: Inputs,
        as_of: date,
        engine: str,
        earlier: Earlier,
    ) -> None:
        self._steps, self._specs, self._catalog = {step.name: step for step in flow}, specs, catalog
        self._inputs, self._as_of, self._earlier = inputs, as_of, earlier
        self._salt = [software(), engine]
        self._found: dict[str, str] = {}
        self._made: dict[str, Made] = {}
        self._sections: dict[str, str] = {}
        self._queries: dict[str, Query | None] = {}

    def of(self, name: str) -> str:
        """The key of a table."""
        if name in self._steps:
            return self.made(name).key
        if name not in self._found:
            self._found[name] = self._given(name)
        return self._found[name]

    def fresh(self, name: str) -> bool:
        """Whether an earlier run had the same rows."""
        known = self._earlier.made.get(name)
        return known is not None and known.key == self.of(name)

    def made(self, name: str) -> Made:
        """How the table of a step comes about; its rows are not known here."""
        if name not in self._made:
            self._made[name] = self._make(self._steps[name])
        return self._made[name]

    def _make(self, step: Step) -> Made:
        name = step.name
        recipe, known = self._recipe(step), self._earlier.made.get(name)
        if known is not None and known.recipe == recipe:
            text, reads = known.text, known.reads
        else:
            text, reads = self._read(step)
        below = [(read, self.of(read)) for read in (*reads, *step.empty_without)]
        return Made(digest([self._salt, name, self._catalog[name].types, text, below]), None, recipe, text, reads)

    def _recipe(self, step: Step) -> str:
        section = self._sections.setdefault(step.section, digest(repr(self._specs[step.section])))
        called = f"{step.make.__module__}.{step.make.__qualname__}"
        return digest([self._salt, called, section, self._as_of], 32)

    def query(self, step: Step) -> Query | None:
        """The query of a step, made once; None of one that runs in memory."""
        if step.name not in self._queries:
            self._queries[step.name] = None if step.in_memory else step.make(self._specs[step.section], self._as_of)
        return self._queries[step.name]

    def _read(self, step: Step) -> tuple[str, tuple[str, ...]]:
        """What a step does, as a hash, and the tables that it reads."""
        made = self.query(step)
        return (self._recipe(step), step.reads) if made is None else (digest([made.key, made.days], 32), made.reads)

    def _given(self, name: str) -> str:
        """The key of what no step makes: landed records with their cut, lists of the model, what people recorded."""
        inputs = self._inputs
        if name.startswith(("landing_", "raw_landing_")):
            table = name.removeprefix("raw_")
            cut = [inputs.once(table), inputs.ends(table), self._as_of]
            later = inputs.names("landing_stage_history") if table == "landing_opportunities" else []
            return digest([self._salt, self._catalog[table].types, cut, inputs.names(table), later])
        if name in inputs.spec_tables:
            return digest(inputs.spec_tables[name])
        if name == EARLIER_KEYS.name:
            return digest([name, inputs.keys.head, self._as_of])
        if (rows := inputs.given(name)) is not None:
            ids = [self.of(read) for read in IDS] if inputs.names_accounts(name) else []
            return digest([content(rows), ids])
        return digest([name, self._as_of, inputs.names() if name == "batches" else []])


def content(rows: pa.Table) -> str:
    """A hash of the rows of an Arrow table."""
    found = hashlib.blake2b(digest_size=32)
    for column in rows.combine_chunks().columns:
        for chunk in column.chunks:
            found.update(f"{len(chunk)},{chunk.offset},{chunk.type};".encode())
            for buffer in chunk.buffers():
                found.update(b"-" if buffer is None else memoryview(buffer))
    return found.hexdigest()
