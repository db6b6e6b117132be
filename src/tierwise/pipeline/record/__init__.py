"""What people write down: `rows` become entries of a ledger, a filled `survey` sheet becomes rows."""

from tierwise.pipeline.record.rows import (
    Given,
    Recording,
    fields,
    given_rows,
    ledger_named,
    spoken,
    with_accounts,
)

__all__ = ["Given", "Recording", "fields", "given_rows", "ledger_named", "spoken", "with_accounts"]
