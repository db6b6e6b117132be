"""How deals end, and when."""

from __future__ import annotations

from tierwise.core.table import BOOLEAN, DATE, INTEGER, NUMBER, TEXT, Column, Table
from tierwise.tables.performance.estimates import ESTIMATE, SLICE, excluded

WIN_RATES = Table(
    "win_rates",
    "one row per dimension and name",
    (
        *SLICE,
        *ESTIMATE,
        Column("window_days", INTEGER, "days after creation within which a deal counts as won", "days"),
        Column("opportunities", INTEGER, "opportunities, open ones included"),
        Column("won", INTEGER, "won opportunities"),
        Column("lost", INTEGER, "lost opportunities"),
        Column("open", INTEGER, "open opportunities, censored at as_of"),
        Column("won_of_closed", NUMBER, "won / (won + lost), for reconciliation", "share"),
        Column("won_of_created", NUMBER, "won / created, for reconciliation", "share"),
        Column("median_days_to_win", NUMBER, "median days to win given a win within the window", "days"),
        Column("median_days_to_decision", NUMBER, "median days to any outcome; empty: not reached", "days"),
        Column("chance_above_bar", NUMBER, "probability that the win rate is at or above the model's bar", "share"),
        Column("pipeline_scrub", BOOLEAN, "many losses were closed on one day: housekeeping, not losing"),
    ),
    ("dimension", "name"),
    "Probability that an opportunity is won within the window, open deals censored (methods c).",
)

WIN_DEALS = Table(
    "win_deals",
    "one row per opportunity that counts",
    (
        Column("record_id", TEXT, "the opportunity's record"),
        Column("account_id", TEXT, "the account"),
        Column("days", NUMBER, "age when it closed, today's while open, since its clock started; at least half a day", "days"),
        Column("outcome", TEXT, "open, won or lost", values=("open", "won", "lost")),
        Column("closed_on", DATE, "day on which it closed"),
    ),
    ("record_id",),
    "New business with a usable clock, open deals included.",
)  # fmt: skip

WIN_DAYS = Table(
    "win_days",
    "one row per dimension, name and age in days",
    (
        *SLICE,
        Column("days", NUMBER, "age", "days"),
        Column("won", INTEGER, "deals won at that age"),
        Column("lost", INTEGER, "deals lost at that age"),
        Column("open", INTEGER, "deals of that age that are still open"),
    ),
    ("dimension", "name", "days"),
    "Sufficient statistics of the win rate.",
)

WIN_WEIGHTS = Table(
    "win_weights",
    "one row per dimension, name and age in days",
    (
        *SLICE,
        Column("days", NUMBER, "age", "days"),
        Column("won_weight", NUMBER, "influence of a deal won at that age"),
        Column("lost_weight", NUMBER, "influence of a deal lost at that age"),
        Column("open_weight", NUMBER, "influence of a deal still open at that age"),
    ),
    ("dimension", "name", "days"),
    "What each deal adds to its account's influence on the win rate.",
)

WIN_SPREAD = Table(
    "win_spread",
    "one row per dimension and name",
    (
        *SLICE,
        Column("n", INTEGER, "opportunities"),
        Column("n_clusters", INTEGER, "ultimate parents"),
        Column("n2", NUMBER, "sum over clusters of squared numbers of opportunities"),
        Column("influence2", NUMBER, "sum over clusters of squared influences"),
        Column("top", INTEGER, "opportunities of the largest cluster"),
        Column("losses_on_one_day", INTEGER, "most losses closed on one day"),
    ),
    ("dimension", "name"),
    "Sums over clusters from which the interval of the win rate follows.",
)

WIN_RATE_EXCLUDED = excluded("win_rate_excluded", "opportunities")

WIN_RATE_TABLES = (WIN_DEALS, WIN_DAYS, WIN_WEIGHTS, WIN_SPREAD, WIN_RATES, WIN_RATE_EXCLUDED)
