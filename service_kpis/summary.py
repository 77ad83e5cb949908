"""What a run has published, in short: KPIs of the newest complete month, rows landed, where to look next."""

import sys
from pathlib import Path

import duckdb
from rich import box
from rich.console import Console
from rich.table import Table

from service_kpis.engine import connect
from service_kpis.say import say

MONTHS = """
    select
        *,
        row_number() over (
            partition by kpi_id
            order by
                coalesce(is_complete and maturity_rate >= mature_from, true) desc,
                coalesce(is_complete, true) desc,
                period_start desc
        ) as newest
    from marts.kpi_values
    join (select kpi_id, mature_from from marts.kpi_definitions) as definitions using (kpi_id)
    left join (select kpi_id, grain, period_start, is_complete from marts.review_pack) as reviewed
        using (kpi_id, grain, period_start)
    where grain = 'month' and slice = 'all'
"""
"""Each KPI's months; the newest complete and mature one is the first, else the newest complete one."""

KPIS = f"""
with months as ({MONTHS})
select
    definitions.name_en, months.period_start, definitions.unit,
    months.value, months.ci_low, months.ci_high, months.n, months.n_pending, months.no_value_reason,
    coalesce(months.is_complete, true)
from months
join marts.kpi_definitions as definitions using (kpi_id)
where months.newest = 1 and definitions.is_headline
order by months.kpi_id
"""

LANDED = """
select table_name, landed_rows, accepted_rows, rejected_rows
from quality.reconciliation
where landed_rows > 0
order by table_name
"""

RULES_SHOWN, PLACES_SHOWN = 12, 3
WHAT_BECAME = {"row": "refused", "value": "emptied", "mapping": "mapped"}
"""Of a row, a value or a word, by the severity of its reject."""

REJECTED = f"""
with places as (
    select
        severity, rule, table_name || coalesce('.' || column_name, '') as place, count(*) as row_count
    from quality.rejects
    group by 1, 2, 3
),
numbered as (
    select *, row_number() over (partition by severity, rule order by row_count desc, place) as number
    from places
)
select
    severity, rule, sum(row_count)::bigint,
    string_agg(place || ' ' || row_count, ', ' order by number) filter (where number <= {PLACES_SHOWN}),
    count(*) - {PLACES_SHOWN}
from numbered
group by severity, rule
order by sum(row_count) desc, severity, rule
"""

COUNTED = """
select exclusion_reason, count(*) from core.fct_conversations group by 1 order by 2 desc, 1
"""


# The relations that have a tool's own numbers beside ours.
COMPARED = """
select 'marts.' || table_name from information_schema.tables
where table_schema = 'marts' and table_name like '%_comparison_by_month' order by 1
"""


def print_summary(console: Console, warehouse: Path) -> None:
    """Print the summary of a published warehouse; parts whose relations are missing are left out."""
    with connect(warehouse, read_only=True) as connection:
        kpis = _rows(connection, KPIS)
        landed = _rows(connection, LANDED)
        rejected = _rows(connection, REJECTED)
        counted = dict(_rows(connection, COUNTED))
        compared = [
            relation
            for (relation,) in _rows(connection, COMPARED)
            if _rows(connection, f"from {relation} limit 1")
        ]
    if landed:
        console.print(_landed_table(landed))
    if rejected:
        console.print(_rejected_table(rejected))
    if counted:
        say(console, _contacts(counted))
    if kpis:
        console.print(_kpi_table(kpis))
    # Of a tool's own table the name has a dot.
    _print_next(console, warehouse, compared, has_tool=any("." in table for table, *_ in landed))


def open_alerts(warehouse: Path) -> dict[str, str]:
    """The messages of the open alerts of a published warehouse, by alert."""
    query = "select alert_id, message from marts.alerts where is_open order by opened_period desc, message"
    with connect(warehouse, read_only=True) as connection:
        return dict(_rows(connection, query))


def shown(value: float | None, unit: str) -> str:
    """A KPI value for people: a ratio (0 to 1) in percent, points (-100 to 100) with sign, seconds in
    their handiest unit, else a number.
    """
    if value is None:
        return ""
    if unit == "ratio":
        return f"{100 * value:.1f} %"
    if unit == "seconds":
        return _duration(value)
    if unit == "points":
        return f"{value:+,.1f}"
    return f"{value:,.0f}" if unit == "count" and value == round(value) else f"{value:,.2f}"


def _duration(seconds: float) -> str:
    for size, name in ((86400, "d"), (3600, "h"), (60, "min")):
        if abs(seconds) >= size:
            return f"{seconds / size:.1f} {name}"
    return f"{seconds:.1f} s"


def _rows(connection: duckdb.DuckDBPyConnection, query: str) -> list[tuple]:
    try:
        return connection.execute(query).fetchall()
    except (duckdb.CatalogException, duckdb.BinderException):
        return []


def _table(title: str, name: str, words: list[str], numbers: list[str]) -> Table:
    table = Table(title=title, title_justify="left", title_style="bold", box=box.SIMPLE_HEAD)
    table.add_column(name)
    for column in words:
        table.add_column(column, no_wrap=True)
    for column in numbers:
        table.add_column(column, justify="right", no_wrap=True)
    return table


def _landed_table(rows: list[tuple]) -> Table:
    table = _table("Rows landed", "table", [], ["landed", "accepted", "rejected"])
    for name, *counts in rows:
        table.add_row(name, *(f"{count:,}" for count in counts))
    return table


def _rejected_table(rows: list[tuple]) -> Table:
    table = _table("Refused, emptied or mapped: quality.rejects has each", "rule", ["what"], ["rows"])
    table.add_column("where")
    for severity, rule, count, places, others in rows[:RULES_SHOWN]:
        more = f" and {others} more" if others > 0 else ""
        table.add_row(rule, WHAT_BECAME[severity], f"{count:,}", places + more)
    if others := rows[RULES_SHOWN:]:
        table.add_row(f"{len(others)} rules more", "", f"{sum(row[2] for row in others):,}", "")
    return table


def _contacts(counted: dict[str | None, int]) -> str:
    """How many contacts there are, count in KPIs, and why the others do not."""
    excluded = ", ".join(f"{rows:,} {reason}" for reason, rows in counted.items() if reason)
    text = f"{sum(counted.values()):,} contacts, of which {counted.get(None, 0):,} count in KPIs"
    return f"{text}; excluded: {excluded}" if excluded else text


def _kpi_table(rows: list[tuple]) -> Table:
    is_complete = any(row[-1] for row in rows)
    title = "KPIs of the newest complete month" if is_complete else "KPIs; no month is complete yet"
    table = _table(title, "KPI", ["month"], ["value", "95 % interval", "n", "pending"])
    for name, period, unit, value, low, high, n, pending, reason, _ in rows:
        interval = f"{shown(low, unit)} to {shown(high, unit)}" if low is not None else ""
        note = interval if value is not None else f"({reason})"
        table.add_row(name, f"{period:%Y-%m}", shown(value, unit), note, f"{n or 0:,}", f"{pending or 0:,}")
    return table


def _print_next(console: Console, warehouse: Path, compared: list[str], *, has_tool: bool) -> None:
    """What to do next; with a tool of one's own, to see the tool's numbers beside ours."""
    file = from_here(warehouse)
    here = Path(sys.executable).parent
    python, service_kpis = from_here(here / "python"), from_here(here / "service-kpis")
    query = "from marts.first_contact_resolution limit 10"
    program = f"import duckdb; print(duckdb.connect('{file}', read_only=True).sql('{query}'))"
    own = [f'  duckdb -readonly {file} "from {relation}"' for relation in compared]
    if not own and not has_tool:
        own = [f"  {service_kpis} run --landing YOUR_FOLDER --warehouse own/service_kpis.duckdb"]
    for line in (
        f"\nThe warehouse is {file}. Next:",
        f'  duckdb -readonly {file} "{query}"',
        f'  {python} -c "{program}"',
        *own,
    ):
        say(console, line)


def from_here(path: Path) -> Path:
    """The path as one would type it in the current folder."""
    here = Path.cwd()
    return path.relative_to(here) if path.is_relative_to(here) else path
