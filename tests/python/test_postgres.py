"""The same models on the same landed rows give the same tables on PostgreSQL as on DuckDB.

All share one database: there, every build but the first replaces the tables of another landing.
"""

import os

import duckdb
import pytest
from engines import differences, read, read_csv, relations
from postgres import needs_server, running_server
from runs import publish
from shared import REAL

COLUMNS = {"word": "VARCHAR", "n": "BIGINT", "share": "DOUBLE"}

needs_real_data = pytest.mark.skipif(
    not REAL.is_dir(), reason="the real data sets are not beside the checkout"
)


@pytest.fixture(scope="session")
def server():
    with running_server() as server:
        yield server


def hold_side_by_side(server, folder, unit_tests=False, **variables):
    """Build on PostgreSQL what a run loaded; fail with the first rows in which published tables differ.

    `variables` are dbt's, of that run.
    """
    warehouse = folder / "warehouse.duckdb"
    server.load(folder / "work" / "build.duckdb")
    server.build(variables, unit_tests)
    found = []
    compared_rows = 0
    with duckdb.connect() as connection:
        connection.execute(f"attach '{warehouse}' as published (read_only)")
        for relation, columns in relations(warehouse, volatile={"run_id"}).items():
            read(connection, "ours", f"published.{relation}", columns)
            file = server.write_csv(f"select {', '.join(columns)} from {relation}")
            read_csv(connection, "theirs", file, columns)
            compared_rows += connection.execute("select count(*) from ours").fetchone()[0]
            if rows := differences(connection, columns):
                found.append(f"{relation}\n{rows}")
    print(f"{compared_rows:,} rows compared, {len(found)} tables differ")
    if found:
        pytest.fail("\n\n".join(found), pytrace=False)


def until(landing, day, folder):
    """A landing folder of tickets with what had happened before a day."""
    happened = {"tickets": "created_at", "ticket_messages": "sent_at", "ticket_events": "occurred_at"}
    folder.mkdir()
    with duckdb.connect() as connection:
        for file in landing.iterdir():
            connection.execute(f"""
                copy (
                    from read_csv('{file}', all_varchar = true, header = true)
                    where {happened[file.name.split(".")[0]]} < '{day}'
                ) to '{folder / file.name}' (header)
            """)
    return folder


@needs_server
@pytest.mark.slow
def test_demo_data_and_the_unit_tests(server, demo):
    hold_side_by_side(server, demo, unit_tests=True)


@needs_server
@needs_real_data
@pytest.mark.slow
def test_the_banks_february(server, bank):
    hold_side_by_side(server, bank)


# The whole of these two takes minutes. What their tickets say of later days is cut off.
@needs_server
@needs_real_data
@pytest.mark.slow
@pytest.mark.parametrize(("name", "day"), [("thunderbird", "2023-04-01"), ("uci_incidents", "2016-04-01")])
def test_the_first_months_of(server, tmp_path, name, day):
    landing = until(REAL / name, day, tmp_path / "landing")
    publish(landing, tmp_path, "--as-of", day)
    hold_side_by_side(server, tmp_path, as_of=f"{day} 00:00:00")


@needs_server
@needs_real_data
@pytest.mark.slow
@pytest.mark.skipif("WHOLE_SETS" not in os.environ, reason="takes minutes: set WHOLE_SETS=1")
@pytest.mark.parametrize("name", ["thunderbird", "uci_incidents"])
def test_the_whole_of(server, tmp_path, name):
    publish(REAL / name, tmp_path)
    hold_side_by_side(server, tmp_path)


@pytest.mark.parametrize(
    ("theirs", "shown"),
    [
        ([("a", 1, 0.25), ("b", 2, None)], ""),
        ([("a", 1, 0.25 + 9e-10), ("b", 2, None)], ""),
        ([("a", 1, 0.25 + 2e-9), ("b", 2, None)], "0.250000002"),
        ([("a", 1, 0.25), ("b", 3, None)], "'n': 3"),
        ([("a", 1, 0.25), ("b", 2, 0.0)], "'share': 0.0"),
        ([("a", 1, None), ("b", 2, None)], "'share': None"),
        ([("a", 1, 0.25)], "2 rows of ours, 1 of theirs"),
        ([("a", 1, 0.25), ("b", 2, None), ("b", 2, None)], "2 rows of ours, 3 of theirs"),
    ],
)
def test_a_difference_shows(theirs, shown):
    with duckdb.connect() as connection:
        for side, rows in (("ours", [("a", 1, 0.25), ("b", 2, None)]), ("theirs", theirs)):
            connection.execute(f"create table {side} (word varchar, n bigint, share double)")
            connection.executemany(f"insert into {side} values (?, ?, ?)", rows)
        found = differences(connection, COLUMNS)
    assert shown in found
    assert bool(shown) == bool(found)
