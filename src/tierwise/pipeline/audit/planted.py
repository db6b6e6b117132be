"""Does the audit find what was planted, and nothing else? Recall and precision per class, over simulated companies."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, time, timedelta
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

from tierwise.model.model import Model
from tierwise.pipeline.ingest import ingest
from tierwise.pipeline.inputs import Inputs
from tierwise.pipeline.plan.make import landed
from tierwise.pipeline.run import Execution, Progress, engine_on
from tierwise.simulate import market
from tierwise.simulate.history import DEFAULT_AS_OF
from tierwise.simulate.planted import FILE, KINDS, KINDS_OF_PEOPLE, LEFT, PEOPLE, SECOND, plant
from tierwise.simulate.world import INDUSTRIES
from tierwise.sql.query import query
from tierwise.stats.intervals import wilson
from tierwise.stores.workspace import Workspace

LOADED = datetime.combine(DEFAULT_AS_OF + timedelta(days=1), time(6), UTC)
FOUND = query(
    """
    select r.defect, r.field, r.account_id as who, k.account_key as record
    from audit_rows r
    left join account_keys k on k.account_id = r.account_id and k.key_space = 'crm'
    union all
    select p.defect, p.field, p.contact_id as who, k.contact_key as record
    from audit_people p
    left join contact_keys k on k.contact_id = p.contact_id and k.key_space = 'crm'
    """
)
Finding = tuple[str, str, str]


@dataclass(frozen=True)
class Score:
    """One class of defects: how many were planted, how many were found, and how many of those were planted."""

    defect: str
    field: str
    planted: int
    found: int
    right: int

    @property
    def recall(self) -> tuple[float, float, float] | None:
        """Found of those planted, with its interval; None where none was planted."""
        return (self.right / self.planted, *wilson(self.right, self.planted)) if self.planted else None

    @property
    def precision(self) -> tuple[float, float, float] | None:
        """Planted of those found, with its interval; None where none was found."""
        return (self.right / self.found, *wilson(self.right, self.found)) if self.found else None


def planted(
    seeds: Sequence[int], accounts: int, rate: float, progress: Progress = lambda step, done, of: None
) -> list[Score]:
    """What the audit finds of defects planted at a rate into clean companies of some seeds. One score per class and field.

    Classes that were not planted and yet found are scored too: they were invented.
    """
    there: list[tuple[int, Finding]] = []
    seen: list[tuple[int, Finding]] = []
    for done, seed in enumerate(seeds):
        progress(f"company {seed}", done, len(seeds))
        ours, theirs = _company(seed, accounts, rate)
        there += [(seed, finding) for finding in ours]
        seen += [(seed, finding) for finding in theirs]
    progress("done", len(seeds), len(seeds))
    right = set(there) & set(seen)
    invented = sorted({finding[:2] for _, finding in seen} - {*KINDS, *KINDS_OF_PEOPLE})
    return [
        Score(
            defect,
            field,
            *(sum(finding[:2] == (defect, field) for _, finding in part) for part in (set(there), set(seen), right)),
        )
        for defect, field in (*KINDS, *KINDS_OF_PEOPLE, *invented)
    ]


def _company(seed: int, accounts: int, rate: float) -> tuple[set[Finding], set[Finding]]:
    """What was planted and what was found in one company, each by the CRM's first id of the account or person."""
    with TemporaryDirectory(prefix="tierwise-") as folder:
        place = Path(folder)
        ours = {(p.defect, p.field, p.record_id) for p in plant(market(seed, accounts), place, rate)}
        model = Model.model_validate(_model())
        workspace = Workspace(place / ".tierwise")
        own = {c.name: c.type for c in model.columns}
        ingest(model.sources, model.map, model.values, own, workspace.landing, place, LOADED)
        with engine_on(workspace.folder, "duckdb") as engine:
            inputs = Inputs(landed(model, workspace, DEFAULT_AS_OF), None, model.spec_tables())
            execution = Execution(engine, model.specs, model.dictionary, inputs, DEFAULT_AS_OF)
            rows = execution.fetch(FOUND).to_pylist()
        workspace.close()
    first: dict[Finding, str] = {}
    for row in rows:
        key, record = (row["defect"], row["field"], row["who"]), row["record"] or row["who"]
        first[key] = min(first.get(key, record), record)
    return ours, {(defect, field, record) for (defect, field, _), record in first.items()}


def _model() -> dict[str, Any]:
    """The model of a company of two tools: what its list reads, which industries there are, who left."""
    both = {"domain": "Company Domain Name", "industry": "Industry", "employees": "Number of Employees",
            "owner": "Company owner"}  # fmt: skip
    crm = {"account_key": "Record ID", "name": "Company name", "parent_key": "Parent Company ID",
           "checked": "Employees Last Verified", "created_at": "Create Date", "updated_at": "Last Modified Date"}  # fmt: skip

    def source(path: str, columns: dict[str, str]) -> dict[str, Any]:
        folder, _, file = path.partition("/")
        return {"kind": "files", "path": folder,
                "tables": {"accounts": {"file": file, "history": "assumed", "map": columns}}}  # fmt: skip

    people = {"contact_key": "Contact ID", "first_name": "First Name", "last_name": "Last Name", "title": "Job Title",
              "email": "Email", "account_key": "Company ID", "bounced_at": "Bounced", "left_at": "Left"}  # fmt: skip
    known = source(FILE, both | crm)
    known["tables"]["contacts"] = {"file": PEOPLE.partition("/")[2], "history": "assumed", "map": people}
    listed = ", ".join(f"'{industry}'" for industry in INDUSTRIES)
    return {
        "company": "Planted", "currency": "USD",
        "sources": {"crm": known, "registry": source(SECOND, both | {"account_key": "Registration"})},
        "attributes": {"checked": {"type": "date", "meaning": "day on which the size was checked"}},
        "segments": {"known": {"where": "industry is not null and employees > 0"}},
        "audit": {"verified": {"employees": "checked"}, "rules": {"industry": f"industry in ({listed})"},
                  "former_owners": [LEFT]},
    }  # fmt: skip
