"""The market and our place in it: is ABM the right motion, where does the effort go, who reads as one, who agrees."""

from __future__ import annotations

from tierwise.core.table import BOOLEAN, INTEGER, NUMBER, POINTS, TEXT, Column, Table
from tierwise.core.vocabulary import ALIGNMENT_FUNCTIONS, GRADES, MOTIONS, PLACES
from tierwise.tables.accounts import ACCOUNT_ID

SLICE = (
    Column("dimension", TEXT, "'total' or 'segment'"),
    Column("name", TEXT, "segment; 'all' for the total"),
)

CONCENTRATION_SUMS = Table(
    "concentration_sums",
    "one row per basis, dimension and name",
    (
        Column("basis", TEXT, "potential (a column of accounts) or revenue (of the last twelve complete months)"),
        *SLICE,
        Column("accounts", INTEGER, "accounts, competitors left out", "accounts"),
        Column("identifiable", INTEGER, "those of them with a name or a domain", "accounts"),
        Column("n", INTEGER, "those with a known x", "accounts"),
        Column("total", NUMBER, "sum of x"),
        Column("squares", NUMBER, "sum of x^2"),
        Column("ranked", NUMBER, "sum of i x, i the place by ascending x"),
        Column("top", NUMBER, "sum of the largest fifth"),
    ),
    ("basis", "dimension", "name"),
    "Sufficient statistics of the concentration (methods n).",
)

CONCENTRATION = Table(
    "concentration",
    "one row per basis, dimension and name",
    (
        *CONCENTRATION_SUMS.columns[:5],
        Column("n", INTEGER, "accounts with a known figure", "accounts"),
        Column("gini", NUMBER, "0: all equal, towards 1: one has everything"),
        Column("hhi", NUMBER, "sum of squared shares; 1/n when all are equal"),
        Column("normalised_hhi", NUMBER, "the same, corrected for n; empty with one account"),
        Column("top_share", NUMBER, "what the largest fifth of the accounts hold; .2 when all are equal", "share"),
    ),
    ("basis", "dimension", "name"),
    "How much of the market's potential, and of today's revenue, sits with few accounts.",
)

QUANTILES = (0.0, 0.1, 0.2, 0.25, 0.3, 0.4, 0.45, 0.5, 0.55, 0.6, 0.7, 0.75, 0.8, 0.9, 1.0)

MOTION_VALUES = Table(
    "motion_values",
    "one row per measure and account or won deal",
    (
        ACCOUNT_ID,
        Column("measure", TEXT, "contract_value or committee"),
        Column("basis", TEXT, "what it was read from"),
        Column("x", NUMBER, "yearly contract value, or people met before the deal was won"),
    ),
    (),
    "What was paid, and how many people it took.",
)

MOTION_SUMS = Table(
    "motion_sums",
    "one row per measure, dimension and name",
    (
        Column("measure", TEXT, "contract_value or committee"),
        Column("dimension", TEXT, "'total', 'segment', or 'universe' (all segments that are not judged not worth it)"),
        Column("name", TEXT, "segment; else 'all'"),
        Column("basis", TEXT, "what it was read from"),
        Column("n", INTEGER, "accounts or won deals"),
        Column("mean", NUMBER, "mean; beside the median it shows a whale"),
        *(Column(f"p{100 * p:.0f}", NUMBER, f"{p:g} quantile") for p in QUANTILES),
    ),
    ("measure", "dimension", "name"),
    "Quantiles of contract values and of committees: all that the criteria need to know of them.",
)

MOTION_CRITERIA = Table(
    "motion_criteria",
    "one row per dimension, name and criterion",
    (
        *SLICE,
        Column("criterion", TEXT, "criterion of the index"),
        Column("value", NUMBER, "what was found; empty where nothing is on record, which is not zero"),
        Column("lo", NUMBER, "lower end of its interval; empty for a count of all"),
        Column("hi", NUMBER, "upper end"),
        Column("unit", TEXT, "unit of the value"),
        Column("n", INTEGER, "accounts or won deals behind it"),
        Column("score", NUMBER, "0 (demand generation) to 4 (ABM); empty where unknown"),
        Column("weight", NUMBER, "its share of the index, all criteria known", "share"),
        Column("points", POINTS, "what it adds to the index; the index is their sum"),
        Column("basis", TEXT, "what it was read from"),
        Column("note", TEXT, "what a reader should know about it"),
    ),
    ("dimension", "name", "criterion"),
    "Why the index is what it is.",
)

BREAK_EVEN = Table(
    "break_even",
    "one row per dimension, name and tier",
    (
        *SLICE,
        Column("tier", TEXT, "one_to_one or one_to_few"),
        Column("cost", NUMBER, "cost of treating one account", "model currency per account"),
        Column("default_cost", BOOLEAN, "the cost is the default: a judgement, and of no company in particular"),
        Column("lifetime_value", NUMBER, "what a customer is worth", "model currency per account"),
        Column("lifetime_value_lo", NUMBER, "lower end of its interval"),
        Column("lifetime_value_hi", NUMBER, "upper end of its interval"),
        Column("uplift", NUMBER, "treated accounts that become customers and else would not; empty: never measured", "share"),
        Column("uplift_lo", NUMBER, "lower end of its interval", "share"),
        Column("required_uplift", NUMBER, "uplift at which the cost comes back: cost over lifetime value", "share"),
        Column("required_uplift_lo", NUMBER, "the same if a customer is worth the upper end", "share"),
        Column("required_uplift_hi", NUMBER, "the same if a customer is worth the lower end", "share"),
        Column("required_value", NUMBER, "what a customer must be worth at the measured, else at the most plausible uplift",
               "model currency per account"),
        Column("pays_back", NUMBER, "uplift x lifetime value over cost"),
        Column("answer", TEXT, "pays, fails, ask (uplift unknown, the required one is thinkable), implausible or unknown",
               values=("pays", "fails", "ask", "implausible", "unknown")),
        Column("said", TEXT, "the same in a sentence"),
    ),
    ("dimension", "name", "tier"),
    "What treating an account must bring to pay for itself (methods b.6).",
)  # fmt: skip

MOTION_FIT = Table(
    "motion_fit",
    "one row per dimension and name",
    (
        *SLICE,
        Column("motion", TEXT, "which motion fits", values=MOTIONS),
        Column("index", POINTS, "0 (demand generation) to 100 (ABM), over the known criteria", "0-100"),
        Column("lo", NUMBER, "lower end of its interval: what few deals leave open", "0-100"),
        Column("hi", NUMBER, "upper end of its interval", "0-100"),
        Column("lowest", NUMBER, "the index if every unknown criterion spoke against ABM", "0-100"),
        Column("highest", NUMBER, "the index if every unknown criterion spoke for it", "0-100"),
        Column("coverage", NUMBER, "weight of the known criteria", "share"),
        Column("chance_demand_generation_led", NUMBER, "probability that demand generation should lead", "share"),
        Column("chance_both", NUMBER, "probability of both", "share"),
        Column("chance_abm_led", NUMBER, "probability that ABM should lead", "share"),
        Column("index_of_upper_quarter", NUMBER, "the index with the 75th percentile of contract values", "0-100"),
        Column("accounts", INTEGER, "identifiable accounts", "accounts"),
        Column("n", INTEGER, "fewest accounts or deals behind an estimated criterion"),
        Column("grade", TEXT, "A decision grade, B directional, C insufficient", values=GRADES),
        Column("said", TEXT, "the answer in words"),
    ),
    ("dimension", "name"),
    "Is ABM the right motion here? Demand generation, both, ABM, or: do not run ABM here (methods n).",
)

WASTE = Table(
    "waste",
    "one row per kind, dimension, name and place",
    (
        Column("kind", TEXT, "spend, activities or pipeline", values=("spend", "activities", "pipeline")),
        Column("dimension", TEXT, "'total', 'segment', 'owner' or 'channel'"),
        Column("name", TEXT, "segment, owner or channel; 'all' for the total; empty where none is on record"),
        Column("place", TEXT, "where it went, seen from the validated universe", values=PLACES),
        Column("n", INTEGER, "cost items, activities or opportunities", "records"),
        Column("accounts", INTEGER, "accounts that it went to; empty for spend", "accounts"),
        Column("amount", NUMBER, "money; empty for activities, and where no amount is on record", "model currency"),
        Column("without_amount", INTEGER, "records without an amount, or in a currency without a rate", "records"),
        Column("share", NUMBER, "of its kind and name: by money, activities by number; of what is placed", "share"),
        Column("basis", TEXT, "recorded, or activities: shared spend divided as the activities were",
               values=("recorded", "activities")),
    ),
    ("kind", "basis", "dimension", "name", "place"),
    "Where last year's spend, activities and pipeline went.",
)  # fmt: skip

BREADTH_CELLS = Table(
    "breadth_cells",
    "one row per segment and pair of values of two attributes",
    (
        Column("segment", TEXT, "segment"),
        Column("attribute", TEXT, "attribute"),
        Column("value", TEXT, "its value; the rare ones together; empty: not known"),
        Column("other", TEXT, "another attribute, or the same"),
        Column("other_value", TEXT, "its value"),
        Column("n", INTEGER, "accounts", "accounts"),
    ),
    ("segment", "attribute", "value", "other", "other_value"),
    "How attributes go together within a segment.",
)

BREADTH_ASPECTS = Table(
    "breadth_aspects",
    "one row per segment and attribute",
    (
        Column("segment", TEXT, "segment"),
        Column("aspect", TEXT, "problem, size or technology"),
        Column("attribute", TEXT, "attribute that shows it"),
        Column("accounts", INTEGER, "accounts of the segment", "accounts"),
        Column("known", NUMBER, "share of them whose value is known", "share"),
        Column("groups", INTEGER, "different values, the rare ones counted as one"),
        Column("effective_groups", NUMBER, "as many groups of equal size would be as mixed: exp(entropy)"),
        Column("heterogeneity", NUMBER, "entropy over that of equal groups: 0 all alike, 1 evenly mixed"),
        Column("largest", TEXT, "most frequent value"),
        Column("largest_share", NUMBER, "its share of the known", "share"),
    ),
    ("segment", "attribute"),
    "What is mixed within a segment.",
)

BREADTH = Table(
    "breadth",
    "one row per segment",
    (
        Column("segment", TEXT, "segment"),
        Column("accounts", INTEGER, "accounts for which it speaks", "accounts"),
        Column("problem", NUMBER, "effective number of problems; empty where nothing shows them"),
        Column("size", NUMBER, "effective number of sizes"),
        Column("technology", NUMBER, "effective number of technologies"),
        Column(
            "heterogeneity",
            NUMBER,
            "mean over the aspects, 0 all alike to 1 evenly mixed; empty where nothing is known",
        ),
        Column("too_many", BOOLEAN, "as many accounts or more than one audience should have"),
        Column("too_mixed", BOOLEAN, "an aspect is as mixed as more groups than one audience should have"),
        Column("split_by", TEXT, "attribute whose values would make the most uniform sub-segments"),
        Column("heterogeneity_after", NUMBER, "mean heterogeneity within those sub-segments"),
        Column("said", TEXT, "the same in a sentence"),
    ),
    ("segment",),
    "Can one text be written for this segment, and if not, where to cut it.",
)

BREADTH_SPLITS = Table(
    "breadth_splits",
    "one row per segment and suggested sub-segment",
    (
        Column("segment", TEXT, "segment"),
        Column("attribute", TEXT, "attribute to split by"),
        Column("value", TEXT, "value; empty: not known, or too rare for a sub-segment of its own"),
        Column("condition", TEXT, "condition for the model file; empty for the rest"),
        Column("accounts", INTEGER, "accounts", "accounts"),
        Column("heterogeneity", NUMBER, "what is left mixed within it, 0 to 1"),
    ),
    ("segment", "attribute", "value"),
    "Sub-segments that would read as one audience, with sizes.",
)

TARGET_ACCOUNTS = Table(
    "target_accounts",
    "one row per set and account",
    (
        Column("kind", TEXT, "target, touched (by the team of a target's leader), universe, validated or TAL"),
        Column("target", TEXT, "name of the target in the model; '' where the set is of no leader"),
        ACCOUNT_ID,
    ),
    ("kind", "target", "account_id"),
    "Which accounts each leader calls the target, and what their team touched.",
)

TARGETS_TABLE = Table(
    "targets",
    "one row per target",
    (
        Column("target", TEXT, "name of the target in the model"),
        Column("leader", TEXT, "who says so"),
        Column("function", TEXT, "function of the leader", values=ALIGNMENT_FUNCTIONS),
        Column("accounts", INTEGER, "accounts of the target", "accounts"),
        Column("names_without_account", INTEGER, "listed names and domains that are no account", "names"),
    ),
    ("target",),
    "What each leader calls the target, and how many accounts that is.",
)

TARGET_NAMES_UNKNOWN = Table(
    "target_names_unknown",
    "one row per listed name that is no account",
    (
        Column("target", TEXT, "name of the target in the model"),
        Column("value", TEXT, "domain, name or account_id as listed, in lower case"),
    ),
    ("target", "value"),
    "Listed accounts that are not among the records.",
)

ALIGNMENT_SUMS = Table(
    "alignment_sums",
    "one row per pair of sets",
    (
        Column("target", TEXT, "a target"),
        Column("against", TEXT, "another target, 'universe', 'validated', 'TAL', or 'touched' by the leader's team"),
        Column("accounts", INTEGER, "accounts of the target", "accounts"),
        Column("other_accounts", INTEGER, "accounts of what it is compared with", "accounts"),
        Column("both", INTEGER, "accounts in both", "accounts"),
        Column("money", NUMBER, "revenue of the last twelve months plus open pipeline of the target", "model currency"),
        Column("other_money", NUMBER, "the same of the other", "model currency"),
        Column("both_money", NUMBER, "the same of those in both", "model currency"),
    ),
    ("target", "against"),
    "Overlaps, counted.",
)

ALIGNMENT = Table(
    "alignment",
    "one row per pair of sets",
    (
        *ALIGNMENT_SUMS.columns,
        Column("jaccard", NUMBER, "accounts in both over accounts in either", "share"),
        Column("money_jaccard", NUMBER, "the same in money; empty where neither holds any", "share"),
        Column("share", NUMBER, "share of the target that is in the other", "share"),
        Column("said", TEXT, "what they disagree about, in words"),
    ),
    ("target", "against"),
    "Do the leaders mean the same accounts, do their teams work them, and are they worth winning?",
)

MARKET_TABLES = (
    CONCENTRATION_SUMS, CONCENTRATION, MOTION_VALUES, MOTION_SUMS, MOTION_CRITERIA, BREAK_EVEN, MOTION_FIT, WASTE,
    BREADTH_CELLS, BREADTH_ASPECTS, BREADTH, BREADTH_SPLITS, TARGET_ACCOUNTS, TARGETS_TABLE, TARGET_NAMES_UNKNOWN,
    ALIGNMENT_SUMS, ALIGNMENT,
)  # fmt: skip
