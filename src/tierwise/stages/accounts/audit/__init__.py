"""Can the records be trusted, field by field? What is filled, valid, unique, recent, agreed on, placed and owned (methods m).

`words` is what each source says, `values` what the list believes of it, `counts` and `measures` how good that is,
`defects` which accounts are concerned.
"""

from tierwise.stages.accounts.audit.spec import AuditSpec

__all__ = ["AuditSpec"]
