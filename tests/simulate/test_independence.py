"""A simulator that shares code with the engine would confirm the engine's mistakes."""

from __future__ import annotations

import ast
import sys
from pathlib import Path

import tierwise.simulate

ALLOWED = ("numpy", "pyarrow", "tierwise.core", "tierwise.simulate")


def imported(path: Path) -> set[str]:
    names: set[str] = set()
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.Import):
            names |= {alias.name for alias in node.names}
        elif isinstance(node, ast.ImportFrom):
            names.add(node.module or "")
    return names


def test_the_simulator_shares_nothing_with_the_engine() -> None:
    modules = sorted(Path(tierwise.simulate.__file__).parent.rglob("*.py"))
    assert len(modules) > 10
    foreign = {
        name
        for path in modules
        for name in imported(path)
        if name.split(".")[0] not in sys.stdlib_module_names and not name.startswith(ALLOWED)
    }
    assert foreign == set()
