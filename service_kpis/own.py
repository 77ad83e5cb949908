"""Databases that a run may remove: those that were made here."""

import os
from pathlib import Path

import duckdb

from service_kpis.engine import connect
from service_kpis.errors import CannotStart

MARK = "made_by_service_kpis"
"""A schema that holds nothing."""


def make(file: Path) -> None:
    """Make an empty database with the mark, whole or not at all. Raises OSError or duckdb.Error."""
    unfinished = file.with_name(f"{file.name}.begun")
    unfinished.unlink(missing_ok=True)
    with connect(unfinished) as connection:
        connection.execute(f"create schema {MARK}")
        connection.execute("checkpoint")
    # It holds ids, and what agents' keys are made with; what is published is another file.
    unfinished.chmod(0o600)
    note(unfinished, file)
    os.replace(unfinished, file)


def note(file: Path, name: Path) -> None:
    """Note that the file, which has or will have that name, is ours, even where it cannot be read."""
    _note_of(name).write_text(_identity(file), encoding="utf-8")


def remove(file: Path) -> None:
    """Remove a database, and its log of writing; raises CannotStart where it is not known to be ours."""
    if file.exists():
        _refuse_others(file)
    for path in (file, file.with_name(f"{file.name}.wal"), _note_of(file)):
        path.unlink(missing_ok=True)


def _refuse_others(file: Path) -> None:
    """A database is known by its mark, or by what dbt alone makes in it; a torn one by the note."""
    try:
        with connect(file, read_only=True) as connection:
            is_ours = connection.execute(
                "select 1 from duckdb_schemas() where schema_name = ? union all"
                " select 1 from duckdb_tables() where schema_name = 'raw' and table_name = 'landed_files'",
                [MARK],
            ).fetchall()
    except duckdb.Error as error:
        is_ours = _is_noted(file)
        reason = str(error).splitlines()[0]
    else:
        reason = "it was not made by a run"
    if not is_ours:
        raise CannotStart(f"{file} is not replaced ({reason}): move it away, or name another place")


def _is_noted(file: Path) -> bool:
    note = _note_of(file)
    return note.exists() and note.read_text(encoding="utf-8") == _identity(file)


def _note_of(file: Path) -> Path:
    return file.with_name(f".{file.name}.ours")


def _identity(file: Path) -> str:
    status = file.stat()
    return f"{status.st_dev}:{status.st_ino}"
