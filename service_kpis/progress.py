"""What a run is doing: a bar with the current item on a terminal, plain lines elsewhere."""

import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime

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


@dataclass
class Step:
    """One step of a run. It is a Report: called, it shows how far the step is, and keeps that in `items`.

    `rows` is set by whoever does the step, where it has any; `outcome` is ok or failed.
    """

    number: int
    name: str
    started_at: datetime
    show: Report = lambda what, done, total: None
    items: int = 0
    rows: int | None = None
    attempts: int = 1
    seconds: float = 0.0
    outcome: str = "failed"

    def __call__(self, what: str, done: int, total: int) -> None:
        self.items = done
        self.show(what, done, total)


class Steps:
    """Shows the steps of a run on a console, each with its duration; `on_end` is given each when it ends."""

    def __init__(self, console: Console, on_end: Callable[[Step], None] = lambda step: None):
        self.console = console
        self.on_end = on_end
        self.begun = 0

    @contextmanager
    def step(self, name: str) -> Iterator[Step]:
        """Show one step while the block runs; the block calls the yielded step as it goes on."""
        self.begun += 1
        step = Step(self.begun, name, datetime.now(UTC).replace(tzinfo=None))
        start = time.monotonic()
        show = self._bar if self.console.is_terminal else self._lines
        try:
            with show(name) as step.show:
                yield step
            step.outcome = "ok"
        finally:
            step.seconds = time.monotonic() - start
            end = "" if step.outcome == "ok" else step.outcome
            self.console.print(f"{name:<10}{step.seconds:9.1f} s  {end}".rstrip(), highlight=False)
            self.on_end(step)

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
