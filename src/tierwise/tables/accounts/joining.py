"""Which groups of keys are one account: what people judged, what matching joins, and what an account is called."""

from __future__ import annotations

from tierwise.core.table import INTEGER, NUMBER, TEXT, TIMESTAMP, Column, Table
from tierwise.tables.accounts.identity import ACCOUNT_KEY, KEY_SPACE

GROUP_ID = Column(
    "group_id", TEXT, "the group: that of `key_groups`, or '~' and a key where people took keys out of one"
)
JOINED_ID = Column("joined_id", TEXT, "the first of the groups that are one account")
FIRST_ID = Column("first_id", TEXT, "the first group that links lead to")
WEIGHT = Column("weight", NUMBER, "how surely: the logarithm to base 2 of the Bayes factor", "bits")

PARTED_KEYS = Table(
    "parted_keys",
    "one row per key that people took out of its group",
    (
        KEY_SPACE,
        ACCOUNT_KEY,
        Column("group_id", TEXT, "the group that it was taken out of"),
        Column("part", TEXT, "what it became a part of: '~' and the first key that was taken out with it"),
    ),
    ("key_space", "account_key"),
    "Keys that the records join and people part.",
)

ENDS = (
    Column("entry", INTEGER, "number of the judgement in the ledger"),
    Column("decision", TEXT, "same, different, or split: the first key is taken out"),
    Column("left_key", TEXT, "the one key, as 'source:key'"),
    Column("right_key", TEXT, "the other key"),
    Column("left_group", TEXT, "the group that has the one key; empty where no record has it"),
    Column("right_group", TEXT, "the group that has the other key; empty where no record has it"),
    Column("recorder", TEXT, "who judged"),
    Column("known_at", TIMESTAMP, "since when it is known", "UTC"),
    Column("note", TEXT, "why"),
)

JUDGED_ENDS = Table(
    "judged_ends", "one row per judgement in force", ENDS, ("entry",), "The groups at both ends of each judgement."
)

JUDGEMENTS = Table(
    "judgements",
    "one row per judgement in force",
    (
        *ENDS,
        Column(
            "state",
            TEXT,
            "obeyed; contradicted: others say the opposite and nothing is joined; no_record: no record has a key",
        ),
        Column("against", TEXT, "numbers of the judgements that it contradicts"),
    ),
    ("entry",),
    "What people judged about records of one company or two, and whether it is obeyed (`tierwise matches`).",
)

JUDGED_GROUPS = Table(
    "judged_groups",
    "one row per group that people joined",
    (GROUP_ID, JOINED_ID),
    ("group_id",),
    "Groups joined by people.",
)

APART_GROUPS = Table(
    "apart_groups",
    "one row per pair of groups that people keep apart",
    (Column("left_id", TEXT, "one group"), Column("right_id", TEXT, "the other group")),
    ("left_id", "right_id"),
    "Never in one account, not even by way of a third.",
)

MATCH_LINKS = Table(
    "match_links",
    "one row per group and group that matching is sure of",
    (GROUP_ID, Column("other_id", TEXT, "the other group; the group itself once"), WEIGHT),
    ("group_id", "other_id"),
    "What matching joins, both ways round.",
)

REACH_NEAR, REACH_FAR, REACH = (
    Table(name, "one row per group of a link", (GROUP_ID, FIRST_ID), ("group_id",), f"The first group {how}.")
    for name, how in (("reach_near", "near by"), ("reach_far", "further on"), ("reach", "at the end of the links"))
)

MATCH_CHAINS = Table(
    "match_chains",
    "one row per group that matching links to another",
    (
        GROUP_ID,
        FIRST_ID,
        Column(
            "outcome",
            TEXT,
            "joined; cut: it would join what people keep apart; too_long: more groups than matching may join",
        ),
    ),
    ("group_id",),
    "What becomes of the links of matching. Chains that are too long wait for people (`tierwise matches`).",
)

CUT_LINKS = Table(
    "cut_links",
    "one row per link of a chain that is cut, and per pair that cuts it",
    (Column("left_id", TEXT, "one group"), Column("right_id", TEXT, "the other group"), WEIGHT),
    ("left_id", "right_id"),
    "Chains that would join what people keep apart; the pairs that cut them have no weight.",
)

CUT_GROUPS = Table(
    "cut_groups",
    "one row per group of a chain that is cut",
    (GROUP_ID, FIRST_ID),
    ("group_id",),
    "Chains that are cut, at their weakest links.",
)

JOINED_KEYS = Table(
    "joined_keys",
    "one row per key under which a source knows a company",
    (KEY_SPACE, ACCOUNT_KEY, GROUP_ID, JOINED_ID),
    ("key_space", "account_key"),
    "Which keys are one account, before it is called anything.",
)

OLD_ID = Column("account_id", TEXT, "id that the key had in lists")

EARLIER_KEYS = Table(
    "earlier_keys",
    "one row per key and id that it had in the lists of earlier days",
    (
        KEY_SPACE,
        ACCOUNT_KEY,
        OLD_ID,
        Column("first_row", INTEGER, "when first: number of the row in the ledger"),
        Column("last_row", INTEGER, "when last: number of the row in the ledger"),
    ),
    ("key_space", "account_key", "account_id"),
    "What accounts were called: a key that has always been the id of its account is left out.",
)

ID_CLAIMS = Table(
    "id_claims",
    "one row per account-to-be and id that keys of it had",
    (
        JOINED_ID,
        OLD_ID,
        Column("first_row", INTEGER, "when a key of it had it first"),
        Column("held", INTEGER, "keys of it that have it to this day", "keys"),
        Column("own", INTEGER, "1 where a key of it is called so"),
    ),
    ("joined_id", "account_id"),
    "Which ids an account may keep.",
)

ACCOUNT_IDS = Table(
    "account_ids",
    "one row per account",
    (JOINED_ID, Column("account_id", TEXT, "what it is called")),
    ("joined_id",),
    "What each account is called.",
)

FORMER_IDS = Table(
    "former_ids",
    "one row per id that is no account's any more",
    (Column("former_id", TEXT, "the id of old"), Column("account_id", TEXT, "the account that it leads to")),
    ("former_id",),
    "What accounts were called before they were joined: entries that name such an id count for the account.",
)

JOINING_TABLES = (
    EARLIER_KEYS, PARTED_KEYS, JUDGED_ENDS, JUDGEMENTS, JUDGED_GROUPS, APART_GROUPS, MATCH_LINKS, REACH_NEAR, REACH_FAR,
    REACH, MATCH_CHAINS, CUT_LINKS, CUT_GROUPS, JOINED_KEYS, ID_CLAIMS, ACCOUNT_IDS, FORMER_IDS,
)  # fmt: skip
