"""Which companies with different keys are one, by what their names, domains and places say together."""
