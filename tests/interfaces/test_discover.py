"""`tierwise discover` on real folders: what it prints, what can be pasted into the model, what an empty one is told."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from tests.companies import write_company
from tests.interfaces.command_line import documented, tierwise

from tierwise.model.load import load_model
from tierwise.project import Project

DAY = "2024-12-31"


def event(account: str, number: int, day: str) -> dict[str, str]:
    return {"event_key": f"e{number}-{day}", "account_key": account, "kind": "attended", "occurred_at": day}


def company(folder: Path, customers: int, effect: float = 0.6, behaviour: bool = False, **model: Any) -> Path:
    """A company that has billed its customers for two years; banks in the north stay and grow, or who came to a webinar."""
    rng = np.random.default_rng(1)
    accounts, invoices = [], []
    events = [event("c0000", 0, "2020-06-01")] if behaviour else []
    for i in range(customers):
        industry = str(rng.choice(["O'Brien Banking", "Retail", "Gas"]))
        country = str(rng.choice(["north", "south", "east"]))
        key, mrr = f"c{i:04}", round(float(rng.lognormal(5, 0.8)), 2)
        accounts.append({"account_key": key, "name": f"Company {i}", "industry": industry, "country": country,
                         "created_at": "2020-01-01"})  # fmt: skip
        later = 0.0 if rng.random() < 0.15 else 1.0
        if behaviour:
            came = rng.random() < 0.5
            events += [event(key, i, "2022-06-01")] * came
            later += effect * came
        else:
            later += effect if (industry, country) == ("O'Brien Banking", "north") else 0.0
        for start, end, amount in (("2023-01-01", "2024-07-01", mrr), ("2024-07-01", "", round(mrr * later, 2))):
            if amount > 0:
                invoices.append({"account_key": key, "subscription_key": f"{key}-{start}", "started_at": start,
                                 "ended_at": end, "mrr": amount, "currency": "USD"})  # fmt: skip
    tables = {"accounts": accounts, "subscriptions": invoices, "events": events}
    sources = {"crm": {name: rows for name, rows in tables.items() if rows}}
    options = {"crm": {"tables": {"accounts": {"file": "accounts.csv", "history": "assumed"}}}}
    write_company(folder, sources, options=model.pop("options", {}), **model)
    text = json.loads((folder / "tierwise.yaml").read_text(encoding="utf-8"))
    text["sources"]["crm"]["tables"]["accounts"] = options["crm"]["tables"]["accounts"]
    (folder / "tierwise.yaml").write_text(json.dumps(text), encoding="utf-8")
    assert tierwise("run", folder, "--as-of", DAY, "--quiet").code == 0
    return folder


@pytest.fixture(scope="module")
def discovered(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return company(tmp_path_factory.mktemp("company"), 600)


def test_it_prints_both_tails_what_could_have_been_found_and_segments(discovered: Path) -> None:
    done = tierwise("discover", discovered)
    assert done.code == 0, done.err
    assert "industry O'Brien Banking, country north" in done.out
    for heading in ("Better than the others", "Worse than the others", "What could have been found", "For the model"):
        assert heading in done.out
    assert "never searched: account_id" in done.err


def test_its_data_is_as_documented(discovered: Path) -> None:
    done = tierwise("discover", discovered, "--json", "--depth", "1")
    facts = json.loads(done.out)["data"]
    assert facts.keys() <= documented("discover")
    assert facts["depth"] == 1
    assert facts["customers"] == 600
    assert {row["attribute"]: row["place"] for row in facts["attributes"]}["country"] is not None
    assert all(row["reason"] for row in facts["attributes"] if row["place"] is None)


def test_the_segments_can_be_pasted_into_the_model_and_hold_the_same_customers(
    discovered: Path, tmp_path: Path
) -> None:
    facts = json.loads(tierwise("discover", discovered, "--json").out)["data"]
    pasted = tmp_path / "pasted"
    pasted.mkdir()
    text = json.loads((discovered / "tierwise.yaml").read_text(encoding="utf-8"))
    text.pop("segments", None)
    body = "\n".join(f"{name}: {json.dumps(value)}" for name, value in text.items())
    (pasted / "tierwise.yaml").write_text(f"{body}\n{facts['segments']}", encoding="utf-8")
    assert tierwise("check", pasted).code == 0
    model = load_model(pasted)
    assert list(model.segments) == [row["name"] for row in facts["profiles"] if row["condition"]]
    project = Project.open(discovered)
    try:
        for row in facts["profiles"]:
            members = project.read("accounts", row["condition"]).num_rows
            assert members == row["n"]
    finally:
        project.close()


def test_behaviour_is_shown_to_learn_from_and_never_as_a_segment(tmp_path: Path) -> None:
    folder = company(tmp_path / "webinar", 400, behaviour=True)
    done = tierwise("discover", folder)
    assert "webinar before the purchase" in done.out
    assert "g1: to learn from, not to paste: behaviour is among its conditions" in done.err
    facts = json.loads(tierwise("discover", folder, "--json").out)["data"]
    behaved = [row for row in facts["profiles"] if "webinar" in row["label"]]
    assert [row["condition"] for row in behaved] == [None] * len(behaved)
    assert "webinar" not in facts["segments"]


def test_lifetime_value_is_another_target(discovered: Path) -> None:
    done = tierwise("discover", discovered, "--target", "clv", "--json")
    assert json.loads(done.out)["data"]["target"] == "clv"
    assert "USD" in tierwise("discover", discovered, "--target", "clv").out


def test_too_few_customers_are_told_what_to_do(tmp_path: Path) -> None:
    done = tierwise("discover", company(tmp_path / "few", 40))
    assert done.code == 0
    assert "40 customers paid at the start of the retention period" in done.err
    assert "at least 67 are needed" in done.err
    assert "--target clv" in done.err


def test_without_revenue_it_says_what_is_missing(tmp_path: Path) -> None:
    folder = tmp_path / "none"
    write_company(folder, {"crm": {"accounts": [{"account_key": "a", "name": "A"}]}})
    assert tierwise("run", folder, "--as-of", DAY, "--quiet").code == 0
    done = tierwise("discover", folder)
    assert done.code == 0
    assert "no customer is on record" in done.err
    assert "subscriptions or invoices" in done.err


def test_before_the_first_run_it_says_so(tmp_path: Path) -> None:
    write_company(tmp_path, {"crm": {"accounts": [{"account_key": "a", "name": "A"}]}})
    done = tierwise("discover", tmp_path)
    assert done.code != 0
    assert "tierwise run" in done.err


def test_tables_of_discovery_are_not_kept_and_say_what_makes_them(discovered: Path) -> None:
    done = tierwise("show", "profiles", "-p", discovered)
    assert done.code == 2
    assert "tierwise discover" in done.err
