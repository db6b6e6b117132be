"""Which accounts get effort, within capacity? Eligible, then a profile worth winning, then able to decide, then by value.

Order: methods h.2; moves: h.3. Seats stay empty rather than hold unready accounts; what keeps an account from the tier
above is said. `spec` is what a company declares; `candidates`, `queue`, `capacity`, `seatings`, `assignments` and `board`
follow one another.
"""

from tierwise.stages.segmentation.tiers.spec import TiersSpec

__all__ = ["TiersSpec"]
