"""Which engines there are, and which one a model's `engine:` means."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from tierwise.core.errors import UsageError, near_miss
from tierwise.engines.base import Engine, Resources
from tierwise.engines.duckdb import DuckdbEngine
from tierwise.engines.spark import SparkEngine
from tierwise.engines.warehouse import PostgresEngine


@dataclass(frozen=True)
class EngineKind:
    """One value of `engine:`; a kind with `address` is known by how the setting begins."""

    setting: str
    dialect: str
    meaning: str
    open: Callable[[str, Resources], Engine]
    address: bool = False
    extra: str = ""
    experimental: bool = False

    def accepts(self, setting: str) -> bool:
        return setting.startswith(self.setting) if self.address else setting == self.setting

    def called(self, name: str) -> bool:
        """Whether people call it so: by its setting, with or without an address, or by its dialect."""
        return self.accepts(name) or name in (self.dialect, self.setting.partition("://")[0])


ENGINES: tuple[EngineKind, ...] = (
    EngineKind(
        "duckdb",
        "duckdb",
        "in this process, in memory; the default",
        lambda setting, resources: DuckdbEngine(resources),
    ),
    EngineKind(
        "spark",
        "spark",
        "Spark in this process; needs Java",
        lambda setting, resources: SparkEngine.start(resources),
        extra="spark",
    ),
    EngineKind(
        "sc://",
        "spark",
        "a Spark cluster by its Spark Connect address, sc://host:port",
        lambda setting, resources: SparkEngine.connect(setting),
        address=True,
        extra="spark-connect",
    ),
    EngineKind(
        "postgresql://",
        "postgres",
        "PostgreSQL by its address",
        lambda setting, resources: PostgresEngine(setting),
        address=True,
        extra="connectors",
        experimental=True,
    ),
)


def engine_kind(setting: str) -> EngineKind:
    """The kind that a setting names. Raises UsageError with the near miss and the known settings."""
    for kind in ENGINES:
        if kind.accepts(setting):
            return kind
    known = [kind.setting for kind in ENGINES]
    raise UsageError(f"no engine {setting!r}", near_miss(setting, known) or f"known: {', '.join(known)}")


def dialect_of(name: str) -> str:
    """The dialect of an engine that is only named, not started: `postgres` needs no address. Raises UsageError."""
    return next((kind.dialect for kind in ENGINES if kind.called(name)), None) or engine_kind(name).dialect


def open_engine(setting: str = "duckdb", resources: Resources | None = None) -> Engine:
    """The engine that a setting names, started. Close it when done.

    Raises UsageError for an unknown setting and TierwiseError when what it needs is not installed.
    """
    return engine_kind(setting).open(setting, resources or Resources())
