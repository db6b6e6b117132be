"""Groups of accounts found in the records: how they are searched, tested honestly and kept apart."""
