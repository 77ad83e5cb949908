"""Publishing: the built relations are copied to a new file, which then takes the old one's place at once.

A reader sees the old warehouse or the new one, whole; whatever goes wrong, the old file stays as it is.
"""

import os
from pathlib import Path

import duckdb

from service_kpis import history

SCHEMAS = ("core", "marts", "quality")
# DuckDB 1.4 and newer can open it; most BI drivers are still 1.x.
STORAGE_VERSION = "v1.4.0"


class PublishFailed(Exception):
    """The warehouse could not be written; the one before is still there."""

    outcome = "publish_failed"


def publish(
    build: Path, warehouse: Path, relations: list[tuple[str, str]], runs: list[history.Run], memory: str
) -> None:
    """Replace `warehouse` by the `relations` (schema, name) of `build` and by the history of `runs`.

    The last of `runs` is the one that publishes. `memory` is DuckDB's memory_limit. Raises PublishFailed.
    """
    unfinished = warehouse.with_name(f".{warehouse.name}.{runs[-1].run_id}.tmp")
    try:
        _write(build, unfinished, sorted(relations), runs, memory)
        _flush(unfinished)
        os.replace(unfinished, warehouse)
        _flush(warehouse.parent)
    except (duckdb.Error, OSError) as error:
        raise PublishFailed(f"{warehouse} was not replaced: {error}") from error
    finally:
        sweep(warehouse)


def sweep(warehouse: Path) -> None:
    """Remove unfinished files of runs that ended before they could; to be called by the lock's holder."""
    # The names begin with the warehouse's own, not with a pattern: it may hold characters like [ or *.
    for file in list(warehouse.parent.iterdir()) if warehouse.parent.exists() else []:
        if file.name.startswith(f".{warehouse.name}.") and file.name.endswith((".tmp", ".tmp.wal")):
            file.unlink(missing_ok=True)


def _write(
    build: Path, target: Path, relations: list[tuple[str, str]], runs: list[history.Run], memory: str
) -> None:
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
        for schema in SCHEMAS:
            connection.execute(f"create schema published.{schema}")
        for schema, name in relations:
            path = f"{_name(schema)}.{_name(name)}"
            connection.execute(f"create table published.{path} as select * from {_name(build.stem)}.{path}")
        history.write(connection, "published.quality.runs", runs)
        connection.execute("checkpoint published")
        connection.execute("detach published")
    if (wal := target.with_name(target.name + ".wal")).exists():
        raise OSError(f"{wal} was left: the new file is not complete")


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
