"""Publishing: the file that a run has built takes the warehouse's place at once.

A reader sees the old warehouse or the new one, whole; whatever goes wrong, the old file stays as it is. The
new one is built beside it, so that it only needs another name.
Files that were published before lie in `<warehouse>.previous/`, each named after its run.
"""

import os
import shutil
from collections.abc import Mapping
from contextlib import suppress
from pathlib import Path

import duckdb

from service_kpis import history
from service_kpis.engine import connect
from service_kpis.errors import CannotStart
from service_kpis.lock import hold

OF_THE_RUN = "quality"
"""The schema whose tables name the run."""
SCHEMAS = ("core", "marts", OF_THE_RUN)


def publish(warehouse: Path, past: history.History, descriptions: Mapping[tuple[str, ...], str]) -> int:
    """Let the unfinished file become `warehouse`; returns its rows, those of the history `past` apart.

    The last run of `past` is the one that publishes. What is in the file gets its comment of the
    `descriptions`, by schema, relation and column. The file that is replaced is kept beside. Can be tried
    again. Raises duckdb.Error or OSError.
    """
    unfinished = unfinished_file(warehouse)
    # Nothing is left beside the file but itself.
    with connect(unfinished, temp_directory="") as connection:
        rows = _check(connection)
        connection.execute(f"create schema if not exists {OF_THE_RUN}")
        history.write(connection, OF_THE_RUN, past)
        _describe(connection, descriptions)
        connection.execute("checkpoint")
    if (wal := unfinished.with_name(unfinished.name + ".wal")).exists():
        raise OSError(f"{wal} was left: the new file is not complete")
    _keep(warehouse)
    _replace(warehouse, unfinished)
    return rows


def copy_for(run_id: str, warehouse: Path) -> None:
    """Make the unfinished file a copy of the warehouse that names another run."""
    unfinished = unfinished_file(warehouse)
    shutil.copyfile(warehouse, unfinished)
    with connect(unfinished, temp_directory="") as connection:
        tables = connection.execute(
            "select table_name from duckdb_columns() where schema_name = ? and column_name = 'run_id'"
            " and table_name not in ('runs', 'run_steps')",
            [OF_THE_RUN],
        ).fetchall()
        for (table,) in tables:
            connection.execute(f"update {OF_THE_RUN}.{_name(table)} set run_id = ?", [run_id])


def restore(warehouse: Path, run_id: str) -> None:
    """Go back to the file that an earlier run published; the one that it replaces is kept beside.

    Raises CannotStart if there is no such file or somebody writes in the warehouse, AnotherRun during a run.
    """
    warehouse = warehouse.resolve()
    with hold(lock_file(warehouse)):
        history.refuse_writers(warehouse)
        kept = {file.stem: file for file in kept_files(warehouse)}
        if run_id not in kept:
            raise CannotStart(f"run {run_id!r} is not kept; these are: {', '.join(kept) or 'none'}")
        unfinished = unfinished_file(warehouse)
        try:
            # A copy, not a link: who writes in the warehouse against the rules does not change the kept file.
            shutil.copyfile(kept[run_id], unfinished)
            with suppress(CannotStart):
                # A damaged file is not worth keeping.
                _keep(warehouse)
            _replace(warehouse, unfinished)
        finally:
            sweep(warehouse)


def lock_file(warehouse: Path) -> Path:
    """The file whose lock is held by whoever replaces the warehouse."""
    return warehouse.with_name(f".{warehouse.name}.lock")


def kept_files(warehouse: Path) -> list[Path]:
    """The files published before the present one, the oldest first: by their history, not by the clock."""
    files = sorted(kept_folder(warehouse).glob("*.duckdb"))
    # A damaged warehouse has no history, and can be restored all the same.
    with suppress(CannotStart):
        order = {run_id: place for place, run_id in enumerate(history.published(warehouse).runs)}
        return sorted(files, key=lambda file: (order.get(file.stem, len(order)), file.name))
    return files


def prune(warehouse: Path, keep: int) -> None:
    """Delete all kept files but the newest `keep`."""
    files = kept_files(warehouse)
    for file in files[: max(len(files) - keep, 0)]:
        file.unlink(missing_ok=True)


def sweep(warehouse: Path) -> None:
    """Remove unfinished files of runs that ended before they could; to be called by the lock's holder."""
    # The names begin with the warehouse's own, not with a pattern: it may hold characters like [ or *.
    for file in list(warehouse.parent.iterdir()) if warehouse.parent.exists() else []:
        if file.name.startswith(f".{warehouse.name}.") and file.name.endswith((".tmp", ".tmp.wal")):
            file.unlink(missing_ok=True)


def unfinished_file(warehouse: Path) -> Path:
    """The file that is to become the warehouse, to be written by the holder of its lock."""
    return warehouse.with_name(f".{warehouse.name}.tmp")


def kept_folder(warehouse: Path) -> Path:
    """Where the files published before lie."""
    return warehouse.with_name(f"{warehouse.name}.previous")


def _replace(warehouse: Path, complete: Path) -> None:
    """Let the complete file take the warehouse's place, on the disk too."""
    _flush(complete)
    os.replace(complete, warehouse)
    _flush(warehouse.parent)


def _keep(warehouse: Path) -> None:
    """Give the warehouse, if there is one, a second name that survives its replacement: that of its run."""
    past = history.published(warehouse)
    if not past.runs:
        return
    kept = kept_folder(warehouse) / f"{past.last_run.run_id}.duckdb"
    kept.parent.mkdir(exist_ok=True)
    if not kept.exists():
        os.link(warehouse, kept)
        _flush(kept.parent)


def _check(connection: duckdb.DuckDBPyConnection) -> int:
    """The rows of the tables; raises duckdb.Error where a view cannot be read in this file alone."""
    views = connection.execute(
        "select schema_name, view_name from duckdb_views() where not internal"
    ).fetchall()
    for view in views:
        connection.execute(f"from {'.'.join(map(_name, view))} limit 0").fetchall()
    ((rows,),) = connection.execute(
        "select coalesce(sum(estimated_size), 0)::bigint from duckdb_tables()"
        " where table_name not in ('runs', 'run_steps')"
    ).fetchall()
    return rows


def _describe(connection: duckdb.DuckDBPyConnection, descriptions: Mapping[tuple[str, ...], str]) -> None:
    """Comment on the tables, views and columns that have no comment yet."""
    connection.execute("begin")
    for schema, table, kind in connection.execute(
        "select schema_name, table_name, 'table' from duckdb_tables() where comment is null union all"
        " select schema_name, view_name, 'view' from duckdb_views() where comment is null and not internal"
    ).fetchall():
        if text := descriptions.get((schema, table)):
            connection.execute(f"comment on {kind} {_name(schema)}.{_name(table)} is {_text(text)}")
    for schema, table, column in connection.execute(
        "select schema_name, table_name, column_name from duckdb_columns()"
        " where comment is null and not internal"
    ).fetchall():
        if text := descriptions.get((schema, table, column)):
            place = ".".join(map(_name, (schema, table, column)))
            connection.execute(f"comment on column {place} is {_text(text)}")
    connection.execute("commit")


def _flush(path: Path) -> None:
    descriptor = os.open(path, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)


def _name(name: str) -> str:
    return '"' + name.replace('"', '""') + '"'


def _text(text: str) -> str:
    return "'" + " ".join(text.split()).replace("'", "''") + "'"
