"""Several ids in one cell: HubSpot writes `123;456` for a record that belongs to more than one company."""

from __future__ import annotations

import pyarrow as pa
import pyarrow.compute as pc

LISTED = r"^\s*(?P<first>\d+)(?:\s*;\s*\d+)+\s*$"
KEYS = ("account_key", "parent_key", "contact_key")


def first_of_several(typed: dict[str, pa.ChunkedArray], warnings: list[str]) -> None:
    """Let the first of several ids count, and say how many cells held several."""
    for name in KEYS:
        if name not in typed or not pa.types.is_string(typed[name].type):
            continue
        several = pc.fill_null(pc.match_substring_regex(typed[name], LISTED), False)
        if not (count := int(pc.sum(several).as_py() or 0)):
            continue
        first = pc.struct_field(pc.extract_regex(typed[name], LISTED), "first")
        typed[name] = pc.if_else(several, first, typed[name])
        warnings.append(f"{name}: {count:,} of {len(several):,} cells list several ids: the first counts")
