"""`tierwise visitors`: which way found how many, how often it was right about known people, and how old the ranges are."""

from __future__ import annotations

import json
from collections.abc import Iterator
from datetime import date
from pathlib import Path
from typing import Any

import pytest
from tests.companies import company
from tests.connectors.files.mmdb import mmdb
from tests.interfaces.command_line import tierwise

from tierwise.project import Project, Visitors, Way, run, visitors
from tierwise.stats.intervals import wilson

DAY = date(2024, 1, 31)
COMPANIES = 16
RIGHT = 12  # of these companies people are seen in the company's own network
RANGES = {f"8.8.{n}.0/24": {"company": {"name": f"Company {n}", "domain": f"company{n}.com"}} for n in range(COMPANIES)}
OTHERS = {
    "8.9.0.0/24": {"company": {"name": "Net", "domain": "company1.com", "type": "isp"}},
    "8.9.1.0/24": {"company": {"name": "Stranger", "domain": "stranger.io", "type": "business"}},
    "8.9.2.64/28": {"company": {"name": "Small", "domain": "company2.com", "type": "business"}},
}


def events() -> list[dict[str, Any]]:
    found: list[dict[str, Any]] = []

    def seen(**more: Any) -> None:
        found.append({"event_key": f"e{len(found)}", "kind": "page", "path": "/pricing", **more})

    for n in range(COMPANIES):
        where = f"8.8.{n if n < RIGHT else n - RIGHT}.5"
        for day in (3, 4):
            for hour in (9, 15):  # two events of one day are one visit
                seen(email=f"ann@company{n}.com", ip=where, occurred_at=f"2024-01-{day:02}T{hour:02}:00:00Z")
    late = {"occurred_at": "2024-01-20T10:00:00Z"}
    seen(anonymous_id="v1", ip="8.8.3.7", **late)
    seen(anonymous_id="v2", ip="8.8.4.7", **late)
    seen(anonymous_id="v3", domain="company5.com", domain_confidence="85", **late)
    seen(anonymous_id="v4", ip="8.9.0.1", **late)
    seen(anonymous_id="v5", ip="8.9.1.1", **late)
    seen(anonymous_id="v6", ip="8.9.2.66", **late)
    seen(anonymous_id="v7", ip="10.0.0.1", **late)
    seen(anonymous_id="v8", domain="stranger.io", **late)
    return found


@pytest.fixture(scope="module")
def project(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Project]:
    folder = tmp_path_factory.mktemp("visitors")
    accounts = [
        {"account_key": str(n), "domain": f"company{n}.com", "name": f"Company {n}", "industry": "Banking"}
        for n in range(COMPANIES)
    ]
    (folder / "nets").mkdir()
    (folder / "nets" / "owners.mmdb").write_bytes(mmdb({**RANGES, **OTHERS}, made=1_672_531_200))  # 2023-01-01
    nets = {"nets.ip_ranges": {"file": "owners.mmdb", "history": "assumed"}}
    sources = {"crm": {"accounts": accounts}, "web": {"events": events()}, "nets": {"ip_ranges": []}}
    opened = company(folder, sources, options=nets, visitors={"ip": 0.3})
    run(opened, DAY)
    yield opened
    opened.close()


@pytest.fixture(scope="module")
def found(project: Project) -> Visitors:
    return visitors(project)


def way(found: Visitors, name: str) -> Way:
    return next(one for one in found.ways if one.way == name)


def test_events_are_counted_by_way(found: Visitors) -> None:
    counted = {one.way: (one.events, one.accounts, one.confidence) for one in found.ways}
    assert counted == {"known": (0, 0, None), "email": (64, 16, 1.0), "domain": (1, 1, 0.85), "ip": (2, 2, 0.3)}
    assert {row["why"]: row["events"] for row in found.unidentified} == {
        "provider": 1, "unknown_owner": 1, "no_owner": 1, "nothing": 1, "unknown_company": 1,
    }  # fmt: skip


def test_a_way_is_measured_by_known_people(found: Visitors) -> None:
    """32 visits of 16 companies, 24 in the own network; a company's two visits agree, so they are worth one."""
    measured = way(found, "ip").measured
    assert measured is not None
    assert (measured.value, measured.n, measured.den, measured.num) == (0.75, COMPANIES, 32, 24)
    low, high = wilson(RIGHT, COMPANIES, 0.95)
    assert (measured.lo, measured.hi) == pytest.approx((low, high))
    assert way(found, "ip").off
    assert way(found, "email").measured is None


def test_a_file_of_ranges_says_its_age(found: Visitors) -> None:
    [file] = found.ranges
    assert (file["file"], file["ranges"], file["with_domain"], file["of_providers"]) == ("owners.mmdb", 19, 19, 1)
    assert (file["too_small"], str(file["made_on"]), file["age_days"], file["stale"]) == (1, "2023-01-01", 395, True)


def test_what_the_command_says(project: Project) -> None:
    done = tierwise("visitors", project.folder)
    assert done.code == 0, done.err
    assert "75 % (51 % to 90 %)" in done.out
    assert "nets/owners.mmdb is 395 days old" in done.err
    assert "visitors: {ip: 0.75}" in done.err
    said = json.loads(tierwise("visitors", project.folder, "--json").out)["data"]
    assert [one["way"] for one in said["ways"]] == ["known", "email", "domain", "ip"]
    assert said["ways"][3]["measured"]["grade"] == "B"
    explained = tierwise("explain", "company3.com", "--project", project.folder)
    assert "not sure that it was them (pricing)" in explained.out
    assert "anonymous (owner of the address, 30 %)" in explained.out


def test_no_whole_address_lies_in_the_project(project: Project) -> None:
    """The addresses of the export are nowhere in what was landed and published; their networks are."""
    kept = b"".join(path.read_bytes() for path in (project.folder / ".tierwise").rglob("*") if path.is_file())
    events = project.read("landing_events").to_pylist()
    assert {row["ip"] for row in events if row["record_id"] == "e0"} == {"8.8.0.0/24"}
    assert b"8.9.2.66" not in kept
    assert b"8.8.11.5" not in kept


def test_ranges_that_no_event_can_use_and_that_are_newer_than_the_list(tmp_path: Path) -> None:
    ranges = [{"network": "8.8.0.0/24", "domain": "bank.com"}]
    sources = {"crm": {"accounts": [{"account_key": "1", "domain": "bank.com", "name": "Bank", "industry": "Banking"}]},
               "web": {"events": [{"event_key": "e", "kind": "page", "path": "/", "email": "ann@bank.com",
                                   "occurred_at": "2024-01-03T09:00:00Z"}]},
               "nets": {"ip_ranges": ranges}}  # fmt: skip
    opened = company(tmp_path, sources, options={"nets.ip_ranges": {"history": "assumed"}})
    run(opened, DAY)
    opened.close()
    done = tierwise("visitors", tmp_path)
    assert done.code == 0, done.err
    assert "newer" in done.out
    assert "no event was found by its address: where a file of events has one" in done.err
    [file] = json.loads(tierwise("visitors", tmp_path, "--json").out)["data"]["ranges"]
    assert file["age_days"] < 0
    assert not file["stale"]
