"""The list of the pages, and what is stale among them.

Nothing on the pages of this list is written by hand, so no table, section or command can go undocumented or out of date.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from scripts.reference import commands, dictionary, flow, model, words

from tierwise.sql import primitives

ROOT = Path(__file__).resolve().parents[2]
FOLDER = ROOT / "docs" / "reference"
MADE = "<!-- Written by `python -m scripts.reference` from the code: change it there. -->\n\n"


# Written by hand and held to the code by tests of their own; listed here, not made here.
BY_HAND = {
    "engines.md": "[Engines](engines.md): where a model can run, and what is the same everywhere",
    "output.md": "[Output](output.md): the JSON, CSV and Parquet of the commands",
}


@dataclass(frozen=True)
class Page:
    """One page below docs/reference/: its file, its name in the list, what it is about, and what writes it."""

    file: str
    name: str
    about: str
    make: Callable[[], str]


PAGES = (
    Page("cli.md", "Commands", "every command with its arguments and options", commands.page),
    Page("model.md", "Model file", "every section and key, with defaults and where they come from", model.page),
    Page("conditions.md", "Conditions", "what a condition of the model may hold", words.conditions),
    Page("flow.md", "Flow", "every step of a run in order: what it answers, reads and writes", flow.page),
    Page("tables/index.md", "Tables", "the data dictionary: every table, its grain and its columns", dictionary.index),
    Page("vocabulary.md", "Vocabulary", "fixed words and their values", words.vocabulary_page),
    Page("primitives.md", "Primitives", "functions of our SQL that dialects compute differently", primitives.reference),
    Page("exit-codes.md", "Exit codes", "how a command ends", words.exit_codes),
)


def pages() -> dict[str, str]:
    """The text of every page by its file below docs/reference/."""
    made = {page.file: page.make() for page in PAGES}
    made |= {f"tables/{room.name}.md": dictionary.page(room) for room in dictionary.ROOMS}
    made["index.md"] = index()
    return {file: text if _says_its_origin(text) else MADE + text.rstrip() + "\n" for file, text in made.items()}


def index() -> str:
    """What there is to look up."""
    lines = ["# Reference", "", "Written from the code and checked against it by the tests.", ""]
    lines += [f"- [{page.name}]({page.file}): {page.about}" for page in PAGES]
    return "\n".join([*lines, *(f"- {line}" for line in BY_HAND.values())])


def write() -> None:
    """Write every page and remove those that nothing writes any more."""
    made = pages()
    for file, text in made.items():
        path = FOLDER / file
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text, encoding="utf-8")
    for file in left_over(made):
        (FOLDER / file).unlink()


def stale() -> list[str]:
    """Pages that are not what the code says, or that nothing writes any more."""
    made = pages()
    wrong = [file for file, text in made.items() if not _same(FOLDER / file, text)]
    return wrong + left_over(made)


def left_over(made: dict[str, str]) -> list[str]:
    """Pages below docs/reference/ that nothing writes."""
    there = {path.relative_to(FOLDER).as_posix() for path in FOLDER.rglob("*.md")}
    return sorted(there - set(made) - set(BY_HAND))


def _same(path: Path, text: str) -> bool:
    return path.is_file() and path.read_text(encoding="utf-8") == text


def _says_its_origin(text: str) -> bool:
    """Whether a page says itself what it is written from."""
    return "Written from `" in text[:400]
