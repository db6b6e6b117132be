"""Which groups of keys are one account: what people judged first, what matching is sure of second, and a name that stays."""
