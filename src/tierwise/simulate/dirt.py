"""The accounts as the CRM has them: entered twice, half empty, out of date, spelled as people spell."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from tierwise.simulate.draws import Flags, Floats, Ints, Times, Words, stream
from tierwise.simulate.history import Market
from tierwise.simulate.names import COUNTRIES, COUNTRY_SPELLINGS, FREE_MAIL, LEGAL_FORMS
from tierwise.simulate.world import CLEAN, INDUSTRIES, Noise

OWNERS = (
    "Alex Morgan", "Bianca Ross", "Chris Nolan", "Dana Whitfield", "Eva Lindholm", "Felix Brandt",
    "Gina Park", "Henrik Dahl", "Isla Byrne", "Jakob Stein", "Kira Osei", "Liam Doyle",
)  # fmt: skip
_FIRST_RECORD = 8_100_000_001
_DOMAIN_FORMS = ("https://www.{}/", "www.{}", "http://{}/about-us", "{} ", "WWW.{}")
_TO_DUPLICATE = 0.35


@dataclass(frozen=True)
class Records:
    """One entry per company record of the CRM, by record id; several may stand for one account."""

    noise: Noise
    account: Ints
    duplicate: Flags
    record_id: Ints
    name: Words
    domain: Words
    industry: Words
    employees: Words
    employees_verified_at: Times
    country: Words
    regulated: Words
    core_stack: Words
    owner: Words
    created_at: Times
    modified_at: Times
    first_of: Ints
    """Place of the first record of each account."""
    second_of: Ints
    """Place of its duplicate; the first record where there is none."""

    def __len__(self) -> int:
        return len(self.account)

    def id_for(self, accounts: Ints, uniforms: Floats) -> Ints:
        """The record that somebody picked for these accounts: now and then the duplicate."""
        place = np.where(uniforms < _TO_DUPLICATE, self.second_of[accounts], self.first_of[accounts])
        return self.record_id[place]


def records(market: Market, dirt: bool = True) -> Records:
    """Write the accounts into a CRM, with the noise of the market's world, or without any."""
    noise = market.world.noise if dirt else CLEAN
    count, draw = len(market.accounts), stream(market.seed, "records")
    is_twice = draw.random(count) < noise.duplicates
    account = np.concatenate((np.arange(count), np.flatnonzero(is_twice)))
    duplicate = np.arange(len(account)) >= count
    created_at = _created_at(market, account, duplicate, draw)
    order = np.lexsort((duplicate, account, created_at))
    account, duplicate, created_at = account[order], duplicate[order], created_at[order]

    place = np.arange(len(account))
    first_of = np.zeros(count, dtype=np.int64)
    first_of[account[~duplicate]] = place[~duplicate]
    second_of = first_of.copy()
    second_of[account[duplicate]] = place[duplicate]
    employees, verified_at = _employees(market, noise, account, draw)
    known, calendar = market.accounts, market.calendar
    return Records(
        noise=noise,
        account=account,
        duplicate=duplicate,
        record_id=_FIRST_RECORD + 37 * place,
        name=_names(market, account, duplicate, draw),
        domain=_domains(market, noise, account, duplicate, draw),
        industry=_gaps(_industries(market, noise, account, draw), noise, draw),
        employees=_gaps(employees, noise, draw),
        employees_verified_at=verified_at,
        country=_gaps(_countries(market, noise, account, draw), noise, draw),
        regulated=_gaps(np.where(known.regulated[account], "Yes", "No"), noise, draw),
        core_stack=_gaps(np.where(known.core_stack[account], "Yes", "No"), noise, draw),
        owner=np.array(OWNERS)[(known.region[account] * 3 + draw.integers(0, 3, len(account))) % len(OWNERS)],
        created_at=created_at,
        modified_at=calendar.later(created_at, draw.random(len(account)) ** 0.3),
        first_of=first_of,
        second_of=second_of,
    )


def _gaps(values: Words, noise: Noise, draw: np.random.Generator) -> Words:
    """Leave some cells empty."""
    return np.where(draw.random(len(values)) < noise.missing, "", values)


def _created_at(market: Market, account: Ints, duplicate: Flags, draw: np.random.Generator) -> Times:
    """Most came with the CRM, the rest later, none after its first contact or deal; duplicates last."""
    calendar, count = market.calendar, len(market.accounts)
    late = np.where(draw.random(count) < 0.7, 0, draw.integers(0, calendar.months, count))
    born = np.where(late == 0, calendar.start, calendar.instants(late, draw.random(count)))
    np.minimum.at(born, market.contacts.account, market.contacts.created_at)
    deals = market.opportunities
    in_crm = deals.opened_at >= calendar.start
    np.minimum.at(born, deals.account[in_crm], deals.opened_at[in_crm])
    born = born[account]
    return np.where(duplicate, calendar.later(born, draw.random(len(account))), born)


def _names(market: Market, account: Ints, duplicate: Flags, draw: np.random.Generator) -> Words:
    """Duplicates bear the name with its legal form, or in capitals."""
    name = market.accounts.name[account]
    formal = np.char.add(np.char.add(name, " "), np.array(LEGAL_FORMS)[market.accounts.region[account]])
    return np.where(duplicate, np.where(draw.random(len(name)) < 0.7, formal, np.char.upper(name)), name)


def _domains(market: Market, noise: Noise, account: Ints, duplicate: Flags, draw: np.random.Generator) -> Words:
    """Some empty, some a free-mail host, some as copied from a browser; duplicates mostly another way."""
    chance, form = draw.random(len(account)), draw.integers(0, len(_DOMAIN_FORMS), len(account))
    spelling = draw.random(len(account))
    untidy = np.where(duplicate, 0.6, noise.untidy_spelling)
    missing = np.where(duplicate, 0.2, noise.missing_domains)
    tidy = market.accounts.domain[account]
    copied = np.array(
        [_DOMAIN_FORMS[kind].format(domain) for kind, domain in zip(form.tolist(), tidy.tolist(), strict=True)]
    )
    host = np.array(FREE_MAIL)[np.arange(len(account)) % len(FREE_MAIL)]
    return np.select(
        (chance < missing, chance < missing + noise.free_mail_domains, spelling < untidy),
        ("", host, copied),
        tidy,
    )


def _industries(market: Market, noise: Noise, account: Ints, draw: np.random.Generator) -> Words:
    shift = np.where(
        draw.random(len(account)) < noise.wrong_industry, draw.integers(1, len(INDUSTRIES), len(account)), 0
    )
    return np.array(INDUSTRIES)[(market.accounts.industry[account] + shift) % len(INDUSTRIES)]


def _employees(market: Market, noise: Noise, account: Ints, draw: np.random.Generator) -> tuple[Words, Times]:
    """Head counts and when somebody last checked them; stale ones are from a smaller past."""
    stale = draw.random(len(account)) < noise.stale_employees
    shrink = np.exp(-np.abs(draw.normal(0.35, 0.2, len(account))))
    heads = market.accounts.employees[account]
    recorded = np.where(stale, np.maximum(np.rint(heads * shrink), 1), heads).astype(np.int64)
    age = np.where(stale, draw.integers(540, 1_080, len(account)), draw.integers(0, 365, len(account)))
    return recorded.astype(np.str_), market.calendar.days_before_end(age)


def _countries(market: Market, noise: Noise, account: Ints, draw: np.random.Generator) -> Words:
    region = market.accounts.region[account]
    untidy, which = draw.random(len(account)) < noise.untidy_spelling, draw.integers(0, 3, len(account))
    return np.where(untidy, np.array(COUNTRY_SPELLINGS)[region, which], np.array(COUNTRIES)[region])
