"""What is a customer worth from the day it is acquired, within a horizon?

`spec` says what counts; `tenure` reads who stayed how long; `renewal` looks beyond the records where contracts run for a
year, `repeat` where nobody says that he
leaves; `value` adds up.
"""

from tierwise.stages.performance.lifetime_value.renewal import renewal_models, renewals
from tierwise.stages.performance.lifetime_value.repeat import (
    repeat_models,
    repeat_purchases,
    repeat_spend,
)
from tierwise.stages.performance.lifetime_value.spec import LifetimeValueSpec
from tierwise.stages.performance.lifetime_value.tenure import lifetime_value_excluded, tenure_months, value_months
from tierwise.stages.performance.lifetime_value.value import lifetime_value, value_curve, value_spread, value_weights

__all__ = [
    "LifetimeValueSpec",
    "lifetime_value",
    "lifetime_value_excluded",
    "renewal_models",
    "renewals",
    "repeat_models",
    "repeat_purchases",
    "repeat_spend",
    "tenure_months",
    "value_curve",
    "value_months",
    "value_spread",
    "value_weights",
]
