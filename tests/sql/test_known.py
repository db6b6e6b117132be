"""What was found out is not found out again, and no more is kept than said."""

from __future__ import annotations

import pytest

from tierwise.sql import kept
from tierwise.sql import known as module
from tierwise.sql.known import known


@pytest.fixture(autouse=True)
def forgotten(monkeypatch: pytest.MonkeyPatch) -> None:
    """A process that knows nothing yet, without files."""
    monkeypatch.setattr(module, "_answers", type(module._answers)())
    monkeypatch.setattr(kept, "folder", lambda: None)


def test_an_answer_is_found_once() -> None:
    assert known(["a", 1], lambda: "first") == "first"
    assert known(["a", 1], lambda: pytest.fail("found again")) == "first"
    assert known(["a", "1"], lambda: "second") == "second"


def test_what_was_asked_longest_ago_is_forgotten(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(module, "MOST", 2)
    for name in ("old", "new", "old", "newest"):
        known(name, lambda name=name: name)
    assert known("old", lambda: pytest.fail("forgotten")) == "old"
    assert known("new", lambda: "again") == "again"


def test_a_question_without_an_answer_is_asked_again() -> None:
    with pytest.raises(ZeroDivisionError):
        known("nothing", lambda: str(1 / 0))
    assert known("nothing", lambda: "something") == "something"
