"""Where faults are tried: the clean landing built once, then its SQL run again for each fault."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Any

import duckdb
from rebuilt import Build, Model, connected, run
from worlds import Row

from faults.fault import KEYS, Fault, Reject
from faults.golden import RUN_CLOCK, golden

THE_RUN = {"SERVICE_KPIS_RUN_ID": "fault", "SERVICE_KPIS_RUN_STARTED_AT": RUN_CLOCK.isoformat(sep=" ")}
SORTING = ("staging", "entities", "quality")
NOT_CONTENT = ("landed_file_name", "landed_line_number", "row_defect", "value_defects", "word_defects")


@dataclass(frozen=True)
class Outcome:
    """What became of a landing; accepted rows are by table and key, facts by query."""

    rejects: list[Reject]
    accepted: dict[str, Row]
    failed_tests: list[str]
    facts: dict[str, Any]


class Bench(Build):
    """The clean landing of the faults, built in `folder`."""

    def __init__(self, folder: Path):
        super().__init__(landing_with(None, folder), folder, THE_RUN)
        with connected(self.build) as connection:
            self.clean = accepted(connection)

    def try_out(self, fault: Fault, build: Path) -> Outcome:
        """Let the product loose on a loaded fault, as far as there is something new.

        A refused row is not there, a repaired value is NULL, an unknown word is `other`: to core that is an
        ordinary landing.
        """
        with connected(build) as connection:
            self.run(connection, SORTING)
            rows, rooms = accepted(connection), set(SORTING)
            if fault.facts or fault.tests or self._has_news(rows):
                rooms |= {"core"}
            if fault.to_the_end:
                rooms |= {"core", "kpis", "marts"}
            self.run(connection, rooms.difference(SORTING))
            failed = self.failed(connection, rooms)
            facts = {query: connection.execute(query).fetchone()[0] for query in fault.facts}
            return Outcome(rejects(connection), rows, failed, facts)

    def rejects_of(self, models: Iterable[Model], build: Path) -> list[Reject]:
        """What these models, instead of the product's, reject of a loaded landing."""
        with connected(build) as connection:
            run(connection, [model for model in models if model.room in SORTING])
            return rejects(connection)

    def _has_news(self, rows: dict[str, Row]) -> bool:
        return any(
            value not in (None, "other") and value != self.clean.get(name, {}).get(column)
            for name, row in rows.items()
            for column, value in row.items()
        )


def landing_with(fault: Fault | None, folder: Path) -> Path:
    """Write the clean landing, with a fault if there is one, in `folder`; lines end as in Unix."""
    world = golden()
    if fault and fault.rows:
        fault.rows(world)
    landing = world.write(folder / "landing")
    for file in landing.iterdir():
        file.write_bytes(file.read_bytes().replace(b"\r\n", b"\n"))
    if fault and fault.files:
        fault.files(landing)
    return landing


def rejects(connection: duckdb.DuckDBPyConnection) -> list[Reject]:
    """What quality.rejects holds; the line only where there is no key."""
    found = connection.execute(
        "select table_name, row_key, rule, column_name, value, severity, line_number from quality.rejects"
    ).fetchall()
    # A row without a key is named by its line only if nothing else of it could be read.
    return [Reject(*row[:6], None if row[1] or row[3] else row[6]) for row in found]


def accepted(connection: duckdb.DuckDBPyConnection) -> dict[str, Row]:
    """All accepted rows, by table and key."""
    found: dict[str, Row] = {}
    for table, key in KEYS.items():
        cursor = connection.execute(f"from entities.int_{table}_judged where row_defect is null")
        names = [column[0] for column in cursor.description]
        for values in cursor.fetchall():
            row = dict(zip(names, values, strict=True))
            found[_named(table, key, row)] = {
                column: value for column, value in row.items() if column not in NOT_CONTENT
            }
    return found


def _named(table: str, key: tuple[str, ...], row: Row) -> str:
    """Like calls/c50; the system only where it is not the default, the pool as it landed."""
    names = ["landed_pool" if column == "pool" else column for column in key]
    parts = [f"{value:%Y-%m}" if isinstance(value, date) else value for value in map(row.get, names) if value]
    system = row.get("source_system", "default")
    return "/".join([table, *([system] if system != "default" else []), "|".join(parts)])
