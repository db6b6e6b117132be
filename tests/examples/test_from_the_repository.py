"""What a reader can run with the repository alone: the command, no records from elsewhere, nothing but the checkout."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
from pathlib import Path
from typing import Any

from tests.examples.conftest import EXAMPLES

PROGRAM = Path(sys.executable).with_name("tierwise")


def tierwise(*arguments: str | Path, folder: Path) -> Any:
    """What `tierwise ... --json` answers, in an environment without the variables of this machine's records."""
    environment = {key: value for key, value in os.environ.items() if not key.startswith("TIERWISE")}
    done = subprocess.run(
        [PROGRAM, *map(str, arguments), "--json"], cwd=folder, env=environment, capture_output=True, text=True
    )
    assert done.returncode == 0, done.stderr
    return json.loads(done.stdout)["data"]


def test_the_wholesaler(tmp_path: Path) -> None:
    project = tmp_path / "examples" / "wholesaler"
    shutil.copytree(EXAMPLES / "wholesaler", project, ignore=shutil.ignore_patterns(".tierwise", "__pycache__"))
    done = tierwise("run", "examples/wholesaler", "--as-of", "2011-12-09", folder=tmp_path)
    assert [(row["tier"], row["accounts"]) for row in done["tiers"]][:2] == [("1", 12), ("2", 60)]
    assert {row["file"]: (row["rows_in"], row["rejected"]) for row in done["files"]} == {
        "customers.csv": (4_372, 0), "online_retail.parquet": (541_909, 0),
    }  # fmt: skip


def test_the_simulated_company(tmp_path: Path) -> None:
    done = tierwise("demo", folder=tmp_path)
    assert done["tiers"][0]["tier"] == "1"
    assert 0 < done["tiers"][0]["accounts"] <= done["tiers"][0]["seats"]
    assert sum(row["rows_in"] for row in done["files"]) == sum(row["loaded"] + row["rejected"] for row in done["files"])
