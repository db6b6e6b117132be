"""Known defects in clean records: each account gets one at most, so that nobody can blame another for it."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

import numpy as np

from tierwise.simulate.dirt import OWNERS, records
from tierwise.simulate.draws import stream
from tierwise.simulate.exports import crm
from tierwise.simulate.exports.files import Column, Export
from tierwise.simulate.history import Market
from tierwise.simulate.world import INDUSTRIES

# Class and field of every defect that is planted.
KINDS = (
    ("missing", "employees"), ("missing", "industry"), ("missing", "domain"), ("wrong", "employees"), ("wrong", "industry"),
    ("wrong", "domain"), ("stale", "employees"), ("contradictory", "employees"), ("contradictory", "industry"),
    ("repeated", "record"), ("parent_unknown", "parent"), ("parent_in_circle", "parent"), ("no_owner", "owner"),
    ("several_owners", "owner"),
)  # fmt: skip
# The same of people.
KINDS_OF_PEOPLE = (
    ("unreadable_title", "title"), ("dead_address", "address"), ("consumer_address", "address"),
    ("shared_address", "address"), ("no_account", "person"), ("left_company", "person"),
)  # fmt: skip
NOTHING = ("", "N/A", "unknown", "-")
FILE, SECOND, PEOPLE = "crm/companies.csv", "registry/companies.csv", "crm/contacts.csv"
KEY, DOMAIN, HEADS, CHECKED = "Record ID", "Company Domain Name", "Number of Employees", "Employees Last Verified"
INDUSTRY, OWNER, PARENT, NAME = "Industry", "Company owner", "Parent Company ID", "Company name"
LEFT = "Nobody Anymore"
_IN_SECOND = 0.5  # share of the clean accounts that the second tool knows, and says the same of


@dataclass(frozen=True)
class Planted:
    """One defect: its class, its field, and the CRM's id of the record, of an account or a person, that has it."""

    defect: str
    field: str
    record_id: str


def plant(market: Market, folder: Path, rate: float) -> list[Planted]:
    """Write the companies and people of a clean CRM and the companies of a second tool into `folder`.

    Each defect is in a share of the accounts, and of the people.

    Without a rate nothing is wrong. The same market gives the same bytes.
    """
    if not 0 <= rate * len(KINDS) <= 0.8:
        raise ValueError(f"{len(KINDS)} defects at a rate of {rate} leave too few clean accounts")
    table = {
        name: column.astype(object)
        for name, column in crm.companies(market, records(market, dirt=False)).columns.items()
    }
    draw, count = stream(market.seed, "planted"), len(table[KEY])
    # Whoever has a parent, or is one, keeps it: a circle must not catch others.
    related = (table[PARENT] != "") | np.isin(table[KEY].astype(str), table[PARENT].astype(str))
    free = draw.permutation(np.flatnonzero(~related))
    size = min(round(rate * count), len(free) // (len(KINDS) + 2))
    planted, chosen = [], np.zeros(count, dtype=np.bool_)
    second = np.zeros(count, dtype=np.bool_)
    other = {name: table[name].copy() for name in (HEADS, INDUSTRY, OWNER)}
    repeats: list[int] = []
    for place, (defect, field) in enumerate(KINDS):
        rows = free[place * size : (place + 1) * size]
        chosen[rows] = True
        if defect in ("contradictory", "several_owners"):
            second[rows] = True
            _say_otherwise(other, defect, field, rows, table)
        elif defect == "repeated":
            repeats = rows.tolist()
        else:
            _spoil(table, defect, field, rows, draw)
        planted += [Planted(defect, field, str(table[KEY][row])) for row in rows.tolist()]
    second |= ~chosen & (draw.random(count) < _IN_SECOND)
    _written(table, repeats).write(folder)
    Export(
        SECOND,
        {
            "Registration": np.array([f"R{row}" for row in np.flatnonzero(second)], dtype=object),
            DOMAIN: table[DOMAIN][second],
            **{name: column[second] for name, column in other.items()},
        },
    ).write(folder)
    return planted + _people(table, np.flatnonzero(~chosen), rate, draw, folder)


def _people(
    table: dict[str, Column], rows: np.ndarray, rate: float, draw: np.random.Generator, folder: Path
) -> list[Planted]:
    """Write a person at each of some accounts without a defect, and what is wrong with some of them."""
    ids = np.array([f"P{row}" for row in rows.tolist()], dtype=object)
    people: dict[str, Column] = {
        "Contact ID": ids,
        "First Name": np.array(["Kim"] * len(rows), dtype=object),
        "Last Name": ids.copy(),
        "Job Title": np.array(["Head of IT"] * len(rows), dtype=object),
        "Email": np.array([f"kim.{row}@{table[DOMAIN][row]}" for row in rows.tolist()], dtype=object),
        "Company ID": table[KEY][rows].astype(str).astype(object),
        "Bounced": np.array([""] * len(rows), dtype=object),
        "Left": np.array([""] * len(rows), dtype=object),
    }
    free, size = draw.permutation(len(rows)), round(rate * len(rows))
    planted = []
    for place, (defect, field) in enumerate(KINDS_OF_PEOPLE):
        for row in free[place * size : (place + 1) * size].tolist():
            _spoil_person(people, defect, row)
            planted.append(Planted(defect, field, str(ids[row])))
    Export(PEOPLE, people).write(folder)
    return planted


def _spoil_person(people: dict[str, Column], defect: str, row: int) -> None:
    address = str(people["Email"][row])
    if defect == "unreadable_title":
        people["Job Title"][row] = "Ninja of dreams"
    elif defect == "consumer_address":
        people["Email"][row] = address.partition("@")[0] + "@gmail.com"
    elif defect == "shared_address":
        people["Email"][row] = "info@" + address.partition("@")[2]
    elif defect == "no_account":
        people["Email"][row], people["Company ID"][row] = f"kim@nobodyknows{row}.com", ""
    else:
        people["Bounced" if defect == "dead_address" else "Left"][row] = "2024-01-15"


def _spoil(table: dict[str, Column], defect: str, field: str, rows: np.ndarray, draw: np.random.Generator) -> None:
    """Write the defect into the records of the CRM."""
    heading = {"employees": HEADS, "industry": INDUSTRY, "domain": DOMAIN, "parent": PARENT, "owner": OWNER}[field]
    if defect == "missing":
        words = NOTHING if field == "industry" else ("", "0") if field == "employees" else ("",)
        table[heading][rows] = np.array(words, dtype=object)[draw.integers(0, len(words), len(rows))]
    elif defect == "wrong":
        table[heading][rows] = {"employees": "-1", "industry": "asdf", "domain": "gmail.com"}[field]
    elif defect == "stale":
        age = draw.integers(1_200, 2_400, len(rows))
        end = np.datetime64(max(table[CHECKED]))
        table[CHECKED][rows] = [str(end - int(days)) for days in age]
    elif defect == "parent_unknown":
        table[heading][rows] = "404404404"
    elif defect == "parent_in_circle":
        table[heading][rows] = np.roll(table[KEY][rows], 1).astype(str)
    else:
        table[heading][rows] = np.array(("", LEFT), dtype=object)[draw.integers(0, 2, len(rows))]


def _say_otherwise(
    other: dict[str, Column], defect: str, field: str, rows: np.ndarray, table: dict[str, Column]
) -> None:
    """What the second tool says of accounts on which the two contradict each other."""
    if defect == "several_owners":
        places = [OWNERS.index(owner) for owner in table[OWNER][rows]]
        other[OWNER][rows] = [OWNERS[(place + 1) % len(OWNERS)] for place in places]
    elif field == "employees":
        other[HEADS][rows] = [str(3 * int(heads)) for heads in table[HEADS][rows]]
    else:
        places = [INDUSTRIES.index(industry) for industry in table[INDUSTRY][rows]]
        other[INDUSTRY][rows] = [INDUSTRIES[(place + 1) % len(INDUSTRIES)] for place in places]


def _written(table: dict[str, Column], repeats: list[int]) -> Export:
    """The CRM's companies, some of them entered twice: the same domain under another name and id."""
    again = {name: column[repeats].copy() for name, column in table.items()}
    again[KEY] = again[KEY] + 900_000_000
    again[NAME] = np.array([str(name).upper() for name in again[NAME]], dtype=object)
    return Export(FILE, {name: np.concatenate((column, again[name])) for name, column in table.items()})
