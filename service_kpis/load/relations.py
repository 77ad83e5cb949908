"""What the loader reads from: CSV files, Parquet files and database tables, each as one kind of relation."""

from collections import defaultdict
from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from glob import escape
from itertools import islice
from pathlib import Path

import duckdb

from service_kpis.errors import CannotStart
from service_kpis.load import guard
from service_kpis.load.contract import Column, Table
from service_kpis.load.files import DELETED, LINE_LIMIT_BYTES, Header, LandedFile, match_header
from service_kpis.load.sql import named, quoted
from service_kpis.load.types import TEXT, is_free, is_long, short

PATH = "landed_path__"


@dataclass(frozen=True)
class SourceColumn:
    """The name of a column in its relation and its DuckDB type, or TEXT."""

    name: str
    type: str


@dataclass(frozen=True)
class Relation:
    """Rows to load into one table: `sql` stands after FROM, `columns` by contract name.

    `file` and `line` are SQL for a row's file name and line number; a `line` of None is a row's position.
    `untrusted`: columns of the right type that hold something infinite, out of range or personal.
    """

    table: Table
    sql: str
    columns: dict[str, SourceColumn]
    file: str
    line: str | None
    untrusted: frozenset[str] = frozenset()

    def is_parsed(self, column: Column) -> bool:
        """Whether the column has to go through text to become its contract type."""
        return (
            column.name in self.columns
            and column.type != "varchar"
            and (column.name in self.untrusted or not is_free(self.columns[column.name].type, column.type))
        )

    def is_text(self, column: Column) -> bool:
        """Whether the column is text that stays text."""
        return column.name in self.columns and column.type == "varchar"

    @property
    def has_identity(self) -> bool:
        """Whether a column has to be hashed."""
        return any(column.name in self.columns for column in self.table.columns if guard.is_identity(column))

    @property
    def is_typed(self) -> bool:
        """Whether every column becomes its contract type by a cast that cannot fail, and hides nothing."""
        return (
            not self.has_identity
            and DELETED not in self.columns
            and not any(
                self.is_parsed(column) or column.name in self.untrusted for column in self.table.columns
            )
        )


@dataclass(frozen=True)
class Landed:
    """What is noted of one file: its name, its rows and its columns."""

    name: str
    rows: int
    header: Header


@dataclass(frozen=True)
class TypedInput:
    """A relation whose columns have types, and the files it stands for; `is_lasting`: a view may read it."""

    relation: Relation
    landed: tuple[Landed, ...]
    is_lasting: bool

    @property
    def is_viewed(self) -> bool:
        """Whether a view reads it where it lies."""
        return self.is_lasting and self.relation.is_typed


def csv_relation(table: Table, file: LandedFile, header: Header, width: int, line: str) -> Relation:
    """A CSV file of `width` columns as a relation of text columns."""
    sql = _read_csv([file.path], _numbered(width), header=True, compression=_compression(file))
    return Relation(table, sql, _text_columns(header), quoted(file.name), line)


def csv_files_relation(table: Table, files: list[LandedFile], header: Header, width: int) -> Relation:
    """CSV files of equal headers, one after the other; their rows have no line number yet."""
    paths, compression = [file.path for file in files], _compression(files[0])
    sql = _read_csv(paths, _numbered(width), header=True, compression=compression, filename=quoted(PATH))
    names = ", ".join(f"{quoted(str(file.path))}: {quoted(file.name)}" for file in files)
    name = f"MAP {{{names}}}[{PATH}]"
    return Relation(table, sql, _text_columns(header), name, "NULL::BIGINT")


def sieved_relation(table: Table, file: LandedFile, header: Header, width: int, clean: Path) -> Relation:
    """What the sieve wrote of `file` to `clean`, whose first column is the line number."""
    sql = _read_csv([clean], ["line", *_numbered(width)], limit=4 * LINE_LIMIT_BYTES)
    return Relation(table, sql, _text_columns(header), quoted(file.name), "line::BIGINT")


def refused_lines(path: Path) -> str:
    """What the sieve wrote of the lines it refused, as text columns `line` and `rule`."""
    return _read_csv([path], ["line", "rule"])


def parquet_inputs(
    connection: duckdb.DuckDBPyConnection,
    table: Table,
    files: list[LandedFile],
    folder: Path,
    *,
    is_trusted: bool,
) -> list[TypedInput]:
    """A table's Parquet files, those of the same columns and types as one input; trusted ones are not read.

    Raises CannotStart for a file that is not Parquet or lacks a required column.
    """
    by_schema = defaultdict(list)
    for file in files:
        by_schema[_parquet_columns(connection, file)].append(file)
    return [
        _parquet_input(connection, table, files, schema, len(str(folder)) + 1, is_trusted)
        for schema, files in by_schema.items()
    ]


def database_input(connection: duckdb.DuckDBPyConnection, table: Table, source: str, name: str) -> TypedInput:
    """The database table `source` (an SQL name), called `name` in messages and rows.

    Raises CannotStart where it lacks a required column.
    """
    described = connection.execute(f"DESCRIBE SELECT * FROM {source}").fetchall()
    columns = [SourceColumn(*row[:2]) for row in described]
    header = match_header(table, [column.name for column in columns], name)
    (rows,) = connection.execute(f"SELECT count(*) FROM {source}").fetchone()
    relation = Relation(table, source, _typed_columns(header, columns), quoted(name), line=None)
    return TypedInput(checked(connection, relation), (Landed(name, rows, header),), is_lasting=False)


def _compression(file: LandedFile) -> str:
    return "gzip" if file.extension == ".csv.gz" else "none"


def _numbered(width: int) -> list[str]:
    return [f"c{at}" for at in range(width)]


def _read_csv(
    paths: list[Path],
    columns: list[str],
    *,
    header: bool = False,
    compression: str = "none",
    limit: int = LINE_LIMIT_BYTES,
    filename: str = "false",
) -> str:
    files = ", ".join(quoted(escape(str(path))) for path in paths)
    names = ", ".join(f"{quoted(name)}: 'VARCHAR'" for name in columns)
    # No field can hold a line end, so none reads as NULL: the reader forgives a surplus field that does.
    return (
        f"read_csv([{files}], filename={filename}, auto_detect=false, strict_mode=true, header={header},"
        f" delim=',', quote='\"', escape='\"', nullstr='\n', columns={{{names}}},"
        f" compression='{compression}', max_line_size={limit}, hive_partitioning=false)"
    )


def _text_columns(header: Header) -> dict[str, SourceColumn]:
    return {name: SourceColumn(f"c{at}", TEXT) for name, at in header.positions.items()}


def _typed_columns(header: Header, columns: list[SourceColumn]) -> dict[str, SourceColumn]:
    return {name: columns[at] for name, at in header.positions.items()}


def _parquet_input(
    connection: duckdb.DuckDBPyConnection,
    table: Table,
    files: list[LandedFile],
    schema: tuple[tuple[str, SourceColumn], ...],
    prefix: int,
    is_trusted: bool,
) -> TypedInput:
    names = [name for name, _ in schema]
    landed = tuple(
        Landed(file.name, _parquet_rows(connection, file), match_header(table, names, str(file.path)))
        for file in files
    )
    paths = ", ".join(quoted(escape(str(file.path))) for file in files)
    relation = Relation(
        table,
        f"read_parquet([{paths}], filename={quoted(PATH)}, hive_partitioning=false)",
        _typed_columns(landed[0].header, [column for _, column in schema]),
        _shown_name(files, prefix),
        "file_row_number + 1",
    )
    # A view would hold the name of a file that looks personal.
    is_lasting = all(file.path.as_posix().endswith(file.name) for file in files)
    return TypedInput(relation if is_trusted else checked(connection, relation), landed, is_lasting)


def _shown_name(files: list[LandedFile], prefix: int) -> str:
    """SQL for the name of a row's file: its path from the folder on, or what stands for it."""
    name = f"substr({PATH}, {prefix + 1})"
    hidden = [file for file in files if not file.path.as_posix().endswith(file.name)]
    cases = "".join(f" WHEN {quoted(str(file.path)[prefix:])} THEN {quoted(file.name)}" for file in hidden)
    return f"CASE {name}{cases} ELSE {name} END" if cases else name


def _parquet_rows(connection: duckdb.DuckDBPyConnection, file: LandedFile) -> int:
    metadata = f"parquet_file_metadata({quoted(escape(str(file.path)))})"
    return connection.execute(f"SELECT num_rows FROM {metadata}").fetchone()[0]


def _parquet_columns(
    connection: duckdb.DuckDBPyConnection, file: LandedFile
) -> tuple[tuple[str, SourceColumn], ...]:
    """Each column's name in the file, and its name and type in DuckDB, which renames a repeated one."""
    path = quoted(escape(str(file.path)))
    described = f"DESCRIBE SELECT * FROM read_parquet({path}, hive_partitioning=false)"
    try:
        nodes = connection.execute(f"SELECT name, num_children FROM parquet_schema({path})").fetchall()
        columns = [SourceColumn(*row[:2]) for row in connection.execute(described).fetchall()]
    except duckdb.Error as error:
        raise CannotStart(f"{file.path} cannot be read as Parquet: {str(error).splitlines()[0]}") from error
    return tuple(zip(_top_level(iter(nodes)), columns, strict=True))


def _top_level(nodes: Iterator[tuple[str, int | None]]) -> list[str]:
    """The names of the root's children; `nodes` is the schema tree, each parent before its children."""

    def skip(children: int) -> None:
        for _, inner in islice(nodes, children):
            skip(inner or 0)

    _, children = next(nodes)
    names = []
    for name, inner in islice(nodes, children):
        names.append(name)
        skip(inner or 0)
    return names


def checked(connection: duckdb.DuckDBPyConnection, relation: Relation) -> Relation:
    """The relation with its untrusted columns marked; Parquet answers for instants from its statistics.

    Texts are read only where all else may stay as it is.
    """
    first, last = "TIMESTAMPTZ '0001-01-02'", "TIMESTAMPTZ '9999-12-31'"
    doubts = {
        "timestamp": lambda _, value: (
            f"min({value})::TIMESTAMPTZ < {first} OR max({value})::TIMESTAMPTZ > {last}"
        ),
        "double": lambda _, value: f"bool_or(NOT isfinite({value}::DOUBLE))",
        "varchar": lambda column, value: (
            f"bool_or({is_long(f'{value}::VARCHAR', column)}"
            f" OR {guard.is_open(column, short(f'{value}::VARCHAR', column))})"
        ),
    }
    for contract_type, condition in doubts.items():
        if contract_type != "varchar" or relation.is_typed:
            doubtful = _columns_where(connection, relation, contract_type, condition)
            relation = replace(relation, untrusted=relation.untrusted | doubtful)
    return relation


def _columns_where(
    connection: duckdb.DuckDBPyConnection,
    relation: Relation,
    contract_type: str,
    condition: Callable[[Column, str], str],
) -> frozenset[str]:
    """The columns of a contract type, not parsed anyway, for which an aggregate condition holds."""
    columns = [
        column
        for column in relation.table.columns
        if column.type == contract_type and column.name in relation.columns and not relation.is_parsed(column)
    ]
    if not columns:
        return frozenset()
    conditions = (condition(column, named(relation.columns[column.name].name)) for column in columns)
    answers = connection.execute(f"SELECT {', '.join(conditions)} FROM {relation.sql}").fetchone()
    return frozenset(column.name for column, is_true in zip(columns, answers, strict=True) if is_true)
