"""Calls as Segment and what is compatible with it (RudderStack) write them: one object per line, with objects inside."""

from __future__ import annotations

from dataclasses import replace

import pyarrow.compute as pc

from tierwise.connectors.content import Content
from tierwise.connectors.sources.files.shapes.nested import require, unfold
from tierwise.connectors.sources.files.shapes.shape import Shape
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


SEGMENT = Shape(arrange)
