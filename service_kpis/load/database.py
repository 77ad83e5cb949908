"""Tables of a database file, copied in a connection of their own.

Such a file may hold SQL: views, macros, computed columns. None of it runs beside the key, or can read a file.
"""

from collections.abc import Mapping
from pathlib import Path

import duckdb

from service_kpis.engine import connect
from service_kpis.errors import CannotStart
from service_kpis.load.files import refuse_no_text
from service_kpis.load.sql import named, quoted

_LANDED, _COPY = "landed", "copy"


def copy_tables(file: Path, schema: str, copy: Path, read: Mapping[str, set[str]]) -> list[tuple[str, str]]:
    """Copy tables of a schema into the new database `copy`, columns of which nothing is read empty.

    `read` has the columns that are read by table, in small letters. Returns the name of each table there and
    `SCHEMA.TABLE` where it landed. Raises CannotStart where there is no such table, or a view in its place.
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
        for _, view in _relations(connection, "view", schema, read):
            raise CannotStart(
                f"{file}#{view} is a view, and only tables are loaded, since a view may run anything:"
                f" make it one, CREATE TABLE … AS FROM {view}"
            )
        tables = _relations(connection, "table", schema, read)
        for name, _ in tables:
            _copy(connection, schema, name, read[name.lower()])
    if not tables:
        raise CannotStart(
            f"no table that is read in schema {schema!r} of {file}: expected e.g. {schema}.{next(iter(read))}"
        )
    return tables


def _relations(
    connection: duckdb.DuckDBPyConnection, kind: str, schema: str, read: Mapping[str, set[str]]
) -> list[tuple[str, str]]:
    """The tables or views that bear the name of one that is read."""
    found = connection.execute(
        f"SELECT {kind}_name, schema_name FROM duckdb_{kind}s()"
        f" WHERE database_name = '{_LANDED}' AND lower(schema_name) = lower(?) ORDER BY 1",
        [schema],
    ).fetchall()
    return [(name, f"{in_schema}.{name}") for name, in_schema in found if name.lower() in read]


def _copy(connection: duckdb.DuckDBPyConnection, schema: str, table: str, read: set[str]) -> None:
    """All columns in their order, those of which nothing is read empty: they may be bodies."""
    found = connection.execute(
        "SELECT column_name FROM duckdb_columns()"
        f" WHERE database_name = '{_LANDED}' AND lower(schema_name) = lower(?) AND table_name = ?"
        " ORDER BY column_index",
        [schema, table],
    ).fetchall()
    columns = ", ".join(
        named(name) if name.strip().lower() in read else f"NULL AS {named(name)}" for (name,) in found
    )
    connection.execute(
        f"CREATE TABLE {_COPY}.{named(table)} AS"
        f" SELECT {columns} FROM {_LANDED}.{named(schema)}.{named(table)}"
    )
