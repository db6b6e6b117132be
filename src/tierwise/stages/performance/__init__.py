"""What good looks like: retention, lifetime value and win rate per segment, and the verdicts."""
