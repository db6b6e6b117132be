"""What a report says: the rows of one published list, read through the project. No decisions, no rendering."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date
from itertools import takewhile
from typing import Any

from tierwise.core.vocabulary import TIERS
from tierwise.project import Project

Row = Mapping[str, Any]
Rows = list[dict[str, Any]]

MOST_MOVES = 50
MOST_TEXT = 3000  # characters of ids in one condition, which may hold no more than 4000
RETENTION = "net_revenue_retention"
EXCLUSIONS = {
    "revenue_excluded": "Spells or invoice lines without revenue",
    "retention_excluded": "Accounts left out of, or marked in, retention",
    "lifetime_value_excluded": "Accounts left out of lifetime value",
    "win_rate_excluded": "Opportunities left out of, or marked in, the win rate",
}


@dataclass(frozen=True)
class Seated:
    """One account of tier 1 with its reasons; each part is rows of the table that its name says."""

    account: Row
    tier: Row
    fit: Rows
    intent: Rows
    readiness: Row | None
    dimensions: Rows


@dataclass(frozen=True)
class Moves:
    """What changed against the list before: how many went from where to where, and the first of them by name."""

    flow: list[tuple[str, str, int]]
    first: Rows
    total: int


@dataclass(frozen=True)
class Content:
    """Everything on the page. Rows are those of the tables of one snapshot, unless said otherwise."""

    company: str
    currency: str
    run_id: str
    facts: Mapping[str, str]
    as_of: str
    marks: tuple[str, ...]
    funnel: Rows
    segments: Rows
    retention: Rows
    lifetime_value: Rows
    win_rates: Rows
    equal_win_rates: Rows
    survival: Rows
    least_at_risk: int
    cohorts: Rows
    bars: Mapping[str, Mapping[str, float | None]]
    first_tier: list[Seated]
    moves: Moves
    previous: str
    files: Rows
    links: Rows
    contradictions: Rows
    excluded: Mapping[str, Rows]

    @property
    def unrated(self) -> int:
        """Records of revenue that count nowhere, as their currency has no rate."""
        rows = self.excluded[EXCLUSIONS["revenue_excluded"]]
        return sum(row["rows"] for row in rows if row["reason"] == "missing_rate")

    @property
    def tiers(self) -> Rows:
        """The levels of the funnel that are tiers: tier, accounts, seats."""
        named = {f"tier {name}": name for name in TIERS} | {name: name for name in TIERS}
        return [{"tier": named[r["level"]], **r} for r in self.funnel if r["level"] in named]


def gather(project: Project, run_id: str | None = None) -> Content:
    """The content of one published list; the one in force by default. Raises NotFound without any."""
    snapshot = project.snapshot(run_id)
    with project.published(snapshot) as published:
        return _content(published, list_before(project.runs(), snapshot))


def _content(published: Any, previous: str) -> Content:
    """The content of the list that is open; `previous` is the run that its moves are counted from."""
    snapshot, model = published.snapshot, published.model

    def read(table: str, where: str = "") -> Rows:
        rows: Rows = published.read(table, where).to_pylist()
        return rows

    problems = {name: segment.problem for name, segment in model.segments.items()}
    spoken_for = published.read("account_segments")["segment"].value_counts().to_pylist()
    sizes = {row["values"]: row["counts"] for row in spoken_for}
    moves = moves_of(published.read("moves"))
    kept = sliced(read("retention", f"metric = '{RETENTION}'"), problems)
    worth, won = sliced(read("lifetime_value"), problems), sliced(read("win_rates"), problems)
    return Content(
        company=model.company,
        currency=model.currency,
        run_id=snapshot.run_id,
        as_of=snapshot.as_of.isoformat(),
        facts={
            "Published": f"{snapshot.published_at:%Y-%m-%d %H:%M} UTC",
            "Engine": snapshot.engine,
            "Model": snapshot.model_hash,
            "Fingerprint of model, records, day and list before": snapshot.fingerprint,
            **{f"Version of {name}": version for name, version in snapshot.versions.items()},
        },
        marks=snapshot.marks,
        funnel=sorted(read("funnel"), key=lambda row: row["position"]),
        segments=[
            {**row, "problem": problems.get(row["segment"], ""), "accounts": sizes.get(row["segment"], 0)}
            for row in in_order(read("verdicts"), problems)
        ],
        retention=kept,
        lifetime_value=worth,
        win_rates=won,
        equal_win_rates=read("equal_win_rates"),
        survival=by_segment(read("survival"), problems),
        least_at_risk=model.survival.min_at_risk,
        cohorts=read("cohorts", f"metric = '{RETENTION}' and dimension = 'total'"),
        bars=_bars(model, kept, worth, won, read("acquisition")),
        first_tier=_first_tier(read),
        moves=replace(moves, first=named(read, moves.first)),
        previous=previous,
        files=sorted(read("batches"), key=lambda row: (row["source"], row["fact"], row["file"])),
        links=read("link_coverage"),
        contradictions=sorted(read("contradictions"), key=lambda row: row["position"]),
        excluded={title: read(table) for table, title in EXCLUSIONS.items()},
    )


def list_before(runs: Iterable[Any], snapshot: Any) -> str:
    """The list that a list's moves are counted from; empty when there was none."""
    return in_force_on(takewhile(lambda run: run.run_id != snapshot.run_id, runs), snapshot.as_of)


def in_force_on(runs: Iterable[Any], day: date) -> str:
    """The list that was in force on a day; empty when there was none. One that looked back never was."""
    kept: list[Any] = []
    for run in runs:
        if not kept or run.as_of >= kept[-1].as_of:
            kept.append(run)
    return next((str(run.run_id) for run in reversed(kept) if run.as_of <= day), "")


def in_order(rows: Rows, names: Iterable[str]) -> Rows:
    """Rows of segments in the order of the model."""
    place = {name: number for number, name in enumerate(names)}
    return sorted(rows, key=lambda row: place.get(row["segment"], len(place)))


def sliced(rows: Rows, names: Iterable[str]) -> Rows:
    """Estimates of the segments in the order of the model, everybody last."""
    place = {name: number for number, name in enumerate(names)}
    kept = [row for row in rows if row["dimension"] in ("segment", "total")]
    return sorted(kept, key=lambda row: (row["dimension"] == "total", place.get(row["name"], len(place))))


def by_segment(rows: Rows, names: Iterable[str]) -> Rows:
    """Curves of the segments in the order of the model, month by month, everybody last."""
    return sliced(sorted(rows, key=lambda row: row["months"]), names)


def _bars(model: Any, kept: Rows, worth: Rows, won: Rows, spent: Rows) -> dict[str, dict[str, float | None]]:
    """What each estimate is held against, by measure and name: as the verdicts do (methods b.5)."""
    costs = {row["name"]: row["cost_per_customer"] for row in spent if row["cost_per_customer"] is not None}
    everybody = next((row["value"] for row in won if row["dimension"] == "total"), None)
    ratio = model.verdicts.clv_to_cac

    def value_bar(row: Row) -> float | None:
        return ratio * costs[row["name"]] if row["name"] in costs else row["value_of_all"]

    return {
        RETENTION: {row["name"]: model.retention.bar for row in kept},
        "lifetime_value": {row["name"]: value_bar(row) for row in worth},
        "win_rate": {row["name"]: everybody if model.win_rate.bar is None else model.win_rate.bar for row in won},
    }


def any_of(column: str, values: Iterable[str]) -> str:
    """The condition that a text column has one of these values."""
    listed = ", ".join("'" + value.replace("'", "''") + "'" for value in values)
    return f"{column} in ({listed})" if listed else "false"


def of_accounts(read: Callable[[str, str], Rows], table: str, ids: Sequence[str]) -> Rows:
    """The rows of some accounts, however many, in as few reads as conditions of a lawful length allow."""
    rows: Rows = []
    first, size = 0, 0
    for place, name in enumerate(ids):
        if size + len(name) > MOST_TEXT and place > first:
            rows += read(table, any_of("account_id", ids[first:place]))
            first, size = place, 0
        size += len(name) + 6
    return rows + (read(table, any_of("account_id", ids[first:])) if ids else [])


def _first_tier(read: Any) -> list[Seated]:
    """The accounts of tier 1 by value; one read per table, however many they are."""
    seats = sorted(read("tiers", "tier = '1'"), key=lambda row: row["rank"])
    ids = [seat["account_id"] for seat in seats]
    names = ("accounts", "fit_reasons", "intent_reasons", "readiness", "readiness_dimensions")
    parts = {name: _by_account(of_accounts(read, name, ids)) for name in names}

    def part(name: str, seat: Row) -> Rows:
        return parts[name].get(seat["account_id"], [])

    return [
        Seated(
            part("accounts", seat)[0],
            seat,
            part("fit_reasons", seat),
            part("intent_reasons", seat),
            next(iter(part("readiness", seat)), None),
            part("readiness_dimensions", seat),
        )
        for seat in seats
    ]


def _by_account(rows: Rows) -> dict[str, Rows]:
    found: dict[str, Rows] = {}
    for row in rows:
        found.setdefault(row["account_id"], []).append(row)
    return found


def moves_of(table: Any) -> Moves:
    """The moves between tiers, from the table of moves: those next to tier 1 first. Counting is Arrow's, not ours.

    Accounts that are new and outside the list are no moves: nobody had them anywhere.
    """
    ends = ("from_tier", "to_tier")
    counted = table.group_by(list(ends)).aggregate([("account_id", "count")]).to_pylist()
    place = {name: number for number, name in enumerate(TIERS)}
    flow = [
        (before, after, row["account_id_count"])
        for row in counted
        for before, after in [(row["from_tier"] or "", row["to_tier"] or "")]
        if before != after and (before, after) != ("", "excluded")
    ]
    flow.sort(key=lambda move: (min(_places(move, place)), max(_places(move, place)), move))
    first: Rows = []
    for before, after, _ in flow:
        first += _between(table, before, after, MOST_MOVES - len(first))
    return Moves(flow, first, sum(n for _, _, n in flow))


def _places(move: tuple[str, str, int], place: Mapping[str, int]) -> tuple[int, int]:
    return place.get(move[0], len(place)), place.get(move[1], len(place))


def _between(table: Any, before: str, after: str, most: int) -> Rows:
    import pyarrow.compute as pc

    wanted = pc.and_(
        pc.equal(pc.fill_null(table["from_tier"], ""), before), pc.equal(pc.fill_null(table["to_tier"], ""), after)
    )
    rows: Rows = table.filter(wanted).sort_by("account_id").slice(0, most).to_pylist()
    return rows


def named(read: Callable[[str, str], Rows], rows: Rows) -> Rows:
    """Rows with the name of their account; its id where there is none."""
    ids = [row["account_id"] for row in rows]
    names = {r["account_id"]: r["name"] for r in of_accounts(read, "accounts", ids)}
    return [{**row, "name": names.get(row["account_id"], row["account_id"])} for row in rows]
