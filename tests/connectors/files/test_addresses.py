"""Addresses and ranges as digits: what is read, what is kept, and what is wrong with a range."""

from __future__ import annotations

from ipaddress import ip_address, ip_network
from typing import Any

import pyarrow as pa
import pytest
from hypothesis import given
from hypothesis import strategies as st
from tests.connectors.files.test_rows import landed

from tierwise.connectors.sources.files.addresses.digits import address, between, network, range_of, shown

EVENTS = "event_key,occurred_at,email,domain,domain_confidence,ip\n"


@pytest.mark.parametrize(
    ("written", "digits"),
    [
        ("203.0.113.7", "4cb007107"),
        (" 203.0.113.7:443 ", "4cb007107"),
        ("203.0.113.7, 10.0.0.1", "4cb007107"),
        ("::ffff:203.0.113.7", "4cb007107"),
        ("2001:db8::1", "620010db8" + "0" * 23 + "1"),
        ("[2001:db8::1]:8080", "620010db8" + "0" * 23 + "1"),
        ("[2001:db8::1]", "620010db8" + "0" * 23 + "1"),
        ("2001:db8::1%eth0", "620010db8" + "0" * 23 + "1"),
        ("203.0.113", ""),
        ("203.0.113.256", ""),
        ("unknown", ""),
        ("2001:db8::g", ""),
        ("", ""),
    ],
)
def test_addresses_as_logs_write_them(written: str, digits: str) -> None:
    assert address(written) == digits


@pytest.mark.parametrize(
    ("written", "kept", "whole"),
    [
        ("203.0.113.7", "203.0.113.0/24", "203.0.113.7"),
        ("2001:db8:1:2::3", "2001:db8:1::/48", "2001:db8:1:2::3"),
        ("203.0.113.0/24", "203.0.113.0/24", "203.0.113.0/24"),
        ("203.0.0.0/16", "203.0.0.0/16", "203.0.0.0/16"),
    ],
)
def test_of_an_address_its_network_is_kept(written: str, kept: str, whole: str) -> None:
    assert shown(network(written, whole=False)) == kept
    assert shown(network(written, whole=True)) == whole


@pytest.mark.parametrize(
    "nobody", ["10.1.2.3", "192.168.0.1", "127.0.0.1", "169.254.1.1", "100.64.0.1", "fe80::1", "fd00::1", "::1"]
)
def test_private_addresses_are_nobodys(nobody: str) -> None:
    assert network(nobody, whole=True) == ""


@given(st.ip_addresses(), st.integers(0, 128))
def test_a_network_has_the_ends_that_the_library_says(found: Any, length: int) -> None:
    expected = ip_network(f"{found}/{min(length, found.max_prefixlen)}", strict=False)
    if found.version == 6 and expected.prefixlen and found.ipv4_mapped is not None:
        return  # read as IPv4
    span = range_of(str(expected))
    assert ip_address(bytes.fromhex(span.first[1:])) == expected[0]
    assert ip_address(bytes.fromhex(span.last[1:])) == expected[-1]
    assert int(span.width, 16) == expected.num_addresses - 1
    assert span.first.startswith(span.bucket)
    assert span.last.startswith(span.bucket)


def test_ends_may_be_whole_numbers() -> None:
    assert between("3405803776", "3405804031") == range_of("203.0.113.0/24")
    assert between(str(0xFFFF << 32 | 3405803776), str(0xFFFF << 32 | 3405804031)) == range_of("203.0.113.0/24")
    assert range_of("203.0.113.0-203.0.113.255") == range_of("203.0.113.7/24")


RANGES = """network,organization,company domain,usage type,accuracy
203.0.113.0/24,Acme Ltd,https://www.acme.com,COM,90
203.0.113.0/33,Wrong,wrong.com,COM,90
198.51.100.9-198.51.100.1,Backward,back.com,COM,90
198.51.100.1-2001:db8::1,Both,both.com,COM,90
not an address,Nobody,no.com,COM,90
,Nothing,no.com,COM,90
2001:db8::/32,Beta,beta.de,DCH,101
"""


def test_a_wrong_range_is_rejected_with_its_line() -> None:
    found = landed("ip_ranges", RANGES)
    assert [(row.line, row.message) for row in found.refused] == [
        (3, "line 3: /33 is no length of a network of IPv4: it has 32 bits"),
        (4, "line 4: the last address, 198.51.100.1, comes before the first, 198.51.100.9"),
        (5, "line 5: 198.51.100.1 and 2001:db8::1 are not of one kind: one is IPv4, one IPv6"),
        (6, "line 6: 'not an address' is no address"),
        (7, "line 7: no range: neither `range` nor `first_ip` and `last_ip` has a value"),
    ]
    rows = found.rows.select(["owner", "domain_key", "kind", "confidence", "first_key", "bucket"]).to_pylist()
    assert rows == [
        {"owner": "Acme Ltd", "domain_key": "acme.com", "kind": "COM", "confidence": 0.9, "first_key": "4cb007100",
         "bucket": "4cb0071"},
        {"owner": "Beta", "domain_key": "beta.de", "kind": "DCH", "confidence": None, "first_key": "620010db8" + "0" * 24,
         "bucket": "620010db8"},
    ]  # fmt: skip
    assert "confidence: read as percent, for some are above 1" in found.warnings
    assert "confidence: 1 are no share of 1 or of 100: they count as missing" in found.warnings


def test_whole_addresses_are_not_kept_anywhere() -> None:
    """Not in rows, not in refused rows; where the source says so, they are."""
    text = EVENTS + (
        "1,2024-06-01,ann@acme.com,,,203.0.113.7\n2,2024-06-01,,beta.de,85,2001:db8:1:2::3\n"
        "3,soon,,,,203.0.113.99\n4,2024-06-01,,,,10.0.0.1\n5,2024-06-01,,,,\n"
    )
    found = landed("events", text)
    assert found.rows.select(["ip", "ip_key", "email_key", "domain_key", "domain_confidence"]).to_pylist() == [
        {"ip": "203.0.113.0/24", "ip_key": "4cb0071", "email_key": "acme.com", "domain_key": "acme.com",
         "domain_confidence": None},
        {"ip": "2001:db8:1::/48", "ip_key": "620010db80001", "email_key": None, "domain_key": "beta.de",
         "domain_confidence": 0.85},
        *[{"ip": None, "ip_key": None, "email_key": None, "domain_key": None, "domain_confidence": None}] * 2,
    ]  # fmt: skip
    assert "203.0.113.99" not in found.refused[0].raw
    assert "203.0.113.0/24" in found.refused[0].raw
    assert any("1 of 5 are private or no addresses" in said for said in found.warnings)
    whole = landed("events", text, addresses="whole")
    assert whole.rows["ip"].to_pylist()[:2] == ["203.0.113.7", "2001:db8:1:2::3"]
    assert whole.rows.schema.field("ip_key").type == pa.string()
