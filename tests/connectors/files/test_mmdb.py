"""Databases of addresses: every network lands with its owner, whatever its maker calls it."""

from __future__ import annotations

import random
from pathlib import Path

import pytest
from tests.connectors.files.mmdb import mmdb

from tierwise.connectors.sources.files.addresses.mmdb import read_mmdb
from tierwise.connectors.sources.files.confined.reader import read_confined
from tierwise.connectors.sources.files.reading import FileBytes
from tierwise.connectors.sources.files.spec import FileTable
from tierwise.core.errors import DataError

OWNERS = mmdb(
    {
        "203.0.113.0/24": {"traits": {"organization": "Acme Ltd", "domain": "acme.com", "user_type": "business"}},
        "198.51.100.0/26": {"traits": {"organization": "Acme Ltd", "domain": "acme.com", "is_tor_exit_node": True}},
        "198.51.100.64/26": {"company": {"name": "Isp", "domain": "isp.net", "type": "isp"}, "as_name": "Other"},
        "2001:db8::/48": {
            "autonomous_system_organization": "Beta",
            "domain": "beta.de",
            "sure": 0,
            "level": {"of": 80},
        },
        "192.0.2.0/24": {"country": {"iso_code": "DE"}},
    }
)


def test_a_row_per_network_that_has_an_owner() -> None:
    found = read_mmdb(OWNERS)
    assert sorted(map(tuple, (row.values() for row in found.table.drop_columns("updated_at").to_pylist()))) == [
        ("198.51.100.0/26", "Acme Ltd", "acme.com", "tor_exit_node"),
        ("198.51.100.64/26", "Isp", "isp.net", "isp"),
        ("2001:db8::/48", "Beta", "beta.de", None),
        ("203.0.113.0/24", "Acme Ltd", "acme.com", "business"),
    ]
    assert set(found.table["updated_at"].to_pylist()) == {"2023-11-14T22:13:20+00:00"}
    assert found.warnings == ("1 of 5 networks say nothing of an owner: left out",)
    assert found.rows_in == 4


def test_a_path_of_the_map_is_a_heading() -> None:
    table = FileTable.model_validate({"file": "owners.mmdb", "map": {"confidence": "level.of"}})
    read = read_confined(FileBytes(Path("owners.mmdb"), OWNERS, ""), table)
    assert sorted(filter(None, read.table["level.of"].to_pylist())) == ["80"]


def test_a_database_without_owners_is_refused() -> None:
    with pytest.raises(DataError, match="no network of 1 says an owner"):
        read_mmdb(mmdb({"192.0.2.0/24": {"country": {"iso_code": "DE"}}}))


def test_damage_is_an_error_or_read_and_nothing_else() -> None:
    """Changed and cut bytes: what the reader raises is ours, whatever it is about."""
    draw = random.Random(5)
    refused = 0
    for _ in range(300):
        broken = bytearray(OWNERS)
        for _ in range(draw.randint(1, 6)):
            broken[draw.randrange(len(broken))] = draw.randrange(256)
        try:
            read_mmdb(bytes(broken[: draw.randint(len(broken) // 2, len(broken))]))
        except DataError:
            refused += 1
    assert refused > 100
    with pytest.raises(DataError, match="cannot be read"):
        read_mmdb(b"no database")
