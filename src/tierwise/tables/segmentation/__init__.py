"""Where effort goes: segments, tiers within capacity, how sure they are, and what moved."""

from tierwise.tables.segmentation.lists import LISTS_TABLES
from tierwise.tables.segmentation.refresh import REFRESH_TABLES
from tierwise.tables.segmentation.seats import SEATS_TABLES
from tierwise.tables.segmentation.segments import SEGMENTS_TABLES
from tierwise.tables.segmentation.sureness import SURENESS_TABLES
from tierwise.tables.segmentation.tiers import TIERS_TABLES

SEGMENTATION_TABLES = (*SEGMENTS_TABLES, *TIERS_TABLES, *SEATS_TABLES, *SURENESS_TABLES, *LISTS_TABLES, *REFRESH_TABLES)

__all__ = ["SEGMENTATION_TABLES"]
