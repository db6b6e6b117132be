"""Which records are of one company: groups of keys that the records themselves join."""

from __future__ import annotations

from tierwise.core.table import NUMBER, TEXT, Column, Table

KEY_SPACE = Column("key_space", TEXT, "'domain', or the source whose keys these are")
ACCOUNT_KEY = Column("account_key", TEXT, "the key in that space")

KEY_GROUPS = Table(
    "key_groups",
    "one row per key under which a source knows a company",
    (
        KEY_SPACE,
        ACCOUNT_KEY,
        Column("group_id", TEXT, "the group: 'domain:...' where it has a web domain, else 'source:key'"),
    ),
    ("key_space", "account_key"),
    "Keys that the records themselves join: one domain, one key, or a record that names both. Accounts are made of groups.",
)

PAIR = (
    Column("left_id", TEXT, "one group; the first of the two in the order of text"),
    Column("right_id", TEXT, "the other group"),
)

MATCH_PAIRS = Table(
    "match_pairs",
    "one row per pair of groups that may be one company",
    (
        *PAIR,
        Column(
            "weight", NUMBER, "how surely: the logarithm to base 2 of the Bayes factor; the sum of its reasons", "bits"
        ),
        Column("probability", NUMBER, "that the two are one company", "share"),
        Column("decision", TEXT, "same: joined; review: a person decides", values=("same", "review")),
    ),
    ("left_id", "right_id"),
    "Pairs that look like one company, surely or perhaps. Those below the threshold of review are left out.",
)

MATCH_REASONS = Table(
    "match_reasons",
    "one row per pair and field that was compared",
    (
        *PAIR,
        Column("field", TEXT, "what was compared"),
        Column("level", TEXT, "how alike it is"),
        Column("weight", NUMBER, "what that says: above 0 for one company, below 0 for two", "bits"),
        Column("text", TEXT, "the same in words"),
    ),
    ("left_id", "right_id", "field"),
    "Why a pair looks like one company.",
)

IDENTITY_TABLES = (KEY_GROUPS, MATCH_PAIRS, MATCH_REASONS)
