"""What `apply` appends: who was in which tier, kept as a list too, and which account each key belonged to."""
