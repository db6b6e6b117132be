"""One file per command, named as the command is.

A command loads the project when it runs, not before: its help and the completion of its options do without.
"""
