"""Statistics of a scorecard: do people agree, what do deals say about weights, how sure is a seat, what is a score worth."""
