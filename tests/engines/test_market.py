"""The queries of the market give the same rows on every engine, PostgreSQL among them, from records with gaps."""

from __future__ import annotations

from datetime import date, datetime, timedelta
from typing import Any

from tests.steps import DAY, MODEL

from tierwise.core.spec import Spec
from tierwise.engines import Engine
from tierwise.engines.duckdb import DuckdbEngine
from tierwise.pipeline.run import step_named
from tierwise.sql.query import compiled, query
from tierwise.stages.market.targets import TargetSpec, TargetsSpec
from tierwise.tables.arrow import filled
from tierwise.tables.dictionary import dictionary

STEPS = ("concentration_sums", "motion_values", "motion_sums", "waste", "breadth_cells", "target_accounts",
         "target_names_unknown", "targets", "alignment_sums")  # fmt: skip
NAMES = [f"a{i:02}" for i in range(24)]
MOMENT = datetime.fromisoformat("2024-03-05T10:00")
TARGETS = TargetsSpec(
    targets={
        "cmo": TargetSpec(function="marketing", where="employees >= 20", owners=("Kim",)),
        "cro": TargetSpec(function="sales", accounts=("a03.com", "Name 4", "gone.com"), segments=("s",)),
    }
)


def records() -> dict[str, list[dict[str, Any]]]:
    gone = [None, *NAMES]
    return {
        "accounts": [{"account_id": n, "domain": f"{n}.com", "name": f"Name {i}", "employees": 7 * i if i % 5 else None,
                      "industry": ("A", "B", None)[i % 3], "competitor": i == 9} for i, n in enumerate(NAMES)],
        "account_segments": [{"account_id": n, "segment": "s" if i % 2 else "t", "segments": 1}
                             for i, n in enumerate(NAMES[:18])],
        "segment_members": [{"account_id": n, "segment": "s", "priority": 1} for n in NAMES[:6]],
        "verdicts": [{"segment": "s", "verdict": "validated"}, {"segment": "t", "verdict": "avoid"}],
        "rates": [{"currency": "", "rate": 1.0}, {"currency": "EUR", "rate": 1.1}],
        "revenue_months": [{"account_id": n, "month": date(2024, 5, 1), "revenue": 10.1 * i, "basis": "invoices"}
                           for i, n in enumerate(NAMES[:12])],
        "opportunities": [{"record_id": f"o{i}", "account_id": n, "outcome": ("won", "open", "lost")[i % 3], "amount": 100 + i,
                           "currency": (None, "eur", "XXX")[i % 3 - 1], "new_business": True, "owner": "Lee", "origin": "fair",
                           "product": ("x", "y")[i % 2], "created_at": MOMENT - timedelta(days=40), "closed_at": MOMENT}
                          for i, n in enumerate(gone)],
        "activities": [{"record_id": f"t{i}", "account_id": gone[i % 25], "email": f" P{i % 7}@x.com", "owner": "kim",
                        "kind": ("call", None)[i % 2], "source": "crm", "occurred_at": MOMENT - timedelta(days=i)}
                       for i in range(60)],
        "landing_costs": [{"segment": s, "month": date(2024, 2, 1), "amount": 50} for s in ("s", None, "gone")],
        "spec_segments": [{"segment": "s", "priority": 1}, {"segment": "t", "priority": 2}],
        "tiers": [{"account_id": n, "tier": "1"} for n in NAMES[:3]],
    }  # fmt: skip


def rows(engine: Engine) -> dict[str, list[dict[str, Any]]]:
    """What each step gives on an engine, from the same records."""
    tables, given = dictionary(), records() | TARGETS.tables()
    specs: dict[str, Spec] = {**MODEL.specs, "targets": TARGETS}
    there: set[str] = set()
    found = {}
    for name in STEPS:
        step = step_named(name)
        assert step is not None
        made = step.make(specs[step.section], DAY)
        for read in set(made.reads) - there:
            engine.register(read, filled(tables[read], given.get(read, ())), tables[read].types)
        there |= {*made.reads, name}
        engine.materialize(name, compiled(made, tables, engine.dialect, target=tables[name]))
        fetched = engine.fetch(compiled(query("select * from made").reading(made=name), tables, engine.dialect))
        found[name] = sorted((_rounded(row) for row in fetched.to_pylist()), key=repr)
    return found


def _rounded(row: dict[str, Any]) -> dict[str, Any]:
    return {key: round(value, 6) + 0.0 if isinstance(value, float) else value for key, value in row.items()}


def test_the_same_rows_everywhere(engine: Engine) -> None:
    here = DuckdbEngine()
    expected, given = rows(here), rows(engine)
    here.close()
    assert all(expected.values())
    for name in STEPS:
        assert given[name] == expected[name], name
