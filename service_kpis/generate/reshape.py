"""Gives a generated world other names and takes rows out of it: what every vendor's shape needs."""

from __future__ import annotations

import gzip
import re
import shutil
from collections.abc import Callable, Iterable, Iterator, Mapping
from contextlib import closing, contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import TextIO

import duckdb

from service_kpis.generate.dirt import KEYS
from service_kpis.load.sql import quoted

Edit = Callable[[str], str]


@contextmanager
def opened(world: Path) -> Iterator[duckdb.DuckDBPyConnection]:
    """A connection with a view of each table's typed rows, and its planted defects in `dirt`.

    Memory is bounded: what does not fit goes to disk beside the world.
    """
    with closing(duckdb.connect(config={"memory_limit": "1GB", "threads": 2})) as connection:
        connection.execute("SET TimeZone = 'UTC'; SET preserve_insertion_order = false")
        connection.execute(f"SET temp_directory = '{world.parent / '.spill'}'")
        for table in KEYS:
            if parts(world, table):
                connection.execute(
                    f"CREATE VIEW {table} AS FROM read_parquet('{world}/{table}_[0-9]*.parquet')"
                )
        connection.execute(f"CREATE TABLE dirt AS FROM read_parquet('{world}/_truth/dirt.parquet')")
        yield connection


def parts(world: Path, table: str) -> list[Path]:
    """The typed files of a table."""
    return sorted(world.glob(f"{table}_[0-9]*.parquet"))


def copy(connection: duckdb.DuckDBPyConnection, select: str, path: Path) -> None:
    """Write the rows of a query to a file: Parquet, or JSON lines by its name."""
    path.parent.mkdir(parents=True, exist_ok=True)
    form = "FORMAT json" if path.suffix == ".jsonl" else "FORMAT parquet, COMPRESSION zstd"
    connection.execute(f"COPY ({select}) TO '{path}' ({form})")


def copy_world(
    connection: duckdb.DuckDBPyConnection,
    world: Path,
    out: Path,
    selects: Mapping[str, str],
    edit: Edit | None = None,
) -> None:
    """The world's files in `out`: typed ones by the table's query over `part`, lines of text by `edit`.

    Where a table has no query, and where nothing is edited, the files stay byte for byte.
    """
    out.mkdir(parents=True)
    for path in sorted(world.iterdir()):
        table = next(
            (name for name in sorted(KEYS, key=len, reverse=True) if path.name.startswith(name)), None
        )
        if path.is_dir() or table is None:
            continue
        if path.suffix == ".parquet" and table in selects:
            connection.execute(f"CREATE OR REPLACE VIEW part AS FROM read_parquet('{path}')")
            copy(connection, selects[table], out / path.name)
        elif path.suffix == ".parquet" or edit is None:
            shutil.copyfile(path, out / path.name)
        else:
            rewrite(path, out / path.name, edit)


def rewrite(path: Path, target: Path, edit: Edit) -> None:
    """Copy a text file, edited line by line; a line that becomes empty is left out."""
    with lines(path) as source, _writing(target) as file:
        for line in source:
            if edited := edit(line):
                file.write(edited)


@contextmanager
def lines(path: Path) -> Iterator[TextIO]:
    """A text file, zipped or not."""
    opener = gzip.open if path.suffix == ".gz" else open
    with opener(path, "rt", encoding="utf-8", newline="") as file:
        yield file


@contextmanager
def _writing(path: Path) -> Iterator[TextIO]:
    if path.suffix != ".gz":
        with path.open("w", encoding="utf-8", newline="") as file:
            yield file
        return
    with path.open("wb") as raw:
        packed = gzip.GzipFile("", "wb", 6, raw, mtime=0)
        with packed:
            yield _Encoded(packed)


class _Encoded:
    """Text into a file of bytes."""

    def __init__(self, file: gzip.GzipFile) -> None:
        self.file = file

    def write(self, text: str) -> None:
        self.file.write(text.encode())


@dataclass(frozen=True)
class Move:
    """What of the world goes into a tool: tables, that of the contacts first, and its ids' first letter.

    `moved` are statements that make the table `moved` of what is sound.
    """

    tables: tuple[str, ...]
    prefix: str
    names: Names
    moved: tuple[str, ...]

    @property
    def key(self) -> str:
        """The column that names a contact."""
        return KEYS[self.tables[0]][0]

    def rename(self, world: Path, out: Path, selects: Mapping[str, str]) -> None:
        """Write the world with the tool's names, its tables by these queries over `part`.

        `out/_truth/moved.parquet` lists the contacts that `taking_out` takes out of it.
        """
        with opened(world) as connection:
            note_late(connection, world, self.tables, self.prefix)
            note_sound(connection, self.tables[0], self.tables[1:], self.names.systems)
            for statement in self.moved:
                connection.execute(statement)
            copy_world(connection, world, out, selects, self.names.line)
            moved = f"SELECT {self.names.number(self.key)} AS {self.key} FROM moved"
            copy(connection, moved, out / "_truth" / "moved.parquet")
            self.names.note_truth(connection, world, out)

    @contextmanager
    def taking_out(
        self, world: Path, out: Path, traps: Mapping[str, tuple[str, str]]
    ) -> Iterator[duckdb.DuckDBPyConnection]:
        """A connection with a view `our_…` of each table's moved rows.

        All else is in `out/landing`, the truth in `out/_truth`.
        """
        with opened(world) as connection:
            connection.execute(f"CREATE TABLE moved AS FROM read_parquet('{world}/_truth/moved.parquet')")
            unmoved = f"LEFT JOIN moved USING ({self.key}) WHERE moved.{self.key} IS NULL"
            stays = f"SELECT part.* FROM part {unmoved}"
            copy_world(connection, world, out / "landing", dict.fromkeys(self.tables, stays))
            for table in self.tables:
                ours = f"SELECT t.* FROM {table} AS t JOIN moved USING ({self.key})"
                connection.execute(f"CREATE VIEW our_{table} AS {ours}")
            yield connection
            shutil.copytree(world / "_truth", out / "_truth")
            note_traps(connection, out / "_truth", self.names.system, traps)


def note_traps(
    connection: duckdb.DuckDBPyConnection, truth: Path, tool: str, traps: Mapping[str, tuple[str, str]]
) -> None:
    """Write which conversations hold a trap, and what must hold of them all the same.

    `traps` are, by name, a query of conversation ids and what must hold.
    """
    selects = " UNION ALL ".join(
        f"SELECT id::VARCHAR AS conversation_id, '{name}' AS trap, '{holds}' AS must_hold"
        f" FROM ({query}) AS t (id)"
        for name, (query, holds) in traps.items()
    )
    connection.execute(
        f"COPY ({selects} ORDER BY trap, conversation_id) TO '{truth}/{tool}_traps.csv' (HEADER)"
    )


def note_late(connection: duckdb.DuckDBPyConnection, world: Path, tables: Iterable[str], prefix: str) -> None:
    """Make `late`: the ids with this prefix that occur in these tables' lines of text."""
    pattern = re.compile(rf"(?:^|,)({prefix}\d+)(?=,|$)", re.MULTILINE)
    found: set[str] = set()
    for table in tables:
        if (path := world / f"{table}_late.csv.gz").exists():
            with lines(path) as file:
                for line in file:
                    found.update(pattern.findall(line.rstrip("\n")))
    connection.execute("CREATE TABLE late (id VARCHAR)")
    connection.execute("INSERT INTO late SELECT unnest(?)", [sorted(found)])


@dataclass(frozen=True)
class Names:
    """What the rows of some source systems are called in a tool: one system, and other ids.

    `numbers` are pairs of a pattern of ids and what they become.
    """

    systems: tuple[str, ...]
    system: str
    numbers: tuple[tuple[str, str], ...]

    def number(self, column: str) -> str:
        """SQL for the tool's number of an id."""
        sql = column
        for pattern, number in self.numbers:
            sql = f"regexp_replace({sql}, '^{pattern}$', '{number}')"
        return sql

    def ours(self, column: str, value: str, system: str = "source_system") -> str:
        """SQL for a column that has this value in rows of the systems."""
        return f"CASE WHEN {system} IN {listed(self.systems)} THEN {value} ELSE {column} END AS {column}"

    def numbered(self, *columns: str) -> str:
        """A query of the rows of `part` with the system's name, and numbers in these columns of its rows."""
        parts = [self.ours(column, self.number(column)) for column in columns]
        parts.append(self.ours("source_system", quoted(self.system)))
        return f"SELECT * REPLACE ({', '.join(parts)}) FROM part"

    def surveys(self) -> str:
        """A query of surveys in `part` that name the conversations of the systems."""
        asked = "conversation_source_system"
        number = self.ours("conversation_id", self.number("conversation_id"), asked)
        return f"SELECT * REPLACE ({number}, {self.ours(asked, quoted(self.system), asked)}) FROM part"

    def line(self, line: str) -> str:
        """A line of text renamed, where it names one of the systems; ids stand between commas."""
        if not any(system in line for system in self.systems):
            return line
        bare = line.rstrip("\n")
        end = line[len(bare) :]
        for system in self.systems:
            bare = bare.replace(system, self.system)
        for pattern, number in self.numbers:
            bare = re.sub(rf"(?<![^,]){pattern}(?![^,])", number.replace(r"\1", r"\g<1>"), bare)
        return bare + end

    def note_truth(self, connection: duckdb.DuckDBPyConnection, world: Path, out: Path) -> None:
        """Write the truth renamed; the notes of defects keep the keys that were planted."""
        path = world / "_truth" / "conversations.parquet"
        connection.execute(f"CREATE OR REPLACE VIEW part AS FROM read_parquet('{path}')")
        copy(connection, self.numbered("source_conversation_id"), out / "_truth" / path.name)
        for name in ("dirt.parquet", "facts.json", "landed.json"):
            shutil.copyfile(world / "_truth" / name, out / "_truth" / name)


def sound(table: str, children: Iterable[str], systems: Iterable[str]) -> str:
    """A query of the typed rows of a table of contacts with a customer_id: no row of theirs is dirty or late.

    `email` and `phone` are in one spelling.
    """
    key = KEYS[table][0]
    start = {"tickets": "created_at", "chats": "started_at"}[table]
    told = {"ticket_messages": "sender_type", "ticket_events": "event_type", "chat_messages": "sender_type"}
    at = {"ticket_messages": "sent_at", "ticket_events": "occurred_at", "chat_messages": "sent_at"}
    clean = "".join(
        f"""
        AND {key} NOT IN (
            SELECT {key} FROM {child}
            WHERE {key} IS NOT NULL AND (
                {KEYS[child][0]} IS NULL OR {at[child]} IS NULL OR {told[child]} IS NULL
                OR {KEYS[child][0]} IN (SELECT row_key FROM dirt WHERE table_name = '{child}')))"""
        for child in children
    )
    return f"""
    SELECT *, lower(trim(customer_email)) AS email,
        regexp_replace(regexp_replace(customer_phone, '\\D', '', 'g'), '^00', '') AS phone
    FROM {table}
    WHERE source_system IN {listed(systems)} AND {key} IS NOT NULL AND {start} IS NOT NULL
        AND customer_id IS NOT NULL
        AND {key} NOT IN (FROM late)
        AND {key} NOT IN (SELECT row_key FROM dirt WHERE table_name = '{table}'
            AND row_key IS NOT NULL){clean}
    """


def note_sound(
    connection: duckdb.DuckDBPyConnection, table: str, children: Iterable[str], systems: Iterable[str]
) -> None:
    """Make `sound`, with `its_email` and `its_phone`, the address and number that a tool keeps of a customer.

    Rows with another address or number of their customer are left out.
    """
    connection.execute(f"CREATE TABLE all_sound AS {sound(table, children, systems)}")
    connection.execute(
        """
        CREATE TABLE sound AS
        SELECT all_sound.*, its_email, its_phone
        FROM all_sound JOIN (
            SELECT customer_id, mode(email ORDER BY email) AS its_email, mode(phone ORDER BY phone)
                AS its_phone
            FROM all_sound GROUP BY customer_id) AS customers USING (customer_id)
        WHERE coalesce(email = its_email, true) AND coalesce(phone = its_phone, true)
        """
    )


def listed(words: Iterable[str]) -> str:
    """Words for an IN of SQL."""
    return f"({', '.join(map(quoted, words))})"
