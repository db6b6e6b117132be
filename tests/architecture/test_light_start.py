"""`tierwise --help` starts without the heavy libraries: they are imported where they are used."""

from __future__ import annotations

import subprocess
import sys

HEAVY = {
    "alembic",
    "duckdb",
    "jinja2",
    "numpy",
    "pandas",
    "pyarrow",
    "pyspark",
    "scipy",
    "sqlalchemy",
    "sqlglot",
}
HELP = """
import sys
from tierwise.interfaces.cli.main import main
sys.argv = ["tierwise", "--help"]
try:
    main()
except SystemExit as stop:
    assert not stop.code, stop.code
print("loaded:", *sorted({name.partition(".")[0] for name in sys.modules}), file=sys.stderr)
"""


def loaded(program: str) -> set[str]:
    """The top-level modules that a program has imported at its end."""
    done = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
    return set(done.stderr.splitlines()[-1].split()[1:])


def test_help_imports_nothing_heavy() -> None:
    assert loaded(HELP) & HEAVY == set()


def test_the_check_sees_a_heavy_import() -> None:
    assert loaded(HELP.replace("import sys\n", "import sys\nimport duckdb\n", 1)) & HEAVY >= {"duckdb"}
