"""Which records are of one company: what waits for a person, what people judged, and where each value came from."""
