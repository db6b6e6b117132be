"""Where effort goes: tiers, the accounts of tier 1, moves."""
