"""Who the accounts are: one row per account, its keys, parents and people, and the facts that belong to it."""

from __future__ import annotations

from tierwise.core.table import BOOLEAN, INTEGER, MONEY, NUMBER, TEXT, TIMESTAMP, Column, Table
from tierwise.core.vocabulary import IDENTIFIED_BY
from tierwise.tables import landing
from tierwise.tables.accounts.identity import ACCOUNT_KEY, KEY_SPACE

ACCOUNT_ID = Column("account_id", TEXT, "the account: 'domain:...' where it has a web domain, else 'source:key'")

ACCOUNT_KEYS = Table(
    "account_keys",
    "one row per key under which a source knows an account",
    (
        KEY_SPACE,
        ACCOUNT_KEY,
        ACCOUNT_ID,
    ),
    ("key_space", "account_key"),
    "Which keys mean the same account. Every fact finds its account here, by key first and by domain second.",
)

ACCOUNT_PARENTS = Table(
    "account_parents",
    "one row per account that names a parent",
    (
        ACCOUNT_ID,
        Column("parent_id", TEXT, "the parent account; empty when the named parent is not among the records"),
        Column("ultimate_parent_id", TEXT, "top of the tree; the account itself when its parents lead in a circle"),
        Column("in_cycle", BOOLEAN, "following parents never ends: they lead in a circle"),
        Column("dangling", BOOLEAN, "the named parent is not among the records"),
    ),
    ("account_id",),
    "The hierarchy from the files. The ultimate parent is the cluster of every interval (methods 0.1).",
)

ACCOUNT_TREES = Table(
    "account_trees",
    "one row per tree and account that names a parent in it",
    (
        Column("tree", TEXT, "legal: who owns whom; buying: who buys for whom; territory: who is worked together",
               values=("legal", "buying", "territory")),
        ACCOUNT_ID,
        Column("parent_id", TEXT, "the parent account; empty when the named parent is not among the records"),
        Column("top_id", TEXT, "top of the tree; the account itself when its parents lead in a circle"),
        Column("in_cycle", BOOLEAN, "following parents never ends: they lead in a circle"),
        Column("dangling", BOOLEAN, "the named parent is not among the records"),
    ),
    ("tree", "account_id"),
    "Who belongs to whom, in three trees.",
)  # fmt: skip

ROLL_UPS = Table(
    "roll_ups",
    "one row per kind of fact and account whose facts count elsewhere",
    (
        Column("kind", TEXT, "revenue, signals, readiness or people"),
        ACCOUNT_ID,
        Column("unit_id", TEXT, "the account at which they count"),
    ),
    ("kind", "account_id"),
    "Where the facts of an account count that another buys for or owns (`hierarchy.roll_up`).",
)

ATTRIBUTES = (
    Column("industry", TEXT, "industry"),
    Column("sub_industry", TEXT, "sub-industry"),
    Column("employees", INTEGER, "number of employees", "people"),
    Column("annual_revenue", MONEY, "yearly revenue of the company", "model currency"),
    Column("country", TEXT, "country"),
    Column("region", TEXT, "region, state or territory"),
    Column("city", TEXT, "city"),
)

ACCOUNTS = Table(
    "accounts",
    "one row per account",
    (
        ACCOUNT_ID,
        Column("name", TEXT, "company name"),
        Column("domain", TEXT, "registrable web domain"),
        Column("parent_id", TEXT, "parent account"),
        Column("ultimate_parent_id", TEXT, "top of the account's tree; the account itself without a parent"),
        Column("buying_id", TEXT, "the account that buys for it; empty where it is a buying entity itself"),
        Column("territory_id", TEXT, "top of its territory tree; the account itself without a parent there"),
        *ATTRIBUTES,
        Column("employee_band", TEXT, "size band by employees, from the model's edges; empty when unknown"),
        Column("owner", TEXT, "who owns the account on our side"),
        Column("do_not_contact", BOOLEAN, "some record says that the account must not be contacted"),
        Column("competitor", BOOLEAN, "some record says that it is a competitor, a partner or ourselves"),
        Column("created_at", TIMESTAMP, "when the first record was created", "UTC"),
        Column("records", INTEGER, "source records that make up the account", "records"),
    ),
    ("account_id",),
    "Companies as buying entities; each attribute from the most recent record of the best source that has it.",
)

ACCOUNTS_AT_START = Table(
    "accounts_at_start",
    "one row per account known at the start of the retention period",
    ACCOUNTS.columns,
    ("account_id",),
    "The accounts as they were known at the start of the retention period: revenue is judged by the label of then.",
)

ACCOUNTS_AT_PURCHASE = Table(
    "accounts_at_purchase",
    "one row per account that ever bought",
    ACCOUNTS.columns,
    ("account_id",),
    "The accounts as they were known at the end of the month in which they became customers.",
)

LANDING_ONLY = {"batch_id", "row_number", "loaded_at", "account_key", "domain", "domain_key"}


def fact(source: Table, name: str, grain: str, meaning: str, besides: tuple[str, ...] = ()) -> Table:
    """A landing table with each fact once and the account it belongs to (empty when none is found)."""
    own = tuple(c for c in source.columns if c.name not in LANDING_ONLY.union(besides))
    return Table(name, grain, (ACCOUNT_ID, *own), ("record_id",), meaning)


OPPORTUNITIES = fact(
    landing.OPPORTUNITIES, "opportunities", "one row per opportunity", "Deals with their accounts."
).with_columns(
    (
        Column("outcome", TEXT, "open, won or lost, as of the day", values=("open", "won", "lost")),
        Column("new_business", BOOLEAN, "neither a renewal nor an expansion"),
        Column("stage_known", TEXT, "dated: by the stage history or the closing date; assumed: the stage that the export "
               "says; unknown: the export only says a later one", values=("dated", "assumed", "unknown")),
    )
)  # fmt: skip
SUBSCRIPTIONS = fact(
    landing.SUBSCRIPTIONS, "subscriptions", "one row per subscription spell", "Recurring contracts.",
    ("status", "canceled_at", "current_period_end", "past_due_since"),
).with_columns(
    (
        Column("state", TEXT, "running, ended or not_paying as of the day; end_unknown: its status says that it ended and "
               "no date says when", values=("running", "ended", "end_unknown", "not_paying")),
    )
)  # fmt: skip
INVOICES = fact(landing.INVOICES, "invoices", "one row per invoice line", "Money billed.")
ACTIVITIES = fact(landing.ACTIVITIES, "activities", "one row per touch", "Calls, meetings and mails.")
EVIDENCE = fact(landing.EVIDENCE, "evidence", "one row per finding", "Primary research.")
NPS_ANSWERS = fact(landing.NPS, "nps_answers", "one row per answer, or person asked", "Would they recommend us.")
_EVENT = fact(
    landing.EVENTS,
    "events",
    "one row per event",
    "First-party behaviour.",
    ("email_key", "domain_confidence", "ip", "ip_key"),
)
EVENTS = _EVENT.with_columns(
    (
        Column(
            "identified_by",
            TEXT,
            "how it found its account; empty where it found none. known: by its key, or the company "
            "stated of a known person; email: the domain of the address; domain: guessed by a vendor; ip: owner of the "
            "range",
            values=IDENTIFIED_BY,
        ),
        Column("confidence", NUMBER, "how sure that is: what its points are weighted with", "share"),
    )
)
EVENT_OWNERS = Table(
    "event_owners",
    "one row per event",
    (
        *_EVENT.columns[1:],
        Column("known_id", TEXT, "the account by key, or by the company stated of a known person"),
        Column("email_id", TEXT, "the account whose domain the e-mail address has"),
        Column("domain_id", TEXT, "the account whose domain a vendor guessed"),
        Column("ip_id", TEXT, "the account that owns the range of the visitor's address"),
        Column("domain_confidence", NUMBER, "how sure the vendor is of its guess", "share"),
        Column("ip_confidence", NUMBER, "how sure the owner of the range is", "share"),
        Column("names_somebody", BOOLEAN, "it has a key, or the domain of a company"),
        Column(
            "range_kind",
            TEXT,
            "account, provider, no_account or no_owner: what the visitor's address leads to",
            values=("account", "provider", "no_account", "no_owner"),
        ),
    ),
    ("record_id",),
    "To which account each way of identifying an event leads. Derived on reading, not stored.",
)
VISITOR_NETWORKS = Table(
    "visitor_networks",
    "one row per network of a visitor that lies in a range",
    (
        Column("ip_key", TEXT, "digits of the network"),
        ACCOUNT_ID,
        Column("domain_key", TEXT, "registrable domain of the range's owner"),
        Column("provider", BOOLEAN, "the owner serves other people: internet, hosting, cloud, Tor, VPN"),
        Column("confidence", NUMBER, "how sure the owner is", "share"),
    ),
    ("ip_key",),
    "Who has the smallest range around each network that visitors came from. Derived on reading, not stored.",
)
INTENT_REPORTS = fact(landing.INTENT, "intent_reports", "one row per report", "Second- and third-party signals.")

LINK_COVERAGE = Table(
    "link_coverage",
    "one row per kind of record",
    (
        Column("fact", TEXT, "kind of record: accounts, contacts, or a table of facts"),
        Column("rows", INTEGER, "records known at as_of", "rows"),
        Column("without_account", INTEGER, "records that name no account: no key, and no domain of a company", "rows"),
        Column("unknown_account", INTEGER, "records that name an account which no account record has", "rows"),
    ),
    ("fact",),
    "How many records found their account. Those without one count nowhere else.",
)

UNLISTED_PRODUCTS = Table(
    "unlisted_products",
    "one row per table of facts and product name",
    (
        Column("fact", TEXT, "opportunities or invoices"),
        Column("product", TEXT, "product as the source writes it"),
        Column("rows", INTEGER, "records with it, known at as_of", "rows"),
        Column("resembles", TEXT, "the one listed name that differs only in case, spaces and punctuation"),
    ),
    ("fact", "product"),
    "Product names that the product list does not have. Empty without a list.",
)

CONTRADICTIONS = Table(
    "contradictions",
    "one row per kind of contradiction that was found",
    (
        Column("kind", TEXT, "kind of contradiction"),
        Column("position", INTEGER, "order in which kinds are shown"),
        Column("says", TEXT, "what the records say against each other"),
        Column("rows", INTEGER, "records that contradict another, or themselves", "rows"),
        Column("other_rows", INTEGER, "records that they contradict; 0 where a record contradicts itself", "rows"),
        Column("accounts", INTEGER, "accounts concerned", "accounts"),
        Column(
            "money", MONEY, "money of the records that contradict; empty where none has an amount", "model currency"
        ),
        Column(
            "money_is", TEXT, "what that money is: revenue per month, amount of the deals, revenue on record, billed"
        ),
        Column("example", TEXT, "record_id of one of them"),
        Column("example_other", TEXT, "record_id, or account_id, of what it contradicts; empty where that is itself"),
        Column("believed", TEXT, "which of them the figures go by"),
    ),
    ("kind",),
    "Records that say the opposite of each other. Nothing is averaged: the figures go by the record that `believed` names.",
)

CONTRADICTING_RECORDS = Table(
    "contradicting_records",
    "one row per kind of contradiction and record",
    (
        Column("kind", TEXT, "kind of contradiction"),
        Column("record_id", TEXT, "the record, or the account where all of its records together contradict"),
        Column("other_record_id", TEXT, "the record, or the account, that it contradicts; empty where that is itself"),
        ACCOUNT_ID,
        Column("money", MONEY, "money of the record; `contradictions.money_is` says which", "model currency"),
    ),
    ("kind", "record_id"),
    "The rows behind `contradictions`.",
)

ACCOUNT_FACTS = (
    ACCOUNT_KEYS, ACCOUNT_TREES, ACCOUNT_PARENTS, ROLL_UPS, ACCOUNTS, ACCOUNTS_AT_START, ACCOUNTS_AT_PURCHASE,
    OPPORTUNITIES, SUBSCRIPTIONS, INVOICES, ACTIVITIES, EVIDENCE, NPS_ANSWERS, VISITOR_NETWORKS, EVENT_OWNERS, EVENTS,
    INTENT_REPORTS, LINK_COVERAGE,
    UNLISTED_PRODUCTS, CONTRADICTIONS, CONTRADICTING_RECORDS,
)  # fmt: skip
