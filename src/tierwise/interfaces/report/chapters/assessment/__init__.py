"""Where accounts stand: who can decide, and whom to ask next."""
