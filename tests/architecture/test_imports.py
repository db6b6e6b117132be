"""The import contracts of pyproject.toml hold, and each breaks when one import is planted against it."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
import tomllib
from pathlib import Path

import pytest

import tierwise

ROOT = Path(__file__).parents[2]
PACKAGE = Path(tierwise.__file__).parent
TOOLS = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["tool"]
CONTRACTS = TOOLS["importlinter"]["contracts"]

# contract -> the files that break it
PLANTED: dict[str, dict[str, str]] = {
    "layers": {"core/planted.py": "import tierwise.sql"},
    "doors": {"interfaces/report/planted.py": "import tierwise.interfaces.cli"},
    "doors-use-the-project": {"interfaces/cli/planted.py": "import tierwise.stats"},
    "stages-are-pure": {"stages/accounts/planted.py": "import tierwise.engines"},
    "stages-are-independent": {
        "stages/accounts/planted.py": "import tierwise.stages.performance.planted",
        "stages/performance/planted.py": "",
    },
    "connectors-are-independent": {
        "connectors/sources/planted.py": "import tierwise.connectors.sources.planted_too",
        "connectors/sources/planted_too.py": "",
    },
    "no-cycles": {
        "stats/planted.py": "import tierwise.stats.planted_too",
        "stats/planted_too.py": "def later():\n    import tierwise.stats.planted",
    },
    "engines-name-databases": {"stats/planted.py": "import duckdb"},
    "stores-name-ledgers": {"connectors/planted.py": "import sqlite3"},
    "sql-names-sqlglot": {"stages/accounts/planted.py": "import sqlglot"},
}


def lint(folder: Path, *contracts: str) -> subprocess.CompletedProcess[str]:
    """Run Import Linter on the package in `folder` with the project's contracts."""
    chosen = [part for contract in contracts for part in ("--contract", contract)]
    program = "from importlinter.cli import lint_imports_command; lint_imports_command()"
    config = str(ROOT / "pyproject.toml")
    command = [sys.executable, "-c", program, "--no-cache", "--no-logo", "--config", config, *chosen]
    environment = {**os.environ, "PYTHONPATH": str(folder)}
    return subprocess.run(command, cwd=folder, env=environment, capture_output=True, text=True, check=False)


def test_every_contract_holds() -> None:
    done = lint(PACKAGE.parent)
    assert done.returncode == 0, done.stdout + done.stderr


def test_every_contract_has_been_seen_to_break() -> None:
    assert list(PLANTED) == [contract["id"] for contract in CONTRACTS]


@pytest.mark.parametrize("contract", PLANTED)
def test_one_import_breaks_it(contract: str, tmp_path: Path) -> None:
    copy = tmp_path / "tierwise"
    shutil.copytree(PACKAGE, copy, ignore=shutil.ignore_patterns("__pycache__"))
    assert lint(tmp_path, contract).returncode == 0
    for place, text in PLANTED[contract].items():
        (copy / place).write_text(f'"""Planted."""\n\n{text}\n', encoding="utf-8")
    done = lint(tmp_path, contract)
    assert done.returncode == 1, done.stdout + done.stderr
    assert "planted" in done.stdout


def test_a_room_that_no_contract_knows_is_seen(tmp_path: Path) -> None:
    copy = tmp_path / "tierwise"
    shutil.copytree(PACKAGE, copy, ignore=shutil.ignore_patterns("__pycache__"))
    (copy / "attic.py").write_text('"""Planted."""\n', encoding="utf-8")
    done = lint(tmp_path, "layers")
    assert done.returncode == 1
    assert "attic" in done.stdout
