"""Reads YAML strictly: what is written is what is meant, every value knows its line, no file can hurt.

Accepted is the data part of YAML 1.2 (core schema): mappings with text keys, sequences, scalars, comments.
So `NO` and `12:30` are text, `010` is the number ten, `0o10` is eight, and a date is text until a Spec says
otherwise. Refused, with the place: tags, anchors, aliases, merge keys, directives, several documents,
duplicate keys, numbers that are not finite, and files beyond the limits below. ruamel.yaml does the scanning;
the tree is built here, so that none of its constructors ever runs.
"""

from __future__ import annotations

import math
import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, NamedTuple, NoReturn

from ruamel.yaml import YAML
from ruamel.yaml.error import MarkedYAMLError, YAMLError
from ruamel.yaml.events import (
    AliasEvent,
    DocumentStartEvent,
    Event,
    MappingEndEvent,
    MappingStartEvent,
    NodeEvent,
    ScalarEvent,
    SequenceEndEvent,
    SequenceStartEvent,
)

from tierwise.core.errors import ModelError, Problem

# The scanner needs some 40 microseconds for a value and much more for brackets within brackets: what no model needs is
# refused before it is scanned, or a fifth of a second later (docs/decisions/0015).
MAX_BYTES = 256 << 10
MAX_DEPTH = 32
MAX_NODES = 5_000
MAX_SEPARATORS = 4 * MAX_NODES  # lines, commas and brackets, also those of texts and comments
MAX_DIGITS = 40
MAX_LINE = 10_000

MOVE_DATA = "move lists of data to a source file, or split the model into a folder model/"

TOO_DEEP, FLATTEN = f"nested more than {MAX_DEPTH} levels deep", "a model needs five or six levels"

KeyPath = tuple[str | int, ...]

NULL = frozenset(("", "~", "null", "Null", "NULL"))
TRUE = frozenset(("true", "True", "TRUE"))
FALSE = frozenset(("false", "False", "FALSE"))
INTEGER = re.compile(r"[-+]?[0-9]+")
OCTAL = re.compile(r"0o[0-7]+")
HEXADECIMAL = re.compile(r"0x[0-9a-fA-F]+")
FLOAT = re.compile(r"[-+]?(\.[0-9]+|[0-9]+(\.[0-9]*)?)([eE][-+]?[0-9]+)?")
NOT_FINITE = re.compile(r"[-+]?\.(inf|Inf|INF)|\.(nan|NaN|NAN)")
SEPARATORS = "\n,[{"
NESTED = re.compile(rf"(?:[\[{{][ \t\r\n]*){{{MAX_DEPTH + 1}}}")


class Place(NamedTuple):
    """Where something stands: file, line and column, both from 1."""

    file: str
    line: int
    column: int


@dataclass
class Document:
    """The data of a file (or of several, merged) with the place of every value and of every key.

    `positions` and `keys` map a path like `("segments", "banks", "where")` to its value and to its key.
    `texts` holds, for scalars that stand in the file as they are (one line, nothing escaped; or a literal
    block), the place of every line of the text. `problems` are those that leave the rest readable, so that
    they can be reported along with all others.
    """

    data: Any = None
    positions: dict[KeyPath, Place] = field(default_factory=dict)
    keys: dict[KeyPath, Place] = field(default_factory=dict)
    texts: dict[KeyPath, tuple[Place, ...]] = field(default_factory=dict)
    problems: list[Problem] = field(default_factory=list)

    def adopt(self, name: str, other: Document) -> None:
        """Take over one section of another file, with its places."""
        self.data[name] = other.data[name]
        self.positions |= {path: at for path, at in other.positions.items() if path[:1] == (name,)}
        self.keys |= {path: at for path, at in other.keys.items() if path[:1] == (name,)}
        self.texts |= {path: at for path, at in other.texts.items() if path[:1] == (name,)}

    def place(self, path: KeyPath, *, key: bool = False) -> Place | None:
        """The place of a value (or of its key), or of the nearest thing around it that stands in a file."""
        first, second = (self.keys, self.positions) if key else (self.positions, self.keys)
        for length in range(len(path), -1, -1):
            found = first.get(path[:length]) or second.get(path[:length])
            if found:
                return found
        return None

    def place_in_text(self, path: KeyPath, offset: int) -> Place | None:
        """The place of the character at `offset` of a text; the value's own place where that is not known."""
        lines = self.texts.get(path)
        if lines is None:
            return self.place(path)
        value: Any = self.data
        for part in path:
            value = value[part]
        if not isinstance(value, str):
            return self.place(path)
        before = value[: max(0, min(offset, len(value)))].split("\n")
        start = lines[min(len(before), len(lines)) - 1]
        return start._replace(column=start.column + len(before[-1]))


def read_yaml(path: Path, shown_as: str = "") -> Document:
    """A YAML file as data with places. Raises ModelError with the one problem that makes it unreadable."""
    name = shown_as or str(path)
    with path.open("rb") as stream:
        content = stream.read(MAX_BYTES + 1)
    return parse_yaml(content, name)


def parse_yaml(content: bytes, file: str) -> Document:
    """The bytes of a YAML file as data with places; see `read_yaml`."""
    if len(content) > MAX_BYTES:
        _refuse(file, 1, 1, f"larger than {MAX_BYTES >> 10} KiB", MOVE_DATA)
    text = decode(content, file)
    if sum(text.count(separator) for separator in SEPARATORS) > MAX_SEPARATORS:
        _refuse(file, 1, 1, f"more than {MAX_SEPARATORS:,} lines and values", MOVE_DATA)
    if found := NESTED.search(text):
        before = text[: found.start()]
        _refuse(file, before.count("\n") + 1, len(before) - before.rfind("\n"), TOO_DEEP, FLATTEN)
    for number, line in enumerate(text.split("\n"), 1):
        if len(line) > MAX_LINE:
            _refuse(file, number, MAX_LINE + 1, f"a line of more than {MAX_LINE:,} characters", "break the line")
    return _Builder(text, file).document()


def _refuse(file: str, line: int, column: int, message: str, hint: str) -> NoReturn:
    raise ModelError([Problem(message, hint, file, line, column)])


def decode(content: bytes, file: str) -> str:
    """The text of a file in UTF-8, with or without a byte-order mark. Raises ModelError at the byte that is not."""
    if content[:2] in (b"\xff\xfe", b"\xfe\xff"):
        _refuse(file, 1, 1, "is UTF-16", "save it as UTF-8")
    try:
        return content.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        before = content[: error.start]
        line = before.count(b"\n") + 1
        column = error.start - (before.rfind(b"\n") + 1) + 1
        shown = f"byte 0x{content[error.start]:02x} is not UTF-8"
        _refuse(file, line, column, shown, "save the file as UTF-8 (it may be Latin-1 or Windows-1252)")


class _Builder:
    """Builds the tree of one file from the scanner's events and refuses what a model may not hold."""

    def __init__(self, text: str, file: str) -> None:
        self.text = text
        self.file = file
        self.nodes = 0
        self.result = Document(positions={(): Place(file, 1, 1)})
        self.events: Iterator[Event] = YAML(typ="safe", pure=True).parse(text)

    def document(self) -> Document:
        try:
            documents = 0
            for event in self.events:
                if isinstance(event, DocumentStartEvent):
                    documents += 1
                    self._check_document(event, documents)
                elif isinstance(event, NodeEvent):
                    self.result.data = self._node(event, ())
        except MarkedYAMLError as error:
            self._syntax(error)
        except YAMLError as error:
            position = getattr(error, "position", 0) or 0
            line = self.text.count("\n", 0, position) + 1
            column = position - self.text.rfind("\n", 0, position)
            _refuse(self.file, line, column, "a control character that YAML does not allow", "delete it")
        return self.result

    def _place(self, event: Event) -> Place:
        return Place(self.file, event.start_mark.line + 1, event.start_mark.column + 1)

    def _stop(self, event: Event, message: str, hint: str) -> NoReturn:
        place = self._place(event)
        _refuse(place.file, place.line, place.column, message, hint)

    def _syntax(self, error: MarkedYAMLError) -> NoReturn:
        mark = error.problem_mark or error.context_mark
        line, column, index = (mark.line + 1, mark.column + 1, mark.index) if mark else (1, 1, 0)
        start = self.text.rfind("\n", 0, index) + 1
        if "\t" in self.text[start : index + 1]:
            at = self.text.index("\t", start) - start + 1
            _refuse(self.file, line, at, "a tab where YAML wants spaces", "indent with spaces")
        what = "; ".join(str(part) for part in (error.context, error.problem) if part)
        _refuse(self.file, line, column, f"not valid YAML: {what}", _syntax_hint(str(error.problem)))

    def _check_document(self, event: DocumentStartEvent, documents: int) -> None:
        if documents > 1:
            self._stop(event, "a second document starts here (---)", "keep one document per file")
        if event.version or event.tags:
            self._stop(event, "a directive (%YAML, %TAG)", "delete the line; the file is read as YAML 1.2")

    def _node(self, event: Event, path: KeyPath) -> Any:
        """The value that starts with `event`, with the places of all that it holds."""
        assert isinstance(event, NodeEvent)
        self._check_node(event, path)
        self.result.positions[path] = self._place(event)
        if isinstance(event, MappingStartEvent):
            return self._mapping(path)
        if isinstance(event, SequenceStartEvent):
            return self._sequence(path)
        assert isinstance(event, ScalarEvent)
        self._note_text(event, path)
        return self._scalar(event)

    def _check_node(self, event: NodeEvent, path: KeyPath) -> None:
        self.nodes += 1
        if self.nodes > MAX_NODES:
            self._stop(event, f"more than {MAX_NODES:,} values", MOVE_DATA)
        if len(path) > MAX_DEPTH:
            self._stop(event, TOO_DEEP, FLATTEN)
        if isinstance(event, AliasEvent):
            self._stop(event, f"an alias (*{event.anchor})", "write the value out; put a text with * in quotes")
        if event.anchor is not None:
            self._stop(event, f"an anchor (&{event.anchor})", "delete it; put a text with & in quotes")
        if (tag := getattr(event, "tag", None)) is not None:
            self._stop(event, f"a tag ({tag})", "delete it; put a text with ! in quotes")

    def _mapping(self, path: KeyPath) -> dict[str, Any]:
        values: dict[str, Any] = {}
        seen: dict[str, Place] = {}
        for event in self.events:
            if isinstance(event, MappingEndEvent):
                break
            key, place = self._key(event, path), self._place(event)
            value = next(self.events)
            known_as = str(int(key)) if INTEGER.fullmatch(key) and len(key) < MAX_DIGITS else key
            if known_as in seen:
                self._duplicate((*path, key), place, seen[known_as])
                self._node(value, (*path, f"{key} (again, line {place.line}, column {place.column})"))
                continue
            seen[known_as] = place
            self.result.keys[(*path, key)] = place
            values[key] = self._node(value, (*path, key))
        return values

    def _duplicate(self, path: KeyPath, place: Place, first: Place) -> None:
        message = f"'{path[-1]}' is defined twice: on line {first.line} and on line {place.line}"
        hint = "keep one of them, or merge the two"
        self.result.problems.append(Problem(message, hint, *place, path=show_path(path)))

    def _key(self, event: Event, path: KeyPath) -> str:
        assert isinstance(event, NodeEvent)
        self._check_node(event, path)
        if not isinstance(event, ScalarEvent):
            hint = "a key is one word or a text in quotes"
            self._stop(event, "a key that is not a plain word", hint)
        if self._follows_question_mark(event):
            self._stop(event, "a key marked with '?'", "put a text that begins with ? in quotes")
        if event.value == "<<" and event.style is None:
            self._stop(event, "a merge key (<<)", "write the values out")
        if event.value == "" and event.style is None:
            self._stop(event, "a key is missing before the colon", "write a name before ':'")
        return self._text(event)

    def _follows_question_mark(self, event: Event) -> bool:
        """YAML's long form of a key. Nobody writes it by intent, and the scanner sees one in `[?x]`."""
        at = event.start_mark.index - 1
        while at >= 0 and self.text[at] == " ":
            at -= 1
        return at >= 0 and self.text[at] == "?"

    def _sequence(self, path: KeyPath) -> list[Any]:
        values: list[Any] = []
        for event in self.events:
            if isinstance(event, SequenceEndEvent):
                break
            values.append(self._node(event, (*path, len(values))))
        return values

    def _scalar(self, event: ScalarEvent) -> Any:
        value = self._text(event)
        if event.style is not None:
            return value
        if value in NULL:
            return None
        if value in TRUE or value in FALSE:
            return value in TRUE
        return self._number(event, value)

    def _text(self, event: ScalarEvent) -> str:
        """The text of a scalar; a character that JSON writes as two escapes becomes one again."""
        value = str(event.value)
        try:
            return value.encode("utf-16", "surrogatepass").decode("utf-16") if event.style == '"' else value
        except UnicodeDecodeError:
            self._stop(event, "half a character (a lone \\ud8.. escape)", "write the character itself")

    def _number(self, event: ScalarEvent, value: str) -> Any:
        """A number of the core schema (a leading zero means nothing, `010` is ten), else the text itself."""
        whole = INTEGER.fullmatch(value) or OCTAL.fullmatch(value) or HEXADECIMAL.fullmatch(value)
        if not (whole or FLOAT.fullmatch(value) or NOT_FINITE.fullmatch(value)):
            return value
        if len(value) > MAX_DIGITS:
            self._stop(event, "a number with too many digits", "put it in quotes if it is a text")
        if INTEGER.fullmatch(value):
            return int(value)
        if whole:
            return int(value, 0)
        number = math.inf if NOT_FINITE.fullmatch(value) else float(value)
        if math.isfinite(number):
            return number
        hint = "write a finite number, or put a text in quotes"
        message = f"{value} is not a number that can be used"
        self.result.problems.append(Problem(message, hint, *self._place(event)))
        return 0.0

    def _note_text(self, event: ScalarEvent, path: KeyPath) -> None:
        """Remember where the text itself stands, if the file holds it character by character."""
        start, end, value = event.start_mark, event.end_mark, str(event.value)
        quote = 1 if event.style in ("'", '"') else 0
        if event.style == "|":
            self._note_block(start.index, start.line, value, path)
        elif "\n" not in value and self.text[start.index + quote : end.index - quote] == value:
            self.result.texts[path] = (Place(self.file, start.line + 1, start.column + 1 + quote),)

    def _note_block(self, index: int, line: int, value: str, path: KeyPath) -> None:
        rest = self.text[index:].split("\n", value.count("\n") + 2)[1:]
        places = []
        for number, (written, kept) in enumerate(zip(rest, value.split("\n"), strict=False), line + 2):
            if not written.rstrip("\r").endswith(kept):
                return
            places.append(Place(self.file, number, len(written.rstrip("\r")) - len(kept) + 1))
        if places:
            self.result.texts[path] = tuple(places)


def _syntax_hint(problem: str) -> str:
    if "mapping values are not allowed" in problem:
        return "a text that holds ': ' needs quotes around it; or the line is indented too far"
    if "cannot start any token" in problem:
        return "put a text that starts with this character in quotes"
    if "could not find expected ':'" in problem or "expected <block end>" in problem:
        return "look at the indentation, and for a missing ':' or quote on the line above"
    if "end of stream" in problem or "expected ',' or" in problem:
        return "a quote, bracket or brace above is not closed"
    return "look at the quotes, brackets and indentation here and on the line above"


def show_path(path: KeyPath) -> str:
    """A path as a reader writes it: `segments.banks.where`, `fit.criteria[2]`."""
    shown = ""
    for part in path:
        shown += f"[{part}]" if isinstance(part, int) else f".{part}" if shown else str(part)
    return shown
