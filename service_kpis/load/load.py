"""Loads a landing location into schema `raw` of the private build file, and vendors' tables beside it."""

from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing, contextmanager
from dataclasses import dataclass, field, replace
from pathlib import Path

import duckdb

from service_kpis import own
from service_kpis.engine import connect
from service_kpis.errors import CannotStart
from service_kpis.load import guard, vendor
from service_kpis.load.contract import RAW, Table, known_tables, landing_tables, note_tables, vendors
from service_kpis.load.convert import (
    columns_sql,
    create_parsed,
    insert_parsed,
    reject_unparseable,
    select_typed,
)
from service_kpis.load.countries import Numbers
from service_kpis.load.database import copy_tables
from service_kpis.load.files import (
    DELETION_MARKS,
    Header,
    LandedFile,
    count_lines,
    find_files,
    match_header,
    read_header,
    shown_path,
    strangers,
)
from service_kpis.load.findings import Findings, look
from service_kpis.load.lines import number_lines, position
from service_kpis.load.loaded import Loaded, digest, stamps, systems, unchanged
from service_kpis.load.relations import (
    Landed,
    Relation,
    TypedInput,
    csv_files_relation,
    csv_relation,
    database_input,
    parquet_inputs,
    refused_lines,
    sieved_relation,
)
from service_kpis.load.sieve import sieve
from service_kpis.load.sources import Tool
from service_kpis.load.sql import SYSTEM, named, quoted, without_value
from service_kpis.load.zones import Zones
from service_kpis.privacy import HashKey, erased_identifiers, hash_key
from service_kpis.signals import plain_folder

Report = Callable[[str, int, int], None]
"""`report(step, done, total)`: a table is loaded, `done` of `total` are."""

_ATTACHED = "landing__"
# A statement takes a tenth of a second to plan: small files share one.
_UNNUMBERED = "landed_line_number IS NULL"
_SMALL_BYTES, _FILES_TOGETHER = 1 << 20, 200


@dataclass(frozen=True)
class LoadSummary:
    """What a load found: rows by table, tables that did not arrive, columns and files of no contract.

    `unseen_systems` are source systems whose time zone was given and of which no row landed, `findings` what
    was not understood.
    """

    landed: dict[str, int]
    refused: dict[str, int]
    absent: list[str]
    extra_columns: dict[str, list[str]]
    strangers: list[str]
    unseen_systems: list[str] = field(default_factory=list)
    loaded: Loaded | None = None
    findings: Findings = field(default_factory=Findings)


@dataclass(frozen=True)
class CsvInput:
    """A CSV file, its header, and how many columns it has in all."""

    file: LandedFile
    header: Header
    width: int


@dataclass
class Inputs:
    """What a table is loaded from."""

    csv: list[CsvInput] = field(default_factory=list)
    typed: list[TypedInput] = field(default_factory=list)


def load_landing(
    location: str | None,
    build: Path,
    zones: Zones,
    report: Report | None = None,
    before: Loaded | None = None,
    tools: tuple[Tool, ...] = (),
) -> LoadSummary:
    """Load `location` into schema `raw` of the DuckDB file `build`, and the tables of `tools` beside it.

    Without a location only the tools', which are loaded anew each time. What was loaded `before` of the
    landing stays, if all its files are still there and the same; new ones are added.
    `location` is a folder or `FILE.duckdb#SCHEMA`. Text becomes types here; times become naive UTC. Typed
    Parquet files without anything personal stay where they are: their tables are views. What is personal is
    hashed on the way (see `guard`). `raw.landed_files` and `raw.load_rejects` note what landed and what could
    not be loaded. Raises
    CannotStart where the location, a header or a file cannot be read.
    """
    key = hash_key()
    erased = erased_identifiers(key)
    files, settings = stamps(location, tools), _settings(location, tools, zones, key, erased)
    kept = before if before and not tools and before.is_within(files, settings) else None
    build.parent.mkdir(parents=True, exist_ok=True)
    with (
        plain_folder(f"{build.name}.load_", build.parent) as scratch,
        closing(_open(build)) as connection,
        unchanged(location, files, tools),
        _without_values(location or ", ".join(tool.system for tool in tools)),
    ):
        zones.check(connection)
        national = Numbers()
        guard.prepare(connection, key, erased, zones.phone_countries, national.note)
        inputs = _inputs(connection, location, files, kept, scratch) if location else defaultdict(Inputs)
        if not kept:
            _recreate_schema(connection)
        tables = landing_tables().values()
        for done, table in enumerate(tables, start=1):
            _load_table(connection, table, inputs[table.name], zones, scratch)
            if report:
                report(table.name, done, len(tables))
        noted = _load_tools(connection, tools, zones, scratch)
        _count_refused(connection)
        _note_days(connection, zones)
        _note_pseudonyms(connection, key)
        loaded = Loaded(files, _in_place(inputs), systems(connection), settings)
        connection.execute("CHECKPOINT")
        findings = look(connection)
        findings.noted += noted
        findings.said += national.would_join(connection, key, zones.phone_countries)
        others = strangers(Path(location)) if location and Path(location).is_dir() else []
        return replace(
            _summary(connection, others),
            unseen_systems=_unseen_systems(loaded, zones),
            loaded=loaded,
            findings=findings,
        )


def _load_tools(
    connection: duckdb.DuckDBPyConnection,
    tools: tuple[Tool, ...],
    zones: Zones,
    scratch: Path,
) -> list[str]:
    """Load the tables of tools; returns what was recognised in them."""
    for name in vendors():
        connection.execute(f"DROP SCHEMA IF EXISTS {RAW}_{name} CASCADE")
    noted = []
    for name in sorted({tool.vendor for tool in tools}):
        vendor.create_tables(connection, name)
        for tool in tools:
            if tool.vendor == name:
                noted += vendor.load_tool(connection, tool, zones, scratch)
        vendor.settle(connection, name)
    return noted


def _settings(
    location: str | None, tools: tuple[Tool, ...], zones: Zones, key: HashKey, erased: list[str]
) -> str:
    """All that decides what a file's rows become, in one text."""
    theirs = [(tool.vendor, tool.system, tool.location) for tool in tools]
    return digest([location and Path(location).resolve(), theirs, zones, key.fingerprint, sorted(erased)])


@contextmanager
def _without_values(location: str) -> Iterator[None]:
    """Let nobody hear the value that DuckDB stumbled over: what it quotes, but for paths, is cut off."""
    try:
        yield
    except duckdb.IOException:
        raise
    except duckdb.Error as error:
        raise CannotStart(f"{location} could not be loaded: {without_value(error)}") from None


def _open(build: Path) -> duckdb.DuckDBPyConnection:
    try:
        if not build.exists():
            own.make(build)
        # Landed files are read, some of them by views.
        return connect(build, reads_files=True)
    except duckdb.Error as error:
        raise CannotStart(f"{build} cannot be opened: {str(error).splitlines()[0]}") from error


def _inputs(
    connection: duckdb.DuckDBPyConnection,
    location: str,
    files: dict[str, str],
    kept: Loaded | None,
    scratch: Path,
) -> dict[str, Inputs]:
    """Everything that there is to load and not kept, headers checked, by table."""
    path, hash_sign, schema = location.rpartition("#")
    if hash_sign and not Path(location).is_dir():
        return _database_inputs(connection, Path(path), schema, scratch)
    if Path(location).is_file():
        raise CannotStart(f"{location} is a file: expected a folder, or FILE.duckdb#SCHEMA")
    return _folder_inputs(connection, Path(location).resolve(), files, kept)


def _folder_inputs(
    connection: duckdb.DuckDBPyConnection, folder: Path, stamped: dict[str, str], kept: Loaded | None
) -> dict[str, Inputs]:
    """What comes after the files were stamped waits for the next run."""
    inputs: dict[str, Inputs] = defaultdict(Inputs)
    parquet_files = defaultdict(list)
    known, in_place = (set(kept.files), set(kept.in_place)) if kept else (set(), set())
    for file in find_files(folder):
        if file.name not in stamped or file.name in known - in_place:
            continue
        if file.extension == ".parquet":
            parquet_files[file.table, file.name in in_place].append(file)
            continue
        found = read_header(file)
        header = match_header(landing_tables()[file.table], found, str(file.path))
        inputs[file.table].csv.append(CsvInput(file, header, len(found)))
    for (name, is_trusted), files in parquet_files.items():
        inputs[name].typed += parquet_inputs(
            connection, landing_tables()[name], files, folder, is_trusted=is_trusted
        )
    return inputs


def _in_place(inputs: dict[str, Inputs]) -> list[str]:
    """The files that views read where they lie."""
    typed = [input for of_table in inputs.values() for input in of_table.typed if input.is_viewed]
    return [landed.name for input in typed for landed in input.landed]


def _database_inputs(
    connection: duckdb.DuckDBPyConnection, file: Path, schema: str, scratch: Path
) -> dict[str, Inputs]:
    copy = scratch / "landing.duckdb"
    tables = landing_tables()
    read = {table.name: {c.name for c in table.columns} | {*DELETION_MARKS} for table in tables.values()}
    copied = copy_tables(file, schema, copy, read)
    connection.execute(f"ATTACH {quoted(str(copy))} AS {_ATTACHED} (READ_ONLY)")
    inputs: dict[str, Inputs] = defaultdict(Inputs)
    for name, landed in copied:
        table, source = tables[name.lower()], f"{_ATTACHED}.{named(name)}"
        shown = shown_path(f"{file.name}#{landed}")
        inputs[table.name].typed.append(database_input(connection, table, source, shown))
    return inputs


def _recreate_schema(connection: duckdb.DuckDBPyConnection) -> None:
    connection.execute("DROP SCHEMA IF EXISTS raw CASCADE")
    connection.execute("CREATE SCHEMA raw")
    for table in note_tables().values():
        connection.execute(f"CREATE TABLE raw.{table.name} ({columns_sql(table)})")


def _load_table(
    connection: duckdb.DuckDBPyConnection, table: Table, inputs: Inputs, zones: Zones, scratch: Path
) -> None:
    """Make `raw.<table>`: a view where all of it is typed Parquet, a view of both where some of it is.

    Rows that a run before has copied stay.
    """
    views = [input.relation for input in inputs.typed if input.is_viewed]
    copies = [input.relation for input in inputs.typed if not input.is_viewed]
    selects = [select_typed(relation, zones) for relation in views]
    copied = f"raw._{table.name}_parsed"
    has_copied = _set_aside(connection, table, copied)
    if inputs.csv or copies or not (views or has_copied):
        target = "raw._parsed" if has_copied else copied
        _load_parsed(connection, table, target, inputs.csv, copies, zones, scratch)
        if has_copied:
            connection.execute(f"INSERT INTO {copied} FROM {target}")
            connection.execute(f"DROP TABLE {target}")
        has_copied = True
    if has_copied:
        selects.append(f"SELECT * FROM {copied}")
    if views:
        connection.execute(f"CREATE VIEW raw.{table.name} AS {' UNION ALL '.join(selects)}")
    else:
        connection.execute(f"ALTER TABLE {copied} RENAME TO {table.name}")
    for input in inputs.typed:
        _note_landed(connection, table, input.landed)


def _set_aside(connection: duckdb.DuckDBPyConnection, table: Table, copied: str) -> bool:
    """Free the name `raw.<table>`; returns whether there are rows of a run before, now in `copied` alone."""
    kinds = dict(
        connection.execute(
            "SELECT table_name, table_type FROM information_schema.tables WHERE table_schema = 'raw'"
        ).fetchall()
    )
    if kinds.get(table.name) == "VIEW":
        connection.execute(f"DROP VIEW raw.{table.name}")
    elif table.name in kinds:
        connection.execute(f"ALTER TABLE raw.{table.name} RENAME TO {copied.removeprefix('raw.')}")
        return True
    return copied.removeprefix("raw.") in kinds


def _load_parsed(
    connection: duckdb.DuckDBPyConnection,
    table: Table,
    target: str,
    csv_inputs: list[CsvInput],
    relations: list[Relation],
    zones: Zones,
    scratch: Path,
) -> None:
    connection.execute(create_parsed(table, target))
    for relation in relations:
        line = relation.line or position(connection, target, first_line=1)
        connection.execute(insert_parsed(replace(relation, line=line), target, zones))
    alone, together = _small_alike(csv_inputs)
    for group in together:
        alone += _load_together(connection, table, target, group, zones)
    for csv_input in alone:
        _load_csv(connection, table, target, csv_input, zones, scratch)
    number_lines(connection, target)
    for statement in reject_unparseable(table, target):
        connection.execute(statement)


def _small_alike(sources: list[CsvInput]) -> tuple[list[CsvInput], list[list[CsvInput]]]:
    """The files that are loaded alone, and groups of small ones with equal headers."""
    alone, alike = [], defaultdict(list)
    for source in sources:
        header = (source.file.extension, source.width, *source.header.positions.items())
        is_small = source.file.path.stat().st_size <= _SMALL_BYTES
        (alike[header] if is_small else alone).append(source)
    groups = [
        files[first : first + _FILES_TOGETHER]
        for files in alike.values()
        for first in range(0, len(files), _FILES_TOGETHER)
    ]
    alone += [group[0] for group in groups if len(group) == 1]
    return alone, [group for group in groups if len(group) > 1]


def _load_together(
    connection: duckdb.DuckDBPyConnection, table: Table, target: str, sources: list[CsvInput], zones: Zones
) -> list[CsvInput]:
    """Load CSV files of equal headers by few statements; returns those that have to be loaded alone."""
    counts = {source.file.name: count_lines(source.file) for source in sources}
    plain = [source for source in sources if counts[source.file.name].is_plain]
    alone = [source for source in sources if not counts[source.file.name].is_plain]
    lines = {name: count.lines for name, count in counts.items()}
    return alone + _load_halves(connection, table, target, plain, lines, zones)


def _load_halves(
    connection: duckdb.DuckDBPyConnection,
    table: Table,
    target: str,
    sources: list[CsvInput],
    lines: dict[str, int],
    zones: Zones,
) -> list[CsvInput]:
    """Load CSV files by one statement, or half of them by one where the reader finds other lines in them than
    were counted, and so on; returns those that are left over one by one."""
    if len(sources) < 2:
        return sources
    if _load_at_once(connection, table, target, sources, lines, zones):
        return []
    half = len(sources) // 2
    halves = sources[:half], sources[half:]
    return [left for part in halves for left in _load_halves(connection, table, target, part, lines, zones)]


def _load_at_once(
    connection: duckdb.DuckDBPyConnection,
    table: Table,
    target: str,
    sources: list[CsvInput],
    lines: dict[str, int],
    zones: Zones,
) -> bool:
    """Whether the reader found in each CSV file the lines that were counted; else nothing is loaded."""
    files = [source.file for source in sources]
    relation = csv_files_relation(table, files, sources[0].header, sources[0].width)
    connection.execute("BEGIN")
    try:
        connection.execute(insert_parsed(relation, target, zones))
        found = connection.execute(
            f"SELECT landed_file_name, count(*) FROM {target} WHERE {_UNNUMBERED} GROUP BY 1"
        ).fetchall()
    except (duckdb.InvalidInputException, duckdb.NotImplementedException):
        found = []
    expected = {file.name: lines[file.name] for file in files}
    if expected != dict.fromkeys(expected, 0) | dict(found):
        connection.execute("ROLLBACK")
        return False
    connection.execute("COMMIT")
    _number_lines_of_files(connection, target)
    landed = (Landed(source.file.name, expected[source.file.name], source.header) for source in sources)
    _note_landed(connection, table, landed)
    return True


def _load_csv(
    connection: duckdb.DuckDBPyConnection,
    table: Table,
    target: str,
    source: CsvInput,
    zones: Zones,
    scratch: Path,
) -> None:
    """Load a CSV file by DuckDB's reader while its lines are counted; where the two differ, by the sieve."""
    line = position(connection, target, first_line=2)
    relation = csv_relation(table, source.file, source.header, source.width, line)
    connection.execute("BEGIN")
    with ThreadPoolExecutor(1) as counter:
        counting = counter.submit(count_lines, source.file)
        try:
            (inserted,) = connection.execute(insert_parsed(relation, target, zones)).fetchone()
        except (duckdb.InvalidInputException, duckdb.NotImplementedException):
            inserted = None
        finally:
            # A file that cannot be unpacked is reported by its count.
            count = counting.result()
    if count.is_plain and inserted == count.lines:
        connection.execute("COMMIT")
    else:
        connection.execute("ROLLBACK")
        _load_sieved(connection, table, target, source, zones, scratch, count.lines)
    _note_landed(connection, table, [Landed(source.file.name, count.lines, source.header)])


def _load_sieved(
    connection: duckdb.DuckDBPyConnection,
    table: Table,
    target: str,
    source: CsvInput,
    zones: Zones,
    scratch: Path,
    lines: int,
) -> None:
    clean, refused = scratch / "clean.csv", scratch / "refused.csv"
    accepted = sieve(source.file, source.width, clean, refused)
    relation = sieved_relation(table, source.file, source.header, source.width, clean)
    (inserted,) = connection.execute(insert_parsed(relation, target, zones)).fetchone()
    (rejected,) = connection.execute(
        f"""
        INSERT INTO raw.load_rejects BY NAME
        SELECT {quoted(table.name)} AS table_name, {quoted(source.file.name)} AS landed_file_name,
            line::BIGINT AS landed_line_number, rule, 'row' AS severity
        FROM {refused_lines(refused)}
        """
    ).fetchone()
    if inserted != accepted or accepted + rejected != lines:
        raise RuntimeError(
            f"{source.file.path}: {lines} lines landed, but {inserted} of {accepted} sound ones"
            f" and {rejected} refused ones were loaded"
        )


def _number_lines_of_files(connection: duckdb.DuckDBPyConnection, target: str) -> None:
    """Number the lines of files that were read one after the other."""
    files = f"""
        SELECT landed_file_name, min(rowid) AS first_rowid, max(rowid) - min(rowid) + 1 = count(*) AS is_whole
        FROM {target} WHERE {_UNNUMBERED} GROUP BY 1
    """
    if connection.execute(f"SELECT 1 FROM ({files}) WHERE NOT is_whole").fetchone():
        raise RuntimeError("rows of several files were mixed: their lines cannot be told")
    connection.execute(
        f"UPDATE {target} AS rows SET landed_line_number = rows.rowid - first_rowid + 2"
        f" FROM ({files}) AS files"
        f" WHERE files.landed_file_name = rows.landed_file_name AND {_UNNUMBERED}"
    )


def _note_landed(connection: duckdb.DuckDBPyConnection, table: Table, landed: Iterable[Landed]) -> None:
    """Note files that are not noted yet."""
    files = [
        (file.name, file.rows, ", ".join(file.header.extra) or None, ", ".join(file.header.missing) or None)
        for file in landed
    ]
    connection.execute(
        """
        INSERT INTO raw.landed_files BY NAME
        FROM (
            SELECT
                $1 AS table_name, unnest($2::VARCHAR[]) AS landed_file_name,
                unnest($3::BIGINT[]) AS landed_row_count, 0 AS refused_row_count,
                unnest($4::VARCHAR[]) AS extra_columns, unnest($5::VARCHAR[]) AS missing_columns
        )
        WHERE landed_file_name NOT IN (SELECT landed_file_name FROM raw.landed_files WHERE table_name = $1)
        """,
        [table.name, *map(list, zip(*files, strict=True))],
    )


def _count_refused(connection: duckdb.DuckDBPyConnection) -> None:
    connection.execute(
        """
        UPDATE raw.landed_files AS files SET refused_row_count = refused.row_count
        FROM (
            SELECT table_name, landed_file_name, count(*) AS row_count
            FROM raw.load_rejects WHERE severity = 'row' GROUP BY ALL
        ) AS refused
        WHERE refused.table_name = files.table_name AND refused.landed_file_name = files.landed_file_name
        """
    )


def _note_days(connection: duckdb.DuckDBPyConnection, zones: Zones) -> None:
    """Note the columns of instants that hold days: all their values are midnights of their source system."""
    connection.execute("DELETE FROM raw.day_columns")
    for table in landing_tables().values():
        instants = [column.name for column in table.columns if column.type == "timestamp"]
        if not (table.has_source_system and instants):
            continue
        walls = {name: zones.from_utc(named(name), SYSTEM) for name in instants}
        are_days = ", ".join(
            f"bool_and({wall} = date_trunc('day', {wall})) AS {named(name)}" for name, wall in walls.items()
        )
        connection.execute(
            f"""
            INSERT INTO raw.day_columns BY NAME
            SELECT {quoted(table.name)} AS table_name, source_system, column_name
            FROM (
                UNPIVOT (SELECT {SYSTEM} AS source_system, {are_days} FROM raw.{table.name} GROUP BY 1)
                ON {", ".join(map(named, instants))} INTO NAME column_name VALUE are_days
            )
            WHERE are_days
            """
        )


def _note_pseudonyms(connection: duckdb.DuckDBPyConnection, key: HashKey) -> None:
    connection.execute("DELETE FROM raw.pseudonyms")
    connection.execute("INSERT INTO raw.pseudonyms VALUES (?)", [key.derived("pseudonyms")])


def _unseen_systems(loaded: Loaded, zones: Zones) -> list[str]:
    return sorted(
        (zones.by_system.keys() | zones.phone_countries.keys() - {""})
        - {pair.partition("|")[2] for pair in loaded.systems}
    )


def _summary(connection: duckdb.DuckDBPyConnection, others: list[str]) -> LoadSummary:
    landed, refused, extra = dict.fromkeys(known_tables(), 0), dict.fromkeys(known_tables(), 0), {}
    files = connection.execute(
        "SELECT table_name, landed_row_count, refused_row_count, extra_columns FROM raw.landed_files"
    ).fetchall()
    for name, rows, refused_rows, columns in files:
        landed[name] += rows
        refused[name] += refused_rows
        if columns:
            extra[name] = sorted({*extra.get(name, []), *columns.split(", ")})
    arrived = {name for name, *_ in files}
    absent = [name for name in landing_tables() if name not in arrived]
    return LoadSummary(landed, refused, absent, extra, others)
