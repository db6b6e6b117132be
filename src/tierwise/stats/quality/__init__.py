"""How good records are: scores, the overlap of lists, what draws of repaired records say."""
