"""Net promoter scores are the same rows on every engine."""

from __future__ import annotations

import pytest
import tests.steps
from tests.engines.test_contradictions import Lent
from tests.stages.assessment import test_nps as cases

from tierwise.engines.base import Engine


def test_net_promoter_scores(engine: Engine, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(tests.steps, "DuckdbEngine", lambda: Lent(engine))
    cases.test_counts_and_interval_by_segment_and_account()
    cases.test_the_newest_answer_of_a_person_counts_while_it_is_young()
