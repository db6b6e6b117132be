"""Below the gate of the model no list is published unless somebody accepts it by name, and then everybody can see it."""

from __future__ import annotations

from contextlib import closing
from pathlib import Path

import pytest
from tests.companies import company
from tests.interfaces.command_line import tierwise

from tierwise.core.errors import CheckFailed
from tierwise.interfaces.report.content import gather
from tierwise.interfaces.report.page import render
from tierwise.project import Accepted, Project, apply_named, keep, run

ACCOUNTS = [
    {"account_key": str(n), "name": f"Bank {n}", "domain": f"b{n}.com", "industry": "Banking" if n < 3 else ""}
    for n in range(10)
]


@pytest.fixture(scope="module")
def held(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A project whose records score below its gate."""
    folder = tmp_path_factory.mktemp("held")
    segments = {"banks": {"where": "industry = 'Banking'"}}
    company(folder, {"crm": {"accounts": ACCOUNTS}}, segments=segments, audit={"gate": 90}).close()
    return folder


def test_a_list_below_the_gate_waits_for_a_name_and_a_reason(held: Path) -> None:
    with closing(Project.open(held)) as project:
        with pytest.raises(
            CheckFailed, match=r"held back: the records score \d+ of 100, below the gate of 90"
        ) as refused:
            run(project)
        assert "--accept" in refused.value.hint
        assert project.runs() == []

        with project.plan() as plan:
            keep(project, plan, "waiting", "ann")
        with pytest.raises(CheckFailed, match="held back"):
            apply_named(project, "waiting")
        snapshot = apply_named(project, "waiting", accepted=Accepted("Ann", "cleaned on <Friday>"))
        (row,) = project.snapshot(snapshot.run_id).accepted
        assert (row["kind"], row["by"], row["why"]) == ("audit_gate", "Ann", "cleaned on <Friday>")
        page = render(gather(project))
    header = page.partition("</header>")[0]
    assert "below the gate of 90" in header
    assert "cleaned on &lt;Friday&gt;" in header

    shown = tierwise("show", "tiers", "-p", held)
    assert "accepted by" in shown.err
    planned = tierwise("plan", held)
    assert "held back" in planned.err
    assert "tierwise run --accept" in planned.err


def test_a_list_above_the_gate_carries_nothing(held: Path) -> None:
    text = (held / "tierwise.yaml").read_text(encoding="utf-8").replace('"gate": 90', '"gate": 20')
    (held / "tierwise.yaml").write_text(text, encoding="utf-8")
    with closing(Project.open(held)) as project:
        assert run(project, accepted=Accepted("Ann", "not needed")).snapshot.accepted == ()
