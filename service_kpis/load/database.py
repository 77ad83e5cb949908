"""Tables of a landing database, copied in a connection of their own.

Such a file may hold SQL: views, macros, computed columns. None of it runs beside the key, or can read a file.
"""

from dataclasses import dataclass
from pathlib import Path

import duckdb

from service_kpis.engine import connect
from service_kpis.errors import CannotStart
from service_kpis.load.contract import Table, landing_tables
from service_kpis.load.files import DELETION_MARKS, refuse_no_text
from service_kpis.load.sql import named, quoted

_LANDED, _COPY = "landed", "copy"


@dataclass(frozen=True)
class Copied:
    """A landing table, its name in the copy, and `SCHEMA.TABLE` where it landed."""

    table: Table
    name: str
    landed: str


def copy_tables(file: Path, schema: str, copy: Path) -> list[Copied]:
    """Copy the landing tables of a schema into the new database `copy`, columns of no contract empty.

    Raises CannotStart where there is no such table, or a view in its place.
    """
    refuse_no_text(file)
    if not file.is_file():
        raise CannotStart(f"no database file {file}")
    with connect(reads_files=True) as connection:
        try:
            connection.execute(f"ATTACH {quoted(str(file))} AS {_LANDED} (TYPE duckdb, READ_ONLY)")
        except duckdb.Error as error:
            raise CannotStart(f"{file} cannot be opened: {str(error).splitlines()[0]}") from error
        connection.execute(f"ATTACH {quoted(str(copy))} AS {_COPY}")
        connection.execute("SET enable_external_access = false; SET lock_configuration = true")
        for view in _relations(connection, "view", schema):
            raise CannotStart(
                f"{file}#{view.landed} is a view, and only tables are loaded, since a view may run anything:"
                f" make it one, CREATE TABLE … AS FROM {view.landed}"
            )
        tables = _relations(connection, "table", schema)
        for table in tables:
            _copy(connection, schema, table)
    if not tables:
        raise CannotStart(f"no landing table in schema {schema!r} of {file}: expected e.g. {schema}.tickets")
    return tables


def _relations(connection: duckdb.DuckDBPyConnection, kind: str, schema: str) -> list[Copied]:
    """The tables or views that bear a landing table's name."""
    found = connection.execute(
        f"SELECT {kind}_name, schema_name FROM duckdb_{kind}s()"
        f" WHERE database_name = '{_LANDED}' AND lower(schema_name) = lower(?) ORDER BY 1",
        [schema],
    ).fetchall()
    tables = landing_tables()
    return [
        Copied(tables[name.lower()], name, f"{in_schema}.{name}")
        for name, in_schema in found
        if name.lower() in tables
    ]


def _copy(connection: duckdb.DuckDBPyConnection, schema: str, copied: Copied) -> None:
    """All columns in their order, those of no contract empty: they may be bodies."""
    known = {column.name for column in copied.table.columns} | {*DELETION_MARKS}
    found = connection.execute(
        "SELECT column_name FROM duckdb_columns()"
        f" WHERE database_name = '{_LANDED}' AND lower(schema_name) = lower(?) AND table_name = ?"
        " ORDER BY column_index",
        [schema, copied.name],
    ).fetchall()
    columns = ", ".join(
        named(name) if name.strip().lower() in known else f"NULL AS {named(name)}" for (name,) in found
    )
    connection.execute(
        f"CREATE TABLE {_COPY}.{named(copied.name)} AS"
        f" SELECT {columns} FROM {_LANDED}.{named(schema)}.{named(copied.name)}"
    )
