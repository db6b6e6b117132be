"""Who they are: one account per company, its contacts and its parents."""
