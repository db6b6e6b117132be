"""What only the whole model can tell: names that one section uses and another must define."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping

from tierwise.connectors.source import KINDS
from tierwise.core.errors import Problem, near_miss
from tierwise.core.spec import Spec
from tierwise.core.table import INTEGER, MONEY, NUMBER, POINTS, TEXT
from tierwise.core.vocabulary import DIMENSIONS, RESPONDENT_ROLES
from tierwise.model.model import ELSEWHERE, Model
from tierwise.model.problems import problem_at
from tierwise.model.yaml import Document, KeyPath
from tierwise.stages.market.breadth import PRODUCT, TOPIC
from tierwise.tables.dictionary import dictionary

NUMBERS = (INTEGER, MONEY, NUMBER, POINTS)
DOMAIN_KEYS = "domain"  # the key space of `account_keys` that no source may have


def broken_references(model: Model, document: Document) -> Iterator[Problem]:
    """Every name that refers to nothing. What has problems of its own is not in `model` and is not judged."""
    for check in (
        _map, _sources, _attributes, _dimensions, _teams, _discovery, _market, _clusters, _not_for_the_file, _vocabulary,
    ):  # fmt: skip
        yield from check(model, document)


def names_in(document: Document, section: str) -> tuple[str, ...]:
    """The names that a section of the file defines, those of wrong entries too."""
    entries = document.data.get(section)
    return tuple(entries) if isinstance(entries, dict) else ()


def _map(model: Model, document: Document) -> Iterator[Problem]:
    for kind, columns in model.map.items():
        if kind in KINDS:
            yield from _mapped(model, document, kind, columns, ("map", kind))
        else:
            yield _unknown(document, ("map", kind), "table of records", KINDS, key=True)
    for kind, words in model.values.items():
        if kind in KINDS:
            yield from _words(model, document, kind, words, ("values", kind))
        else:
            yield _unknown(document, ("values", kind), "table of records", KINDS, key=True)


def _sources(model: Model, document: Document) -> Iterator[Problem]:
    defined = names_in(document, "sources")
    for name, source in model.sources.items():
        if name == DOMAIN_KEYS:
            message = f"a source cannot be called '{name}': that is where the web domains of accounts are kept as keys"
            yield problem_at(
                document, ("sources", name), message, "call it after its system, for example crm", key=True
            )
        path = ("sources", name, "keys")
        if source.keys == name:
            yield problem_at(document, path, "a source cannot take its keys from itself", "delete the line")
        elif source.keys is not None and source.keys not in defined:
            yield _unknown(document, path, "source", defined)
        elif (named := model.sources.get(source.keys or "")) and named.keys not in (None, source.keys):
            message = f"'{source.keys}' takes its own keys from '{named.keys}'"
            yield problem_at(document, path, message, f"write keys: {named.keys}")
        for kind, file in source.described.items():
            place = ("sources", name, "tables", kind)
            yield from _mapped(model, document, kind, file.columns, (*place, "map"))
            yield from _mapped(model, document, kind, file.constants, (*place, "constants"))
            yield from _words(model, document, kind, file.words, (*place, "values"))
            other = file.constants.get("other_source")
            if other is not None and other not in defined:
                yield _unknown(document, (*place, "constants", "other_source"), "source", defined)
            if isinstance(file.dates, dict):
                yield from _mapped(model, document, kind, file.dates, (*place, "dates"))


def _mapped(model: Model, document: Document, kind: str, columns: Iterable[str], path: KeyPath) -> Iterator[Problem]:
    known = (*model.dictionary[f"landing_{kind}"].names, *names_in(document, "attributes"))
    for column in columns:
        if column not in known:
            yield _unknown(document, (*path, column), f"column of {kind}", known, key=True)


def _words(
    model: Model, document: Document, kind: str, words: Mapping[str, Mapping[str, str]], path: KeyPath
) -> Iterator[Problem]:
    """Columns that do not exist, and meanings that a closed list does not hold."""
    yield from _mapped(model, document, kind, words, path)
    closed = {column.name: column.values for column in model.dictionary[f"landing_{kind}"].columns if column.values}
    for column in closed.keys() & words.keys():
        for written, meaning in words[column].items():
            if meaning not in closed[column]:
                yield _unknown(document, (*path, column, written), f"{column} called", closed[column])


def _attributes(model: Model, document: Document) -> Iterator[Problem]:
    taken = {name for table in ("accounts", "landing_accounts") for name in dictionary()[table].names}
    for name in model.attributes:
        if name in taken:
            message, hint = (
                f"accounts have a column '{name}' anyway",
                "map it in the source, or choose another name",
            )
            yield problem_at(document, ("attributes", name), message, hint, key=True)


def _dimensions(model: Model, document: Document) -> Iterator[Problem]:
    known = (*model.dictionary["accounts"].names, *names_in(document, "attributes"))
    for place, name in enumerate(model.dimensions):
        if name not in known:
            message, hint = f"there is no column of accounts '{name}'", near_miss(name, known)
            known_here = f"known: {', '.join(known)}"
            yield problem_at(document, ("dimensions", place), message, hint or known_here)
    for place, name in enumerate(model.win_rate.known_when_won):
        if name not in model.dimensions:
            yield _unknown(document, ("win_rate", "known_when_won", place), "dimension", model.dimensions)


def _teams(model: Model, document: Document) -> Iterator[Problem]:
    """The column of accounts that names the team."""
    texts = [column.name for column in model.dictionary["accounts"].columns if column.type == TEXT]
    if (column := model.tiers.per) is not None and column not in (*texts, *names_in(document, "attributes")):
        yield _unknown(document, ("tiers", "per"), "text column of accounts", texts)


def _discovery(model: Model, document: Document) -> Iterator[Problem]:
    """Attributes that discovery is told to search, to trust or to cut; only numbers can be cut."""
    accounts = {c.name: c.type for c in model.dictionary["accounts"].columns}
    known = tuple(dict.fromkeys((*accounts, *names_in(document, "attributes"))))
    numbers = [name for name in known if accounts.get(name) in NUMBERS]
    for field in ("attributes", "known_before_purchase"):
        for place, name in enumerate(getattr(model.discovery, field)):
            if name not in known:
                yield _unknown(document, ("discovery", field, place), "column of accounts", known)
    for name in model.discovery.edges:
        if name not in known:
            yield _unknown(document, ("discovery", "edges", name), "column of accounts", known, key=True)
        elif name in accounts and name not in numbers:
            message, hint = f"'{name}' is not a number, and only numbers are cut", f"known: {', '.join(numbers)}"
            yield problem_at(document, ("discovery", "edges", name), message, hint, key=True)


def _market(model: Model, document: Document) -> Iterator[Problem]:
    """Columns and segments that the sections about the market name."""
    accounts = {c.name: c.type for c in model.dictionary["accounts"].columns}
    own = names_in(document, "attributes")
    numbers = [name for name, type_ in accounts.items() if type_ in NUMBERS]
    if (column := model.concentration.potential) is not None and column not in numbers and column not in own:
        yield _unknown(document, ("concentration", "potential"), "number column of accounts", numbers)
    for aspect, more in (("problem", (PRODUCT, TOPIC)), ("size", ()), ("technology", ())):
        for place, name in enumerate(getattr(model.breadth, aspect) or ()):
            if name not in (known := (*accounts, *own, *more)):
                yield _unknown(document, ("breadth", aspect, place), "column of accounts", known)
    segments = names_in(document, "segments")
    for name, target in model.targets.items():
        for place, segment in enumerate(target.segments):
            if segment not in segments:
                yield _unknown(document, ("targets", name, "segments", place), "segment", segments)


def _clusters(model: Model, document: Document) -> Iterator[Problem]:
    """Columns by which accounts of tier 2 are compared."""
    known = (*model.dictionary["accounts"].names, *names_in(document, "attributes"))
    for feature in ("problem", "sub_vertical", "region"):
        if (column := getattr(model.clusters, feature)) is not None and column not in known:
            yield _unknown(document, ("clusters", feature), "column of accounts", known)
    for place, column in enumerate(model.clusters.technology or ()):
        if column not in known:
            yield _unknown(document, ("clusters", "technology", place), "column of accounts", known)


def _not_for_the_file(model: Model, document: Document) -> Iterator[Problem]:
    """Fields that the model fills in itself, or that have a section of their own, written by hand."""
    for section, spec in model:
        for name, field in type(spec).model_fields.items() if isinstance(spec, Spec) else ():
            own = ELSEWHERE.get(f"{section}.{name}")
            if name in getattr(spec, "model_fields_set", ()) and (own or field.exclude):
                hint = f"move the lines to the section '{own}'" if own else "delete the line"
                yield problem_at(document, (section, name), f"there is no '{name}' here", hint, key=True)


def _vocabulary(model: Model, document: Document) -> Iterator[Problem]:
    for section, known, what in (
        ("half_life_days", DIMENSIONS, "dimension of readiness"),
        ("questions", DIMENSIONS, "dimension of readiness"),
        ("role_weights", RESPONDENT_ROLES, "role of a respondent"),
    ):
        for name in getattr(model.readiness, section):
            if name not in known:
                yield _unknown(document, ("readiness", section, name), what, known, key=True)


def _unknown(document: Document, path: KeyPath, what: str, known: Iterable[str], *, key: bool = False) -> Problem:
    name = str(path[-1])
    if not key:
        value = document.data
        for part in path:
            value = value[part]
        name = str(value)
    hint = near_miss(name, known) or f"known: {', '.join(known)}"
    return problem_at(document, path, f"there is no {what} '{name}'", hint, key=key)
