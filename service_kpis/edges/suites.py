"""The suites of a run: made of what is watched, the contract, and the figures of the last good run."""

from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any

from service_kpis.edges.figures import Figures
from service_kpis.edges.watch import Limits, Watch, Watched
from service_kpis.load.contract import landing_tables

CRITICAL, WARNING = "critical", "warning"
LANDED_FROM = {"landed_file_name": "varchar", "landed_line_number": "bigint"}


@dataclass(frozen=True)
class Expectation:
    """One expectation: the name of its class in Great Expectations, its arguments, a sentence for people."""

    kind: str
    description: str
    severity: str
    arguments: dict[str, Any]


@dataclass(frozen=True)
class Suite:
    """The expectations of one relation at one edge."""

    name: str
    schema: str
    table: str
    expectations: list[Expectation] = field(default_factory=list)


@dataclass(frozen=True)
class Seen:
    """What a run shows before it publishes; all but the cut-off by relation.

    `now` and `last` are the figures of this run and of the last good one, `documented` the columns that the
    project describes, `doubles` the columns that hold floating point numbers.
    """

    as_of: datetime
    now: dict[str, Figures]
    last: dict[str, Figures]
    documented: dict[str, list[str]]
    doubles: dict[str, list[str]]


def suites(watched: Watched, seen: Seen) -> list[Suite]:
    """The suites of a run: of each landing table, then of each table about to be published."""
    return [
        *(_landing(watch, watched.limits, seen) for watch in watched.landing),
        *(_published(watch, watched.limits, seen) for watch in watched.published),
    ]


def _landing(watch: Watch, limits: Limits, seen: Seen) -> Suite:
    types = {column.name: column.type for column in landing_tables()[watch.table].columns} | LANDED_FROM
    expectations = [_columns(sorted(types), exact=True), _types(watch, types), *_moved(watch, limits, seen)]
    return Suite(f"landing.{watch.table}", watch.schema, watch.table, expectations)


def _published(watch: Watch, limits: Limits, seen: Seen) -> Suite:
    expectations = [_columns(seen.documented[watch.relation], exact=False)]
    if doubles := seen.doubles.get(watch.relation):
        expectations.append(_finite(doubles))
    if watch.is_named:
        last = seen.last.get(watch.relation)
        if last and last.rows:
            what = f"it still has rows (the last good run: {last.rows:,})"
            arguments = {"min_value": 1}
            expectations.append(Expectation("ExpectTableRowCountToBeBetween", what, CRITICAL, arguments))
        expectations += _moved(watch, limits, seen)
    return Suite(f"published.{watch.relation}", watch.schema, watch.table, expectations)


def _columns(columns: list[str], exact: bool) -> Expectation:
    what = "it has the contract's columns and no others" if exact else "it has all documented columns"
    arguments = {"column_set": columns, "exact_match": exact}
    return Expectation("ExpectTableColumnsToMatchSet", what, CRITICAL, arguments)


def _types(watch: Watch, types: dict[str, str]) -> Expectation:
    pairs = ", ".join(f"('{column}', '{kind.upper()}')" for column, kind in sorted(types.items()))
    # Great Expectations wants its batch in the query.
    query = (
        f"select column_name, data_type from duckdb_columns() cross join (select count(*) from {{batch}})"
        f" where schema_name = '{watch.schema}' and table_name = '{watch.table}'"
        f" and (column_name, data_type) not in ({pairs})"
    )
    return _no_rows("its columns have the contract's types", CRITICAL, query)


def _finite(columns: list[str]) -> Expectation:
    any_is_not = " or ".join(f"not isfinite({column})" for column in columns)
    return _no_rows("every number is one", CRITICAL, f"select 1 as broken from {{batch}} where {any_is_not}")


def _no_rows(description: str, severity: str, query: str) -> Expectation:
    return Expectation("UnexpectedRowsExpectation", description, severity, {"unexpected_rows_query": query})


def _moved(watch: Watch, limits: Limits, seen: Seen) -> Iterator[Expectation]:
    """What may warn: rows, the newest instant, and of a table with rows what its columns hold."""
    now, last = seen.now[watch.relation], seen.last.get(watch.relation)
    if last:
        yield _rows(last, limits)
    if now.rows and watch.instant:
        yield _fresh(watch.instant, limits, seen.as_of)
    if not (now.rows and last and last.rows):
        return
    for column in watch.filled:
        if column in last.filled:
            yield _filled(column, last.filled[column], limits)
    for column in watch.words:
        if last.shares.get(column) and now.shares.get(column):
            yield _mix(column, last.shares[column], limits)
    for column in watch.levels:
        if column in last.mean and column in now.mean:
            yield _level("Mean", column, last.mean[column], limits)
            yield _level("Median", column, last.median[column], limits)


def _rows(last: Figures, limits: Limits) -> Expectation:
    low, high = last.rows * (1 - limits.rows_lost_share), last.rows * (1 + limits.rows_gained_share)
    arguments = {"min_value": int(low), "max_value": int(high) + 1}
    what = f"its rows are about as many as in the last good run ({last.rows:,})"
    return Expectation("ExpectTableRowCountToBeBetween", what, WARNING, arguments)


def _fresh(instant: str, limits: Limits, as_of: datetime) -> Expectation:
    oldest = as_of - timedelta(days=limits.stale_days)
    what = f"the newest {instant} lies at most {limits.stale_days} days before the cut-off ({as_of})"
    arguments = {"column": instant, "min_value": str(oldest), "up_to": str(as_of)}
    return Expectation("ExpectColumnMaxToBeBetween", what, WARNING, arguments)


def _filled(column: str, last: float, limits: Limits) -> Expectation:
    low, high = last - limits.filled_share_change, last + limits.filled_share_change
    what = f"{column} is filled as often as in the last good run ({last:.1%})"
    arguments = {"column": column, "min_value": max(low, 0.0), "max_value": min(high, 1.0)}
    return Expectation("ExpectColumnProportionOfNonNullValuesToBeBetween", what, WARNING, arguments)


def _mix(column: str, last: dict[str, float], limits: Limits) -> Expectation:
    what = f"the words of {column} are mixed as in the last good run"
    arguments = {
        "column": column,
        "partition_object": {"values": list(last), "weights": _summing_to_one(list(last.values()))},
        "threshold": limits.mix_divergence,
        # A word that the last run did not know has this probability; without it the divergence is infinite.
        "tail_weight_holdout": 0.001,
    }
    return Expectation("ExpectColumnKLDivergenceToBeLessThan", what, WARNING, arguments)


def _level(figure: str, column: str, last: float, limits: Limits) -> Expectation:
    change = abs(last) * limits.level_change_share
    what = f"the {figure.lower()} of {column} is about that of the last good run ({last:,.2f})"
    arguments = {"column": column, "min_value": last - change, "max_value": last + change}
    return Expectation(f"ExpectColumn{figure}ToBeBetween", what, WARNING, arguments)


def _summing_to_one(shares: list[float]) -> list[float]:
    total = sum(shares)
    return [share / total for share in shares]
