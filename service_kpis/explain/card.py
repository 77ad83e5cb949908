"""One KPI in short: definition, formula, targets, latest value, and the query that gets it."""

from collections.abc import Iterable, Sequence
from difflib import get_close_matches
from typing import Any

import duckdb

from service_kpis.docs import BETTER, Project, formula, target
from service_kpis.errors import CannotStart
from service_kpis.summary import MONTHS, shown

Row = dict[str, Any]

LANGUAGES = ("name_en", "name_nl", "name_de", "name_zh")
LATEST = f"from ({MONTHS}) where kpi_id = ? and newest = 1"
RUN = """
select run_id, as_of, versions from quality.runs
where outcome = 'published'
order by rowid desc
limit 1
"""
QUERY = """\
select period_start, value, ci_low, ci_high, n, n_pending, status
from marts.kpi_values
where kpi_id = '{}' and grain = 'month' and slice = 'all'
order by period_start;"""


def rows(
    connection: duckdb.DuckDBPyConnection, sql: str, parameters: Sequence[Any] | dict[str, Any] = ()
) -> list[Row]:
    """The rows of an answer, by column."""
    cursor = connection.execute(sql, parameters)
    names = [column[0] for column in cursor.description]
    return [dict(zip(names, row, strict=True)) for row in cursor.fetchall()]


def find(connection: duckdb.DuckDBPyConnection, name: str) -> Row:
    """The definition of a KPI by its kpi_id, or by one of its names in any language or a part of it.

    Raises CannotStart, with what may have been meant, where that is none or several.
    """
    wanted = name.strip().lower()
    kpis = rows(connection, "from marts.kpi_definitions order by kpi_id")
    for is_meant in (str.__eq__, str.__contains__):
        found = [kpi for kpi in kpis if any(is_meant(called, wanted) for called in _names(kpi))]
        if len(found) == 1:
            return found[0]
        if found:
            raise CannotStart(f"{name!r} may be any of these:\n{chr(10).join(_listed(found))}")
    raise CannotStart(f"there is no KPI {name!r}{_near(wanted, kpis)}")


def listing(connection: duckdb.DuckDBPyConnection) -> list[str]:
    """Every KPI in a line, the headline ones first."""
    kpis = rows(connection, "from marts.kpi_definitions order by not is_headline, kpi_id")
    return _listed(kpis)


def last_run(connection: duckdb.DuckDBPyConnection) -> Row:
    """The run that published the file: run_id, as_of, versions."""
    return rows(connection, RUN)[0]


def describe(connection: duckdb.DuckDBPyConnection, kpi: Row, project: Project) -> list[str]:
    """The lines that say what the KPI is and how it stands."""
    said = project.about["targets"].get(kpi["kpi_id"], [])
    roles = {role: kpi[f"{role}_measure"] for role in ("numerator", "denominator", "pending", "excluded")}
    facts = {
        "Definition": [kpi["definition"]],
        "Formula": [formula(kpi["statistic"], roles["numerator"], roles["denominator"]).replace("`", "")],
        **{
            role.capitalize(): [f"{measure}: {project.measures.get(measure, '')}".strip(": ")]
            for role, measure in roles.items()
            if measure
        },
        "Left out": [kpi["exclusions"]],
        "Unit": [f"{kpi['unit']}, {BETTER[kpi['direction']]}"],
        "Placed by": [kpi["anchor"]],
        "Window": [kpi["repeat_window"]],
        "SQL": [kpi["sql_location"]],
        "Decided in": [", ".join(project.rules([kpi]))],
        "Targets": [target(row, kpi["unit"]) for row in said] or ["none"],
        "Latest": [_latest(connection, kpi)],
        "Data as of": [f"{last_run(connection)['as_of']:%Y-%m-%d %H:%M:%S} UTC"],
    }
    lines = [f"{kpi['name_en']} ({kpi['kpi_id']})", ""]
    for name, texts in facts.items():
        for text in filter(None, texts):
            lines.append(f"{name:<13}{text}")
            name = ""
    return [*lines, "", QUERY.format(kpi["kpi_id"])]


def _latest(connection: duckdb.DuckDBPyConnection, kpi: Row) -> str:
    """The newest month that has a value and is mature, if there is one, in words."""
    found = rows(connection, LATEST, [kpi["kpi_id"]])
    if not found:
        return "no value: the file holds no month of it"
    (month,) = found
    unit = kpi["unit"]
    counts = (
        f"n {month['n'] or 0:,}, pending {month['n_pending'] or 0:,}, excluded {month['n_excluded'] or 0:,}"
    )
    if month["value"] is None:
        return f"{month['period_start']:%Y-%m}: no value ({month['no_value_reason']}); {counts}"
    interval = ""
    if month["ci_low"] is not None:
        interval = f" (95 %: {shown(month['ci_low'], unit)} to {shown(month['ci_high'], unit)})"
    status = "no target"
    if month["target"] is not None:
        status = f"{month['status']} against {shown(month['target'], unit)}"
    return f"{month['period_start']:%Y-%m}: {shown(month['value'], unit)}{interval}; {counts}; {status}"


def _names(kpi: Row) -> list[str]:
    """What a KPI is called, in small letters; its id first."""
    return [kpi[column].lower() for column in ("kpi_id", *LANGUAGES) if kpi[column]]


def _listed(kpis: Iterable[Row]) -> list[str]:
    kpis = list(kpis)
    width = max(len(kpi["kpi_id"]) for kpi in kpis)
    return [f"  {kpi['kpi_id']:<{width}}  {kpi['name_en']}" for kpi in kpis]


def _near(wanted: str, kpis: list[Row]) -> str:
    """What may have been meant."""
    ids = {called: kpi["kpi_id"] for kpi in kpis for called in _names(kpi)}
    near = dict.fromkeys(ids[called] for called in get_close_matches(wanted, ids, n=5, cutoff=0.5))
    return f"; near it: {', '.join(near)}" if near else "; all of them: service-kpis explain"
