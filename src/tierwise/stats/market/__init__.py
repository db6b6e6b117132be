"""What speaks for account-based work: how concentrated a market is, an index of criteria, and what must pay for itself."""
