"""What repaired records would do to the list: exactly known where only one repair is possible."""

from __future__ import annotations

from contextlib import closing
from pathlib import Path
from typing import Any

from tests.companies import company

from tierwise.pipeline.audit.price import FIGURES, Prices
from tierwise.project import Project, prices, run

BANKS = {"a": 900, "b": 500, "c": 300, "e": 200}


def rows(**more: dict[str, Any]) -> list[dict[str, Any]]:
    known = {name: {"industry": "Banking", "employees": size, "owner": "Ann"} for name, size in BANKS.items()}
    return [
        {"account_key": name, "name": name.upper(), "domain": f"{name}.com", **fields}
        for name, fields in (known | more).items()
    ]


def listed(folder: Path, sources: dict[str, dict[str, list[dict[str, Any]]]]) -> Project:
    """A company whose whole list is one seat in tier 1 and one in tier 2."""
    segments = {"banks": {"where": "industry = 'Banking'"}}
    tiers = {"one_to_one": 1, "one_to_few": 1, "unvalidated": "allow"}
    project = company(folder, sources, segments=segments, tiers=tiers)
    run(project)
    return project


def figures(found: Prices, defect: str, field: str) -> dict[str, tuple[float, float, float]]:
    price = found.of(defect, field)
    assert price is not None
    return {name: (r.value, r.lo, r.hi) for name, r in price.figures.items()}


def test_a_repair_with_one_outcome_has_its_price_in_every_draw(tmp_path: Path) -> None:
    """Every other account is a bank, so the large one without an industry turns out to be one, and takes the first seat."""
    hidden = {"industry": "", "employees": 5000, "owner": ""}
    with closing(listed(tmp_path, {"crm": {"accounts": rows(d=hidden)}})) as project:
        found = prices(project, draws=6)
        wrong = {(row["defect"], row["field"]) for row in project.read("audit_defects").to_pylist()}
    assert wrong == {("missing", "industry"), ("no_owner", "owner")}  # the list reads no owner: that one costs nothing
    assert [(price.defect, price.field) for price in found.prices] == [("all", ""), ("missing", "industry")]
    assert found.draws == 6
    exactly = figures(found, "missing", "industry")
    assert {name: exactly[name] for name in FIGURES[:5]} == {
        "into_one": (1, 1, 1), "out_of_one": (1, 1, 1), "into_list": (1, 1, 1), "out_of_list": (1, 1, 1), "moves": (3, 3, 3),
    }  # fmt: skip
    assert exactly["brings"][0] > 0
    price = found.of("missing", "industry")
    assert price is not None
    assert price.per_tenth.value < 3


def test_a_contradiction_is_settled_for_either_source(tmp_path: Path) -> None:
    """Half of the draws believe the other source; then the account takes the first seat."""
    said = rows(d={"industry": "Retail", "employees": 5000, "owner": "Ann"})
    other = [{"account_key": "x", "domain": "d.com", "industry": "Banking"}]
    sources = {"crm": {"accounts": said}, "billing": {"accounts": other}}
    with closing(listed(tmp_path, sources)) as project:
        found = prices(project, draws=40)
        again = prices(project, draws=40)
    assert found == again
    moves = figures(found, "contradictory", "industry")["moves"]
    assert moves[1:] == (0, 3)
    assert 0.5 < moves[0] < 2.5
