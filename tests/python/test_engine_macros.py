"""Every macro with a variant per engine gives on DuckDB and on PostgreSQL what was worked by hand."""

import os
import re
import subprocess
import sys
from contextlib import closing
from pathlib import Path

import duckdb
from postgres import CHECKOUT, needs_server, running_server

CASES = CHECKOUT / "tests" / "sql" / "every_engine_gives_what_was_worked_by_hand.sql"

KEY = "0123456789abcdef0123456789abcdef"
# What the cases, which audit every build, cannot compare: a key that not everybody has, and no expressions.
STATEMENTS = {
    "hash_key": "select {{ hash_key() }}",
    "without_nested_loops": "{{ plan_without_nested_loops() }}",
}


def compiled(engine: str, folder: Path, environment: dict[str, str]) -> dict[str, str]:
    """The cases and the statements in an engine's SQL, by name; an empty statement is left out.

    A project of nothing but them and the macros is compiled in a folder.
    """
    (folder / "tests").mkdir()
    (folder / "macros").symlink_to(CHECKOUT / "macros")
    (folder / "dbt_project.yml").write_text("{name: engine_macros, profile: service_kpis}")
    (folder / "tests" / "cases.sql").write_text(CASES.read_text())
    for name, statement in STATEMENTS.items():
        (folder / "tests" / f"{name}.sql").write_text(statement)
    done = subprocess.run(
        [
            *(Path(sys.executable).with_name("dbt"), "compile", "--target", engine, "--no-use-colors"),
            *("--project-dir", folder, "--profiles-dir", CHECKOUT / "profiles"),
        ],
        cwd=folder,
        env=environment,
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stdout
    return {file.stem: file.read_text() for file in (folder / "target" / "compiled").rglob("*.sql")}


def test_duckdb(tmp_path):
    build = str(tmp_path / "build.duckdb")
    sql = compiled(
        "duckdb", tmp_path, {**os.environ, "SERVICE_KPIS_BUILD": build, "SERVICE_KPIS_HASH_KEY": KEY}
    )
    with duckdb.connect() as connection:
        # No macro may depend on the session's zone.
        connection.execute("set TimeZone = 'America/St_Johns'")
        assert connection.execute(sql["cases"]).fetchall() == []
        assert connection.execute(sql["hash_key"]).fetchall() == [(KEY,)]
    assert sql.keys() == {"cases", "hash_key"}


@needs_server
def test_postgres(tmp_path):
    with running_server() as server:
        sql = compiled("postgres", tmp_path, server.environment())
        with closing(server.connect()) as connection, connection.cursor() as cursor:

            def nested_loops():
                cursor.execute("show enable_nestloop")
                return cursor.fetchone()[0]

            cursor.execute(sql["cases"])
            assert cursor.fetchall() == []
            cursor.execute(f"set service_kpis.hash_key = '{KEY}'")
            cursor.execute(sql["hash_key"])
            assert cursor.fetchall() == [(KEY,)]
            # What is compiled for a server holds no key.
            assert KEY not in sql["hash_key"]
            cursor.execute("begin")
            cursor.execute(sql["without_nested_loops"])
            assert nested_loops() == "off"
            cursor.execute("commit")
            assert nested_loops() == "on"
    assert sql.keys() == {"cases", "hash_key", "without_nested_loops"}


def test_every_macro_with_variants_has_a_case():
    macros = "".join(file.read_text() for file in (CHECKOUT / "macros").rglob("*.sql"))
    dispatched = set(re.findall(r"adapter\.dispatch\(\s*['\"](\w+)", macros))
    called = set(re.findall(r"(\w+)\(", CASES.read_text() + "".join(STATEMENTS.values())))
    assert len(dispatched) == macros.count("adapter.dispatch") > 0
    assert dispatched <= called
