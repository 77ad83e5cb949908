"""Canaries: made-up people, planted all over a landing, are found nowhere afterwards, and can be erased."""

import csv
import os
import re
import shutil
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import duckdb
import pyarrow as pa
import pyarrow.parquet as pq
import pytest
from shared import CHECKOUT, read_once

from service_kpis.dbt import MANIFEST
from service_kpis.generate import generate
from service_kpis.load import Zones, load_landing
from service_kpis.load.contract import landing_tables

pytestmark = pytest.mark.slow

NAME, EMAIL, PHONE = "Wilhelmina Quetzal", "Wilhelmina.Quetzal@Canary.example", "+49 (1577) 555-0199"
AGENT_EMAIL, AGENT_NAME = "erika.zirkon@helpdesk.example", "Erika Zirkonia"
DIGITS = "15775550199"
CANARIES = ("wilhelmina", "quetzal", "canary", "zirkon", DIGITS, "555-0199", "1577) 555", "1577 5550199")
WHEN = "2025-06-03T10:00:00Z"
HIS = "source_conversation_id IN ('sound', 'by_agent', 'chat', 'call', 'turned')"
WHO = {"customer_id": NAME, "customer_email": EMAIL, "customer_phone": PHONE}

# Answers every attempt to reach a network by noting it and failing.
WATCHMAN = """
import sys

def watch(event, arguments):
    if event in ("socket.connect", "socket.getaddrinfo", "socket.gethostbyname", "socket.sendto"):
        address = arguments[1] if event in ("socket.connect", "socket.sendto") else arguments[0]
        if isinstance(address, (bytes, str)) and event == "socket.connect":
            return
        with open({note!r}, "a") as note:
            note.write(f"{{event}} {{address}}\\n")
        raise OSError("no network here")

sys.addaudithook(watch)
"""


def plant(landing: Path, table: str, rows: list[dict[str, str]], name: str = "planted") -> Path:
    """Rows as one more CSV file of a table."""
    file = landing / f"{table}_{name}.csv"
    with file.open("w", newline="") as lines:
        writer = csv.DictWriter(lines, list(dict.fromkeys(column for row in rows for column in row)))
        writer.writeheader()
        writer.writerows(rows)
    return file


def plant_tickets(landing: Path) -> None:
    def ticket(ticket_id: str, **more: str) -> dict[str, str]:
        return {"ticket_id": ticket_id, "created_at": WHEN, "channel": "email", **WHO, **more}

    in_words = ("channel", "topic", "subtopic", "priority", "status", "team", "language", "brand")
    rows = [
        ticket("sound", note=f"{NAME} {EMAIL} {PHONE}"),
        *(
            ticket(f"{column}_{i}", **{column: text})
            for column in in_words
            for i, text in enumerate((EMAIL, PHONE))
        ),
        ticket(EMAIL, merged_into_ticket_id=PHONE, follow_up_of_ticket_id=NAME),
        ticket("by_agent", assigned_agent_id=AGENT_EMAIL, solved_at=WHEN, status="solved"),
        ticket("by_name", assigned_agent_id=AGENT_NAME),
        ticket("values", updated_at=EMAIL, solved_at=PHONE, closed_at=NAME, due_at=EMAIL, is_outbound=NAME),
        ticket("bad_time", created_at=NAME),
        ticket("bad_clock", created_at="2025-06-33"),
    ]
    file = plant(landing, "tickets", rows)
    columns = list(dict.fromkeys(column for row in rows for column in row))
    with file.open("a") as lines:
        lines.write(f"ragged,{WHEN},email,{NAME},{EMAIL}\n")
        lines.write(f'quoted,{WHEN},"{NAME},{EMAIL},{PHONE}\n')
    # Another order of columns, and a row whose values stand one column too far to the right.
    turned = columns[::-1]
    plant(landing, "tickets", [{column: ticket("turned").get(column, "") for column in turned}], "turned")
    moved = [ticket("moved").get(column, "") for column in turned]
    with (landing / "tickets_turned.csv").open("a", newline="") as lines:
        csv.writer(lines).writerow([moved[-1], *moved[:-1]])


def plant_others(landing: Path) -> None:
    chat = {
        "chat_id": "chat",
        "started_at": WHEN,
        "ended_at": "2025-06-03T10:05:00Z",
        "customer_email": EMAIL,
    }
    plant(landing, "chats", [
        {**chat, "agent_id": AGENT_EMAIL, "agent_joined_at": WHEN, "bot_id": AGENT_NAME, "end_reason": EMAIL,
         "outcome": PHONE, "handover_reason": EMAIL, "handover_context": EMAIL, "channel": PHONE},
    ])  # fmt: skip
    call = {"started_at": WHEN, "answered_at": WHEN, "ended_at": "2025-06-03T10:05:00Z"}
    plant(landing, "calls", [
        {"call_id": "call", **call, "direction": "inbound", "outcome": "answered", "agent_id": AGENT_EMAIL,
         "customer_phone": "0049 1577 5550199", "customer_id": NAME, "topic": PHONE},
        {"call_id": "words", **call, "direction": EMAIL, "outcome": PHONE, "hold_seconds": NAME},
    ])  # fmt: skip
    messages = [
        {"message_id": f"m{i}", "sent_at": WHEN, "sender_type": word, "sender_id": sender}
        for i, (word, sender) in enumerate(
            [
                ("customer", EMAIL),
                ("customer", NAME),
                ("agent", AGENT_EMAIL),
                (EMAIL, NAME),
                ("agent", AGENT_NAME),
            ]
        )
    ]
    plant(landing, "ticket_messages", [{**row, "ticket_id": "by_agent"} for row in messages])
    plant(
        landing,
        "chat_messages",
        [{**row, "chat_id": "chat", "intent": EMAIL, "sentiment": NAME} for row in messages],
    )
    event = {"ticket_id": "by_agent", "occurred_at": WHEN}
    plant(landing, "ticket_events", [
        {**event, "event_id": "e1", "event_type": "assignment", "actor_type": "customer", "actor_id": NAME,
         "from_value": AGENT_EMAIL, "to_value": AGENT_NAME},
        {**event, "event_id": "e2", "event_type": "work_logged", "actor_id": AGENT_EMAIL,
         "work_seconds": "60"},
        {**event, "event_id": "e3", "event_type": "status_change", "from_value": EMAIL, "to_value": PHONE},
        {**event, "event_id": "e4", "event_type": EMAIL, "actor_type": PHONE},
    ])  # fmt: skip
    plant(landing, "surveys", [
        {"survey_id": "s1", "conversation_type": EMAIL, "conversation_id": EMAIL, "question": "csat",
         "sent_at": WHEN,
         "mode": PHONE, "score": "5", "responded_at": WHEN, **WHO},
        {"survey_id": "s2", "question": EMAIL, "sent_at": WHEN, **WHO},
    ])  # fmt: skip
    session = {"session_id": "visit", "started_at": WHEN, "topic": EMAIL, "task": PHONE, "pages_viewed": NAME}
    plant(landing, "self_service_sessions", [{**session, **WHO}])
    plant(
        landing, "agents", [{"agent_id": AGENT_EMAIL, "team": EMAIL}, {"agent_id": AGENT_NAME, "team": PHONE}]
    )
    shift = {"started_at": "2025-06-03T08:00:00Z", "ended_at": "2025-06-03T16:00:00Z"}
    plant(landing, "agent_shifts", [{"shift_id": EMAIL, "agent_id": AGENT_EMAIL, **shift}])
    plant(landing, "agent_training", [{"agent_id": AGENT_NAME, "course_id": EMAIL, "assigned_at": WHEN}])
    plant(
        landing,
        "costs",
        [
            {
                "cost_month": "2025-06",
                "pool": EMAIL,
                "team": PHONE,
                "channel": EMAIL,
                "amount": "1",
                "currency": "EUR",
            }
        ],
    )
    typed = {
        "message_id": ["p"],
        "ticket_id": ["by_agent"],
        "sent_at": pa.array([1748944800], pa.timestamp("s")),
    }
    senders = {"sender_type": ["agent"], "sender_id": [AGENT_EMAIL]}
    pq.write_table(pa.table({**typed, **senders}), landing / "ticket_messages_planted.parquet")


class Place:
    """A landing with canaries, a work folder, a warehouse, a configuration: all that a run touches."""

    def __init__(self, folder: Path):
        self.folder = folder
        self.landing, self.work, self.config = folder / "landing", folder / "work", folder / "config"
        self.warehouse = folder / "out" / "warehouse.duckdb"
        self.note = folder / "network.txt"

    def run(self, command: str, *options: str, expected: int = 0) -> str:
        """What a command printed; it runs without a network where the system lets it, and is watched."""
        watchman = self.folder / "watchman"
        watchman.mkdir(exist_ok=True)
        (watchman / "sitecustomize.py").write_text(WATCHMAN.format(note=str(self.note)))
        environment = {name: value for name, value in os.environ.items() if name != "SERVICE_KPIS_HASH_KEY"}
        environment |= {"SERVICE_KPIS_CONFIG": str(self.config), "PYTHONPATH": str(watchman)}
        with read_once(self.work):
            done = subprocess.run(
                [
                    *without_network(),
                    *(sys.executable, "-m", "service_kpis", command, *options),
                    *(
                        "--landing",
                        str(self.landing),
                        "--work",
                        str(self.work),
                        "--warehouse",
                        str(self.warehouse),
                    ),
                ],
                capture_output=True,
                text=True,
                env=environment,
                check=False,
            )
        assert done.returncode == expected, done.stdout + done.stderr
        return done.stdout + done.stderr

    def rows(self, sql: str, *parameters: object) -> list[tuple]:
        with duckdb.connect(self.warehouse, read_only=True) as connection:
            return connection.execute(sql, parameters).fetchall()


def without_network() -> list[str]:
    """A prefix that takes the network away from a command; empty where the system forbids it."""
    prefix = ["unshare", "--map-root-user", "--net"]
    try:
        allowed = subprocess.run([*prefix, "true"], capture_output=True, check=False).returncode == 0
    except FileNotFoundError:
        allowed = False
    return prefix if allowed else []


@pytest.fixture(scope="module")
def place(tmp_path_factory) -> Place:
    place = Place(tmp_path_factory.mktemp("canaries"))
    generate(2_000, 5, place.landing)
    plant_tickets(place.landing)
    plant_others(place.landing)
    (place.folder / "printed.txt").write_text(place.run("run"))
    return place


@pytest.fixture(scope="module")
def erased(place, tmp_path_factory) -> Place:
    """The same place after the customer was erased by his e-mail address alone."""
    copy = Place(tmp_path_factory.mktemp("erased"))
    shutil.copytree(place.folder, copy.folder, dirs_exist_ok=True)
    kept = copy.warehouse.with_name(f"{copy.warehouse.name}.previous") / "a_run.duckdb"
    kept.parent.mkdir()
    shutil.copy(copy.warehouse, kept)
    (copy.folder / "printed.txt").write_text(copy.run("erase", "--customer-email", EMAIL.upper()))
    return copy


def texts(file: Path) -> Iterator[tuple[str, str]]:
    """Every text of every table and view of a DuckDB file, in lower case, and where it stands."""
    with duckdb.connect(file, read_only=True) as connection:
        columns = connection.execute(
            "SELECT table_schema, table_name, column_name FROM information_schema.columns"
            " WHERE data_type LIKE '%VARCHAR%' OR data_type LIKE 'STRUCT%'"
        ).fetchall()
        assert columns
        for schema, table, column in columns:
            query = f'SELECT DISTINCT lower("{column}"::VARCHAR) FROM "{schema}"."{table}"'
            for (text,) in connection.execute(query).fetchall():
                if text is not None:
                    yield f"{schema}.{table}.{column}", text


def leaks_in_tables(file: Path) -> set[tuple[str, str]]:
    return {(where, text) for where, text in texts(file) if any(canary in text for canary in CANARIES)}


def leaks_in_bytes(folder: Path) -> set[tuple[str, str]]:
    files = [file for file in folder.rglob("*") if file.is_file()]
    assert files
    return {
        (file.name, canary)
        for file in files
        for canary in CANARIES
        if canary.encode() in file.read_bytes().lower()
    }


def test_the_landing_does_hold_the_canaries(place):
    """What the other tests do not find is there to be found, and was loaded."""
    planted = leaks_in_bytes(place.landing)
    assert {canary for _, canary in planted} == set(CANARIES) - {DIGITS}
    seen = f"SELECT count(*), count(DISTINCT customer_id) FROM core.fct_conversations WHERE {HIS}"
    assert place.rows(seen) == [(5, 1)]


def test_the_published_file_holds_no_canary(place):
    assert leaks_in_tables(place.warehouse) == set()
    assert leaks_in_bytes(place.warehouse.parent) == set()


def test_the_figures_of_the_edges_hold_words_of_ours_only(place):
    """What the next run compares itself with; `texts` found no canary in it, here is that there are words."""
    with (CHECKOUT / "seeds" / "words" / "word_map.csv").open(newline="") as lines:
        ours = {row["landed_word"] for row in csv.DictReader(lines)}
    landed = place.rows(
        "SELECT DISTINCT word FROM quality.edge_figures WHERE relation_name LIKE 'raw.%' AND word <> ''"
        " AND column_name <> 'question'"
    )
    assert landed and {word for (word,) in landed} <= ours


def test_the_private_build_holds_no_canary(place):
    assert leaks_in_tables(place.work / "build.duckdb") == set()


def test_logs_artifacts_and_all_else_that_a_run_leaves_hold_no_canary(place):
    left = {file.name for file in place.work.rglob("*") if file.is_file()}
    assert {"dbt.log", "build.duckdb", "index.html"} <= left
    assert MANIFEST in {Path(name).suffix for name in left}
    assert leaks_in_bytes(place.work) == set()
    assert leaks_in_bytes(place.config) == set()
    printed = (place.folder / "printed.txt").read_text().lower()
    assert not [canary for canary in CANARIES if canary in printed]


def test_the_key_is_in_its_file_only(place):
    key = (place.config / "hash.key").read_text().strip()
    holders = [f for f in place.folder.rglob("*") if f.is_file() and key.encode() in f.read_bytes()]
    assert holders == [place.config / "hash.key"]


def test_no_column_of_the_landing_that_identifies_is_published(place):
    """customer_id is the matched customer, a hash over hashes."""
    personal = {c.name for table in landing_tables().values() for c in table.columns if c.is_personal}
    published = place.rows("SELECT DISTINCT column_name FROM information_schema.columns")
    assert personal & {column for (column,) in published} == {"customer_id"}
    tables = place.rows(
        "SELECT table_schema, table_name FROM information_schema.columns WHERE column_name = 'customer_id'"
    )
    assert len(tables) >= 4
    for schema, table in tables:
        ids = place.rows(f"SELECT DISTINCT customer_id FROM {schema}.{table} WHERE customer_id IS NOT NULL")
        assert ids and all(re.fullmatch("[0-9a-f]{16}", customer_id) for (customer_id,) in ids)


def test_no_reject_shows_the_value_of_an_identity_column(place):
    names = ", ".join(f"'{c.name}'" for t in landing_tables().values() for c in t.columns if c.is_personal)
    rejects = f"FROM quality.rejects WHERE column_name IN ({names}) AND value IS NOT NULL"
    assert place.rows(f"SELECT count(*) {rejects}") == [(0,)]
    # The planted faults are listed all the same, by file and line.
    listed = dict(
        place.rows(
            "SELECT rule, count(*) FROM quality.rejects WHERE file_name LIKE '%_planted.csv' GROUP BY 1"
        )
    )
    assert {
        "unparseable",
        "unknown_word",
        "unknown_question",
        "ragged_line",
        "unclosed_quote",
    } <= listed.keys()


def test_no_text_of_the_landing_is_computed_by_a_spreadsheet(place):
    begins = [
        text for _, text in texts(place.warehouse) if re.match(r"[=@\t\r]|[+-].*[^\d.,]", text, re.DOTALL)
    ]
    assert begins == []


def test_a_run_reaches_for_no_network(place):
    assert not place.note.exists(), place.note.read_text()


def test_the_watchman_sees_who_does(tmp_path):
    """A library that tells its maker how it is used would be noticed."""
    note = tmp_path / "note.txt"
    (tmp_path / "sitecustomize.py").write_text(WATCHMAN.format(note=str(note)))
    call = "import urllib.request; urllib.request.urlopen('http://192.0.2.1/', timeout=1)"
    done = subprocess.run(
        [sys.executable, "-c", call],
        env={**os.environ, "PYTHONPATH": str(tmp_path)},
        capture_output=True,
        check=False,
    )
    assert done.returncode != 0 and "192.0.2.1" in note.read_text()


# Erasing


def test_an_erased_customer_is_in_no_file_and_the_contacts_still_count(place, erased):
    """The e-mail address was given; the id and the number seen with it are the same customer's."""
    ((customer, identifiers),) = place.rows(
        "SELECT customer_id, identifier_count FROM core.dim_customers JOIN core.fct_conversations AS contacts"
        " USING (customer_id) WHERE contacts.source_conversation_id = 'call'"
    )
    assert identifiers == 3
    for file in (erased.warehouse, erased.work / "build.duckdb"):
        assert [where for where, text in texts(file) if customer in text] == []
    mine = "source_conversation_id IN ('sound', 'by_agent', 'chat', 'call', 'turned')"
    assert erased.rows(f"SELECT count(*), count(customer_id) FROM core.fct_conversations WHERE {mine}") == [
        (5, 0)
    ]
    counted = "SELECT count(*), count_if(is_countable) FROM core.fct_conversations"
    assert erased.rows(counted) == place.rows(counted)


def test_nobody_else_was_erased(place, erased):
    customers = "SELECT DISTINCT customer_id FROM core.dim_customers"
    lost = set(place.rows(customers)) - set(erased.rows(customers))
    assert len(lost) == 1 and set(erased.rows(customers)) < set(place.rows(customers))


def test_kept_files_that_held_the_customer_are_gone(erased):
    published = erased.warehouse.parent
    assert [file for file in published.rglob("*.duckdb") if "work" not in file.parts] == [erased.warehouse]


def test_the_erased_stay_so_when_the_landing_still_holds_them(erased, tmp_path, monkeypatch):
    monkeypatch.delenv("SERVICE_KPIS_HASH_KEY")
    monkeypatch.setenv("SERVICE_KPIS_CONFIG", str(erased.config))
    load_landing(str(erased.landing), tmp_path / "build.duckdb", Zones())
    with duckdb.connect(tmp_path / "build.duckdb", read_only=True) as connection:
        assert connection.execute(
            "SELECT count(*), count(customer_id), count(customer_email), count(customer_phone)"
            " FROM raw.tickets WHERE landed_file_name IN ('tickets_planted.csv', 'tickets_turned.csv')"
        ).fetchone() == (22, 0, 0, 0)


def test_an_erasure_names_nobody(erased):
    """Neither the command line nor what was typed is noted anywhere."""
    assert leaks_in_bytes(erased.work) == set()
    assert leaks_in_bytes(erased.config) == set()
    lines = (erased.config / "erased.csv").read_text().splitlines()
    assert len(lines) == 1 + 3 + 1 and lines[-1].startswith("seal,")
    printed = (erased.folder / "printed.txt").read_text().lower()
    assert "wilhelmina" not in printed and "erased from" in printed


def test_a_number_of_very_many_customers_names_nobody(tmp_path):
    place = Place(tmp_path)
    place.landing.mkdir()
    switchboard = {"created_at": WHEN, "customer_phone": PHONE}
    rows = [{"ticket_id": str(i), "customer_id": str(i), **switchboard} for i in range(1, 12)]
    plant(place.landing, "tickets", rows)
    said = place.run("erase", "--customer-phone", PHONE, expected=2)
    assert "nobody is erased" in said and "names nobody" in said
    assert not (place.config / "erased.csv").exists()
