"""What repaired records would do to the list: exactly known where only one repair is possible."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import closing
from datetime import date
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import pytest
from tests.companies import company

from tierwise.pipeline.audit.price import FIGURES, Prices
from tierwise.pipeline.audit.replay import Replay
from tierwise.pipeline.run import engine_on
from tierwise.pipeline.shelf import Shelf, Workbench
from tierwise.project import Project, prices, run
from tierwise.tables.arrow import filled
from tierwise.tables.audit import AUDIT_REPAIRS

DRAWS = 24
# Banks by size, the largest first; in France there is a small one, and a large shop.
BANKS = {"g": 1500, "a": 900, "b": 500, "c": 300, "e": 200}
KNOWN = {"industry": "Banking", "country": "Germany", "owner": "Ann"}
OTHERS: dict[str, dict[str, Any]] = {
    "d": {"industry": "", "employees": 4000, "country": "Germany"},  # nobody owns it either
    "h": {"industry": "Banking", "employees": "", "country": "France", "owner": "Ann"},
    "i": {"industry": "Banking", "employees": 10, "country": "France", "owner": "Ann"},
    "r": {"industry": "Retail", "employees": 7000, "country": "France", "owner": "Ann"},
    "x": {"industry": "Retail", "employees": 5000, "country": "Spain", "owner": "Ann"},
    "w": {"industry": "Banking", "employees": 150, "country": "Austria", "owner": "Ann"},
    "k": {"industry": "Banking", "employees": 150, "country": "Austria", "owner": "Ann", "domain": ""},
}
VISITS = [
    {"person": f"p{n % 3}", "email": f"p{n % 3}@w.com", "kind": "page" if n % 2 else "attended", "path": "/pricing/a",
     "occurred_at": f"2026-06-{10 + n}"}
    for n in range(12)
]  # fmt: skip


@pytest.fixture(scope="module")
def listed(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Project]:
    """A company whose whole list is one seat in tier 1 and one in tier 2: today of w, which pays attention, and of g."""
    known = {name: {**KNOWN, "employees": size} for name, size in BANKS.items()} | OTHERS
    accounts = [
        {"account_key": name, "name": name.upper(), "domain": f"{name}.com", **fields} for name, fields in known.items()
    ]
    said = [{"account_key": "x", "domain": "x.com", "industry": "Banking"}]
    sources = {"crm": {"accounts": accounts}, "billing": {"accounts": said}, "web": {"events": VISITS}}
    segments = {"banks": {"where": "industry = 'Banking'"}}
    tiers = {"one_to_one": 1, "one_to_few": 1, "unvalidated": "allow"}
    folder = tmp_path_factory.mktemp("listed")
    with closing(company(folder, sources, segments=segments, tiers=tiers, audit={"donors": 1})) as project:
        run(project, date(2026, 6, 30))
        yield project


@pytest.fixture(scope="module")
def found(listed: Project) -> Prices:
    return prices(listed, draws=DRAWS)


def figures(found: Prices, defect: str, field: str) -> dict[str, tuple[float, float, float]]:
    price = found.of(defect, field)
    assert price is not None
    return {name: (r.value, r.lo, r.hi) for name, r in price.figures.items()}


def test_a_repair_with_one_outcome_has_its_price_in_every_draw(listed: Project, found: Prices) -> None:
    """Of large companies in Germany whose industry is known all are banks: D turns out to be one and takes the second seat."""
    wrong = {(row["defect"], row["field"]) for row in listed.read("audit_defects").to_pylist()}
    assert ("no_owner", "owner") in wrong  # the list reads no owner: that one costs nothing
    assert {(price.defect, price.field) for price in found.prices} == {
        ("all", ""), *wrong - {("no_owner", "owner")},
    }  # fmt: skip
    assert (found.draws, found.prices[0].defect) == (DRAWS, "all")
    exactly = figures(found, "missing", "industry")
    assert {name: exactly[name] for name in FIGURES[:5]} == {
        "into_one": (0, 0, 0), "out_of_one": (0, 0, 0), "into_list": (1, 1, 1), "out_of_list": (1, 1, 1), "moves": (2, 2, 2),
    }  # fmt: skip
    assert exactly["brings"][0] > 0
    price = found.of("missing", "industry")
    assert price is not None
    assert price.per_tenth.value < 2


def test_what_is_missing_is_that_of_accounts_that_resemble_it(found: Prices) -> None:
    """The French bank without a size is as small as the other one there, and not as large as those in Germany."""
    assert figures(found, "missing", "employees")["moves"] == (0, 0, 0)


def test_a_domain_comes_with_the_attention_of_an_account_that_has_one(found: Prices) -> None:
    """K is W without a domain: as soon as its visits can be seen it takes the second seat."""
    assert figures(found, "missing", "domain")["moves"] == (2, 2, 2)


def test_a_contradiction_is_settled_for_either_source(listed: Project, found: Prices) -> None:
    """Half of the draws believe the other source; then the account takes the second seat."""
    moves = figures(found, "contradictory", "industry")["moves"]
    assert moves[1:] == (0, 2)
    assert 0.4 < moves[0] < 1.6
    assert prices(listed, draws=DRAWS) == found


def test_an_account_that_is_another_one_leaves_its_seat(listed: Project, tmp_path: Path) -> None:
    """G turns out to be W: the next account takes its seat."""
    snapshot, model, workspace = listed.snapshot(), listed.model, listed.workspace
    joined = {"contest": "joined", "defect": "split", "of_field": "record", "share": 1.0, "draw": 1, "field": "record",
              "account_id": "domain:g.com", "value": "domain:w.com"}  # fmt: skip
    with TemporaryDirectory(dir=tmp_path) as scratch, engine_on(workspace.folder, "duckdb", Path(scratch)) as engine:
        shelf = Shelf(engine, model, workspace.snapshots, snapshot, workspace.behind(snapshot))
        bench = Workbench(engine, shelf, model.specs, model.dictionary, snapshot.as_of)
        bench.put("audit_repairs", filled(AUDIT_REPAIRS, [joined]), AUDIT_REPAIRS)
        (row,) = Replay(bench, model).seats().to_pylist()
    assert {name: row[name] for name in FIGURES[:5]} == {
        "into_one": 0, "out_of_one": 0, "into_list": 1, "out_of_list": 1, "moves": 2,
    }  # fmt: skip
