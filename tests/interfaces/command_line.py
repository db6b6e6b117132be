"""The command line as a user has it: words in, two streams and a code out."""

from __future__ import annotations

import contextlib
import io
import os
import re
import shutil
import subprocess
import sys
from dataclasses import dataclass
from datetime import date
from importlib.resources import files
from pathlib import Path
from typing import Any

from tierwise.interfaces.cli.main import main
from tierwise.simulate import market, write_exports

LAST_DAY = date(2026, 6, 30)
OUTPUT = Path(__file__).parents[2] / "docs" / "reference" / "output.md"
START = "from tierwise.interfaces.cli.main import main; main()"


@dataclass(frozen=True)
class Done:
    """How a command ended."""

    code: int
    out: str
    err: str


def tierwise(*arguments: object, cwd: Path | None = None) -> Done:
    """Run `tierwise` with these arguments in this process; what it printed and its exit code."""
    out, err, before = io.StringIO(), io.StringIO(), sys.argv
    sys.argv = ["tierwise", *map(str, arguments)]
    try:
        with contextlib.chdir(cwd or "."), contextlib.redirect_stdout(out), contextlib.redirect_stderr(err):
            main()
        code: Any = 0
    except SystemExit as end:
        code = end.code
    finally:
        sys.argv = before
    return Done(int(code or 0), out.getvalue(), err.getvalue())


def process(*arguments: object, **environment: str) -> Done:
    """The same in a process of its own, with an environment."""
    done = subprocess.run(
        command(*arguments), capture_output=True, text=True, env={**os.environ, **environment}, stdin=subprocess.DEVNULL
    )
    return Done(done.returncode, done.stdout, done.stderr)


def command(*arguments: object) -> list[str]:
    """The words of a process that is `tierwise`."""
    return [sys.executable, "-c", START, *map(str, arguments)]


def documented(name: str) -> set[str]:
    """The words in code font that the page of outputs says about a command's data."""
    rows = [line for line in OUTPUT.read_text(encoding="utf-8").splitlines() if line.startswith(f"| `{name}` |")]
    return {word for row in rows for word in re.findall(r"`(\w+)`", row.split("|", 2)[2])}


def small_company(folder: Path) -> None:
    """Exports of a company with 250 accounts, and the demo's model for them."""
    write_exports(market(seed=11, accounts=250, as_of=LAST_DAY), folder)
    shutil.rmtree(folder / "truth")
    (folder / "tierwise.yaml").write_bytes(files("tierwise.simulate").joinpath("demo.yaml").read_bytes())
