"""`tierwise`: the overview is printed at once; anything else loads the command that was asked for."""

from __future__ import annotations

import os
import sys

from tierwise import __version__
from tierwise.interfaces.cli.table import overview

COMPLETING = "_TIERWISE_COMPLETE"
INTERRUPTED = 130


def main() -> None:
    """The command line's entry. Ends the process with one of the codes of docs/reference/exit-codes.md."""
    arguments = sys.argv[1:]
    if COMPLETING not in os.environ:
        if arguments in ([], ["--help"], ["-h"], ["help"]):
            sys.stdout.write(overview())
            return
        if arguments == ["--version"]:
            sys.stdout.write(f"tierwise {__version__}\n")
            return
    try:
        # Typer takes longer to load than the overview may take.
        from tierwise.interfaces.cli.application import application

        application()(prog_name="tierwise")
    except KeyboardInterrupt:
        sys.exit(INTERRUPTED)
