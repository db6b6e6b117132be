"""What is kept: landing batches, ledgers and snapshots."""
