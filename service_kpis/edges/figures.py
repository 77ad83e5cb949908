"""Figures of the watched relations: few numbers per table, kept in the published file for the next run."""

from dataclasses import dataclass, field

import duckdb

from service_kpis.edges.watch import Watch

TABLE = ("quality", "edge_figures")
WORDS_KEPT = 50


@dataclass
class Figures:
    """Of one relation: its rows, and by column the share filled, mean, median, and share of each word."""

    rows: int = 0
    filled: dict[str, float] = field(default_factory=dict)
    mean: dict[str, float] = field(default_factory=dict)
    median: dict[str, float] = field(default_factory=dict)
    shares: dict[str, dict[str, float]] = field(default_factory=dict)


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
        figures.shares[column] = dict(
            connection.execute(
                f"select {column}, count(*) / sum(count(*)) over () from {watch.relation}"
                f" where {column} is not null group by 1 order by 2 desc, 1 limit {WORDS_KEPT}"
            ).fetchall()
        )
    return figures


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
            for column, shares in found.shares.items()
            for word, share in shares.items()
        ]
    name = ".".join(TABLE)
    connection.execute(
        f"create or replace table {name} (run_id varchar, relation_name varchar, figure varchar,"
        " column_name varchar, word varchar, value double)"
    )
    connection.executemany(f"insert into {name} values (?, ?, ?, ?, ?, ?)", rows)


def kept(connection: duckdb.DuckDBPyConnection) -> dict[str, Figures]:
    """The figures of the run that a published file holds, by relation; none where it has no such table."""
    try:
        rows = connection.execute(
            f"select relation_name, figure, column_name, word, value from {'.'.join(TABLE)}"
        ).fetchall()
    except duckdb.CatalogException:
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
