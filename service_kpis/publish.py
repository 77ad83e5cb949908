"""Publishing: the built relations are copied to a new file, which then takes the old one's place at once.

A reader sees the old warehouse or the new one, whole; whatever goes wrong, the old file stays as it is.
Files that were published before lie in `<warehouse>.previous/`, each named after its run.
"""

import os
import shutil
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from pathlib import Path

import duckdb

from service_kpis import history
from service_kpis.errors import CannotStart
from service_kpis.lock import hold
from service_kpis.progress import Report

OF_THE_RUN = "quality"
"""The schema that is another after each run, whatever landed."""
SCHEMAS = ("core", "marts", OF_THE_RUN)
# DuckDB 1.4 and newer can open it; most BI drivers are still 1.x.
STORAGE_VERSION = "v1.4.0"
WRITERS = 2
"""Tables copied at once: one keeps little more than a core busy."""


def publish(
    build: Path,
    warehouse: Path,
    relations: list[tuple[str, str]],
    past: history.History,
    memory: str,
    report: Report,
    is_as_before: bool = False,
) -> int:
    """Replace `warehouse` by `relations` (schema, name) of `build` and the history `past`; returns its rows.

    The last run of `past` is the one that publishes. `memory` is DuckDB's memory_limit. The file that is
    replaced is kept beside. Where it `is_as_before` but for OF_THE_RUN, the rest is taken over as it lies
    there, which is faster. Raises duckdb.Error or OSError.
    """
    unfinished = _unfinished(warehouse, past.last_run.run_id)
    try:
        sweep(warehouse)
        schemas = (OF_THE_RUN,) if is_as_before else SCHEMAS
        if is_as_before:
            shutil.copyfile(warehouse, unfinished)
        written = sorted((schema, name) for schema, name in relations if schema in schemas)
        rows = _write(build, unfinished, schemas, written, past, memory, report)
        _keep(warehouse)
        _replace(warehouse, unfinished)
    finally:
        sweep(warehouse)
    return rows


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
        unfinished = _unfinished(warehouse, run_id)
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
    """The files published before the present one, the oldest first."""
    return sorted(_kept_folder(warehouse).glob("*.duckdb"))


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


def _unfinished(warehouse: Path, run_id: str) -> Path:
    return warehouse.with_name(f".{warehouse.name}.{run_id}.tmp")


def _kept_folder(warehouse: Path) -> Path:
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
    kept = _kept_folder(warehouse) / f"{past.last_run.run_id}.duckdb"
    kept.parent.mkdir(exist_ok=True)
    if not kept.exists():
        os.link(warehouse, kept)
        _flush(kept.parent)


def _write(
    build: Path,
    target: Path,
    schemas: Sequence[str],
    relations: list[tuple[str, str]],
    past: history.History,
    memory: str,
    report: Report,
) -> int:
    """Write these schemas anew in the file `target`, which there may be; returns the rows of all of them."""
    config = {
        "memory_limit": memory,
        "temp_directory": f"{build}.tmp",
        "autoinstall_known_extensions": "false",
        "TimeZone": "UTC",
    }
    with duckdb.connect(config=config) as connection:
        # The name that the build's views know their database by.
        connection.execute(f"attach {_text(build)} as {_name(build.stem)} (read_only)")
        connection.execute(f"attach {_text(target)} as published (storage_version '{STORAGE_VERSION}')")
        for schema in schemas:
            connection.execute(f"drop schema if exists published.{schema} cascade")
            connection.execute(f"create schema published.{schema}")
        ((rows,),) = connection.execute(
            "select coalesce(sum(estimated_size), 0)::bigint from duckdb_tables()"
            " where database_name = 'published'"
        ).fetchall()

        def copy(relation: tuple[str, str]) -> int:
            path = ".".join(map(_name, relation))
            source = f"{_name(build.stem)}.{path}"
            created = connection.cursor().execute(f"create table published.{path} as from {source}")
            return created.fetchone()[0]

        with ThreadPoolExecutor(WRITERS) as writers:
            for done, count in enumerate(writers.map(copy, relations), start=1):
                rows += count
                report(".".join(relations[done - 1]), done, len(relations))
        history.write(connection, f"published.{OF_THE_RUN}", past)
        connection.execute("checkpoint published")
        connection.execute("detach published")
    if (wal := target.with_name(target.name + ".wal")).exists():
        raise OSError(f"{wal} was left: the new file is not complete")
    return rows


def _flush(path: Path) -> None:
    descriptor = os.open(path, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)


def _name(name: str) -> str:
    return '"' + name.replace('"', '""') + '"'


def _text(path: Path) -> str:
    return "'" + str(path).replace("'", "''") + "'"
