"""Statistics on sufficient statistics: numpy and scipy.special only, no tables, no Arrow, no clock.

Every function takes counts and sums that an engine can deliver with one GROUP BY, so its cost depends on the
number of segments and months and never on the number of accounts. Formulas: docs/methods/.
"""
