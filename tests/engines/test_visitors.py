"""Visitors find the same accounts on every engine: ranges are compared as texts, which databases may order in their own way."""

from __future__ import annotations

import pytest
import tests.steps
from tests.engines.test_contradictions import Lent
from tests.stages.accounts import test_visitors as cases

from tierwise.engines.base import Engine


def test_visitors(engine: Engine, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(tests.steps, "DuckdbEngine", lambda: Lent(engine))
    ranges = [
        cases.owned("203.0.112.0/22", "acme.com"), cases.owned("203.0.113.64/26", "beta.de", confidence=0.9),
        cases.owned("203.0.113.70", None, kind="tor"), cases.owned("2001:db8::/32", "acme.com", kind="Business"),
        cases.owned("2001:db8:a::/48", "beta.de"), cases.owned("198.51.100.9-198.51.101.2", "beta.de"),
    ]  # fmt: skip
    where = ("203.0.113.1", "203.0.113.65", "203.0.113.70", "2001:db8::a", "2001:db8:a::1", "198.51.101.1", "192.0.2.1")
    events = [cases.event(n, ip) for n, ip in enumerate(where)]
    events += [
        cases.event(7, "203.0.113.65", email="ann@acme.com", domain_key="acme.com", email_key="acme.com"),
        cases.event(8, "203.0.113.65", domain="acme.com", domain_key="acme.com", domain_confidence=0.6),
        cases.event(9, "203.0.113.65", whole=False),
    ]
    acme, beta = cases.ACME, cases.BETA
    assert cases.said(cases.found(*events, ranges=ranges)) == [
        (acme, "ip", 0.5), (beta, "ip", 0.9), (None, None, None), (acme, "ip", 0.5), (beta, "ip", 0.5), (beta, "ip", 0.5),
        (None, None, None), (acme, "email", 1.0), (acme, "domain", 0.6), (acme, "ip", 0.5),
    ]  # fmt: skip
