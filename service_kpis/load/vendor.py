"""Loads a vendor's tables as whoever landed them left them into schema raw_<vendor>, typed, without bodies.

What is read of them stands in the source YAML of the vendor's staging folder: nothing of a vendor is known
here. A column that is JSON gives single values, and an array in one may be a table's rows.
"""

import re
from dataclasses import dataclass, field
from pathlib import Path

import duckdb

from service_kpis.errors import CannotStart
from service_kpis.load.contract import Column, Table, names_of, read_columns, vendor_tables
from service_kpis.load.convert import create_parsed, insert_parsed, reject_unparseable
from service_kpis.load.database import copy_tables
from service_kpis.load.files import DELETED, DELETION_MARKS, refuse_no_text, shown_path, visible
from service_kpis.load.lines import number_lines, position
from service_kpis.load.records import Rows, extension_of, rows_of_file
from service_kpis.load.relations import Relation, SourceColumn, checked
from service_kpis.load.sources import Tool
from service_kpis.load.split import json_of, path_of, put_together
from service_kpis.load.sql import named, quoted
from service_kpis.load.types import TEXT, is_free
from service_kpis.load.zones import Zones

# The columns that loaders add, and whose they are.
LOADERS = {
    "_fivetran_synced": "Fivetran",
    "_airbyte_extracted_at": "Airbyte",
    "_airbyte_emitted_at": "Airbyte",
    "_dlt_load_id": "dlt",
    "_sdc_batched_at": "Stitch or Singer",
}
_IS_EPOCH = r"\d{9,10}([.]\d+)?"


@dataclass
class Found:
    """What a location holds of a vendor: rows by the name under which they landed, and names of none."""

    rows: dict[str, list[Rows]] = field(default_factory=dict)
    strangers: list[str] = field(default_factory=list)


def load_tool(connection: duckdb.DuckDBPyConnection, tool: Tool, zones: Zones, scratch: Path) -> list[str]:
    """Add the tables of a tool to its vendor's schema, which must be there; returns what was recognised.

    Raises CannotStart where the location cannot be read, holds none of the vendor's tables, or a table lacks
    a column that it cannot do without.
    """
    tables = vendor_tables(tool.vendor)
    found = _found(connection, tool, tables, scratch)
    if not found.rows:
        raise CannotStart(
            f"no table of {tool.vendor} in {tool.system}'s location: expected e.g. {', '.join([*tables][:3])}"
        )
    # Times without an offset are UTC in vendors' tables, whatever they are in landing files.
    zones = Zones("UTC", zones.by_system, zones.phone_countries)
    landed: dict[str, int] = {}
    lacking: dict[str, None] = {}
    for table in tables.values():
        for rows in put_together(connection, table, tables, found.rows):
            missing = _load(connection, tool, table, rows, zones)
            landed[table.name] = landed.get(table.name, 0) + rows.count
            lacking |= dict.fromkeys(
                f"{tool.system}: {rows.name} has no {_places(column)}, on which KPIs rest: until it lands,"
                f" nothing is known of: {column.description}"
                for column in table.columns
                if column.decides_kpis and column.name in missing
            )
    return [*_recognised(tool, tables, found, landed), *lacking]


def create_tables(connection: duckdb.DuckDBPyConnection, vendor: str) -> None:
    """Make the vendor's schema, with an empty table for each that it may have."""
    tables = vendor_tables(vendor).values()
    schema = next(table.schema for table in tables)
    connection.execute(f"CREATE SCHEMA {schema}")
    for table in tables:
        connection.execute(create_parsed(table, table.place))


def settle(connection: duckdb.DuckDBPyConnection, vendor: str) -> None:
    """Note what of the vendor's rows could not be read, and take the refused ones out."""
    for table in vendor_tables(vendor).values():
        for statement in reject_unparseable(table, table.place):
            connection.execute(statement)


def stamped_files(tool: Tool) -> list[tuple[str, Path]]:
    """The files of a tool's folder by the name under which they are noted; none of a database or a server."""
    folder = Path(tool.location)
    if tool.is_url or not folder.is_dir():
        return []
    names = [*read_columns(vendor_tables(tool.vendor))]
    return [
        (f"{tool.system}/{shown_path(path.relative_to(folder).as_posix())}", path)
        for path in _files(folder)
        if _name_of(path.relative_to(folder), names)
    ]


def _found(
    connection: duckdb.DuckDBPyConnection, tool: Tool, tables: dict[str, Table], scratch: Path
) -> Found:
    if tool.is_url:
        # Here, not above: who reads no server need not wait for its driver.
        from service_kpis.load import postgres

        return Found(postgres.rows(connection, tool, tables))
    folder = Path(tool.location)
    if folder.is_dir():
        return _in_folder(connection, tool, folder, tables, scratch)
    path, hash_sign, schema = tool.location.rpartition("#")
    if not hash_sign:
        what = "is a file" if folder.exists() else "is not there"
        expected = "a folder, FILE.duckdb#SCHEMA or postgres://…#SCHEMA"
        raise CannotStart(f"{tool.system}: {tool.location} {what}: expected {expected}")
    copy = scratch / f"{tool.system}.duckdb"
    copied = copy_tables(Path(path), schema, copy, _read(tables))
    alias = f"{tool.system}__"
    connection.execute(f"ATTACH {quoted(str(copy))} AS {named(alias)} (READ_ONLY)")
    rows = {}
    for name, landed in copied:
        place = f"{named(alias)}.{named(name)}"
        described = connection.execute(f"DESCRIBE SELECT * FROM {place}").fetchall()
        columns = {column.lower(): SourceColumn(column, kind) for column, kind, *_ in described}
        (count,) = connection.execute(f"SELECT count(*) FROM {place}").fetchone()
        shown = f"{tool.system}/{shown_path(landed)}"
        rows[name.lower()] = [Rows(shown, place, columns, count)]
    return Found(rows)


def _in_folder(
    connection: duckdb.DuckDBPyConnection, tool: Tool, folder: Path, tables: dict[str, Table], scratch: Path
) -> Found:
    found, read = Found(), _read(tables)
    for path in _files(folder):
        inner = path.relative_to(folder)
        shown = f"{tool.system}/{shown_path(inner.as_posix())}"
        if not (name := _name_of(inner, [*read])):
            found.strangers.append(shown)
            continue
        found.rows.setdefault(name, []).append(rows_of_file(connection, path, shown, read[name], scratch))
    return found


def _read(tables: dict[str, Table]) -> dict[str, set[str]]:
    """The columns of which something is read by table, what says that a row was deleted among them."""
    return {name: columns | {*DELETION_MARKS} for name, columns in read_columns(tables).items()}


def _files(folder: Path) -> list[Path]:
    """The data files of a folder and of its sub-folders, sorted; what a dot or _ begins is none."""
    try:
        inner = visible(folder)
        files = [path for path in inner if path.is_file()]
        files += [file for path in inner if path.is_dir() for file in visible(path) if file.is_file()]
    except OSError as error:
        raise CannotStart(f"{folder} cannot be read: {error}") from error
    for path in files:
        refuse_no_text(path)
    return sorted(path for path in files if extension_of(path.name))


def _name_of(file: Path, names: list[str]) -> str | None:
    """The name of a table that a file bears, or its folder; numbers and dates may follow it."""
    if len(file.parts) > 1:
        return file.parts[0].lower() if file.parts[0].lower() in names else None
    stem = file.name.lower().removesuffix(extension_of(file.name))
    numbered = r"([._-]?\d[\w.-]*)?"
    return next((name for name in names if re.fullmatch(re.escape(name) + numbered, stem)), None)


def _load(
    connection: duckdb.DuckDBPyConnection, tool: Tool, table: Table, rows: Rows, zones: Zones
) -> list[str]:
    """Insert rows; returns the names of the columns that they do not have."""
    values, missing = {}, []
    for column in table.columns:
        if column.name == "source_system":
            values[column.name] = (quoted(tool.system), TEXT)
        elif value := _value(column, rows):
            values[column.name] = value
        else:
            missing.append(column.name)
    for column in table.columns:
        if column.is_required and column.name in missing:
            names = ", ".join([name for name in rows.columns if not name.startswith("^")][:50])
            raise CannotStart(
                f"{table.title}: column {_places(column)} is missing in {rows.name}; found: {names}"
            )
    values |= _marks(table, rows)
    values |= {column.name: _where(column, values) for column in table.columns if column.only_where}
    selected = ", ".join(f"{sql} AS {named(f'v__{name}')}" for name, (sql, _) in values.items())
    relation = Relation(
        table,
        f"(SELECT *, {selected} FROM {rows.sql})",
        {name: SourceColumn(f"v__{name}", kind) for name, (_, kind) in values.items()},
        quoted(rows.name),
        rows.line or position(connection, table.place, first_line=1),
    )
    connection.execute(insert_parsed(checked(connection, relation), table.place, zones))
    number_lines(connection, table.place)
    rows.note_refused(connection, table)
    connection.execute(
        "INSERT INTO raw.landed_files BY NAME SELECT ? AS table_name, ? AS landed_file_name,"
        " ? AS landed_row_count, 0 AS refused_row_count, NULL AS extra_columns, ? AS missing_columns",
        [table.title, rows.name, rows.count, ", ".join(missing) or None],
    )
    return missing


def _places(column: Column) -> str:
    """Where a column may stand, for people."""
    return " or ".join(place.replace(".", " / ") for place in column.places)


def _value(column: Column, rows: Rows) -> tuple[str, str] | None:
    """SQL for a column's value and its type, of the first place that landed; None where none did.

    Whether something stands at a path is told row by row: where nothing does, the next place is asked.
    """
    found = []
    for place in column.places:
        source, path = rows.at(place)
        if source:
            found.append(_shaped(column, source, path))
            if not path:
                break
    if len(found) > 1:
        told = (f"nullif(trim({value}::VARCHAR), '')" for value, _ in found)
        return f"coalesce({', '.join(told)})", TEXT
    return found[0] if found else None


def _shaped(column: Column, source: SourceColumn, path: list[str]) -> tuple[str, str]:
    value, kind = named(source.name), source.type
    if path:
        value, kind = f"json_extract_string({json_of(source)}, {quoted(path_of(path))})", TEXT
    elif kind == "JSON":
        value, kind = f"json_extract_string({value}, '$')", TEXT
    if column.is_present:
        return f"CAST(nullif(trim({value}::VARCHAR), '') IS NOT NULL AS VARCHAR)", TEXT
    if column.type == "timestamp" and not is_free(kind, "timestamp"):
        return _instant(f"{value}::VARCHAR"), TEXT
    if column.type == "varchar" and kind != TEXT and not is_free(kind, "double"):
        value, kind = f"{value}::VARCHAR", TEXT
    return value, kind


def _instant(text: str) -> str:
    """Seconds since 1970 as an instant; any other text stays."""
    instant = f"make_timestamp((try_cast({text} AS DOUBLE) * 1000000)::BIGINT)::VARCHAR || 'Z'"
    return f"CASE WHEN regexp_full_match({text}, '{_IS_EPOCH}') THEN {instant} ELSE {text} END"


def _where(column: Column, values: dict[str, tuple[str, str]]) -> tuple[str, str]:
    """A value, in those rows alone of which another column says that it serves."""
    if column.name not in values:
        return f"NULL::{column.type}", column.type.upper()
    value, kind = values[column.name]
    conditions = " AND ".join(
        f"lower({values[name][0]}::VARCHAR) IN ({', '.join(map(quoted, words))})"
        for name, words in column.only_where
        if name in values
    )
    return f"CASE WHEN {conditions or 'false'} THEN {value} END", kind


def _marks(table: Table, rows: Rows) -> dict[str, tuple[str, str]]:
    """What says that a row was deleted at its source, unless the vendor's models ask for it themselves."""
    if any(column.name in DELETION_MARKS for column in table.columns):
        return {}
    marks = [source for mark in DELETION_MARKS if (source := rows.column(mark))]
    return {DELETED: (named(marks[-1].name), marks[-1].type)} if marks else {}


def _recognised(tool: Tool, tables: dict[str, Table], found: Found, landed: dict[str, int]) -> list[str]:
    """What was recognised, and what is not known without the tables that are not there."""
    names = {name for rows in found.rows.values() for each in rows for name in each.columns}
    loaders = dict.fromkeys(loader for column, loader in LOADERS.items() if column in names)
    shapes = dict.fromkeys(tables[name].shape for name in landed if tables[name].shape)
    by = f" as {' and '.join(loaders)} lands it" if loaders else ""
    shape = f", in {' and '.join(shapes)} shape" if shapes else ""
    counts = ", ".join(f"{name} {rows:,}" for name, rows in landed.items())
    noted = [f"{tool.system} is read as {tool.vendor}{by}{shape}: {counts}"]
    noted += [
        f"{tool.system}: {other} is not read, since {read} is there"
        for table in tables
        if len(there := [name for name in names_of(table, tables) if found.rows.get(name)]) > 1
        for read, *others in [there]
        for other in others
    ]
    needed: dict[str, list[str]] = {}
    for table in tables.values():
        if table.without and (table.shape is None or table.shape in shapes):
            needed.setdefault(table.without, []).append(table.name)
    noted += [
        f"{tool.system}: {' or '.join(names)} did not land: {without}"
        for without, names in needed.items()
        if not {*names} & {*landed}
    ]
    if found.strangers:
        shown = ", ".join(found.strangers[:5])
        more = f" and {len(found.strangers) - 5} more" if len(found.strangers) > 5 else ""
        noted.append(f"{tool.system}: no table that is read: {shown}{more}")
    return noted
