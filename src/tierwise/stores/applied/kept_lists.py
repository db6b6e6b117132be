"""The list in force after each publication, kept as Parquet: a cache of the ledger of applied memberships.

    lists/<form of the database>-<number>.parquet

Folding the rows of every earlier list takes seconds where accounts are a million. A kept list is known by the number of the
last row of the ledger that it holds, and by that row: one of another ledger, or a damaged one, is as if it were not there.
Present or absent, the rows are the same.
"""

from __future__ import annotations

from collections.abc import Callable
from contextlib import suppress
from pathlib import Path

import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.parquet as pq

from tierwise.stores.database import HEAD
from tierwise.stores.disk import TEMPORARY

LAST_ROW = b"last_row"  # of the ledger, as the file says it
KEPT = 2  # the list of the newest day, and the one before it


class KeptLists:
    """The kept lists below one folder; without a folder none is kept."""

    def __init__(self, folder: Path | None) -> None:
        self._folder = folder

    @property
    def anywhere(self) -> bool:
        """Whether lists are kept at all."""
        return self._folder is not None

    def newest(self, until: int, row: Callable[[int], str]) -> tuple[int, pa.Table] | None:
        """The newest list that holds no row of the ledger after number `until`, with its number; None without one.

        `row` says what stands at a number in the ledger.
        """
        for number in reversed(self._numbers()):
            if number <= until and (found := self._read(number, row(number))) is not None:
                return number, found
        return None

    def keep(self, number: int, row: str, rows: pa.Table) -> None:
        """Keep the list that holds the ledger up to a number. A disk that refuses costs time later, nothing else."""
        if self._folder is None:
            return
        place = self._place(number)
        with suppress(OSError):
            self._folder.mkdir(parents=True, exist_ok=True)
            aside = place.with_name(TEMPORARY + place.name)
            marked = rows.replace_schema_metadata({LAST_ROW: row})
            pq.write_table(marked, aside, compression="zstd", write_page_checksum=True)
            aside.rename(place)
            wanted = {self._place(one) for one in [one for one in self._numbers() if one <= number][-KEPT:]}
            for path in set(self._folder.glob("*.parquet")) - wanted:
                path.unlink()

    def _place(self, number: int) -> Path:
        assert self._folder is not None
        return self._folder / f"{HEAD}-{number:012d}.parquet"

    def _numbers(self) -> list[int]:
        found = self._folder.glob(f"{HEAD}-*.parquet") if self._folder is not None else ()
        return sorted(int(path.stem.rpartition("-")[2]) for path in found)

    def _read(self, number: int, row: str) -> pa.Table | None:
        try:
            with pq.ParquetFile(self._place(number), page_checksum_verification=True) as kept:
                found = kept.read()
        except (OSError, pa.ArrowInvalid):
            return None
        same = (found.schema.metadata or {}).get(LAST_ROW) == row.encode()
        return found.replace_schema_metadata() if same else None


def folded(held: pa.Table, changed: pa.Table) -> pa.Table:
    """A list after what changed: the newest row of each account, those without a tier gone, in the order of `account_id`."""
    stayed = held.filter(pc.invert(pc.is_in(held["account_id"], value_set=changed["account_id"])))
    came = changed.filter(pc.is_valid(changed["tier"]))
    return pa.concat_tables([stayed, came]).sort_by("account_id") if came.num_rows else stayed
