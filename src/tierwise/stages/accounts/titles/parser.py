"""What does a job title say? Function, seniority, language, and how much of it was understood (methods j.1).

Phrases go before words, the longest first: `vice president` is found before `president`, `product owner` before `owner`. A
title of several posts is split at `&`, `/`, `|`, commas and each language's `and`, unless the words with it are one phrase.
What is not understood is (other, unknown, 0): never a guess, never entry.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import lru_cache

from tierwise.core.vocabulary import SENIORITIES, TITLE_LANGUAGES
from tierwise.stages.accounts.titles.lexicon import AND, Lexicon, Meaning, folded, lexicon, words

UNKNOWN, UNPAID, TRAINING, ENTRY, STAFF, SENIOR = range(6)
# Languages in which the word that says what somebody does stands last: `marketing data analyst`.
HEAD_LAST = ("en", "de", "nl")
# The part of the confidence that the function, and that the seniority, is worth; and what is left of it when no other word of
# the title was understood [J].
HALF = 0.5
# `Leiter/in`, `Leiter:in`, `directeur(trice)`, `(m/w/d)`: endings and notes for the other sexes.
_ENDINGS = re.compile(
    r"\((?:[mwfdxh]\s*[/|,]\s*){1,3}[mwfdxh]\)|(?<=[^\W\d_])[(/:*_·.-](?:innen|in|trice|rice|euse|ne|e|a|o)\b\)?(?![^\W_])"
)
_BREAKS = re.compile(r"[,;|/•·()\[\]:\u2013\u2014]|\s-+\s|@.*|&amp;")
_INNER = re.compile(r"[.'’`\-_]")


@dataclass(frozen=True, slots=True)
class Title:
    """What a title says; `small` and `large` are the seniority below and from the size at which some words change theirs."""

    function: str = "other"
    small: str = "unknown"
    large: str = "unknown"
    confidence: float = 0.0
    language: str = ""

    @property
    def seniority(self) -> str:
        """The seniority where the size is not known: the lower of the two."""
        return min(self.small, self.large, key=SENIORITIES.index)


NOTHING = Title()


@dataclass(frozen=True, slots=True)
class _Found:
    """A phrase of the title: where it begins, how many words it has, its meaning in each language."""

    start: int
    length: int
    meanings: tuple[Meaning, ...]


@dataclass(frozen=True, slots=True)
class _Post:
    """One post of a title."""

    function: str
    weak: bool
    below: int
    above: int


def parse(title: str) -> Title:
    """Function, seniority, confidence and language of a job title."""
    known = lexicon()
    parts = _parts(title)
    found = [[*_phrases(part, known)] for part in parts]
    language = _language([f for part in found for f in part])
    posts: list[_Post] = []
    understood = total = 0
    for part, phrases in zip(parts, found, strict=True):
        meant = [(f, _in(f.meanings, language)) for f in phrases]
        marks = {m.mark for _, m in meant}
        if "serves" in marks and not posts:
            return Title("administrative", "staff", "staff", 1.0, language)
        ends = next((f.start for f, m in meant if m.mark == "until" and f.start), len(part))
        meant = [(f, m) for f, m in meant if f.start < ends]
        understood += sum(word != AND for f, _ in meant for word in part[f.start : f.start + f.length])
        total += sum(word != AND for word in part[:ends])
        if "past" not in marks:
            posts += [_post(piece, language) for piece in _split(part[:ends], meant, language)]
        if ends < len(part):
            break
    return _title(posts, language, understood / total if total else 0.0)


def _parts(title: str) -> list[list[str]]:
    """The words of each part of a title between commas, slashes and dashes; `R&D` and `and` stay inside a part."""
    plain = _ENDINGS.sub("", folded(title))
    return [found for part in _BREAKS.split(plain) if (found := words(_INNER.sub(" ", part)))]


def _phrases(part: Sequence[str], known: Lexicon) -> Iterator[_Found]:
    """The phrases of a part, from the left, each the longest there is; a word that is none is taken apart."""
    at = 0
    while at < len(part):
        for length in range(min(known.longest.get(part[at], 0), len(part) - at), 0, -1):
            if meanings := known.meanings.get(tuple(part[at : at + length])):
                yield _Found(at, length, meanings)
                at += length
                break
        else:
            pieces = _compound(part[at])
            for piece in pieces:
                # the pieces share the one word
                yield _Found(at, 1 if piece == pieces[-1] else 0, known.meanings[(piece,)])
            at += 1


@lru_cache(maxsize=50_000)
def _compound(word: str) -> tuple[str, ...]:
    """The known words that a German or Dutch word is made of, or none: `vertriebsleiter` is `vertrieb` and `leiter`."""
    meanings = lexicon().meanings
    for cut in range(3, len(word) - 3):
        head = word[cut:]
        if not any(m.below and m.language in ("de", "nl", "en") for m in meanings.get((head,), ())):
            continue
        for first in (word[:cut], word[:cut].removesuffix("s")):
            if len(first) > 1 and (first,) in meanings:
                return first, head
        if before := _compound_first(word[:cut].removesuffix("s")):
            return (*before, head)
    return ()


def _compound_first(word: str) -> tuple[str, ...]:
    """Two known words that the first part of a compound is made of, or none: `gebietsverkauf`."""
    meanings = lexicon().meanings
    for cut in range(3, len(word) - 2):
        first = word[:cut].removesuffix("s")
        if (word[cut:],) in meanings and (first,) in meanings:
            return first, word[cut:]
    return ()


def _language(found: Sequence[_Found]) -> str:
    """The language that most words belong to; of several, the first of TITLE_LANGUAGES. Empty: no word is known."""
    votes: Counter[str] = Counter()
    for phrase in found:
        for meaning in phrase.meanings:
            votes[meaning.language] += phrase.length
    return max(TITLE_LANGUAGES, key=lambda language: votes[language]) if votes else ""


def _in(meanings: Sequence[Meaning], language: str) -> Meaning:
    return next((m for m in meanings if m.language == language), meanings[0])


def _split(
    part: Sequence[str], meant: Sequence[tuple[_Found, Meaning]], language: str
) -> Iterator[list[tuple[_Found, Meaning]]]:
    """The phrases of a part, cut at each `&` that is inside none of them."""
    # `en` is Dutch for and, and French and Spanish for in
    inside = {at for f, _ in meant if f.length > 1 for at in range(f.start, f.start + f.length)}
    cuts = [
        at for at, word in enumerate(part) if at not in inside and (word == AND or (word == "en" and language == "nl"))
    ]
    for low, high in zip((-1, *cuts), (*cuts, len(part)), strict=True):
        if piece := [(f, m) for f, m in meant if low < f.start < high]:
            yield piece


def _post(phrases: Sequence[tuple[_Found, Meaning]], language: str) -> _Post:
    """What one post says: its highest level, and the area that its longest phrase names."""
    levels = [m for _, m in phrases if m.below]
    marks = {m.mark for _, m in phrases}
    learning = next((m for m in levels if m.below in (UNPAID, TRAINING)), None)
    top = learning or max(levels, key=lambda m: (m.below, m.above), default=None)
    below, above = (top.below, top.above) if top else (UNKNOWN, UNKNOWN)
    function, weak = _area(phrases, language)
    if below <= STAFF and not learning and (top or function):
        # `senior` and `junior` speak of who leads nobody
        mark = SENIOR if "raise" in marks else ENTRY if "lower" in marks else below
        below = above = mark
    return _Post(function, weak, below, above)


def _area(phrases: Sequence[tuple[_Found, Meaning]], language: str) -> tuple[str, bool]:
    """The function of a post, and whether it only holds where nothing else names one."""
    named = [(f, m) for f, m in phrases if m.function and not m.weak]
    if not named:
        weak = [m for _, m in phrases if m.function]
        return (max(weak, key=lambda m: m.below).function, True) if weak else ("", True)
    of = min((f.start for f, m in phrases if m.mark == "of"), default=None)
    after = [(f, m) for f, m in named if of is not None and f.start > of]
    from_left = bool(after) or language not in HEAD_LAST
    order = -1 if from_left else 1
    return max(after or named, key=lambda p: (p[0].length, order * p[0].start))[1].function, False


def _title(posts: Sequence[_Post], language: str, understood: float) -> Title:
    """The title of its highest post; a function that it leaves open is the one that another post names."""
    if not any(post.function or post.below for post in posts):
        return NOTHING
    main = max(posts, key=lambda post: (post.below, post.above))
    others = sorted(posts, key=lambda post: post.weak or not post.function)
    function = main.function if main.function and not main.weak else others[0].function or main.function
    known = HALF * bool(function) + HALF * bool(main.below)
    return Title(
        function or "other", SENIORITIES[main.below], SENIORITIES[main.above],
        round(known * (HALF + HALF * understood), 6), language,
    )  # fmt: skip
