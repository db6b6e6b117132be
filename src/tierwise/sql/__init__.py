"""Queries, predicates of the model, primitives and dialects: the one place that knows sqlglot."""
