"""What is personal goes no further than the loader: hashed, dropped or hidden, under a key that stays."""

import gzip
import hashlib
import hmac
import os
import re
import stat
from concurrent.futures import ThreadPoolExecutor
from datetime import datetime
from pathlib import Path

import duckdb
import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from service_kpis.errors import CannotStart
from service_kpis.load import Zones, guard, load_landing, parse_zones
from service_kpis.load.contract import landing_tables
from service_kpis.load.sql import without_value
from service_kpis.lock import AnotherRun
from service_kpis.privacy import (
    HashKey,
    config_folder,
    erased_identifiers,
    hash_key,
    note_erased,
    seal_old_list,
)

KEY = os.environ["SERVICE_KPIS_HASH_KEY"]
EMAIL, PHONE, NAME = "Wilhelmina.Q@Example.org", "+49 30 5550199", "Wilhelmina Quetzal"


@pytest.fixture
def config(monkeypatch, tmp_path) -> Path:
    """A configuration folder of one's own, and no key in the environment."""
    monkeypatch.delenv("SERVICE_KPIS_HASH_KEY")
    monkeypatch.setenv("SERVICE_KPIS_CONFIG", str(tmp_path / "config"))
    return tmp_path / "config"


def expected_hash(message: str) -> str:
    """HMAC by Python's own module."""
    return hmac.new(KEY.encode(), message.encode(), hashlib.sha256).hexdigest()[:32]


def loaded(landing: Path | str, folder: Path, sql: str) -> list[tuple]:
    build = folder / "build.duckdb"
    load_landing(str(landing), build, Zones())
    with duckdb.connect(str(build), read_only=True) as connection:
        return connection.execute(sql).fetchall()


def land(folder: Path, **tables: list[dict]) -> Path:
    """Tables as CSV, all cells quoted."""
    for table, rows in tables.items():
        columns = list(dict.fromkeys(column for row in rows for column in row))
        lines = [columns, *([row.get(column, "") for column in columns] for row in rows)]
        quoted = [",".join('"' + cell.replace('"', '""') + '"' for cell in line) for line in lines]
        (folder / f"{table}.csv").write_text("\n".join(quoted) + "\n")
    return folder


def ticket(ticket_id="1", created_at="2025-01-01", **columns) -> dict:
    return {"ticket_id": ticket_id, "created_at": created_at, **columns}


# Identity columns


@pytest.mark.parametrize(
    ("column", "texts", "message"),
    [
        (
            "customer_email",
            [
                *(EMAIL, f"  {EMAIL.upper()} ", f"{EMAIL};", f"'{EMAIL}',", f"mailto:{EMAIL}?subject=Hi"),
                *(f"MAILTO: {EMAIL} ", f"W. Q. <mailto:{EMAIL}>;", EMAIL.replace("@", " @ ")),
                *(EMAIL.replace("@", "%40"), EMAIL.replace("@", "&#64;"), EMAIL.replace("@", "\uff20")),
                *(f"\ufeff{EMAIL}\u200b", f"\u00a0{EMAIL}\u00a0;"),
            ],
            "email:wilhelmina.q@example.org",
        ),
        (
            "customer_phone",
            [
                *(PHONE, "0049 (30) 5550199", "(+49) 30/5550199", f"tel:{PHONE}", f"TEL: {PHONE};"),
                *("tel:0049-30-5550199", "\uff0b49\u00a030\u20115550199", "%2B49305550199"),
                *("+\uff14\uff19 30 555\u200b0199", "+49 (0)30 5550199", "0049(0)30-5550199"),
            ],
            "phone:49305550199",
        ),
        ("customer_id", [NAME, f" {NAME}  "], f"id:default:{NAME}"),
    ],
)
def test_an_identifier_is_hashed_whatever_its_spelling(tmp_path, column, texts, message):
    landing = land(tmp_path, tickets=[ticket(str(i), **{column: text}) for i, text in enumerate(texts)])
    assert loaded(landing, tmp_path / "w", f"SELECT DISTINCT {column} FROM raw.tickets") == [
        (expected_hash(message),)
    ]


def test_ids_are_hashed_within_their_source_system(tmp_path):
    landing = land(
        tmp_path,
        tickets=[
            ticket("1", customer_id="7", source_system=" zd "),
            ticket("2", customer_id="7", source_system="default"),
            ticket("3", customer_id="7"),
        ],
    )
    found = loaded(landing, tmp_path / "w", "SELECT customer_id FROM raw.tickets ORDER BY ticket_id")
    assert [hash for (hash,) in found] == [
        expected_hash("id:zd:7"),
        expected_hash("id:default:7"),
        expected_hash("id:default:7"),
    ]


def test_a_national_number_is_one_within_its_source_system_and_with_a_country_everywhere(tmp_path):
    numbers = {
        "1": ("zd", "030 5550199"),
        "2": ("zd", "(030) 555 0199"),
        "3": ("tel", "030 5550199"),
        "4": ("tel", PHONE),
    }
    landing = land(
        tmp_path,
        tickets=[
            ticket(id, source_system=system, customer_phone=text) for id, (system, text) in numbers.items()
        ],
    )
    of_each = "SELECT customer_phone FROM raw.tickets ORDER BY ticket_id"
    one, same, other, abroad = [hash for (hash,) in loaded(landing, tmp_path / "w", of_each)]
    assert one == same
    assert len({one, other, abroad}) == 3
    assert one.startswith("n")
    zones = parse_zones([], ["zd=de", "tel=DE"])
    load_landing(str(landing), tmp_path / "w2", zones)
    with duckdb.connect(str(tmp_path / "w2"), read_only=True) as connection:
        assert {hash for (hash,) in connection.execute(of_each).fetchall()} == {
            expected_hash("phone:49305550199")
        }


def test_what_a_country_would_change_is_said_in_numbers_that_are_known_with_one(tmp_path):
    """Three of the four different numbers of zd are in tel with +49, one of them twice in zd; +43 has one."""
    of_zd = ["030 5550199", "(030) 555 0199", "030 5550111", "040 5550122", "089 5550133"]
    of_tel = ["+49 30 5550199", "0049 30 5550111", "+49 40 5550122", "+43 30 5550199", "+49 221 5550144"]
    landing = land(
        tmp_path,
        tickets=[ticket(text, source_system="zd", customer_phone=text) for text in of_zd],
        calls=[
            {"call_id": text, "started_at": "2025-01-01", "source_system": "tel", "customer_phone": text}
            for text in of_tel
        ],
    )

    def said(*countries: str) -> list[str]:
        findings = load_landing(str(landing), tmp_path / "w", parse_zones([], countries)).findings
        return [text for text in findings.said if "different telephone numbers" in text]

    (text,) = said()
    assert text.startswith(
        "with --phone-country zd=DE, 3 of 4 different telephone numbers of source system zd"
    )
    assert said("zd=DE") == said("AT") == []


def test_a_number_that_is_none_of_its_country_stays_its_own_systems(tmp_path):
    numbers = ["654321", "0612345678901", "07700 9001234", "1: 030 5550199", ""]
    landing = land(
        tmp_path, tickets=[ticket(f"{at}", customer_phone=text) for at, text in enumerate(numbers)]
    )
    load_landing(str(landing), tmp_path / "w", parse_zones([], ["US"]))
    with duckdb.connect(str(tmp_path / "w"), read_only=True) as connection:
        hashes = connection.execute("SELECT customer_phone FROM raw.tickets ORDER BY ticket_id").fetchall()
    assert hashes[0][0].startswith("n")
    assert all(hash for (hash,) in hashes[:4]) and hashes[4] == (None,)


@pytest.mark.parametrize(
    ("column", "text"),
    [
        *(("customer_id", text) for text in ("NULL", "nan", "None", "N/A", "-", "0", "unknown", "000000")),
        ("customer_id", "00000000-0000-0000-0000-000000000000"),
        *(("customer_id", text) for text in ("4.49771E+11", "123456789012345000", "-1", "-1.0")),
        *(
            ("customer_id", text)
            for text in ("<NA>", r"\N", "unbekannt", "Onbekend", "inconnu", "DESCONOCIDO")
        ),
        *(
            ("customer_id", text)
            for text in ("sconosciuto", "匿名", "guest", "(blank)", "No Caller ID", "no-id")
        ),
        *(
            ("customer_id", text)
            for text in ("anonymous user", "n.v.t.", "[not set]", "empty", "Numéro masqué")
        ),
        *(
            ("customer_email", text)
            for text in ("Anonymous", "test", "no-email", "@", "-@-", "anna@", "<NA>")
        ),
        ("customer_email", "Unknown <n/a>"),
        *(
            ("customer_phone", text)
            for text in ("0000000000", "+266696687", "4.49771E+11", "restricted", "12-345", "1234567890")
        ),
        ("customer_phone", "+1234567890123456"),
    ],
)
def test_what_names_nobody_is_null_and_listed_without_its_value(tmp_path, column, text):
    landing = land(tmp_path, tickets=[ticket(**{column: text})])
    assert loaded(landing, tmp_path / "w", f"SELECT {column} FROM raw.tickets") == [(None,)]
    with duckdb.connect(str(tmp_path / "w" / "build.duckdb"), read_only=True) as connection:
        assert connection.execute(
            "SELECT column_name, value_text, rule, severity FROM raw.load_rejects"
        ).fetchall() == [(column, None, "nobody", "value")]


@pytest.mark.parametrize("text", ["12345678901234500", "123456789012345001", "Guest 7", "100", "n0", "Nolan"])
def test_what_only_begins_like_nobody_is_somebody(tmp_path, text):
    landing = land(tmp_path, tickets=[ticket(customer_id=text)])
    assert loaded(landing, tmp_path / "w", "SELECT customer_id FROM raw.tickets") == [
        (expected_hash(f"id:default:{text}"),)
    ]


@pytest.mark.parametrize("form", ["csv", "parquet"])
def test_an_id_that_refers_to_nobody_refers_to_nothing(tmp_path, form):
    """A row's own key stays, whatever it is."""
    nobodys = ["0", "0.0", "-1", "unassigned", "Unknown", "false", "(blank)", "niet toegewezen", "未分配"]
    refers = {text: {"merged_into_ticket_id": text, "assigned_agent_id": text} for text in [*nobodys, "7"]}
    tickets = [ticket("0" if text == "0" else f"t{text}", **refers[text]) for text in refers]
    landing = land(tmp_path, tickets=tickets)
    if form == "parquet":
        written = f"SELECT * REPLACE (created_at::TIMESTAMP AS created_at) FROM '{landing}/tickets.csv'"
        with duckdb.connect() as connection:
            connection.execute(f"COPY ({written}) TO '{landing}/tickets.parquet'")
        (landing / "tickets.csv").unlink()
    query = "SELECT ticket_id, merged_into_ticket_id, assigned_agent_id FROM raw.tickets ORDER BY ticket_id"
    found = loaded(landing, tmp_path / "w", query)
    assert [row for row in found if row[1:] != (None, None)] == [("t7", "7", "7")]
    assert found[0] == ("0", None, None)
    assert len(found) == len(tickets)


def test_a_number_that_a_data_frame_made_a_float_is_one_number(tmp_path):
    numbers = ["49305550199.0", "49305550199"]
    landing = land(tmp_path, tickets=[ticket(text, customer_phone=text) for text in numbers])
    assert loaded(landing, tmp_path / "w", "SELECT count(DISTINCT customer_phone) FROM raw.tickets") == [(1,)]


def test_an_empty_identifier_is_null_and_not_listed(tmp_path):
    landing = land(tmp_path, tickets=[ticket(customer_id=" ", customer_email=" ", customer_phone=" ")])
    assert loaded(
        landing, tmp_path / "w", "SELECT customer_id, customer_email, customer_phone FROM raw.tickets"
    ) == [(None, None, None)]
    with duckdb.connect(str(tmp_path / "w" / "build.duckdb"), read_only=True) as connection:
        assert connection.execute("FROM raw.load_rejects").fetchall() == []


def test_a_float_is_its_whole_number_and_a_name_is_not_part_of_an_address(tmp_path):
    landing = land(
        tmp_path,
        tickets=[
            ticket("7.0", customer_id="500.0", customer_email=f"Anna <{EMAIL}>"),
            ticket("8", customer_id="500", customer_email=f"mailto:{EMAIL}"),
        ],
    )
    found = loaded(landing, tmp_path / "w", "SELECT ticket_id, customer_id, customer_email FROM raw.tickets")
    hashes = (expected_hash("id:default:500"), expected_hash(f"email:{EMAIL.lower()}"))
    assert found == [("7", *hashes), ("8", *hashes)]


@pytest.mark.parametrize("length", [32, 63, 64, 65, 131])
def test_keys_of_any_length_give_what_hmac_gives(length):
    secret = bytes(range(100, 100 + length))
    with duckdb.connect() as connection:
        guard.prepare(connection, HashKey(secret), [])
        (found,) = connection.execute("SELECT keyed_hash('email', 'zoë@b.example')").fetchone()
    assert found == hmac.new(secret, "email:zoë@b.example".encode(), hashlib.sha256).hexdigest()[:32]


def test_files_of_all_forms_give_the_same_hashes(tmp_path):
    columns = {"customer_id": NAME, "customer_email": EMAIL, "customer_phone": PHONE}
    query = "SELECT customer_id, customer_email, customer_phone FROM raw.tickets"
    (tmp_path / "csv").mkdir()
    (tmp_path / "parquet").mkdir()
    land(tmp_path / "csv", tickets=[ticket(**columns)])
    typed = {"ticket_id": ["1"], "created_at": [datetime(2025, 1, 1)], **{c: [v] for c, v in columns.items()}}
    pq.write_table(pa.table(typed), tmp_path / "parquet" / "tickets.parquet")
    with duckdb.connect(str(tmp_path / "source.duckdb")) as connection:
        connection.execute(f"CREATE TABLE tickets AS FROM '{tmp_path}/parquet/tickets.parquet'")
    places = (tmp_path / "csv", tmp_path / "parquet", f"{tmp_path}/source.duckdb#main")
    answers = [loaded(place, tmp_path / f"w{i}", query) for i, place in enumerate(places)]
    assert answers[0] == answers[1] == answers[2] and None not in answers[0][0]


def test_each_personal_column_of_the_contract_is_hashed_or_kept_where_it_serves():
    personal = {
        column.name for table in landing_tables().values() for column in table.columns if column.is_personal
    }
    assert personal <= {*guard.IDENTITY, *guard.SERVING}
    named_so = {column.name for table in landing_tables().values() for column in table.columns}
    assert {name for name in named_so if name.startswith("customer_")} <= personal


# People who write and act


@pytest.mark.parametrize("form", ["csv", "parquet"])
def test_of_senders_and_actors_only_staff_is_kept(tmp_path, form):
    messages = [
        {
            "message_id": f"{i}",
            "ticket_id": "1",
            "sent_at": "2025-01-01",
            "sender_type": word,
            "sender_id": "x9",
        }
        for i, word in enumerate(["Agent", "bot", "customer", "system", "end-user"])
    ]
    events = [
        {"event_id": f"{i}", "ticket_id": "1", "occurred_at": "2025-01-01", "actor_id": "x9", **columns}
        for i, columns in enumerate(
            [
                {"event_type": "status_change", "actor_type": "agent"},
                {"event_type": "status_change", "actor_type": "customer"},
                {"event_type": "status_change", "actor_type": ""},
                {"event_type": "work_logged", "actor_type": ""},
            ]
        )
    ]
    land(tmp_path, ticket_messages=messages, ticket_events=events)
    if form == "parquet":
        for table, time in (("ticket_messages", "sent_at"), ("ticket_events", "occurred_at")):
            file = tmp_path / f"{table}.csv"
            typed = (
                f"SELECT * REPLACE ({time}::TIMESTAMP AS {time}) FROM read_csv('{file}', all_varchar = true)"
            )
            with duckdb.connect() as connection:
                connection.execute(f"COPY ({typed}) TO '{file.with_suffix('.parquet')}'")
            file.unlink()
    assert loaded(
        tmp_path, tmp_path / "w", "SELECT list(sender_id ORDER BY message_id) FROM raw.ticket_messages"
    ) == [(["x9", "x9", None, None, None],)]
    assert loaded(
        tmp_path, tmp_path / "w", "SELECT list(actor_id ORDER BY event_id) FROM raw.ticket_events"
    ) == [(["x9", None, None, "x9"],)]


def test_whom_a_ticket_was_assigned_to_is_not_kept(tmp_path):
    event = {"ticket_id": "1", "occurred_at": "2025-01-01", "from_value": "open", "to_value": NAME}
    types = ("status_change", "Team_Change", "assignment", "merge", "unheard_of")
    land(
        tmp_path, ticket_events=[{**event, "event_id": str(i), "event_type": t} for i, t in enumerate(types)]
    )
    query = "SELECT list(from_value ORDER BY event_id) FROM raw.ticket_events"
    assert loaded(tmp_path, tmp_path / "w", query) == [(["open", "open", None, None, None],)]


def test_a_refused_row_leaves_no_word_in_the_file(tmp_path):
    """Its values may stand one column beside their own: here a name as the topic."""
    rows = [ticket("1", created_at="billing", topic=NAME, team="front"), ticket("2", topic="delivery")]
    land(tmp_path, tickets=rows)
    assert loaded(tmp_path, tmp_path / "w", "SELECT row_key FROM raw.load_rejects") == [("1",)]
    build = (tmp_path / "w" / "build.duckdb").read_bytes()
    assert b"delivery" in build and b"Quetzal" not in build


# What looks personal elsewhere

PERSONAL_IDS = [
    "a@b.example",
    "mail from a@b.example",
    "+49 30 123456",
    "(030) 1234567",
    "030 123 4567",
    NAME,
]
PLAIN_IDS = [
    "360012345678",
    "0001234567",
    "2024-000123",
    "INC-00123",
    "a17",
    "Maria",
    "900-55.12",
    "billing_bot",
]
PERSONAL_WORDS = ["a@b.example", "call +4930123456 back", "0301234567", "030/123 45 67", "202-555-0123"]
PLAIN_WORDS = ["awaiting user info", "Second Line", "R2-D2", "12345678", "2025-01-31", "a @ b", "1+1", "-100"]


@pytest.mark.parametrize(("column", "values", "is_hidden"), [
    ("ticket_id", PERSONAL_IDS, True),
    ("assigned_agent_id", PERSONAL_IDS, True),
    ("assigned_agent_id", PLAIN_IDS, False),
    ("topic", PERSONAL_WORDS, True),
    ("topic", PLAIN_WORDS, False),
])  # fmt: skip
@pytest.mark.parametrize("form", ["csv", "parquet"])
def test_what_looks_personal_is_hidden_and_nothing_else(tmp_path, column, values, is_hidden, form):
    rows = [ticket(f"t{i}") | {column: value} for i, value in enumerate(values)]
    if form == "csv":
        land(tmp_path, tickets=rows)
    else:
        columns = {name: [row[name] for row in rows] for name in rows[0]}
        columns["created_at"] = [datetime(2025, 1, 1)] * len(rows)
        pq.write_table(pa.table(columns), tmp_path / "tickets.parquet")
    found = loaded(tmp_path, tmp_path / "w", f"SELECT {column} FROM raw.tickets ORDER BY landed_line_number")
    shown = [value for (value,) in found]
    if is_hidden:
        assert all(value.startswith("hidden_") and len(value) == 23 for value in shown)
        assert len(set(shown)) == len(values)
    else:
        assert shown == values


def test_a_hidden_id_still_joins(tmp_path):
    """An agent's address is the same pseudonym wherever it stands, however blanks surround it."""
    agent = "erika@helpdesk.example"
    call = {"call_id": "c", "started_at": "2025-01-01", "agent_id": f" {agent}"}
    message = {
        "message_id": "m",
        "ticket_id": "1",
        "sent_at": "2025-01-01",
        "sender_type": "agent",
        "sender_id": agent,
    }
    land(tmp_path, tickets=[ticket(assigned_agent_id=agent)], calls=[call], ticket_messages=[message])
    pq.write_table(pa.table({"agent_id": [f"{agent} "], "hourly_cost": [1.0]}), tmp_path / "agents.parquet")
    assert loaded(
        tmp_path,
        tmp_path / "w",
        """
        SELECT DISTINCT id FROM (
            SELECT assigned_agent_id AS id FROM raw.tickets
            UNION ALL SELECT agent_id FROM raw.calls
            UNION ALL SELECT sender_id FROM raw.ticket_messages
            UNION ALL SELECT agent_id FROM raw.agents
        )
        """,
    ) == [("hidden_" + expected_hash(f"text:{agent}")[:16],)]


@pytest.mark.parametrize(
    ("text", "stands_as"),
    [
        ('=HYPERLINK("http://evil.example")', '\'=HYPERLINK("http://evil.example")'),
        ("+cmd", "'+cmd"),
        ("-2+3", "'-2+3"),
        ("@SUM(A1)", "'@SUM(A1)"),
        ("\t=1", "'\t=1"),
        ("-100", "-100"),
        ("+3.5", "+3.5"),
        ("a=b", "a=b"),
    ],
)
@pytest.mark.parametrize("form", ["csv", "parquet"])
def test_no_spreadsheet_computes_a_text(tmp_path, text, stands_as, form):
    if form == "csv":
        land(tmp_path, tickets=[ticket(topic=text, team=f" {text} ")])
    else:
        typed = {"ticket_id": ["1"], "created_at": [datetime(2025, 1, 1)], "topic": [text], "team": [text]}
        pq.write_table(pa.table(typed), tmp_path / "tickets.parquet")
    assert loaded(tmp_path, tmp_path / "w", "SELECT topic, team FROM raw.tickets") == [(stands_as, stands_as)]


@pytest.mark.parametrize(
    ("value", "shown"),
    [
        ("yesterday", "yesterday"),
        ("31/12/2025", "31/12/2025"),
        (NAME, "xxxxxxxxxx xxxxxxx"),
        ("Zoë Quetzal", "xxx xxxxxxx"),
        (EMAIL, "xxxxxxxxxx.x@xxxxxxx.xxx"),
        ("+49 30 5550199", "'+99 99 9999999"),
        ("1735689600", "9999999999"),
        ("=1+1", "'=1+1"),
    ],
)
def test_of_a_broken_value_that_looks_personal_the_shape_is_shown(tmp_path, value, shown):
    rows = [ticket("1", created_at=value), ticket("2", solved_at=value)]
    found = loaded(
        land(tmp_path, tickets=rows),
        tmp_path / "w",
        "SELECT value_text, severity FROM raw.load_rejects ORDER BY 2",
    )
    assert found == [(shown, "row"), (shown, "value")]


@pytest.mark.parametrize(
    ("header", "unsaid"),
    [
        (f"7,{EMAIL},2025-01-01", "example.org"),
        (f"7,{NAME},{PHONE}", "quetzal"),
        (f"{EMAIL},{EMAIL}", "example.org"),
    ],
)
def test_a_file_without_a_header_does_not_tell_its_first_row(tmp_path, header, unsaid):
    (tmp_path / "tickets.csv").write_text(header + "\n" + header + "\n")
    with pytest.raises(CannotStart) as raised:
        loaded(tmp_path, tmp_path / "w", "SELECT 1")
    assert unsaid not in str(raised.value).lower() and "5550199" not in str(raised.value)


def test_columns_that_the_contract_lacks_are_listed_without_what_looks_personal(tmp_path):
    land(tmp_path, tickets=[ticket(**{"Internal Notes": "x", EMAIL: "y", "a@b .example": "y", "=1+1": "z"})])
    assert loaded(tmp_path, tmp_path / "w", "SELECT extra_columns FROM raw.landed_files") == [
        ("internal notes, xxxxxxxxxx.x@xxxxxxx.xxx, x@x .xxxxxxx, '=1+1",)
    ]


@pytest.mark.parametrize(
    "name",
    [
        *(f"tickets_{EMAIL}.csv", f"tickets {PHONE}.csv", "tickets_wilhelmina\uff20example.org.csv.gz"),
        *(
            "tickets_01577 5550199_new.csv",
            "tickets_015775550199.csv",
            "tickets-015775550199_new.csv",
            "tickets_tel 015775550199.csv",
            "tickets_0157755 50199.csv",
            "tickets_wilhelmina@example .org.csv",
            "tickets/DE89370400440532013000.csv",
            "tickets_a%40b.example.parquet",
        ),
    ],
)
def test_a_file_name_that_looks_personal_is_a_pseudonym_with_its_ending(tmp_path, name):
    """Wherever the loader notes it; a view of a Parquet file would hold it too, so such a file is copied."""
    file = tmp_path / "landing" / name
    file.parent.mkdir(parents=True)
    if name.endswith(".parquet"):
        table = {"ticket_id": ["1", "2"], "created_at": [datetime(2025, 1, 1), None], "team": ["a", "b"]}
        pq.write_table(pa.table(table), file)
    else:
        opener = gzip.open if name.endswith(".gz") else open
        with opener(file, "wt") as lines:
            lines.write("ticket_id,created_at,team\n1,2025-01-01,a\n2,,b\n3,yesterday,c\n")
    (tmp_path / "landing" / f"notes of {EMAIL}.txt").write_text("a stranger")
    build = tmp_path / "w" / "build.duckdb"
    summary = load_landing(str(tmp_path / "landing"), build, Zones())
    with duckdb.connect(str(build), read_only=True) as connection:
        names = connection.execute(
            "SELECT landed_file_name FROM raw.landed_files UNION SELECT landed_file_name FROM raw.tickets"
            " UNION SELECT landed_file_name FROM raw.load_rejects"
        ).fetchall()
        rows = connection.execute("SELECT count(*) FROM raw.tickets").fetchone()
    ending = ".csv.gz" if name.endswith(".gz") else Path(name).suffix
    ((shown,),) = names
    assert re.fullmatch(r"hidden_[0-9a-f]{16}" + re.escape(ending), shown)
    assert list(summary.loaded.files) == [shown] and rows == (2,)
    assert re.fullmatch("hidden_[0-9a-f]{16}", *summary.strangers)
    assert (
        load_landing(str(tmp_path / "landing"), build, Zones(), before=summary.loaded).loaded
        == summary.loaded
    )
    held = build.read_bytes()
    assert not [
        part
        for part in (name, EMAIL, "wilhelmina", "5550199", "55 50199", "DE8937", "a%40b")
        if part.encode() in held
    ]


def test_two_files_that_look_personal_stay_two(tmp_path):
    for name in ("a", "b"):
        (tmp_path / f"tickets_{name}@b.example.csv").write_text("ticket_id,created_at\n1,2025-01-01\n")
    found = loaded(tmp_path, tmp_path / "w", "SELECT count(DISTINCT landed_file_name) FROM raw.landed_files")
    assert found == [(2,)]


def test_a_value_that_cannot_be_read_is_not_told(tmp_path):
    """DuckDB quotes a text that is not UTF-8."""
    name = pa.array([NAME.encode().replace(b"Q", b"\xff")])
    text = pa.Array.from_buffers(pa.string(), 1, name.buffers())
    typed = {"ticket_id": ["1"], "created_at": [datetime(2025, 1, 1)], "customer_id": text}
    pq.write_table(pa.table(typed), tmp_path / "tickets.parquet")
    with pytest.raises(CannotStart, match=r"tickets\.parquet") as raised:
        loaded(tmp_path, tmp_path / "w", "SELECT 1")
    assert "Wilhelmina" not in str(raised.value)


def test_what_duckdb_quotes_is_told_if_it_is_a_file_that_is_there(tmp_path):
    there = tmp_path / "build.duckdb"
    there.touch()
    cannot = f'Could not write file "{there}": No space left on device'
    assert without_value(ValueError(f"{cannot}\nmore")) == cannot
    for value in (f"'{NAME}' to INT64", f"'/{NAME}' to INT64", f'"{NAME}', f'"{there}{NAME}"'):
        told = without_value(ValueError(f"Could not convert string {value}"))
        assert told == "Could not convert string "


# The key


def test_the_first_run_makes_a_key_that_only_its_owner_reads(config):
    first = hash_key()
    assert hash_key() == first
    assert stat.S_IMODE((config / "hash.key").stat().st_mode) == 0o600
    assert stat.S_IMODE(config.stat().st_mode) == 0o700
    assert [file.name for file in config.iterdir()] == ["hash.key"]
    assert first.secret.decode() not in repr(first)


def test_first_runs_at_the_same_time_take_the_same_key(config):
    with ThreadPoolExecutor(8) as pool:
        assert len(set(pool.map(lambda _: hash_key(), range(40)))) == 1


def test_the_environments_key_comes_first(config, monkeypatch):
    made = hash_key()
    monkeypatch.setenv("SERVICE_KPIS_HASH_KEY", KEY + "\n")
    assert hash_key() == HashKey(KEY.encode()) != made


@pytest.mark.parametrize("text", ["", "too short", "x" * 31])
def test_a_short_key_is_refused(config, monkeypatch, text):
    monkeypatch.setenv("SERVICE_KPIS_HASH_KEY", text)
    with pytest.raises(CannotStart, match="SERVICE_KPIS_HASH_KEY: a hash key has at least 32 characters"):
        hash_key()


def test_a_place_where_no_key_can_be_made_is_named(monkeypatch, tmp_path, config):
    (tmp_path / "config").write_text("a file")
    with pytest.raises(CannotStart, match=r"hash\.key can be neither read nor made .*SERVICE_KPIS_HASH_KEY"):
        hash_key()


def test_the_user_has_one_configuration_for_all_checkouts(monkeypatch):
    monkeypatch.delenv("SERVICE_KPIS_CONFIG")
    monkeypatch.setenv("XDG_CONFIG_HOME", "/somewhere")
    assert config_folder() == Path("/somewhere/service-kpis")


def test_another_key_gives_other_hashes_and_the_key_is_not_in_the_build(tmp_path, monkeypatch):
    query = "SELECT customer_email FROM raw.tickets"
    land(tmp_path, tickets=[ticket(customer_email=EMAIL)])
    first = loaded(tmp_path, tmp_path / "w", query)
    other = "another key of the tests, no secret either"
    monkeypatch.setenv("SERVICE_KPIS_HASH_KEY", other)
    assert loaded(tmp_path, tmp_path / "w", query) != first
    build = (tmp_path / "w" / "build.duckdb").read_bytes()
    pads = [bytes(byte ^ pad for byte in other.encode()) for pad in (0x36, 0x5C)]
    assert not any(secret in build for secret in (other.encode(), *pads))


# Whoever was erased


def test_a_row_with_an_erased_identifier_is_anonymous_and_all_rows_keep_their_lines(config, tmp_path):
    key = hash_key()
    note_erased(key, guard.hashed(key, [EMAIL], [PHONE], ["zd=7"]))
    others = [ticket(str(i), customer_id=str(i), customer_email=f"{i}@b.example") for i in range(2, 20_000)]
    rows = [
        *others,
        ticket("20000", customer_email=EMAIL.lower(), customer_id="8", customer_phone="+1 202 555 0123"),
        ticket("20001", customer_phone="0049305550199"),
        ticket("20002", customer_id="7", source_system="zd"),
        ticket("20003", customer_id="7", source_system="elsewhere"),
    ]
    (tmp_path / "landing").mkdir()
    found = loaded(
        land(tmp_path / "landing", tickets=rows),
        tmp_path / "w",
        """
        SELECT
            list(ticket_id ORDER BY ticket_id::INT) FILTER (
                coalesce(customer_id, customer_email, customer_phone) IS NULL
            ),
            count(*) FILTER (ticket_id::INT = landed_line_number),
            count(customer_email)
        FROM raw.tickets
        """,
    )
    assert found == [(["20000", "20001", "20002"], 20_002, 19_998)]


def test_the_erased_are_noted_once_and_for_their_owner_only(config):
    key = hash_key()
    for _ in range(2):
        note_erased(key, guard.hashed(key, [EMAIL], [], []))
    assert len(erased_identifiers(key)) == 1
    assert stat.S_IMODE((config / "erased.csv").stat().st_mode) == 0o600
    assert "example" not in (config / "erased.csv").read_text().lower()


def test_a_list_of_erased_that_is_none_is_named(config):
    config.mkdir()
    (config / "erased.csv").write_text("something else\n1\n")
    with pytest.raises(CannotStart, match=r"erased\.csv cannot be read"):
        erased_identifiers(hash_key())


def _without_its_last_line(text: str) -> str:
    return "".join(text.splitlines(keepends=True)[:-1])


@pytest.mark.parametrize(
    "change",
    [
        lambda text: "",
        lambda text: text[: text.index("\n") + 1],
        lambda text: text[:-1],
        lambda text: text[: len(text) // 2],
        _without_its_last_line,
        lambda text: "".join(line for at, line in enumerate(text.splitlines(keepends=True)) if at != 1),
        lambda text: text.replace("-", "/", 1),
        lambda text: text + text.splitlines(keepends=True)[1],
    ],
)
def test_a_list_of_erased_that_was_cut_or_edited_is_refused(config, change):
    key = hash_key()
    note_erased(key, guard.hashed(key, [EMAIL], [PHONE], []))
    note_erased(key, guard.hashed(key, [], [], ["7"]))
    assert len(erased_identifiers(key)) == 3
    file = config / "erased.csv"
    file.write_text(change(file.read_text()))
    for use in (erased_identifiers, lambda key: note_erased(key, ["another"])):
        with pytest.raises(CannotStart, match=r"erased\.csv cannot be read: .* restore it from its backup"):
            use(key)


def test_a_list_of_before_there_were_seals_is_sealed_once(config):
    key = hash_key()
    file = config / "erased.csv"
    file.write_text(f"key,identifier,erased_at\n{key.fingerprint},{'a' * 32},2026-01-01T00:00:00+00:00\n")
    with pytest.raises(CannotStart, match=r"of before version 0\.2, seal it: .* -m service_kpis\.privacy$"):
        erased_identifiers(key)
    seal_old_list(key)
    assert erased_identifiers(key) == ["a" * 32]
    with pytest.raises(CannotStart, match="is no list without a seal"):
        seal_old_list(key)


def test_erasures_at_the_same_time_lose_nobody(config):
    key = hash_key()

    def note(number: int) -> int:
        try:
            note_erased(key, [f"{number:032x}"])
        except AnotherRun:
            return 0
        return 1

    with ThreadPoolExecutor(8) as pool:
        noted = sum(pool.map(note, range(40)))
    assert len(erased_identifiers(key)) == noted > 0


@pytest.mark.parametrize("mode", [0o640, 0o604, 0o620, 0o666, 0o610])
def test_a_key_that_others_may_read_is_refused(config, mode):
    hash_key()
    (config / "hash.key").chmod(mode)
    with pytest.raises(CannotStart, match=r"open to others than its owner: chmod 600 .*hash\.key$"):
        hash_key()


def test_with_another_key_the_erased_would_come_back_so_nothing_is_loaded(config, tmp_path):
    key = hash_key()
    note_erased(key, guard.hashed(key, [EMAIL], [], []))
    (config / "hash.key").unlink()
    land(tmp_path, tickets=[ticket(customer_email=EMAIL)])
    with pytest.raises(CannotStart, match=f"erased under another hash key .{key.fingerprint}"):
        loaded(tmp_path, tmp_path / "w", "SELECT 1")


def test_who_is_named_by_nothing_cannot_be_erased():
    with pytest.raises(CannotStart, match="--customer-phone: number 1 of those given is none"):
        guard.hashed(HashKey(KEY.encode()), [], ["12345"], [])
