"""What the audit asks of a published list: what repaired records would do to it, and whether other tools hold the same one."""
