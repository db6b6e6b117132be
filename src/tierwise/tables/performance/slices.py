"""Whose figures are shown: segments, dimensions and the total."""

from __future__ import annotations

from tierwise.core.table import TEXT, Column, Table
from tierwise.tables.performance.estimates import SLICE


def slices(name: str, meaning: str) -> Table:
    """A table of which accounts belong to which slice."""
    columns = (
        *SLICE,
        Column("account_id", TEXT, "the account"),
        Column("cluster_id", TEXT, "its ultimate parent: the unit of uncertainty (methods 0.1)"),
    )
    return Table(name, "one row per dimension and account", columns, ("dimension", "account_id"), meaning)


SLICES = slices(
    "slices",
    "The segment, dimensions and total that each account with revenue or deals counts in, by today's attributes.",
)

SLICES_AT_START = slices(
    "slices_at_start", "The same by the attributes at the start of the retention period; everybody is in the total."
)

SLICES_TABLES = (SLICES, SLICES_AT_START)
