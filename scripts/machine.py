"""Finds what the machine may have besides Python: Java, Chromium, PostgreSQL's server programs.

Used by `scripts/provide.py`, which installs what is missing, and by `tests/conftest.py`, which uses it.
Each finder runs the program before it is believed and returns None when there is none that works.
"""

from __future__ import annotations

import os
import re
import shutil
import subprocess
import sys
from importlib.util import find_spec
from pathlib import Path

OLDEST_JAVA = 17
# Spark's launcher passes this flag; a runtime that was cut down to fewer modules refuses it.
SPARK_JAVA_FLAG = "--add-modules=jdk.incubator.vector"
PACKAGED_JAVA = Path(sys.prefix) / "java"
CHROMIUM_NAMES = ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable", "chrome")
POSTGRES_PROGRAMS = ("initdb", "pg_ctl", "postgres")


def java_home() -> Path | None:
    """The home of a Java 17 or newer that runs Spark: JAVA_HOME, the path's, else `provide.py`'s."""
    homes: list[Path] = []
    if os.environ.get("JAVA_HOME"):
        homes.append(Path(os.environ["JAVA_HOME"]))
    on_path = shutil.which("java")
    if on_path:
        homes.append(Path(on_path).resolve().parent.parent)
    homes.append(PACKAGED_JAVA)
    return next((home for home in homes if _java_version(home / "bin" / "java") >= OLDEST_JAVA), None)


def chromium() -> Path | None:
    """A Chromium that starts: the machine's, else the one that Playwright downloaded."""
    candidates = [found for name in CHROMIUM_NAMES if (found := shutil.which(name))]
    candidates += [path for path in [_playwright_chromium()] if path]
    return next((Path(path) for path in candidates if "Chrom" in _output(path, "--version")), None)


def postgres_bin() -> Path | None:
    """The folder of PostgreSQL's server programs: the newest of Debian's folders, else the path's."""
    folders = sorted(Path("/usr/lib/postgresql").glob("*/bin"), key=_major_version, reverse=True)
    on_path = shutil.which("initdb")
    if on_path:
        folders.append(Path(on_path).resolve().parent)
    return next((folder for folder in folders if all(_runs(folder / p) for p in POSTGRES_PROGRAMS)), None)


def _java_version(java: Path) -> int:
    found = re.search(r'version "(\d+)', _output(str(java), SPARK_JAVA_FLAG, "-version"))
    return int(found.group(1)) if found else 0


def _playwright_chromium() -> str | None:
    if find_spec("playwright") is None:
        return None
    from playwright.sync_api import sync_playwright

    with sync_playwright() as playwright:
        return playwright.chromium.executable_path


def _major_version(folder: Path) -> int:
    digits = re.match(r"\d+", folder.parent.name)
    return int(digits.group()) if digits else 0


def _runs(program: Path) -> bool:
    return "PostgreSQL" in _output(str(program), "--version")


def _output(program: str, *arguments: str) -> str:
    """What a program prints, on either stream; empty when it does not start or fails."""
    try:
        done = subprocess.run([program, *arguments], capture_output=True, text=True, timeout=60, check=False)
    except (OSError, subprocess.TimeoutExpired):
        return ""
    return done.stdout + done.stderr if done.returncode == 0 else ""
