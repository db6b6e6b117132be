"""Visitors: which way finds the account, what it weighs, and that the smallest range decides."""

from __future__ import annotations

from datetime import datetime, timedelta
from ipaddress import ip_address, ip_network
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from tests.steps import ACCOUNT_KEYS, DAY, Results, run

from tierwise.connectors.sources.files.addresses.digits import Range, network, range_of
from tierwise.stages.accounts.visitors import VisitorsSpec
from tierwise.stages.assessment.signals import SignalsSpec

NOON = datetime.combine(DAY, datetime.min.time())
SOURCES = [
    {"source": name, "key_space": name, "priority": place} for place, name in enumerate(("crm", "web", "ranges"), 1)
]
ACCOUNTS = [
    {"source": "crm", "record_id": f"crm:{n}", "account_key": str(n), "name": name, "domain_key": domain}
    for n, (name, domain) in enumerate(
        [("Acme", "acme.com"), ("Beta", "beta.de"), ("Cloud", "cloud.net"), ("Amazon", "amazon.com")], 1
    )
]
ACME, BETA = "domain:acme.com", "domain:beta.de"
STEPS = (*ACCOUNT_KEYS, "visitor_networks", "event_owners", "events")


def event(n: int, ip: str = "", whole: bool = True, **more: Any) -> dict[str, Any]:
    key = network(ip, whole) or None if ip else None
    return {"source": "web", "record_id": f"e{n}", "occurred_at": NOON, "kind": "page", "ip_key": key, **more}


def owned(text: str, domain: str | None = None, **more: Any) -> dict[str, Any]:
    found = range_of(text)
    return {
        "source": "ranges", "record_id": text, "domain_key": domain, "first_key": found.first, "last_key": found.last,
        "bucket": found.bucket, "width_key": found.width, **more,
    }  # fmt: skip


def found(
    *events: dict[str, Any], ranges: list[dict[str, Any]] | None = None, spec: VisitorsSpec | None = None, **more: Any
) -> Results:
    given = {
        "landing_accounts": ACCOUNTS, "landing_events": events, "landing_ip_ranges": ranges or [], "spec_sources": SOURCES,
        **more,
    }  # fmt: skip
    return run(*STEPS, given=given, visitors=spec or VisitorsSpec())


def said(results: Results) -> list[tuple[Any, ...]]:
    return [
        (row["account_id"], row["identified_by"], row["confidence"])
        for row in sorted(results["events"], key=lambda r: r["record_id"])
    ]


def test_the_surest_way_finds_the_account() -> None:
    ranges = [owned("203.0.113.0/24", "beta.de")]
    everything = {"ip": "203.0.113.7", "domain": "beta.de", "domain_key": "beta.de", "domain_confidence": 0.6}
    events = [
        event(1, **everything, email="ann@acme.com", email_key="acme.com", account_key="2"),
        event(2, **everything, email="ann@acme.com", email_key="acme.com"),
        event(3, **everything),
        event(4, ip="203.0.113.7"),
        event(5, ip="198.51.100.1"),
        event(6, domain="beta.de", domain_key="beta.de", anonymous_id="v1"),
        event(7, domain="beta.de", domain_key="beta.de", email="ann@acme.com", email_key="acme.com"),
        event(8, email="ann@gmail.com"),
    ]
    assert said(found(*events, ranges=ranges)) == [
        (None, None, None) if row is None else row
        for row in (
            # 1: the key of the source wants key space web: unknown there, so the address decides
            (ACME, "email", 1.0), (ACME, "email", 1.0), (BETA, "domain", 0.6), (BETA, "ip", 0.5), None,
            (BETA, "domain", 0.7), (BETA, "known", 1.0), None,
        )
    ]  # fmt: skip


def test_the_model_says_what_each_way_weighs() -> None:
    spec = VisitorsSpec(email=0.9, domain=0.4, ip=0.3)
    events = [
        event(1, email="a@acme.com", email_key="acme.com"),
        event(2, domain="acme.com", domain_key="acme.com"),
        event(3, ip="203.0.113.1"),
        event(4, ip="198.51.100.1"),
    ]
    ranges = [owned("203.0.113.0/24", "acme.com"), owned("198.51.100.0/24", "acme.com", confidence=0.95)]
    assert [row[2] for row in said(found(*events, ranges=ranges, spec=spec))] == [0.9, 0.4, 0.3, 0.95]


@pytest.mark.parametrize(
    ("owner", "account"),
    [
        ({"domain": "acme.com"}, ACME),
        ({"domain": "acme.com", "kind": "business"}, ACME),
        ({"domain": "acme.com", "kind": " ISP "}, None),
        ({"domain": "acme.com", "kind": "tor"}, None),
        ({"domain": "acme.com", "kind": "hosting"}, None),
        ({"domain": "amazon.com"}, None),
        ({"domain": "amazon.com", "kind": "business"}, "domain:amazon.com"),
        ({"domain": None}, None),
        ({"domain": "stranger.io"}, None),
    ],
)
def test_providers_are_never_an_account(owner: dict[str, Any], account: str | None) -> None:
    assert said(found(event(1, "203.0.113.1"), ranges=[owned("203.0.113.0/24", **owner)]))[0][0] == account


def test_the_smallest_range_decides_even_when_it_is_a_providers() -> None:
    ranges = [
        owned("203.0.113.0/24", "acme.com"), owned("203.0.113.64/26", "beta.de"), owned("203.0.113.70", None, kind="tor"),
        owned("2001:db8::/32", "acme.com"), owned("2001:db8:0:1::/64", "beta.de"),
    ]  # fmt: skip
    where = ("203.0.113.1", "203.0.113.65", "203.0.113.70", "2001:db8::1", "2001:db8:0:1::1", "::ffff:203.0.113.1")
    events = [event(n, ip) for n, ip in enumerate(where)]
    assert [row[0] for row in said(found(*events, ranges=ranges))] == [ACME, BETA, None, ACME, BETA, ACME]


def test_a_network_that_was_cut_is_not_found_in_a_smaller_range() -> None:
    """Of 203.0.113.65 the /24 is kept: it may have been another's than the owner of a /26 in it."""
    ranges = [owned("203.0.113.64/26", "beta.de"), owned("203.0.112.0/22", "acme.com")]
    results = found(event(1, "203.0.113.65", whole=False), event(2, "203.0.113.65"), ranges=ranges)
    assert [row[0] for row in said(results)] == [ACME, BETA]


def test_of_equal_ranges_the_newest_counts_then_the_first_source() -> None:
    old, new = {"updated_at": NOON - timedelta(days=90)}, {"updated_at": NOON}
    ranges = [owned("203.0.113.0/24", "acme.com", **old), owned("203.0.113.0/24", "beta.de", **new)]
    assert said(found(event(1, "203.0.113.1"), ranges=ranges))[0][0] == BETA
    ranges = [owned("203.0.113.0/24", "acme.com"), owned("203.0.113.0/24", "beta.de", source="web")]
    assert said(found(event(1, "203.0.113.1"), ranges=ranges))[0][0] == BETA


def test_points_are_weighted_and_the_weight_is_a_reason() -> None:
    """10 points at confidence .5: 10 for the signal, -5 because nobody is sure; a known person's count whole."""
    spec = SignalsSpec.model_validate(
        {"signals": {"page": {"where": "kind = 'page'", "party": "first", "family": "web", "points": 10}}}
    )
    given = {
        "landing_accounts": ACCOUNTS,
        "landing_events": [event(1, "203.0.113.1"), event(2, email="b@beta.de", email_key="beta.de")],
        "landing_ip_ranges": [owned("203.0.113.0/24", "acme.com")],
        "spec_sources": SOURCES,
    }
    names = (*STEPS, "signals", "signal_days", "signal_totals", "signal_people", "intent_reasons", "intent")
    results = run(*names, given=given, signals=spec)
    assert results.one("signals", account_id=ACME)["identified_by"] == "ip"
    reasons = {(r["account_id"], r["reason"]): float(r["points"]) for r in results["intent_reasons"]}
    assert (reasons[ACME, "signal:page"], reasons[ACME, "unsure:page"], reasons[ACME, "cap:page"]) == (10, -5, -3)
    assert reasons[BETA, "signal:page"] == 10
    assert (BETA, "unsure:page") not in reasons
    for account in (ACME, BETA):
        points = sum(r["points"] for r in results["intent_reasons"] if r["account_id"] == account)
        assert points == results.one("intent", account_id=account)["intent"]


ADDRESSES = st.integers(0, 255).map(lambda n: f"203.0.113.{n}") | st.integers(0, 255).map(lambda n: f"2001:db8::{n:x}")
NETWORKS = st.tuples(ADDRESSES, st.integers(0, 8)).map(
    lambda pair: str(ip_network(f"{pair[0]}/{(128 if ':' in pair[0] else 32) - pair[1]}", strict=False))
)


@settings(max_examples=15, deadline=None)
@given(st.lists(NETWORKS, max_size=8, unique=True), st.lists(ADDRESSES, min_size=1, max_size=12, unique=True))
def test_a_range_is_found_as_by_the_longest_prefix(networks: list[str], addresses: list[str]) -> None:
    ranges = [owned(text, f"{n}.com") for n, text in enumerate(networks)]
    given = {
        "landing_events": [event(n, ip) for n, ip in enumerate(addresses)], "landing_ip_ranges": ranges,
        "spec_sources": SOURCES,
    }  # fmt: skip
    owners = {row["ip_key"]: row["domain_key"] for row in run("visitor_networks", given=given)["visitor_networks"]}
    for address in addresses:
        around = [
            (ip_network(text).prefixlen, n)
            for n, text in enumerate(networks)
            if ip_address(address) in ip_network(text)
        ]
        assert owners.get(network(address, whole=True)) == (f"{max(around)[1]}.com" if around else None)


@settings(max_examples=15, deadline=None)
@given(
    st.lists(st.tuples(st.integers(0, 4095), st.integers(0, 4095)).map(sorted), max_size=8, unique_by=tuple),
    st.lists(st.integers(0, 4095), min_size=1, max_size=12, unique=True),
)
def test_ranges_with_any_ends_are_found_as_by_looking_at_each(bounds: list[list[int]], numbers: list[int]) -> None:
    """Ranges may begin and end anywhere and overlap: the smallest that holds an address is found."""
    ranges = []
    for n, (low, high) in enumerate(bounds):
        span = Range(f"4cb00{low:04x}", f"4cb00{high:04x}")
        row = {"first_key": span.first, "last_key": span.last, "bucket": span.bucket, "width_key": span.width}
        ranges.append({"source": "ranges", "record_id": f"{n:03}", "domain_key": f"{n}.com", **row})
    events = [{"source": "web", "record_id": str(n), "ip_key": f"4cb00{n:04x}"} for n in numbers]
    rows = run(
        "visitor_networks",
        given={"landing_events": events, "landing_ip_ranges": ranges, "spec_sources": SOURCES},
    )["visitor_networks"]
    owners = {row["ip_key"]: row["domain_key"] for row in rows}
    for number in numbers:
        around = [(high - low, f"{n:03}", n) for n, (low, high) in enumerate(bounds) if low <= number <= high]
        assert owners.get(f"4cb00{number:04x}") == (f"{min(around)[2]}.com" if around else None)
