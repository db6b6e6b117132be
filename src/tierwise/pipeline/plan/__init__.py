"""Plans: what a run would publish, what that changes and why, kept, made true, or put back."""
