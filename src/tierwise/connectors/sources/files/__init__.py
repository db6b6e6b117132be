"""A folder of exports as a source: CSV, Excel, Parquet and JSON lines."""

from __future__ import annotations

from tierwise.connectors.sources.files.spec import KINDS, FilesSource, FileTable, Words

__all__ = ["KINDS", "FileTable", "FilesSource", "Words"]
