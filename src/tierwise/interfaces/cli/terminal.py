"""Where a command talks: data goes to stdout, talk to stderr; colours and bars only where somebody watches."""

from __future__ import annotations

import os
import sys
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any

from rich.console import Console
from rich.progress import BarColumn, Progress, TextColumn, TimeElapsedColumn
from rich.table import Table
from rich.text import Text

from tierwise.interfaces.report.wording import harmless

UNLIMITED = 100_000  # characters: a file or a pipe has no edge at which a table must wrap


@dataclass(frozen=True)
class Column:
    """A column of a table on the screen. `right` aligns numbers, `style` colours them, `wrap` lets text run on."""

    title: str
    right: bool = False
    style: str = ""
    wrap: bool = True


class Output(Console):
    """A console whose reader may leave: `tierwise explain ... | head` ends quietly, by the guard."""

    def on_broken_pipe(self) -> None:
        raise BrokenPipeError


@dataclass(frozen=True)
class Terminal:
    """The two streams and how to use them. `ask` is False where no question may be asked."""

    out: Console
    err: Console
    quiet: bool = False
    ask: bool = True
    debug: bool = False

    @classmethod
    def of(cls, quiet: bool = False, no_input: bool = False, no_color: bool = False, debug: bool = False) -> Terminal:
        """The terminal of this process under the flags of a command and the environment."""
        plain = no_color or bool(os.environ.get("NO_COLOR")) or os.environ.get("TERM") == "dumb"
        out = Output(
            no_color=plain, highlight=False, markup=False, emoji=False, width=None if sys.stdout.isatty() else UNLIMITED
        )
        err = Console(stderr=True, no_color=plain, highlight=False, markup=False, emoji=False, soft_wrap=True)
        return cls(out, err, quiet, not no_input and sys.stdin.isatty() and sys.stderr.isatty(), debug)

    @property
    def watched(self) -> bool:
        """Somebody sees stdout, so a table must fit."""
        return self.out.is_terminal

    def say(self, text: str, style: str = "") -> None:
        """Talk, unless told to be quiet."""
        if not self.quiet:
            self.err.print(harmless(text), style=style or None)

    def warn(self, text: str) -> None:
        """Something the reader must know, quiet or not."""
        self.err.print(Text("warning: ", style="bold yellow") + Text(harmless(text)))

    def fail(self, text: str, hint: str = "") -> None:
        """Why the command ends here, and what to do."""
        said = Text("error: ", style="bold red") + Text(harmless(text, keep_lines=True))
        self.err.print(said + Text(f"\n    {hint}" if hint else ""))

    def write(self, text: str) -> None:
        """Data as text, exactly."""
        sys.stdout.write(text)

    def heading(self, text: str) -> None:
        """A line above a table."""
        self.out.print()
        self.out.print(Text(harmless(text), style="bold"))

    def line(self, text: str, style: str = "") -> None:
        """A line of data."""
        self.out.print(Text(harmless(text), style=style))

    def table(self, columns: Sequence[Column], rows: Sequence[Sequence[Any]]) -> None:
        """Rows as an aligned table; values are text that cannot do anything."""
        drawn = Table(box=None, pad_edge=False, header_style="bold", show_edge=False, padding=(0, 2, 0, 0))
        for column in columns:
            drawn.add_column(
                Text(column.title), justify="right" if column.right else "left", style=column.style,
                no_wrap=not column.wrap, overflow="fold" if column.wrap else "ellipsis",
            )  # fmt: skip
        for row in rows:
            drawn.add_row(*(value if isinstance(value, Text) else Text(harmless(str(value))) for value in row))
        self.out.print(drawn)

    @contextmanager
    def progress(self, what: str) -> Iterator[Callable[[str, int, int], None]]:
        """A bar while something runs, where somebody watches and did not ask for quiet; else nothing."""
        if self.quiet or not self.err.is_terminal:
            yield lambda step, done, of: None
            return
        bar = Progress(
            TextColumn("{task.description}"), BarColumn(bar_width=24), TextColumn("{task.fields[step]}"),
            TimeElapsedColumn(), console=self.err, transient=True,
        )  # fmt: skip
        with bar:
            task = bar.add_task(what, total=None, step="")

            def advance(step: str, done: int, of: int) -> None:
                bar.update(task, completed=done, total=of or None, step=harmless(step))

            yield advance
