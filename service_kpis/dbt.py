"""dbt in this process: the build and its audit, quiet, with progress and failures worth reading."""

import json
import os
from collections.abc import Callable, Iterator
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
EXAMPLE_ROWS = 5


@dataclass(frozen=True)
class Failure:
    """A node that failed: name, kind, file, dbt's message, and for a test some of the rows it found."""

    name: str
    kind: str
    file: str
    message: str
    columns: tuple[str, ...] = ()
    rows: tuple[tuple, ...] = ()


class BuildFailed(Exception):
    """Models or tests failed; `outcome` is build_failed or audit_failed."""

    def __init__(self, outcome: str, failures: list[Failure], skipped: int):
        super().__init__(f"{len(failures)} failed, {skipped} skipped")
        self.outcome, self.failures, self.skipped = outcome, failures, skipped


class Project:
    """A dbt project, run over one private build file.

    dbt's target and log folders lie in `work`, so that runs with different work folders do not disturb
    each other. `variables` are dbt vars. Raises CannotStart if dbt cannot read the project.
    Close it before another connection opens the build file.
    """

    def __init__(self, folder: Path, work: Path, variables: dict[str, str], report: Report):
        self.folder, self.work, self.variables = folder, work, variables
        self.build_file = build_file(work)
        self.manifest = None
        report("read the project", 0, 0)
        # Read once, then handed to each command, which would read it again.
        self.manifest = self._invoke(["parse"], report)

    def build(self, report: Report) -> list[tuple[str, str]]:
        """Build seeds, snapshots and models; returns schema and name of each. Raises BuildFailed."""
        kinds = [part for kind in BUILT for part in ("--resource-type", kind)]
        results = self._invoke(["build", *kinds], report).results
        self._stop_at_failures("build_failed", results)
        nodes = [result.node for result in results if result.node.resource_type in BUILT]
        return [(node.schema, node.alias) for node in nodes if node.config.materialized != "ephemeral"]

    def build_only(self, models: list[str], report: Report) -> None:
        """Build some models and what they read. Raises CannotStart where that fails."""
        kinds = [part for kind in BUILT for part in ("--resource-type", kind)]
        selected = [f"+{model}" for model in models]
        results = self._invoke(["build", *kinds, "--select", *selected], report).results
        if failed := [result.node.name for result in results if result.status in FAILED]:
            raise CannotStart(f"{', '.join(failed)} could not be built: see {self.work / 'logs' / 'dbt.log'}")

    def audit(self, report: Report) -> list[Failure]:
        """Run the data tests; returns those that only warn. Raises BuildFailed."""
        results = self._invoke(["test", "--select", "test_type:data"], report).results
        self._stop_at_failures("audit_failed", results)
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
            *("--log-path", str(self.work / "logs")),
            *("--log-level", "none"),
            *("--log-level-file", "debug"),
            *("--vars", json.dumps(self.variables)),
        ]
        with _environment(self.build_file):
            answer = dbtRunner(manifest=self.manifest, callbacks=[_progress(report)]).invoke(arguments)
        if isinstance(answer.exception, KeyboardInterrupt):
            raise answer.exception
        if answer.exception:
            self.close()
            raise CannotStart(f"dbt: {answer.exception}")
        return answer.result

    def _stop_at_failures(self, outcome: str, results: list) -> None:
        failed = [result for result in results if result.status in FAILED]
        if failed:
            self.close()
            skipped = sum(result.status == "skipped" for result in results)
            raise BuildFailed(outcome, [self._failure(result, with_rows=True) for result in failed], skipped)

    def _failure(self, result: Any, with_rows: bool = False) -> Failure:
        node = result.node
        columns, rows = (), ()
        if with_rows and node.resource_type == "test" and result.status == "fail":
            columns, rows = _examples(self.build_file, node.compiled_code, self._personal_columns())
        message = (result.message or "").strip()
        return Failure(node.name, node.resource_type, node.original_file_path, message, columns, rows)

    def _personal_columns(self) -> set[str]:
        columns = [column for source in self.manifest.sources.values() for column in source.columns.values()]
        return {column.name for column in columns if column.config.meta.get("pii")}


def build_file(work: Path) -> Path:
    """The private build file of a work folder."""
    return work / "build.duckdb"


def memory_limit() -> str:
    """DuckDB's memory_limit for all steps of a run, like `8GB` or `60%`; the profile has the same default."""
    return os.environ.get("SERVICE_KPIS_MEMORY", "60%")


@contextmanager
def _environment(build: Path) -> Iterator[None]:
    """What profile and dbt read from the environment, for the time of one dbt command."""
    ours = {
        "SERVICE_KPIS_BUILD": str(build),
        "DO_NOT_TRACK": "1",
        "DBT_SEND_ANONYMOUS_USAGE_STATS": "false",
    }
    before = {name: os.environ.get(name) for name in ours}
    os.environ.update(ours)
    try:
        yield
    finally:
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
            cursor = connection.execute(f"select * from (\n{sql}\n) limit {EXAMPLE_ROWS}")
            columns = tuple(column[0] for column in cursor.description)
            rows = cursor.fetchall()
    except duckdb.Error:
        return (), ()
    shown = [
        tuple("***" if name in personal else value for name, value in zip(columns, row, strict=True))
        for row in rows
    ]
    return columns, tuple(shown)
