"""The price of a defect: how far the list would move if its records were repaired."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

from tierwise.model.model import Model
from tierwise.pipeline.audit.replay import Replay
from tierwise.pipeline.read import model_of
from tierwise.pipeline.run import Progress, engine_on
from tierwise.pipeline.shelf import Shelf, Workbench
from tierwise.stages.accounts.audit.repairs import ALL
from tierwise.stats.quality.draws import Range, spread
from tierwise.stores.runs import Snapshot
from tierwise.stores.workspace import Workspace
from tierwise.tables.arrow import filled
from tierwise.tables.audit import AUDIT_DRAWS

TENTH = 0.1  # how much of the records an elasticity repairs
MOST_ROWS = 2_000_000  # accounts times contests that are seated at once
FIGURES = ("into_one", "out_of_one", "into_list", "out_of_list", "moves", "brings")


@dataclass(frozen=True)
class Price:
    """What a repair of one defect of one field would do to the list; of all defects, `defect` is 'all'.

    `figures` are those of FIGURES with every record repaired: accounts that enter and leave tier 1 and the list (tiers 1 and
    2), accounts whose tier changes, and the value that the repaired list brings beyond today's. `per_tenth` is how many
    change their tier when a tenth of the records is repaired.
    """

    defect: str
    field: str
    figures: Mapping[str, Range]
    per_tenth: Range


@dataclass(frozen=True)
class Prices:
    """Prices, the costliest defect first. `unit` of values: money or fit."""

    draws: int
    unit: str
    prices: Sequence[Price]

    def of(self, defect: str, field: str) -> Price | None:
        """The price of one defect; None where a repair cannot be drawn."""
        return next((price for price in self.prices if (price.defect, price.field) == (defect, field)), None)


def price(
    model: Model,
    workspace: Workspace,
    snapshot: Snapshot,
    draws: int | None = None,
    progress: Progress = lambda *_: None,
) -> Prices:
    """What repairing each defect of a published list would do to it, over draws of what the repaired records may say."""
    made_with = model_of(snapshot, model)
    times = draws or model.audit.draws
    with (
        TemporaryDirectory(prefix="tierwise-") as scratch,
        engine_on(workspace.folder, "duckdb", Path(scratch)) as engine,
    ):
        shelf = Shelf(engine, made_with, workspace.snapshots, snapshot, workspace.behind(snapshot))
        bench = Workbench(engine, shelf, made_with.specs, made_with.dictionary, snapshot.as_of)
        for name in ("audit_defects", "verdicts", "candidates"):
            bench.provide(name)
        classes = bench.count("select count(*) as n from audit_defects")
        seatable = bench.count("select count(*) as n from candidates where standing = 'eligible' and seatable")
        at_once = max(1, min(times, MOST_ROWS // max(1, 2 * (classes + 1) * (seatable + 1))))
        rows: list[dict[str, Any]] = []
        for first in range(1, times + 1, at_once) if classes and seatable else ():
            progress(f"draw {first}", first - 1, times)
            numbers = range(first, min(first + at_once, times + 1))
            rows += _drawn(bench, Replay(bench, made_with), numbers)
        progress("done", times, times)
        money = bench.count("select count(*) as n from verdicts where lifetime_value is not null") > 0
    return Prices(times, "money" if money else "fit", _prices(rows, times))


def _drawn(bench: Workbench, replay: Replay, draws: Sequence[int]) -> list[dict[str, Any]]:
    given = [{"draw": draw, "share": share} for draw in draws for share in (TENTH, 1.0)]
    bench.put("audit_draws", filled(AUDIT_DRAWS, given), AUDIT_DRAWS)
    bench.remake("audit_repairs")
    found: list[dict[str, Any]] = replay.seats().to_pylist()
    return found


def _prices(rows: Sequence[Mapping[str, Any]], draws: int) -> list[Price]:
    """Prices by how many accounts change their tier, all together first."""
    found = []
    for defect, field in sorted({(row["defect"], row["field"]) for row in rows}):
        mine = [row for row in rows if (row["defect"], row["field"]) == (defect, field)]
        whole = {name: spread({r["draw"]: r[name] for r in mine if r["share"] == 1.0}, draws) for name in FIGURES}
        tenth = spread({r["draw"]: r["moves"] for r in mine if r["share"] != 1.0}, draws)
        found.append(Price(defect, field, whole, tenth))
    return sorted(
        found, key=lambda p: (p.defect != ALL, -p.figures["moves"].value, -p.per_tenth.value, p.defect, p.field)
    )
