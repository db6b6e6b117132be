"""What a plan is made from: the same basis gives the same rows, and another says what changed meanwhile."""

from __future__ import annotations

import importlib.metadata
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass
from datetime import date
from typing import Any

from tierwise.core.ids import digest
from tierwise.model.model import Model
from tierwise.stores.landing import Batch


@dataclass(frozen=True)
class Basis:
    """Model, records, day, ledgers and software; `put_back` is the run whose list is put back, if any.

    `memberships`, `entries` and `ids` are the numbers of the last rows of the ledgers that count on the day.
    """

    model: str
    inputs: tuple[str, ...]
    as_of: date
    memberships: int
    entries: int
    ids: int
    version: str
    put_back: str = ""

    @classmethod
    def of(
        cls, model: Model, batches: Sequence[Batch], as_of: date, heads: tuple[int, int, int], put_back: str = ""
    ) -> Basis:
        names = tuple(sorted(batch.name for batch in batches))
        return cls(model.hash(), names, as_of, *heads, importlib.metadata.version("tierwise"), put_back)

    @classmethod
    def read(cls, facts: Mapping[str, Any]) -> Basis:
        """From what `facts` said."""
        given = {"ids": 0, **facts, "inputs": tuple(facts["inputs"]), "as_of": date.fromisoformat(facts["as_of"])}
        return cls(**given)

    def facts(self) -> dict[str, Any]:
        """As a plan that is kept says it."""
        return {**asdict(self), "as_of": self.as_of.isoformat(), "inputs": list(self.inputs)}

    @property
    def fingerprint(self) -> str:
        return digest(self.facts())

    def changed(self, now: Basis) -> list[str]:
        """What is no longer as it was, in words."""
        came, went = set(now.inputs) - set(self.inputs), set(self.inputs) - set(now.inputs)
        said = [
            ("the model", self.model != now.model),
            (f"the records ({_tables(came | went)})", bool(came or went)),
            ("the list in force", (self.memberships, self.ids) != (now.memberships, now.ids)),
            ("what people recorded", self.entries != now.entries),
            (f"Tierwise (it was {self.version})", self.version != now.version),
        ]
        return [what for what, is_so in said if is_so]


def _tables(batches: set[str]) -> str:
    """The sources and tables of some batches."""
    return ", ".join(sorted({name.rpartition("/")[0] or name for name in batches}))
