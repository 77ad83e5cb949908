"""Puts beside a vendor's rows what belongs to them and lies elsewhere: in a parent, or split off by a loader.

Arrays land as JSON, or each as a table of its own whose rows name the row that they were in (dlt, Stitch).
"""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import replace

import duckdb

from service_kpis.load.contract import SPLIT_KEYS, SPLIT_VALUE, Table, names_of, roots, split_name
from service_kpis.load.records import Rows, keys_of
from service_kpis.load.relations import SourceColumn
from service_kpis.load.sql import named, quoted
from service_kpis.load.types import TEXT

_ELEMENT = "element__"
_KEY, _LINE = "key__", "line__"


def put_together(
    connection: duckdb.DuckDBPyConnection,
    table: Table,
    tables: Mapping[str, Table],
    found: Mapping[str, list[Rows]],
) -> Iterator[Rows]:
    """The rows of a table: those that landed or were split off, else the elements of an array of its parent.

    `found` has what landed by its name. A column of the parent goes by ^ and its name.
    """
    _, parents = _landed(names_of(table.parent, tables), found) if table.parent else ("", [])
    name, landed = _landed(names_of(table.name, tables), found)
    if not name:
        yield from _elements(connection, table, parents)
    for rows in landed:
        whole = _with_parents(connection, table, rows, parents)
        for column in table.columns:
            for place in column.places if column.is_list else ():
                if not rows.at(place)[0] and (items := found.get(split_name(name, place))):
                    whole = _with_list(connection, whole, next(roots(place))[0], items)
        yield whole


def json_of(source: SourceColumn) -> str:
    """A column as JSON, whatever it landed as; NULL where it is none.

    A tool may have stored its text once more encoded, as a JSON string.
    """
    value = named(source.name)
    if source.type not in ("VARCHAR", TEXT, "JSON"):
        return f"to_json({value})"
    inner = f"json_extract_string({value}, '$')"
    is_text = f"json_type({value}) = 'VARCHAR' AND json_valid({inner})"
    unwrapped = f"CASE WHEN {is_text} THEN {inner}::JSON ELSE {value}::JSON END"
    return f"CASE WHEN json_valid({value}) THEN {unwrapped} END"


def path_of(parts: Iterable[str]) -> str:
    """A path in JSON."""
    return "$" + "".join(f'."{part}"' for part in parts)


def _landed(names: Iterable[str], found: Mapping[str, list[Rows]]) -> tuple[str, list[Rows]]:
    name = next((name for name in names if found.get(name)), "")
    return name, found.get(name, [])


def _elements(connection: duckdb.DuckDBPyConnection, table: Table, parents: list[Rows]) -> Iterator[Rows]:
    for above in parents:
        source, path = above.at(table.array)
        if not source:
            continue
        array = f"json_extract({json_of(source)}, {quoted(path_of(path))})" if path else json_of(source)
        elements = f"from_json({array}, '[\"JSON\"]')"
        inner = f"(SELECT *, unnest({elements}) AS {_ELEMENT} FROM {above.sql})"
        columns = {f"^{name}": column for name, column in above.columns.items()}
        places = (place for column in table.columns for place in column.places)
        wanted = {root.lower() for place in places for root, _ in roots(place)}
        keys = {low: key for low, key in keys_of(connection, inner, _ELEMENT).items() if low in wanted}
        columns |= {low: SourceColumn(f"{_ELEMENT}{low}", "JSON") for low in keys}
        fields = "".join(
            f", json_extract({_ELEMENT}, {quoted(path_of([key]))}) AS {named(_ELEMENT + low)}"
            for low, key in keys.items()
        )
        sql = f"(SELECT *{fields} FROM {inner})"
        (count,) = connection.execute(f"SELECT count(*) FROM {sql}").fetchone()
        yield Rows(f"{above.name}#{table.array}", sql, columns, count)


def _with_parents(
    connection: duckdb.DuckDBPyConnection, table: Table, rows: Rows, parents: list[Rows]
) -> Rows:
    """Rows that were split off, each with the columns of the row that it was in that are read."""
    places = {place[1:] for column in table.columns for place in column.places if place.startswith("^")}
    wanted = {root.lower() for place in places for root, _ in roots(place)}
    there = {name for above in parents for name in above.columns if name in wanted}
    keys = _keys(rows, parents)
    if not there or not keys:
        return rows
    selects = []
    for above in parents:
        told = [
            f"{named(above.columns[name].name)} AS {named(f'^{name}')}" for name in there & {*above.columns}
        ]
        selects.append(
            ", ".join([f"{_text(above, keys[1])} AS {_KEY}", *sorted(told)]) + f" FROM {above.sql}"
        )
    union = " UNION ALL BY NAME ".join(f"SELECT {select}" for select in selects)
    return _joined(connection, rows, keys[0], f"SELECT DISTINCT ON ({_KEY}) * FROM ({union})")


def _with_list(connection: duckdb.DuckDBPyConnection, rows: Rows, column: str, items: list[Rows]) -> Rows:
    """Rows with a list that was split off them, as JSON."""
    items = [each for each in items if each.column(SPLIT_VALUE)]
    keys = _keys(items[0], [rows]) if items else None
    if not keys:
        return rows
    union = " UNION ALL ".join(
        f"SELECT {_text(each, keys[0])} AS {_KEY}, {_text(each, SPLIT_VALUE)} AS item FROM {each.sql}"
        for each in items
    )
    lists = f"SELECT {_KEY}, to_json(list(item))::VARCHAR AS {named(column)} FROM ({union}) GROUP BY {_KEY}"
    return _joined(connection, rows, keys[1], lists)


def _keys(below: Rows, above: list[Rows]) -> tuple[str, str] | None:
    """The column of a row that was split off and that of its parent which belong together."""
    return next(
        (
            keys
            for keys in SPLIT_KEYS
            if below.column(keys[0]) and above and all(each.column(keys[1]) for each in above)
        ),
        None,
    )


def _text(rows: Rows, column: str) -> str:
    source = rows.column(column)
    value = named(source.name)
    return f"json_extract_string({value}, '$')" if source.type == "JSON" else f"{value}::VARCHAR"


def _joined(connection: duckdb.DuckDBPyConnection, rows: Rows, key: str, others: str) -> Rows:
    """Rows beside those of a query with the same key__; numbered, since a join does not keep their order."""
    number = "" if rows.line == _LINE else f", {rows.line or 'row_number() OVER ()'} AS {_LINE}"
    own = f"SELECT *{number}, {_text(rows, key)} AS own_{_KEY} FROM {rows.sql}"
    columns = connection.execute(f"DESCRIBE {others}").fetchall()
    told = {name: SourceColumn(name, kind) for name, kind, *_ in columns if name != _KEY}
    sql = (
        f"(SELECT own.* EXCLUDE (own_{_KEY}), other.* EXCLUDE ({_KEY})"
        f" FROM ({own}) AS own LEFT JOIN ({others}) AS other ON other.{_KEY} = own.own_{_KEY})"
    )
    return replace(rows, sql=sql, columns=rows.columns | told, line=_LINE)
