"""dbt in this process: the build and its audit, quiet, with progress and failures worth reading."""

import json
import logging
import os
import re
import shutil
import sys
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import duckdb
from dbt.adapters.duckdb.connections import DuckDBConnectionManager
from dbt.cli.main import dbtRunner

from service_kpis.errors import CannotStart
from service_kpis.progress import Report

BUILT = ("seed", "snapshot", "model")
FAILED = ("error", "fail", "runtime error")
UNFINISHED = (*FAILED, "skipped")
EXAMPLE_ROWS = 5
# DuckDB's words. After an internal error of its own, every statement fails until the file is opened again.
PASSING = re.compile("IO Error|INTERNAL Error|FATAL Error")


@dataclass(frozen=True)
class Failure:
    """A node that failed: name, kind, file, the column that a test is about, dbt's message, the file of its
    query as it ran, and for a test some of the rows it found."""

    name: str
    kind: str
    file: str
    column: str | None
    message: str
    query: Path | None
    columns: tuple[str, ...] = ()
    rows: tuple[tuple, ...] = ()


class DbtFailed(Exception):
    """dbt could not do a command at all."""


class BuildFailed(Exception):
    """Models or tests failed, or dbt itself; `outcome` is build_failed or audit_failed."""

    def __init__(self, outcome: str, message: str, failures: Sequence[Failure] = ()):
        super().__init__(message)
        self.outcome, self.failures = outcome, failures

    @property
    def passing_cause(self) -> str | None:
        """What dbt said, if all failed because the disk, the network or DuckDB itself did, which may pass."""
        messages = [failure.message for failure in self.failures]
        if messages and all(PASSING.search(message) for message in messages):
            return messages[0]
        return str(self) if isinstance(self.__cause__, OSError) else None


class Project:
    """A dbt project, run over one private build file.

    dbt's target and log folders lie in `work`, so that runs with different work folders do not disturb
    each other. `variables` are dbt vars, for which dbt reads the project anew if they change; `environment`
    is what changes with each run. Raises CannotStart if dbt cannot read the project.
    Close it before another connection opens the build file.
    """

    def __init__(
        self,
        folder: Path,
        work: Path,
        variables: dict[str, str],
        report: Report,
        environment: dict[str, str] | None = None,
    ):
        self.folder, self.work, self.variables, self.environment = folder, work, variables, environment or {}
        self.build_file = build_file(work)
        self.manifest = None
        self.results: dict[str, dict[str, Any]] = {"build": {}, "test": {}}
        report("read the project", 0, 0)
        # Read once, then handed to each command, which would read it again.
        try:
            self.manifest = self._invoke(["parse"], report)
        except DbtFailed as error:
            raise CannotStart(str(error)) from error

    def build(self, report: Report, nodes: Sequence[str] = ()) -> None:
        """Build seeds, snapshots and models, or only those that dbt's selectors name. Raises BuildFailed.

        Called again after that, it builds what failed and what was skipped for it.
        """
        kinds = [part for kind in BUILT for part in ("--resource-type", kind)]
        self._results("build_failed", ["build", *kinds], report, nodes)

    def relations(self) -> list[tuple[str, str]]:
        """Schema and name of all that a whole build leaves."""
        nodes = [node for node in self.manifest.nodes.values() if node.resource_type in BUILT]
        return [(node.schema, node.alias) for node in nodes if node.config.materialized != "ephemeral"]

    def build_only(self, models: list[str], report: Report) -> None:
        """Build some models and what they read. Raises CannotStart where that fails."""
        kinds = [part for kind in BUILT for part in ("--resource-type", kind)]
        selected = [f"+{model}" for model in models]
        results = self._invoke(["build", *kinds, "--select", *selected], report).results
        if failed := [result.node.name for result in results if result.status in FAILED]:
            raise CannotStart(f"{', '.join(failed)} could not be built: see {self.work / 'logs' / 'dbt.log'}")

    def compile(self, model: str) -> dict[str, str]:
        """The SQL of a model and of all that it reads, by unique id. Raises DbtFailed."""
        command = ["compile", "--select", f"+{model}"]
        results = self._invoke(command, lambda what, done, total: None).results
        return {result.node.unique_id: getattr(result.node, "compiled_code", "") for result in results}

    def audit(self, report: Report) -> list[Failure]:
        """Run the data tests; returns those that only warn. Raises BuildFailed.

        Called again after that, it runs those that failed.
        """
        results = self._results("audit_failed", ["test"], report, ["test_type:data"])
        return [self._failure(result) for result in results if result.status == "warn"]

    def close(self) -> None:
        """Let go of the build file, which dbt-duckdb would hold until the process ends."""
        if DuckDBConnectionManager._ENV is not None:
            DuckDBConnectionManager.env().close()
        DuckDBConnectionManager.close_all_connections()

    def _invoke(self, command: list[str], report: Report) -> Any:
        arguments = [
            *command,
            *("--project-dir", str(self.folder)),
            *("--profiles-dir", str(self.folder / "profiles")),
            *("--target-path", str(self.work / "target")),
            *("--log-path", str(log_file(self.work).parent)),
            *("--log-level", "none"),
            *("--log-level-file", "info"),
            *("--vars", json.dumps(self.variables)),
        ]
        with _environment({**self.environment, "SERVICE_KPIS_BUILD": str(self.build_file)}, command[0]):
            answer = dbtRunner(manifest=self.manifest, callbacks=[_progress(report)]).invoke(arguments)
        if isinstance(answer.exception, KeyboardInterrupt):
            raise answer.exception
        if answer.exception:
            self.close()
            raise DbtFailed(f"dbt: {answer.exception}") from answer.exception
        return answer.result

    def _results(self, outcome: str, command: list[str], report: Report, nodes: Sequence[str]) -> list[Any]:
        """The results of a dbt command on `nodes` (all if empty); a second call runs what is left of them."""
        results = self.results[command[0]]
        left = [result.node.name for result in results.values() if result.status in UNFINISHED]
        selection = ["--select", *(left or nodes)] if left or nodes else []
        try:
            answer = self._invoke([*command, *selection], report)
        except DbtFailed as error:
            raise BuildFailed(outcome, str(error)) from error.__cause__
        results.update({result.node.unique_id: result for result in answer.results})
        failed = [result for result in results.values() if result.status in FAILED]
        if failed:
            self.close()
            skipped = sum(result.status == "skipped" for result in results.values())
            failures = [self._failure(result, with_rows=True) for result in failed]
            raise BuildFailed(outcome, f"{len(failed)} failed, {skipped} skipped", failures)
        return list(results.values())

    def _failure(self, result: Any, with_rows: bool = False) -> Failure:
        node = result.node
        columns, rows = (), ()
        if with_rows and node.resource_type == "test" and result.status == "fail":
            columns, rows = _examples(self.build_file, node.compiled_code, self._personal_columns())
        return Failure(
            name=node.name,
            kind=node.resource_type,
            file=node.original_file_path,
            column=getattr(node, "column_name", None),
            message=(result.message or "").strip(),
            query=self.folder / node.compiled_path if getattr(node, "compiled_path", None) else None,
            columns=columns,
            rows=rows,
        )

    def _personal_columns(self) -> set[str]:
        columns = [column for source in self.manifest.sources.values() for column in source.columns.values()]
        return {column.name for column in columns if column.config.meta.get("pii")}


def build_file(work: Path) -> Path:
    """The private build file of a work folder."""
    return work / "build.duckdb"


def log_file(work: Path) -> Path:
    """dbt's own log."""
    return work / "logs" / "dbt.log"


def begin_build(work: Path, version: str, from_nothing: bool) -> dict[str, Any] | None:
    """Keep the build file if the run before was published and built by this version of the project, and if
    nobody has written in it since.

    Returns what that run noted, or None: then, and with `from_nothing`, the run starts from nothing. Raises
    OSError.
    """
    note = None if from_nothing else _note(work)
    # Whatever ends this run early, the next one starts from nothing.
    _whole_file(work).unlink(missing_ok=True)
    if note is None or (note.get("version"), note.get("stamp")) != (version, stamp(build_file(work))):
        remove_build(work)
        return None
    return note


def end_build(work: Path, version: str, note: dict[str, Any]) -> None:
    """Note that the build file is whole, and what the next run will want to know. Raises OSError."""
    _whole_file(work).write_text(json.dumps({**note, "version": version, "stamp": stamp(build_file(work))}))


def stamp(file: Path) -> list[int] | None:
    """What tells a file from itself after a change; the same for a copy that keeps its times."""
    if not file.exists():
        return None
    status = file.stat()
    return [status.st_size, status.st_mtime_ns]


def _note(work: Path) -> dict[str, Any] | None:
    try:
        note = json.loads(_whole_file(work).read_text())
    except (FileNotFoundError, ValueError):
        return None
    return note if isinstance(note, dict) else None


def _whole_file(work: Path) -> Path:
    return work / f"{build_file(work).name}.whole"


def remove_build(work: Path) -> None:
    """Remove the build file and what a killed run may have left beside it."""
    build = build_file(work)
    for path in (build, *work.glob(f"{build.name}.*")):
        shutil.rmtree(path) if path.is_dir() else path.unlink(missing_ok=True)


def memory_limit() -> str:
    """DuckDB's memory_limit for all steps of a run, like `8GB` or `60%`; the profile has the same default."""
    return os.environ.get("SERVICE_KPIS_MEMORY", "4GB")


@contextmanager
def _environment(ours: dict[str, str], command: str) -> Iterator[None]:
    """Ours and what dbt itself reads from the environment, for the time of one dbt command.

    dbt notes the command line of the process in its log and artifacts; ours may hold a secret.
    """
    ours = {**ours, "DO_NOT_TRACK": "1", "DBT_SEND_ANONYMOUS_USAGE_STATS": "false"}
    before, arguments = {name: os.environ.get(name) for name in ours}, sys.argv
    os.environ.update(ours)
    sys.argv = ["dbt", command]
    # On a full disk, dbt's log cannot be written either: no traceback for each of its lines.
    logging.raiseExceptions = False
    try:
        yield
    finally:
        sys.argv = arguments
        logging.raiseExceptions = True
        for name, value in before.items():
            os.environ.pop(name) if value is None else os.environ.update({name: value})


def _progress(report: Report) -> Callable[[Any], None]:
    """A dbt event callback that reports the node begun last, the nodes done, and all nodes."""
    what, done, total = "", 0, 0

    def on_event(event: Any) -> None:
        nonlocal what, done, total
        if event.info.name == "LogStartLine":
            what, total = event.data.node_info.node_name, event.data.total
        elif event.info.name == "NodeFinished":
            done += 1
        else:
            return
        report(what, done, max(total, done))

    return on_event


def _examples(build: Path, sql: str, personal: set[str]) -> tuple[tuple[str, ...], tuple[tuple, ...]]:
    """Columns and a few rows of a test's query, personal columns masked; nothing if it cannot be run."""
    try:
        with duckdb.connect(build, read_only=True) as connection:
            # Without a limit: DuckDB 2.0.0 waits for ever for some joins of aggregates below one.
            cursor = connection.execute(sql)
            columns = tuple(column[0] for column in cursor.description)
            rows = cursor.fetchmany(EXAMPLE_ROWS)
    except duckdb.Error:
        return (), ()
    shown = [
        tuple("***" if name in personal else value for name, value in zip(columns, row, strict=True))
        for row in rows
    ]
    return columns, tuple(shown)
