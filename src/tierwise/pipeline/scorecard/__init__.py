"""The scorecard and people: what sellers chase, what raters think, what deals say about weights."""
