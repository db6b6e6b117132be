"""G2's buyer intent: pages of its API (JSON:API) as they were saved, JSON lines of it, or its attributes as a heading."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator, Mapping
from dataclasses import replace
from typing import Any

from tierwise.connectors.content import Content
from tierwise.connectors.sources.files.shapes.nested import unfold
from tierwise.connectors.sources.files.shapes.shape import Layout, Shape, Sign, Top, without
from tierwise.core.errors import DataError, near_miss

NAME = "g2"
COMPANY = ("company_domain", "company_name", "company_id")
SAID = ("company_intent_score", "signal_type", "total_activity")
NEXT = "links.next"
SPACE, LINE_END = re.compile(r"\s*"), re.compile(r"\r\n|\n|\r")


def lines(body: bytes) -> bytes:
    """Pages as one row per line: the attributes of each resource, what it refers to, and the next page on a page's last row.

    What is no page stays as it is: a row, or a line for the reader to refuse.
    """
    try:
        rows = [json.dumps(row) for value in _values(body.decode()) for row in _rows(value)]
    except (ValueError, RecursionError):
        rows = [one for line in LINE_END.split(body.decode()) for one in _of_line(line)]
    return "\n".join(rows).encode()


def arrange(content: Content, file: str) -> Content:
    """One column per attribute. Raises DataError for a page that holds an error, or rows that name no company."""
    names = content.table.column_names
    if "errors" in names:
        said = next(filter(None, content.table["errors"].to_pylist()), "")
        raise DataError(f"{NAME}: a page holds an error and no rows: {said[:200]}", "Fetch it again, then save it.")
    if not {*COMPANY} & {*names}:
        hint = near_miss(COMPANY[0], names) or f"the file has: {', '.join(names[:20])}"
        raise DataError(f"{NAME}: no row names a company ({', '.join(COMPANY)}); {hint}", without(NAME))
    if NEXT not in names:
        return unfold(content)
    following = [page for page in content.table[NEXT].to_pylist() if page]
    said = f"the last page names a next one, {following[-1]}: it has to be among the files too" if following else ""
    rows = content.table.drop_columns([NEXT])
    return unfold(replace(content, table=rows, warnings=(*content.warnings, *filter(None, [said]))))


def tell(top: Top) -> Sign | None:
    """By the attributes of buyer intent, as keys of a page's rows or as a heading."""
    rows = list(_rows(top.first))
    names = {*(rows[0] if rows else ()), *top.keys, *top.row(0)}
    company, said = [name for name in COMPANY if name in names], [name for name in SAID if name in names]
    if not company or not said:
        return None
    where = "each resource of the page has" if "data" in top.first else "it has"
    return Sign(f"{where} {', '.join([*company, *said])}")


def _values(text: str) -> Iterator[Any]:
    """The JSON values of a text, one after another: pages may be printed over several lines."""
    decoder, at = json.JSONDecoder(object_pairs_hook=_unique), _beyond_space(text, 0)
    while at < len(text):
        value, at = decoder.raw_decode(text, at)
        at = _beyond_space(text, at)
        yield value


def _beyond_space(text: str, at: int) -> int:
    return SPACE.match(text, at).end()  # type: ignore[union-attr]  # it always matches


def _unique(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    result = dict(pairs)
    if len(result) != len(pairs):
        raise ValueError("a key occurs twice")
    return result


def _of_line(line: str) -> list[str]:
    try:
        return [json.dumps(row) for value in _values(line) for row in _rows(value)]
    except (ValueError, RecursionError):
        return [line]


def _rows(value: Any) -> Iterator[Any]:
    """The rows of a page, a resource alone, or what is neither as it is."""
    data = value.get("data") if isinstance(value, dict) else None
    resources = data if isinstance(data, list) else [data] if isinstance(data, dict) else None
    if resources is None:
        yield _row(value, {}) if isinstance(value, dict) and isinstance(value.get("attributes"), dict) else value
        return
    included = {(one.get("type"), one.get("id")): one.get("attributes") for one in _objects(value.get("included"))}
    links = value.get("links")
    following = links.get("next") if isinstance(links, dict) else None
    for number, resource in enumerate(resources, start=1):
        last = {NEXT: following} if following and number == len(resources) else {}
        yield {**_row(resource, included), **last} if isinstance(resource, dict) else resource


def _row(resource: Mapping[str, Any], included: Mapping[tuple[Any, Any], Any]) -> dict[str, Any]:
    """A resource's attributes; of each thing that it refers to the id, and what the page says of it."""
    row = {"id": resource.get("id"), **(resource.get("attributes") or {})}
    related = resource.get("relationships")
    for name, reference in related.items() if isinstance(related, dict) else ():
        for one in _objects([reference.get("data")] if isinstance(reference, dict) else None):
            row[f"{name}.id"] = one.get("id")
            said = included.get((one.get("type"), one.get("id")))
            row |= {f"{name}.{key}": item for key, item in said.items()} if isinstance(said, dict) else {}
    return row


def _objects(value: Any) -> list[dict[str, Any]]:
    return [one for one in value if isinstance(one, dict)] if isinstance(value, list) else []


LAYOUT = Layout(
    "intent",
    {
        "domain": ("company_domain", "company.domain"),
        "occurred_at": ("time", "day", "week", "month", "last_seen_at"),
        "kind": ("signal_type",),
        "topic": ("category_name", "product_name"),
        "score": ("company_intent_score",),
    },
    {"provider": "G2"},
)
G2 = Shape(arrange, tell, LAYOUT, lines=lines)
