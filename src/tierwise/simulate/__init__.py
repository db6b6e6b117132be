"""A B2B market with known truth, written as a company's exports.

`market(seed)` plays it, `write_exports(market, folder)` writes the files. Nothing here is shared with the
engine that later reads them.
"""

from tierwise.simulate.exports.write import write_exports
from tierwise.simulate.history import Market, market
from tierwise.simulate.world import W0A, W0B, W0C, W0D, W1, World

__all__ = ["W0A", "W0B", "W0C", "W0D", "W1", "Market", "World", "market", "write_exports"]
