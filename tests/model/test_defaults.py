"""What `tierwise show model` prints: every value, where it comes from, what it means."""

from __future__ import annotations

from tests.model.examples import GOOD, SMALL
from tests.model.test_model import load

from tierwise.model.defaults import describe, judgements


def test_every_value_says_where_it_comes_from() -> None:
    for parameter in describe(load(GOOD)):
        assert parameter.meaning, parameter.path
        assert parameter.source, parameter.path


def test_given_and_default_values() -> None:
    shown = {parameter.path: parameter for parameter in describe(load(GOOD))}
    saturation, cap = shown["intent.saturation"], shown["intent.cap"]
    assert (saturation.value, saturation.is_default, saturation.source) == (15.0, False, "model file")
    assert (cap.value, cap.is_default, cap.source, cap.unit) == (0.4, True, "judgement", "share")
    assert shown["fit.criteria.strategic_fit.score.5"].value == "segment = 'credit_unions'"
    assert shown["signals.pricing_page.half_life_days"].source == "methods f.1"
    assert shown["sources.crm.tables.accounts.file"].value == "companies.csv"
    assert "accounts.attributes" not in shown
    assert "tiers.gate_mode" not in shown


def test_judgements_are_called_judgements() -> None:
    """Defaults without good evidence (methods T) are never shown as fact."""
    paths = {parameter.path for parameter in judgements(load(SMALL))}
    assert {"parties.third", "readiness.gate", "readiness.prior", "intent.cap", "intent.saturation"} <= paths
    assert "signals.pricing_page.points" not in {parameter.path for parameter in judgements(load(GOOD))}


def test_paths_are_those_of_the_file() -> None:
    paths = [parameter.path for parameter in describe(load(GOOD))]
    assert len(paths) == len(set(paths))
    assert {path.split(".")[0] for path in paths} >= {"company", "sources", "segments", "tiers"}
