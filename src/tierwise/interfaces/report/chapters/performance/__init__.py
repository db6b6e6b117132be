"""What good looks like: verdicts, the estimates behind them, and what good customers share."""
