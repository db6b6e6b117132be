"""A simulated market as the files that a company would really hold."""
