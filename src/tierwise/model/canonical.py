"""The meaning of a model as a value that can be hashed, whatever way it was written down."""

from __future__ import annotations

import re
from typing import Any

from tierwise.core.spec import Spec

ORDERED = ("sources", "segments", "signals")
WITHOUT_MEANING = ("engine",)
QUOTED_OR_SPACE = re.compile(r"('(?:[^']|'')*')|\s+")


def canonical(model: Spec) -> dict[str, Any]:
    """Every section with its defaults filled in; sections in which order decides become lists of pairs."""
    sections = model.model_dump(mode="json", exclude=set(WITHOUT_MEANING))
    return {
        name: [[key, _plain(entry)] for key, entry in value.items()] if name in ORDERED else _plain(value)
        for name, value in sections.items()
    }


def _plain(value: Any) -> Any:
    if isinstance(value, dict):
        return {str(key): _plain(inner) for key, inner in value.items()}
    if isinstance(value, list):
        return [_plain(inner) for inner in value]
    if isinstance(value, float) and value.is_integer():
        return int(value)
    return one_spaced(value) if isinstance(value, str) else value


def one_spaced(text: str) -> str:
    """A text with every run of blanks outside single quotes as one blank: how a condition is compared."""
    return QUOTED_OR_SPACE.sub(lambda found: found[1] or " ", text).strip()
