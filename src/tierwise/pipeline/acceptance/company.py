"""One simulated company, run by the product: its accounts with everything that was assessed and everything that is true."""

from __future__ import annotations

from datetime import UTC, datetime, time, timedelta
from importlib.resources import files
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import pyarrow.parquet as pq

from tierwise.core.errors import CheckFailed
from tierwise.model.load import FILE, load_model
from tierwise.model.model import Model
from tierwise.pipeline.ingest import ingest
from tierwise.pipeline.plan.make import make_plan
from tierwise.pipeline.run import engine_on
from tierwise.simulate import Market, write_exports
from tierwise.simulate.history import DEFAULT_AS_OF
from tierwise.sql.query import query
from tierwise.stores.workspace import Workspace

Row = dict[str, Any]
LOADED = datetime.combine(DEFAULT_AS_OF + timedelta(days=1), time(6), UTC)
PROFILES = "strategic_fit"  # the criterion of the demo that reads verdicts
# Everything that a list may be made from. An account that was recorded twice is one, under the first of its keys.
_WANTED = query(
    """
    select c.account_id, k.account_key, c.standing, c.standing_reason, c.seatable, c.open_value, c.value, c.fit, c.intent,
           c.attention, t.tier, t.tier_gate_open, a.employees, a.industry, r.dimensions_known, r.respondents, d.mean,
           q.rank as research_rank, p.fit_without_profiles
    from candidates c
    join tiers t on t.account_id = c.account_id
    join accounts a on a.account_id = c.account_id
    join (select account_id, min(account_key) as account_key from account_keys where key_space = 'crm' group by account_id) k
      on k.account_id = c.account_id
    left join readiness r on r.account_id = c.account_id
    left join (select account_id, avg(probability) as mean from readiness_dimensions group by account_id) d
      on d.account_id = c.account_id
    left join research q on q.account_id = c.account_id
    left join (
        select account_id, round(sum(weight * score) / sum(weight), 6) as fit_without_profiles
        from fit_reasons where criterion <> :profiles and score is not null group by account_id
    ) p on p.account_id = c.account_id
    order by c.account_id
    """,
    profiles=PROFILES,
)


def assessed(market: Market, seats: int) -> list[Row]:
    """What the product makes of a market's exports, with `seats` in tier 1. One row per account, `key` its true name."""
    with TemporaryDirectory(prefix="tierwise-") as folder:
        write_exports(market, Path(folder))
        (Path(folder) / FILE).write_text(_model(seats), encoding="utf-8")
        return _run(load_model(Path(folder)), Path(folder))


def _model(seats: int) -> str:
    """The model of the demo; a company that has asked nobody yet has an empty file of findings."""
    text = files("tierwise.simulate").joinpath("demo.yaml").read_text(encoding="utf-8")
    for there, instead in (
        ("        file: interviews.csv\n", "        file: interviews.csv\n        allow_empty: true\n"),
        ("tiers: {one_to_one: 12,", f"tiers: {{one_to_one: {seats},"),
    ):
        if there not in text:
            raise CheckFailed(f"the model of the demo has no line {there.strip()!r}")
        text = text.replace(there, instead)
    return text


def _run(model: Model, folder: Path) -> list[Row]:
    if PROFILES not in model.fit.criteria:
        raise CheckFailed(f"the model of the demo has no criterion {PROFILES!r}")
    workspace = Workspace(folder / ".tierwise")
    own = {c.name: c.type for c in model.columns}
    ingest(model.sources, model.map, model.values, own, workspace.landing, folder, LOADED)
    keys = {
        str(row["record_id"]): row["account"] for row in pq.read_table(folder / "truth" / "records.parquet").to_pylist()
    }
    with engine_on(workspace.folder, "duckdb") as engine:
        plan = make_plan(model, engine, workspace, DEFAULT_AS_OF, lambda step, done, of: None)
        assert plan.execution is not None
        rows: list[Row] = plan.execution.fetch(_WANTED).to_pylist()
    workspace.close()
    return [{**row, "key": keys[row["account_key"]]} for row in rows if row["account_key"] in keys]
