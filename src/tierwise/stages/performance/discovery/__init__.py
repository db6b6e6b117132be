"""Which profiles of customers did better or worse than the others? Searched on one half, tested on the other."""
