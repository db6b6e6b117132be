"""Blind sheets, ratings, agreement and proposed weights on a simulated company."""

from __future__ import annotations

import csv
import io
from datetime import date, timedelta
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from numpy.testing import assert_allclose

from tierwise import project as tierwise
from tierwise import simulate
from tierwise.core.errors import CheckFailed, ModelError, NotFound
from tierwise.pipeline.scorecard import proposal as proposing
from tierwise.pipeline.scorecard.agreement import in_force
from tierwise.pipeline.scorecard.proposal import Deal
from tierwise.project import Project
from tierwise.stages.assessment.fit import FitSpec, guards

DAY = date(2026, 6, 30)


@pytest.fixture(scope="module")
def project(tmp_path_factory: pytest.TempPathFactory) -> Project:
    home = tmp_path_factory.mktemp("calibrate")
    simulate.write_exports(simulate.market(seed=4, accounts=300), home)
    tierwise.init(home, tierwise.draft(home, home, "Rated", "USD").text)
    opened = Project.open(home)
    tierwise.run(opened, DAY)
    return opened


def test_a_sheet_is_blind_the_same_for_a_seed_and_in_an_order_of_its_own(project: Project) -> None:
    ann, ben = tierwise.rating_sheets(project, ["ann", "ben"], 24, seed=1)
    again, _ = tierwise.rating_sheets(project, ["ann", "ben"], 24, seed=1)
    other, _ = tierwise.rating_sheets(project, ["ann", "ben"], 24, seed=2)
    ids = [[row["account_id"] for row in sheet.rows] for sheet in (ann, ben, again, other)]
    assert ids[0] == ids[2]
    assert ids[0] != ids[1]
    assert sorted(ids[0]) == sorted(ids[1])
    assert sorted(ids[0]) != sorted(ids[3])
    assert not {"tier", "fit", "rank", "segment", "value", "intent", "corner"} & set(ann.rows[0])


def test_every_tier_is_asked_about(project: Project) -> None:
    tiers = {row["account_id"]: row["tier"] for row in project.read("tiers").to_pylist()}
    [sheet] = tierwise.rating_sheets(project, ["ann"], 30, seed=1)
    asked = {tiers[row["account_id"]] for row in sheet.rows}
    assert {"1", "2", "3"} & set(tiers.values()) <= asked


def test_before_anybody_rated_it_says_what_to_do(project: Project) -> None:
    with pytest.raises(NotFound, match="nobody has rated"):
        tierwise.calibrate(project)


def test_ratings_are_read_back_and_what_was_left_out_is_no_zero(project: Project, tmp_path: Path) -> None:
    fit = {row["account_id"]: float(row["fit"]) for row in project.read("fit", where="fit is not null").to_pylist()}
    order = sorted(fit, key=lambda name: fit[name])
    level = {name: int(5.99 * place / len(order)) for place, name in enumerate(order)}
    for sheet in tierwise.rating_sheets(project, ["ann", "ben"], 30, seed=1):
        text = io.StringIO()
        writer = csv.DictWriter(text, ("account", "name", "rater", "rating", "comment"))
        writer.writeheader()
        for place, row in enumerate(sheet.rows):
            rating = "" if place < 3 else str(level[row["account_id"]])
            writer.writerow({"account": row["account_id"], "name": row["name"], "rater": sheet.rater, "rating": rating})
        (tmp_path / "sheet.csv").write_text(text.getvalue())
        assert len(tierwise.record(project, "rating", tmp_path / "sheet.csv", sheet.rater).entries) == 27
    found = tierwise.calibrate(project)
    assert found.raters == {"ann": 27, "ben": 27}
    [pair] = found.pairs
    assert_allclose([pair.tau.value, pair.kappa.value, found.alpha], 1)
    assert pair.kappa_means == "almost perfect"
    assert found.tau.value is not None
    assert found.tau.value > 0.8
    assert found.verdict == "the model orders accounts much as people do"
    shares = [round(d.people_place - d.model_place, 3) for d in found.people_higher]
    assert all(share > 0 for share in shares)
    assert_allclose(shares, sorted(shares, reverse=True), atol=0.002)  # places are rounded, their order is not
    assert all(d.criteria for d in (*found.people_higher, *found.model_higher))


def test_a_rating_outside_the_scale_is_refused(project: Project) -> None:
    account = project.read("tiers", limit=1).to_pylist()[0]["account_id"]
    with pytest.raises(ModelError, match="not between 0 and 5"):
        tierwise.record(project, "rating", {"account": account, "rater": "ann", "rating": "6"}, "ann")


def test_the_latest_word_of_each_rater_counts() -> None:
    def entry(number: int, rating: int | None, **more: Any) -> dict[str, Any]:
        return {"entry": number, "rater": "ann", "account_id": "a", "rating": rating, "replaced_by": None,
                "withdraws": False, **more}  # fmt: skip

    assert [r["rating"] for r in in_force([entry(1, 2), entry(2, 4), entry(3, None)])] == [4]
    assert in_force([entry(1, 2, replaced_by=2)]) == []


def planted(count: int) -> tuple[list[Deal], dict[tuple[str, str], float]]:
    """Deals that are won by strategic_fit alone."""
    rng, spec = np.random.default_rng(1), FitSpec()
    found, scores = [], {}
    for i in range(count):
        name = f"a{i:04d}"
        line = {criterion: float(rng.integers(0, 6)) for criterion in spec.criteria}
        scores.update({(name, criterion): score for criterion, score in line.items()})
        won = bool(rng.random() < 1 / (1 + np.exp(-1.2 * (line["strategic_fit"] - 3))))
        found.append(Deal(name, date(2025, 1, 15) + timedelta(days=i % 60), won))
    return found, scores


def test_deals_that_follow_one_criterion_raise_its_weight_within_the_guards() -> None:
    found, scores = planted(600)
    made = proposing.proposal(FitSpec(), found, [date(2024, 12, 31)], lambda day, names: scores, 365)
    assert made.weights["strategic_fit"] == 0.4
    assert not list(guards(made.weights))
    assert_allclose(sum(made.weights.values()), 1, atol=1e-12)
    assert made.won_first is not None
    assert made.won_first_now is not None
    assert made.won_first > made.won_first_now
    assert made.advice.startswith("worth trying")
    assert made.reliability is not None
    assert made.reliability.believable
    assert "worked" in made.note


def test_a_score_from_after_the_deal_began_is_not_looked_at() -> None:
    found, scores = planted(600)
    with pytest.raises(CheckFailed, match="0 won deals have scores"):
        proposing.proposal(FitSpec(), found, [date(2025, 3, 31)], lambda day, names: scores, 365)


def test_fewer_than_fifty_won_deals_are_refused() -> None:
    found, scores = planted(80)
    with pytest.raises(CheckFailed, match="50 are needed"):
        proposing.proposal(FitSpec(), found, [date(2024, 12, 31)], lambda day, names: scores, 365)


def test_proposed_weights_are_a_plan_and_change_nothing(project: Project) -> None:
    before = (project.folder / "tierwise.yaml").read_text(), len(project.runs())
    weights = dict(zip(project.model.fit.criteria, (0.4, 0.2, 0.1, 0.1, 0.2), strict=True))
    with tierwise.plan_with_weights(project, weights, DAY) as plan:
        assert plan.moves is not None
    assert ((project.folder / "tierwise.yaml").read_text(), len(project.runs())) == before
    assert {n: c.weight for n, c in project.model.with_weights(weights).fit.criteria.items()} == weights


def test_the_quarters_before_which_deals_began() -> None:
    found = [Deal("a", date(2024, 2, 3), True), Deal("b", date(2025, 1, 1), False), Deal("c", date(2025, 6, 30), False)]
    assert proposing.wanted_days(found, 2) == [date(2024, 12, 31), date(2025, 3, 31)]
