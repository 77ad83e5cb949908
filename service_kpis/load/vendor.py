"""Loads a vendor's tables as whoever landed them left them into schema raw_<vendor>, typed, without bodies.

What is read of them stands in the source YAML of the vendor's staging folder: nothing of a vendor is known
here. A column that is JSON gives single values, and an array in one may be a table's rows.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path

import duckdb

from service_kpis.errors import CannotStart
from service_kpis.load.contract import Column, Table, vendor_tables
from service_kpis.load.convert import create_parsed, insert_parsed, reject_unparseable
from service_kpis.load.database import copy_tables
from service_kpis.load.files import DELETED, DELETION_MARKS, refuse_no_text, shown_path, visible
from service_kpis.load.lines import number_lines, position
from service_kpis.load.records import Rows, extension_of, keys_of, rows_of_file
from service_kpis.load.relations import Relation, SourceColumn, checked
from service_kpis.load.sources import Tool
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
_ELEMENT = "element__"


@dataclass
class Found:
    """What a location holds of a vendor: the rows of each table, and names that are none of its tables."""

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
    landed = {}
    for table in tables.values():
        rows = found.rows.get(table.name) or list(_of_parent(connection, table, tables, found))
        for each in rows:
            landed[table.name] = landed.get(table.name, 0) + _load(connection, tool, table, each, zones)
    return _recognised(tool, tables, found, landed)


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
    tables = vendor_tables(tool.vendor)
    return [
        (f"{tool.system}/{shown_path(path.relative_to(folder).as_posix())}", path)
        for path in _files(folder)
        if _table_of(path.relative_to(folder), tables)
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
    kept = {table.name: _roots(table, tables) for table in tables.values()}
    copied = copy_tables(Path(path), schema, copy, kept)
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
    found = Found()
    for path in _files(folder):
        name = path.relative_to(folder)
        shown = shown_path(name.as_posix())
        if not (table := _table_of(name, tables)):
            found.strangers.append(f"{tool.system}/{shown}")
            continue
        wanted = _roots(tables[table], tables)
        rows = rows_of_file(connection, path, f"{tool.system}/{shown}", wanted, scratch)
        found.rows.setdefault(table, []).append(rows)
    return found


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


def _table_of(name: Path, tables: dict[str, Table]) -> str | None:
    """The table whose name a file bears, or its folder; numbers and dates may follow it."""
    if len(name.parts) > 1:
        return name.parts[0].lower() if name.parts[0].lower() in tables else None
    stem = name.name.lower().removesuffix(extension_of(name.name))
    numbered = r"([._-]?\d[\w.-]*)?"
    return next((table for table in tables if re.fullmatch(re.escape(table) + numbered, stem)), None)


def _roots(table: Table, tables: dict[str, Table]) -> set[str]:
    """The landed columns of which something is read, for this table or for one whose rows lie in it."""
    places = [place for column in table.columns for place in column.places]
    for child in tables.values():
        parent, _, array = (child.rows_of or "").partition(".")
        if parent == table.name:
            above = (place for column in child.columns for place in column.places)
            places += [array, *(place[1:] for place in above if place.startswith("^"))]
    marks = () if any(column.name in DELETION_MARKS for column in table.columns) else DELETION_MARKS
    return {place.split(".")[0].lower() for place in places} | {*marks}


def _of_parent(
    connection: duckdb.DuckDBPyConnection, table: Table, tables: dict[str, Table], found: Found
) -> Iterator[Rows]:
    """The rows of a table that did not land itself: the elements of an array of its parent."""
    parent, _, array = (table.rows_of or "").partition(".")
    for above in found.rows.get(parent, ()):
        root, *path = [array] if above.column(array) else array.split(".")
        if not (source := above.column(root)):
            continue
        found_array = f"json_extract({_json(source)}, {quoted(_path(path))})" if path else _json(source)
        elements = f"from_json({found_array}, '[\"JSON\"]')"
        inner = f"(SELECT *, unnest({elements}) AS {_ELEMENT} FROM {above.sql})"
        # A parent's columns go by ^ and their name, an element's fields by their name.
        columns = {f"^{name}": column for name, column in above.columns.items()}
        wanted = {place.split(".")[0].lower() for column in table.columns for place in column.places}
        keys = {low: key for low, key in keys_of(connection, inner, _ELEMENT).items() if low in wanted}
        columns |= {low: SourceColumn(f"{_ELEMENT}{low}", "JSON") for low in keys}
        fields = "".join(
            f", json_extract({_ELEMENT}, {quoted(_path([key]))}) AS {named(_ELEMENT + low)}"
            for low, key in keys.items()
        )
        sql = f"(SELECT *{fields} FROM {inner})"
        (count,) = connection.execute(f"SELECT count(*) FROM {sql}").fetchone()
        yield Rows(f"{above.name}#{array}", sql, columns, count)


def _load(connection: duckdb.DuckDBPyConnection, tool: Tool, table: Table, rows: Rows, zones: Zones) -> int:
    """Insert rows; returns how many there were, those that could not be read among them."""
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
            places = " or ".join(place.replace(".", " / ") for place in column.places)
            names = ", ".join([*rows.columns][:50])
            raise CannotStart(f"{table.title}: column {places} is missing in {rows.name}; found: {names}")
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
    return rows.count


def _value(column: Column, rows: Rows) -> tuple[str, str] | None:
    """SQL for a column's value and its type, of the first place that landed; None where none did.

    Whether something stands at a path is told row by row: where nothing does, the next place is asked.
    """
    found = []
    for place in column.places:
        root, *path = place.split(".")
        if source := rows.column(place):
            found.append(_shaped(column, source, []))
            break
        if source := rows.column(root):
            found.append(_shaped(column, source, path))
    if len(found) > 1:
        told = (f"nullif(trim({value}::VARCHAR), '')" for value, _ in found)
        return f"coalesce({', '.join(told)})", TEXT
    return found[0] if found else None


def _shaped(column: Column, source: SourceColumn, path: list[str]) -> tuple[str, str]:
    value, kind = named(source.name), source.type
    if path:
        value, kind = f"json_extract_string({_json(source)}, {quoted(_path(path))})", TEXT
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


def _json(source: SourceColumn) -> str:
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


def _path(parts: list[str]) -> str:
    return "$" + "".join(f'."{part}"' for part in parts)


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
    same = [table for table in tables.values() if table.shape is None or table.shape in shapes]
    noted += [
        f"{tool.system}: {table.name} did not land: {table.without}"
        for table in same
        if table.without and table.name not in landed
    ]
    if found.strangers:
        shown = ", ".join(found.strangers[:5])
        more = f" and {len(found.strangers) - 5} more" if len(found.strangers) > 5 else ""
        noted.append(f"{tool.system}: no table that is read: {shown}{more}")
    return noted
