"""Can one text be written for each segment? How mixed each is, and where to cut those that are too broad."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from tierwise.interfaces.report import wording as say
from tierwise.interfaces.report.charts import Axis
from tierwise.interfaces.report.listing import Listing, Row, Rows

ASPECTS = ("problem", "size", "technology")
NOTHING = "No account is in a segment yet: declare `segments` in the model, then `tierwise run`"


@dataclass(frozen=True)
class Audience:
    """One segment: its row of `breadth`, its row per attribute, and its sub-segments if it should be split."""

    row: Row
    attributes: Rows
    splits: Rows


@dataclass(frozen=True)
class Breadth:
    """The segments in the order of the model. `axis` holds effective groups, `too_mixed` is its bar."""

    answer: str
    audiences: tuple[Audience, ...]
    axis: Axis
    too_mixed: float
    too_many: int


def read(listing: Listing) -> Breadth:
    """What is mixed in each segment that has accounts."""
    attributes, splits = listing.rows("breadth_aspects"), listing.rows("breadth_splits")
    audiences = tuple(
        Audience(row, *([r for r in rows if r["segment"] == row["segment"]] for rows in (attributes, splits)))
        for row in listing.in_order(listing.rows("breadth"))
    )
    spec = listing.model.breadth
    groups = [one.row[aspect] or 0.0 for one in audiences for aspect in ASPECTS]
    return Breadth(
        answer([one.row for one in audiences]),
        audiences,
        Axis(0.0, 1.1 * max([spec.too_mixed, *groups])),
        spec.too_mixed,
        spec.too_many,
    )


def answer(rows: Sequence[Row]) -> str:
    """The segments that are too broad, and by what to split them."""
    if not rows:
        return NOTHING
    broad = [f"{say.words(row['segment'])}: {row['said']}" for row in rows if row["too_many"] or row["too_mixed"]]
    if broad:
        return ". ".join(say.sentence(text).removesuffix(".") for text in broad)
    if all(row["heterogeneity"] is None for row in rows):
        return "Nothing on record shows what is mixed in the segments: name the columns that do under `breadth`"
    return "No segment is too broad to write for"
