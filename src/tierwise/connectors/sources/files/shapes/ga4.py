"""Events as Google Analytics 4 exports them to BigQuery: parameters in lists, microseconds, and no id of the event."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any

import pyarrow as pa

from tierwise.connectors.content import Content
from tierwise.connectors.sources.files.shapes.nested import require, unfold
from tierwise.connectors.sources.files.shapes.shape import Layout, Shape, Sign, Top
from tierwise.connectors.values import as_text

NAME = "ga4"
STAMP, KEY = "event_timestamp", "event_key"
PERSON, PLACE = "user_pseudo_id", "batch_event_index"
IDENTITY = (PERSON, STAMP, "event_name", "batch_page_id", "batch_ordering_id", PLACE)
DIGITS = 16  # microseconds since 1970 of any day from 2001 to 2286
EPOCH = datetime(1970, 1, 1, tzinfo=UTC)


def arrange(content: Content, file: str) -> Content:
    """`event_params.page_location` and the like, moments in UTC, and a derived `event_key`.

    Events of one batch carry one moment. Without their place in the batch, or without a device, equal names at one
    moment may be several events: then all that the row says is its key. Raises DataError without the three columns
    that every export has.
    """
    require(content, ("event_name", STAMP, PERSON), NAME)
    rows = content.table.select([name for name in content.table.column_names if name != KEY])
    cells = {name: as_text(column).to_pylist() for name, column in zip(rows.column_names, rows.columns, strict=True)}
    keys = [_key(dict(zip(cells, row, strict=True))) for row in zip(*cells.values(), strict=True)]
    moments = pa.array([_moment(text) for text in cells[STAMP]], pa.string())
    rows = rows.set_column(rows.column_names.index(STAMP), STAMP, moments)
    return unfold(replace(content, table=rows.append_column(KEY, pa.array(keys, pa.string()))), _by_key)


def _key(row: Mapping[str, str | None]) -> str:
    certain = row.get(PERSON) and row.get(PLACE)
    parts = [row.get(name) for name in IDENTITY] if certain else sorted((k, v) for k, v in row.items() if v)
    return hashlib.md5(json.dumps(parts).encode(), usedforsecurity=False).hexdigest()


def _moment(text: str | None) -> str | None:
    """Microseconds as a moment; anything else as it is, for the reader of dates to refuse with its line."""
    stamp = (text or "").strip()
    if len(stamp) != DIGITS or not (stamp.isascii() and stamp.isdigit()):
        return text
    return (EPOCH + timedelta(microseconds=int(stamp))).replace(tzinfo=None).isoformat(sep=" ")


def _by_key(value: Any) -> Any:
    """`[{"key": k, "value": {"string_value": v}}]` as `{k: v}`; a list of other things, such as items, as it is."""
    if not isinstance(value, list) or not value:
        return value or None
    if not all(isinstance(entry, dict) and isinstance(entry.get("key"), str) for entry in value):
        return value
    return {entry["key"]: _filled(entry.get("value")) for entry in value}


def _filled(value: Any) -> Any:
    """The one of `string_value`, `int_value`, `float_value`, `double_value` that holds something."""
    if not isinstance(value, dict):
        return value
    kinds = ("string_value", "int_value", "float_value", "double_value")
    return next((value[kind] for kind in kinds if value.get(kind) is not None), None)


def tell(top: Top) -> Sign | None:
    """By the three columns that every export has."""
    wanted = ("event_name", STAMP, PERSON)
    return Sign(f"each event has {', '.join(wanted)}") if {*wanted} <= {*top.keys} else None


LAYOUT = Layout(
    "events",
    {
        "event_key": (KEY,),
        "occurred_at": (STAMP,),
        "kind": ("event_name",),
        "path": ("event_params.page_location",),
        "person": ("user_id",),
        "anonymous_id": (PERSON,),
        "account_key": ("user_properties.account_id", "user_properties.company_id"),
        "email": ("user_properties.email",),
    },
    {"family": "web"},
    again="intraday",
)
GA4 = Shape(arrange, tell, LAYOUT)
