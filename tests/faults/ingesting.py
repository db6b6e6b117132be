"""An ingest in a process of its own, to be killed: it says how far it is, and when it has acknowledged."""

from __future__ import annotations

from contextlib import closing
from multiprocessing.connection import Connection
from pathlib import Path

from tierwise.project import Project


def ingest(folder: Path, said: Connection) -> None:
    """Ingest a project once; whoever reads `done` was told that its records are landed."""
    with closing(Project.open(folder)) as project:
        said.send("begun")
        project.ingest(progress=said.send)
        said.send("done")
