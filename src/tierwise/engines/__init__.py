"""Where it runs: the only folder that names a database."""

from tierwise.engines.base import Engine, Resources
from tierwise.engines.registry import ENGINES, EngineKind, engine_kind, open_engine

__all__ = ["ENGINES", "Engine", "EngineKind", "Resources", "engine_kind", "open_engine"]
