"""The history of runs, in the warehouse as `quality.runs` and `quality.run_steps`.

Each publish carries it over and adds what the logs in the work folder know: failed and killed runs.
"""

import json
import platform
import subprocess
from dataclasses import asdict, dataclass, field, replace
from datetime import UTC, datetime
from importlib.metadata import version
from pathlib import Path
from typing import Any

import duckdb
import pyarrow as pa

from service_kpis import __version__, log
from service_kpis.engine import connect
from service_kpis.errors import CannotStart
from service_kpis.progress import Step

RUNS = {
    "run_id": "varchar",
    "started_at": "timestamp",
    "finished_at": "timestamp",
    "as_of": "timestamp",
    "outcome": "varchar",
    "rows": "bigint",
    "versions": "varchar",
}
STEPS = {
    "run_id": "varchar",
    "step_number": "bigint",
    "step": "varchar",
    "started_at": "timestamp",
    "seconds": "double",
    "items": "bigint",
    "rows": "bigint",
    "attempts": "bigint",
    "outcome": "varchar",
}
ARROW = {
    "varchar": pa.string(),
    "timestamp": pa.timestamp("us"),
    "bigint": pa.int64(),
    "double": pa.float64(),
}


ERASED = "erased_identifiers"
"""By that name a published run says in its `versions` how long the list of erased was."""


@dataclass(frozen=True)
class Run:
    """One row of quality.runs. Instants are UTC without a zone; `rows` counts core.fct_conversations;
    `outcome` is published, could_not_start, build_failed, audit_failed, publish_failed, crashed or killed;
    `versions` is JSON text."""

    run_id: str
    started_at: datetime
    finished_at: datetime | None = None
    as_of: datetime | None = None
    outcome: str | None = None
    rows: int | None = None
    versions: str | None = None

    def with_erased(self, count: int) -> "Run":
        """This run, made with so many identifiers erased."""
        return replace(self, versions=json.dumps({**json.loads(self.versions or "{}"), ERASED: count}))

    def finished(self, outcome: str) -> "Run":
        """This run, ended now."""
        return replace(self, outcome=outcome, finished_at=datetime.now(UTC).replace(tzinfo=None))


@dataclass
class History:
    """Rows of quality.runs by run, and rows of quality.run_steps by run and step number.

    The runs stand in the order in which they were learned of, whatever the clock said.
    """

    runs: dict[str, Run] = field(default_factory=dict)
    steps: dict[tuple[str, int], dict[str, Any]] = field(default_factory=dict)

    def __or__(self, other: "History") -> "History":
        """Both histories; of what both know, the other's word holds."""
        return History(self.runs | other.runs, self.steps | other.steps)

    @property
    def erased_identifiers(self) -> int:
        """How many identifiers were erased when the file was published."""
        noted = (json.loads(run.versions or "{}") for run in self.runs.values())
        return max((versions.get(ERASED, 0) for versions in noted), default=0)

    @property
    def last_run(self) -> Run:
        """The run that published this history."""
        return [*self.runs.values()][-1]

    def published_by(self, run: Run, steps: list[dict[str, Any]]) -> "History":
        """This history with that run as its last."""
        others = {run_id: other for run_id, other in self.runs.items() if run_id != run.run_id}
        return History(others, self.steps) | of([run], steps)


def of(runs: list[Run], steps: list[dict[str, Any]]) -> History:
    """The history of some runs and their steps."""
    return History(
        {run.run_id: run for run in runs},
        {(step["run_id"], step["step_number"]): step for step in steps},
    )


def versions(project_dir: Path) -> str:
    """JSON text of what made the run: this project's version and git commit, dbt, DuckDB and Python."""
    made_by = {
        "service_kpis": __version__,
        "commit": _commit(project_dir),
        "dbt": version("dbt-core"),
        "dbt_duckdb": version("dbt-duckdb"),
        "duckdb": duckdb.__version__,
        "python": platform.python_version(),
    }
    return json.dumps({name: value for name, value in made_by.items() if value})


def step_row(run_id: str, step: Step) -> dict[str, Any]:
    """A step as a row of quality.run_steps."""
    return {
        "run_id": run_id,
        "step_number": step.number,
        "step": step.name,
        "started_at": step.started_at,
        "seconds": round(step.seconds, 3),
        "items": step.items or None,
        "rows": step.rows,
        "attempts": step.attempts,
        "outcome": step.outcome,
    }


def published(warehouse: Path) -> History:
    """The history in the published file, empty if there is no file.

    Raises CannotStart if the file is no warehouse of ours: nobody else's file is replaced.
    """
    if not warehouse.exists():
        return History()
    if not warehouse.is_file():
        raise CannotStart(f"the warehouse {warehouse} is no file")
    refuse_writers(warehouse)
    try:
        with connect(warehouse, read_only=True) as connection:
            runs = [Run(**row) for row in _rows(connection, "runs", RUNS)]
            steps = _rows(connection, "run_steps", STEPS)
    except duckdb.Error as error:
        raise CannotStart(f"the warehouse {warehouse} cannot be read: {error}") from error
    if not runs:
        raise CannotStart(f"{warehouse} is not replaced: it is a database, but no warehouse of this project")
    return of(runs, steps)


def refuse_writers(warehouse: Path) -> None:
    """Raises CannotStart if somebody's unfinished writing lies beside the warehouse.

    Left beside the file that takes its place, it would be taken for that one's.
    """
    if (wal := warehouse.with_name(warehouse.name + ".wal")).exists():
        raise CannotStart(f"somebody is writing in the warehouse, or was stopped while writing: see {wal}")


def logged(work: Path, warehouse: Path) -> History:
    """The history of the runs meant for that warehouse that have left a log in the work folder."""
    runs, steps = [], []
    for events in log.read_all(work, warehouse).values():
        started, *others = events
        ended = next((event for event in others if event["event"] == "run_ended"), {"outcome": "killed"})
        runs.append(Run(**_row({**started, **ended}, RUNS)))
        steps += [_row(event, STEPS) for event in others if event["event"] == "step_ended"]
    return of(runs, steps)


def write(connection: duckdb.DuckDBPyConnection, schema: str, history: History) -> None:
    """Put the history in the relations `runs` and `run_steps` of the schema, whatever they hold."""
    runs = [asdict(run) for run in history.runs.values()]
    _create(connection, f"{schema}.runs", RUNS, runs)
    _create(connection, f"{schema}.run_steps", STEPS, [*history.steps.values()])


def _rows(connection: duckdb.DuckDBPyConnection, table: str, columns: dict[str, str]) -> list[dict[str, Any]]:
    """The rows of a table in quality, none if there is no such table."""
    if not connection.execute(
        "select 1 from duckdb_tables() where schema_name = 'quality' and table_name = ?", [table]
    ).fetchone():
        return []
    names = ", ".join(f'"{name}"' for name in columns)
    rows = connection.execute(f"select {names} from quality.{table} order by rowid").fetchall()
    return [dict(zip(columns, row, strict=True)) for row in rows]


def _row(event: dict[str, Any], columns: dict[str, str]) -> dict[str, Any]:
    """The columns of a row that a log holds as text."""
    row = {name: event.get(name) for name in columns}
    instants = [name for name, kind in columns.items() if kind == "timestamp" and row[name]]
    return {**row, **{name: datetime.fromisoformat(row[name]).replace(tzinfo=None) for name in instants}}


def _create(
    connection: duckdb.DuckDBPyConnection,
    relation: str,
    columns: dict[str, str],
    rows: list[dict[str, Any]],
) -> None:
    schema = pa.schema([(name, ARROW[kind]) for name, kind in columns.items()])
    connection.register("history_rows", pa.Table.from_pylist(rows, schema))
    # Not replaced: a table that is there has its comments.
    connection.execute(f"create table if not exists {relation} as from history_rows limit 0")
    connection.execute(f"delete from {relation}")
    connection.execute(f"insert into {relation} from history_rows")
    connection.unregister("history_rows")


def _commit(project_dir: Path) -> str | None:
    """The commit of the project, with `-dirty` where its files differ from it; None outside of git."""
    command = ["git", "-C", str(project_dir), "describe", "--always", "--dirty", "--abbrev=40", "--exclude=*"]
    try:
        answer = subprocess.run(command, capture_output=True, text=True, timeout=10)
    except (OSError, subprocess.TimeoutExpired):
        return None
    return answer.stdout.strip() or None if answer.returncode == 0 else None
