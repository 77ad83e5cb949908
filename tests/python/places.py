"""Runs of the tiny dbt project of conftest.py, each in a folder of its own."""

import hashlib
import io
from dataclasses import dataclass
from pathlib import Path

import duckdb
from rich.console import Console

from service_kpis import own
from service_kpis.load.load import LoadSummary
from service_kpis.run import Job, run


def load_numbers(location, build, zones, report, before=None):
    """A loader whose location is a comma list of numbers."""
    build.parent.mkdir(parents=True, exist_ok=True)
    if not build.exists():
        own.make(build)
    with duckdb.connect(build) as connection:
        connection.execute("create schema if not exists raw")
        connection.execute("create or replace table raw.numbers (n bigint)")
        connection.executemany("insert into raw.numbers values (?)", [[int(n)] for n in location.split(",")])
    report("numbers", 1, 1)
    return LoadSummary({"numbers": len(location.split(","))}, {}, [], {}, [])


def kept_folder(build: Path) -> Path:
    """Where the files of earlier runs are kept, of the place with that build file."""
    return build.parents[1] / "out" / "service_kpis.duckdb.previous"


def load_and_bar_the_way(location, build, *job):
    kept_folder(build).write_text("where a folder should be")
    return load_numbers(location, build, *job)


def load_and_free_the_way(location, build, *job):
    kept_folder(build).unlink()
    return load_numbers(location, build, *job)


@dataclass
class Place:
    """One warehouse with its work folder, and what happens there."""

    folder: Path
    project: Path

    @property
    def warehouse(self) -> Path:
        return self.folder / "out" / "service_kpis.duckdb"

    @property
    def work(self) -> Path:
        return self.folder / "work"

    def run(self, landing: str, load=load_numbers, project: Path | None = None, **options):
        """Exit code and printed text of a run."""
        text = io.StringIO()
        job = Job(landing, self.warehouse, self.work, project_dir=project or self.project, **options)
        return run(job, load, Console(file=text, width=200)), text.getvalue()

    def digest(self) -> str:
        return hashlib.sha256(self.warehouse.read_bytes()).hexdigest()

    def query(self, sql: str) -> list[tuple]:
        with duckdb.connect(self.warehouse, read_only=True) as connection:
            return connection.execute(sql).fetchall()

    def files(self) -> set[str]:
        return {file.name for file in self.warehouse.parent.iterdir()}
