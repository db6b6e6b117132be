"""Turns what pydantic says into Problems that a user can act on: the place, the near miss, what to do."""

from __future__ import annotations

import re
import types
from collections.abc import Iterable, Iterator, Mapping
from typing import Any, Literal, Union, get_args, get_origin

from pydantic import BaseModel, ValidationError

from tierwise.core.errors import Problem, near_miss
from tierwise.model.yaml import Document, KeyPath, show_path

NUMBER_NEEDED = "write a number without quotes, units or thousands separators"
SEE_REFERENCE = "see: tierwise show model"
SAID = re.compile(r"(?P<message>.*?)(?:[;,:] | )(?P<hint>(?:did you mean|one of|use|write|for example) .*)", re.DOTALL)
NAME_NEEDED = "write lower-case letters, digits and _, beginning with a letter"
TEXT_NEEDED = "put it in quotes if it is meant as text"

# What to say for pydantic's kinds of error: message and hint; {limits} come from the error's context.
SENTENCES: dict[str, tuple[str, str]] = {
    "string_type": ("must be text, not {given}", TEXT_NEEDED),
    "string_too_short": ("must not be empty", "write a text, or delete the line"),
    "string_too_long": ("is longer than {max_length} characters", "shorten it"),
    "string_pattern_mismatch": ("{given} does not have the form that is needed", "it must match {pattern}"),
    "int_type": ("must be a whole number, not {given}", NUMBER_NEEDED),
    "int_parsing": ("must be a whole number, not {given}", NUMBER_NEEDED),
    "int_from_float": ("must be a whole number, not {given}", "round it"),
    "float_type": ("must be a number, not {given}", NUMBER_NEEDED),
    "float_parsing": ("must be a number, not {given}", NUMBER_NEEDED),
    "decimal_type": ("must be a number, not {given}", NUMBER_NEEDED),
    "decimal_parsing": ("must be a number, not {given}", NUMBER_NEEDED),
    "bool_type": ("must be true or false, not {given}", "write true or false"),
    "bool_parsing": ("must be true or false, not {given}", "write true or false"),
    "date_type": ("must be a date, not {given}", "write it as 2025-12-31"),
    "date_parsing": ("must be a date, not {given}", "write it as 2025-12-31"),
    "date_from_datetime_parsing": ("must be a date, not {given}", "write it as 2025-12-31"),
    "date_from_datetime_inexact": ("must be a date without a time, not {given}", "write it as 2025-12-31"),
    "datetime_type": ("must be a date and time, not {given}", "write it as 2025-12-31T18:00:00"),
    "dict_type": (
        "must be a group of 'name: value' lines, not {given}",
        "write one 'name: value' per line below it",
    ),
    "model_type": (
        "must be a group of 'name: value' lines, not {given}",
        "write one 'name: value' per line below it",
    ),
    "list_type": ("must be a list, not {given}", "write [first, second] or one '- item' per line"),
    "tuple_type": ("must be a list, not {given}", "write [first, second] or one '- item' per line"),
    "too_short": ("needs at least {min_length} entries, has {actual_length}", "add what is missing"),
    "too_long": (
        "may have at most {max_length} entries, has {actual_length}",
        "keep the most important ones",
    ),
    "greater_than": ("must be more than {gt}, not {given}", "change the number"),
    "greater_than_equal": ("must be {ge} or more, not {given}", "change the number"),
    "less_than": ("must be less than {lt}, not {given}", "change the number"),
    "less_than_equal": ("must be {le} or less, not {given}", "change the number"),
}


def problems_of(error: ValidationError, root: type[BaseModel], document: Document) -> list[Problem]:
    """Every problem that validation found, each with its place in the file, at most one per value."""
    found: dict[KeyPath, Problem] = {}
    for item in _one_branch_each(error.errors(include_url=False), document.data):
        path = path_of(item, document.data)
        problem = _problem(item, path, root, document)
        earlier = found.setdefault(path, problem)
        if earlier.message != problem.message:
            found[path] = _either(earlier, problem)
    return list(found.values())


def booleans_as_numbers(model: BaseModel, document: Document) -> Iterator[Problem]:
    """Places where the file says true or false and a number was made of it."""
    for path in document.positions:
        given: Any = document.data
        kept: Any = model
        for part in path:
            given = _given(given, part)
            kept = _inside(kept, part)
        if isinstance(given, bool) and isinstance(kept, int | float) and not isinstance(kept, bool):
            yield problem_at(document, path, f"must be a number, not {describe(given)}", NUMBER_NEEDED)


def _given(data: Any, part: Any) -> Any:
    """What a document holds below a key or number; None where a repeated key or a wrong value left nothing there."""
    if isinstance(data, Mapping):
        return data.get(part)
    return data[part] if isinstance(data, list) and isinstance(part, int) and part < len(data) else None


def problem_at(document: Document, path: KeyPath, message: str, hint: str, *, key: bool = False) -> Problem:
    """A problem at the place of a value, or of its key."""
    place = document.place(path, key=key)
    file, line, column = place if place else ("", None, None)
    return Problem(message, hint, file, line, column, show_path(path))


def names_at(annotation: Any, path: KeyPath, value: Any = None) -> list[str]:
    """The keys or fixed values that may stand at `path` below a type."""
    if get_origin(annotation) is Literal:
        return [str(choice) for choice in get_args(annotation)] if not path else []
    if isinstance(annotation, type) and issubclass(annotation, BaseModel):
        fields = annotation.model_fields
        if not path:
            return [field.alias or name for name, field in fields.items() if not field.exclude]
        for name, field in fields.items():
            if path[0] in (name, field.alias):
                return names_at(field.annotation, path[1:], _inside(value, path[0]))
        return []
    arguments = get_args(annotation)
    origin = get_origin(annotation)
    if origin in (Union, types.UnionType):
        return [name for choice in _likely(arguments, value) for name in names_at(choice, path, value)]
    if hasattr(annotation, "__metadata__"):
        return names_at(arguments[0], path, value)
    if arguments and isinstance(origin, type) and path:
        below = arguments[-1] if issubclass(origin, Mapping) else arguments[0]
        return names_at(below, path[1:], _inside(value, path[0]))
    return []


def describe(value: Any) -> str:
    """A value as a reader would say it."""
    match value:
        case None:
            return "nothing"
        case bool():
            return f"{str(value).lower()} (a yes/no value)"
        case int() | float():
            return f"the number {value}"
        case str():
            return f"'{value if len(value) <= 60 else value[:57] + '...'}'"
        case Mapping():
            return "a group of lines"
        case list() | tuple():
            return "a list"
    return f"a {type(value).__name__}"


def _likely(choices: tuple[Any, ...], value: Any) -> tuple[Any, ...]:
    """Of a union of Specs, those whose fixed fields (`kind: files`) agree with what is written."""
    if not isinstance(value, Mapping):
        return choices

    def agrees(choice: Any) -> bool:
        if not (isinstance(choice, type) and issubclass(choice, BaseModel)):
            return not isinstance(choice, type)
        fields = choice.model_fields.items()
        fixed = {name: get_args(f.annotation) for name, f in fields if get_origin(f.annotation) is Literal}
        return all(value.get(name, options[0]) in options for name, options in fixed.items())

    return tuple(choice for choice in choices if agrees(choice)) or choices


def _inside(value: Any, part: str | int) -> Any:
    if isinstance(value, BaseModel):
        fields = type(value).model_fields.items()
        return next((getattr(value, name) for name, field in fields if part in (name, field.alias)), None)
    if isinstance(value, Mapping):
        return value.get(part)
    if isinstance(value, list | tuple) and isinstance(part, int) and part < len(value):
        return value[part]
    return None


def _one_branch_each(errors: Iterable[Any], data: Any) -> list[Any]:
    """Of a union's alternatives keep the one that understood most: its errors lie deepest."""
    groups: dict[tuple[Any, ...], dict[Any, list[Any]]] = {}
    for item in errors:
        stem, tag = _union_branch(item["loc"], data)
        groups.setdefault(stem, {}).setdefault(tag, []).append(item)
    kept = []
    for stem, branches in groups.items():
        if stem[-1:] != (_UNION,):
            kept += [item for items in branches.values() for item in items]
            continue
        depths = {tag: max(len(item["loc"]) for item in items) for tag, items in branches.items()}
        best = [items for tag, items in branches.items() if depths[tag] == max(depths.values())]
        kept += [item for items in best for item in items]
    return kept


_UNION = object()


def _union_branch(loc: tuple[str | int, ...], data: Any) -> tuple[tuple[Any, ...], Any]:
    """The path before the first part of `loc` that is not in the data (a union's tag), and that part."""
    value = data
    for index, part in enumerate(loc):
        inner = _inside(value, part)
        in_data = (isinstance(value, Mapping) and part in value) or inner is not None
        if not in_data:
            last = index == len(loc) - 1
            return (loc, None) if last and isinstance(value, Mapping) else ((*loc[:index], _UNION), part)
        value = inner
    return loc, None


def path_of(item: Any, data: Any) -> KeyPath:
    """The path in the file of one of pydantic's errors, without the tags that pydantic adds."""
    path: list[str | int] = []
    value = data
    for part in item["loc"]:
        listed = isinstance(value, list) and isinstance(part, int)
        if listed or (isinstance(value, Mapping) and part in value):
            path.append(part)
            value = _inside(value, part)
    return (*path, item["loc"][-1]) if item["type"] == "missing" else tuple(path)


def _problem(item: Any, path: KeyPath, root: type[BaseModel], document: Document) -> Problem:
    kind, given, context = item["type"], item["input"], item.get("ctx", {})
    key = item["loc"][-1] == "[key]"
    if kind in ("missing", "union_tag_not_found"):
        name = context["discriminator"].strip("'") if context else path[-1]
        message, hint = f"'{name}' is missing", f"add '{name}:' here"
        return problem_at(document, path, message, hint, key=True)
    if kind == "extra_forbidden":
        names = names_at(root, path[:-1], document.data)
        hint = near_miss(str(path[-1]), names) or f"known here: {', '.join(sorted(names))}"
        return problem_at(document, path, f"there is no '{path[-1]}' here", hint, key=True)
    if kind in ("literal_error", "enum", "union_tag_invalid"):
        return _unknown_value(item, path, document, key=key)
    if kind in ("value_error", "assertion_error"):
        return _said_by_spec(item, path, document, key=key)
    message, hint = SENTENCES.get(kind, (item["msg"], SEE_REFERENCE))
    if kind == "string_pattern_mismatch" and key:
        message, hint = "{given} cannot be a name here", NAME_NEEDED
    elif given is None and kind.endswith("_type"):
        message, hint = "has nothing in it", "write a value, or delete the line to use the default"
    elif kind in ("dict_type", "model_type") and len(item["loc"]) > 2:
        hint = near_miss(str(path[-1]), names_at(root, item["loc"][:-2], document.data)) or hint
    limits = {name: _short(limit) for name, limit in context.items()}
    filled = {**limits, "given": describe(given)}
    return problem_at(document, path, message.format_map(filled), hint.format_map(filled), key=key)


def _short(limit: Any) -> Any:
    return int(limit) if isinstance(limit, float) and limit.is_integer() else limit


def _unknown_value(item: Any, path: KeyPath, document: Document, *, key: bool) -> Problem:
    context, given = item.get("ctx", {}), item["input"]
    if item["type"] == "union_tag_invalid":
        tag = context["discriminator"].strip("'")
        path, given = (*path, tag), context["tag"]
    expected = str(context.get("expected") or context.get("expected_tags", ""))
    names = expected.replace("'", "").replace(" or ", ", ").split(", ")
    hint = (near_miss(given, names) if isinstance(given, str) else "") or f"one of: {', '.join(names)}"
    return problem_at(document, path, f"{describe(given)} is not known here", hint, key=key)


def _said_by_spec(item: Any, path: KeyPath, document: Document, *, key: bool) -> Problem:
    """A Spec's own refusal: `ValueError(message)`, `(message, hint)` or "message; did you mean ..."."""
    error = item.get("ctx", {}).get("error")
    arguments: tuple[object, ...] = getattr(error, "args", ()) or (item["msg"],)
    said, given_hint = str(arguments[0]), "".join(str(more) for more in arguments[1:2])
    parts = SAID.fullmatch(said)
    message, hint = (parts["message"], parts["hint"]) if parts else (said, "")
    named = re.match(r"'([^']+)'", message)
    if named and isinstance(item["input"], Mapping) and (*path, named[1]) in document.keys:
        path, key = (*path, named[1]), True
    return problem_at(document, path, message, given_hint or hint or SEE_REFERENCE, key=key)


def _either(first: Problem, second: Problem) -> Problem:
    message = f"{first.message}, or {second.message}"
    return Problem(message, first.hint or second.hint, first.file, first.line, first.column, first.path)
