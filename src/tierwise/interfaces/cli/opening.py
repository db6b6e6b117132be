"""Open a project for a command that reads what was published."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import closing, contextmanager
from pathlib import Path
from typing import TYPE_CHECKING

from tierwise.interfaces.cli.terminal import Terminal

if TYPE_CHECKING:
    from tierwise.project import Project


@contextmanager
def reading(terminal: Terminal, folder: Path) -> Iterator[Project]:
    """The project; where its model has problems, a warning and the model of the newest list instead."""
    from tierwise.project import Project

    with closing(Project.open(folder, to_read=True)) as project:
        if project.refused is not None:
            count = len(project.refused.problems)
            many = "a problem" if count == 1 else f"{count} problems"
            terminal.warn(f"the model has {many}; what is shown was made before. tierwise check says where")
        yield project
