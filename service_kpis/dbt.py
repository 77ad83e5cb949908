"""dbt in this process: the build and its audit, quiet, with progress and failures worth reading."""

import csv
import hashlib
import json
import logging
import os
import re
import shutil
import sys
from collections.abc import Callable, Collection, Iterator, Sequence
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from importlib.metadata import version as installed
from pathlib import Path
from typing import Any

import duckdb

from service_kpis import own
from service_kpis.errors import CannotStart
from service_kpis.progress import Report
from service_kpis.project import version as project_version

BUILT = ("seed", "snapshot", "model")
BUILT_ONLY = [part for kind in BUILT for part in ("--resource-type", kind)]
FAILED = ("error", "fail", "runtime error")
UNFINISHED = (*FAILED, "skipped")
# The profile's output that builds what is published in the unfinished file.
TARGET = "service_kpis_run"
IN_MEMORY = ":memory:"
# A run reads none of what a command leaves in dbt's target folder.
UNWRITTEN = "--no-write-json"
MANIFEST = ".manifest"
# What lies in a schema of a database.
RELATIONS = (*BUILT, "source")
# Most tests ask little, and wait for dbt.
TEST_THREADS = ("--threads", "2")
EXAMPLE_ROWS = 5
# All rows of a failing test are kept for whoever looks into it, but not a table's worth of them.
KEPT_ROWS = 10_000
# DuckDB's words. After an internal error of its own, every statement fails until the database is opened anew.
PASSING = re.compile("IO Error|INTERNAL Error|FATAL Error")


@dataclass(frozen=True)
class Failure:
    """A node that failed: name, kind, file, the column that a test is about, dbt's message, and for a test
    some of the rows it found and the file with all of them."""

    name: str
    kind: str
    file: str
    column: str | None
    message: str
    columns: tuple[str, ...] = ()
    rows: tuple[tuple, ...] = ()
    all_rows: Path | None = None


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
    """A dbt project, run over what is loaded in the build file of `work`.

    What is published is built in the file `unfinished`, all else in a private database that vanishes when the
    project is closed. Without that file everything is built in the build file, as dbt alone does.

    dbt's target and log folders lie in `work`, so that runs with different work folders do not disturb
    each other. `variables` are dbt vars, for which dbt reads the project anew if they change; `environment`
    is what changes with each run. Raises CannotStart if dbt cannot read the project.
    Close it before another connection opens one of its files.
    """

    def __init__(
        self,
        folder: Path,
        work: Path,
        variables: dict[str, str],
        report: Report,
        environment: dict[str, str] | None = None,
        unfinished: Path | None = None,
    ):
        self.folder, self.work, self.variables, self.environment = folder, work, variables, environment or {}
        self.unfinished = unfinished
        self.manifest = None
        self._forget()
        report("read the project", 0, 0)
        # Read once, then handed to each command, which would read it again.
        kept = self._manifest_file()
        self.manifest = _manifest(kept) or self._read(kept, report)

    def build(self, report: Report) -> None:
        """Build seeds, snapshots and models. Raises BuildFailed.

        Called again after that, it builds what failed and what was skipped for it, or all of it where the
        database has broken down.
        """
        if self.results["build"] and not self._is_sound():
            self._forget()
        self._results("build_failed", ["build", *BUILT_ONLY, UNWRITTEN], report)

    def described_columns(self, schemas: Collection[str]) -> dict[str, list[str]]:
        """The columns that the project describes of what is built in these schemas, by relation."""
        built = [node for node in self.manifest.nodes.values() if node.resource_type in BUILT]
        there = [node for node in built if node.config.materialized != "ephemeral" and node.schema in schemas]
        return {f"{node.schema}.{node.alias}": list(node.columns) for node in there}

    def descriptions(self) -> dict[tuple[str, ...], str]:
        """What the project says of each relation and each column, by schema, relation and column."""
        said = {}
        for node in [*self.manifest.nodes.values(), *self.manifest.sources.values()]:
            if node.resource_type in RELATIONS:
                place = (node.schema, node.identifier)
                said[place] = node.description
                said |= {(*place, name): column.description for name, column in node.columns.items()}
        return said

    def build_only(self, models: list[str], report: Report) -> None:
        """Build some models and what they read. Raises CannotStart where that fails."""
        selected = [f"+{model}" for model in models]
        results = self._invoke(["build", *BUILT_ONLY, "--select", *selected], report).results
        if failed := [result.node.name for result in results if result.status in FAILED]:
            raise CannotStart(f"{', '.join(failed)} could not be built: see {self.work / 'logs' / 'dbt.log'}")

    def compile(self, model: str) -> dict[str, str]:
        """The SQL of a model and of all that it reads, by unique id. Raises DbtFailed."""
        command = ["compile", "--select", f"+{model}"]
        results = self._invoke(command, lambda what, done, total: None).results
        return {result.node.unique_id: getattr(result.node, "compiled_code", "") for result in results}

    def audit(self, report: Report) -> list[Failure]:
        """Run the data tests; returns those that only warn. Raises BuildFailed.

        Called again after that, it runs those that failed, or builds all anew where the database has broken
        down.
        """
        if self.results["test"] and not self._is_sound():
            self.build(report)
        results = self._results(
            "audit_failed", ["test", *TEST_THREADS, UNWRITTEN], report, ["test_type:data"]
        )
        return [self._failure(result) for result in results if result.status == "warn"]

    def connection(self) -> duckdb.DuckDBPyConnection:
        """A connection to what dbt builds, where relations go by schema and name. Raises duckdb.Error."""
        # Here, not above: dbt takes seconds to import, and not every run needs it.
        from dbt.adapters.duckdb.connections import DuckDBConnectionManager

        environment = DuckDBConnectionManager._ENV
        if environment is None or environment.conn is None:
            raise duckdb.ConnectionException("dbt has built nothing")
        connection = environment.conn.cursor()
        named = [*self.manifest.nodes.values(), *self.manifest.sources.values()]
        places = {(node.database, node.schema) for node in named if node.resource_type in RELATIONS}
        there = connection.execute("select database_name, schema_name from duckdb_schemas()").fetchall()
        # A schema that is new becomes one of the first's database: `published`, where there are several.
        path = ",".join(
            f'"{database}"."{schema}"' for database, schema in sorted(places & {*there}, reverse=True)
        )
        connection.execute(f"set search_path = '{path}'")
        return connection

    def close(self) -> None:
        """Let go of the files, which dbt-duckdb would hold until the process ends."""
        from dbt.adapters.duckdb.connections import DuckDBConnectionManager

        if DuckDBConnectionManager._ENV is not None:
            DuckDBConnectionManager.env().close()
        DuckDBConnectionManager.close_all_connections()

    def _read(self, kept: Path, report: Report) -> Any:
        """What dbt reads of the project; the file `kept` is for the next run. Raises CannotStart."""
        try:
            manifest = self._invoke(["parse", UNWRITTEN], report)
        except DbtFailed as error:
            raise CannotStart(str(error)) from error
        with suppress(OSError):
            for outdated in kept.parent.glob(f"*{MANIFEST}"):
                outdated.unlink()
            # Written aside: a run that is killed leaves no half of it.
            aside = kept.with_suffix(".unfinished")
            aside.write_bytes((kept.parent / "partial_parse.msgpack").read_bytes())
            aside.replace(kept)
        return manifest

    def _manifest_file(self) -> Path:
        """Named by all that decides what dbt reads. Where the databases lie does not, nor does the data
        cut-off, which is text in a model's SQL until it is built."""
        variables = {name: value for name, value in self.variables.items() if name != "as_of"}
        decisive = [project_version(self.folder), self.folder.resolve(), self._target(), variables]
        digest = hashlib.sha256(json.dumps([*decisive, installed("dbt-core")], default=str).encode())
        return self.work / "target" / f"{digest.hexdigest()[:32]}{MANIFEST}"

    def _target(self) -> str:
        return TARGET if self.unfinished else "duckdb"

    def _is_sound(self) -> bool:
        """Whether what was built before a failure can still be read."""
        try:
            with self.connection() as connection:
                connection.execute("select 1").fetchall()
        except duckdb.Error:
            return False
        return True

    def _forget(self) -> None:
        """Begin anew: nothing is built."""
        self.results: dict[str, dict[str, Any]] = {"build": {}, "test": {}}
        if self.manifest:
            self.close()
        if self.unfinished:
            for path in (self.unfinished, self.unfinished.with_name(f"{self.unfinished.name}.wal")):
                path.unlink(missing_ok=True)
            if private_database() != IN_MEMORY:
                own.remove(Path(private_database()))
                own.make(Path(private_database()))

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
            *("--target", self._target()),
        ]
        from dbt.cli.main import dbtRunner

        with _environment({**self.environment, **self._files()}, command[0]):
            answer = dbtRunner(manifest=self.manifest, callbacks=[_progress(report)]).invoke(arguments)
        if isinstance(answer.exception, KeyboardInterrupt):
            raise answer.exception
        if answer.exception:
            self.close()
            raise DbtFailed(f"dbt: {answer.exception}") from answer.exception
        return answer.result

    def _files(self) -> dict[str, str]:
        """Where the profile finds the databases. The same for all runs: dbt reads all anew if they change."""
        files = {"SERVICE_KPIS_BUILD": str(build_file(self.work))}
        if self.unfinished:
            files["SERVICE_KPIS_PRIVATE"] = private_database()
            files["SERVICE_KPIS_UNFINISHED"] = str(self.unfinished)
        return files

    def _results(
        self, outcome: str, command: list[str], report: Report, nodes: Sequence[str] = ()
    ) -> list[Any]:
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
            skipped = sum(result.status == "skipped" for result in results.values())
            failures = [self._failure(result, with_rows=True) for result in failed]
            raise BuildFailed(outcome, f"{len(failed)} failed, {skipped} skipped", failures)
        return list(results.values())

    def _failure(self, result: Any, with_rows: bool = False) -> Failure:
        node = result.node
        found: dict[str, Any] = {}
        if with_rows and node.resource_type == "test" and result.status == "fail":
            found = self._found(node)
        return Failure(
            name=node.name,
            kind=node.resource_type,
            file=node.original_file_path,
            column=getattr(node, "column_name", None),
            message=(result.message or "").strip(),
            **found,
        )

    def _found(self, test: Any) -> dict[str, Any]:
        """What a test found, personal columns masked; nothing where its query cannot be run."""
        personal = self._personal_columns()
        try:
            with self.connection() as connection:
                # Without a limit: DuckDB 2.0.0 waits for ever for some joins of aggregates below one.
                cursor = connection.execute(test.compiled_code)
                columns = tuple(column[0] for column in cursor.description)
                rows = [
                    tuple(
                        "***" if name in personal else value for name, value in zip(columns, row, strict=True)
                    )
                    for row in cursor.fetchmany(KEPT_ROWS)
                ]
        except duckdb.Error:
            return {}
        file = failed_tests(self.work) / f"{test.name}.csv"
        try:
            file.parent.mkdir(exist_ok=True)
            with file.open("w", newline="", encoding="utf-8") as text:
                csv.writer(text).writerows([columns, *rows])
        except OSError:
            file = None
        return {"columns": columns, "rows": tuple(rows[:EXAMPLE_ROWS]), "all_rows": file}

    def _personal_columns(self) -> set[str]:
        columns = [column for source in self.manifest.sources.values() for column in source.columns.values()]
        return {column.name for column in columns if column.config.meta.get("pii")}


def _manifest(kept: Path) -> Any:
    """What dbt has read before, or None: dbt itself takes seconds to see that nothing has changed."""
    from dbt.contracts.graph.manifest import Manifest
    from dbt.parser.manifest import extended_mashumuro_decoder

    try:
        manifest = Manifest.from_msgpack(kept.read_bytes(), decoder=extended_mashumuro_decoder)
    except (OSError, ValueError, LookupError, TypeError, AttributeError):
        return None
    manifest.build_flat_graph()
    return manifest if manifest.nodes else None


def build_file(work: Path) -> Path:
    """The file of a work folder that holds what was loaded; by dbt alone, what it builds too."""
    return work / "build.duckdb"


def private_database() -> str:
    """What a run builds and does not publish: in memory, unless somebody wants a file of it to look at."""
    return os.environ.get("SERVICE_KPIS_PRIVATE", IN_MEMORY)


def failed_tests(work: Path) -> Path:
    """The folder of the rows that failing tests of the last run have found."""
    return work / "failed_tests"


def log_file(work: Path) -> Path:
    """dbt's own log."""
    return work / "logs" / "dbt.log"


def begin_build(work: Path, version: str, from_nothing: bool) -> dict[str, Any] | None:
    """Keep the build file if the run before was published and built by this version of the project, and if
    nobody has written in it since.

    Returns what that run noted, or None: then, and with `from_nothing`, the run starts from nothing. Raises
    OSError, and CannotStart where the build is somebody else's file.
    """
    note = None if from_nothing else _note(work)
    # Whatever ends this run early, the next one starts from nothing.
    whole_file(work).unlink(missing_ok=True)
    if note is None or (note.get("version"), note.get("stamp")) != (version, stamp(build_file(work))):
        remove_build(work)
        return None
    return note


def end_build(work: Path, version: str, note: dict[str, Any]) -> None:
    """Note that the build file is whole, and what the next run will want to know. Raises OSError."""
    own.note(build_file(work), build_file(work))
    whole_file(work).write_text(
        json.dumps({**note, "version": version, "stamp": stamp(build_file(work))}, default=str)
    )


def stamp(file: Path) -> list[int] | None:
    """What tells a file from itself after a change; the same for a copy that keeps its times."""
    if not file.exists():
        return None
    status = file.stat()
    return [status.st_size, status.st_mtime_ns]


def _note(work: Path) -> dict[str, Any] | None:
    try:
        note = json.loads(whole_file(work).read_text())
    except (FileNotFoundError, ValueError):
        return None
    return note if isinstance(note, dict) else None


def whole_file(work: Path) -> Path:
    """The note that the build file is whole."""
    return work / f"{build_file(work).name}.whole"


def build_folders(work: Path) -> list[Path]:
    """The folders beside the build file in which DuckDB and the loader put things aside."""
    name = build_file(work).name
    return [work / f"{name}.tmp", *work.glob(f"{name}.load_*")]


def remove_build(work: Path) -> None:
    """Remove the build file and what a killed run may have left beside it."""
    own.remove(build_file(work))
    whole_file(work).unlink(missing_ok=True)
    for folder in build_folders(work):
        if folder.exists():
            shutil.rmtree(folder)


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
