"""Where each account stands today: separate answers, never one score."""
