"""Which companies with different keys are one, by what their names, domains, places and people say together."""
