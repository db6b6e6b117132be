"""Addresses of visitors and who has which: read once, at the rim, into digits that every engine compares as text."""
