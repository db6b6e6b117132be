"""Attention as it arrives: a log of our own site, a review site's rows, and two vendors' weekly topics."""

from __future__ import annotations

import numpy as np

from tierwise.simulate.dirt import Records
from tierwise.simulate.draws import Ints, Words, pick, stream
from tierwise.simulate.exports.files import Export, days, dotted_days, minutes
from tierwise.simulate.history import Market
from tierwise.simulate.names import ascii_domain

_KINDS = (
    ("page_view", "/product", "web"), ("page_view", "/pricing", "web"),
    ("page_view", "/compare/alternatives", "web"), ("page_view", "/blog/core-migration-checklist", "web"),
    ("page_view", "/customers", "web"), ("download", "/guides/onboarding-benchmark", "web"),
    ("email_click", "/newsletter", "email"), ("event_attended", "/events/webinar", "event"),
    ("demo_request", "/demo", "web"),
)  # fmt: skip
_KIND_WEIGHTS = (0.26, 0.14, 0.06, 0.20, 0.10, 0.08, 0.09, 0.04, 0.03)
_SIGNED = np.array([kind in ("download", "email_click", "event_attended", "demo_request") for kind, _, _ in _KINDS])
_SIGNED_IN = 0.25
_NAMED_HOST = 0.85
_DEVICES = 3
_REVIEW_KINDS = ("Category View", "Profile View", "Comparison View", "Pricing View")
_REVIEW_WEIGHTS = (0.4, 0.35, 0.15, 0.1)
_TOPICS = (
    "Digital Onboarding",
    "Core Banking Integration",
    "Account Opening",
    "Workflow Automation",
    "Compliance",
)


def web_events(market: Market, addresses: Words, since: np.datetime64) -> Export:
    """One row per visit, click, download or attendance from `since` on, of a person or of a device."""
    log = market.signals["first_party"]
    kept = np.flatnonzero((log.occurred_at >= since) & (log.occurred_at < market.calendar.end))
    account, draw = log.account[kept], stream(market.seed, "web log")
    kind = pick(draw.random(len(kept)), _KIND_WEIGHTS)
    person = market.contacts.choose(account, draw.random(len(kept)))
    signed = _SIGNED[kind] | (draw.random(len(kept)) < _SIGNED_IN)
    device = draw.integers(0, _DEVICES, len(kept))
    visitor = np.array([f"v{a * _DEVICES + d:08x}" for a, d in zip(account.tolist(), device.tolist(), strict=True)])
    named = draw.random(len(kept)) < _NAMED_HOST
    labels = np.array(_KINDS)[kind]
    return Export(
        "web/events.csv",
        {
            "event_id": np.char.add("ev", np.char.zfill(np.arange(1, len(kept) + 1).astype(np.str_), 8)),
            "occurred_at": np.char.add(np.char.replace(minutes(log.occurred_at[kept]), " ", "T"), ":00Z"),
            "event": labels[:, 0],
            "path": labels[:, 1],
            "family": labels[:, 2],
            "email": np.where(signed, addresses[person], ""),
            "anonymous_id": np.where(signed, "", visitor),
            "company_domain": np.where(named, _domains(market)[account], ""),
        },
    )


def review_site(market: Market, records: Records, since: np.datetime64) -> Export:
    """One row per visit of an account to our category, known two days later."""
    draw = stream(market.seed, "review rows")
    kept = _delivered(market, "review_site", since)
    log = market.signals["review_site"]
    return Export(
        "intent/review_site.csv",
        {
            "Company Domain": _seen_as(market, records, log.account[kept], draw),
            "Activity": np.array(_REVIEW_KINDS)[pick(draw.random(len(kept)), _REVIEW_WEIGHTS)],
            "Activity Date": days(log.occurred_at[kept]),
            "Delivered At": days(log.known_at[kept]),
        },
    )


def vendor_a(market: Market, records: Records, since: np.datetime64) -> Export:
    """One row per account, topic and week with a surge, delivered a month late."""
    domain, topic, score, week, delivered = _vendor_rows(market, records, "vendor_a", since)
    return Export(
        "intent/vendor_a.csv",
        {
            "domain": domain,
            "topic": topic,
            "score": score,
            "week": days(week),
            "delivered_at": days(delivered),
        },
    )


def vendor_b(market: Market, records: Records, since: np.datetime64) -> Export:
    """The same from another vendor, who writes semicolons, German dates and a byte-order mark."""
    domain, topic, score, week, delivered = _vendor_rows(market, records, "vendor_b", since)
    return Export(
        "intent/vendor_b.csv",
        {
            "Company Website": np.char.add("www.", domain),
            "Intent Topic": topic,
            "Surge Score": score,
            "Week Starting": dotted_days(week),
            "Delivered": dotted_days(delivered),
        },
        delimiter=";",
        encoding="utf-8-sig",
    )


def _vendor_rows(
    market: Market, records: Records, feed: str, since: np.datetime64
) -> tuple[Words, Words, Ints, np.ndarray, np.ndarray]:
    draw = stream(market.seed, f"{feed} rows")
    kept = _delivered(market, feed, since)
    log = market.signals[feed]
    day = log.occurred_at[kept].astype("datetime64[D]")
    # 1970-01-01 was a Thursday: three days on, weeks begin on Monday.
    monday = day - ((day.astype(np.int64) + 3) % 7).astype("timedelta64[D]")
    topic = np.array(_TOPICS)[draw.integers(0, len(_TOPICS), len(kept))]
    score = 60 + np.floor(40 * draw.beta(1.2, 2.5, len(kept))).astype(np.int64)
    return _seen_as(market, records, log.account[kept], draw), topic, score, monday, log.known_at[kept]


def _delivered(market: Market, feed: str, since: np.datetime64) -> Ints:
    """The places of the rows that had arrived by the end of history."""
    log = market.signals[feed]
    return np.flatnonzero((log.occurred_at >= since) & (log.known_at < market.calendar.end))


def _domains(market: Market) -> Words:
    return np.array([ascii_domain(domain) for domain in market.accounts.domain.tolist()])


def _seen_as(market: Market, records: Records, account: Ints, draw: np.random.Generator) -> Words:
    """The domain as the vendor writes it; some rows are about companies that the CRM has never heard of."""
    stranger = draw.random(len(account)) < records.noise.unknown_companies
    number = draw.integers(1, 400, len(account)).astype(np.str_)
    return np.where(stranger, np.char.add(np.char.add("stranger", number), ".io"), _domains(market)[account])
