"""What do the job titles say? Each distinct title is read once, however many people have it."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date
from typing import Any

import pyarrow as pa
from pydantic import ValidationInfo, field_validator

from tierwise.core.errors import near_miss
from tierwise.core.spec import Spec, default
from tierwise.core.vocabulary import FUNCTIONS, SENIORITIES
from tierwise.sql.query import Query, query
from tierwise.stages.accounts.titles.lexicon import folded
from tierwise.stages.accounts.titles.parser import Title, parse
from tierwise.tables.accounts.people import TITLES
from tierwise.tables.arrow import filled


class OwnTitle(Spec):
    """What a title means in your market."""

    function: str = default("other", "business function", source="convention")
    seniority: str = default("unknown", "seniority", source="convention")

    @field_validator("function", "seniority")
    @classmethod
    def _known(cls, word: str, info: ValidationInfo) -> str:
        words = FUNCTIONS if info.field_name == "function" else SENIORITIES
        if word not in words:
            raise ValueError(
                f"'{word}' is no {info.field_name}", near_miss(word, words) or f"one of: {', '.join(words)}"
            )
        return word


class TitlesSpec(Spec):
    """How job titles are read."""

    large_from: int = default(
        200, "size from which 'Head of' is a director and 'Leiter' no manager any more", source="methods j.1",
        unit="employees", ge=1,
    )  # fmt: skip
    own: dict[str, OwnTitle] = default(
        dict, "whole titles, as they are written, that mean something of their own in your market", source="convention"
    )

    @field_validator("own")
    @classmethod
    def _no_empty_title(cls, own: dict[str, OwnTitle]) -> dict[str, OwnTitle]:
        if any(not title.strip() for title in own):
            raise ValueError("a title of your own is empty: write it as the records do")
        return own


def title_texts(spec: TitlesSpec, as_of: date) -> Query:
    """The distinct titles, and what sources themselves call function and seniority. One row per text, in lower case."""
    return query(
        """
        select t.title, count(distinct t.source || ':' || t.record_id) as records
        from (
            select lower(trim(title)) as title, source, record_id from landing_contacts
            union all select lower(trim(function)) as title, source, record_id from landing_contacts
            union all select lower(trim(seniority)) as title, source, record_id from landing_contacts
        ) t
        where t.title is not null and t.title <> ''
        group by t.title
        """
    )


def titles(spec: TitlesSpec, as_of: date, title_texts: pa.Table) -> pa.Table:
    """What each title says. One row per distinct title; as long as the list of titles, never as that of the people."""
    own = {folded(title).strip(): meaning for title, meaning in spec.own.items()}
    texts = zip(title_texts["title"].to_pylist(), title_texts["records"].to_pylist(), strict=True)
    return filled(TITLES, _rows(sorted(texts), own))


def _rows(texts: list[tuple[str, int]], own: dict[str, OwnTitle]) -> Iterator[dict[str, Any]]:
    for text, records in texts:
        mine = own.get(folded(text).strip())
        read = parse(text) if mine is None else Title(mine.function, mine.seniority, mine.seniority, 1.0)
        yield {
            "title": text, "function": read.function, "seniority": read.seniority, "seniority_small": read.small,
            "seniority_large": read.large, "confidence": read.confidence, "language": read.language or None,
            "records": records,
        }  # fmt: skip
