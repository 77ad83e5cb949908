"""What a run loaded, and whether another landing is the same with files added."""

import hashlib
from collections.abc import Iterable, Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path

import duckdb

from service_kpis.errors import CannotStart
from service_kpis.load.contract import loaded_tables
from service_kpis.load.files import find_files
from service_kpis.load.sources import Tool
from service_kpis.load.sql import SYSTEM, quoted
from service_kpis.load.vendor import stamped_files


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

    def refuse_changed(self, location: str | None) -> None:
        """Raises CannotStart where a file that views read is not the one that was judged."""
        _refuse_changed(location, {name: self.files[name] for name in self.in_place})


def stamps(location: str | None, tools: tuple[Tool, ...] = ()) -> dict[str, str]:
    """The stamps of a landing folder's and the tools' files by name; none where a database is among them,
    whose tables nothing tells apart.

    Raises CannotStart as `find_files`, and for a file that has vanished meanwhile.
    """
    places = [] if location is None else [location]
    if not all(Path(place).is_dir() for place in (*places, *(tool.location for tool in tools))):
        return {}
    try:
        files = [(file.name, file.path) for place in places for file in find_files(Path(place))]
        files += [file for tool in tools for file in stamped_files(tool)]
        return {name: _stamp(path) for name, path in files}
    except OSError as error:
        raise CannotStart(f"a landed file cannot be read: {error}") from error


@contextmanager
def unchanged(location: str | None, files: dict[str, str], tools: tuple[Tool, ...] = ()) -> Iterator[None]:
    """Raises CannotStart where a stamped file changes within the block, whatever came of that."""
    try:
        yield
    except Exception as error:
        _refuse_changed(location, files, error, tools)
        raise
    _refuse_changed(location, files, tools=tools)


def systems(connection: duckdb.DuckDBPyConnection) -> list[str]:
    """`table|system` of everything that landed."""
    selects = (
        f"SELECT DISTINCT {quoted(table.title)} || '|' || {SYSTEM if table.has_source_system else quoted('')}"
        f" FROM {table.place}"
        for table in loaded_tables(connection)
    )
    return sorted(pair for (pair,) in connection.execute(" UNION ALL ".join(selects)).fetchall())


def digest(settings: Iterable[object]) -> str:
    """One text for all that decides what a file's rows become."""
    return hashlib.sha256("\0".join(map(repr, settings)).encode()).hexdigest()


def _refuse_changed(
    location: str | None,
    files: dict[str, str],
    error: Exception | None = None,
    tools: tuple[Tool, ...] = (),
) -> None:
    now = _present(location, tools) if files else {}
    for name, stamp in files.items():
        if now.get(name) != stamp:
            text = f"{Path(location or '') / name} has changed or vanished while it was read"
            raise CannotStart(f"{text}: run again when nobody writes there") from error


def _present(location: str | None, tools: tuple[Tool, ...]) -> dict[str, str]:
    """The stamps of what is there now, by name as it is said."""
    files, found = [], {}
    with suppress(CannotStart):
        files += [(file.name, file.path) for file in find_files(Path(location))] if location else []
        files += [file for tool in tools for file in stamped_files(tool)]
    for name, path in files:
        with suppress(OSError):
            found[name] = _stamp(path)
    return found


def _stamp(path: Path) -> str:
    status = path.stat()
    return f"{status.st_ino}:{status.st_size}:{status.st_mtime_ns}:{status.st_ctime_ns}"
