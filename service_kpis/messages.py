"""What a run says to people when it fails, or when alerts are open: on the console and in notifications."""

from collections.abc import Iterable
from pathlib import Path
from textwrap import indent

import duckdb
from rich.console import Console

from service_kpis import dbt
from service_kpis.load import Findings, seed_of, write_lines
from service_kpis.say import say
from service_kpis.summary import from_here

LISTED = 10

SAID = {"could_not_start": "Could not start", "publish_failed": "Not published", "crashed": "Crashed"}
NEXT = {
    "build_failed": "Mend the model, the landed rows or the disk, and run again.",
    "audit_failed": "Mend the landed rows, or the rule if it is wrong, and run again.",
    "publish_failed": "Mend what stands in the way, and run again.",
}


def say_failure(console: Console, error: Exception) -> None:
    """Print why a run failed, and what to do next."""
    outcome = getattr(error, "outcome", "crashed")
    if isinstance(error, dbt.BuildFailed):
        _say_nodes(console, error)
    else:
        say(console, f"{SAID[outcome]}: {error}", "red")
    if outcome in NEXT:
        say(console, NEXT[outcome])


def say_findings(console: Console, findings: Findings, work: Path) -> None:
    """Print what a load did not understand; the lines that the word map lacks go to the folder `work`."""
    for text in findings.noted:
        say(console, text)
    for text in findings.said:
        say(console, f"Warning: {text}", "yellow")
    if findings.unknown:
        lines = work / "unknown_words.csv"
        write_lines(findings.unknown, lines)
        seeds = " and ".join(dict.fromkeys(seed_of(word.column.vocabulary) for word in findings.unknown))
        say(console, f"Fill in the words of ours in {from_here(lines)}, and add the lines to {seeds}.")


def without_values(error: Exception) -> str:
    """Why a run failed, in words that hold no value of the data, since they leave the machine."""
    if isinstance(error, dbt.BuildFailed):
        return f"{error}\n{listed(_node(failure) for failure in error.failures)}".rstrip()
    hides_values = not hasattr(error, "outcome") or isinstance(error.__cause__, duckdb.Error)
    return f"{type(error.__cause__ or error).__name__}, see the console" if hides_values else str(error)


def listed(lines: Iterable[str]) -> str:
    """The lines, if they are not too many, else the first of them and how many more there are."""
    lines = list(lines)
    more = [f"and {len(lines) - LISTED} more"] if len(lines) > LISTED else []
    return "\n".join([*lines[:LISTED], *more])


def _say_nodes(console: Console, error: dbt.BuildFailed) -> None:
    for failure in error.failures[:LISTED]:
        say(console, f"\nFailed: {_node(failure)}", "bold red")
        say(console, indent(failure.message, "  "))
        for row in failure.rows:
            pairs = zip(failure.columns, row, strict=True)
            say(console, "  - " + ", ".join(f"{name}={value}" for name, value in pairs))
        if failure.all_rows:
            say(console, f"  All rows: {from_here(failure.all_rows)}")
    others = [failure.name for failure in error.failures[LISTED:]]
    if others:
        say(console, f"\nFailed, too: {', '.join(others)}")
    say(console, f"\n{error}.")


def _node(failure: dbt.Failure) -> str:
    column = f", column {failure.column}" if failure.column else ""
    return f"{failure.kind} {failure.name} ({failure.file}{column})"
