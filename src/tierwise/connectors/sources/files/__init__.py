"""A folder of exports as a source: CSV, Excel, Parquet and JSON lines."""

from __future__ import annotations

from tierwise.connectors.sources.files.spec import FilesSource, FileTable, Limits

__all__ = ["FileTable", "FilesSource", "Limits"]
