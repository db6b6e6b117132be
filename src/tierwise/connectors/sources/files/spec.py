"""What a model may say about a folder of files: which file is which table, and how its values are written."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Annotated, Any, Literal

from pydantic import Field, field_validator, model_validator

from tierwise.connectors.source import Source, SourceTable, known_kinds
from tierwise.core.spec import Spec, default


class Limits(Spec):
    """What reading one file may take: whoever takes more is refused as unsafe."""

    memory_gb: float = default(8.0, "memory beyond that of the libraries", unit="GB", gt=0, le=1000)
    processor_seconds: int = default(300, "processor time", unit="seconds", ge=1, le=86_400)
    clock_seconds: float = default(900.0, "time of the clock", unit="seconds", gt=0, le=86_400)
    rows_gb: float = default(8.0, "its rows, unpacked", unit="GB", gt=0, le=1000)


class FileTable(SourceTable):
    """One table of a source: its file or files and how to read them. A bare name means `{file: name}`."""

    file: str = Field(
        description="Name or glob below the source's path: CSV, TSV (.gz too), xlsx, Parquet, JSON lines."
    )
    sheet: str | None = default(None, "Sheet of a workbook; default: the only one, else it asks.")
    delimiter: Annotated[str, Field(pattern=r"^[\x09\x20-\x21\x23-\x7e]$")] | None = default(
        None, "Delimiter of a text file."
    )
    encoding: str | None = default(None, "Encoding of a text file, for example cp1252.")
    shape: Literal["bombora", "g2", "ga4", "qualtrics", "segment", "surveymonkey"] | None = default(
        None, "Vendor whose layout the file has, where that is not one heading row and plain rows.", source="convention"
    )
    mode: Literal["replace", "append"] = default(
        "replace", "A changed file takes the place of its earlier version, or adds to it."
    )

    @property
    def is_glob(self) -> bool:
        """Whether `file` may stand for several files, each with a life of its own."""
        return any(sign in self.file for sign in "*?[")


class FilesSource(Source):
    """A folder of exports. A relative path is below the project's folder, or below `--data`."""

    kind: Literal["files"] = Field(description="A folder of files.")
    path: str = default(".", "Folder of the files.")
    files: dict[str, FileTable] = Field(
        alias="tables", description="Table of the dictionary -> its file or files.", min_length=1
    )

    limits: Limits = Field(default_factory=Limits, description="What reading one file may take.")

    @property
    def described(self) -> Mapping[str, FileTable]:
        return self.files

    @model_validator(mode="before")
    @classmethod
    def _short_form(cls, value: Any) -> Any:
        if isinstance(value, dict) and isinstance(value.get("tables"), dict):
            tables = {k: {"file": v} if isinstance(v, str) else v for k, v in value["tables"].items()}
            return {**value, "tables": tables}
        return value

    @field_validator("files")
    @classmethod
    def _known_kinds(cls, value: dict[str, FileTable]) -> dict[str, FileTable]:
        known_kinds(value)
        return value
