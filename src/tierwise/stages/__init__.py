"""What we know: pure steps, tables in and one table out; stages share tables, never code."""
