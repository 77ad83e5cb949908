"""Chatwoot read straight from its PostgreSQL: a small database by hand, through a whole run."""

import csv
import subprocess
import sys
from contextlib import closing
from pathlib import Path

import chatwoot_world
import pytest
from postgres import CHECKOUT, needs_server, running_server
from runs import START, WITHOUT_BOARDS, WITHOUT_EDGES, rows

SCHEMA = CHECKOUT / "tests" / "python" / "chatwoot_schema.sql"
EXPECTED = CHECKOUT / "tests" / "python" / "chatwoot_expected.csv"

pytestmark = [needs_server, pytest.mark.slow]


def fill(server) -> None:
    """Make the tables in schema public, with the rows of the world."""
    with closing(server.connect()) as connection, connection.cursor() as cursor:
        cursor.execute(SCHEMA.read_text(encoding="utf-8"))
        for table, table_rows in chatwoot_world.rows().items():
            for row in table_rows:
                names, places = ", ".join(row), ", ".join(["%s"] * len(row))
                cursor.execute(f"insert into {table} ({names}) values ({places})", list(row.values()))


@pytest.fixture(scope="module")
def server():
    with running_server() as server:
        fill(server)
        yield server


@pytest.fixture(scope="module")
def warehouse(tmp_path_factory, server) -> Path:
    folder = tmp_path_factory.mktemp("chatwoot")
    url = f"postgresql://tests:{server.password}@127.0.0.1:{server.port}/postgres#public"
    done = subprocess.run(
        [
            *(sys.executable, "-c", WITHOUT_EDGES + WITHOUT_BOARDS + START, "run"),
            *("--source", f"chatwoot={url}"),
            *("--work", folder / "work", "--warehouse", folder / "warehouse.duckdb"),
        ],
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stdout + done.stderr
    assert server.password not in done.stdout + done.stderr
    left = [file for file in folder.rglob("*") if file.is_file()]
    assert [file for file in left if server.password.encode() in file.read_bytes()] == []
    return folder / "warehouse.duckdb"


COMPARED = """
select source_conversation_id, metric, vendor_value, vendor_landed_value, our_value, reason, landed_reason
from marts.chatwoot_comparison order by 1, 2
"""


def worked_out() -> list[tuple]:
    """The numbers of the world, worked out by hand."""
    with EXPECTED.open(encoding="utf-8", newline="") as lines:
        return sorted(
            (
                *(line["conversation"], line["metric"]),
                *(float(line[name]) if line[name] else None for name in ("tool", "landed", "ours")),
                *(line["reason"] or None, line["landed_reason"] or None),
            )
            for line in csv.DictReader(lines)
        )


def test_every_number_is_the_one_worked_out_by_hand(warehouse):
    assert rows(warehouse, COMPARED) == worked_out()


def test_the_same_numbers_come_out_of_the_server_itself(server, monkeypatch):
    monkeypatch.setenv("PGOPTIONS", "-c service_kpis.hash_key=0123456789abcdef0123456789abcdef")
    server.build({"vendors": ["chatwoot"], "vendor_schemas": {"chatwoot": "public"}})
    with closing(server.connect()) as connection, connection.cursor() as cursor:
        cursor.execute(COMPARED)
        assert sorted(cursor.fetchall()) == worked_out()
        cursor.execute("select count(*) from core.fct_conversations where customer_id like '%@%'")
        assert cursor.fetchone() == (0,)


def test_two_accounts_are_two_source_systems(warehouse):
    assert rows(
        warehouse,
        "select source_system, count(*) from core.fct_conversations group by 1 order by 1",
    ) == [("chatwoot_1", 21), ("chatwoot_2", 1)]


def test_no_text_and_no_address_is_in_what_is_left(warehouse):
    for file in [warehouse, *(path for path in (warehouse.parent / "work").rglob("*") if path.is_file())]:
        content = file.read_bytes()
        for secret in (chatwoot_world.SECRET.encode(), b"Anna Kowalski", b"anna1101@example.org"):
            assert secret not in content, file
