"""What people write down: `rows` become entries of a ledger, a filled `survey` sheet becomes rows, and `erase`
takes a person out.
"""

from tierwise.pipeline.record.erase import Traces, erase, traces
from tierwise.pipeline.record.rows import (
    Given,
    Recording,
    fields,
    given_rows,
    ledger_named,
    not_yet,
    spoken,
    timely,
    unreadable,
    with_accounts,
)

__all__ = [
    "Given", "Recording", "Traces", "erase", "fields", "given_rows", "ledger_named", "not_yet", "spoken", "timely", "traces",
    "unreadable", "with_accounts",
]  # fmt: skip
