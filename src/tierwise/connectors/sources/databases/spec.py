"""What a model may say about a database: where it is, and which table or query is which table of the dictionary."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Annotated, Any, Literal

from pydantic import Field, field_validator, model_validator

from tierwise.connectors.source import Source, SourceTable, known_kinds
from tierwise.core.spec import default

PASSWORD = re.compile(r"://[^/@]*:[^/@]+@")


class DatabaseTable(SourceTable):
    """One table of a source: a table of the database, or a query. A bare name means `{table: name}`."""

    table: str | None = default(None, "Table or view of the database; `schema.name` in another schema.")
    query: str | None = default(None, "Or a query, one SELECT.")
    cursor: str | None = default(
        None,
        "Column by whose newest value the next reading begins: a time of change, or a number that only grows. "
        "Without one everything is read each time.",
    )
    overlap: Annotated[float, Field(ge=0)] | None = default(
        None,
        "How far before the newest value it begins, as rows are committed late: days of a time, else numbers; "
        "default: 1 day, 1,000 numbers.",
        source="reliability: late rows",
    )

    @model_validator(mode="after")
    def _one_of_both(self) -> DatabaseTable:
        if bool(self.table) == bool(self.query):
            raise ValueError("say either `table` or `query`")
        if self.overlap is not None and self.cursor is None:
            raise ValueError("`overlap` needs a `cursor`")
        return self


class DatabaseSource(Source):
    """A database that SQLAlchemy reaches. It is only read."""

    kind: Literal["database"] = Field(description="A database.")
    url: str | None = default(None, "Its address without a password: sqlite:///crm.db, postgresql://reader@host/crm.")
    url_from: Annotated[str, Field(pattern=r"^[A-Za-z_][A-Za-z0-9_]*$")] | None = default(
        None, "Environment variable that holds the address, with its password; NAME_FILE may name a file that does."
    )
    timeout: Annotated[float, Field(gt=0)] = default(
        600.0, "Longest time for one query, where the database can be told.", source="convention", unit="seconds"
    )
    entries: dict[str, DatabaseTable] = Field(
        alias="tables", description="Table of the dictionary -> the database's table or query.", min_length=1
    )

    @property
    def described(self) -> Mapping[str, DatabaseTable]:
        return self.entries

    @model_validator(mode="before")
    @classmethod
    def _short_form(cls, value: Any) -> Any:
        if isinstance(value, dict) and isinstance(value.get("tables"), dict):
            tables = {k: {"table": v} if isinstance(v, str) else v for k, v in value["tables"].items()}
            return {**value, "tables": tables}
        return value

    @field_validator("url")
    @classmethod
    def _without_password(cls, value: str | None) -> str | None:
        if value and PASSWORD.search(value):
            raise ValueError("a password does not belong into a model file: write `url_from: CRM_URL` and set CRM_URL")
        return value

    @field_validator("entries")
    @classmethod
    def _known_kinds(cls, value: dict[str, DatabaseTable]) -> dict[str, DatabaseTable]:
        known_kinds(value)
        return value

    @model_validator(mode="after")
    def _one_address(self) -> DatabaseSource:
        if bool(self.url) == bool(self.url_from):
            raise ValueError("say either `url` or `url_from`")
        return self
