"""One run: lock, load, build, audit, publish, summary."""

import secrets
from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from pathlib import Path
from textwrap import indent
from typing import Any

import duckdb
from rich.console import Console

from service_kpis import dbt, edges, history
from service_kpis.errors import CannotStart
from service_kpis.lock import AnotherRun, hold
from service_kpis.progress import Report, Steps
from service_kpis.publish import SCHEMAS, PublishFailed, publish, sweep
from service_kpis.summary import print_summary

PROJECT_DIR = Path(__file__).resolve().parent.parent

OK, FAILED, CANNOT_START, NOT_PUBLISHED, BUSY = 0, 1, 2, 3, 75
"""Exit codes; BUSY is EX_TEMPFAIL of sysexits.h: try again later."""

Load = Callable[[str, Path, Any, Report], Any]
"""`load(location, build_file, zones, report)` fills the build file's schema raw; raises CannotStart."""


@dataclass(frozen=True)
class Job:
    """What to run: load `landing`, build in the folder `work`, publish to the file `warehouse`.

    `as_of` is the data cut-off as dbt gets it (see `parse_as_of`), None for the newest landed instant.
    """

    landing: str
    warehouse: Path
    work: Path
    zones: Any = None
    as_of: str | None = None
    project_dir: Path = PROJECT_DIR


def run(job: Job, load: Load, console: Console) -> int:
    """Do the job and print how it went; returns the exit code."""
    job = replace(job, warehouse=job.warehouse.resolve(), work=job.work.resolve())
    warehouse_lock = job.warehouse.with_name(f".{job.warehouse.name}.lock")
    try:
        with hold(job.work / "run.lock"), hold(warehouse_lock):
            _run(job, load, console)
    except AnotherRun as error:
        _print(console, f"Not started: {error}", "red")
        return BUSY
    except CannotStart as error:
        _print(console, f"Could not start: {error}", "red")
        return CANNOT_START
    except dbt.BuildFailed as error:
        _print_failures(error, job, console)
        return FAILED
    except PublishFailed as error:
        _print(console, f"Not published: {error}", "red")
        return NOT_PUBLISHED
    return OK


def parse_as_of(text: str) -> str:
    """An ISO 8601 instant as 'YYYY-MM-DD HH:MM:SS[.ffffff]' in UTC; without an offset it is UTC already.

    Raises CannotStart if it is none.
    """
    try:
        instant = datetime.fromisoformat(text.strip())
        utc = instant.astimezone(UTC) if instant.tzinfo else instant
    except (ValueError, OverflowError):
        raise CannotStart(
            f"--as-of {text!r} is not an ISO 8601 instant such as 2025-12-31T23:59:59+01:00"
        ) from None
    return utc.replace(tzinfo=None).isoformat(sep=" ")


def _run(job: Job, load: Load, console: Console) -> None:
    steps = Steps(console)
    sweep(job.warehouse)
    # Before the long work, so that a file that is no warehouse stops the run at once.
    published = history.published_runs(job.warehouse)
    this_run = _new_run(job)
    try:
        relations = _build(job, this_run, load, steps)
        this_run = replace(this_run, **_facts(dbt.build_file(job.work))).finished("published")
        with steps.step("publish"):
            runs = history.merged(history.waiting_runs(job.work, job.warehouse), published, [this_run])
            publish(dbt.build_file(job.work), job.warehouse, relations, runs, dbt.memory_limit())
    except (dbt.BuildFailed, PublishFailed) as error:
        # After a failed build, the file may hold an earlier run's facts.
        known = {} if error.outcome == "build_failed" else _facts(dbt.build_file(job.work))
        history.note_failed(replace(this_run, **known).finished(error.outcome), job.work, job.warehouse)
        raise
    print_summary(console, job.warehouse)


def _build(job: Job, this_run: history.Run, load: Load, steps: Steps) -> list[tuple[str, str]]:
    """Load, build and audit; returns schema and name of each relation to publish."""
    with steps.step("load") as report:
        _load(job, load, report)
    with steps.step("parse") as report:
        project = dbt.Project(job.project_dir, job.work, _variables(job, this_run), report)
    try:
        with steps.step("build") as report:
            built = project.build(report)
        with steps.step("audit") as report:
            warnings = project.audit(report)
    finally:
        project.close()
    relations = [(schema, name) for schema, name in built if schema in SCHEMAS]
    if edges.are_watched(job.project_dir):
        with steps.step("edges"):
            relations, unmet = edges.check(
                job.project_dir, job.work, relations, job.warehouse, this_run.run_id
            )
        warnings += unmet
    for warning in warnings:
        _print(steps.console, f"Warning: {warning.name}: {warning.message}", "yellow")
    return relations


def _load(job: Job, load: Load, report: Report) -> None:
    try:
        load(job.landing, dbt.build_file(job.work), job.zones, report)
    except (duckdb.Error, OSError) as error:
        raise CannotStart(f"{job.landing} could not be loaded: {error}") from error


def _new_run(job: Job) -> history.Run:
    started_at = datetime.now(UTC).replace(tzinfo=None)
    run_id = f"{started_at:%Y%m%dT%H%M%SZ}-{secrets.token_hex(3)}"
    return history.Run(run_id, started_at, versions=history.versions(job.project_dir))


def _variables(job: Job, this_run: history.Run) -> dict[str, str]:
    variables = {"run_id": this_run.run_id, "run_started_at": this_run.started_at.isoformat() + "Z"}
    return {**variables, "as_of": job.as_of} if job.as_of else variables


def _facts(build_file: Path) -> dict[str, Any]:
    """The data cut-off and the number of conversations of what was built, each None where it is not known."""
    queries = {
        "as_of": "select as_of from staging.stg_landing__as_of",
        "rows": "select count(*) from core.fct_conversations",
    }
    facts = {}
    with duckdb.connect(build_file, read_only=True) as connection:
        for name, query in queries.items():
            try:
                facts[name] = (connection.execute(query).fetchone() or [None])[0]
            except duckdb.CatalogException:
                facts[name] = None
    return facts


def _print(console: Console, text: str, style: str = "") -> None:
    console.print(text, style=style, markup=False, highlight=False, soft_wrap=True)


def _print_failures(error: dbt.BuildFailed, job: Job, console: Console) -> None:
    for failure in error.failures:
        _print(console, f"\nFailed: {failure.kind} {failure.name} ({failure.file})", "bold red")
        _print(console, indent(failure.message, "  "))
        for row in failure.rows:
            pairs = zip(failure.columns, row, strict=True)
            _print(console, "  - " + ", ".join(f"{column}={value}" for column, value in pairs))
    _print(console, f"\n{error}. The log is {job.work / 'logs' / 'dbt.log'}; {job.warehouse} is as it was.")
