"""Answers on disk: had by the next process, believed only when whole, never needed, never without bound."""

from __future__ import annotations

import os
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest

from tierwise.sql import kept, known

KEY = "k" * 64


@pytest.fixture
def cache(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Path]:
    """A cache of its own, and a process that knows nothing yet."""
    monkeypatch.setenv(kept.NAMED, str(tmp_path / "cache"))
    monkeypatch.setattr(known, "_answers", type(known._answers)())
    kept.folder.cache_clear()
    yield tmp_path / "cache" / "queries"
    kept.folder.cache_clear()


def place() -> Path:
    found = kept.folder()
    assert found is not None
    return found


def test_the_next_process_has_the_answer(cache: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    text = "select 'é', '\r\n', '\\'"
    assert known.known("question", lambda: text) == text
    monkeypatch.setattr(known, "_answers", type(known._answers)())
    assert known.known("question", lambda: pytest.fail("found again")) == text
    assert [file.parent for file in cache.rglob("*") if file.is_file()] == [place()]


@pytest.mark.parametrize("damage", ["", "cut", "other", "\udcff"])
def test_what_is_not_whole_is_not_believed(cache: Path, damage: str) -> None:
    kept.write(KEY, "select 1")
    file = place() / KEY
    whole = file.read_bytes()
    file.write_bytes(
        {"": b"", "cut": whole[:-1], "other": whole.replace(b"1", b"2"), "\udcff": whole + b"\xff"}[damage]
    )
    assert kept.read(KEY) is None
    file.write_bytes(whole)
    assert kept.read(KEY) == "select 1"


def test_it_may_be_deleted_at_any_time(cache: Path) -> None:
    kept.write(KEY, "select 1")
    (place() / KEY).unlink()
    assert kept.read(KEY) is None
    place().rmdir()
    kept.write(KEY, "select 1")
    assert kept.read(KEY) is None


@pytest.mark.parametrize("named", ["", "/proc/nowhere"])
def test_where_nothing_can_be_kept_nothing_is(named: str, cache: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv(kept.NAMED, named)
    kept.write(KEY, "select 1")
    assert kept.folder() is None
    assert kept.read(KEY) is None


def test_somebody_elses_answers_are_not_read(cache: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    owner = os.geteuid()
    monkeypatch.setattr(os, "geteuid", lambda: owner + 1)
    assert kept.folder() is None


def test_code_that_changed_while_it_ran_keeps_nothing(cache: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("tierwise.core.software.LOADED", 0.0)
    assert kept.folder() is None


def test_other_software_answers_anew_and_the_oldest_is_forgotten(cache: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    for age, name in enumerate(("newest", "newer", "old", "oldest")):
        (cache / name).mkdir(parents=True)
        os.utime(cache / name, (1_000_000 - age, 1_000_000 - age))
    kept.write(KEY, "select 1")
    assert {folder.name for folder in cache.iterdir()} == {"newest", "newer", place().name}
    monkeypatch.setattr(kept, "software", lambda: "f" * 64)
    kept.folder.cache_clear()
    assert kept.read(KEY) is None


def test_of_too_many_answers_the_older_half_is_forgotten(cache: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(kept, "MOST", 4)
    for age in range(5):
        kept.write(f"{age}", "select 1")
        os.utime(place() / f"{age}", (1_000_000 - age, 1_000_000 - age))
    kept.folder.cache_clear()
    assert sorted(file.name for file in place().iterdir()) == ["0", "1", "2"]


def test_many_may_keep_the_same_at_once(cache: Path) -> None:
    answers = ["x" * 100_000, "y" * 100_000]
    with ThreadPoolExecutor(8) as pool:
        seen = list(pool.map(lambda n: (kept.write(KEY, answers[n % 2]), kept.read(KEY))[1], range(200)))
    assert set(seen) <= set(answers)
    assert [file.name for file in place().iterdir()] == [KEY]
