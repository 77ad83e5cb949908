"""What a run is doing: a bar with the current item on a terminal, plain lines elsewhere."""

import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager

from rich.console import Console
from rich.progress import (
    BarColumn,
    MofNCompleteColumn,
    Progress,
    SpinnerColumn,
    TextColumn,
    TimeElapsedColumn,
)

Report = Callable[[str, int, int], None]
"""`report(what, done, total)`: what is being done now, and how many of how many items are done."""

SECONDS_BETWEEN_LINES = 15


class Steps:
    """Shows the steps of a run on a console, each with its duration."""

    def __init__(self, console: Console):
        self.console = console

    @contextmanager
    def step(self, name: str) -> Iterator[Report]:
        """Show one step while the block runs; the block calls the yielded report as it goes on."""
        start, end = time.monotonic(), "failed"
        show = self._bar if self.console.is_terminal else self._lines
        try:
            with show(name) as report:
                yield report
            end = ""
        finally:
            line = f"{name:<10}{time.monotonic() - start:9.1f} s  {end}"
            self.console.print(line.rstrip(), highlight=False)

    @contextmanager
    def _bar(self, name: str) -> Iterator[Report]:
        columns = (
            SpinnerColumn(),
            TextColumn(f"{name:<10}"),
            BarColumn(bar_width=30),
            MofNCompleteColumn(),
            TimeElapsedColumn(),
            TextColumn("{task.description}", style="dim", markup=False),
        )
        with Progress(*columns, console=self.console, transient=True) as bar:
            task = bar.add_task("", total=None)
            yield lambda what, done, total: bar.update(task, description=what, completed=done, total=total)

    @contextmanager
    def _lines(self, name: str) -> Iterator[Report]:
        shown_at = time.monotonic()

        def report(what: str, done: int, total: int) -> None:
            nonlocal shown_at
            if time.monotonic() - shown_at >= SECONDS_BETWEEN_LINES:
                shown_at = time.monotonic()
                self.console.print(f"{name:<10} {done}/{total} {what}", highlight=False, markup=False)

        yield report
