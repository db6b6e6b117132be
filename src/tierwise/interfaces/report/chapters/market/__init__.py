"""The market: motion, funnel, waste, breadth, alignment."""
