"""Discover: the steps that search for profiles, on the tables of a published snapshot. Nothing is published."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from tempfile import TemporaryDirectory

import pyarrow as pa

from tierwise.model.model import Model
from tierwise.pipeline.flow import DISCOVERY
from tierwise.pipeline.read import model_of
from tierwise.pipeline.run import Progress, engine_on
from tierwise.pipeline.shelf import Shelf, Workbench
from tierwise.sql.query import query
from tierwise.stages.performance.discovery.spec import DiscoverySpec
from tierwise.stores.runs import Snapshot
from tierwise.stores.workspace import Workspace


@dataclass(frozen=True)
class Discovery:
    """What a search found, and what it could have found. Each part is the table of that name.

    `customers` are those whose outcome is known, `paying` all that ever paid, `described` those of whom
    something was known in time. `lacking` says why nothing was searched, and what to do; empty when it was.
    """

    as_of: date
    spec: DiscoverySpec
    paying: int
    customers: int
    described: int
    profiles: pa.Table
    profile_overlaps: pa.Table
    profile_limits: pa.Table
    profile_attributes: pa.Table
    lacking: tuple[str, str]


def search(
    model: Model, workspace: Workspace, snapshot: Snapshot, target: str | None, depth: int | None, progress: Progress
) -> Discovery:
    """Search the customers of a snapshot for profiles that did better or worse than the others.

    The section `discovery` is that of today's file, everything else as the snapshot was made; `target` and `depth` take
    the place of the file's own.
    """
    changes = {name: value for name, value in (("target", target), ("depth", depth)) if value is not None}
    made_with = model_of(snapshot, model)
    known = made_with.specs["discovery"]
    given = {name: getattr(known, name) for name, field in DiscoverySpec.model_fields.items() if field.exclude}
    spec = model.discovery.model_copy(update={**given, **changes})
    specs = {**made_with.specs, "discovery": spec}
    with (
        TemporaryDirectory(prefix="tierwise-") as scratch,
        engine_on(workspace.folder, model.engine, Path(scratch)) as engine,
    ):
        shelf = Shelf(engine, made_with, workspace.snapshots, snapshot, workspace.behind(snapshot))
        reading = Workbench(engine, shelf, specs, made_with.dictionary, snapshot.as_of)
        for done, step in enumerate(DISCOVERY):
            progress(step.name, done, len(DISCOVERY))
            if step.name != "accounts_at_purchase":  # only where it is read
                reading.provide(step.name)
        progress("done", len(DISCOVERY), len(DISCOVERY))
        parts = ("profiles", "profile_overlaps", "profile_limits", "profile_attributes")
        tables = {name: reading.fetch(query(f"select * from {name}")) for name in parts}
        counts = [
            reading.count("select count(*) as n from profile_purchases"),
            reading.count("select count(*) as n from profile_customers"),
            reading.count("select count(distinct account_id) as n from profile_traits"),
        ]
    paying, customers, described = counts
    lacking = _lacking(spec, paying, customers, described, tables)
    return Discovery(snapshot.as_of, spec, paying, customers, described, **tables, lacking=lacking)


def _lacking(
    spec: DiscoverySpec, paying: int, customers: int, described: int, tables: Mapping[str, pa.Table]
) -> tuple[str, str]:
    """Why nothing could be searched, and what to do about it."""
    needed = round(2 * spec.min_customers / spec.max_cover)
    if not paying:
        return (
            "no customer is on record, and discovery learns from what customers did",
            "add a file of subscriptions or invoices to the sources; tierwise init finds them",
        )
    if customers < needed:
        nrr = spec.target == "nrr"
        what = "paid at the start of the retention period" if nrr else "have a lifetime value"
        halves = f"a profile needs {spec.min_customers} on each of two halves, so at least {needed} are needed"
        other = "--target clv, a shorter retention.period_months, or" if nrr else "earlier records, or"
        return f"{customers} customers {what}; {halves}", f"{other} more customers"
    if described < needed:
        what = f"of {described} of {customers} customers was anything known in time"
        always = "`history: assumed` on the file of accounts says that what it holds was always so"
        return what, f"{always}; `known_at` names the column with the day since when it was known"
    if not tables["profile_limits"].num_rows:
        return (
            "no value of any attribute is shared by enough customers",
            "`tierwise discover --json` lists every attribute and why it was not searched",
        )
    return "", ""
