"""A first model for a folder of exports: look at every file, guess, write the guesses down as guesses."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path

from tierwise.connectors.currencies import CURRENCIES
from tierwise.connectors.sources.files.reading import SUFFIXES
from tierwise.core.errors import DataError, UsageError, near_miss
from tierwise.model.draft import SCHEMA_FILE, draft
from tierwise.model.draft.exports import guess_all, together
from tierwise.model.draft.headings import Guess


@dataclass(frozen=True)
class Draft:
    """The text of a model file, what each export seems to be, and the exports that could not be read, with why."""

    text: str
    guesses: tuple[Guess, ...]
    unreadable: tuple[tuple[Path, str], ...]


def exports_in(folder: Path) -> list[Path]:
    """The files below a folder that could be exports, in order of name. Hidden ones are left alone."""
    found = (path for path in folder.rglob("*") if path.is_file())
    return sorted(path for path in found if _is_export(path, folder))


def draft_model(
    folder: Path,
    files: Sequence[Path],
    company: str,
    currency: str,
    progress: Callable[[str, int, int], None] = lambda name, done, of: None,
) -> Draft:
    """The draft for some exports below `folder`. Raises UsageError for a currency that is none."""
    if currency not in CURRENCIES:
        raise UsageError(f"'{currency}' is not a currency of ISO 4217", near_miss(currency, CURRENCIES))
    guesses: list[Guess] = []
    unreadable: list[tuple[Path, str]] = []
    for done, path in enumerate(files):
        progress(path.name, done, len(files))
        try:
            guesses += guess_all(path)
        except DataError as error:
            unreadable.append((path, str(error)))
    guesses = together(guesses)
    return Draft(draft(guesses, company, currency, folder), tuple(guesses), tuple(unreadable))


def _is_export(path: Path, folder: Path) -> bool:
    below = path.relative_to(folder)
    if any(part.startswith(".") for part in below.parts):
        return False
    return path.name != SCHEMA_FILE and path.name.lower().removesuffix(".gz").endswith(SUFFIXES)
