"""The ideal customer profile as a document: what good customers share, what bad ones do, each with its rows."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from tierwise.interfaces.report import wording as say
from tierwise.interfaces.report.listing import Listing, Rows

TITLES = {"good": "What good customers share", "bad": "What customers not worth closing share"}
KINDS = {
    "attribute": "Who they are",
    "trigger": "What came before they bought",
    "person": "Who moved before they bought",
    "origin": "Where they came from",
}
MEASURES = {"deal_size": "Size of a won deal", "first_year_revenue": "Revenue of the first year"}
PROVEN = "validated"


@dataclass(frozen=True)
class Icp:
    """The rows of the document: statements, figures, customers by segment and side, and win rates of these segments."""

    company: str
    currency: str
    as_of: str
    run_id: str
    days: int
    basis: str
    statements: Rows
    known: Mapping[tuple[str, str], int]
    figures: Rows
    profiles: Rows
    customers: int


def read_icp(listing: Listing) -> Icp:
    """The document of one published list."""
    model, snapshot = listing.model, listing.published.snapshot
    customers, found, figures = (listing.rows(name) for name in ("icp_customers", "icp", "icp_figures"))
    rates = {row["name"]: row for row in listing.rows("win_rates", "dimension = 'segment'")}
    sizes: dict[tuple[str, str], int] = {}
    for row in customers:
        if row["side"] in TITLES:
            sizes[row["side"], row["segment"]] = sizes.get((row["side"], row["segment"]), 0) + 1
    known: dict[tuple[str, str], int] = {}
    for row in found:
        known[row["side"], row["kind"]] = max(known.get((row["side"], row["kind"]), 0), row["known"])
    return Icp(
        company=model.company,
        currency=model.currency,
        as_of=snapshot.as_of.isoformat(),
        run_id=snapshot.run_id,
        days=model.icp.trigger_days,
        basis=customers[0]["basis"] if customers else "",
        statements=sorted((r for r in found if r["stated"]), key=_strongest_news_first),
        known=known,
        figures=figures,
        profiles=[
            {
                "side": side, "segment": segment, "customers": n,
                "cycle_days": rates.get(segment, {}).get("median_days_to_win"),
            }
            for (side, segment), n in sorted(sizes.items(), key=lambda item: (item[0][0], -item[1], item[0][1]))
        ],
        customers=len(customers),
    )  # fmt: skip


def markdown(icp: Icp) -> str:
    """The document as Markdown."""
    return "\n".join(_lines(icp)) + "\n"


def where(row: Mapping[str, Any]) -> str:
    """The condition that gives the rows behind a statement, for `tierwise show icp_traits`."""
    parts = {name: row[name] for name in ("side", "kind", "name", "value")}
    return " and ".join(f"{name} = '{str(value).replace(chr(39), chr(39) * 2)}'" for name, value in parts.items())


def trait(row: Mapping[str, Any], days: int) -> str:
    """The trait of a statement in words."""
    if row["kind"] != "trigger":
        return f"{say.words(row['name'])}: {row['value']}"
    no = "" if row["value"] == "yes" else "no "
    return f"{no}{say.words(row['name'])} in the {days} days before"


def sentence(row: Mapping[str, Any], days: int) -> str:
    """What a statement says: the trait, its share among these customers, and how that compares with all."""
    spread = say.interval(row["share_lo"], row["share_hi"], say.share)
    lifted = f"lift {row['lift']:.1f} ({row['lift_lo']:.1f} to {row['lift_hi']:.1f})"
    return (
        f"{trait(row, days)}: {say.share(row['share'])} ({spread}; {row['customers']} of {row['known']}), "
        f"of all customers {say.share(row['share_of_all'])}; {lifted}"
        + (", which is how the segments are defined" if row["defines"] else "")
    )


def _lines(icp: Icp) -> Iterator[str]:
    yield f"# Whom {icp.company} does well to win"
    yield ""
    yield f"As of {icp.as_of}, run {icp.run_id}: {icp.customers:,} customers on record."
    if icp.basis != PROVEN:
        yield "No profile is validated yet: promising ones stand in, and this is a draft."
    for side in TITLES:
        yield ""
        yield from _side(icp, side)
    yield ""
    yield (
        "Shares and lifts with 95 % intervals; companies of one group count once. A trait is stated when enough customers "
        "have it, more often than all customers do, and chance would hardly give as much among so many comparisons. "
        "It says what these customers share, not why they stay."
    )


def _side(icp: Icp, side: str) -> Iterator[str]:
    yield f"## {TITLES[side]}"
    profiles = [p for p in icp.profiles if p["side"] == side]
    if not profiles:
        yield "Nobody yet: no customer's profile has such a verdict. `tierwise show verdicts` says what is missing."
        return
    for profile in profiles:
        cycle = profile["cycle_days"]
        days = f", median {cycle:,.0f} days from opportunity to win" if cycle is not None else ""
        yield f"- {say.words(profile['segment'])}: {profile['customers']:,} customers{days}"
    for row in icp.figures:
        if row["side"] == side:
            spread = say.interval(row["lo"], row["hi"], say.money)
            yield (
                f"- {MEASURES[row['measure']]}: median {say.money(row['median'], icp.currency)} "
                f"({spread}; {row['n']:,} customers)"
            )
    for kind, title in KINDS.items():
        yield ""
        yield f"### {title}"
        yield from _kind(icp, side, kind)


def _kind(icp: Icp, side: str, kind: str) -> Iterator[str]:
    stated = [row for row in icp.statements if row["side"] == side and row["kind"] == kind]
    known = icp.known.get((side, kind), 0)
    if not known:
        yield "Not on record for these customers."
    elif not stated:
        yield f"Nothing that is not also true of customers at large ({known:,} looked at)."
    for row in stated:
        yield f"- {sentence(row, icp.days)}"
        yield f'  rows: `tierwise show icp_traits --where "{where(row)}"`'


def _strongest_news_first(row: Mapping[str, Any]) -> tuple[Any, ...]:
    return row["defines"], -row["lift_lo"], row["kind"], row["name"], row["value"]
