"""The query layer: readable SQL in DuckDB's dialect, checked against the data dictionary, written for any engine."""
