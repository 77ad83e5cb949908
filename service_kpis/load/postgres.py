"""Reads a vendor's tables from a PostgreSQL server, through Arrow: only the values that are needed."""

from collections.abc import Iterable, Mapping
from contextlib import closing
from dataclasses import dataclass
from urllib.parse import urlsplit

import adbc_driver_postgresql.dbapi as adbc
import duckdb

from service_kpis.errors import CannotStart
from service_kpis.load.contract import (
    SPLIT_KEYS,
    SPLIT_VALUE,
    Column,
    Table,
    names_of,
    read_columns,
    roots,
    split_name,
)
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


@dataclass(frozen=True)
class _Source:
    """Rows on the server: `sql` stands after FROM, `columns` are SQL and type by name, ^ before a parent's.

    `element` is SQL for the object that a row is, where it is one of an array.
    """

    name: str
    sql: str
    columns: dict[str, tuple[str, str]]
    element: str | None = None


class _Schema:
    """The tables of a schema with the types of their columns."""

    def __init__(self, server: adbc.Connection, name: str):
        self.name = name
        self.types: dict[str, dict[str, str]] = {}
        with closing(server.cursor()) as cursor:
            # As text: the catalogue's own types have no counterpart in Arrow.
            cursor.execute(
                "SELECT table_name::text, column_name::text, data_type::text FROM information_schema.columns"
                f" WHERE table_schema = {quoted(name)} ORDER BY ordinal_position"
            )
            for table, column, kind in cursor.fetchall():
                self.types.setdefault(table, {})[column] = kind

    def source(self, table: Table, tables: Mapping[str, Table]) -> _Source | None:
        """The rows of a table with what of them was split off, or of an array of its parent."""
        parent = self._landed(names_of(table.parent, tables)) if table.parent else None
        if name := self._landed(names_of(table.name, tables)):
            return self._whole(table, name, parent)
        if parent:
            return self._elements(table, parent)
        return None

    def _landed(self, names: Iterable[str]) -> str | None:
        return next((name for name in names if name in self.types), None)

    def _place(self, name: str) -> str:
        return f"{named(self.name)}.{named(name)}"

    def _columns(self, name: str, alias: str, mark: str = "") -> dict[str, tuple[str, str]]:
        return {mark + c: (f"{alias}.{named(c)}", kind) for c, kind in self.types[name].items()}

    def _whole(self, table: Table, name: str, parent: str | None) -> _Source:
        sql, columns = f"{self._place(name)} AS landed", self._columns(name, "landed")
        if parent and (keys := self._keys(name, parent)):
            above = f"SELECT DISTINCT ON ({named(keys[1])}) * FROM {self._place(parent)}"
            sql += f" LEFT JOIN ({above}) AS above ON {_same('above', keys[1], 'landed', keys[0])}"
            columns |= self._columns(parent, "above", "^")
        lists = [(column, place) for column in table.columns if column.is_list for place in column.places]
        for number, (_, place) in enumerate(lists):
            items = split_name(name, place)
            if items in self.types and (keys := self._keys(items, name)):
                alias, key = f"list_{number}", named(keys[0])
                gathered = f"{key}, jsonb_agg({SPLIT_VALUE})::text AS items"
                grouped = f"SELECT {gathered} FROM {self._place(items)} GROUP BY 1"
                sql += f" LEFT JOIN ({grouped}) AS {alias} ON {_same(alias, keys[0], 'landed', keys[1])}"
                columns.setdefault(next(roots(place))[0], (f"{alias}.items", "text"))
        return _Source(name, sql, columns)

    def _elements(self, table: Table, parent: str) -> _Source | None:
        columns = self._columns(parent, "above", "^")
        for root, path in roots(table.array):
            if f"^{root}" in columns:
                array = _object(columns[f"^{root}"][0])
                array = f"jsonb_extract_path({', '.join([array, *map(quoted, path)])})" if path else array
                is_array = f"CASE WHEN jsonb_typeof({array}) = 'array' THEN {array} END"
                elements = f"jsonb_array_elements({is_array}) AS e (element)"
                sql = f"{self._place(parent)} AS above CROSS JOIN LATERAL {elements}"
                return _Source(f"{parent}#{table.array}", sql, columns, "e.element")
        return None

    def _keys(self, below: str, above: str) -> tuple[str, str] | None:
        return next(
            (keys for keys in SPLIT_KEYS if keys[0] in self.types[below] and keys[1] in self.types[above]),
            None,
        )


def _same(one: str, column: str, other: str, its_column: str) -> str:
    return f"{one}.{named(column)}::text = {other}.{named(its_column)}::text"


def _rows(
    connection: duckdb.DuckDBPyConnection,
    server: adbc.Connection,
    tool: Tool,
    schema_name: str,
    tables: dict[str, Table],
) -> dict[str, list[Rows]]:
    schema = _Schema(server, schema_name)
    if not {*schema.types} & {*read_columns(tables)}:
        raise CannotStart(
            f"{tool.system}: schema {schema_name} of the server holds no table of {tool.vendor}"
        )
    return {
        names_of(table.name, tables)[0]: [_copied(connection, server, tool, schema_name, table, source)]
        for table in tables.values()
        if (source := schema.source(table, tables))
    }


def _copied(
    connection: duckdb.DuckDBPyConnection,
    server: adbc.Connection,
    tool: Tool,
    schema: str,
    table: Table,
    source: _Source,
) -> Rows:
    read = {column.name: sql for column in table.columns if (sql := _read(column, source))}
    if not any(column.name in DELETION_MARKS for column in table.columns):
        read |= {mark: source.columns[mark][0] for mark in DELETION_MARKS if mark in source.columns}
    selected = ", ".join(f"{sql} AS {named(name)}" for name, sql in read.items()) or "1 AS nothing"
    place = f"temp.{named(f'{tool.system}__{table.name}')}"
    with closing(server.cursor()) as cursor:
        cursor.execute(f"SELECT {selected} FROM {source.sql}")
        batches = cursor.fetch_record_batch()
        connection.register("batches__", batches)
        connection.execute(f"CREATE TEMP TABLE {named(f'{tool.system}__{table.name}')} AS FROM batches__")
        connection.unregister("batches__")
    described = connection.execute(f"DESCRIBE SELECT * FROM {place}").fetchall()
    # All rows of an answer are taken: with one half read, the next table's batches cannot be registered.
    ((count,),) = connection.execute(f"SELECT count(*) FROM {place}").fetchall()
    columns = {name: SourceColumn(name, kind) for name, kind, *_ in described}
    # The value stands at the column's own name already, wherever it was found.
    columns |= {
        next(roots(place))[0].lower(): columns[column.name]
        for column in table.columns
        if column.name in columns
        for place in column.places[:1]
    }
    return Rows(f"{tool.system}/{schema}.{source.name}", place, columns, count)


def _read(column: Column, source: _Source) -> str | None:
    """SQL for a column on the server, as text where it may stand in several places; None where in none."""
    found = []
    for place in column.places:
        if source.element and not place.startswith("^"):
            parts = ", ".join(map(quoted, place.split(".")))
            found.append(f"jsonb_extract_path_text({source.element}, {parts})")
            continue
        root, path = next(((r, p) for r, p in roots(place) if r in source.columns), (None, []))
        if not root:
            continue
        value, kind = source.columns[root]
        if path:
            found.append(f"jsonb_extract_path_text({_object(value)}, {', '.join(map(quoted, path))})")
            continue
        if found:
            found.append(f"{value}::text")
        elif kind in _INSTANTS:
            found.append(f"{value} AT TIME ZONE 'UTC'" if kind == _INSTANTS[0] else value)
        else:
            found.append(value if kind in _KEPT else f"{value}::text")
        break
    value = f"coalesce({', '.join(found)})" if len(found) > 1 else next(iter(found), None)
    if column.is_present and value:
        return f"CASE WHEN nullif(trim({value}::text), '') IS NOT NULL THEN 'yes' END"
    return value


def _object(value: str) -> str:
    """A JSON column as an object, also where a tool stored its text once more encoded, as a JSON string."""
    text = f"({value}::jsonb #>> '{{}}')"
    return (
        f"CASE WHEN jsonb_typeof({value}::jsonb) = 'string' AND {text} LIKE '{{%}}' THEN {text}::jsonb"
        f" ELSE {value}::jsonb END"
    )
