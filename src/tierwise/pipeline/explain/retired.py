"""Which accounts were on a list and do not qualify any more: when, why, and what became of them?"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass
from datetime import date
from typing import Any

from tierwise.core.errors import NotFound
from tierwise.pipeline.explain.account import Reader, Rows, what_keeps_it_below
from tierwise.stores.applied.retired import Retirements

JOINED = "joined with "  # how the reason of a move begins by which an account became part of another


@dataclass(frozen=True)
class Gone:
    """A retired account that no snapshot describes any more: how it was retired, and all its moves."""

    retired: Mapping[str, Any]
    history: Rows


def retired(
    reader: Reader, ledger: Retirements, as_of: date, limit: int | None = None, accounts: Sequence[str] = ()
) -> tuple[int, Rows]:
    """How many accounts are retired on a day, of all or of some, and the latest of them. One row per account.

    `state` is what it is now: excluded, joined (with `leads_to`), or gone from the records; `why` is `reason` in words.
    """
    known = ledger.known(as_of, accounts)
    shown = known[:limit]
    names, leads_to = _now(reader, [row["account_id"] for row in shown]) if shown else ({}, {})
    return len(known), [_said(row, names, leads_to) for row in shown]


def ids_like(text: str) -> list[str]:
    """The ids that may be meant by a text: itself, or that of the domain."""
    wanted = text.strip()
    return list(dict.fromkeys([wanted, wanted.lower(), f"domain:{wanted.lower()}"]))


def _now(reader: Reader, ids: Sequence[str]) -> tuple[dict[str, str], dict[str, str]]:
    """Names of those that are still among the records, and which account ids of old lead to."""
    named = reader.rows("select account_id, name from accounts where account_id in (:ids)", ids=list(ids))
    names = {row["account_id"]: row["name"] or row["account_id"] for row in named}
    with suppress(NotFound):  # an older list knows no ids of old
        led = reader.rows("select former_id, account_id from former_ids where former_id in (:ids)", ids=list(ids))
        return names, {row["former_id"]: row["account_id"] for row in led}
    return names, {}


def _said(row: Mapping[str, Any], names: Mapping[str, str], leads_to: Mapping[str, str]) -> dict[str, Any]:
    account, last = row["account_id"], row["last_reason"] or ""
    joined = last.removeprefix(JOINED) if row["gone"] and last.startswith(JOINED) else None
    if row["gone"]:
        joined = leads_to.get(account, joined)
    return {
        "account_id": account,
        "name": names.get(account, account),
        "from_tier": row["from_tier"],
        "retired_on": row["retired_on"],
        "run_id": row["run_id"],
        "reason": row["reason"],
        "why": what_keeps_it_below({"blocked_by": row["reason"]}),
        "state": "joined" if joined else "gone" if row["gone"] else "excluded",
        "leads_to": joined,
    }
