"""The rows of a vendor's file as a relation: CSV with texts of several lines, JSON lines or Parquet."""

import csv
import gzip
import json
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from glob import escape
from pathlib import Path
from typing import TextIO

import duckdb

from service_kpis.errors import CannotStart
from service_kpis.load.contract import Table, roots
from service_kpis.load.relations import SourceColumn
from service_kpis.load.sql import quoted, without_value
from service_kpis.load.types import TEXT

EXTENSIONS = (".csv", ".csv.gz", ".jsonl", ".jsonl.gz", ".ndjson", ".ndjson.gz", ".parquet")
# Bodies lie in these files, of which nothing is read.
RECORD_LIMIT_BYTES = 1 << 25
REFUSED_LIMIT = 100_000
# No text of JSON holds it as it is.
_NO_SEPARATOR = "\x01"
_KEYS_FROM = 100_000
# DuckDB's own column of a Parquet file's rows.
_ROW_NUMBER = "file_row_number"


@dataclass(frozen=True)
class Rows:
    """Rows to load into one table: `sql` stands after FROM, `columns` by their names in small letters.

    `count` are those that landed, the refused ones among them; `line` is SQL for a row's number, where it has
    one; `refused` are the numbers of records that cannot be read, with the rule that they break.
    """

    name: str
    sql: str
    columns: dict[str, SourceColumn]
    count: int
    line: str | None = None
    refused: tuple[tuple[int, str], ...] = ()

    def column(self, name: str) -> SourceColumn | None:
        """The column of that name, in any case."""
        return self.columns.get(name.lower())

    def at(self, place: str) -> tuple[SourceColumn | None, list[str]]:
        """The column in which the value of a place stands, and the path to it there."""
        for root, path in roots(place):
            if column := self.column(root):
                return column, path
        return None, []

    def note_refused(self, connection: duckdb.DuckDBPyConnection, table: Table) -> None:
        """Note the records that cannot be read as rejects of the table."""
        if self.refused:
            lines, rules = map(list, zip(*self.refused, strict=True))
            connection.execute(
                "INSERT INTO raw.load_rejects BY NAME SELECT $1 AS table_name, $2 AS landed_file_name,"
                " unnest($3::BIGINT[]) AS landed_line_number, unnest($4::VARCHAR[]) AS rule,"
                " 'row' AS severity",
                [table.title, self.name, lines, rules],
            )


def extension_of(name: str) -> str:
    """The longest one of EXTENSIONS that `name` ends with, else an empty string."""
    return max((each for each in EXTENSIONS if name.lower().endswith(each)), key=len, default="")


def rows_of_file(
    connection: duckdb.DuckDBPyConnection, path: Path, name: str, wanted: set[str], scratch: Path
) -> Rows:
    """The rows of a file, called `name` in messages; of JSON, those keys that are wanted.

    Raises CannotStart where it cannot be read.
    """
    extension = extension_of(path.name).removesuffix(".gz")
    try:
        if extension == ".parquet":
            return _of_parquet(connection, path, name)
        if extension == ".csv":
            return _of_csv(connection, path, name, scratch)
        return _of_json(connection, path, name, wanted)
    except (OSError, EOFError, UnicodeDecodeError, duckdb.Error) as error:
        raise CannotStart(f"{path} cannot be read: {without_value(error)}") from None


def keys_of(connection: duckdb.DuckDBPyConnection, sql: str, column: str) -> dict[str, str]:
    """The keys of the first JSON objects in a column of a relation, by their names in small letters."""
    found = connection.execute(
        f"SELECT DISTINCT unnest(json_keys({column})) FROM"
        f" (SELECT {column} FROM {sql} WHERE {column} IS NOT NULL LIMIT {_KEYS_FROM})"
    ).fetchall()
    return {key.lower(): key for (key,) in found}


def _of_parquet(connection: duckdb.DuckDBPyConnection, path: Path, name: str) -> Rows:
    sql = f"read_parquet({quoted(escape(str(path)))}, hive_partitioning=false, file_row_number=true)"
    described = connection.execute(f"DESCRIBE SELECT * FROM {sql}").fetchall()
    columns = {
        column.lower(): SourceColumn(column, kind) for column, kind, *_ in described if column != _ROW_NUMBER
    }
    (count,) = connection.execute(f"SELECT count(*) FROM {sql}").fetchone()
    return Rows(name, sql, columns, count, f"{_ROW_NUMBER} + 1")


def _of_csv(connection: duckdb.DuckDBPyConnection, path: Path, name: str, scratch: Path) -> Rows:
    """DuckDB's reader where it can read all of the file, else the records that Python's can, one by one."""
    with _text(path) as stream:
        header = next(csv.reader(stream, strict=True), [])
    names = [column.strip().lower() for column in header]
    if twice := sorted({column for column in names if column and names.count(column) > 1}):
        raise CannotStart(f"{path}: a column stands twice: {twice[0]}")
    numbered = {column: SourceColumn(f"c{at}", TEXT) for at, column in enumerate(names)}
    sql = _read_csv(path, [f"c{at}" for at in range(len(names))])
    try:
        (count,) = connection.execute(f"SELECT count(*) FROM {sql}").fetchone()
        return Rows(name, sql, numbered, count)
    except duckdb.Error:
        clean = scratch / f"{len([*scratch.iterdir()])}.csv"
        accepted, refused = _sieve(path, len(names), clean)
    sql = _read_csv(clean, ["line", *(f"c{at}" for at in range(len(names)))], header=False)
    return Rows(name, sql, numbered, accepted + len(refused), "line::BIGINT", tuple(refused))


def _read_csv(path: Path, columns: list[str], header: bool = True) -> str:
    names = ", ".join(f"{quoted(name)}: 'VARCHAR'" for name in columns)
    compression = "gzip" if path.name.lower().endswith(".gz") else "none"
    return (
        f"read_csv({quoted(escape(str(path)))}, auto_detect=false, strict_mode=true, header={header},"
        f" delim=',', quote='\"', escape='\"', columns={{{names}}}, compression='{compression}',"
        f" max_line_size={RECORD_LIMIT_BYTES}, hive_partitioning=false)"
    )


def _sieve(path: Path, width: int, clean: Path) -> tuple[int, list[tuple[int, str]]]:
    """Write the records of `width` fields, each behind its number; returns how many, and the others."""
    accepted, refused = 0, []
    csv.field_size_limit(RECORD_LIMIT_BYTES)
    with _text(path) as stream, clean.open("w", encoding="utf-8", newline="") as target:
        write = csv.writer(target, lineterminator="\n", quoting=csv.QUOTE_ALL).writerow
        records = enumerate(csv.reader(stream), start=1)
        next(records)
        for number, fields in records:
            if len(fields) == width:
                write([number, *(field.replace("\0", "") for field in fields)])
                accepted += 1
            elif fields:
                refused.append((number, "ragged_line"))
                if len(refused) > REFUSED_LIMIT:
                    raise CannotStart(f"{path}: more than {REFUSED_LIMIT:,} lines cannot be read")
    return accepted, refused


def _of_json(connection: duckdb.DuckDBPyConnection, path: Path, name: str, wanted: set[str]) -> Rows:
    compression = "gzip" if path.name.lower().endswith(".gz") else "none"
    lines = (
        f"read_csv({quoted(escape(str(path)))}, auto_detect=false, header=false, delim='{_NO_SEPARATOR}',"
        f" quote='', escape='', columns={{'line': 'VARCHAR'}}, compression='{compression}',"
        f" max_line_size={RECORD_LIMIT_BYTES}, hive_partitioning=false)"
    )
    is_object = "CASE WHEN json_valid(line) THEN json_type(line) = 'OBJECT' ELSE false END"
    count, sound = connection.execute(
        f"SELECT count(*), count(*) FILTER ({is_object}) FROM {lines} WHERE trim(line) <> ''"
    ).fetchone()
    keys = keys_of(connection, f"(FROM {lines} WHERE {is_object})", "line")
    read = {low: key for low, key in keys.items() if low in wanted}
    structure = json.dumps({key: "JSON" for key in read.values()})
    sql = (
        f"(SELECT unnest(from_json(line, {quoted(structure)})) FROM {lines} WHERE {is_object})"
        if read
        else f"(SELECT line FROM {lines} WHERE {is_object})"
    )
    columns = {low: SourceColumn(key, "JSON") for low, key in read.items()}
    refused = tuple(_no_objects(path)) if sound < count else ()
    return Rows(name, sql, columns, count, None, refused)


def _no_objects(path: Path) -> Iterator[tuple[int, str]]:
    """The numbers of lines that hold no JSON object."""
    with _text(path) as stream:
        for number, line in enumerate(stream, start=1):
            try:
                is_object = not line.strip() or isinstance(json.loads(line), dict)
            except ValueError:
                is_object = False
            if not is_object:
                yield number, "no_json_object"


@contextmanager
def _text(path: Path) -> Iterator[TextIO]:
    opener = gzip.open if path.name.lower().endswith(".gz") else open
    with opener(path, "rt", encoding="utf-8-sig", newline="", errors="replace") as stream:
        yield stream
