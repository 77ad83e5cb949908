"""One run: lock, load, build, audit, publish, summary; its log, and who is told."""

import platform
import secrets
import shutil
import time
from collections.abc import Callable
from concurrent.futures import Future, ThreadPoolExecutor
from contextlib import ExitStack, suppress
from dataclasses import asdict, dataclass, field, replace
from datetime import UTC, datetime
from functools import partial
from pathlib import Path
from typing import Any, TypeVar

import duckdb
from rich.console import Console

from service_kpis import dbt, history, log, messages
from service_kpis.boards import draw_and_report
from service_kpis.edges import check as edges
from service_kpis.edges.worker import Worker
from service_kpis.engine import memory_limit
from service_kpis.errors import CannotStart
from service_kpis.load import Loaded, Tool, stamps
from service_kpis.lock import AnotherRun, hold
from service_kpis.log import RunLog
from service_kpis.notify import notify
from service_kpis.paths import refuse_meeting
from service_kpis.privacy import erased_identifiers, hash_key, require_erased
from service_kpis.progress import Report, Step, Steps
from service_kpis.project import version as project_version
from service_kpis.publish import copy_for, lock_file, prune, publish, sweep, unfinished_file
from service_kpis.say import say
from service_kpis.summary import open_alerts, print_summary

PROJECT_DIR = Path(__file__).resolve().parent.parent

OK, FAILED, CANNOT_START, NOT_PUBLISHED, BUSY = 0, 1, 2, 3, 75
"""Exit codes; BUSY is EX_TEMPFAIL of sysexits.h: try again later."""

EXIT_CODES = {
    "published": OK,
    "build_failed": FAILED,
    "audit_failed": FAILED,
    "crashed": FAILED,
    "could_not_start": CANNOT_START,
    "publish_failed": NOT_PUBLISHED,
}

PAUSE_SECONDS = 5
"""Before a step that failed for a cause that may pass is tried once more."""

Load = Callable[[str | None, Path, Any, Report, Loaded | None], Any]
"""`load(location, build_file, zones, report, before)`, with `tools=` where a job has some, fills the build
file's schema raw and returns a LoadSummary; `before` is what the run before loaded, if its build is kept, or
None. Raises CannotStart."""

Answer = TypeVar("Answer")


class PublishFailed(Exception):
    """The warehouse could not be written; the one before is still there."""

    outcome = "publish_failed"


@dataclass(frozen=True)
class Job:
    """What to run: load `landing` and `tools`, build in the folder `work`, publish to the file `warehouse`.

    `as_of` is the data cut-off as dbt gets it (see `parse_as_of`), None for the newest landed instant.
    What the last run in `work` loaded stays, unless this one begins `from_nothing`.
    `keep` is how many earlier published files are kept, `notify` the Apprise URLs of those who are told.
    """

    landing: str | None
    warehouse: Path
    work: Path
    zones: Any = None
    as_of: str | None = None
    from_nothing: bool = False
    project_dir: Path = PROJECT_DIR
    keep: int = 3
    notify: tuple[str, ...] = field(default=(), repr=False)
    tools: tuple[Tool, ...] = ()

    @property
    def variables(self) -> dict[str, Any]:
        """What dbt is told of it."""
        vendors = sorted({tool.vendor for tool in self.tools})
        return ({"as_of": self.as_of} if self.as_of else {}) | ({"vendors": vendors} if vendors else {})

    @property
    def said(self) -> str:
        """Where the data comes from, as it may be shown."""
        return ", ".join([*([self.landing] if self.landing else []), *(tool.system for tool in self.tools)])


def run(job: Job, load: Load, console: Console) -> int:
    """Do the job, print how it went, tell who wants to know; returns the exit code."""
    job = replace(job, warehouse=job.warehouse.resolve(), work=job.work.resolve())
    load = partial(load, tools=job.tools) if job.tools else load
    attempt = _Attempt(job, console)
    try:
        memory_limit()
        refuse_meeting(job.landing, job.warehouse, job.work, job.tools)
        with hold(job.work / "run.lock"), hold(lock_file(job.warehouse)):
            attempt.do(load)
    except AnotherRun as error:
        say(console, f"Not started: {error}. Try again when it has ended.", "red")
        return BUSY
    except Exception as error:
        attempt.tell_failure(error)
        if not hasattr(error, "outcome"):
            raise
        return EXIT_CODES[error.outcome]
    print_summary(console, job.warehouse)
    attempt.tell_alerts()
    draw_and_report(job.warehouse, job.project_dir, console)
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


@dataclass(frozen=True)
class Facts:
    """What is known of a build: the data cut-off, the earliest landed instant ahead of the clock, how many
    conversations; each None where it is not known or not there."""

    as_of: datetime | None = None
    ahead_at: datetime | None = None
    rows: int | None = None


class _Attempt:
    """One run as it goes on: its row in the history, its steps so far, its log."""

    def __init__(self, job: Job, console: Console):
        started_at = datetime.now(UTC).replace(tzinfo=None)
        run_id = f"{started_at:%Y%m%dT%H%M%S%fZ}-{secrets.token_hex(3)}"
        self.job, self.console = job, console
        self.build, self.version = dbt.build_file(job.work), project_version(job.project_dir)
        self.run = history.Run(run_id, started_at, versions=history.versions(job.project_dir))
        self.log = RunLog(job.work, run_id, self._warn)
        self.steps = Steps(console, self._step_ended)
        self.step_rows: list[dict[str, Any]] = []
        self.facts = Facts()
        self.loaded: Loaded | None = None
        self.before: Loaded | None = None
        self.facts_before = Facts()
        self.published_before: list[int] | None = None
        self.is_as_before = False
        # A copy of what is published has its comments already.
        self.descriptions: dict[tuple[str, ...], str] = {}

    def do(self, load: Load) -> None:
        """Load, build, audit, publish, and log it. To be called by the holder of the locks."""
        started = {"started_at": self.run.started_at, "versions": self.run.versions}
        self.log.write("run_started", warehouse=self.job.warehouse, landing=self.job.said, **started)
        try:
            published = self._prepare()
            self._build(load)
            self._finish("published")
            self._publish(published)
        except Exception as error:
            for failure in getattr(error, "failures", ()):
                self._log_node("node_failed", failure)
            self._finish(getattr(error, "outcome", "crashed"))
            self._log_end(error=messages.without_values(error))
            raise
        finally:
            with suppress(OSError):
                sweep(self.job.warehouse)
        self._finish("published")
        self._log_end()
        self._tidy()

    def tell_failure(self, error: Exception) -> None:
        """Print why it failed and what to do, and notify."""
        outcome = getattr(error, "outcome", "crashed")
        messages.say_failure(self.console, error)
        if outcome != "could_not_start":
            logs = f"{self.log.file}, {dbt.log_file(self.job.work)}"
            say(self.console, f"{self.job.warehouse} is as it was. Logs: {logs}")
        title = f"service-kpis: {outcome.replace('_', ' ')}"
        body = (
            f"{messages.without_values(error)}\n{self.job.warehouse} is as it was.\n"
            f"Run {self.run.run_id} on {platform.node()}, log {self.log.file}"
        )
        notify(self.job.notify, title, body, is_failure=True, warn=self._warn)

    def tell_alerts(self) -> None:
        """Notify of the open alerts that nobody has been told of yet."""
        if not self.job.notify:
            return
        alerts = open_alerts(self.job.warehouse)
        told = log.told_alerts(self.job.work, self.job.warehouse)
        new = {alert_id: message for alert_id, message in alerts.items() if alert_id not in told}
        if not new:
            return
        title = f"service-kpis: {len(new)} new alerts, {len(alerts)} open"
        body = messages.listed(new.values()) + f"\nAll of them: marts.alerts in {self.job.warehouse}"
        if notify(self.job.notify, title, body, is_failure=False, warn=self._warn):
            self.log.write("alerts_told", alert_ids=list(new))

    def _prepare(self) -> history.History:
        """Remove what other runs have left; returns the history in the published file."""
        try:
            note = dbt.begin_build(self.job.work, self.version, self.job.from_nothing)
            if note:
                self.before = note["loaded"] and Loaded(**note["loaded"])
                self.facts_before = Facts(**{name: _noted(value) for name, value in note["facts"].items()})
                self.published_before = note["published"]
            sweep(self.job.warehouse)
            shutil.rmtree(dbt.failed_tests(self.job.work), ignore_errors=True)
        except OSError as error:
            raise CannotStart(f"what another run left cannot be removed: {error}") from error
        # Before the long work, so that a file that is no warehouse stops the run at once.
        published = history.published(self.job.warehouse)
        require_erased(published.erased_identifiers, self.job.warehouse)
        return published

    def _kept(self, step: Step) -> Loaded | None:
        """What the first attempt to load may build on; it may leave half of it."""
        return self.before if step.attempts == 1 else None

    def _finish(self, outcome: str) -> None:
        self.run = replace(self.run, as_of=self.facts.as_of, rows=self.facts.rows).finished(outcome)

    def _note(self) -> dict[str, Any]:
        """What the next run will want to know of this one; the cut-off only where it is that of the data."""
        facts = Facts() if self.job.as_of else self.facts
        loaded = self.loaded and asdict(self.loaded)
        return {"loaded": loaded, "facts": asdict(facts), "published": dbt.stamp(self.job.warehouse)}

    def _build(self, load: Load) -> None:
        """Load, build and audit in the unfinished file."""
        with ThreadPoolExecutor(1) as reader, ExitStack() as stack:
            # The project is read meanwhile, unless the load needs dbt too (an erasure's does) or nobody will;
            # begun with the first table, it keeps nobody waiting who mistyped the landing folder.
            reads_ahead = not self.job.from_nothing and not self._may_be_as_before()
            reading: Future[dbt.Project] | None = None

            def loading(what: str, done: int, total: int) -> None:
                nonlocal reading
                if reads_ahead and reading is None:
                    reading = reader.submit(self._project, lambda *_: None)
                step(what, done, total)

            with self.steps.step("load") as step:
                step.rows = self._load(load, step, loading)
            if self._has_nothing_landed():
                return
            with self.steps.step("parse") as step:
                project = reading.result() if reading else self._project(step)
            stack.callback(project.close)
            self.descriptions = project.descriptions()
            try:
                with self.steps.step("build") as step:
                    self._twice(step, lambda: project.build(step))
                # It gets ready while the audit goes on.
                has_edges = edges.are_watched(self.job.project_dir)
                worker = stack.enter_context(Worker()) if has_edges else None
                with self.steps.step("audit") as step:
                    warnings = self._twice(step, lambda: project.audit(step))
            finally:
                self.facts = _facts(project)
            if worker:
                warnings += self._check_edges(worker, project)
        for warning in warnings:
            self._warn(f"{warning.name}: {warning.message}")
            self._log_node("node_warned", warning)

    def _project(self, report: Report) -> dbt.Project:
        job = self.job
        this_run = {
            "SERVICE_KPIS_RUN_ID": self.run.run_id,
            "SERVICE_KPIS_RUN_STARTED_AT": self.run.started_at.isoformat(sep=" "),
        }
        unfinished = unfinished_file(job.warehouse)
        return dbt.Project(job.project_dir, job.work, job.variables, report, this_run, unfinished)

    def _may_be_as_before(self) -> bool:
        """Whether it looks as if nothing has landed."""
        return bool(self.before) and self.before.files == stamps(self.job.landing, self.job.tools)

    def _has_nothing_landed(self) -> bool:
        """Whether a run would publish what the run before has published.

        It would not where rows that lay in the future are there by now.
        """
        before, now = self.facts_before, self.run.started_at
        if self.job.as_of or not before.as_of or now < before.as_of:
            return False
        if before.ahead_at and before.ahead_at <= now:
            return False
        if not self.before or not self.before.has_all_of(self.loaded):
            return False
        if not self.published_before or self.published_before != dbt.stamp(self.job.warehouse):
            return False
        say(self.console, "Nothing has landed since the run before: what it built is published again.")
        self.is_as_before, self.facts = True, before
        return True

    def _check_edges(self, worker: Worker, project: dbt.Project) -> list[dbt.Failure]:
        """What only warns; the project is closed then."""
        with self.steps.step("edges") as step:
            run_id = self.run.run_id
            seen = self._twice(step, lambda: edges.look(project, self.job.warehouse, run_id))
            project.close()
            return self._twice(step, lambda: edges.check(worker, project, seen, run_id))

    def _load(self, load: Load, step: Step, report: Report) -> int:
        job = self.job
        try:
            summary = self._twice(
                step, lambda: load(job.landing, self.build, job.zones, report, self._kept(step))
            )
        except (duckdb.Error, OSError) as error:
            reason = str(error).partition("\n")[0]
            raise CannotStart(f"{job.said} could not be loaded: {reason}") from error
        if summary.strangers:
            self._warn(f"no landing table's, and not read: {', '.join(summary.strangers)}")
        for system in summary.unseen_systems:
            self._warn(f"a zone or country was given for source system {system!r}, of which no row landed")
        messages.say_findings(self.console, summary.findings, job.work)
        if summary.findings.stops:
            raise CannotStart("\n".join(["what landed is not understood:", *summary.findings.stops]))
        self.loaded = summary.loaded
        if erased := len(erased_identifiers(hash_key())):
            self.run = self.run.with_erased(erased)
        return sum(summary.landed.values())

    def _publish(self, published: history.History) -> None:
        job = self.job
        if self.loaded and not self.is_as_before:
            self.loaded.refuse_changed(job.landing)

        def publish_it() -> int:
            if self.is_as_before:
                copy_for(self.run.run_id, job.warehouse)
            return publish(job.warehouse, past, self.descriptions)

        with self.steps.step("publish") as step:
            logged = history.logged(job.work, job.warehouse)
            past = (published | logged | published).published_by(self.run, self.step_rows)
            try:
                step.rows = self._twice(step, publish_it)
            except (duckdb.Error, OSError, CannotStart) as error:
                raise PublishFailed(f"{job.warehouse} was not replaced: {error}") from error

    def _tidy(self) -> None:
        """Keep the build for the next run; delete old warehouses, and logs of runs in the history."""
        try:
            dbt.end_build(self.job.work, self.version, self._note())
            prune(self.job.warehouse, self.job.keep)
            log.prune(self.job.work, self.job.warehouse)
        except OSError as error:
            self._warn(f"the next run starts anew, or old files were not deleted: {error}")

    def _twice(self, step: Step, action: Callable[[], Answer]) -> Answer:
        """The action's answer; where it fails for a cause that may pass, it is tried once more."""
        try:
            return action()
        except Exception as error:
            if not (cause := _passing_cause(error)):
                raise
            self._warn(f"{step.name} failed, and is tried once more: {cause}")
            self.log.write("step_repeated", step=step.name, reason=cause)
        step.attempts += 1
        time.sleep(PAUSE_SECONDS)
        return action()

    def _warn(self, text: str) -> None:
        say(self.console, f"Warning: {text}", "yellow")

    def _step_ended(self, step: Step) -> None:
        self.step_rows.append(history.step_row(self.run.run_id, step))
        self.log.write("step_ended", **self.step_rows[-1])

    def _log_node(self, event: str, failure: dbt.Failure) -> None:
        self.log.write(event, node=failure.name, kind=failure.kind, file=failure.file, column=failure.column)

    def _log_end(self, error: str | None = None) -> None:
        run = self.run
        facts = {
            "outcome": run.outcome,
            "exit_code": EXIT_CODES[run.outcome],
            "finished_at": run.finished_at,
            "seconds": (run.finished_at - run.started_at).total_seconds(),
            "as_of": run.as_of,
            "rows": run.rows,
            "error": error,
        }
        if not self.log.write("run_ended", **facts) and run.outcome != "published":
            # On a full disk, what was built for nothing makes room: else it would look like a killed run.
            with suppress(OSError):
                dbt.remove_build(self.job.work)
            self.log.write("run_ended", **facts)


def _passing_cause(error: Exception) -> str | None:
    """Why a step failed, if the disk, the network or the engine did, which may pass."""
    if isinstance(error, dbt.BuildFailed):
        return error.passing_cause
    return str(error) if isinstance(error, (duckdb.IOException, OSError)) else None


def _facts(project: dbt.Project) -> Facts:
    """The facts of what a project has built so far."""
    queries = {
        "as_of": "select as_of from staging.stg_landing__as_of",
        "ahead_at": "select ahead_at from staging.stg_landing__as_of",
        "rows": "select count(*) from core.fct_conversations",
    }
    facts = {}
    for name, query in queries.items():
        with suppress(duckdb.Error), project.connection() as connection:
            (facts[name],) = connection.execute(query).fetchone()
    return Facts(**facts)


def _noted(fact: str | int | None) -> datetime | int | None:
    """A fact that a note holds: an instant is text there."""
    return datetime.fromisoformat(fact) if isinstance(fact, str) else fact
