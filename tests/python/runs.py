"""Whole runs of the product for tests: a landing folder in, a published warehouse out."""

import subprocess
import sys
from pathlib import Path

import duckdb
from shared import read_once

# The product without the check of its edges, which takes ten seconds of each run, and without its boards, two
# seconds: they have tests of their own.
WITHOUT_EDGES = """
from service_kpis.edges import check
check.are_watched = lambda project: False
"""
WITHOUT_BOARDS = """
from service_kpis import run
run.draw_and_report = lambda *_: None
"""
START = """
from service_kpis.cli import app
app()
"""


def publish(
    landing: Path | None, folder: Path, *options: str, expected: int = 0, boards: bool = False
) -> Path:
    """Run on a landing folder, or on the sources among the options, work folder and warehouse in `folder`;
    returns the warehouse's path."""
    program = WITHOUT_EDGES + ("" if boards else WITHOUT_BOARDS) + START
    warehouse = folder / "warehouse.duckdb"
    paths = [
        *(["--landing", landing] if landing else []),
        "--work",
        folder / "work",
        "--warehouse",
        warehouse,
    ]
    command = [sys.executable, "-c", program, "run", *map(str, paths), *options]
    with read_once(folder / "work"):
        done = subprocess.run(command, capture_output=True, text=True, check=False)
    assert done.returncode == expected, done.stdout + done.stderr
    return warehouse


def rows(warehouse: Path, sql: str) -> list[tuple]:
    """The answer of one query to a published warehouse."""
    with duckdb.connect(warehouse, read_only=True) as connection:
        return connection.execute(sql).fetchall()


# Where a row stood in its file, and when the run was, is not what the run says.
VOLATILE = {"run_id", "line_number", "file_name"}


def tables(warehouse: Path) -> dict[str, list[tuple]]:
    """Every published table but the history of runs and files: sorted rows without their volatile columns."""
    columns = rows(
        warehouse,
        """
        select table_schema || '.' || table_name, list(column_name order by ordinal_position)
        from information_schema.columns
        where table_schema in ('core', 'marts', 'quality')
            and table_name not in ('runs', 'run_steps', 'landed_files')
        group by all
        """,
    )
    return {
        table: sorted(
            rows(
                warehouse,
                f"select ({', '.join(c for c in names if c not in VOLATILE)})::varchar from {table}",
            )
        )
        for table, names in columns
    }
