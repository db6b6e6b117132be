"""Which records are of one company: groups of keys that the records themselves join."""

from __future__ import annotations

from tierwise.core.table import TEXT, Column, Table

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

IDENTITY_TABLES = (KEY_GROUPS,)
