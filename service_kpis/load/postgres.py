"""Reads a vendor's tables from a PostgreSQL server, through Arrow: only the values that are needed."""

from contextlib import closing
from urllib.parse import urlsplit

import adbc_driver_postgresql.dbapi as adbc
import duckdb

from service_kpis.errors import CannotStart
from service_kpis.load.contract import Column, Table
from service_kpis.load.files import DELETION_MARKS
from service_kpis.load.records import Rows
from service_kpis.load.relations import SourceColumn
from service_kpis.load.sources import Tool
from service_kpis.load.sql import named, quoted

SCHEMES = ("postgres", "postgresql")
# Types that arrive as what they are; of any other its text.
_KEPT = ("bigint", "integer", "smallint", "boolean", "double precision", "real", "text", "character varying")
_INSTANTS = ("timestamp without time zone", "timestamp with time zone")


def rows(
    connection: duckdb.DuckDBPyConnection, tool: Tool, tables: dict[str, Table]
) -> dict[str, list[Rows]]:
    """The rows of those tables that the schema holds, copied beside the build.

    Raises CannotStart, without the location's secrets, where the server cannot be read.
    """
    url, hash_sign, schema = tool.location.rpartition("#")
    if urlsplit(url).scheme not in SCHEMES or not (hash_sign and schema):
        raise CannotStart(f"{tool.system}: expected a server as postgres://USER@HOST:PORT/DATABASE#SCHEMA")
    try:
        with closing(adbc.connect(url)) as server:
            # One snapshot, so that what is read of several tables belongs together.
            with closing(server.cursor()) as cursor:
                cursor.execute("SET TRANSACTION ISOLATION LEVEL REPEATABLE READ READ ONLY")
            return _rows(connection, server, tool, schema, tables)
    except adbc.Error as error:
        raise CannotStart(f"{tool.system}: the server cannot be read: {_reason(error)}") from None


def _reason(error: Exception) -> str:
    """What the server said, without what it was told: a password may stand in it."""
    state = getattr(error, "sqlstate", None)
    return f"{type(error).__name__}{f' {state}' if state else ''}: are host, database, user and rights right?"


def _rows(
    connection: duckdb.DuckDBPyConnection,
    server: adbc.Connection,
    tool: Tool,
    schema: str,
    tables: dict[str, Table],
) -> dict[str, list[Rows]]:
    found: dict[str, dict[str, str]] = {}
    with closing(server.cursor()) as cursor:
        # As text: the catalogue's own types have no counterpart in Arrow.
        cursor.execute(
            "SELECT table_name::text, column_name::text, data_type::text FROM information_schema.columns"
            f" WHERE table_schema = {quoted(schema)} ORDER BY ordinal_position"
        )
        for table, column, kind in cursor.fetchall():
            found.setdefault(table, {})[column] = kind
    if not any(name in tables for name in found):
        raise CannotStart(f"{tool.system}: schema {schema} of the server holds no table of {tool.vendor}")
    copied = {}
    for name, table in tables.items():
        if name in found:
            copied[name] = [_copied(connection, server, tool, schema, table, found[name])]
    return copied


def _copied(
    connection: duckdb.DuckDBPyConnection,
    server: adbc.Connection,
    tool: Tool,
    schema: str,
    table: Table,
    landed: dict[str, str],
) -> Rows:
    read = {column.name: sql for column in table.columns if (sql := _read(column, landed))}
    if not any(column.name in DELETION_MARKS for column in table.columns):
        read |= {mark: named(mark) for mark in DELETION_MARKS if mark in landed}
    selected = ", ".join(f"{sql} AS {named(name)}" for name, sql in read.items()) or "1 AS nothing"
    place = f"temp.{named(f'{tool.system}__{table.name}')}"
    with closing(server.cursor()) as cursor:
        cursor.execute(f"SELECT {selected} FROM {named(schema)}.{named(table.name)}")
        batches = cursor.fetch_record_batch()
        connection.register("batches__", batches)
        connection.execute(f"CREATE TEMP TABLE {named(f'{tool.system}__{table.name}')} AS FROM batches__")
        connection.unregister("batches__")
    described = connection.execute(f"DESCRIBE SELECT * FROM {place}").fetchall()
    # All rows of an answer are taken: with one half read, the next table's batches cannot be registered.
    ((count,),) = connection.execute(f"SELECT count(*) FROM {place}").fetchall()
    columns = {name: SourceColumn(name, kind) for name, kind, *_ in described}
    # The value stands at the column's own name already, wherever it was found.
    columns |= {place: columns[c.name] for c in table.columns if c.name in columns for place in c.places[:1]}
    return Rows(f"{tool.system}/{schema}.{table.name}", place, columns, count)


def _read(column: Column, landed: dict[str, str]) -> str | None:
    """SQL for a column on the server, as text where it may stand in several places; None where in none."""
    found = []
    for place in column.places:
        root, *path = place.split(".")
        if root not in landed:
            continue
        value, kind = named(root), landed[root]
        if path:
            found.append(f"jsonb_extract_path_text({_object(value)}, {', '.join(map(quoted, path))})")
            continue
        if column.is_present:
            return f"CASE WHEN nullif(trim({value}::text), '') IS NOT NULL THEN 'yes' END"
        if found:
            found.append(f"{value}::text")
        elif kind in _INSTANTS:
            found.append(f"{value} AT TIME ZONE 'UTC'" if kind == _INSTANTS[0] else value)
        else:
            found.append(value if kind in _KEPT else f"{value}::text")
        break
    return f"coalesce({', '.join(found)})" if len(found) > 1 else next(iter(found), None)


def _object(value: str) -> str:
    """A JSON column as an object, also where a tool stored its text once more encoded, as a JSON string."""
    text = f"({value}::jsonb #>> '{{}}')"
    return (
        f"CASE WHEN jsonb_typeof({value}::jsonb) = 'string' AND {text} LIKE '{{%}}' THEN {text}::jsonb"
        f" ELSE {value}::jsonb END"
    )
