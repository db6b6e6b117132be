"""Writes docs/reference/ from the code, one module per kind of page; `python -m scripts.reference`."""
