"""A step of the flow: a name, which is the table it writes, and the function that makes its query."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any


@dataclass(frozen=True)
class Step:
    """One line of the flow.

    `name` is the table the step writes. `make(spec, as_of)` returns a query; with `reads`, the step runs in memory:
    `make(spec, as_of, **tables)` receives the Arrow tables named there and returns one. A `view` is not computed: readers
    inline it. A step that is not `stored` lives while the run needs it and is not published. `section` names the part of
    the model that the step is given. A step has no rows when none of the tables in `empty_without` has any; it is then not
    even compiled.
    """

    name: str
    make: Callable[..., Any]
    section: str
    view: bool = False
    stored: bool = True
    reads: tuple[str, ...] = ()
    empty_without: tuple[str, ...] = ()

    @property
    def in_memory(self) -> bool:
        """Whether the step takes Arrow tables and gives one, instead of a query."""
        return bool(self.reads)
