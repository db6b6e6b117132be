"""What do the verdicts rest on? Retention, lifetime value and win rate by segment, each with its interval and its bar."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from tierwise.core.vocabulary import GRADES
from tierwise.interfaces.report import wording as say
from tierwise.interfaces.report.charts import Forest, Say, forest
from tierwise.interfaces.report.listing import Listing, Row, Rows

RETENTION = "net_revenue_retention"
INSUFFICIENT = GRADES[-1]
NO_REVENUE = (
    "Nothing on record: no revenue records have landed. Add a source for them under `sources:` in tierwise.yaml"
)
NO_VALUE = "No lifetime value: revenue has landed, but it covers too few months or too few customers to show who leaves"
NO_DEALS = "Nothing on record: no opportunities have landed. Add a source for them under `sources:` in tierwise.yaml"

NO_EVIDENCE = "Too little evidence for net revenue retention: no figure is better than grade C"

Bars = Mapping[str, float | None]


@dataclass(frozen=True)
class Measure:
    """One forest plot: estimates with the bar that each is held against. `lacking` is said where there are none."""

    id: str
    title: str
    meaning: str
    lacking: str
    rows: Rows
    bars: Bars
    say: Say

    @property
    def pooled(self) -> bool:
        return any(row["shrunk_value"] is not None for row in self.rows)

    @property
    def forest(self) -> Forest:
        return forest(self.rows, self.bars, self.say)


@dataclass(frozen=True)
class Estimates:
    """The measures, those that decide first."""

    answer: str
    measures: tuple[Measure, ...]


def read(listing: Listing) -> Estimates:
    """The estimates of every segment and of everybody."""
    kept = listing.sliced(listing.rows("retention", f"metric = '{RETENTION}'"))
    worth, won = (listing.sliced(listing.rows(name)) for name in ("lifetime_value", "win_rates"))
    over = f" Over {say.policy(kept[0]['method'])}." if kept else ""
    return Estimates(
        answer(kept),
        (
            Measure(
                "retention", "Net revenue retention",
                f"Revenue today from the customers of a period ago, over their revenue then.{over}",
                NO_REVENUE, kept, {row["name"]: listing.model.retention.bar for row in kept}, say.share,
            ),
            Measure(
                "value", "Lifetime value", f"Margin per acquired account within the horizon, in {listing.currency}.",
                NO_VALUE if kept else NO_REVENUE, worth, value_bars(listing, worth), say.money,
            ),
            Measure(
                "won", "Win rate",
                "Probability that an opportunity is won within the window; open deals are censored. It comments and never "
                "validates.",
                NO_DEALS, won, win_bars(listing, won), finely,
            ),
        ),
    )  # fmt: skip


def answer(kept: Rows) -> str:
    """Net revenue retention of everybody, and between which segments it lies."""
    known = [row for row in kept if row["value"] is not None and row["grade"] != INSUFFICIENT]
    every = [f"{say.share(row['value'])} for everybody" for row in known if row["dimension"] == "total"]
    own = sorted((counted(row), row["name"]) for row in known if row["dimension"] == "segment")
    ends = [own[0], own[-1]] if len(own) > 1 else own
    by_segment = " to ".join(f"{say.share(value)} ({say.words(name)})" for value, name in ends)
    said = ", ".join([*every, *([f"{by_segment} by segment"] if own else [])])
    return f"Net revenue retention: {said}" if said else NO_EVIDENCE if kept else NO_REVENUE


def finely(value: float) -> str:
    """A share with a decimal."""
    return say.share(value, 1)


def counted(row: Row) -> float:
    """The estimate that counts: partially pooled where it was."""
    return float(row["value"] if row["shrunk_value"] is None else row["shrunk_value"])


def value_bars(listing: Listing, worth: Rows) -> Bars:
    """What lifetime values are held against, as the verdicts do (methods b.5)."""
    spent = {row["name"]: row["cost_per_customer"] for row in listing.rows("acquisition")}
    ratio = listing.model.verdicts.clv_to_cac
    return {
        row["name"]: row["value_of_all"] if spent.get(row["name"]) is None else ratio * spent[row["name"]]
        for row in worth
    }


def win_bars(listing: Listing, won: Rows) -> Bars:
    """What win rates are held against: the declared bar, else that of everybody."""
    everybody = next((row["value"] for row in won if row["dimension"] == "total"), None)
    bar = listing.model.win_rate.bar
    return {row["name"]: everybody if bar is None else bar for row in won}
