"""How good is each field, in each dimension and all together? With intervals, and never without the worst dimension."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date
from typing import TYPE_CHECKING, Any

from tierwise.stages.accounts.audit.spec import OF_ACCOUNTS, QUALITY, AuditSpec
from tierwise.stats.grades import grade
from tierwise.stats.intervals import wilson
from tierwise.stats.quality.score import Dimension, mean_interval, score
from tierwise.stats.scorecard.agreement import kappa_of_counts
from tierwise.tables.arrow import filled
from tierwise.tables.audit import AUDIT_MEASURES, AUDIT_SCORES

if TYPE_CHECKING:
    import numpy as np
    import pyarrow as pa

Row = dict[str, Any]
WHOLE = ""  # the field of what is measured of accounts as a whole
SEED = 13


def audit_measures(spec: AuditSpec, as_of: date, audit_counts: pa.Table, audit_cells: pa.Table) -> pa.Table:
    """Each dimension that could be measured. One row per field and dimension; a share of 1 is flawless."""
    rows = [_measured(row) for row in audit_counts.to_pylist()]
    rows += list(_consistency(spec, audit_cells.to_pylist()))
    return filled(AUDIT_MEASURES, sorted(rows, key=lambda row: (row["field"], list(QUALITY).index(row["dimension"]))))


def audit_scores(spec: AuditSpec, as_of: date, audit_measures: pa.Table) -> pa.Table:
    """The score of each field, and of all together. One row per field; the whole has the field ''.

    The whole is the mean of the fields that the list reads, weighted by how much of it rests on them; `least` is the worst
    dimension of the worst of them.
    """
    by_field: dict[str, list[Row]] = {}
    for row in audit_measures.to_pylist():
        by_field.setdefault(row["field"], []).append(row)
    common = by_field.pop(WHOLE, [])
    rows = [_scored(spec, field, [*own, *common]) for field, own in sorted(by_field.items())]
    return filled(AUDIT_SCORES, [*rows, *_whole([row for row in rows if row["score"] is not None])])


def _measured(row: Row) -> Row:
    n, met = int(row["n"]), float(row["met"])
    value = met / n
    lo, hi = wilson(met, n) if row["squares"] is None else mean_interval(met, float(row["squares"]), n)
    method = "wilson" if row["squares"] is None else "mean"
    return _row(row["field"], row["dimension"], value, lo, hi, n, method)


def _consistency(spec: AuditSpec, cells: list[Row]) -> Iterator[Row]:
    """Weighted kappa where sources are compared in bands, the share that agrees where they are compared by word."""
    by_field: dict[str, list[Row]] = {}
    for cell in cells:
        by_field.setdefault(cell["field"], []).append(cell)
    for field, rows in sorted(by_field.items()):
        n = sum(int(row["n"]) for row in rows)
        agreeing = sum(int(row["n"]) for row in rows if row["same"])
        if edges := spec.edges(field):
            counts = [[0.0] * (len(edges) + 1) for _ in range(len(edges) + 1)]
            for row in rows:
                counts[row["first"]][row["second"]] += row["n"]
            found = kappa_of_counts(counts, _generator(field))
            if found.value is not None and found.lo is not None and found.hi is not None:
                value, lo, hi = (min(max(x, 0.0), 1.0) for x in (found.value, found.lo, found.hi))
                yield _row(field, "consistency", value, lo, hi, n, "weighted_kappa")
                continue
        yield _row(field, "consistency", agreeing / n, *wilson(agreeing, n), n, "wilson")


def _row(field: str, dimension: str, value: float, lo: float, hi: float, n: int, method: str) -> Row:
    return {
        "field": field, "dimension": dimension, "value": value, "lo": lo, "hi": hi, "n": n, "n_eff": float(n),
        "method": method, "grade": grade(n, float(n), None, value, lo, hi),
    }  # fmt: skip


def _scored(spec: AuditSpec, field: str, measures: list[Row]) -> Row:
    counted = [row for row in measures if spec.weights[row["dimension"]] > 0]
    found = score([Dimension(r["value"], r["lo"], r["hi"], spec.weights[r["dimension"]]) for r in counted])
    worst = min(counted, key=lambda row: (row["value"], row["dimension"]), default=None)
    own = [row["n"] for row in measures if row["dimension"] not in OF_ACCOUNTS]
    return {
        "field": field, "importance": spec.importance.get(field, 0.0),
        **dict(zip(("score", "lo", "hi"), found or (None, None, None), strict=True)),
        "least_field": field, "least_dimension": worst["dimension"] if worst else None,
        "least": 100.0 * worst["value"] if worst else None, "n": max(own, default=0), "measured": len(counted),
    }  # fmt: skip


def _whole(rows: list[Row]) -> Iterator[Row]:
    """All together; nothing where the list reads no field that could be measured."""
    read = [row for row in rows if row["importance"] > 0]
    if not read:
        return
    total = sum(row["importance"] for row in read)
    worst = min(read, key=lambda row: (row["least"], row["field"]))
    yield {
        "field": WHOLE, "importance": 1.0,
        **{name: sum(row["importance"] * row[name] for row in read) / total for name in ("score", "lo", "hi")},
        "least_field": worst["field"], "least_dimension": worst["least_dimension"], "least": worst["least"],
        "n": max(row["n"] for row in read), "measured": len(read),
    }  # fmt: skip


def _generator(field: str) -> np.random.Generator:
    """Draws of its own for each field, so that another field changes none of them."""
    import numpy as np

    return np.random.Generator(np.random.PCG64([SEED, *field.encode()]))
