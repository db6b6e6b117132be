"""What can go wrong, and what the user can do about it.

    TierwiseError                  anything a user may see; carries the next command and an exit code
    ├── ModelError                 the model file is wrong; holds every Problem found, not only the first
    ├── UsageError                 a command was called with arguments that do not fit
    ├── CheckFailed                a check of ours failed: rows do not add up, an invariant is broken
    ├── DataError                  an input file cannot be read without losing something
    ├── NotFound                   a table, account, snapshot or file that is not there
    ├── Busy                       another run holds the project
    ├── StorageError               the disk is full, not writable, or a stored file is damaged
    └── RemoteError                a server of somebody else did not answer

No other exception is meant to reach a user. Exit codes follow sysexits(3) and `docs/reference/exit-codes.md`.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from difflib import get_close_matches


@dataclass(frozen=True)
class Problem:
    """One thing wrong in a user's file: where, what, the near miss and what to do."""

    message: str
    hint: str = ""
    file: str = ""
    line: int | None = None
    column: int | None = None
    path: str = ""

    def __str__(self) -> str:
        place = ":".join(str(part) for part in (self.file, self.line, self.column) if part not in ("", None))
        where = f"{place}: " if place else ""
        what = f"{self.path}: {self.message}" if self.path else self.message
        return f"{where}{what}" + (f"\n    {self.hint}" if self.hint else "")


class TierwiseError(Exception):
    """Anything that a user may see: one sentence, then what to do next."""

    exit_code = 1

    def __init__(self, message: str, hint: str = "") -> None:
        super().__init__(message)
        self.message = message
        self.hint = hint

    def __str__(self) -> str:
        return self.message + (f"\n    {self.hint}" if self.hint else "")


class ModelError(TierwiseError):
    """The model file is wrong. `problems` holds all that was found, in the order of the file."""

    exit_code = 2

    def __init__(self, problems: Sequence[Problem]) -> None:
        ordered = sorted(problems, key=lambda p: (p.file, p.line or 0, p.column or 0, p.path))
        self.problems = tuple(ordered)
        super().__init__("\n".join(str(problem) for problem in ordered))


class UsageError(TierwiseError):
    """A command or function was called with arguments that do not fit."""

    exit_code = 2


class CheckFailed(TierwiseError):
    """Rows do not add up or an invariant is broken; nothing was published."""

    exit_code = 1


class DataError(TierwiseError):
    """An input cannot be read without losing something."""

    exit_code = 65


class NotFound(TierwiseError):
    """What was asked for is not there."""

    exit_code = 2


class Busy(TierwiseError):
    """Another run holds the project; try again."""

    exit_code = 75


class StorageError(TierwiseError):
    """The disk is full, not writable, or a stored file is damaged."""

    exit_code = 74


class RemoteError(TierwiseError):
    """A server did not answer or refused."""

    exit_code = 69


def near_miss(word: str, known: Iterable[str]) -> str:
    """`did you mean 'x'?` for the closest known word, or an empty string."""
    names = [str(name) for name in known]
    folded = {name.casefold(): name for name in names}
    close = get_close_matches(word.casefold(), folded, n=1, cutoff=0.6)
    return f"did you mean '{folded[close[0]]}'?" if close else ""
