"""The CRM's deals and the stages that they went through; losses nobody logged stay open."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from tierwise.simulate.demand import LIVE, LOST, WON, Spells
from tierwise.simulate.dirt import Records
from tierwise.simulate.draws import Flags, Floats, Ints, Times, Words, shift, stream
from tierwise.simulate.exports.files import Export, days, minutes, money
from tierwise.simulate.history import Market
from tierwise.simulate.names import CURRENCIES, RATES_TO_USD

STAGES = (
    "Appointment Scheduled", "Qualified To Buy", "Presentation Scheduled", "Decision Maker Bought-In",
    "Contract Sent",
)  # fmt: skip
CLOSED = {WON: "Closed Won", LOST: "Closed Lost"}
_REASONS_READY = ("Chose competitor", "Price", "Missing feature")
_REASONS_UNREADY = ("No decision", "Lost budget", "Timing", "No decision")
_FIRST_DEAL = 31_500_000_001
_RENEWAL_NOTICE_DAYS = 60
_DAY = np.timedelta64(1, "D")


@dataclass(frozen=True)
class _Deals:
    """Deals as the CRM has them as of the end of history; `outcome` is LIVE where it knows of no end."""

    account: Ints
    renewal: Flags
    opened_at: Times
    closed_at: Times
    outcome: Ints
    usd: Floats
    reason: Words
    stage_times: Times
    """deals x stages: when each stage was entered, NaT where it was not."""

    def __len__(self) -> int:
        return len(self.account)


def deals(market: Market, records: Records) -> list[Export]:
    """Deals and their stage history: one row per deal, and one per stage that a deal entered."""
    both = (_new_business(market, records), _renewals(market))
    parts = {field: np.concatenate([getattr(deal, field) for deal in both]) for field in _Deals.__dataclass_fields__}
    order = np.lexsort((parts["account"], parts["renewal"], parts["opened_at"]))
    all_deals = _Deals(**{field: values[order] for field, values in parts.items()})
    deal_id = _FIRST_DEAL + 11 * np.arange(len(all_deals))
    return [_deal_table(market, records, all_deals, deal_id), _stage_table(all_deals, deal_id)]


def _new_business(market: Market, records: Records) -> _Deals:
    """Deals opened since there is a CRM. Without dirt every loss is logged."""
    truth, calendar = market.opportunities, market.calendar
    draw = stream(market.seed, "stages")
    kept = np.flatnonzero((truth.opened_at >= calendar.start) & (truth.opened_at < calendar.end))
    opened_at, decided_at = truth.opened_at[kept], truth.decided_at[kept]
    logged = truth.logged[kept] | (records.noise.unlogged_losses == 0)
    chances = draw.random((len(kept), len(STAGES) + 2))
    # A deal that ended well went through all stages, any other through some.
    reached = np.where(
        truth.outcome[kept] == WON, len(STAGES), 1 + (chances[:, 0] * (len(STAGES) - 1)).astype(np.int64)
    )
    share = np.sort(chances[:, 1 : len(STAGES)], axis=1)
    later = opened_at[:, None] + ((decided_at - opened_at)[:, None] * share).astype("timedelta64[m]")
    stage_times = np.column_stack((opened_at, later))
    stage_times[(np.arange(len(STAGES)) >= reached[:, None]) | (stage_times >= calendar.end)] = np.datetime64("NaT")

    closed = (decided_at < calendar.end) & logged
    outcome = np.where(closed, truth.outcome[kept], LIVE)
    expected = shift(opened_at, (90 + 90 * chances[:, -1]).astype(np.int64))
    ready = truth.can_act_when_opened[kept]
    which = chances[:, -2]
    reason = np.where(
        ready,
        np.array(_REASONS_READY)[(which * len(_REASONS_READY)).astype(np.int64)],
        np.array(_REASONS_UNREADY)[(which * len(_REASONS_UNREADY)).astype(np.int64)],
    )
    return _Deals(
        account=truth.account[kept],
        renewal=np.zeros(len(kept), dtype=np.bool_),
        opened_at=opened_at,
        closed_at=np.where(closed, decided_at, expected),
        outcome=outcome,
        usd=market.accounts.contract_value[truth.account[kept]],
        reason=np.where(outcome == LOST, reason, ""),
        stage_times=stage_times,
    )


def _renewals(market: Market) -> _Deals:
    """A deal per contract and year, opened two months ahead, and a lost one where a customer left."""
    spells, calendar = market.spells, market.calendar
    today = calendar.end.astype("datetime64[D]")
    contract, first = np.unique(spells.contract, return_index=True)
    last = np.append(first[1:], len(spells)) - 1
    left_at = np.where(
        spells.churned[last] & (spells.ended_at[last] < today), spells.ended_at[last], np.datetime64("NaT")
    )
    due_place, due_at = _anniversaries(
        spells.started_at[first], left_at, today + np.timedelta64(_RENEWAL_NOTICE_DAYS, "D")
    )
    gone = np.flatnonzero(~np.isnat(left_at))
    place, at = np.concatenate((due_place, gone)), np.concatenate((due_at, left_at[gone]))
    outcome = np.repeat((WON, LOST), (len(due_place), len(gone)))
    outcome = np.where(at >= today, LIVE, outcome)
    kept = shift(at, -_RENEWAL_NOTICE_DAYS) >= calendar.start
    place, at, outcome = place[kept], at[kept], outcome[kept]

    opened_at = shift(at.astype("datetime64[m]"), -_RENEWAL_NOTICE_DAYS)
    stage_times = np.full((len(at), len(STAGES)), np.datetime64("NaT"), dtype="datetime64[m]")
    stage_times[:, -1] = opened_at
    return _Deals(
        account=spells.account[first][place],
        renewal=np.ones(len(at), dtype=np.bool_),
        opened_at=opened_at,
        closed_at=at.astype("datetime64[m]"),
        outcome=outcome,
        usd=12 * _mrr_before(spells, contract[place], at),
        reason=np.where(outcome == LOST, "Did not renew", ""),
        stage_times=stage_times,
    )


def _anniversaries(started_at: Times, left_at: Times, until: np.datetime64) -> tuple[Ints, Times]:
    """Place of the contract and day, for every whole year that a contract lasted before `until`."""
    end = np.where(np.isnat(left_at), until, left_at)
    years = np.maximum((end - started_at) / _DAY // 365.25, 0).astype(np.int64)
    place = np.repeat(np.arange(len(started_at)), years)
    year = np.arange(len(place)) - np.repeat(np.cumsum(years) - years, years) + 1
    return place, shift(started_at[place], np.floor(365.25 * year).astype(np.int64))


def _mrr_before(spells: Spells, contract: Ints, at: Times) -> Floats:
    """What each contract paid per month on the eve of a day; spells are by contract and start."""
    wide = np.int64(1_000_000)
    keys = spells.contract * wide + spells.started_at.astype("datetime64[D]").astype(np.int64)
    wanted = contract * wide + at.astype("datetime64[D]").astype(np.int64)
    return spells.mrr[np.searchsorted(keys, wanted, side="left") - 1]


def _deal_table(market: Market, records: Records, all_deals: _Deals, deal_id: Ints) -> Export:
    draw = stream(market.seed, "deal records")
    account = all_deals.account
    region = market.accounts.region[account]
    local = np.round(all_deals.usd / np.array(RATES_TO_USD)[region], -2)
    missing = (draw.random(len(account)) < records.noise.missing) & (all_deals.outcome != WON)
    kind = np.where(all_deals.renewal, "Renewal", "New Business")
    reached = (~np.isnat(all_deals.stage_times)).cumsum(axis=1).argmax(axis=1)
    stage = np.array(STAGES)[reached].astype(object)
    for outcome, label in CLOSED.items():
        stage[all_deals.outcome == outcome] = label
    return Export(
        "crm/deals.csv",
        {
            "Record ID": deal_id,
            "Deal Name": np.char.add(np.char.add(market.accounts.name[account], " - "), kind),
            "Deal Stage": stage,
            "Pipeline": np.where(all_deals.renewal, "Renewals Pipeline", "Sales Pipeline"),
            "Deal Type": kind,
            "Amount": np.where(missing, "", money(local)),
            "Currency": np.array(CURRENCIES)[region],
            "Create Date": minutes(all_deals.opened_at),
            "Close Date": days(all_deals.closed_at),
            "Closed Lost Reason": all_deals.reason,
            "Deal owner": records.owner[records.first_of[account]],
            "Associated Company ID": records.id_for(account, draw.random(len(account))),
        },
    )


def _stage_table(all_deals: _Deals, deal_id: Ints) -> Export:
    place, stage = np.nonzero(~np.isnat(all_deals.stage_times))
    closed = np.flatnonzero(all_deals.outcome != LIVE)
    labels = np.array([CLOSED[outcome] for outcome in all_deals.outcome[closed].tolist()])
    deal = np.concatenate((deal_id[place], deal_id[closed]))
    name = np.concatenate((np.array(STAGES)[stage], labels))
    at = np.concatenate((all_deals.stage_times[place, stage], all_deals.closed_at[closed]))
    rank = np.concatenate((stage, np.full(len(closed), len(STAGES))))
    order = np.lexsort((rank, at, deal))
    return Export(
        "crm/deal_stage_history.csv",
        {"Deal ID": deal[order], "Deal Stage": name[order], "Entered At": minutes(at[order])},
    )
