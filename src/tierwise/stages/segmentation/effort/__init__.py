"""Where effort is promised and what came of it: commitments, movement of the buyer, stall."""
