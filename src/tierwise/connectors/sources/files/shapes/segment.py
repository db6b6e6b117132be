"""Calls as Segment and what is compatible with it (RudderStack) write them: one object per line, with objects inside."""

from __future__ import annotations

from dataclasses import replace

import pyarrow.compute as pc

from tierwise.connectors.content import Content
from tierwise.connectors.sources.files.shapes.nested import require, unfold
from tierwise.connectors.sources.files.shapes.shape import Layout, Shape, Sign, Top
from tierwise.connectors.values import as_text, blank_to_null

NAME = "segment"
GROUP, GROUP_OF_OTHERS = "groupId", "context.groupId"


def arrange(content: Content, file: str) -> Content:
    """`properties.plan`, `context.page.path`, `traits.email`; `groupId` of every call that says one.

    Only a group call has its own `groupId`; the others carry it in their context. Raises DataError without
    `messageId` and `type`.
    """
    require(content, ("messageId", "type"), NAME)
    result = unfold(content)
    names = result.table.column_names
    if GROUP_OF_OTHERS not in names:
        return result
    groups = [blank_to_null(as_text(result.table[name])) for name in (GROUP, GROUP_OF_OTHERS) if name in names]
    group = pc.coalesce(*groups)
    if GROUP in names:
        return replace(result, table=result.table.set_column(names.index(GROUP), GROUP, group))
    return replace(result, table=result.table.append_column(GROUP, group))


def tell(top: Top) -> Sign | None:
    """By its two keys beside an id of a person or a device; alone, a queue's messages look the same."""
    if not {"messageId", "type"} <= {*top.keys}:
        return None
    named = [key for key in ("userId", "anonymousId") if key in top.keys]
    return Sign(f"each call has messageId, type{''.join(f', {key}' for key in named)}", sure=bool(named))


LAYOUT = Layout(
    "events",
    {
        "event_key": ("messageId",),
        "occurred_at": ("timestamp", "originalTimestamp", "sentAt", "receivedAt"),
        "kind": ("type",),
        "path": ("context.page.path", "properties.path", "context.page.url"),
        "person": ("userId",),
        "anonymous_id": ("anonymousId",),
        "account_key": (GROUP,),
        "email": ("context.traits.email", "traits.email", "properties.email"),
        "ip": ("context.ip",),
    },
    {"family": "web"},
)
SEGMENT = Shape(arrange, tell, LAYOUT)
