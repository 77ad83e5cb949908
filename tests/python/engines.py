"""A relation as two engines built it, side by side: tables `ours` and `theirs` of a DuckDB connection."""

from collections.abc import Iterable
from pathlib import Path

import duckdb

# Floating numbers, percentiles among them, may differ by a billionth of their size (of 1 for smaller ones).
TOLERANCE = 1e-9
FLOATING = ("DOUBLE", "DECIMAL")

SHOWN_ROWS = 10

Columns = dict[str, str]
"""DuckDB types by column."""


def relations(build: Path, volatile: set[str]) -> dict[str, Columns]:
    """The published relations that models make and their columns, but for volatile ones."""
    found: dict[str, Columns] = {}
    with duckdb.connect(build, read_only=True) as connection:
        columns = connection.execute("""
            select table_schema || '.' || table_name, column_name, data_type
            from information_schema.columns
            where table_schema in ('core', 'marts', 'quality') and table_name not in ('runs', 'run_steps')
            order by 1, ordinal_position
        """).fetchall()
    for relation, column, type in columns:
        if column not in volatile:
            found.setdefault(relation, {})[column] = type
    return found


def read(connection: duckdb.DuckDBPyConnection, side: str, source: str, columns: Columns) -> None:
    """Make the table `side` of a relation of DuckDB."""
    typed = ", ".join(f"{name}::{_plain(type)} as {name}" for name, type in columns.items())
    connection.execute(f"create or replace temp table {side} as select {typed} from {source}")


def read_csv(connection: duckdb.DuckDBPyConnection, side: str, file: Path, columns: Columns) -> None:
    """Make the table `side` of a CSV file without a header in which only "" is an empty text."""
    types = ", ".join(f"'{name}': '{_plain(type)}'" for name, type in columns.items())
    connection.execute(f"""
        create or replace temp table {side} as from read_csv(
            '{file}', columns = {{{types}}}, header = false, auto_detect = false, delim = ',', quote = '"',
            escape = '"', nullstr = '', allow_quoted_nulls = false
        )
    """)


def differences(connection: duckdb.DuckDBPyConnection, columns: Columns) -> str:
    """The first rows that one side has and the other has not, a row a line; nothing if there are none.

    Rows that are not the same are held against those alike in all but floating numbers, rank by rank.
    """
    floating = [name for name, type in columns.items() if type.startswith(FLOATING)]
    exact = [name for name in columns if name not in floating]
    for side, other in (("ours", "theirs"), ("theirs", "ours")):
        connection.execute(f"""
            create or replace temp table only_{side} as
            select *, row_number() over (
                partition by {", ".join(exact)}
                order by {", ".join([f"round({name}, 6)" for name in floating] + floating) or "1"}
            ) as twin_rank
            from {side} as ours anti join {other} as theirs on {_and(_same(name) for name in columns)}
        """)
    twins = _and([*map(_same, [*exact, "twin_rank"]), *map(_close, floating)])
    rows = connection.execute(f"""
        select 'ours' as side, * exclude (twin_rank) from only_ours as ours
        where not exists (select 1 from only_theirs as theirs where {twins})
        union all
        select 'theirs' as side, * exclude (twin_rank) from only_theirs as theirs
        where not exists (select 1 from only_ours as ours where {twins})
        order by {", ".join(exact)}, side
        limit {SHOWN_ROWS}
    """)
    names = [column[0] for column in rows.description]
    lines = [str(dict(zip(names, row, strict=True))) for row in rows.fetchall()]
    counts = [connection.execute(f"select count(*) from {side}").fetchone()[0] for side in ("ours", "theirs")]
    if counts[0] != counts[1]:
        lines.insert(0, f"{counts[0]} rows of ours, {counts[1]} of theirs")
    return "\n".join(lines)


def _plain(type: str) -> str:
    return "DOUBLE" if type.startswith(FLOATING) else type


def _and(conditions: Iterable[str]) -> str:
    return " and ".join(conditions)


def _same(name: str) -> str:
    return f"ours.{name} is not distinct from theirs.{name}"


def _close(name: str) -> str:
    off = f"abs(ours.{name} - theirs.{name})"
    return f"coalesce({off} <= {TOLERANCE} * greatest(1, abs(ours.{name})), {_same(name)})"
