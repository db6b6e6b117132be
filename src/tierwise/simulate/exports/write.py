"""All exports of a market, in one folder."""

from __future__ import annotations

from pathlib import Path

import numpy as np

from tierwise.simulate.dirt import Records, records
from tierwise.simulate.exports import attention, crm, deals, money, research
from tierwise.simulate.exports.files import Export
from tierwise.simulate.exports.truth import write_truth
from tierwise.simulate.history import Market

_LOG_MONTHS = 18
_VENDOR_MONTHS = 12


def write_exports(market: Market, folder: Path, dirt: bool = True) -> list[Path]:
    """Write what the company would hold as of the end of history, and `truth/` beside it.

    Logs and vendor files reach back as far as such tools keep them: 18 and 12 months. Without `dirt` every
    company is there once, complete and right, and every loss is logged. The same market gives the same bytes.
    """
    known = records(market, dirt)
    written = [export.write(folder) for export in exports(market, known, dirt)]
    return written + write_truth(market, known, folder / "truth")


def exports(market: Market, known: Records, dirt: bool) -> list[Export]:
    """The files of the company, in memory."""
    months = market.calendar.months
    log_start, vendor_start = market.calendar.month_start(
        np.maximum(months - np.array([_LOG_MONTHS, _VENDOR_MONTHS]), 0)
    )
    addresses = crm.emails(market, dirt)
    return [
        crm.companies(market, known),
        crm.contacts(market, known, addresses),
        *deals.deals(market, known),
        crm.owner_changes(market, known),
        money.subscriptions(market, known),
        money.exchange_rates(market),
        attention.web_events(market, addresses, log_start),
        attention.review_site(market, known, vendor_start),
        attention.vendor_a(market, known, vendor_start),
        attention.vendor_b(market, known, vendor_start),
        research.interviews(market),
        crm.activities(market, known, addresses, log_start),
        money.acquisition_costs(market),
    ]
