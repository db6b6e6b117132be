"""What a model may say about a table of any source: which column is which, and how its values are written."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Annotated, Any, Literal

from pydantic import BeforeValidator, Field, field_validator

from tierwise.connectors.currencies import CURRENCIES
from tierwise.core.errors import near_miss
from tierwise.core.spec import Spec, default
from tierwise.tables.landing import LANDING_TABLES

KINDS = tuple(table.name.removeprefix("landing_") for table in LANDING_TABLES)
DATE_ORDERS = ("iso", "day_first", "month_first")
DIRECTIVES = frozenset("YymdHIMSfpzbBe%")


def _as_written(value: Any) -> Any:
    """YAML reads `true` and `12` as no text; as the meaning of a word they are one."""
    return str(value).lower() if isinstance(value, bool | int) else value


Words = dict[str, dict[str, Annotated[str, BeforeValidator(_as_written)]]]


class SourceTable(Spec):
    """One table of a source, and how its rows are read."""

    columns: dict[str, str] = Field(
        default_factory=dict,
        alias="map",
        description="Dictionary column or attribute -> heading. `Heading#2` is the second of that name.",
    )
    words: Words = Field(
        default_factory=dict,
        alias="values",
        description="Dictionary column -> value as written -> what it means; `''` is an empty cell.",
    )
    constants: dict[str, str] = default(dict, "Dictionary column -> value that every row has.")
    known_at: str | None = default(
        None, "Heading of the column that says since when a row was known.", source="convention"
    )
    history: Literal["known", "assumed"] = default(
        "known",
        "`assumed`: undated rows count as always known instead of since they were loaded.",
        source="convention",
    )
    dates: str | dict[str, str] | None = default(
        None, "iso, day_first, month_first or a strptime format; or column -> one of these."
    )
    decimal: Literal[".", ","] | None = default(None, "Decimal mark of the numbers.")
    currency: str | None = default(
        None, "ISO 4217 code of amounts that carry neither symbol nor code.", unit="ISO 4217"
    )
    minor_units: bool = default(False, "Amounts are whole cents (Stripe): divide by the currency's minor unit.")
    allow_empty: bool = default(False, "A file without a loadable row is accepted.")
    addresses: Literal["network", "whole"] = default(
        "network",
        "Of visitors' addresses (`ip`) the network is kept, a /24 or a /48; or the whole address, which is personal data.",
    )
    duplicates: Literal["drop", "keep"] = default(
        "drop", "Rows equal in every mapped column are one fact (`drop`) or as many as rows (`keep`)."
    )
    bad_values: Literal["reject", "blank"] = default(
        "reject", "An unreadable value in an optional column rejects its row, or counts as missing."
    )

    def date_format(self, column: str) -> str | None:
        """Declared date format of a dictionary column, or None when the values must decide."""
        return self.dates.get(column) if isinstance(self.dates, dict) else self.dates

    @field_validator("dates")
    @classmethod
    def _known_formats(cls, value: str | dict[str, str] | None) -> str | dict[str, str] | None:
        for text in value.values() if isinstance(value, dict) else [value] if value else []:
            unknown = [d for d in re.findall(r"%(.)", text) if d not in DIRECTIVES]
            if unknown:
                raise ValueError(f"%{unknown[0]} is not supported in a date format; use %Y %m %d %H %M %S %f %z %b %p")
            if "%" not in text and text not in DATE_ORDERS:
                raise ValueError(f"{text!r} is not a date format {near_miss(text, DATE_ORDERS)}".rstrip())
        return value

    @field_validator("currency")
    @classmethod
    def _iso_currency(cls, value: str | None) -> str | None:
        if value is not None and value.upper() not in CURRENCIES:
            raise ValueError(f"{value!r} is not an ISO 4217 currency; {near_miss(value, CURRENCIES)}".rstrip("; "))
        return value.upper() if value else None


class Source(Spec):
    """A system that records come from. `described` says what is known of its tables, by kind."""

    keys: str | None = default(None, "Another source whose account keys this source uses.")
    fewer_rows: Annotated[float, Field(ge=0, le=1)] | None = default(
        None, "Fall of a table's rows beyond which a list is held back; default: that of `contract`.", unit="share"
    )

    @property
    def described(self) -> Mapping[str, SourceTable]:
        raise NotImplementedError


def known_kinds(kinds: Mapping[str, Any]) -> None:
    """Raises ValueError, with the near miss, for a table that the dictionary does not have."""
    for kind in kinds:
        if kind not in KINDS:
            raise ValueError(f"{kind!r} is not a table; {near_miss(kind, KINDS) or 'one of ' + ', '.join(KINDS)}")
