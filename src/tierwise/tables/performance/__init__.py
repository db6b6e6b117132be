"""What good looks like: revenue by month, and estimates per segment with their intervals and their evidence."""

from tierwise.tables.performance.acquisition import ACQUISITION_TABLES
from tierwise.tables.performance.cohorts import COHORTS_TABLES
from tierwise.tables.performance.discovery import DISCOVERY_TABLES
from tierwise.tables.performance.icp import ICP_TABLES
from tierwise.tables.performance.lifetime_value import LIFETIME_VALUE_TABLES
from tierwise.tables.performance.retention import RETENTION_TABLES
from tierwise.tables.performance.revenue import REVENUE_TABLES
from tierwise.tables.performance.slices import SLICES_TABLES
from tierwise.tables.performance.survival import SURVIVAL_TABLES
from tierwise.tables.performance.verdicts import VERDICTS_TABLES
from tierwise.tables.performance.win_rate import WIN_RATE_TABLES

PERFORMANCE_TABLES = (
    *SLICES_TABLES,
    *REVENUE_TABLES,
    *RETENTION_TABLES,
    *COHORTS_TABLES,
    *LIFETIME_VALUE_TABLES,
    *SURVIVAL_TABLES,
    *WIN_RATE_TABLES,
    *ACQUISITION_TABLES,
    *VERDICTS_TABLES,
    *ICP_TABLES,
    *DISCOVERY_TABLES,
)
