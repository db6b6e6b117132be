"""A B2B market with known truth, written as a company's exports."""
