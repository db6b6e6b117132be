"""What `apply` appends: who was in which tier, and which account each key belonged to."""
