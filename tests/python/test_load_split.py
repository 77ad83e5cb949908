"""Objects of an API, nested, or split by a loader: the same rows, whoever reads them.

They stand in three schemas of a DuckDB file and of a PostgreSQL server, from which the loader reads them, and
in which the models read them themselves.
"""

import json
import os
import subprocess
import sys
from contextlib import closing
from pathlib import Path

import duckdb
import pytest
from postgres import CHECKOUT, needs_server, running_server

from service_kpis.load import contract, load_landing, parse_sources, parse_zones

DECLARED = """
sources:
  - name: {vendor}
    schema: "{{{{ var('vendor_schemas', {{}}).get('{vendor}', 'raw_{vendor}') }}}}"
    tables:
      - name: visit
        config: {{meta: {{from: [visits_incremental, visits]}}}}
        columns:
          - {{name: visit_id, data_type: varchar, config: {{meta: {{from: [id], required: true}}}}}}
          - {{name: channel, data_type: varchar, config: {{meta: {{from: [via.channel]}}}}}}
          - {{name: rel, data_type: varchar, config: {{meta: {{from: [via.source.rel]}}}}}}
          - name: merged_ids
            data_type: varchar
            config: {{meta: {{list: true, from: [via.source.from.ids], only_where: {{rel: [merge]}}}}}}
          - {{name: page_ids, data_type: varchar, config: {{meta: {{list: true, from: [pages]}}}}}}
          - name: customer_phone
            data_type: varchar
            config: {{meta: {{pii: true, from: [phone], only_where: {{channel: [web]}}}}}}
      - name: visit_step
        config: {{meta: {{rows_of: visit.steps}}}}
        columns:
          - {{name: step_id, data_type: varchar, config: {{meta: {{from: [id], required: true}}}}}}
          - {{name: visit_id, data_type: varchar, config: {{meta: {{from: ["^id"]}}}}}}
          - {{name: kind, data_type: varchar}}
          - {{name: by_id, data_type: varchar, config: {{meta: {{from: [by.id]}}}}}}
          - {{name: channel, data_type: varchar, config: {{meta: {{from: ["^via.channel"]}}}}}}
"""
# Two visits, one with two steps. A full load that nobody keeps up lies beside what `dlt` reads step by step.
LANDED = """
create schema nested;
create table nested.visits (id bigint, phone text, via json, pages json, steps json);
insert into nested.visits values
    (1, '+49 30 1234567', '{"channel": "web", "source": {"rel": "merge", "from": {"ids": [7, 8]}}}', '[3, 4]',
        '[{"id": 11, "kind": "look", "by": {"id": 5}}, {"id": 12, "kind": "buy"}]'),
    (2, 'someone@example.org', '{"channel": "mail", "source": {"rel": "reply", "from": {"ids": [9]}}}',
        '[]', '[]');

create schema dlt;
create table dlt.visits (id bigint);
insert into dlt.visits values (99);
create table dlt.visits_incremental
    (id bigint, phone text, via__channel text, via__source__rel text, via__source__from json, _dlt_id text);
insert into dlt.visits_incremental values
    (1, '+49 30 1234567', 'web', 'merge', '{"ids": [7, 8]}', 'k1'),
    (2, 'someone@example.org', 'mail', 'reply', '{"ids": [9]}', 'k2');
create table dlt.visits_incremental__pages (value bigint, _dlt_parent_id text, _dlt_list_idx bigint);
insert into dlt.visits_incremental__pages values (3, 'k1', 0), (4, 'k1', 1);
create table dlt.visits_incremental__steps (id bigint, kind text, by__id bigint, _dlt_parent_id text);
insert into dlt.visits_incremental__steps values (11, 'look', 5, 'k1'), (12, 'buy', null, 'k1');

create schema stitch;
create table stitch.visits (id bigint, phone text, via__channel text, via__source__rel text);
insert into stitch.visits values
    (1, '+49 30 1234567', 'web', 'merge'), (2, 'someone@example.org', 'mail', 'reply');
create table stitch.visits__pages (value bigint, _sdc_source_key_id bigint, _sdc_level_0_id bigint);
insert into stitch.visits__pages values (3, 1, 0), (4, 1, 1);
create table stitch.visits__via__source__from__ids (value bigint, _sdc_source_key_id bigint);
insert into stitch.visits__via__source__from__ids values (7, 1), (8, 1), (9, 2);
create table stitch.visits__steps (id bigint, kind text, by__id bigint, _sdc_source_key_id bigint);
insert into stitch.visits__steps values (11, 'look', 5, 1), (12, 'buy', null, 1);
"""
FORMS = ("nested", "dlt", "stitch")
VISITS = [("1", "web", "merge", "7,8", "3,4", True), ("2", "mail", "reply", "", "", False)]
STEPS = [("11", "1", "look", "5", "web"), ("12", "1", "buy", None, "web")]
BARE = "replace(replace(replace(replace(coalesce({0}, ''), '[', ''), ']', ''), '\"', ''), ' ', '')"
READ = (
    f"select visit_id, channel, rel, {BARE.format('merged_ids')}, {BARE.format('page_ids')},"
    " customer_phone is not null from {0} order by 1",
    "select step_id, visit_id, kind, by_id, channel from {0} order by 1",
)
KEY = "0123456789abcdef0123456789abcdef"


@pytest.fixture(scope="module")
def file(tmp_path_factory) -> Path:
    """A DuckDB file with the three schemas."""
    path = tmp_path_factory.mktemp("landed") / "landed.duckdb"
    with duckdb.connect(str(path)) as connection:
        connection.execute(LANDED)
    return path


@pytest.fixture(scope="module")
def server():
    """A server with the three schemas."""
    with running_server() as server:
        with closing(server.connect()) as connection, connection.cursor() as cursor:
            cursor.execute(LANDED)
        yield server


@pytest.fixture
def known(tmp_path, monkeypatch) -> Path:
    """A project that knows the vendor acme, and no other."""
    folder = tmp_path / "staging" / "acme"
    folder.mkdir(parents=True)
    (folder / "_acme__visits.yml").write_text(DECLARED.format(vendor="acme"))
    monkeypatch.setattr(contract, "STAGING", folder.parent)
    cached = (contract.vendors, contract.vendor_tables)
    for each in cached:
        each.cache_clear()
    yield folder
    for each in cached:
        each.cache_clear()


def loaded(location: str, build: Path) -> tuple[list, list, list]:
    """The rows of both tables that the loader makes of a location, and what it notes."""
    where, tools = parse_sources(None, [f"acme={location}"])
    noted = load_landing(where, build, parse_zones([]), tools=tools).findings.noted
    with duckdb.connect(str(build)) as connection:
        visits, steps = (
            connection.execute(query.format(f"raw_acme.{table}")).fetchall()
            for query, table in zip(READ, ("visit", "visit_step"), strict=True)
        )
    return visits, steps, noted


@pytest.mark.parametrize("form", FORMS)
def test_a_database_file(form, file, known, tmp_path):
    visits, steps, noted = loaded(f"{file}#{form}", tmp_path / "build.duckdb")
    assert (visits, steps) == (VISITS, STEPS)
    left_out = "acme: visits is not read, since visits_incremental is there"
    assert (left_out in noted) == (form == "dlt")


@needs_server
@pytest.mark.parametrize("form", FORMS)
def test_a_server(form, server, known, tmp_path):
    location = f"postgresql://tests:{server.password}@127.0.0.1:{server.port}/postgres#{form}"
    visits, steps, _ = loaded(location, tmp_path / "build.duckdb")
    assert (visits, steps) == (VISITS, STEPS)


def compiled(folder: Path, engine: str, environment: dict[str, str]) -> dict[str, str]:
    """Queries of both tables in the three schemas, by schema and table, as the models would read them."""
    (folder / "models").mkdir()
    (folder / "macros").symlink_to(CHECKOUT / "macros")
    (folder / "dbt_project.yml").write_text("{name: split, profile: service_kpis}")
    for form in FORMS:
        (folder / "models" / f"_{form}.yml").write_text(DECLARED.format(vendor=form))
        for query, table in zip(READ, ("visit", "visit_step"), strict=True):
            sql = query.format(f"{{{{ vendor_table('{form}', '{table}') }}}} as t")
            (folder / "models" / f"{form}__{table}.sql").write_text(sql)
    schemas = json.dumps({"vendor_schemas": {form: form for form in FORMS}})
    done = subprocess.run(
        [
            *(Path(sys.executable).with_name("dbt"), "compile", "--target", engine, "--no-use-colors"),
            *("--project-dir", folder, "--profiles-dir", CHECKOUT / "profiles", "--vars", schemas),
        ],
        cwd=folder,
        env=environment | {"SERVICE_KPIS_HASH_KEY": KEY},
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stdout
    return {path.stem: path.read_text() for path in (folder / "target" / "compiled").rglob("*.sql")}


def expected() -> dict[str, list[tuple]]:
    """The rows by schema and table."""
    return {f"{form}__visit": VISITS for form in FORMS} | {f"{form}__visit_step": STEPS for form in FORMS}


def test_a_warehouse_of_duckdb(file, tmp_path):
    queries = compiled(tmp_path, "duckdb", os.environ | {"SERVICE_KPIS_BUILD": str(file)})
    with duckdb.connect(str(file)) as connection:
        read = {name: connection.execute(query).fetchall() for name, query in queries.items()}
    assert read == expected()


@needs_server
def test_a_warehouse_of_postgres(server, tmp_path):
    queries = compiled(tmp_path, "postgres", server.environment())
    read = {}
    with closing(server.connect()) as connection, connection.cursor() as cursor:
        cursor.execute(f"set service_kpis.hash_key = '{KEY}'")
        for name, query in queries.items():
            cursor.execute(query)
            read[name] = cursor.fetchall()
    assert read == expected()
