"""What a run loaded, and whether another landing is the same with files added."""

import hashlib
import os
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path

import duckdb

from service_kpis.load.contract import landing_tables
from service_kpis.load.files import find_files
from service_kpis.load.sql import quoted


@dataclass(frozen=True)
class Loaded:
    """What was loaded: the files, each with a stamp that is another whenever the file may be another; those
    that views read where they lie; each table with its source systems; a digest of the settings."""

    files: dict[str, str]
    in_place: list[str]
    systems: list[str]
    settings: str

    def is_within(self, files: dict[str, str], settings: str) -> bool:
        """Whether all of it would be loaded again just so."""
        return bool(self.files) and self.settings == settings and self.files.items() <= files.items()

    def has_all_of(self, later: "Loaded | None") -> bool:
        """Whether nothing has landed since; never of a database's tables, which nothing tells apart."""
        return bool(self.files) and self == later


def stamps(location: str) -> dict[str, str]:
    """The stamps of a landing folder's files by name; none of a database's tables, which nothing tells apart.

    Raises CannotStart as `find_files`.
    """
    folder = Path(location)
    return {file.name: _stamp(file.path.stat()) for file in find_files(folder)} if folder.is_dir() else {}


def systems(connection: duckdb.DuckDBPyConnection) -> list[str]:
    """`table|system` of everything that landed in schema `raw`."""
    selects = (
        f"SELECT DISTINCT {quoted(table.name)} || '|' || {_SYSTEM if table.has_source_system else quoted('')}"
        f" FROM raw.{table.name}"
        for table in landing_tables().values()
    )
    return sorted(pair for (pair,) in connection.execute(" UNION ALL ".join(selects)).fetchall())


def digest(settings: Iterable[object]) -> str:
    """One text for all that decides what a file's rows become."""
    return hashlib.sha256("\0".join(map(repr, settings)).encode()).hexdigest()


_SYSTEM = "coalesce(nullif(trim(source_system), ''), 'default')"


def _stamp(status: os.stat_result) -> str:
    return f"{status.st_ino}:{status.st_size}:{status.st_mtime_ns}:{status.st_ctime_ns}"
