"""What really was and will be, for acceptance tests: Parquet files that no company holds."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path

import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq

from tierwise.core.vocabulary import DIMENSIONS
from tierwise.simulate.demand import LIVE, LOST, WON, customers
from tierwise.simulate.dirt import Records
from tierwise.simulate.exports.files import Column
from tierwise.simulate.history import Market
from tierwise.simulate.names import COUNTRIES
from tierwise.simulate.world import INDUSTRIES, SIZE_BANDS

_OUTCOMES = {LIVE: "live", WON: "won", LOST: "lost"}


def write_truth(market: Market, records: Records, folder: Path) -> list[Path]:
    """Write the truth about accounts, readiness, deals and revenue, and which record stands for whom."""
    tables = {
        "accounts": _accounts(market),
        "readiness": _readiness(market),
        "opportunities": _opportunities(market),
        "spells": _spells(market),
        "records": {"record_id": records.record_id, "account": market.accounts.key[records.account],
                    "duplicate": records.duplicate},
    }  # fmt: skip
    folder.mkdir(parents=True, exist_ok=True)
    written = []
    for name, columns in tables.items():
        written.append(folder / f"{name}.parquet")
        pq.write_table(pa.table({key: pa.array(column) for key, column in columns.items()}), written[-1])
    return written


def _accounts(market: Market) -> Mapping[str, Column]:
    """One row per account: what it is, what it needs, and what it does within the horizon."""
    accounts, deals, end = market.accounts, market.opportunities, market.calendar.end
    count, last = len(accounts), market.calendar.months - 1
    opened, won = np.zeros(count, dtype=np.bool_), np.zeros(count, dtype=np.bool_)
    opened[deals.account[deals.opened_at >= end]] = True
    won[deals.account[(deals.decided_at >= end) & (deals.outcome == WON)]] = True
    parent = np.where(accounts.parent < 0, "", accounts.key[accounts.parent])
    return {
        "account": accounts.key,
        "name": accounts.name,
        "domain": accounts.domain,
        "industry": np.array(INDUSTRIES)[accounts.industry],
        "employees": accounts.employees,
        "size_band": np.array(SIZE_BANDS)[accounts.size_band],
        "country": np.array(COUNTRIES)[accounts.region],
        "core_stack": accounts.core_stack,
        "regulated": accounts.regulated,
        "relationship": accounts.relationship,
        "parent": parent,
        "segment": np.array([segment.name for segment in market.world.segments])[accounts.segment],
        "need": accounts.need,
        "can_act": market.can_act()[last],
        "contract_value": accounts.contract_value,
        "lifetime_value": market.lifetime_value(),
        "is_customer": customers(market.spells, end - np.timedelta64(1, "D"), count),
        "worked_by_sales": market.effort[last],
        "opens_within_horizon": opened,
        "won_within_horizon": won,
    }


def _readiness(market: Market) -> Mapping[str, Column]:
    """One row per account and month, history and horizon."""
    months, count = market.readiness.shape[:2]
    calendar = market.calendar
    month = calendar.month_start(np.arange(months)).astype("datetime64[D]")
    dimensions = {name: market.readiness[:, :, place].ravel() for place, name in enumerate(DIMENSIONS)}
    return {"account": np.tile(market.accounts.key, months), "month": np.repeat(month, count), **dimensions}


def _opportunities(market: Market) -> Mapping[str, Column]:
    """One row per deal, those from before the CRM and after the end of history included."""
    deals = market.opportunities
    decided_at = np.where(deals.outcome == LIVE, np.datetime64("NaT"), deals.decided_at)
    return {
        "account": market.accounts.key[deals.account],
        "opened_at": deals.opened_at.astype("datetime64[s]"),
        "decided_at": decided_at.astype("datetime64[s]"),
        "outcome": np.array([_OUTCOMES[outcome] for outcome in deals.outcome.tolist()]),
        "logged": deals.logged,
        "can_act_when_opened": deals.can_act_when_opened,
    }


def _spells(market: Market) -> Mapping[str, Column]:
    """One row per stretch of unchanged monthly revenue, US dollars."""
    spells = market.spells
    return {
        "account": market.accounts.key[spells.account],
        "contract": spells.contract,
        "started_at": spells.started_at,
        "ended_at": spells.ended_at,
        "mrr": spells.mrr,
        "churned": spells.churned,
    }
