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


def open_engine(setting: str = "duckdb", resources: Resources | None = None) -> Engine:
    """The engine that a setting names, started. Close it when done.

    Raises UsageError for an unknown setting and TierwiseError when what it needs is not installed.
    """
    return engine_kind(setting).open(setting, resources or Resources())
