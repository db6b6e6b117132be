"""What should be looked up again, and what it could do to the list."""

from __future__ import annotations

from tierwise.core.table import BOOLEAN, DATE, INTEGER, NUMBER, TEXT, Column, Table
from tierwise.core.vocabulary import TIERS
from tierwise.tables.accounts import ACCOUNT_ID

FIELD = Column("field", TEXT, "column of accounts")

SPEC_FIELD_USES = Table(
    "spec_field_uses",
    "one row per field and what reads it",
    (FIELD, Column("criterion", TEXT, "criterion that reads it; empty text: a segment does")),
    ("field", "criterion"),
    "What the model does with the columns of accounts.",
)

STALE_FIELDS = Table(
    "stale_fields",
    "one row per account and value that is older than its half-life",
    (
        ACCOUNT_ID,
        FIELD,
        Column("value", TEXT, "what the list believes, as text"),
        Column("checked_on", DATE, "day of the last check"),
        Column("age_days", INTEGER, "days since then", "days"),
        Column("half_life_months", NUMBER, "months after which half of such values have changed", "months"),
        Column("chance_changed", NUMBER, "chance that it has changed by now, from age and half-life", "share"),
        Column("tier", TEXT, "tier of the account", values=TIERS),
        Column("decides_segment", BOOLEAN, "a segment reads the field: another value may take the account in or out"),
        Column("lowest_fit", NUMBER, "fit if every criterion that reads it were 0", "0-100"),
        Column("highest_fit", NUMBER, "fit if every criterion that reads it were 5", "0-100"),
        Column("may_cross", BOOLEAN, "some value could move the account across a cut of this list"),
        Column("at_stake", NUMBER, "chance of a change times what the account is worth", "as value of tiers"),
        Column("place", INTEGER, "order in which to look them up, 1 first"),
    ),
    ("account_id", "field"),
    "What to refresh first. An account that stops qualifying then is excluded with its reason, and stays on record.",
)

REFRESH_TABLES = (SPEC_FIELD_USES, STALE_FIELDS)
