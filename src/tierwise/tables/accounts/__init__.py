"""Who the accounts are: which records make them up, and one row per account, contact and fact."""

from tierwise.tables.accounts.accounts import ACCOUNT_FACTS, ACCOUNT_ID, ACCOUNTS, ATTRIBUTES, EVENTS
from tierwise.tables.accounts.identity import IDENTITY_TABLES
from tierwise.tables.accounts.joining import EARLIER_KEYS, JOINING_TABLES
from tierwise.tables.accounts.matching import MATCHING_TABLES
from tierwise.tables.accounts.people import PEOPLE_TABLES

ACCOUNT_TABLES = (*IDENTITY_TABLES, *MATCHING_TABLES, *JOINING_TABLES, *PEOPLE_TABLES, *ACCOUNT_FACTS)

__all__ = ["ACCOUNTS", "ACCOUNT_ID", "ACCOUNT_TABLES", "ATTRIBUTES", "EARLIER_KEYS", "EVENTS"]
