"""Is ABM the right motion here? The index, why it is what it is, and what treating an account must bring."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from tierwise.interfaces.report import wording as say
from tierwise.interfaces.report.charts import Axis, Strip
from tierwise.interfaces.report.listing import Listing, Row, Rows

TOTAL = ("total", "all")
MOST_SCORE = 4.0
TIER_NAMES = {"one_to_one": "1:1", "one_to_few": "1:few"}
ANSWER_WORDS = {
    "pays": "pays for itself",
    "fails": "does not pay for itself",
    "ask": "thinkable, never measured",
    "implausible": "not believed without a measurement",
    "unknown": "not known: no lifetime value",
}
INDEX = Axis(0.0, 100.0)


@dataclass(frozen=True)
class Criterion:
    """One line of the index. `anchors`: values that the model names, with their score from 0 to 4."""

    row: Row
    anchors: tuple[tuple[float, float], ...]


@dataclass(frozen=True)
class Fit:
    """The company or one segment: its index, its criteria in the order of the model, and the economics by tier."""

    name: str
    row: Row
    index: Strip
    criteria: tuple[Criterion, ...]
    economics: tuple[Strip, ...]


@dataclass(frozen=True)
class Motion:
    """The company first, then the segments in the order of the model; `bounds`: the indices between which both lead."""

    answer: str
    fits: tuple[Fit, ...]
    bounds: tuple[float, float]


def read(listing: Listing) -> Motion:
    """Which motion fits, for the whole company and by segment."""
    spec = listing.model.motion_fit
    criteria, economics = listing.rows("motion_criteria"), listing.rows("break_even")
    rows = sorted(listing.in_order(listing.rows("motion_fit"), "name"), key=lambda row: _key(row) != TOTAL)
    fits = tuple(
        Fit(
            name="the company" if _key(row) == TOTAL else say.words(row["name"]),
            row=row,
            index=_index(row),
            criteria=_criteria(spec, [c for c in criteria if _key(c) == _key(row)]),
            economics=_economics(
                listing.model.break_even.plausible_uplift, [e for e in economics if _key(e) == _key(row)]
            ),
        )
        for row in rows
    )
    judged = any(e["default_cost"] for e in economics if e["tier"] == "one_to_few")
    return Motion(answer([fit.row for fit in fits], judged), fits, (spec.demand_generation_below, spec.abm_above))


def answer(rows: Sequence[Row], default_cost: bool) -> str:
    """The motion of the company as the run says it, then the segments where the answer is another.

    `default_cost`: a "do not run ABM" rests on a judgement, and says so.
    """
    company, others = rows[0], rows[1:]
    apart: dict[str, list[str]] = {}
    for row in others:
        if row["motion"] not in ("unknown", company["motion"]):
            apart.setdefault(row["motion"], []).append(say.words(row["name"]))
    said = [company["said"], *(f"in {say.listed(names)}: {say.motion(motion)}" for motion, names in apart.items())]
    if default_cost and "no_abm" in apart and company["motion"] != "no_abm":
        said.append("that is at the default cost of treating an account, a judgement: declare yours under `break_even`")
    return "; ".join(said)


def _index(row: Row) -> Strip:
    """The index with what few records leave open, over what unknown criteria could make of it."""
    index = None if row["index"] is None else float(row["index"])
    return Strip(row, INDEX.span(index, row["lo"], row["hi"]), INDEX.span(index, row["lowest"], row["highest"]), None)


def _criteria(spec: Any, rows: Rows) -> tuple[Criterion, ...]:
    place = {name: number for number, name in enumerate(spec.criteria)}
    return tuple(
        Criterion(row, tuple(spec.criteria[row["criterion"]].anchors.items()))
        for row in sorted(rows, key=lambda row: place[row["criterion"]])
    )


def _economics(plausible: float, rows: Rows) -> tuple[Strip, ...]:
    """What each tier needs, against what was measured or else is believed at most, on one axis of shares."""
    believed = {row["tier"]: plausible if row["uplift"] is None else row["uplift"] for row in rows}
    ends = [row[end] for row in rows for end in ("required_uplift", "required_uplift_hi") if row[end] is not None]
    axis = Axis(0.0, min(1.0, 1.2 * max([plausible, *believed.values(), *ends])))
    return tuple(
        Strip(
            {**row, "title": TIER_NAMES[row["tier"]], "means": ANSWER_WORDS[row["answer"]]},
            axis.span(row["required_uplift"], row["required_uplift_lo"], row["required_uplift_hi"]),
            None,
            axis.x(believed[row["tier"]]),
        )
        for row in sorted(rows, key=lambda row: row["tier"])
    )


def _key(row: Row) -> tuple[str, str]:
    return row["dimension"], row["name"]
