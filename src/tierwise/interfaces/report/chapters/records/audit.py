"""Can the records be trusted, field by field, and what exactly is wrong?"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from tierwise.interfaces.report import wording as say
from tierwise.interfaces.report.listing import Listing, Row, Rows

DIMENSIONS = ("completeness", "validity", "uniqueness", "timeliness", "consistency", "hierarchy", "ownership")
NOT_MEASURED = {
    "timeliness": "how old values are is not known: name the columns with the days of checking under `audit.verified`",
    "consistency": "one source alone has accounts, so that nothing contradicts it",
    "hierarchy": "no account names a parent",
    "ownership": "no account names an owner",
}


@dataclass(frozen=True)
class Audit:
    """The whole, the fields that are read first, the dimensions of each, and what is wrong. Empty without accounts."""

    whole: Row | None
    fields: Rows
    defects: Rows
    common: Rows
    unmeasured: tuple[str, ...]

    @property
    def answer(self) -> str:
        """One sentence about all of the records that the list reads."""
        if self.whole is None:
            return "nothing could be measured: no account is on record, or the list reads no field of accounts"
        whole = self.whole
        where = f"{say.words(whole['least_dimension'])} of {say.words(whole['least_field'])}"
        return (
            f"the fields that the list reads score {say.points(whole['score'], 0)} of 100 "
            f"({say.points(whole['lo'], 0)} to {say.points(whole['hi'], 0)}); the worst of them, {where}, "
            f"{say.points(whole['least'], 0)}"
        )


def read(listing: Listing) -> Audit:
    """The audit of one list."""
    scores = listing.rows("audit_scores")
    measures = listing.rows("audit_measures")
    found: dict[str, dict[str, dict[str, Any]]] = {}
    for row in measures:
        found.setdefault(row["field"], {})[row["dimension"]] = row
    fields: Rows = [{**row, "measures": found.get(row["field"], {})} for row in scores if row["field"]]
    measured = {row["dimension"] for row in measures}
    return Audit(
        whole=next((row for row in scores if not row["field"]), None),
        fields=sorted(fields, key=lambda row: (-row["importance"], row["score"], row["field"])),
        defects=sorted(listing.rows("audit_defects"), key=lambda row: (-min(row["importance"], 1), row["position"])),
        common=[found[""][name] for name in DIMENSIONS if name in found.get("", {})],
        unmeasured=tuple(why for name, why in NOT_MEASURED.items() if name not in measured),
    )
