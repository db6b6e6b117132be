"""Where effort goes: segments, tiers within capacity, and the history of moves."""
