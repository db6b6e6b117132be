"""JSON Schema of the model file, for editors."""

from __future__ import annotations

import json as text
from pathlib import Path
from typing import Annotated

import typer

from tierwise.interfaces.cli.terminal import Terminal


def schema(
    terminal: Terminal,
    to: Annotated[
        Path | None, typer.Option("--to", metavar="FILE", help="Write it there instead of to stdout.")
    ] = None,
) -> None:
    """Print the JSON Schema (draft-07) of tierwise.yaml: sections, keys, types, defaults, meanings.

    In the first line of tierwise.yaml, an editor finds it by: # yaml-language-server: $schema=FILE
    """
    from tierwise.project import model_schema

    written = text.dumps(model_schema(), indent=2, ensure_ascii=False) + "\n"
    if to is None:
        terminal.write(written)
        return
    to.write_text(written, encoding="utf-8")
    terminal.say(f"wrote {to}; name it in tierwise.yaml: # yaml-language-server: $schema={to}")
