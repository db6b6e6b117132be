"""The whole dictionary: every table by name, with a model's own attributes added where they belong."""

from __future__ import annotations

from collections.abc import Iterable

from tierwise.core.table import Column, Table
from tierwise.tables.accounts import ACCOUNT_TABLES
from tierwise.tables.assessment import ASSESSMENT_TABLES
from tierwise.tables.audit import AUDIT_TABLES
from tierwise.tables.clusters import CLUSTER_TABLES
from tierwise.tables.effort import EFFORT_TABLES
from tierwise.tables.landing import LANDING_TABLES
from tierwise.tables.ledgers import LEDGER_TABLES
from tierwise.tables.market import MARKET_TABLES
from tierwise.tables.model_lists import BATCHES, CALENDAR, SPEC_TABLES
from tierwise.tables.performance import PERFORMANCE_TABLES
from tierwise.tables.research import RESEARCH_TABLES
from tierwise.tables.segmentation import SEGMENTATION_TABLES

TABLES = (
    *LANDING_TABLES, *SPEC_TABLES, CALENDAR, BATCHES, *ACCOUNT_TABLES, *AUDIT_TABLES, *PERFORMANCE_TABLES,
    *ASSESSMENT_TABLES,
    *RESEARCH_TABLES, *SEGMENTATION_TABLES, *CLUSTER_TABLES, *EFFORT_TABLES, *MARKET_TABLES, *LEDGER_TABLES,
)  # fmt: skip
WITH_ATTRIBUTES = ("landing_accounts", "accounts", "accounts_at_start", "accounts_at_purchase")


def dictionary(attributes: Iterable[Column] = ()) -> dict[str, Table]:
    """Every table by name; `attributes` are the columns that the model declares for its accounts."""
    own = tuple(attributes)
    return {t.name: t.with_columns(own) if t.name in WITH_ATTRIBUTES else t for t in TABLES}
