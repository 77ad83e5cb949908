"""Figures of the watched relations: few numbers per table, kept in the published file for the next run."""

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass, field

import duckdb

from service_kpis.edges.watch import Watch

TABLE = ("quality", "edge_figures")

# What a source says in no word of the contract's may be anything, a name too: it counts, but is not kept.
OUR_WORDS = "select landed_word from seeds.word_map union all select question from seeds.survey_questions"


@dataclass
class Figures:
    """Of one relation: its rows, and by column the share filled, mean, median, and share of each word."""

    rows: int = 0
    filled: dict[str, float] = field(default_factory=dict)
    mean: dict[str, float] = field(default_factory=dict)
    median: dict[str, float] = field(default_factory=dict)
    shares: dict[str, dict[str, float]] = field(default_factory=dict)


def columns_of(connection: duckdb.DuckDBPyConnection) -> dict[str, dict[str, str]]:
    """The columns of each table and view, with their types."""
    found: dict[str, dict[str, str]] = defaultdict(dict)
    for relation, column, kind in connection.execute(
        "select schema_name || '.' || table_name, column_name, data_type from duckdb_columns()"
        " where not internal order by column_index"
    ).fetchall():
        found[relation][column] = kind
    return found


def shares(watch: Watch, column: str, relation: str) -> str:
    """SQL for the words of a column of `relation` and the share of each; of others than ours `other`."""
    word = f"lower(trim({column}))"
    if watch.is_landing:
        word = f"case when {word} in ({OUR_WORDS}) then {word} else 'other' end"
    return (
        f"select {word} as word, count(*) / sum(count(*)) over () as share"
        f" from {relation} where {column} is not null group by 1"
    )


def measure(connection: duckdb.DuckDBPyConnection, watch: Watch) -> Figures:
    """The figures of a relation; a column without values has none."""
    columns = {
        **{("filled", column): f"count({column}) / nullif(count(*), 0)" for column in watch.filled},
        **{("mean", column): f"avg(try_cast({column} as decimal(38, 6)))" for column in watch.levels},
        **{("median", column): f"median({column})" for column in watch.levels},
    }
    selected = ", ".join(["count(*)", *columns.values()])
    rows, *values = connection.execute(f"select {selected} from {watch.relation}").fetchone()
    figures = Figures(rows)
    for (figure, column), value in zip(columns, values, strict=True):
        if value is not None:
            getattr(figures, figure)[column] = float(value)
    for column in watch.words:
        figures.shares[column] = dict(connection.execute(shares(watch, column, watch.relation)).fetchall())
    return figures


def without_number(
    connection: duckdb.DuckDBPyConnection, columns: dict[str, dict[str, str]], relations: Iterable[str]
) -> dict[str, int]:
    """How many rows of each relation hold a number that is none, of those that have floating numbers."""
    found = {}
    for relation in relations:
        doubles = [column for column, kind in columns[relation].items() if kind == "DOUBLE"]
        if doubles:
            is_none = " or ".join(f'not isfinite("{column}")' for column in doubles)
            (found[relation],) = connection.execute(
                f"select count(*) from {relation} where {is_none}"
            ).fetchone()
    return found


def keep(connection: duckdb.DuckDBPyConnection, run_id: str, figures: dict[str, Figures]) -> None:
    """Write the figures of all relations, by name, to the table that is published with the run."""
    rows = []
    for relation, found in figures.items():
        rows.append((run_id, relation, "rows", None, None, float(found.rows)))
        for figure in ("filled", "mean", "median"):
            rows += [
                (run_id, relation, figure, c, None, value) for c, value in getattr(found, figure).items()
            ]
        rows += [
            (run_id, relation, "share", column, word, share)
            for column, words in found.shares.items()
            for word, share in words.items()
        ]
    name = ".".join(TABLE)
    connection.execute(f"create schema if not exists {TABLE[0]}")
    connection.execute(
        f"create or replace table {name} (run_id varchar, relation_name varchar, figure varchar,"
        " column_name varchar, word varchar, value double)"
    )
    connection.executemany(f"insert into {name} values (?, ?, ?, ?, ?, ?)", rows)


def kept(connection: duckdb.DuckDBPyConnection) -> dict[str, Figures]:
    """The figures of the run that a published file holds, by relation; none where it keeps no such ones."""
    try:
        rows = connection.execute(
            f"select relation_name, figure, column_name, word, value from {'.'.join(TABLE)}"
        ).fetchall()
    except (duckdb.CatalogException, duckdb.BinderException):
        return {}
    figures: dict[str, Figures] = {}
    for relation, figure, column, word, value in rows:
        found = figures.setdefault(relation, Figures())
        if figure == "rows":
            found.rows = int(value)
        elif figure == "share":
            found.shares.setdefault(column, {})[word] = value
        else:
            getattr(found, figure)[column] = value
    return figures
