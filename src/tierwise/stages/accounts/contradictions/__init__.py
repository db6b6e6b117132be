"""Which records say the opposite of each other, and which of them do the figures believe?

Nothing is averaged and nothing is mended: each contradiction is listed with both records, and the figures go on with the
one that the model says. Only what columns say is compared; nobody is found by resemblance of names.
"""

from tierwise.stages.accounts.contradictions.records import contradicting_records, contradictions
from tierwise.stages.accounts.contradictions.spec import ContradictionsSpec, account_scope, event_scope

__all__ = ["ContradictionsSpec", "account_scope", "contradicting_records", "contradictions", "event_scope"]
