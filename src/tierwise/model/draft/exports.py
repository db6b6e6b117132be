"""What an export holds, and whose it is: a vendor's layout where its first rows show one, else what its headings say.

A layout is taken only where nothing else looks the same; a file that may be one is said to be so, and left out.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import replace
from pathlib import Path

import pyarrow as pa

from tierwise.connectors.content import Content
from tierwise.connectors.sources.files.confined.reader import peek_confined, read_confined
from tierwise.connectors.sources.files.reading import (
    JSON_SUFFIXES,
    WORKBOOKS,
    FileBytes,
    load_bytes,
)
from tierwise.connectors.sources.files.shapes.known import SHAPES
from tierwise.connectors.sources.files.shapes.shape import Layout, Sign, Top
from tierwise.connectors.sources.files.spec import FileTable
from tierwise.connectors.values import Format, as_text, blank_to_null, cast_column
from tierwise.core.errors import DataError
from tierwise.model.draft.headings import (
    ANY_DATE,
    BY_ADDRESS,
    EMAIL,
    READABLE,
    SAMPLE_ROWS,
    TABLES,
    Guess,
    Match,
    damaged,
    doubts_about,
    fill_by_values,
    guess_content,
    misfits,
    normalise,
    readable,
)
from tierwise.model.draft.questions import asks_to_recommend, subjects

# Facts that vendors deliver period by period, or page by page: files that differ by their date or page only are one table.
BY_PERIOD = ("events", "intent", "activities")
DATED = re.compile(r"(?<!\d)20\d\d[-_.]?[01]\d([-_.]?[0-3]\d)?(?!\d)|(?<=page)\d+|(?<=page[-_])\d+")
BY_ITS_WORDS = 0.5  # how sure a guess is that rests on a word of a question


def guess_all(path: Path) -> list[Guess]:
    """What each sheet of a workbook, or a file, seems to hold; a survey is several guesses. Raises DataError."""
    file = load_bytes(path)
    names = peek_confined("sheets", file) if file.suffix in WORKBOOKS else []
    if len(names) < 2:
        return _guesses(file, None)
    return [replace(found, sheet=name) for name in names for found in _guesses(file, name)]


def together(guesses: Sequence[Guess]) -> list[Guess]:
    """Files of one folder that differ by the date or page in their name only, as one guess that also means those to come.

    One file is enough where its layout is a vendor's who delivers by period.
    """
    groups: dict[tuple[str, ...], list[Guess]] = {}
    for place, guess in enumerate(guesses):
        groups.setdefault(_alike(guess) or (str(place),), []).append(guess)
    return [_one(m) if len(m) > 1 or (m[0].shape and _alike(m[0])) else m[0] for m in groups.values()]


def recognised(top: Top) -> dict[str, Sign]:
    """The shapes that a file's first rows show, with what gave each away."""
    found = {name: shape.tell(top) for name, shape in SHAPES.items()}
    return {name: sign for name, sign in found.items() if sign}


def _guesses(file: FileBytes, sheet: str | None) -> list[Guess]:
    if not (found := recognised(top := _of_json(file))):
        content = read_confined(file, FileTable(file=file.path.name, sheet=sheet))
        found = recognised(top := Top(content.top, () if content.top else tuple(content.table.column_names)))
        if not found:
            return [guess_content(file.path, content, sheet or "")]
    [(shape, sign), *others] = found.items()
    if others or not sign.sure:
        return [_unsure(file.path, found, top)]
    layout = SHAPES[shape].layout
    content = read_confined(file, FileTable(file=file.path.name, sheet=sheet, shape=shape))  # type: ignore[arg-type]
    if layout.again and layout.again in file.path.name.lower():
        said = f"a file of {shape} called {layout.again!r}: its rows come again in others"
        return [Guess(file.path, "", doubts=(said,), rows=content.rows_in)]
    guess = Guess(file.path, layout.table, rows=content.rows_in, shape=shape, because=sign.because)
    if layout.questions is None:
        return [_laid_out(guess, content, layout, {})]
    return _of_survey(guess, content, layout, layout.questions(top))


def _of_json(file: FileBytes) -> Top:
    """The first object of a JSON file; nothing for other files."""
    first = peek_confined("first", file) if file.suffix in JSON_SUFFIXES else {}
    return Top(keys=tuple(first), first=first)


def _unsure(path: Path, found: Mapping[str, Sign], top: Top) -> Guess:
    may = " or ".join(f"{shape} ({sign.because})" for shape, sign in found.items())
    said = f"it may be an export of {may}; where it is, use it with `shape: {next(iter(found))}`"
    return Guess(path, "", unmapped=top.row(0) or top.keys, doubts=(said,))


def _laid_out(guess: Guess, content: Content, layout: Layout, asked: Mapping[str, Match]) -> Guess:
    """The guess with the columns that the vendor keeps where, and with what does not fit."""
    sample = content.table.slice(0, SAMPLE_ROWS)
    mapping = {**_placed(sample, guess.kind, layout, content.serial_epoch), **asked}
    fill_by_values(guess.kind, mapping, sample, {name: normalise(name) for name in sample.column_names})
    dates = _dates(guess.kind, mapping, sample, layout, content.serial_epoch)
    form = Format(dates=dates or None, serial_epoch=content.serial_epoch)
    unfit = misfits(guess.kind, mapping, sample, form)
    used = {match.heading for match in mapping.values()}
    constants = {**layout.constants, **guess.constants}
    doubts = doubts_about(guess.kind, mapping, sample, {guess.kind: 0.0}, content.serial_epoch, constants)
    return replace(
        guess,
        mapping=mapping,
        unmapped=tuple(name for name in sample.column_names if name not in used),
        doubts=(*guess.doubts, *doubts, *unfit.values(), *damaged(content)),
        unreadable=tuple(name for name in unfit if not TABLES[guess.kind].column(name).required),
        constants=constants,
        dates=dates,
    )


def _placed(sample: pa.Table, kind: str, layout: Layout, serial_epoch: str) -> dict[str, Match]:
    """For each column the first of its headings that is there and holds anything."""
    mapping = {}
    for column, headings in layout.columns.items():
        there = [name for name in headings if name in sample.column_names and _filled(sample, name)]
        if there:
            wanted = [TABLES[kind].column(column), *([EMAIL] if column == "domain" and kind in BY_ADDRESS else [])]
            share = max(readable(sample[there[0]], one, serial_epoch) for one in wanted)
            mapping[column] = Match(there[0], round(share, 2))
    return mapping


def _filled(sample: pa.Table, heading: str) -> bool:
    return bool(blank_to_null(as_text(sample[heading])).null_count < sample.num_rows)


def _dates(kind: str, mapping: Mapping[str, Match], sample: pa.Table, layout: Layout, serial_epoch: str) -> str:
    """How the vendor writes days, where a column of them can be read in two ways."""
    for name, match in mapping.items() if layout.dates else ():
        try:
            cast_column(sample[match.heading], TABLES[kind].column(name), Format(serial_epoch=serial_epoch))
        except DataError:
            return layout.dates
    return ""


def _of_survey(guess: Guess, content: Content, layout: Layout, asked: Mapping[str, str]) -> list[Guess]:
    """A guess for each question that a table takes; the others are said, with what would make use of them."""
    answer, score = TABLES["evidence"].column("answer"), TABLES["nps"].column("score")
    found, passed = [], []
    for heading, question in asked.items():
        if asks_to_recommend(question) and readable(content.table[heading], score) >= READABLE:
            said = f"{guess.because}; {heading!r} asks whether they would recommend, with answers from 0 to 10"
            one = replace(guess, kind="nps", called="nps", because=said)
            found.append(_laid_out(one, content, _of_answers(layout), {"score": Match(heading, BY_ITS_WORDS)}))
            continue
        about = subjects(question)
        if len(about) != 1 or readable(content.table[heading], answer) < READABLE:
            passed.append(f"{heading!r} is not used: {_why_not(about)}")
            continue
        [(dimension, word)] = about.items()
        one = replace(
            guess, called=dimension, constants={"dimension": dimension},
            because=f"{guess.because}; {heading!r} says {word!r}",
        )  # fmt: skip
        found.append(_laid_out(one, content, layout, {"answer": Match(heading, BY_ITS_WORDS)}))
    if not found:
        passed = passed or ["no question has a single column"]
        said = f"an export of {guess.shape} ({guess.because}) without a question that a table takes"
        return [replace(guess, kind="", shape="", doubts=(said, *passed), unmapped=tuple(content.table.column_names))]
    return [replace(found[0], doubts=(*found[0].doubts, *passed)), *found[1:]]


def _of_answers(layout: Layout) -> Layout:
    """Where a survey keeps what the table of the net promoter score wants."""
    moved = {"observed_at": "answered_at"}
    columns = {moved.get(name, name): headings for name, headings in layout.columns.items()}
    return replace(layout, table="nps", columns=columns, constants={})


def _why_not(about: Mapping[str, str]) -> str:
    if not about:
        return (
            "its words name no dimension of readiness; where it asks for one, map it to answer and name the dimension"
        )
    if len(about) > 1:
        said = " and ".join(f"{dimension} ({word!r})" for dimension, word in about.items())
        return f"its words speak of {said}; map it to answer and name the dimension that it asks for"
    return "its answers are not yes, no or unknown; say under `values` what they mean"


def _alike(guess: Guess) -> tuple[str, ...]:
    """What files that are one table have in common; nothing for others."""
    name, dates = DATED.subn(ANY_DATE, guess.path.name)
    if guess.kind not in BY_PERIOD or guess.sheet or dates != 1 or set("*?[") & set(guess.path.name):
        return ()
    columns = (f"{column}={match.heading}" for column, match in sorted(guess.mapping.items()))
    return (name, guess.path.parent.as_posix(), guess.kind, guess.shape, *columns)


def _one(guesses: Sequence[Guess]) -> Guess:
    said = tuple(dict.fromkeys(doubt for guess in guesses for doubt in guess.doubts))
    rows = sum(guess.rows for guess in guesses)
    return replace(guesses[-1], pattern=DATED.sub(ANY_DATE, guesses[-1].path.name), rows=rows, doubts=said)
