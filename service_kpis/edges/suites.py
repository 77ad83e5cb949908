"""The suites of a run: made of what is watched, the contract, and the figures of the last good run."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any

from service_kpis.edges.figures import TABLE, Figures
from service_kpis.edges.rhythm import hours_moved, weekdays_moved
from service_kpis.edges.watch import Limits, Watch, Watched
from service_kpis.load.contract import landing_tables

CRITICAL, WARNING = "critical", "warning"
NEW_WORD_SHARE = 0.001
"""What a word that the last run did not know is taken to have had: its divergence would be infinite."""

LANDED_FROM = {"landed_file_name": "varchar", "landed_line_number": "bigint"}


@dataclass(frozen=True)
class Expectation:
    """One expectation: its class in Great Expectations and its arguments; for people a sentence, and what it
    is measured by."""

    kind: str
    sentence: str
    severity: str
    arguments: dict[str, Any]
    measure: str = ""


@dataclass(frozen=True)
class Suite:
    """The expectations of one relation."""

    name: str
    schema: str
    table: str
    expectations: list[Expectation]


@dataclass(frozen=True)
class Seen:
    """What a run shows before it publishes; all but the cut-off by relation.

    `columns` are the types of its columns, `published` the columns that the project describes of what it
    publishes, `without_number` its rows with a number that is none, `now` and `last` the figures of this run
    and of the last good one, `systems_gone` the source systems that only the last good one had.
    """

    as_of: datetime
    columns: dict[str, dict[str, str]]
    published: dict[str, list[str]]
    without_number: dict[str, int]
    now: dict[str, Figures]
    last: dict[str, Figures]
    systems_gone: set[str] = field(default_factory=set)


def suites(watched: Watched, seen: Seen) -> list[Suite]:
    """The suites of a run: one for each watched relation, and one for the form of all that is published."""
    return [*(_suite(watch, watched.limits, seen) for watch in watched.relations), _all_published(seen)]


def _suite(watch: Watch, limits: Limits, seen: Seen) -> Suite:
    moved = _moved(watch.within(seen.columns[watch.relation]), limits, seen)
    if watch.is_landing:
        table = landing_tables()[watch.table]
        types = {column.name: column.type for column in table.columns} | LANDED_FROM
        first = [_columns(types), _types(watch, types)]
    else:
        last = seen.last.get(watch.relation)
        first = [_still_there(last)] if last and last.rows else []
    name = f"landing.{watch.table}" if watch.is_landing else f"published.{watch.relation}"
    return Suite(name, watch.schema, watch.table, [*first, *moved])


def _all_published(seen: Seen) -> Suite:
    """One suite, not a hundred of two expectations each. A suite needs a table: that of the figures."""
    return Suite("published.all", *TABLE, [_documented(seen.published), _finite(seen)])


def _columns(types: dict[str, str]) -> Expectation:
    sentence = "it has the contract's columns and no others"
    arguments = {"column_set": sorted(types), "exact_match": True}
    return Expectation("ExpectTableColumnsToMatchSet", sentence, CRITICAL, arguments)


def _types(watch: Watch, types: dict[str, str]) -> Expectation:
    pairs = _values((column, kind.upper()) for column, kind in types.items())
    query = (
        f"select column_name, data_type from duckdb_columns()"
        f" where schema_name = '{watch.schema}' and table_name = '{watch.table}'"
        f" and column_name in (select column_name from ({pairs}) as known (column_name, data_type))"
        f" and (column_name, data_type) not in ({pairs})"
    )
    return _no_rows("its columns have the contract's types", CRITICAL, query)


def _still_there(last: Figures) -> Expectation:
    arguments = {"min_value": 1}
    return Expectation(
        "ExpectTableRowCountToBeBetween", "it still has rows", CRITICAL, arguments, _before(f"{last.rows:,}")
    )


def _documented(published: dict[str, list[str]]) -> Expectation:
    documented = _values((relation, column) for relation, columns in published.items() for column in columns)
    query = f"{documented} except select schema_name || '.' || table_name, column_name from duckdb_columns()"
    return _no_rows("all tables have their documented columns", CRITICAL, query)


def _finite(seen: Seen) -> Expectation:
    query = (
        f"select * from ({_values(seen.without_number.items())}) as counted (relation, row_count)"
        " where row_count > 0"
    )
    return _no_rows("every number is one", CRITICAL, query)


def _no_rows(sentence: str, severity: str, query: str) -> Expectation:
    return Expectation("UnexpectedRowsExpectation", sentence, severity, {"unexpected_rows_query": query})


def _moved(watch: Watch, limits: Limits, seen: Seen) -> Iterator[Expectation]:
    """What may warn: rows, the newest instant, and of a table with rows what its columns hold."""
    now, last = seen.now[watch.relation], seen.last.get(watch.relation)
    if last:
        yield _rows(last, limits)
    if now.rows and watch.instant:
        yield _fresh(watch.instant, limits, seen.as_of)
        if watch.is_landing:
            yield from _rhythm(watch, limits, seen.as_of)
    if not (now.rows and last and last.rows):
        return
    for column in watch.filled:
        if column in last.filled:
            yield _filled(column, last.filled[column], limits)
    for column in watch.words:
        if last.shares.get(column) and now.shares.get(column):
            yield _mix(column, now.shares[column], last.shares[column], limits)
    for column in watch.levels:
        if column in last.mean and column in now.mean:
            yield _level("Mean", column, last.mean[column], limits)
            yield _level("Median", column, last.median[column], limits)


def _rows(last: Figures, limits: Limits) -> Expectation:
    low, high = last.rows * (1 - limits.rows_lost_share), last.rows * (1 + limits.rows_gained_share)
    arguments = {"min_value": int(low), "max_value": int(high) + 1}
    sentence = "its rows are about as many as in the last good run"
    return Expectation(
        "ExpectTableRowCountToBeBetween", sentence, WARNING, arguments, _before(f"{last.rows:,}")
    )


def _fresh(instant: str, limits: Limits, as_of: datetime) -> Expectation:
    sentence = f"the newest {instant} lies at most {limits.stale_days} days before the cut-off"
    oldest = as_of - timedelta(days=limits.stale_days)
    arguments = {"column": instant, "min_value": str(oldest), "up_to": str(as_of)}
    return Expectation("ExpectColumnMaxToBeBetween", sentence, WARNING, arguments, f"the cut-off: {as_of}")


def _rhythm(watch: Watch, limits: Limits, as_of: datetime) -> Iterator[Expectation]:
    for parts, moved in (("hours of day", hours_moved), ("weekdays", weekdays_moved)):
        query = moved(watch.relation, watch.instant, str(as_of), limits.rhythm_moved_share)
        sentence = f"the {parts} of {watch.instant} stay from month to month, in every source"
        yield _no_rows(sentence, WARNING, query)


def _filled(column: str, last: float, limits: Limits) -> Expectation:
    low, high = last - limits.filled_share_change, last + limits.filled_share_change
    sentence = f"{column} is filled as often as in the last good run"
    kind = "ExpectColumnProportionOfNonNullValuesToBeBetween"
    arguments = {"column": column, "min_value": max(low, 0.0), "max_value": min(high, 1.0)}
    return Expectation(kind, sentence, WARNING, arguments, _before(f"{last:.1%}"))


def _mix(column: str, now: dict[str, float], last: dict[str, float], limits: Limits) -> Expectation:
    """Kullback-Leibler divergence, since Great Expectations' own would show all that a source says."""
    query = f"""
    with
    now (word, share) as ({_values(now.items())}),
    last (word, share) as ({_values(last.items())}),
    moved as (
        select word, coalesce(now.share, 0) as share, coalesce(last.share, 0) as last_share
        from now full join last using (word)
    )
    select word, round(share, 4) as share, round(last_share, 4) as last_share
    from moved
    where (
        select sum(share * ln(share / greatest(last_share, {NEW_WORD_SHARE}))) from moved where share > 0
    ) > {limits.mix_divergence}
    order by abs(moved.share - moved.last_share) desc, word
    limit 3
    """
    return _no_rows(f"the words of {column} are mixed as in the last good run", WARNING, query)


def _level(figure: str, column: str, last: float, limits: Limits) -> Expectation:
    change = abs(last) * limits.level_change_share
    sentence = f"the {figure.lower()} of {column} is about that of the last good run"
    arguments = {"column": column, "min_value": last - change, "max_value": last + change}
    return Expectation(
        f"ExpectColumn{figure}ToBeBetween", sentence, WARNING, arguments, _before(f"{last:,.2f}")
    )


def _before(figure: str) -> str:
    return f"the last good run: {figure}"


def _values(rows: Iterable[tuple[Any, ...]]) -> str:
    """SQL for a list of rows."""
    return "values " + ", ".join(f"({', '.join(map(_literal, row))})" for row in rows)


def _literal(value: Any) -> str:
    if isinstance(value, (int, float)):
        return str(value)
    # Great Expectations puts its batch in the place of {batch}.
    text = value.replace("'", "''").replace("{", "{{").replace("}", "}}")
    return f"'{text}'"
