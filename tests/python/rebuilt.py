"""A landing built once by dbt, and others over copies of it by what dbt compiled: dbt is slow to start."""

import json
import shutil
from collections.abc import Collection, Iterable
from dataclasses import dataclass
from pathlib import Path

import duckdb
from shared import CHECKOUT, read_once

from service_kpis import dbt
from service_kpis.declared import declared
from service_kpis.load import load_landing, parse_zones
from service_kpis.load.sources import Tool


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


class Build:
    """A landing built in `folder` by dbt, audited, and the SQL with which another can be built over a copy.

    Raises BuildFailed if the landing is not clean. Where `models` are named, only these and what they read
    are built, and nothing is audited.
    """

    def __init__(
        self,
        landing: Path | None,
        folder: Path,
        environment: dict[str, str] | None = None,
        variables: dict[str, str] | None = None,
        countries: Iterable[str] = (),
        models: Iterable[str] = (),
        tools: tuple[Tool, ...] = (),
    ):
        self.build = dbt.build_file(folder / "work")
        load_landing(landing and str(landing), self.build, parse_zones([], list(countries)), tools=tools)
        with read_once(folder / "work"):
            project = dbt.Project(CHECKOUT, folder / "work", variables or {}, lambda *_: None, environment)
        try:
            if models:
                project.build_only(list(models), lambda *_: None)
            else:
                project.build(lambda *_: None)
                project.audit(lambda *_: None)
        finally:
            project.close()
        manifest = folder / "work" / "target" / "manifest.json"
        # With the tests' SQL, which a run does not write.
        project.manifest.write(str(manifest))
        self.models, self.tests = compiled(manifest)

    def load(
        self,
        landing: Path,
        folder: Path,
        zone: str = "UTC",
        countries: Iterable[str] = (),
        tools: tuple[Tool, ...] = (),
    ) -> Path:
        """Load another landing over a copy of the build file; returns that file."""
        build = folder / self.build.name
        shutil.copy(self.build, build)
        load_landing(str(landing), build, parse_zones([zone], list(countries)), tools=tools)
        with connected(build) as connection:
            connection.execute(f"attach '{self.build}' as whole (read_only)")
            # Also the schemas of tools of which nothing landed now.
            landed = (
                "select schema_name, table_name from duckdb_tables()"
                " where (schema_name = 'raw' or schema_name like 'raw!_%' escape '!') and database_name = {}"
            )
            for schema, table in connection.execute(
                f"{landed.format(repr('whole'))} except {landed.format('current_database()')}"
            ).fetchall():
                connection.execute(f"create schema if not exists {schema}")
                connection.execute(
                    f'create table {schema}."{table}" as from whole.{schema}."{table}" limit 0'
                )
        return build

    def run(self, connection: duckdb.DuckDBPyConnection, rooms: Collection[str] | None = None) -> None:
        """Build the tables, of some rooms only if they are given; the views stand in the build file."""
        run(
            connection,
            [m for m in self.models if m.kind == "table" and (rooms is None or m.room in rooms)],
        )

    def failed(
        self, connection: duckdb.DuckDBPyConnection, rooms: Collection[str] | None = None
    ) -> list[str]:
        """The names of the data tests that find something, of some rooms only if they are given."""
        tests = [test for test in self.tests if rooms is None or test.rooms <= rooms]
        return [test.name for test in tests if connection.execute(test.sql).fetchone()[0]]


def connected(build: Path) -> duckdb.DuckDBPyConnection:
    """The build file with the settings of dbt's profile, but those that it takes from the environment."""
    profile = declared(CHECKOUT / "profiles" / "profiles.yml")
    settings = profile["service_kpis"]["outputs"]["duckdb"]["config_options"]
    fixed = {name: value for name, value in settings.items() if "{{" not in str(value)}
    return duckdb.connect(str(build), config={**fixed, "threads": 1})


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
        # An incremental model is built whole here.
        kind = "view" if node["config"]["materialized"] == "view" else "table"
        models[key] = Model(node["fqn"][1], relation, kind, node["compiled_code"])

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
