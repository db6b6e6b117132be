"""Which records are one: weights learned from how pairs agree, and how good a grouping of records is."""
