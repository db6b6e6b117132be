"""Where effort goes: tiers, the accounts of tier 1, the clusters of tier 2, moves."""
