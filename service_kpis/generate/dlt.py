"""Writes objects of an API as dlt lands them: what is nested as columns, arrays as tables of their own.

Held against dlt 1.31 with `max_table_nesting=2`, as its own sources have it: the second level of an
object and the third of tables stay JSON; what is empty everywhere is not made.
"""

from __future__ import annotations

import json
from collections.abc import Collection, Iterator
from pathlib import Path

import duckdb

from service_kpis.generate.reshape import copy
from service_kpis.load.split import path_of
from service_kpis.load.sql import named, quoted

_NESTING = 2


def write_split(
    connection: duckdb.DuckDBPyConnection,
    folder: Path,
    name: str,
    select: str,
    kept: Collection[str] = (),
) -> None:
    """Write the rows of a query with `loaded_at`, and a file for each array in them but the `kept` ones.

    What is JSON in the query is an object or array of the API.
    """
    load = "CASE WHEN loaded_at IS NOT NULL THEN epoch(loaded_at)::VARCHAR END AS _dlt_load_id"
    numbered = f"SELECT *, md5('{name}' || row_number() OVER ()) AS _dlt_id FROM ({select})"
    rows = f"SELECT * EXCLUDE (loaded_at), {load} FROM ({numbered})"
    connection.execute(f"CREATE OR REPLACE TEMP TABLE {named(name)} AS {rows}")
    _write(connection, folder, name, 0, kept)


def _write(
    connection: duckdb.DuckDBPyConnection, folder: Path, name: str, level: int, kept: Collection[str]
) -> None:
    columns, arrays = [], []
    for column, kind, *_ in connection.execute(f"DESCRIBE {named(name)}").fetchall():
        if kind != "JSON" or column in kept:
            columns.append(named(column))
            continue
        (structure,) = connection.execute(
            f"SELECT json_group_structure({named(column)}) FROM {named(name)}"
        ).fetchone()
        for path, leaf in _leaves([column], json.loads(structure or '"NULL"'), level):
            flat = "__".join(path).lower()
            value = f"json_extract({named(column)}, {quoted(path_of(path[1:]))})"
            if isinstance(leaf, list) and leaf[0] != "NULL":
                arrays.append((flat, value, leaf[0]))
            elif leaf == "JSON":
                columns.append(f"{value} AS {named(flat)}")
            elif isinstance(leaf, str) and leaf != "NULL":
                columns.append(f"json_extract_string({value}, '$')::{leaf} AS {named(flat)}")
    for flat, value, item in arrays:
        _split_off(connection, folder, name, f"{name}__{flat}", value, item, level)
    copy(connection, f"SELECT {', '.join(columns)} FROM {named(name)}", folder / f"{name}.parquet")
    connection.execute(f"DROP TABLE {named(name)}")


def _split_off(
    connection: duckdb.DuckDBPyConnection,
    folder: Path,
    parent: str,
    name: str,
    array: str,
    item: object,
    level: int,
) -> None:
    """Write the elements of an array of the parent's rows."""
    elements = f"unnest(from_json({array}, '[\"JSON\"]')) AS element"
    rows = f"SELECT _dlt_id AS _dlt_parent_id, {elements} FROM {named(parent)}"
    fields = "element AS value"
    if isinstance(item, dict):
        told = (f"json_extract(element, {quoted(path_of([key]))}) AS {named(key.lower())}" for key in item)
        fields = ", ".join(told)
    numbered = (
        f"SELECT {fields}, _dlt_parent_id, md5('{name}' || row_number() OVER ()) AS _dlt_id FROM ({rows})"
    )
    connection.execute(f"CREATE OR REPLACE TEMP TABLE {named(name)} AS {numbered}")
    _write(connection, folder, name, level + 1, ())


def _leaves(path: list[str], structure: object, level: int) -> Iterator[tuple[list[str], object]]:
    """The columns that an object becomes, with their types; a list for an array."""
    is_deep = level + len(path) - 1 >= _NESTING
    if isinstance(structure, dict) and not is_deep:
        for key, value in structure.items():
            yield from _leaves([*path, key], value, level)
    elif isinstance(structure, dict | list) and is_deep:
        yield path, "JSON"
    else:
        yield path, structure
