"""A database as a source: what its tables and queries say, from the start or since the last reading."""

from __future__ import annotations

from tierwise.connectors.sources.databases.spec import DatabaseSource, DatabaseTable

__all__ = ["DatabaseSource", "DatabaseTable"]
