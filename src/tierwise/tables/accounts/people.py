"""The people: under which keys they are known, where they work, what their titles say."""

from __future__ import annotations

from tierwise.core.table import BOOLEAN, DATE, INTEGER, NUMBER, TEXT, Column, Table
from tierwise.core.vocabulary import FUNCTIONS, SENIORITIES, TITLE_LANGUAGES
from tierwise.tables.accounts.accounts import ACCOUNT_ID

TITLE_TEXTS = Table(
    "title_texts",
    "one row per distinct title, function or seniority as written",
    (
        Column("title", TEXT, "the text in lower case"),
        Column("records", INTEGER, "contact records that have it", "rows"),
    ),
    ("title",),
    "The words to be read, each once.",
)

TITLES = Table(
    "titles",
    "one row per distinct title",
    (
        Column("title", TEXT, "the title in lower case, or what a source calls function or seniority"),
        Column("function", TEXT, "business function; other where no word says it", values=FUNCTIONS),
        Column("seniority", TEXT, "seniority where the size of the company is not known", values=SENIORITIES),
        Column("seniority_small", TEXT, "seniority below `titles.large_from` employees", values=SENIORITIES),
        Column("seniority_large", TEXT, "seniority from that size on", values=SENIORITIES),
        Column("confidence", NUMBER, "how much of the title was understood, 0 to 1; 0: nothing", "share"),
        Column("language", TEXT, "language of most of its words", values=TITLE_LANGUAGES),
        Column("records", INTEGER, "contact records that have it", "rows"),
    ),
    ("title",),
    "What each job title says (methods j.1). A title that is not understood is (other, unknown, 0) and never a guess.",
)


CONTACT_KEYS = Table(
    "contact_keys",
    "one row per key space and key of a person",
    (
        Column("key_space", TEXT, "source whose keys these are, or 'e-mail' for an earlier address"),
        Column("contact_key", TEXT, "key or address"),
        Column("contact_id", TEXT, "the contact"),
    ),
    ("key_space", "contact_key"),
    "Under which ids and addresses a person is known: one human is counted once.",
)

CONTACTS = Table(
    "contacts",
    "one row per contact",
    (
        Column("contact_id", TEXT, "the contact: e-mail address where known, else 'source:key'"),
        ACCOUNT_ID,
        Column("email", TEXT, "e-mail address in lower case"),
        Column("first_name", TEXT, "first name"),
        Column("last_name", TEXT, "last name"),
        Column("title", TEXT, "job title as written"),
        Column(
            "function",
            TEXT,
            "business function: by what a source calls it, else by the title; other: a title that "
            "says none; empty: nothing is said",
        ),
        Column(
            "seniority", TEXT, "seniority, read the same way; unknown: a title that says none; empty: nothing is said"
        ),
        Column(
            "title_confidence", NUMBER, "how much of the title was understood, 0 to 1; empty without a title", "share"
        ),
        Column("left_company", BOOLEAN, "the person can no longer be met there: has left, or mail came back"),
        Column(
            "left_because",
            TEXT,
            "left: a record says so; bounced: mail to the address came back; empty: still there",
            values=("left", "bounced"),
        ),
    ),
    ("contact_id",),
    "People at accounts.",
)

MOVED_PEOPLE = Table(
    "moved_people",
    "one row per person and customer of ours at which they worked before",
    (
        Column("contact_id", TEXT, "the contact"),
        ACCOUNT_ID,
        Column("former_account_id", TEXT, "the customer, or former customer, at which the person worked"),
        Column("basis", TEXT, "record: records of the person at both; same name: the only other one on record has left there",
               values=("record", "same name")),
        Column("last_revenue_month", DATE, "last month with revenue from that customer"),
    ),
    ("contact_id", "former_account_id"),
    "People who know us from a customer and now work elsewhere.",
)  # fmt: skip

PEOPLE_TABLES = (TITLE_TEXTS, TITLES, CONTACT_KEYS, CONTACTS, MOVED_PEOPLE)
