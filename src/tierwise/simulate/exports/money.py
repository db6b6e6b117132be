"""Billing and finance: subscriptions in the customer's currency, frozen exchange rates, costs of selling."""

from __future__ import annotations

import numpy as np

from tierwise.simulate.dirt import Records
from tierwise.simulate.draws import stream
from tierwise.simulate.exports.files import Export, days, money
from tierwise.simulate.history import Market
from tierwise.simulate.names import CURRENCIES, FREE_MAIL, RATES_TO_USD, ascii_domain

_PLANS = ("Starter", "Business", "Enterprise")
_PAST_DUE = 0.02
_COST_PER_OPEN_DEAL = 250.0
_COST_PER_WORKED_ACCOUNT = 30.0
_PROGRAMMES_PER_ACCOUNT = 1.5


def subscriptions(market: Market, records: Records) -> Export:
    """One row per stretch of unchanged monthly revenue; rows of one contract share its subscription id.

    `mrr` is in the row's currency. A stretch that has not ended as of the end of history has no end.
    """
    spells, accounts = market.spells, market.accounts
    today = market.calendar.end.astype("datetime64[D]")
    kept = np.flatnonzero(spells.started_at < today)
    account = spells.account[kept]
    # Drawn per account: a customer keeps its address from row to row.
    chance = stream(market.seed, "billing").random((3, len(accounts)))
    ended_at = np.where(spells.ended_at[kept] < today, spells.ended_at[kept], np.datetime64("NaT"))
    running = np.isnat(ended_at)
    due = np.where(chance[0][account] < _PAST_DUE, "past_due", "active")
    status = np.where(running, due, np.where(spells.churned[kept], "canceled", "updated"))
    domain = np.array([ascii_domain(text) for text in accounts.domain.tolist()])
    host = np.where(chance[1] < records.noise.free_mail_domains, FREE_MAIL[0], domain)
    tagged = np.where(chance[2] < records.noise.missing_domains, "", domain)
    first = np.searchsorted(spells.contract[kept], spells.contract[kept])
    level = np.arange(len(kept)) - first + 1
    region = accounts.region[account]
    contract = [f"sub_{number:06d}" for number in spells.contract[kept].tolist()]
    return Export(
        "billing/subscriptions.csv",
        {
            "id": np.array([f"{name}_{row}" for name, row in zip(contract, level.tolist(), strict=True)]),
            "Subscription ID": np.array(contract),
            "Customer Description": accounts.name[account],
            "Customer Email": np.char.add("billing@", host)[account],
            "company_domain (metadata)": tagged[account],
            "Plan": np.array(_PLANS)[accounts.size_band[account]],
            "Status": status,
            "mrr": money(spells.mrr[kept] / np.array(RATES_TO_USD)[region]),
            "Currency": np.char.lower(np.array(CURRENCIES)[region]),
            "Start Date (UTC)": days(spells.started_at[kept]),
            "Ended At (UTC)": days(ended_at),
        },
    )


def exchange_rates(market: Market) -> Export:
    """One row per currency: what one unit is worth in US dollars, one rate for all time."""
    count = len(CURRENCIES)
    return Export(
        "billing/exchange_rates.csv",
        {
            "Currency": np.array(CURRENCIES),
            "Rate": money(np.array(RATES_TO_USD), 4),
            "To Currency": np.repeat("USD", count),
            "As Of": days(np.repeat(market.calendar.end - np.timedelta64(1, "D"), count)),
        },
    )


def acquisition_costs(market: Market) -> Export:
    """Three rows per month, US dollars: sales, outreach and marketing programmes, for all accounts."""
    calendar, truth = market.calendar, market.opportunities
    months = np.arange(calendar.months)
    edge = calendar.month_start(months + 1)
    open_deals = np.array([((truth.opened_at < end) & (truth.decided_at >= end)).sum() for end in edge])
    worked = market.effort[: calendar.months].sum(axis=1)
    costs = (
        ("Sales salaries", _COST_PER_OPEN_DEAL * open_deals),
        ("Outreach", _COST_PER_WORKED_ACCOUNT * worked),
        ("Marketing programmes", np.full(len(months), _PROGRAMMES_PER_ACCOUNT * len(market.accounts))),
    )
    period = np.datetime_as_string(calendar.month_start(months).astype("datetime64[M]"))
    return Export(
        "finance/acquisition_costs.csv",
        {
            "Period": np.repeat(period, len(costs)),
            "Segment": np.repeat("Total", len(costs) * len(months)),
            "Cost Type": np.tile([name for name, _ in costs], len(months)),
            "Amount": money(np.column_stack([amount for _, amount in costs]).ravel().astype(np.float64)),
            "Currency": np.repeat("USD", len(costs) * len(months)),
        },
    )
