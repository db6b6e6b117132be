"""What is committed names no machine, no package index and no secret."""

from __future__ import annotations

import re
import subprocess
import tomllib
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
# Only the Makefile may look beside the repository, for records that do not live in it.
LOOKS_BESIDE = {"Makefile", "tests/architecture/test_tracked_files.py"}
FORBIDDEN = {
    "a home folder": re.compile(r"(?<![\w.])/(?:root|home/[a-z]\w*|Users/\w+)/"),
    "a folder of one machine": re.compile(r"(?<![\w./~-])/(?:work|mnt|opt/(?:pypi|wheels))/|/tmp/[a-z]+/"),
    "a folder beside the repository": re.compile(r"\.\./shared\b"),
    "a package index": re.compile(r"pypi\.org|pythonhosted\.org|registry\.npmjs|--(?:extra-)?index-url"),
    "a private key": re.compile(r"-----BEGIN [A-Z ]*PRIVATE KEY-----"),
}


def tracked() -> list[str]:
    """Every file that git knows, or every file when this is an unpacked archive."""
    listed = subprocess.run(["git", "ls-files", "-z"], cwd=ROOT, capture_output=True, text=True, check=False)
    if listed.returncode:
        pytest.skip("not a git checkout: nothing says which files are tracked")
    return [name for name in listed.stdout.split("\0") if name and (ROOT / name).is_file()]


def mentions(text: str) -> list[str]:
    """Each kind of forbidden mention in a text, with its line."""
    lines = text.splitlines()
    return [
        f"{n}: {kind}" for n, line in enumerate(lines, 1) for kind, words in FORBIDDEN.items() if words.search(line)
    ]


def test_tracked_files_name_no_machine() -> None:
    found: list[str] = []
    for name in tracked():
        if name in LOOKS_BESIDE:
            continue
        try:
            text = (ROOT / name).read_text(encoding="utf-8")
        except UnicodeDecodeError:
            continue  # records and pictures
        found += [f"{name}:{mention}" for mention in mentions(text)]
    assert found == []


def test_makefile_names_only_the_folder_beside() -> None:
    kinds = {mention.split(": ")[1] for mention in mentions((ROOT / "Makefile").read_text(encoding="utf-8"))}
    assert kinds <= {"a folder beside the repository"}


@pytest.mark.parametrize(
    ("line", "kind"),
    [
        ("path = '/home/ann/x'", "a home folder"),
        ("cd /work/main", "a folder of one machine"),
        ("open('/tmp/w/v')", "a folder of one machine"),
        ("../shared/data", "a folder beside the repository"),
        ("--index-url x", "a package index"),
    ],
)
def test_a_planted_mention_is_seen(line: str, kind: str) -> None:
    assert mentions("x\n" + line) == [f"2: {kind}"]


@pytest.mark.parametrize("line", ["see docs/work/plan.md", "GET /home", "tmp/x", "https://example.org/work/"])
def test_a_harmless_line_is_not(line: str) -> None:
    assert mentions(line) == []


def test_locks_pin_with_hashes_and_there_is_no_other_lock() -> None:
    for lock in (ROOT / "requirements").glob("*.txt"):
        pins = [block for block in re.split(r"\n(?=\S)", lock.read_text(encoding="utf-8")) if block.strip()]
        assert pins
        assert [pin.split("\n")[0] for pin in pins if "==" not in pin or "--hash=sha256:" not in pin] == []
    assert "uv.lock" not in tracked()


def test_locks_follow_the_project_file() -> None:
    """Every package named in pyproject.toml for a lock is pinned there; `make lock` writes them."""
    project = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))
    groups = project["dependency-groups"]
    wanted = {"core": project["project"]["dependencies"], **groups}
    wanted["dev"] = [*groups["dev"], *wanted["core"]]
    for lock, requirements in wanted.items():
        text = (ROOT / "requirements" / f"{lock}.txt").read_text(encoding="utf-8")
        pinned = set(re.findall(r"^([a-z0-9-]+)(?:\[[a-z,]+\])?==", text, re.MULTILINE))
        asked = {re.sub(r"[._]", "-", re.split(r"[\[><=!~; ]", one)[0]).lower() for one in requirements}
        assert asked - pinned == set(), f"run: make lock ({lock})"
