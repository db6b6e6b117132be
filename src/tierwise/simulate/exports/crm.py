"""The CRM's exports: companies, contacts, owner changes and what sales did, with the CRM's own headings."""

from __future__ import annotations

import numpy as np

from tierwise.simulate.dirt import OWNERS, Records
from tierwise.simulate.draws import Ints, Words, shift, stream
from tierwise.simulate.exports.files import Export, days, minutes
from tierwise.simulate.history import Market
from tierwise.simulate.names import FREE_MAIL, ascii_domain
from tierwise.simulate.people import TOUCHES

_FIRST_CONTACT, _FIRST_ACTIVITY = 51_000_001, 77_000_001
_FREE_MAIL_CONTACTS = 0.05
_OWNER_CHANGED = 0.25
_OUTCOMES = ("Connected", "No answer", "Left message", "")
_PLAIN = str.maketrans({"ä": "ae", "ö": "oe", "ü": "ue"})


def companies(market: Market, records: Records) -> Export:
    """One row per company record; the parent is the record of the parent account."""
    parent = market.accounts.parent[records.account]
    parent_id = np.where(parent < 0, "", records.record_id[records.first_of[parent]].astype(np.str_))
    return Export(
        "crm/companies.csv",
        {
            "Record ID": records.record_id,
            "Company name": records.name,
            "Company Domain Name": records.domain,
            "Industry": records.industry,
            "Number of Employees": records.employees,
            "Employees Last Verified": days(records.employees_verified_at),
            "Country/Region": records.country,
            "Regulated": records.regulated,
            "Uses Core Banking Stack": records.core_stack,
            "Parent Company ID": parent_id,
            "Company owner": records.owner,
            "Create Date": minutes(records.created_at),
            "Last Modified Date": minutes(records.modified_at),
        },
    )


def emails(market: Market, dirt: bool) -> Words:
    """One address per contact, every address once; with dirt, some people gave a private one."""
    people = market.contacts
    private = stream(market.seed, "private mail").random(len(people)) < _FREE_MAIL_CONTACTS * dirt
    domains = [ascii_domain(domain) for domain in market.accounts.domain.tolist()]
    seen: dict[str, int] = {}
    written = []
    rows = zip(people.first_name.tolist(), people.last_name.tolist(), people.account.tolist(), strict=True)
    for place, (first, last, account) in enumerate(rows):
        host = FREE_MAIL[place % len(FREE_MAIL)] if private[place] else domains[account]
        local = f"{first}.{last}".lower().translate(_PLAIN)
        seen[f"{local}@{host}"] = repeat = seen.get(f"{local}@{host}", 0) + 1
        written.append(f"{local}{repeat if repeat > 1 else ''}@{host}")
    return np.array(written)


def contacts(market: Market, records: Records, addresses: Words) -> Export:
    """One row per person."""
    people, draw = market.contacts, stream(market.seed, "contact records")
    untitled = draw.random(len(people)) < records.noise.missing
    last_seen = market.calendar.days_before_end(draw.integers(0, 700, len(people)))
    return Export(
        "crm/contacts.csv",
        {
            "Record ID": _FIRST_CONTACT + np.arange(len(people)),
            "First Name": people.first_name,
            "Last Name": people.last_name,
            "Email": addresses,
            "Job Title": np.where(untitled, "", people.title),
            "Associated Company ID": records.id_for(people.account, draw.random(len(people))),
            "Create Date": minutes(people.created_at),
            "Last Activity Date": days(np.maximum(people.created_at, last_seen)),
        },
    )


def owner_changes(market: Market, records: Records) -> Export:
    """One row per change of owner; some were entered long after the day that they claim."""
    draw = stream(market.seed, "owners")
    changed = np.flatnonzero(draw.random(len(records)) < _OWNER_CHANGED)
    since = records.created_at[changed]
    recorded = market.calendar.later(since, draw.random(len(changed)))
    backdated = draw.random(len(changed)) < records.noise.backdated_owner_changes
    back = np.where(backdated, draw.integers(30, 365, len(changed)), 0)
    previous = draw.integers(0, len(OWNERS), len(changed))
    order = np.lexsort((changed, recorded))
    return Export(
        "crm/owner_changes.csv",
        {
            "Record ID": records.record_id[changed][order],
            "Previous owner": np.array(OWNERS)[previous][order],
            "Company owner": records.owner[changed][order],
            "Owner Assigned Date": days(shift(recorded, -back)[order]),
            "Recorded At": minutes(recorded[order]),
        },
    )


def activities(market: Market, records: Records, addresses: Words, since: np.datetime64) -> Export:
    """One row per e-mail, call or meeting from `since` on."""
    kept = np.flatnonzero(market.touches.occurred_at >= since)
    account: Ints = market.touches.account[kept]
    draw = stream(market.seed, "activities")
    person = market.contacts.choose(account, draw.random(len(kept)))
    return Export(
        "touches/activities.csv",
        {
            "Activity ID": _FIRST_ACTIVITY + np.arange(len(kept)),
            "Activity Type": np.array(TOUCHES)[market.touches.kind[kept]],
            "Activity Date": minutes(market.touches.occurred_at[kept]),
            "Associated Company ID": records.id_for(account, draw.random(len(kept))),
            "Contact Email": addresses[person],
            "Outcome": np.array(_OUTCOMES)[draw.integers(0, len(_OUTCOMES), len(kept))],
            "Activity owner": records.owner[records.first_of[account]],
        },
    )
