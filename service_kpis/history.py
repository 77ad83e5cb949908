"""The history of runs: it stands in the warehouse (`quality.runs`), and failed runs wait beside the build.

A failed run publishes nothing, so its row is kept in `<work>/runs.jsonl` until a later run publishes it.
"""

import json
import platform
import subprocess
from dataclasses import asdict, dataclass, replace
from datetime import UTC, datetime
from importlib.metadata import version
from pathlib import Path

import duckdb

from service_kpis import __version__
from service_kpis.errors import CannotStart

COLUMNS = {
    "run_id": "varchar",
    "started_at": "timestamp",
    "finished_at": "timestamp",
    "as_of": "timestamp",
    "outcome": "varchar",
    "rows": "bigint",
    "versions": "varchar",
}


@dataclass(frozen=True)
class Run:
    """One row of quality.runs. Instants are UTC without a zone; `rows` counts core.fct_conversations;
    `outcome` is published, build_failed, audit_failed or publish_failed; `versions` is JSON text."""

    run_id: str
    started_at: datetime
    finished_at: datetime | None = None
    as_of: datetime | None = None
    outcome: str | None = None
    rows: int | None = None
    versions: str | None = None

    def finished(self, outcome: str) -> "Run":
        """This run, ended now."""
        return replace(self, outcome=outcome, finished_at=datetime.now(UTC).replace(tzinfo=None))


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


def published_runs(warehouse: Path) -> list[Run]:
    """The runs in the published file, none if there is no file. Raises CannotStart if it cannot be read."""
    if not warehouse.exists():
        return []
    if not warehouse.is_file():
        raise CannotStart(f"the warehouse {warehouse} is no file")
    if (wal := warehouse.with_name(warehouse.name + ".wal")).exists():
        # Left beside the file that takes its place, it would be taken for that one's.
        raise CannotStart(f"somebody is writing in the warehouse, or was stopped while writing: see {wal}")
    try:
        with duckdb.connect(warehouse, read_only=True) as connection:
            if not connection.execute(
                "select 1 from duckdb_tables() where schema_name = 'quality' and table_name = 'runs'"
            ).fetchone():
                return []
            rows = connection.execute(f"select {_quoted_columns()} from quality.runs").fetchall()
    except duckdb.Error as error:
        raise CannotStart(f"the warehouse {warehouse} cannot be read: {error}") from error
    return [Run(*row) for row in rows]


def waiting_runs(work: Path, warehouse: Path) -> list[Run]:
    """The failed runs meant for that warehouse that are noted in the work folder."""
    notes = work / "runs.jsonl"
    if not notes.exists():
        return []
    noted = (json.loads(line) for line in notes.read_text(encoding="utf-8").splitlines())
    return [_read(note["run"]) for note in noted if note["warehouse"] == str(warehouse)]


def note_failed(run: Run, work: Path, warehouse: Path) -> None:
    """Note a failed run in the work folder, for a later publish."""
    note = json.dumps({"warehouse": str(warehouse), "run": asdict(run)}, default=str)
    with open(work / "runs.jsonl", "a", encoding="utf-8") as notes:
        notes.write(note + "\n")


def merged(*histories: list[Run]) -> list[Run]:
    """All runs of several histories, each once, the oldest first."""
    runs = {run.run_id: run for history in histories for run in history}
    return sorted(runs.values(), key=lambda run: (run.started_at, run.run_id))


def write(connection: duckdb.DuckDBPyConnection, relation: str, runs: list[Run]) -> None:
    """Create the relation and put the runs in it."""
    columns = ", ".join(f'"{name}" {kind}' for name, kind in COLUMNS.items())
    connection.execute(f"create table {relation} ({columns})")
    places = ", ".join("?" * len(COLUMNS))
    for run in runs:
        connection.execute(f"insert into {relation} values ({places})", list(asdict(run).values()))


def _quoted_columns() -> str:
    return ", ".join(f'"{name}"' for name in COLUMNS)


def _read(row: dict) -> Run:
    instants = {name: row[name] and datetime.fromisoformat(row[name]) for name in row if name.endswith("_at")}
    as_of = row["as_of"] and datetime.fromisoformat(row["as_of"])
    return Run(**{**row, **instants, "as_of": as_of})


def _commit(project_dir: Path) -> str | None:
    try:
        answer = subprocess.run(
            ["git", "-C", str(project_dir), "rev-parse", "HEAD"], capture_output=True, text=True, timeout=10
        )
    except (OSError, subprocess.TimeoutExpired):
        return None
    return answer.stdout.strip() or None if answer.returncode == 0 else None
