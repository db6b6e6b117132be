"""What a customer is worth: observed margins, yearly renewals, repeated purchases, and what acquiring one costs."""

from tierwise.stats.value.margins import (
    LifetimeValue,
    MonthSums,
    lifetime_value,
    log_estimate,
    pool_values,
    value_estimate,
)

__all__ = ["LifetimeValue", "MonthSums", "lifetime_value", "log_estimate", "pool_values", "value_estimate"]
