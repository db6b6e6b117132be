"""Ingest: read the files of every source, type their rows, land them; and account for every row."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path

from tierwise.connectors.sources.files import FilesSource
from tierwise.stores.landing import Batch, Landing


@dataclass(frozen=True)
class FileReport:
    """What became of one file. `new` is False when it had landed before, unchanged.

    `samples` holds the first messages of refused rows.
    """

    source: str
    table: str
    file: str
    batch: Batch
    new: bool
    notes: tuple[str, ...] = ()
    samples: tuple[str, ...] = ()

    @property
    def rows_in(self) -> int:
        return self.batch.rows_in

    @property
    def loaded(self) -> int:
        return self.batch.loaded

    @property
    def rejected(self) -> int:
        return self.batch.rejected


@dataclass(frozen=True)
class IngestReport:
    """Every file of a run, in the order of the model."""

    files: tuple[FileReport, ...] = field(default=())

    @property
    def batches(self) -> list[Batch]:
        return [file.batch for file in self.files]


def ingest(
    sources: Mapping[str, FilesSource],
    mappings: Mapping[str, Mapping[str, str]],
    attributes: Mapping[str, str],
    landing: Landing,
    base: Path,
    loaded_at: datetime,
    progress: Callable[[str], None] = lambda message: None,
) -> IngestReport:
    """Land every file of `sources`; `attributes` are the accounts' own columns, name -> dictionary type."""
    raise NotImplementedError
