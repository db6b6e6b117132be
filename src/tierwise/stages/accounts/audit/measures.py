"""How good is each field, in each dimension and all together? With intervals, and never without the worst dimension."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from datetime import date
from typing import TYPE_CHECKING, Any

from tierwise.stages.accounts.audit.families import sums
from tierwise.stages.accounts.audit.spec import OF_ACCOUNTS, QUALITY, AuditSpec
from tierwise.stats.estimate import Estimate
from tierwise.stats.grades import grade
from tierwise.stats.quality.score import Dimension, score
from tierwise.stats.ratios import design_effect, proportion, ratio
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
    counts = audit_counts.to_pylist()
    rows = [_measured(row) for row in counts if row["dimension"] != "consistency"]
    rows += _consistency(spec, [row for row in counts if row["dimension"] == "consistency"], audit_cells.to_pylist())
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
    of = sums(row)
    found = ratio(of, ceiling=1.0) if row["dimension"] == "timeliness" else proportion(of)
    method = "mean" if row["dimension"] == "timeliness" else "wilson"
    return _row(row, found, method)


def _consistency(spec: AuditSpec, shares: list[Row], cells: list[Row]) -> Iterator[Row]:
    """Weighted kappa where sources are compared in bands, the share that agrees where they are compared by word.

    Kappa's interval resamples as many pairs as the design effect of the share leaves (Rao and Scott 1981).
    """
    for row in shares:
        of, edges = sums(row), spec.edges(row["field"])
        counts = [[0.0] * (len(edges) + 1) for _ in range(len(edges) + 1)]
        for cell in cells if edges else ():
            if cell["field"] == row["field"]:
                counts[cell["first"]][cell["second"]] += cell["n"]
        found = kappa_of_counts(counts, _generator(row["field"]), design_effect(of)) if edges else None
        if found is None or found.value is None or found.lo is None or found.hi is None:
            yield _row(row, proportion(of), "wilson")
            continue
        value, lo, hi = (min(max(x, 0.0), 1.0) for x in (found.value, found.lo, found.hi))
        said = grade(of.n, of.n_eff, of.top_share, value, lo, hi)
        yield _row(row, replace(proportion(of), value=value, lo=lo, hi=hi, grade=said), "weighted_kappa")


def _row(row: Row, found: Estimate, method: str) -> Row:
    """One measure; of what a single ultimate parent keeps nothing is known about others."""
    return {
        "field": row["field"], "dimension": row["dimension"], "value": found.value,
        "lo": 0.0 if found.lo is None else found.lo, "hi": 1.0 if found.hi is None else found.hi,
        "n": round(row["looked"]), "n_clusters": found.n_clusters, "n_eff": found.n_eff, "method": method,
        "grade": found.grade,
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
