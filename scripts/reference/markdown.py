"""Tables and sentences in Markdown."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Any


def grid(headings: Sequence[str], rows: Iterable[Sequence[object]]) -> list[str]:
    """A table, line by line."""
    lines = [list(headings), ["---"] * len(headings), *(list(row) for row in rows)]
    return ["| " + " | ".join(_cell(cell) for cell in line) + " |" for line in lines]


def _cell(value: object) -> str:
    return str(value).replace("|", "\\|").replace("\n", " ")


def sentence(text: str) -> str:
    """The text with a capital letter and a full stop."""
    text = text.strip()
    return (text[:1].upper() + text[1:] + ("" if text.endswith((".", "?", "!")) else ".")) if text else ""


def first_line(thing: Any) -> str:
    """The first line of a docstring."""
    return str(thing.__doc__ or "").strip().splitlines()[0]


def paragraphs(thing: Any) -> list[str]:
    """The paragraphs of a docstring, each on one line."""
    blocks = str(thing.__doc__ or "").strip().split("\n\n")
    return [" ".join(block.split()) for block in blocks]
