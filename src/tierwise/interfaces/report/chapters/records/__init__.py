"""What was read, and how it was computed."""
