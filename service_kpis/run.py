"""One run: lock, load, build, audit, publish, summary; its log, and who is told."""

import platform
import secrets
import time
from collections.abc import Callable
from contextlib import ExitStack, suppress
from dataclasses import asdict, dataclass, field, replace
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, TypeVar

import duckdb
from rich.console import Console

from service_kpis import dbt, edges, history, log, messages
from service_kpis.boards import draw_and_report
from service_kpis.errors import CannotStart
from service_kpis.load import Loaded
from service_kpis.lock import AnotherRun, hold
from service_kpis.log import RunLog
from service_kpis.messages import say
from service_kpis.notify import notify
from service_kpis.progress import Report, Step, Steps
from service_kpis.project import version as project_version
from service_kpis.publish import OF_THE_RUN, SCHEMAS, lock_file, prune, publish, sweep
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

OF_EACH_RUN = ("stg_landing__as_of", f"path:models/{OF_THE_RUN}")
"""What a run builds where nothing has landed: the cut-off, and the tables that name the run."""

PAUSE_SECONDS = 5
"""Before a step that failed for a cause that may pass is tried once more."""

Load = Callable[[str, Path, Any, Report, Loaded | None], Any]
"""`load(location, build_file, zones, report, before)` fills the build file's schema raw and returns a
LoadSummary; `before` is what the run before loaded, if its build is kept, or None. Raises CannotStart."""

Answer = TypeVar("Answer")


class PublishFailed(Exception):
    """The warehouse could not be written; the one before is still there."""

    outcome = "publish_failed"


@dataclass(frozen=True)
class Job:
    """What to run: load `landing`, build in the folder `work`, publish to the file `warehouse`.

    `as_of` is the data cut-off as dbt gets it (see `parse_as_of`), None for the newest landed instant.
    A run builds everything; what the last one in `work` loaded stays, unless it begins `from_nothing`.
    `keep` is how many earlier published files are kept, `notify` the Apprise URLs of those who are told.
    """

    landing: str
    warehouse: Path
    work: Path
    zones: Any = None
    as_of: str | None = None
    from_nothing: bool = False
    project_dir: Path = PROJECT_DIR
    keep: int = 3
    notify: tuple[str, ...] = field(default=(), repr=False)


def run(job: Job, load: Load, console: Console) -> int:
    """Do the job, print how it went, tell who wants to know; returns the exit code."""
    job = replace(job, warehouse=job.warehouse.resolve(), work=job.work.resolve())
    attempt = _Attempt(job, console)
    try:
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
        self.before: Loaded | None = None
        self.cutoff_before: datetime | None = None
        self.published_before: list[int] | None = None
        self.loaded: Loaded | None = None
        self.is_as_before = False

    def do(self, load: Load) -> None:
        """Load, build, audit, publish, and log it. To be called by the holder of the locks."""
        started = {"started_at": self.run.started_at, "versions": self.run.versions}
        self.log.write("run_started", warehouse=self.job.warehouse, landing=self.job.landing, **started)
        try:
            published = self._prepare()
            relations = self._build(load)
            self.run = replace(self.run, **_facts(self.build)).finished("published")
            self._publish(relations, published)
        except Exception as error:
            for failure in getattr(error, "failures", ()):
                self._log_node("node_failed", failure)
            self.run = replace(self.run, **_facts(self.build)).finished(getattr(error, "outcome", "crashed"))
            self._log_end(error=messages.without_values(error))
            raise
        self.run = self.run.finished("published")
        self._log_end()
        self._tidy()

    def tell_failure(self, error: Exception) -> None:
        """Print why it failed and what to do, and notify."""
        outcome = getattr(error, "outcome", "crashed")
        messages.say_failure(self.console, error, self.build)
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
                self.cutoff_before = note["cutoff"] and datetime.fromisoformat(note["cutoff"])
                self.published_before = note["published"]
            sweep(self.job.warehouse)
        except OSError as error:
            raise CannotStart(f"what another run left cannot be removed: {error}") from error
        # Before the long work, so that a file that is no warehouse stops the run at once.
        return history.published(self.job.warehouse)

    def _kept(self, step: Step) -> Loaded | None:
        """What the first attempt to load may build on; it may leave half of it."""
        return self.before if step.attempts == 1 else None

    def _note(self) -> dict[str, Any]:
        """What the next run will want to know of this one; the cut-off only where it is that of the data."""
        cutoff = None if self.job.as_of or not self.run.as_of else self.run.as_of.isoformat(sep=" ")
        loaded = self.loaded and asdict(self.loaded)
        return {"loaded": loaded, "cutoff": cutoff, "published": dbt.stamp(self.job.warehouse)}

    def _build(self, load: Load) -> list[tuple[str, str]]:
        """Load, build and audit; returns schema and name of each relation to publish."""
        with self.steps.step("load") as step:
            step.rows = self._load(load, step)
        with self.steps.step("parse") as step:
            variables = {"as_of": self.job.as_of} if self.job.as_of else {}
            this_run = {
                "SERVICE_KPIS_RUN_ID": self.run.run_id,
                "SERVICE_KPIS_RUN_STARTED_AT": self.run.started_at.isoformat(sep=" "),
            }
            project = dbt.Project(self.job.project_dir, self.job.work, variables, step, this_run)
        has_edges = edges.are_watched(self.job.project_dir)
        with ExitStack() as stack:
            try:
                with self.steps.step("build") as step:
                    self.is_as_before = self._has_nothing_landed(project, step)
                    if not self.is_as_before:
                        self._twice(step, lambda: project.build(step))
                # It gets ready while the audit goes on.
                worker = stack.enter_context(edges.Worker()) if has_edges else None
                with self.steps.step("audit") as step:
                    warnings = self._twice(step, lambda: project.audit(step))
            finally:
                project.close()
            relations = [(schema, name) for schema, name in project.relations() if schema in SCHEMAS]
            if worker:
                relations, unmet = self._check_edges(worker, relations)
                warnings += unmet
        for warning in warnings:
            self._warn(f"{warning.name}: {warning.message}")
            self._log_node("node_warned", warning)
        return relations

    def _has_nothing_landed(self, project: dbt.Project, step: Step) -> bool:
        """Whether all but the tables that name the run, which are built here, is as the run before left it.

        It is not where rows that lay in the future are there by now.
        """
        cutoff = self.cutoff_before
        if not cutoff or self.job.as_of or self.run.started_at < cutoff:
            return False
        if not self.before or not self.before.has_all_of(self.loaded):
            return False
        self._twice(step, lambda: project.build(step, OF_EACH_RUN))
        project.close()
        if _facts(self.build)["as_of"] != cutoff:
            return False
        say(self.console, "Nothing has landed since the run before: what it built is published again.")
        return True

    def _check_edges(
        self, worker: edges.Worker, relations: list[tuple[str, str]]
    ) -> tuple[list[tuple[str, str]], list[dbt.Failure]]:
        """Schema and name of each relation to publish, and what only warns."""
        job = self.job
        with self.steps.step("edges") as step:
            return self._twice(
                step,
                lambda: edges.check(
                    worker, job.project_dir, job.work, relations, job.warehouse, self.run.run_id
                ),
            )

    def _load(self, load: Load, step: Step) -> int:
        job = self.job
        try:
            summary = self._twice(
                step, lambda: load(job.landing, self.build, job.zones, step, self._kept(step))
            )
        except (duckdb.Error, OSError) as error:
            raise CannotStart(f"{job.landing} could not be loaded: {error}") from error
        if summary.strangers:
            self._warn(f"no landing table's, and not read: {', '.join(summary.strangers)}")
        for system in summary.unseen_systems:
            self._warn(f"a time zone was given for source system {system!r}, of which no row landed")
        self.loaded = summary.loaded
        return sum(summary.landed.values())

    def _publish(self, relations: list[tuple[str, str]], published: history.History) -> None:
        job = self.job
        with self.steps.step("publish") as step:
            past = history.logged(job.work, job.warehouse) | published
            past |= history.of([self.run], self.step_rows)
            memory = dbt.memory_limit()
            stamp = dbt.stamp(job.warehouse)
            is_as_before = self.is_as_before and stamp is not None and stamp == self.published_before
            try:
                step.rows = self._twice(
                    step,
                    lambda: publish(self.build, job.warehouse, relations, past, memory, step, is_as_before),
                )
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
        self.log.write(
            "run_ended",
            outcome=run.outcome,
            exit_code=EXIT_CODES[run.outcome],
            finished_at=run.finished_at,
            seconds=(run.finished_at - run.started_at).total_seconds(),
            as_of=run.as_of,
            rows=run.rows,
            error=error,
        )


def _passing_cause(error: Exception) -> str | None:
    """Why a step failed, if the disk, the network or the engine did, which may pass."""
    if isinstance(error, dbt.BuildFailed):
        return error.passing_cause
    return str(error) if isinstance(error, (duckdb.IOException, OSError)) else None


def _facts(build_file: Path) -> dict[str, Any]:
    """The data cut-off and the number of conversations of what was built, each None where it is not known."""
    queries = {
        "as_of": "select as_of from staging.stg_landing__as_of",
        "rows": "select count(*) from core.fct_conversations",
    }
    facts = dict.fromkeys(queries)
    for name, query in queries.items():
        with suppress(duckdb.Error), duckdb.connect(build_file, read_only=True) as connection:
            facts[name] = (connection.execute(query).fetchone() or [None])[0]
    return facts
