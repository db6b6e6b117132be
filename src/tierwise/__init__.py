"""Tierwise decides which companies a B2B firm should spend its effort on, and says why."""

__version__ = "0.1.0.dev0"
