"""Why one account is where it is, and which are retired."""
