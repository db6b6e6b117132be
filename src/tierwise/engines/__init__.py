"""Where it runs: the only folder that names a database."""
