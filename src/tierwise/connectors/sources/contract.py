"""How far what a source says may differ from what it said for the list in force, before somebody must look."""

from __future__ import annotations

from tierwise.core.spec import Spec, default


class ContractSpec(Spec):
    """Beyond these limits no list is published without a word (`--accept`)."""

    fewer_rows: float = default(
        0.2, "Fall of a table's rows, as a share of those behind the list in force, beyond which the list is held back.",
        source="reliability: schema drift, vanished file, mass change", unit="share", ge=0, le=1,
    )  # fmt: skip
    least_rows: int = default(
        50, "A table that had fewer rows is held back only when all are gone: a few rows come and go by chance.",
        unit="rows", ge=1,
    )  # fmt: skip
    fewer_values: float = default(
        0.5, "Fall of the share of rows that fill a column, of that behind the list in force, beyond which the list is held "
        "back: a column that stays in an export and is suddenly empty. Where fewer than `least_rows` values are to be "
        "expected, only when all are gone.",
        source="judgement", unit="share", ge=0, le=1,
    )  # fmt: skip
    list_change: float = default(
        0.5, "Share of tiers 1 and 2 that may leave or be new at once while the model stays; kept seats change about 15 % a "
        "month.",
        unit="share", ge=0, le=1,
    )  # fmt: skip
    least_seats: int = default(
        20, "A list with fewer accounts in tiers 1 and 2 may change as it likes.", unit="accounts", ge=1
    )
