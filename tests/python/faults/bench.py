"""Where faults are tried: the clean landing built once by a real run, then its SQL run again for each fault.

dbt takes seconds to start; what it compiled does not. So a fault goes through every model and data test.
"""

import json
import shutil
from collections.abc import Collection, Iterable
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Any

import duckdb
from worlds import Row

from faults.fault import KEYS, Fault, Reject
from faults.golden import RUN_CLOCK, golden
from service_kpis import dbt
from service_kpis.load import load_landing, parse_zones

CHECKOUT = Path(__file__).resolve().parents[3]
THE_RUN = {"SERVICE_KPIS_RUN_ID": "fault", "SERVICE_KPIS_RUN_STARTED_AT": RUN_CLOCK.isoformat(sep=" ")}
# What dbt compiles of a model is not all of it, where the rest is in a hook.
WHOLE = {"percentile_parts": 1}
SORTING = ("staging", "contract", "quality")
NOT_CONTENT = ("landed_file_name", "landed_line_number", "value_defects", "word_defects")


@dataclass(frozen=True)
class Model:
    """A model as dbt compiled it; `kind` is table or view."""

    room: str
    relation: str
    kind: str
    sql: str


@dataclass(frozen=True)
class DataTest:
    """A data test as dbt compiled it: its query counts failures; it reads models of `rooms`."""

    name: str
    rooms: frozenset[str]
    sql: str


@dataclass(frozen=True)
class Outcome:
    """What became of a landing; accepted rows are by table and key, facts by query."""

    rejects: list[Reject]
    accepted: dict[str, Row]
    failed_tests: list[str]
    facts: dict[str, Any]


class Bench:
    """The clean landing, built in `folder`; raises BuildFailed if it is not clean."""

    def __init__(self, folder: Path):
        self.build = dbt.build_file(folder / "work")
        load_landing(str(landing_with(None, folder)), self.build, parse_zones([]))
        project = dbt.Project(CHECKOUT, folder / "work", WHOLE, lambda *_: None, THE_RUN)
        try:
            project.build(lambda *_: None)
            project.audit(lambda *_: None)
        finally:
            project.close()
        self.models, self.tests = compiled(folder / "work" / "target" / "manifest.json")
        with connected(self.build) as connection:
            self.clean = accepted(connection)

    def load(self, fault: Fault, folder: Path) -> Path:
        """Load a landing with the fault over a copy of the clean build; returns the build file."""
        build = folder / self.build.name
        shutil.copy(self.build, build)
        load_landing(str(landing_with(fault, folder)), build, parse_zones([fault.zone]))
        return build

    def try_out(self, fault: Fault, build: Path) -> Outcome:
        """Let the product loose on a loaded fault, as far as there is something new.

        A refused row is not there, a repaired value is NULL, an unknown word is `other`: to core that is an
        ordinary landing.
        """
        with connected(build) as connection:
            self._run(connection, SORTING)
            rows, rooms = accepted(connection), set(SORTING)
            if fault.facts or fault.tests or self._has_news(rows):
                rooms |= {"core"}
            if fault.to_the_end:
                rooms |= {"core", "kpis", "marts"}
            self._run(connection, rooms.difference(SORTING))
            tests = [test for test in self.tests if test.rooms <= rooms]
            failed = [test.name for test in tests if connection.execute(test.sql).fetchone()[0]]
            facts = {query: connection.execute(query).fetchone()[0] for query in fault.facts}
            return Outcome(rejects(connection), rows, failed, facts)

    def rejects_of(self, models: Iterable[Model], build: Path) -> list[Reject]:
        """What these models, instead of the product's, reject of a loaded landing."""
        with connected(build) as connection:
            run(connection, [model for model in models if model.room in SORTING])
            return rejects(connection)

    def _run(self, connection: duckdb.DuckDBPyConnection, rooms: Collection[str]) -> None:
        """Build the tables of some rooms; their views stand in the clean build."""
        run(connection, [model for model in self.models if model.room in rooms and model.kind == "table"])

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


def connected(build: Path) -> duckdb.DuckDBPyConnection:
    """The build file with the settings that dbt's profile has."""
    config = {"autoinstall_known_extensions": "false", "TimeZone": "UTC", "threads": 1}
    return duckdb.connect(str(build), config=config)


def compiled(manifest_file: Path) -> tuple[list[Model], list[DataTest]]:
    """The compiled models of a manifest, each after those it reads, and its compiled data tests."""
    nodes = {
        key: node
        for key, node in json.loads(manifest_file.read_text())["nodes"].items()
        if node["resource_type"] in ("model", "test") and node.get("compiled_code")
    }
    models: dict[str, Model] = {}

    def take(key: str) -> None:
        if key in models or key not in nodes or nodes[key]["resource_type"] != "model":
            return
        for parent in nodes[key]["depends_on"]["nodes"]:
            take(parent)
        node = nodes[key]
        relation = f'"{node["schema"]}"."{node["alias"]}"'
        models[key] = Model(node["fqn"][1], relation, node["config"]["materialized"], node["compiled_code"])

    for key in nodes:
        take(key)
    tests = [
        DataTest(
            node["name"],
            frozenset(models[key].room for key in node["depends_on"]["nodes"] if key in models),
            f"select {node['config']['fail_calc']} from ({node['compiled_code']}\n)",
        )
        for node in nodes.values()
        if node["resource_type"] == "test"
    ]
    return list(models.values()), tests


def run(connection: duckdb.DuckDBPyConnection, models: Iterable[Model]) -> None:
    """Build models as dbt would."""
    for model in models:
        connection.execute(f"create or replace {model.kind} {model.relation} as {model.sql}")


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
        cursor = connection.execute(f"from contract.int_{table}_accepted")
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
