"""What the sources said: one table per kind of export, as landed (typed, complete, never edited).

Every landing table also has the LANDED columns. Columns named `domain_key` are computed on loading from `domain`, `website`
or `email`: the registrable domain in ASCII, empty for free-mail providers and bare public suffixes.
"""

from __future__ import annotations

from tierwise.core.table import BOOLEAN, DATE, INTEGER, MONEY, NUMBER, TEXT, TIMESTAMP, Column, Table
from tierwise.core.vocabulary import ANSWERS, DIMENSIONS, EVIDENCE_METHODS, NPS_SCORES, RESPONDENT_ROLES, STANCES

LANDED = (
    Column("record_id", TEXT, "the row's own key in its source, else a hash of its values; repeats of it are one fact"),
    Column("source", TEXT, "name of the source in the model"),
    Column("batch_id", TEXT, "landing batch that brought the row"),
    Column("row_number", INTEGER, "line of the row in its file, the heading being line 1"),
    Column("known_at", TIMESTAMP, "since when the company could know it; empty: always (history: assumed)", "UTC"),
    Column("loaded_at", TIMESTAMP, "when it was landed; book-keeping only", "UTC"),
)

ACCOUNT_REFERENCE = (
    Column("account_key", TEXT, "the account's key as the source writes it"),
    Column("domain", TEXT, "web domain or address as the source writes it"),
    Column("domain_key", TEXT, "registrable domain of `domain` or `email`; empty for free-mail providers"),
)


def landing(name: str, grain: str, *columns: Column, key: tuple[str, ...] = (), meaning: str = "") -> Table:
    """A landing table: the kind's own columns, then those that every landed row has."""
    return Table(f"landing_{name}", grain, columns + LANDED, key, meaning)


ACCOUNTS = landing(
    "accounts",
    "one row per account record and version",
    *ACCOUNT_REFERENCE,
    Column("name", TEXT, "company name as written"),
    Column("parent_key", TEXT, "account_key of the parent company in the same source"),
    Column("buying_parent_key", TEXT, "account_key of the company that buys for it, in the same source"),
    Column(
        "territory_parent_key", TEXT, "account_key of the company with which it is worked together, in the same source"
    ),
    Column("other_key", TEXT, "the same company's key in another source, for example its customer number in billing"),
    Column("other_source", TEXT, "name of that other source in the model"),
    Column("industry", TEXT, "industry"),
    Column("sub_industry", TEXT, "sub-industry"),
    Column("employees", INTEGER, "number of employees", "people"),
    Column("employees_band", TEXT, "employees as written, where a band was written"),
    Column("annual_revenue", MONEY, "yearly revenue of the company", "model currency"),
    Column("annual_revenue_band", TEXT, "yearly revenue as written, where a band was written"),
    Column("country", TEXT, "country"),
    Column("region", TEXT, "region, state or territory"),
    Column("city", TEXT, "city"),
    Column("owner", TEXT, "who owns the account on our side"),
    Column("do_not_contact", BOOLEAN, "the account must not be contacted (objection, legal)"),
    Column("competitor", BOOLEAN, "the account is a competitor, a partner or ourselves"),
    Column("created_at", TIMESTAMP, "when the record was created at its source", "UTC"),
    Column("updated_at", TIMESTAMP, "when the record was last changed at its source", "UTC"),
    key=("account_key", "domain"),
    meaning="Companies of a CRM, a billing system or a list.",
)

CONTACTS = landing(
    "contacts",
    "one row per contact record and version",
    *ACCOUNT_REFERENCE,
    Column("contact_key", TEXT, "the contact's key as the source writes it"),
    Column("email", TEXT, "e-mail address"),
    Column("first_name", TEXT, "first name"),
    Column("last_name", TEXT, "last name"),
    Column("title", TEXT, "job title as written"),
    Column("function", TEXT, "business function, when the source says it"),
    Column("seniority", TEXT, "seniority, when the source says it"),
    Column("left_at", TIMESTAMP, "when the person left the company", "UTC"),
    Column("bounced_at", TIMESTAMP, "when mail to the address last came back for good", "UTC"),
    Column("created_at", TIMESTAMP, "when the record was created at its source", "UTC"),
    Column("updated_at", TIMESTAMP, "when the record was last changed at its source", "UTC"),
    key=("contact_key", "email"),
    meaning="People at accounts.",
)

OPPORTUNITIES = landing(
    "opportunities",
    "one row per opportunity and version",
    *ACCOUNT_REFERENCE,
    Column("opportunity_key", TEXT, "the opportunity's key as the source writes it", required=True),
    Column("name", TEXT, "name of the opportunity"),
    Column("type", TEXT, "new business, renewal, expansion, as the source writes it"),
    Column("stage", TEXT, "stage as the source writes it", required=True),
    Column(
        "is_closed",
        BOOLEAN,
        "the deal has ended, says the CRM itself (Salesforce IsClosed)",
    ),
    Column("is_won", BOOLEAN, "it has ended won, says the CRM itself (Salesforce IsWon)"),
    Column("amount", MONEY, "amount of the deal", "row currency"),
    Column("currency", TEXT, "ISO 4217 code; empty: the model's currency"),
    Column("product", TEXT, "product or product line"),
    Column("origin", TEXT, "where the opportunity came from (lead source, campaign, channel)"),
    Column("owner", TEXT, "sales owner"),
    Column("lost_reason", TEXT, "why it was lost"),
    Column("created_at", TIMESTAMP, "when it was created; the clock of the win rate starts here", "UTC"),
    Column("closed_at", TIMESTAMP, "when it was won or lost", "UTC"),
    Column("updated_at", TIMESTAMP, "when the record was last changed at its source", "UTC"),
    key=("opportunity_key",),
    meaning="Deals of the CRM, open, won or lost.",
)

STAGE_HISTORY = landing(
    "stage_history",
    "one row per opportunity and stage entered",
    Column("opportunity_key", TEXT, "the opportunity's key", required=True),
    Column("stage", TEXT, "stage entered", required=True),
    Column("entered_at", TIMESTAMP, "when it entered the stage", "UTC", required=True),
    key=("opportunity_key", "entered_at"),
    meaning="Dated stage changes; with it, past states of deals are known exactly.",
)

SUBSCRIPTIONS = landing(
    "subscriptions",
    "one row per subscription spell at one price",
    *ACCOUNT_REFERENCE,
    Column("subscription_key", TEXT, "the subscription's key as the source writes it"),
    Column("email", TEXT, "e-mail address of the paying customer"),
    Column("plan", TEXT, "plan or product"),
    Column("status", TEXT, "status as the source writes it; the model says which mean not paying, and which ended"),
    Column("mrr", MONEY, "recurring revenue per month", "row currency per month"),
    Column("amount", MONEY, "recurring amount per interval, where `mrr` is not given", "row currency"),
    Column("interval_months", INTEGER, "months that one `amount` pays for; 1, 3 or 12", "months"),
    Column("currency", TEXT, "ISO 4217 code; empty: the model's currency"),
    Column("started_at", TIMESTAMP, "first moment of the spell", "UTC", required=True),
    Column("ended_at", TIMESTAMP, "end of the spell; empty while it runs", "UTC"),
    Column("canceled_at", TIMESTAMP, "when it was cancelled; ends a spell whose status says that it ended", "UTC"),
    Column("current_period_end", TIMESTAMP, "end of the period paid for; a plan while the spell runs", "UTC"),
    Column("past_due_since", TIMESTAMP, "since when it is not paid; empty once it is paid again", "UTC"),
    key=("subscription_key", "started_at"),
    meaning="Recurring contracts: who paid how much per month, from when to when.",
)

INVOICES = landing(
    "invoices",
    "one row per invoice or invoice line",
    *ACCOUNT_REFERENCE,
    Column("invoice_key", TEXT, "the invoice's key as the source writes it"),
    Column("email", TEXT, "e-mail address of the customer"),
    Column("product", TEXT, "product code or name"),
    Column("quantity", NUMBER, "quantity; negative for a cancellation"),
    Column("unit_price", MONEY, "price per unit", "row currency"),
    Column("amount", MONEY, "amount of the line; computed as quantity x unit price when not given", "row currency"),
    Column("currency", TEXT, "ISO 4217 code; empty: the model's currency"),
    Column("invoiced_at", TIMESTAMP, "date of the invoice", "UTC", required=True),
    key=("invoice_key",),
    meaning="Money billed per customer and day, where there are no subscriptions. Cancellations are negative lines.",
)

EVENTS = landing(
    "events",
    "one row per event",
    *ACCOUNT_REFERENCE,
    Column("domain_confidence", NUMBER, "how sure the vendor that guessed `domain` is of it", "share"),
    Column("event_key", TEXT, "the event's key as the source writes it"),
    Column("email", TEXT, "e-mail address of the person"),
    Column("email_key", TEXT, "registrable domain of `email`; empty for free-mail providers"),
    Column("ip", TEXT, "network of the visitor's address: the address itself is not kept unless the source says so"),
    Column(
        "ip_key",
        TEXT,
        "its digits in hexadecimal after 4 or 6 for the kind of address; empty where nobody is behind it",
    ),
    Column("person", TEXT, "id of the identified person, else the e-mail address"),
    Column("anonymous_id", TEXT, "id of the device when the person is not known"),
    Column("kind", TEXT, "kind of event: page, form, download, login, attended, visit"),
    Column("path", TEXT, "page or object touched"),
    Column("family", TEXT, "signal family: web, product, email, event, review_site, ad, hiring, funding"),
    Column("function", TEXT, "business function of the person, when the source says it"),
    Column("occurred_at", TIMESTAMP, "when it happened", "UTC", required=True),
    key=("event_key",),
    meaning="First-party behaviour: web, product, e-mail, events.",
)

INTENT = landing(
    "intent",
    "one row per account, provider, topic and report",
    *ACCOUNT_REFERENCE,
    Column("provider", TEXT, "vendor or review site that reports it"),
    Column("topic", TEXT, "topic or category"),
    Column("kind", TEXT, "kind of activity reported"),
    Column("score", NUMBER, "the vendor's own score"),
    Column("occurred_at", TIMESTAMP, "when the activity happened", "UTC", required=True),
    Column("delivered_at", TIMESTAMP, "when the vendor delivered it", "UTC"),
    meaning="Second- and third-party signals bought or shared: review sites, topic surges.",
)

ACTIVITIES = landing(
    "activities",
    "one row per touch between us and an account",
    *ACCOUNT_REFERENCE,
    Column("activity_key", TEXT, "the activity's key as the source writes it"),
    Column("contact_key", TEXT, "the contact's key in the same source"),
    Column("email", TEXT, "e-mail address of the contact"),
    Column("kind", TEXT, "call, meeting, email, event"),
    Column("direction", TEXT, "inbound (the buyer moved) or outbound (we did)"),
    Column("owner", TEXT, "who on our side"),
    Column("occurred_at", TIMESTAMP, "when it happened", "UTC", required=True),
    key=("activity_key",),
    meaning="Calls, meetings and mails with accounts.",
)

EVIDENCE = landing(
    "evidence",
    "one row per dated finding from one person on one dimension",
    *ACCOUNT_REFERENCE,
    Column("respondent", TEXT, "who answered, named or anonymous", required=True),
    Column("anonymous", BOOLEAN, "the respondent's name is not kept: a number stands for it"),
    Column("role", TEXT, "the respondent's role in the decision", values=RESPONDENT_ROLES),
    Column("stance", TEXT, "what the respondent does with a change", values=STANCES),
    Column("method", TEXT, "how it was asked", values=EVIDENCE_METHODS),
    Column("interviewer", TEXT, "who asked"),
    Column("dimension", TEXT, "dimension of readiness", required=True, values=DIMENSIONS),
    Column("answer", TEXT, "what was answered; unknown is an answer, not a no", required=True, values=ANSWERS),
    Column("quote", TEXT, "verbatim"),
    Column("observed_at", TIMESTAMP, "when it was said", "UTC", required=True),
    Column("expires_on", DATE, "day after which it no longer counts; empty: by its dimension"),
    Column("recorder", TEXT, "who wrote it down"),
    meaning="Primary research: what people at the account said about pressure, ownership, authority and timing.",
)

NPS = landing(
    "nps",
    "one row per person asked, or per answer",
    *ACCOUNT_REFERENCE,
    Column("response_key", TEXT, "the answer's key as the source writes it"),
    Column("email", TEXT, "e-mail address of the person"),
    Column("respondent", TEXT, "who was asked, by id or name; else the e-mail address tells"),
    Column("score", TEXT, "would they recommend us, 0 to 10; empty: asked, and no answer", values=NPS_SCORES),
    Column("comment", TEXT, "verbatim"),
    Column("asked_at", TIMESTAMP, "when the person was asked", "UTC"),
    Column("answered_at", TIMESTAMP, "when the person answered", "UTC"),
    meaning="Would customers recommend us (net promoter score): answers, and people who were asked.",
)

COSTS = landing(
    "costs",
    "one row per month and cost item",
    Column("segment", TEXT, "segment the cost belongs to; empty: all"),
    Column("month", DATE, "first day of the month", required=True),
    Column("amount", MONEY, "sales and marketing cost, fully loaded", "row currency", required=True),
    Column("currency", TEXT, "ISO 4217 code; empty: the model's currency"),
    meaning="Sales and marketing cost, for the cost of acquiring a customer.",
)

PRODUCTS = landing(
    "products",
    "one row per product that the company sells",
    Column("product", TEXT, "product code or name, as deals and invoices should write it", required=True),
    Column("family", TEXT, "product line"),
    Column("list_price", MONEY, "price on the list", "row currency"),
    Column("currency", TEXT, "ISO 4217 code; empty: the model's currency"),
    key=("product",),
    meaning="The company's own product list: deals and invoices are checked against it.",
)

EXCHANGE_RATES = landing(
    "exchange_rates",
    "one row per currency and date",
    Column("currency", TEXT, "ISO 4217 code converted from", required=True),
    Column("rate", NUMBER, "units of the model's currency for one unit of `currency`", required=True),
    Column("valid_from", DATE, "date of the rate"),
    key=("currency", "valid_from"),
    meaning="Frozen rates given by the user. The latest one known converts every amount: constant currency.",
)

IP_RANGES = landing(
    "ip_ranges",
    "one row per range of addresses",
    Column("range", TEXT, "the range as written: 203.0.113.0/24, 203.0.113.7, or 203.0.113.0-203.0.113.63"),
    Column("first_ip", TEXT, "its first address, where `range` is not given"),
    Column("last_ip", TEXT, "its last address, where `range` is not given"),
    Column("owner", TEXT, "who has the range, as the file writes it"),
    Column("domain", TEXT, "web domain of the owner"),
    Column("domain_key", TEXT, "registrable domain of the owner; empty for free-mail providers"),
    Column("kind", TEXT, "what the owner does with it, as the file writes it: business, isp, hosting, tor"),
    Column("confidence", NUMBER, "how sure the file is that the owner's people are behind it", "share"),
    Column("updated_at", TIMESTAMP, "when the file, or the range in it, was made", "UTC"),
    Column("first_key", TEXT, "digits of its first address, as those of `ip_key` in events"),
    Column("last_key", TEXT, "digits of its last address"),
    Column("bucket", TEXT, "the digits that all its addresses begin with"),
    Column("width_key", TEXT, "how many addresses it has beyond one, in hexadecimal"),
    meaning="Who has which addresses, from files that the user supplies. The smallest range that holds an address decides.",
)

LANDING_TABLES = (
    ACCOUNTS, CONTACTS, OPPORTUNITIES, STAGE_HISTORY, SUBSCRIPTIONS, INVOICES, EVENTS, INTENT, ACTIVITIES,
    EVIDENCE, NPS, COSTS, PRODUCTS, EXCHANGE_RATES, IP_RANGES,
)  # fmt: skip

# What loading computes from other columns: no heading is mapped to it.
COMPUTED = frozenset({"domain_key", "email_key", "ip_key", "first_key", "last_key", "bucket", "width_key"})

# The column that dates a fact: it is known at its own date unless the source declares `known_at`. Tables without one hold
# undated states (attributes): known when loaded, or always with `history: assumed`.
FACT_DATES = {
    "landing_stage_history": "entered_at",
    "landing_subscriptions": "started_at",
    "landing_invoices": "invoiced_at",
    "landing_events": "occurred_at",
    "landing_intent": "occurred_at",
    "landing_activities": "occurred_at",
    "landing_evidence": "observed_at",
    "landing_nps": "answered_at",
    "landing_costs": "month",
    "landing_opportunities": "created_at",
    "landing_exchange_rates": "valid_from",
}
