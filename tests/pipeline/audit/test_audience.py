"""Do other tools hold the same list? The published example of methods m, on a real list."""

from __future__ import annotations

import json
import shutil
from contextlib import closing
from datetime import date
from pathlib import Path

import pytest
from tests.companies import company, write_csv
from tests.interfaces.command_line import tierwise

from tierwise.core.errors import DataError, NotFound
from tierwise.project import Project, audiences, run


@pytest.fixture(scope="module")
def listed(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A project whose tiers 1 and 2 hold the accounts A to H, and not X and Y."""
    folder = tmp_path_factory.mktemp("audience")
    accounts = [
        {"account_key": key, "name": key, "domain": f"{key.lower()}.com", "employees": 100,
         "industry": "Banking" if key in "ABCDEFGH" else "Retail"}
        for key in "ABCDEFGHXY"
    ]  # fmt: skip
    segments = {"banks": {"where": "industry = 'Banking'"}}
    tiers = {"one_to_one": 3, "one_to_few": 5, "unvalidated": "allow"}
    with closing(company(folder, {"crm": {"accounts": accounts}}, segments=segments, tiers=tiers)) as project:
        run(project, date(2026, 6, 30))
    write_csv(
        folder / "map.csv", [{"Company Domain Name": f"https://www.{k.lower()}.com/", "Name": k} for k in "ABCDEXY"]
    )
    write_csv(folder / "ads.csv", [{"id": k} for k in "ABCFGH"])
    return folder


def ids(letters: str) -> list[str]:
    return [f"domain:{letter.lower()}.com" for letter in letters]


def test_the_published_example(listed: Path) -> None:
    with closing(Project.open(listed)) as project:
        found = audiences(project, {"map": listed / "map.csv", "ads": listed / "ads.csv"})
    marketing, ads = found.tools
    assert (marketing.jaccard, marketing.missing, marketing.extra) == (0.5, ids("FGH"), ids("XY"))
    assert (ads.jaccard, ads.missing, ads.extra) == (0.75, ids("DE"), [])
    assert found.overall == pytest.approx(0.30)
    assert found.listed == 8
    assert not any(tool.holds or tool.stale or tool.unmatched for tool in found.tools)


def test_names_match_nobody_and_members_who_left_are_none(listed: Path, tmp_path: Path) -> None:
    rows = [{"id": k, "name": k, "left": "2026-05-01" if k == "A" else ""} for k in "ABCDEFGH"]
    write_csv(tmp_path / "crm.csv", [*rows, {"id": "", "name": "B", "left": ""}])
    with closing(Project.open(listed)) as project:
        (tool,) = audiences(project, {"crm": tmp_path / "crm.csv"}).tools
    assert (tool.members, tool.both, tool.missing, tool.not_matchable) == (8, 7, ids("A"), ["B"])
    assert tool.jaccard == pytest.approx(7 / 9)


def test_no_row_of_a_list_disappears(listed: Path, tmp_path: Path) -> None:
    """Of another company, of a person at a mail provider, and a row that is none: each is said, in words and as data."""
    (tmp_path / "m.csv").write_text("domain\na.com\nnosuch.example\n,\nx@gmail.com\n")
    done = tierwise("audit", listed, "--audience", f"ads={tmp_path / 'm.csv'}")
    assert "ads names, and we have no such account: nosuch.example" in done.out
    assert "ads has, and names neither id nor company domain for: x@gmail.com" in done.out
    assert "ads: 1 row not read: line 4: " in done.err
    said = json.loads(tierwise("audit", listed, "--audience", f"ads={tmp_path / 'm.csv'}", "--json").out)["data"]
    [tool] = said["tools"]
    assert (tool["members"], tool["both"], tool["unmatched"]) == (3, 1, ["nosuch.example"])
    assert (tool["not_matchable"], len(tool["refused"])) == (["x@gmail.com"], 1)


def test_whoever_left_the_list_long_ago_is_stale(listed: Path, tmp_path: Path) -> None:
    """Account A became a shop: it leaves the list, and a tool that still holds it later is stale."""
    folder = tmp_path / "later"
    shutil.copytree(listed, folder)
    accounts = folder / "crm" / "accounts.csv"
    accounts.write_text(accounts.read_text().replace("A,A,a.com,100,Banking", "A,A,a.com,100,Retail"))
    with closing(Project.open(folder)) as project:
        for day in (date(2026, 7, 10), date(2026, 8, 1)):
            run(project, day, force=True)
        (tool,) = audiences(project, {"ads": folder / "ads.csv"}).tools
    assert tool.stale == {"domain:a.com": date(2026, 7, 10)}


def test_the_command_shows_data_and_says_what_is_wrong_with_a_file(listed: Path, tmp_path: Path) -> None:
    done = tierwise("audit", listed, "--audience", f"ads={listed / 'ads.csv'}")
    assert done.code == 0, done.err
    assert "ads lacks: domain:d.com, domain:e.com" in done.out
    assert "below 95 %" in done.out
    write_csv(tmp_path / "odd.csv", [{"colour": "red"}])
    with closing(Project.open(listed)) as project:
        with pytest.raises(DataError, match="names no account"):
            audiences(project, {"odd": tmp_path / "odd.csv"})
        with pytest.raises(NotFound, match="there is no file"):
            audiences(project, {"odd": tmp_path / "none.csv"})
    assert tierwise("audit", listed, "--audience", "ads").code == 2
