"""Which words and phrases of job titles mean what? One CSV file per language, read once.

A line gives a function, a seniority and the phrases that mean them. Both: a post (`software engineer`). Only a seniority:
a level (`director`). Only a function: an area (`marketing`). Neither: a word that says nothing here (`regional`). A function
with `?` holds where the title names no area. `manager/director` is the level below and from the size at which it changes. Some
words stand for what they do to others instead of a seniority: see MARKS.
"""

from __future__ import annotations

import csv
import re
import unicodedata
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache
from importlib.resources import files

from tierwise.core.vocabulary import FUNCTIONS, SENIORITIES, TITLE_LANGUAGES

# What follows belongs to the level before; is no part of the title; the post is over; experience of who leads nobody; the lack
# of it; the person works for whoever follows.
MARKS = ("of", "until", "past", "raise", "lower", "serves")
AND = "&"
AND_WORDS = frozenset({"and", "und", "et", "y", "e", "ed", "u", "+", "&", "plus"})
_UMLAUTS = str.maketrans({"ä": "ae", "ö": "oe", "ü": "ue", "å": "aa", "ø": "oe"})
_WORD = re.compile(r"[^\W_]+|&|\+")


@dataclass(frozen=True, slots=True)
class Meaning:
    """What a phrase says: a function, a level below and from the size at which it changes, or a mark; and in which language."""

    language: str
    function: str = ""
    weak: bool = False
    below: int = 0
    above: int = 0
    mark: str = ""


Phrase = tuple[str, ...]


@dataclass(frozen=True)
class Lexicon:
    """Every phrase with its meanings, one per language; `longest` is how many words a phrase beginning with a word may have."""

    meanings: dict[Phrase, tuple[Meaning, ...]]
    longest: dict[str, int]


def folded(text: str) -> str:
    """Lower case without marks on letters, so that `Geschäftsführer` and `GESCHAFTSFUHRER` are one."""
    plain = unicodedata.normalize("NFKD", unicodedata.normalize("NFKC", text).casefold())
    return "".join(c for c in plain if not unicodedata.combining(c))


def words(text: str) -> list[str]:
    """The words of a folded text; each `and` of the seven languages is `&`."""
    return [AND if word in AND_WORDS else word for word in _WORD.findall(text)]


@cache
def lexicon() -> Lexicon:
    """The lexicon of all languages. Raises ValueError for a word that is none of ours, or a phrase twice."""
    meanings: dict[Phrase, tuple[Meaning, ...]] = {}
    for language in TITLE_LANGUAGES:
        for phrase, meaning in _lines(language):
            mine = meanings.get(phrase, ())
            if any(other.language == language and other != meaning for other in mine):
                raise ValueError(f"{language}: '{' '.join(phrase)}' stands there twice")
            if meaning not in mine:
                meanings[phrase] = (*mine, meaning)
    longest: dict[str, int] = {}
    for phrase in meanings:
        longest[phrase[0]] = max(longest.get(phrase[0], 0), len(phrase))
    return Lexicon(meanings, longest)


def _lines(language: str) -> Iterator[tuple[Phrase, Meaning]]:
    text = files(__package__).joinpath("lexicon", f"{language}.csv").read_text(encoding="utf-8")
    for row in csv.DictReader(text.splitlines()):
        meaning = _meaning(language, row["function"], row["seniority"])
        for written in row["phrases"].split("|"):
            for spelling in {folded(written), folded(written.casefold().translate(_UMLAUTS))}:
                yield tuple(words(spelling)), meaning


def _meaning(language: str, function: str, seniority: str) -> Meaning:
    name = function.removesuffix("?")
    if name and name not in FUNCTIONS:
        raise ValueError(f"{language}: no function '{name}'")
    if seniority in MARKS:
        return Meaning(language, name, mark=seniority)
    levels = [SENIORITIES.index(level) for level in seniority.split("/")] if seniority else [0]
    return Meaning(language, name, name != function, levels[0], levels[-1])
