"""A corpus of faulty files, made from a seed, each with what must become of it: see `python -m scripts.faults`."""
