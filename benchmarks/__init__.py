"""Commands that measure and print figures; none of them is imported by the engine."""
