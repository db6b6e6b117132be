"""Whose is an event without a known person? By its e-mail domain, a vendor's guess, or who owns the range of its address.

Each way has a confidence, with which the points of its signals are weighted. Providers are never an account.
"""

from __future__ import annotations

from datetime import date
from typing import Annotated

from pydantic import Field

from tierwise.core.spec import Spec, default
from tierwise.sql.query import Query, column, query
from tierwise.tables.accounts import EVENTS

Share = Annotated[float, Field(ge=0, le=1)]

# What files say of owners who serve other people: MaxMind's user_type and anonymous networks, IP2Location's usage types,
# ipinfo's types, and plain words.
PROVIDER_KINDS = (
    "isp", "fixed line isp", "mobile isp", "isp/mob", "mob", "cellular", "residential", "dialup", "cafe", "traveler",
    "hosting", "hosting_provider", "cloud", "data center", "data center/web hosting/transit", "datacenter", "dch", "cdn",
    "content_delivery_network", "router", "search_engine_spider", "ses", "rsv", "consumer_privacy_network", "vpn",
    "anonymous_vpn", "proxy", "public_proxy", "residential_proxy", "relay", "tor", "tor_exit_node", "tor exit node",
)  # fmt: skip
# Owners of large ranges who serve other people, for files that do not say what an owner does.
PROVIDER_DOMAINS = (
    "akamai.com", "amazon.com", "amazonaws.com", "att.com", "azure.com", "bt.com", "charter.com", "cloudflare.com",
    "comcast.net", "digitalocean.com", "fastly.com", "free.fr", "google.com", "googleusercontent.com", "hetzner.com",
    "linode.com", "lumen.com", "microsoft.com", "nordvpn.com", "online.net", "oracle.com", "orange.com", "ovh.net",
    "ovhcloud.com", "telefonica.com", "telekom.de", "telstra.com", "t-mobile.com", "verizon.com", "virginmedia.com",
    "vodafone.com", "zscaler.com",
)  # fmt: skip


class VisitorsSpec(Spec):
    """How sure each way of identifying an event is, who is never an account, and when files of ranges are old."""

    email: Share = default(1.0, "confidence where the e-mail address has the account's domain", unit="share")
    domain: Share = default(
        0.7, "confidence where a vendor guessed the domain and does not say how sure it is", unit="share"
    )
    ip: Share = default(0.5, "confidence where the account owns the range and the file does not say it", unit="share")
    provider_kinds: tuple[str, ...] = default(
        PROVIDER_KINDS, "words of `kind` for owners who serve other people: never an account",
        source="MaxMind, IP2Location, ipinfo",
    )  # fmt: skip
    provider_domains: tuple[str, ...] = default(
        PROVIDER_DOMAINS, "domains of such owners, for ranges without a `kind`: never an account"
    )
    stale_days: int = default(180, "age beyond which a file of ranges is called old", unit="days", ge=1)

    @property
    def kinds(self) -> list[str]:
        """Words of `kind` for providers, as they are compared; never empty."""
        return [kind.strip().lower() for kind in self.provider_kinds] or [""]

    @property
    def domains(self) -> list[str]:
        """Domains of providers, as they are compared; never empty."""
        return [domain.strip().lower() for domain in self.provider_domains] or [""]


def visitor_networks(spec: VisitorsSpec, as_of: date) -> Query:
    """Who has the smallest range around each network that visitors came from. One row per network that lies in a range.

    A range is found by the digits that all its addresses begin with, of which ranges that do not overlap have at most 15 of
    one length; of several the smallest counts, then the newest, then the source that the model names first. A range that is
    smaller than the network that was kept holds none of it for sure, and is not found.
    """
    return query(
        """
        with kept as (
            select distinct ip_key, case when ip_key like '4%' then 9 else 33 end as digits
            from landing_events where ip_key is not null
        ),
        networks as (
            select ip_key, substr(ip_key || :lowest, 1, digits) as first_key, substr(ip_key || :highest, 1, digits) as last_key
            from kept
        ),
        depths as (select distinct length(bucket) as depth from landing_ip_ranges),
        places as (
            select n.ip_key, n.first_key, n.last_key, substr(n.ip_key, 1, d.depth) as bucket from networks n
            join depths d on d.depth <= length(n.ip_key)
        ),
        around as (
            select p.ip_key, r.domain_key, lower(trim(r.kind)) as kind, r.confidence,
                   row_number() over (partition by p.ip_key
                                      order by r.width_key, r.updated_at desc nulls last, s.priority, r.record_id) as place
            from places p
            join landing_ip_ranges r on r.bucket = p.bucket
            join spec_sources s on s.source = r.source
            where r.first_key <= p.first_key and r.last_key >= p.last_key
        ),
        smallest as (
            select a.*, coalesce(a.kind in (:kinds), false)
                        or (a.kind is null and coalesce(a.domain_key in (:domains), false)) as provider
            from around a where a.place = 1
        )
        select m.ip_key, case when not m.provider then k.account_id end as account_id, m.domain_key, m.provider,
               coalesce(m.confidence, :confidence) as confidence
        from smallest m
        left join account_keys k on k.key_space = 'domain' and k.account_key = m.domain_key
        """,
        kinds=spec.kinds,
        domains=spec.domains,
        confidence=spec.ip,
        lowest="0" * 32,
        highest="f" * 32,
    )


def event_owners(spec: VisitorsSpec, as_of: date) -> Query:
    """To which account each way leads. One row per event.

    A domain is a vendor's guess where the vendor says how sure it is, and where nobody is known; beside a known person it is
    what the source states of the person's company.
    """
    names = [name for name in EVENTS.names if name not in ("account_id", "identified_by", "confidence")]
    return query(
        """
        with ways as (
            select f.*, k.account_id as by_key, d.account_id as by_domain,
                   coalesce(m.account_id, case when f.domain is null then d.account_id end) as by_email,
                   f.domain is null as no_domain,
                   f.domain_confidence is null and (f.person is not null or f.email is not null) as stated,
                   n.account_id as by_range, n.provider, n.domain_key as owner_key, n.confidence as range_confidence
            from landing_events f
            join spec_sources s on s.source = f.source
            left join account_keys k on k.key_space = s.key_space and k.account_key = f.account_key
            left join account_keys d on d.key_space = 'domain' and d.account_key = f.domain_key
            left join account_keys m on m.key_space = 'domain' and m.account_key = f.email_key
            left join visitor_networks n on n.ip_key = f.ip_key
        )
        select :names, coalesce(o.by_key, case when o.stated and not o.no_domain then o.by_domain end) as known_id,
               o.by_email as email_id, case when not o.stated and not o.no_domain then o.by_domain end as domain_id,
               o.by_range as ip_id, o.domain_confidence, o.range_confidence as ip_confidence,
               o.account_key is not null or o.domain_key is not null as names_somebody,
               case when o.by_range is not null then 'account' when o.provider then 'provider'
                    when o.owner_key is not null then 'no_account' when o.ip_key is not null then 'no_owner' end as range_kind
        from ways o
        """,
        names=[column(name, "o") for name in names],
    )


def events(spec: VisitorsSpec, as_of: date) -> Query:
    """First-party behaviour with its account, found by the surest way. One row per event."""
    own = ("account_id", "identified_by", "confidence")
    return query(
        """
        select coalesce(u.unit_id, e.known_id, e.email_id, e.domain_id, e.ip_id) as account_id, :columns,
               case when e.known_id is not null then 'known' when e.email_id is not null then 'email'
                    when e.domain_id is not null then 'domain' when e.ip_id is not null then 'ip' end as identified_by,
               case when e.known_id is not null then 1 when e.email_id is not null then :email
                    when e.domain_id is not null then coalesce(e.domain_confidence, :domain)
                    when e.ip_id is not null then e.ip_confidence end as confidence
        from event_owners e
        left join roll_ups u
               on u.kind = 'signals' and u.account_id = coalesce(e.known_id, e.email_id, e.domain_id, e.ip_id)
        """,
        columns=[column(name, "e") for name in EVENTS.names if name not in own],
        email=spec.email,
        domain=spec.domain,
    )
