"""What an export is: which table, which heading is which column, and what that guess rests on.

Serves `tierwise init`. A guess never decides silently: each has a confidence, and doubts are said.
"""

from __future__ import annotations

import re
from collections.abc import Collection, Mapping
from dataclasses import dataclass, field
from pathlib import Path

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from tierwise.connectors.content import Content
from tierwise.connectors.domains import normalize_domain
from tierwise.connectors.source import KINDS
from tierwise.connectors.sources.files.confined.reader import read_confined
from tierwise.connectors.sources.files.mapping import plain_name
from tierwise.connectors.sources.files.reading import load_bytes
from tierwise.connectors.sources.files.spec import FileTable
from tierwise.connectors.values import FALSE, TRUE, Format, as_text, blank_to_null, cast_column
from tierwise.core.errors import DataError
from tierwise.core.table import BOOLEAN, DATE, INTEGER, MONEY, NUMBER, TEXT, TIMESTAMP, Column, Table
from tierwise.model.draft.synonyms import FILE_WORDS, KNOWN_AT, SYNONYMS, TELLING
from tierwise.tables.accounts import ACCOUNTS
from tierwise.tables.landing import LANDING_TABLES

# Tables without a column for addresses, whose rows may know their account by one only: a biller's customers, a survey.
BY_ADDRESS = ("accounts", "evidence", "nps")
OURS = re.compile(r"\b(owner|rep|created by|modified by|assigned|recorder|interviewer|betreuer)\b")
EMAIL = Column("email", TEXT, "e-mail address")
SAMPLE_ROWS = 2000
STRIPE_ID = r"^(cus|sub|si|in|il|ii|price|plan|prod|ch|pi)_[A-Za-z0-9]{6,}$"
WHOLE = r"^-?\d+$"
MAX_CATEGORIES = 50
READABLE = 0.8  # share of values that must fit a column's type
MIN_SCORE = 3.0
SHOWN_WORDS = 5
ANY_DATE = "[0-9]*"  # stands for the date in the names of files that come period by period
# Without one of these a file only refers to accounts or contacts, or is dated like an invoice and is none.
NEEDED = {
    "accounts": ("name", "domain", "city", "employees"),
    "contacts": ("email", "last_name"),
    "invoices": ("amount", "unit_price"),
    "nps": ("score",),
}
CODES = re.compile(r"\b(zip|postal|post|phone|fax|code|number|prefix|sic|naics)\b")
SYSTEM = re.compile(
    r"^_|(^| )(is deleted|fivetran \w+|portal id|photo url|card last4"
    r"|(mobile |billing |shipping )?(phone|phone number|fax|street)|telefon)$"
)
OWN_NAMES_TAKEN = frozenset(
    {*ACCOUNTS.names, *(n for t in LANDING_TABLES if t.name == "landing_accounts" for n in t.names)}
)
TABLES: dict[str, Table] = {table.name.removeprefix("landing_"): table for table in LANDING_TABLES}


@dataclass(frozen=True)
class Match:
    """A heading for a column; `confidence` from 0 to 1 says how sure the guess is."""

    heading: str
    confidence: float


@dataclass(frozen=True)
class Guess:
    """What a file seems to be. `kind` is empty when no table fits.

    `attributes` are columns of an accounts file that the dictionary lacks: name -> (heading, dictionary type).
    `known_at` is the heading that says since when a row was known, if one does. `unreadable` are columns that the
    table can do without and that hold values which do not fit. `sheet` is set where a workbook has several; with
    `minor_units` the amounts seem to be whole cents. Of a vendor's export `shape` names the layout and `because` what gave it
    away; `constants` holds what no heading says, `dates` how days are written that can be read in two ways. `called` is
    what tells several guesses about one file apart, `pattern` the files that this one stands for.
    """

    path: Path
    kind: str
    mapping: Mapping[str, Match] = field(default_factory=dict)
    attributes: Mapping[str, tuple[str, str]] = field(default_factory=dict)
    known_at: str = ""
    unmapped: tuple[str, ...] = ()
    doubts: tuple[str, ...] = ()
    score: float = 0.0
    rows: int = 0
    unreadable: tuple[str, ...] = ()
    sheet: str | None = None
    minor_units: bool = False
    shape: str = ""
    because: str = ""
    constants: Mapping[str, str] = field(default_factory=dict)
    dates: str = ""
    called: str = ""
    pattern: str = ""

    @property
    def title(self) -> str:
        """The file's name, with the sheet where it has several."""
        return f"{self.path.name}, sheet {self.sheet}" if self.sheet else self.path.name


def guess(path: Path) -> Guess:
    """Look at a file's name, headings and values. Raises DataError when it cannot be read."""
    content = read_confined(load_bytes(path), FileTable(file=path.name))
    return guess_content(path, content)


def guess_content(path: Path, content: Content, sheet: str = "") -> Guess:
    """The same for a file that has been read; the name of its sheet speaks beside that of the file."""
    sample = content.table.slice(0, SAMPLE_ROWS)
    found = {kind: _match(kind, sample, content.serial_epoch) for kind in KINDS if kind in SYNONYMS}
    scores = {kind: _score(kind, mapping, path, sheet) for kind, mapping in found.items()}
    kind = max(scores, key=lambda name: scores[name])
    names = tuple(content.table.column_names)
    if scores[kind] < MIN_SCORE:
        may = f"its headings may be those of {kind}, and nothing else says so: use it as {kind} if it is"
        said = may if scores[kind] > 0 else "no table fits its headings"
        return Guess(path, "", unmapped=names, doubts=(said, *damaged(content)), rows=content.rows_in)
    mapping = found[kind]
    used = {match.heading for match in mapping.values()}
    attributes = _attributes(sample, used, content.serial_epoch) if kind == "accounts" else {}
    used |= {heading for heading, _ in attributes.values()}
    known_at = next((name for name in names if name not in used and normalise(name) in KNOWN_AT), "")
    cents = _in_cents(kind, mapping, sample)
    unfit = misfits(kind, mapping, sample, Format(serial_epoch=content.serial_epoch))
    return Guess(
        path,
        kind,
        mapping,
        attributes,
        known_at,
        tuple(name for name in names if name not in used | {known_at}),
        doubts_about(kind, mapping, sample, scores, content.serial_epoch) + tuple(unfit.values()) + damaged(content),
        scores[kind],
        content.rows_in,
        tuple(name for name in unfit if not TABLES[kind].column(name).required),
        minor_units=cents,
    )


def damaged(content: Content) -> tuple[str, ...]:
    """The lines that no reader takes for a row, in a sentence; nothing where there are none."""
    if not content.refused:
        return ()
    first = [(row.message, f"line {row.line}") for row in content.refused[:SHOWN_WORDS]]
    some = "; ".join(said if said.startswith(line) else f"{line}: {said}" for said, line in first)
    more = ", ..." if len(content.refused) > SHOWN_WORDS else ""
    return (f"{len(content.refused):,} of {content.rows_in:,} rows cannot be read ({some}{more})",)


def normalise(heading: str) -> str:
    """`property_hs_createdate`, `Create Date (UTC)` and `Employees__c` without what tools put around the words."""
    text = re.sub(r"\((primary)\)", r" \1", heading, flags=re.IGNORECASE)  # HubSpot: the one of several companies
    text = re.sub(r"\(.*?\)|#\d+$", " ", text)
    text = re.sub(r"(?<=[a-z])(?=[A-Z])", " ", text).lower()
    text = re.sub(r"^property[_ ]+|^properties[._]", "", text.strip())
    text = re.sub(r"^hs[_ ]+", "", text)
    text = re.sub(r"_+c$", "", text)
    return " ".join(re.findall(r"[^\W_]+", text))


def _match(kind: str, sample: pa.Table, serial_epoch: str) -> dict[str, Match]:
    """Headings for the columns of one kind: best synonym first, each heading once, values permitting."""
    plain_words = {name: normalise(name) for name in sample.column_names if not name.startswith("_")}
    words = {name: plain for name, plain in plain_words.items() if not SYSTEM.search(plain)}
    ranked: list[tuple[float, str, str]] = []
    for column, synonyms in SYNONYMS[kind].items():
        for heading, plain in words.items():
            if plain in synonyms:
                ranked.append((1.0 - 0.4 * synonyms.index(plain) / len(synonyms), column, heading))
    mapping: dict[str, Match] = {}
    for confidence, column, heading in sorted(ranked, key=lambda entry: -entry[0]):
        taken = {match.heading for match in mapping.values()}
        if column in mapping or heading in taken:
            continue
        share = readable(sample.column(heading), TABLES[kind].column(column), serial_epoch)
        if share >= READABLE:
            mapping[column] = Match(heading, round(confidence * share, 2))
    _fill_by_name(kind, mapping, words)
    fill_by_values(kind, mapping, sample, words)
    if kind == "accounts" and "name" in mapping and not mapping.keys() & {"account_key", "domain"}:
        # A CRM without ids refers to companies by name.
        mapping["account_key"] = Match(mapping["name"].heading, 0.6)
    return mapping


def readable(values: pa.ChunkedArray, column: Column, serial_epoch: str = "") -> float:
    """Share of the values present that fit the column's type; 0.9 when only an ambiguity is in the way."""
    present = blank_to_null(as_text(values)).drop_null()
    if not len(present):
        return READABLE
    if column.name in ("domain", "email"):
        return _share_of_domains(present, email=column.name == "email")
    try:
        cast = cast_column(values, column, Format(serial_epoch=serial_epoch))
    except DataError:
        return 0.9
    return 1.0 - float(cast.bad.sum()) / len(present)


def _share_of_domains(present: pa.ChunkedArray, *, email: bool) -> float:
    """Addresses in test data are often hashed: then the heading alone counts."""
    texts = pc.unique(present).to_pylist()[:200]
    if all(re.fullmatch(r"[0-9a-f]{32}|[A-Za-z0-9+/]{22}==", text) for text in texts):
        return READABLE
    hits = sum(("@" in text) == email and "invalid" not in normalize_domain(text).flags for text in texts)
    return hits / len(texts)


def _fill_by_name(kind: str, mapping: dict[str, Match], words: Mapping[str, str]) -> None:
    """A heading with the very name of a column is read as it whatever its values are: so it is guessed, and doubted."""
    taken = {match.heading for match in mapping.values()}
    for heading in words:
        name = plain_name(heading)
        if name in SYNONYMS[kind] and name not in mapping and heading not in taken:
            mapping[name] = Match(heading, 0.5)


def fill_by_values(kind: str, mapping: dict[str, Match], sample: pa.Table, words: Mapping[str, str]) -> None:
    """A domain or an e-mail address is known when seen; so is a required date when there is only one."""
    table = TABLES[kind]
    free = [name for name in words if name not in {match.heading for match in mapping.values()}]
    for column in ("domain", "email"):
        if column in table.names and column not in mapping:
            hits = [name for name in free if _looks_like(sample.column(name), table.column(column))]
            if len(hits) == 1:
                mapping[column] = Match(hits[0], 0.5)
    if kind in BY_ADDRESS and "domain" not in mapping:
        mails = [name for name in free if not OURS.search(words[name]) and _looks_like(sample.column(name), EMAIL)]
        if len(mails) == 1:
            mapping["domain"] = Match(mails[0], 0.5)
    for wanted in table.columns:
        if wanted.required and wanted.type in (TIMESTAMP, DATE) and wanted.name not in mapping:
            dates = [name for name in free if _looks_like(sample.column(name), wanted)]
            if len(dates) == 1:
                mapping[wanted.name] = Match(dates[0], 0.5)


def _looks_like(values: pa.ChunkedArray, column: Column) -> bool:
    present = blank_to_null(as_text(values)).drop_null()
    if not len(present) or (column.type in (DATE, TIMESTAMP) and _share_matching(values, WHOLE) > 0.0):
        return False  # ten digits may be a moment, and are an id more often
    return readable(present, column) > READABLE


def _score(kind: str, mapping: Mapping[str, Match], path: Path, sheet: str) -> float:
    """Evidence for a kind: its telling columns, its name in the file's name, its required columns present."""
    table = TABLES[kind]
    stem = f" {normalise(sheet or path.name.split('.')[0])} "
    named = max((len(word.split()) for word in FILE_WORDS[kind] if f" {word} " in stem), default=0)
    folder = f" {path.parent.name.lower()} "
    score = 3.0 * named + (1.0 if any(f" {word} " in folder for word in FILE_WORDS[kind]) else 0.0)
    score += sum(2.0 if name in TELLING[kind] else 0.5 for name in mapping)
    lacking = sum(column.required and column.name not in mapping for column in table.columns)
    lacking += not mapping.keys() & set(NEEDED.get(kind, mapping)) or len(mapping) < 2
    lacking += kind != "stage_history" and " history " in stem
    return score - 4.0 * lacking


def _attributes(sample: pa.Table, used: set[str], serial_epoch: str) -> dict[str, tuple[str, str]]:
    """Headings of an accounts file that are worth having: few categories, yes/no, numbers, dates."""
    found: dict[str, tuple[str, str]] = {}
    for heading in sample.column_names:
        plain = normalise(heading)
        if heading in used or SYSTEM.search(plain) or heading.startswith("_") or plain.endswith(" id") or not plain:
            continue
        type_ = _type_of(sample.column(heading), serial_epoch, codes=bool(CODES.search(plain)))
        name = plain.replace(" ", "_")
        if type_ and name not in OWN_NAMES_TAKEN and not name[0].isdigit():
            found[name] = (heading, type_)
    return found


def _type_of(values: pa.ChunkedArray, serial_epoch: str, *, codes: bool) -> str:
    """The dictionary type of a column that may serve in conditions; empty for prose, keys and blanks."""
    present = blank_to_null(as_text(values)).drop_null()
    if not len(present):
        return ""
    distinct = pc.unique(pc.utf8_lower(present))
    if len(distinct) <= 2 and set(distinct.to_pylist()) <= {*TRUE, *FALSE} - {"0", "1", "x"}:
        return BOOLEAN
    for type_ in () if codes else (INTEGER, NUMBER, DATE):
        probe = Column("probe", type_, "")
        try:
            if not cast_column(values, probe, Format(serial_epoch=serial_epoch)).bad.any():
                return type_
        except DataError:
            return type_
    repeated = len(distinct) <= MAX_CATEGORIES and (len(distinct) <= 10 or len(distinct) <= 0.2 * len(present))
    return TEXT if repeated and pc.max(pc.utf8_length(present)).as_py() <= 100 else ""


def _in_cents(kind: str, mapping: Mapping[str, Match], sample: pa.Table) -> bool:
    """Whether amounts are whole cents, as the API of Stripe writes them and its dashboard does not (`Amount`: 49.00)."""
    if not any(_share_matching(sample.column(name), STRIPE_ID) > READABLE for name in sample.column_names):
        return False
    money = [match.heading for name, match in mapping.items() if TABLES[kind].column(name).type == MONEY]
    return bool(money) and all(
        heading == heading.lower() and _share_matching(sample.column(heading), WHOLE) == 1.0 for heading in money
    )


def _share_matching(values: pa.ChunkedArray, pattern: str) -> float:
    """Share of the values present that match; 0 when there are none."""
    present = blank_to_null(as_text(values)).drop_null()
    return float(pc.mean(pc.match_substring_regex(present, pattern)).as_py()) if len(present) else 0.0


def doubts_about(
    kind: str,
    mapping: Mapping[str, Match],
    sample: pa.Table,
    scores: Mapping[str, float],
    serial_epoch: str,
    given: Collection[str] = (),
) -> tuple[str, ...]:
    """What a person should look at before a file is used as this kind; `given` are columns that have a constant."""
    table = TABLES[kind]
    doubts = [
        f"{column.name} is required and no heading looks like it"
        for column in table.columns
        if column.required and column.name not in mapping and column.name not in given
    ]
    if "account_key" in table.names and not mapping.keys() & {"account_key", "domain", "email"}:
        doubts.append("nothing says which account a row belongs to")
    if kind == "evidence" and "role" not in mapping:
        doubts.append(
            "no heading says the respondent's role, and answers of outsiders alone open no gate: write "
            "`constants: {role: owner}` if all who answered own the problem (economic, owner or user)"
        )
    if kind == "subscriptions" and "amount" in mapping:
        doubts += [
            f"{heading!r} is not multiplied: if {mapping['amount'].heading!r} is a price per unit, revenue is read too low; "
            "export the total, or map a column with the whole amount"
            for heading in sample.column_names
            if normalise(heading) in ("quantity", "qty", "seats", "units")
            and _share_matching(sample.column(heading), "^1$") < 1.0
        ]
    doubts += _passed_over(kind, mapping, sample, serial_epoch)
    rivals = [other for other, score in scores.items() if other != kind and score > scores[kind] - 1.0 and score > 0]
    doubts += [f"it may also be {rival}" for rival in rivals]
    return tuple(doubts)


def misfits(kind: str, mapping: Mapping[str, Match], sample: pa.Table, form: Format) -> dict[str, str]:
    """Mapped columns with values that do not fit, each with a sentence about them."""
    said = {}
    for name, match in mapping.items():
        column, values = TABLES[kind].column(name), sample.column(match.heading)
        try:
            cast = cast_column(values, column, form)
        except DataError as error:
            said[name] = f"{name} ({match.heading!r}): {error.message}. {error.hint}"
            continue
        if bad := int(cast.bad.sum()):
            said[name] = f"{name} ({match.heading!r}): {bad} of {len(cast.bad)} values are not {cast.expected}"
            if column.values:
                said[name] += _own_words(name, values, cast.bad, column.values)
    return said


def _own_words(name: str, values: pa.ChunkedArray, bad: np.ndarray, allowed: tuple[str, ...]) -> str:
    """Words that a closed list does not hold, and the line of the model that says what they mean."""
    words = pc.unique(as_text(values).filter(pa.array(bad))).to_pylist()[:SHOWN_WORDS]
    listed = ", ".join(repr(word) for word in words)
    if all(word.isdigit() for word in allowed):  # a number beyond its scale means none of the others
        return f", among them {listed}; correct them where they come from, else they count as missing"
    return f", among them {listed}; say what they mean: `values: {{{name}: {{{words[0]!r}: {allowed[0]}}}}}`"


def _passed_over(kind: str, mapping: Mapping[str, Match], sample: pa.Table, serial_epoch: str) -> list[str]:
    """Headings that sound like a column, and whose values do not fit it: said, as what they lack is missed later."""
    used = {match.heading for match in mapping.values()}
    said = []
    for name, synonyms in SYNONYMS[kind].items():
        for heading in sample.column_names:
            if name not in mapping and heading not in used and normalise(heading) in synonyms:
                share = readable(sample.column(heading), TABLES[kind].column(name), serial_epoch)
                why = f"not taken for it, as only {share:.0%} of its values fit" if share < READABLE else "not used"
                said.append(f"{name}: {heading!r} is {why}; map it if it is")
    return said
