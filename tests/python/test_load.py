"""The loader: what lands is accepted or refused, never lost; text becomes the right type or is reported."""

import csv
import gzip
import io
import os
import random
import re
import resource
import time
import tracemalloc
import unicodedata
from datetime import UTC, date, datetime, timedelta, timezone
from pathlib import Path
from zoneinfo import ZoneInfo

import duckdb
import pyarrow as pa
import pyarrow.parquet as pq
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from service_kpis.errors import CannotStart
from service_kpis.load import Zones, load_landing, parse_zones
from service_kpis.load import load as loading
from service_kpis.load.contract import landing_tables
from service_kpis.load.convert import insert_parsed
from service_kpis.load.database import copy_tables
from service_kpis.load.files import LandedFile, count_lines, find_files
from service_kpis.load.sieve import Refused, fields_of

REAL = Path(__file__).resolve().parents[3] / "shared" / "data" / "real"
TICKETS = "ticket_id,created_at\n1,2025-01-01T00:00:00Z\n"
SLOW_SETTINGS = settings(
    deadline=None, max_examples=12, suppress_health_check=[HealthCheck.function_scoped_fixture]
)


class Loaded:
    """A landing folder, loaded; `rows` queries the build file."""

    def __init__(self, location: str, build: Path, zones: Zones):
        self.summary = load_landing(location, build, zones)
        self.build = build

    def rows(self, sql: str) -> list[tuple]:
        with duckdb.connect(str(self.build), read_only=True) as connection:
            return connection.execute(sql).fetchall()

    def column(self, sql: str) -> list:
        return [value for (value,) in self.rows(sql)]

    def rejects(self) -> list[tuple]:
        return self.rows(
            "SELECT landed_line_number, row_key, column_name, value_text, rule, severity"
            " FROM raw.load_rejects ORDER BY ALL"
        )


@pytest.fixture
def landing(tmp_path) -> Path:
    folder = tmp_path / "landing"
    folder.mkdir()
    return folder


@pytest.fixture
def load(landing, tmp_path):
    def load_it(location=landing, zones=None) -> Loaded:
        return Loaded(str(location), tmp_path / "work" / "build.duckdb", zones or Zones())

    return load_it


def write(folder: Path, files: dict[str, str | bytes]) -> None:
    for name, content in files.items():
        path = folder / name
        path.parent.mkdir(exist_ok=True)
        path.write_bytes(content if isinstance(content, bytes) else content.encode())


def write_parquet(path: Path, **columns) -> None:
    pq.write_table(pa.table(columns), path)


def as_csv(rows: list[list], **dialect) -> str:
    text = io.StringIO()
    csv.writer(text, lineterminator="\n", **dialect).writerows(rows)
    return text.getvalue()


def instants(*texts: str) -> str:
    """A tickets.csv whose created_at are `texts`, ids from 0."""
    return as_csv([["ticket_id", "created_at"], *([i, text] for i, text in enumerate(texts))])


# Which file is which table


def test_files_of_all_forms_and_places_are_found(landing, load):
    write(
        landing,
        {
            "tickets.csv": TICKETS,
            "tickets_2.CSV": TICKETS,
            "tickets-3.csv.gz": gzip.compress(TICKETS.encode()),
            "tickets[4]*.csv": TICKETS,
            "tickets/any name.csv": TICKETS,
            "ticket_messages_1.csv": "message_id,ticket_id,sent_at,sender_type\n1,1,2025-01-01,agent\n",
            "_tickets.csv": "ignored",
            ".tickets.csv": "ignored",
            "ticketsold.csv": "another word",
            "notes.txt": "another word",
            "elsewhere/tickets.csv": TICKETS,
        },
    )
    write_parquet(landing / "tickets.5.parquet", ticket_id=["1"], created_at=[datetime(2025, 1, 1)])
    loaded = load()
    assert loaded.summary.landed["tickets"] == 6
    assert loaded.summary.landed["ticket_messages"] == 1
    assert set(loaded.column("SELECT landed_file_name FROM raw.tickets")) == {
        "tickets.csv",
        "tickets_2.CSV",
        "tickets-3.csv.gz",
        "tickets[4]*.csv",
        "tickets/any name.csv",
        "tickets.5.parquet",
    }
    assert "chats" in loaded.summary.absent and "tickets" not in loaded.summary.absent


def test_longest_table_name_wins(landing):
    names = ["agents.csv", "agent_shifts.csv", "agent_training-1.csv", "chats7.csv", "chat_messages.csv"]
    write(landing, dict.fromkeys(names, "x"))
    assert {file.name: file.table for file in find_files(landing)} == {
        "agents.csv": "agents",
        "agent_shifts.csv": "agent_shifts",
        "agent_training-1.csv": "agent_training",
        "chats7.csv": "chats",
        "chat_messages.csv": "chat_messages",
    }


@pytest.mark.parametrize(
    ("files", "complaint"),
    [
        ({}, r"no landing table in .*landing: expected e\.g\. tickets\.csv"),
        ({"other/tickets.csv": TICKETS}, "no landing table"),
        ({"tickets.xlsx": b"PK"}, r"tickets\.xlsx.*\.csv"),
        ({"tickets/part.json": b"{}"}, r"part\.json"),
        ({"tickets.parquet/part-0.parquet": b"PAR1"}, r"tickets\.parquet is a folder"),
        ({"tickets.csv": b""}, r"tickets\.csv: no header"),
        ({"tickets.csv.gz": gzip.compress(b"")}, r"tickets\.csv\.gz: no header"),
        ({"tickets.csv.gz": b"not gzip"}, r"tickets\.csv\.gz cannot be read"),
        ({"tickets.csv.gz": gzip.compress(random.Random(1).randbytes(9000))[:-20]}, r"tickets\.csv\.gz"),
        ({"tickets.csv": gzip.compress(TICKETS.encode())}, r"tickets\.csv: the header is not .*UTF-8"),
        ({"tickets.parquet": b""}, r"tickets\.parquet cannot be read as Parquet"),
        ({"tickets.parquet": b"PAR1 and no more"}, r"tickets\.parquet cannot be read as Parquet"),
        ({"tickets.csv": "ticket_id,topic\n1,x\n"}, r"tickets: .*created_at.*tickets\.csv.*ticket_id, topic"),
        ({"tickets.csv": "ticket_id;created_at\n1;x\n"}, r"ticket_id is missing.*ticket_id;created_at"),
        ({"tickets.csv": "ticket_id,created_at, Created_At\n"}, r"created_at stands twice in .*tickets\.csv"),
        ({"tickets.csv": '"ticket_id\n",created_at\n'}, r"tickets\.csv: the header"),
    ],
)
def test_what_cannot_be_loaded_is_named(landing, load, files, complaint):
    write(landing, files)
    with pytest.raises(CannotStart, match=complaint) as raised:
        load()
    assert "\n" not in str(raised.value)


def test_gzip_that_breaks_off_late_is_named(landing, load):
    lines = "".join(f"{i},2025-01-01\n" for i in range(200_000))
    write(landing, {"tickets.csv.gz": gzip.compress(("ticket_id,created_at\n" + lines).encode())[:-9]})
    with pytest.raises(CannotStart, match=r"tickets\.csv\.gz cannot be read"):
        load()


def test_parquet_headers_are_checked_too(landing, load):
    pq.write_table(
        pa.table([["1"], [1], [1]], names=["ticket_id", "created_at", "CREATED_AT"]),
        landing / "tickets.parquet",
    )
    with pytest.raises(CannotStart, match="created_at stands twice"):
        load()
    write_parquet(landing / "tickets.parquet", ticket_id=["1"])
    with pytest.raises(CannotStart, match=r"required column created_at is missing in .*tickets\.parquet"):
        load()


def test_missing_places_are_named(landing, load, tmp_path):
    with pytest.raises(CannotStart, match=r"no landing folder .*nowhere"):
        load(tmp_path / "nowhere")
    write(landing, {"tickets.csv": TICKETS})
    with pytest.raises(CannotStart, match=r"tickets\.csv is a file: expected a folder"):
        load(landing / "tickets.csv")
    with pytest.raises(CannotStart, match=r"no database file .*x\.duckdb"):
        load(f"{tmp_path}/x.duckdb#raw")
    with pytest.raises(CannotStart, match="cannot be opened"):
        load(f"{landing}/tickets.csv#raw")


def test_what_is_no_tables_file_is_named_and_not_read(landing, load):
    write(
        landing,
        {
            "tickets.csv": "ticket_id,created_at\n7,2025-01-01\n",
            "call.csv": "call_id,started_at\n1,2025-01-01\n",
            "_notes.txt": "ours",
        },
    )
    (landing / "old").mkdir()
    assert load().summary.strangers == ["call.csv", "old"]


@pytest.mark.parametrize(
    "name", [b"tickets_\xff.csv", b"tickets\n.csv", b"tickets/\xff.csv", b"tickets\xff.csv/a.csv"]
)
def test_a_file_name_that_is_no_text_is_told(landing, load, name):
    write(landing, {os.fsdecode(name): TICKETS})
    with pytest.raises(CannotStart, match="has a name that is no text: rename it") as told:
        load()
    assert str(told.value).isprintable()


def test_a_strangers_name_can_be_printed_whatever_it_is(landing, load):
    write(landing, {"tickets.csv": TICKETS, os.fsdecode(b"a\xffb\n.txt"): ""})
    assert load().summary.strangers == ["a?b?.txt"]


def test_small_files_of_one_header_are_read_together_and_give_what_each_alone_gives(
    landing, load, monkeypatch
):
    """Among them one without rows, one with a blank line, a broken line, another header, a packed one."""
    files = {f"calls_{n:02}.csv": "call_id,started_at\n" + f"c{n},2025-01-01\n" * n for n in range(30)}
    odd = {
        "calls_30.csv": "call_id,started_at\nd1,2025-01-01\n\nd2,yesterday\n",
        "calls_31.csv": "call_id,started_at\nd3,2025-01-01\nd4\nd5,2025-01-01",
        "calls_32.csv": "started_at,call_id\n2025-01-01,d6\n",
        "calls_33.csv.gz": gzip.compress(b"call_id,started_at\nd7,2025-01-01\nd8,2025-01-01\n"),
        "calls_34.csv": "call_id,started_at,note\nd9,2025-01-01,x\n",
    }
    all_of_it = "SELECT * FROM raw.calls ORDER BY ALL", "SELECT * FROM raw.landed_files ORDER BY ALL"

    def loaded_rows() -> list:
        loaded = load()
        return [*map(loaded.rows, all_of_it), loaded.rejects()]

    write(landing, files)
    statements = []
    monkeypatch.setattr(
        loading, "insert_parsed", lambda *given: statements.append(1) or insert_parsed(*given)
    )
    rows, *_ = loaded_rows()
    assert len(statements) == 1
    assert {row[-1] for row in rows if row[0] == "c29"} == {*range(2, 31)}
    write(landing, odd)
    statements.clear()
    together = loaded_rows()
    # The broken line's file and the odd ones are read alone; the others by ever smaller halves.
    assert len(statements) < len(files)
    monkeypatch.setattr(loading, "_FILES_TOGETHER", 1)
    statements.clear()
    assert together == loaded_rows()
    assert len(statements) > len(files)


def test_a_zone_for_a_source_system_that_did_not_land_is_told(landing, load):
    text = "ticket_id,source_system,created_at\n7,desk,2025-01-01\n8,,2025-01-01\n"
    write(landing, {"tickets.csv": text})
    zones = ["desk=Europe/Amsterdam", "default=Europe/Berlin", "dsek=Europe/Paris", "UTC"]
    assert load(zones=parse_zones(zones)).summary.unseen_systems == ["dsek"]
    assert load().summary.unseen_systems == []


# Headers


def test_header_is_read_by_name_whatever_its_order_case_blanks_and_mark(landing, load):
    write(
        landing,
        {"tickets.csv": '\ufeff Created_At ,note,"TICKET_ID"\r\n2025-01-01,"private, very",7\r\n'},
    )
    loaded = load()
    assert loaded.rows("SELECT ticket_id, created_at, topic, landed_line_number FROM raw.tickets") == [
        ("7", datetime(2025, 1, 1), None, 2)
    ]
    assert loaded.summary.extra_columns == {"tickets": ["note"]}
    [(extra, missing)] = loaded.rows("SELECT extra_columns, missing_columns FROM raw.landed_files")
    assert extra == "note"
    assert "topic" in missing.split(", ") and "ticket_id" not in missing.split(", ")


def test_files_of_one_table_may_have_different_columns(landing, load):
    write(
        landing, {"tickets_1.csv": TICKETS, "tickets_2.csv": "topic,created_at,ticket_id\nx,2025-01-02,2\n"}
    )
    assert load().rows("SELECT ticket_id, topic FROM raw.tickets ORDER BY 1") == [("1", None), ("2", "x")]


def test_header_only_file_and_absent_tables_are_empty_tables_of_the_contract(landing, load):
    write(landing, {"tickets.csv": "ticket_id,created_at"})
    loaded = load()
    assert loaded.summary.landed["tickets"] == 0 and "tickets" not in loaded.summary.absent
    for name, table in landing_tables().items():
        described = loaded.rows(f"DESCRIBE raw.{name}")
        expected = [(column.name, column.type.upper()) for column in table.columns]
        notes = [("landed_file_name", "VARCHAR"), ("landed_line_number", "BIGINT")]
        assert [row[:2] for row in described] == expected + notes
        assert loaded.column(f"SELECT count(*) FROM raw.{name}") == [0]


# Every line is accounted for


@pytest.mark.parametrize(
    ("line", "rule"),
    [
        (b"1", "ragged_line"),
        (b"1,2,3", "ragged_line"),
        (b"1,2,", "ragged_line"),
        (b"1,2\r3", "ragged_line"),
        (b'"1\r","2"', "ragged_line"),
        (b'1,"2', "unclosed_quote"),
        (b'1,"2"3', "unclosed_quote"),
        (b"1,\xff", "not_utf8"),
        (b"1,2\x00", "nul_byte"),
        (b"1," + b"2" * (1 << 20), "oversized_field"),
    ],
)
def test_a_line_that_cannot_be_read_is_refused_alone(landing, load, line, rule):
    before, after = b"1,2025-01-01 00:00", b"3,2025-01-03 00:00"
    write(landing, {"tickets.csv": b"\n".join([b"ticket_id,created_at", before, line, b"", after])})
    loaded = load()
    assert loaded.rows("SELECT ticket_id, landed_line_number FROM raw.tickets ORDER BY 2") == [
        ("1", 2),
        ("3", 5),
    ]
    assert loaded.rejects() == [(3, None, None, None, rule, "row")]
    assert (loaded.summary.landed["tickets"], loaded.summary.refused["tickets"]) == (3, 1)
    assert loaded.rows("SELECT landed_row_count, refused_row_count FROM raw.landed_files") == [(3, 1)]


def test_an_empty_field_too_many_is_ragged_even_in_a_file_without_other_faults(landing, load):
    write(landing, {"tickets.csv": "ticket_id,created_at\n1,2025-01-01,\n2,2025-01-01\n"})
    loaded = load()
    assert loaded.column("SELECT ticket_id FROM raw.tickets") == ["2"]
    assert loaded.rejects() == [(2, None, None, None, "ragged_line", "row")]


def test_a_quote_left_open_costs_its_own_line_only(landing, load):
    write(landing, {"tickets.csv": 'ticket_id,created_at\n1,"2025-01-01\n2,2025-01-02\n3,"2025-01-03"\n'})
    loaded = load()
    assert loaded.column("SELECT ticket_id FROM raw.tickets ORDER BY 1") == ["2", "3"]
    assert loaded.summary.refused["tickets"] == 1


def test_a_broken_line_behind_many_good_ones_leaves_all_line_numbers_right(landing, load):
    good = "".join(f"{i},2025-01-01\n" for i in range(2, 300_002))
    header = "ticket_id,created_at\n"
    write(
        landing,
        {
            "tickets_1.csv": header + good,
            "tickets_2.csv": header + good + "bad\n",
            "tickets_3.csv.gz": gzip.compress((header + good).encode()),
        },
    )
    loaded = load()
    assert loaded.rows(
        "SELECT landed_file_name, count(*), count_if(ticket_id::BIGINT = landed_line_number) FROM raw.tickets"
        " GROUP BY 1 ORDER BY 1"
    ) == [(f"tickets_{i}.csv{'.gz' * (i == 3)}", 300_000, 300_000) for i in (1, 2, 3)]
    assert loaded.rows("SELECT landed_file_name, landed_line_number FROM raw.load_rejects") == [
        ("tickets_2.csv", 300_002)
    ]


@pytest.mark.parametrize("end", ["\n", "\r\n"])
@pytest.mark.parametrize("last", ["", "\n", "\n\n \n"])
def test_line_ends_and_blank_lines(landing, load, end, last):
    text = "ticket_id,created_at\n2,2025-01-01\n\n4,2025-01-01\n \t\n6,2025-01-01" + last
    write(landing, {"tickets.csv": text.replace("\n", end)})
    loaded = load()
    assert loaded.column("SELECT landed_line_number::VARCHAR = ticket_id FROM raw.tickets") == [True] * 3
    assert loaded.summary.landed["tickets"] == 3
    assert loaded.rejects() == []


def test_counting_is_right_where_a_chunk_ends(landing, monkeypatch):
    monkeypatch.setattr("service_kpis.load.files.CHUNK_BYTES", 7)
    for text in (
        "h\na\nb\n",
        "h\r\naaaaaaa\r\nbbbbb\r\n",
        "h\naaaaaa\n\nbbb\n",
        "h\n\n\n",
        "h",
        "h\n" + "x" * 30,
    ):
        write(landing, {"tickets.csv": text})
        expected = sum(1 for line in text.split("\n")[1:] if line.strip())
        assert count_lines(LandedFile("tickets", landing / "tickets.csv", "tickets.csv")).lines == expected


SPACES = "".join(chr(i) for i in range(0x3001) if unicodedata.category(chr(i)) == "Zs")
# Too short for a telephone number, without @ for an e-mail address: what looks personal does not come back.
FIELD = st.text(st.characters(exclude_characters="\r\n\0@", exclude_categories=["Cs"]), max_size=8)


# What exports write for nothing.
NOTHING = [
    "NULL",
    "(null)",
    "\\N",
    "None",
    "nan",
    "<NA>",
    "N/A",
    "#N/A",
    "undefined",
    "nil",
    "<null>",
    " - ",
    "--",
]


def inert(text: str) -> str:
    """What a spreadsheet would compute, also behind what nobody sees, stands after an apostrophe, but for a
    number with its sign."""
    seen = text
    while seen and unicodedata.category(seen[0]) in ("Cc", "Cf", "Zs", "Zl", "Zp"):
        seen = seen[1:]
    first = unicodedata.normalize("NFKC", seen[:1])
    is_formula = text[:1] == "\t" or first in ("=", "+", "-", "\u2212", "@")
    return "'" + text if is_formula and not re.fullmatch(r"[+-][0-9.,]+", text) else text


def landed(field: str) -> str | None:
    """A text as it lands: without blanks around it, inert; what exports write for nothing is nothing."""
    text = field.strip(SPACES)
    return None if text.lower() in {word.strip().lower() for word in NOTHING} else inert(text) or None


@SLOW_SETTINGS
@given(st.lists(st.tuples(FIELD, FIELD), max_size=30), st.sampled_from([csv.QUOTE_MINIMAL, csv.QUOTE_ALL]))
def test_lines_written_by_the_csv_module_come_back(landing, load, fields, quoting):
    rows = [[str(i), "2025-01-01", topic, subtopic] for i, (topic, subtopic) in enumerate(fields)]
    header = ["ticket_id", "created_at", "topic", "subtopic"]
    write(landing, {"tickets.csv": as_csv([header, *rows], quoting=quoting)})
    loaded = load()
    found = loaded.rows("SELECT landed_line_number, ticket_id, topic, subtopic FROM raw.tickets ORDER BY 1")
    assert found == [
        (i + 2, str(i), landed(topic), landed(subtopic)) for i, (topic, subtopic) in enumerate(fields)
    ]
    assert loaded.rejects() == []


@SLOW_SETTINGS
@given(
    st.lists(
        st.tuples(st.integers(0, 2000), st.sampled_from([b'"', b",", b"\n", b"\r", b"\0", b"\xff", b""]))
    ),
    st.booleans(),
)
def test_whatever_is_broken_landed_is_accepted_plus_refused(landing, load, faults, packed):
    data = bytearray(
        as_csv([[i, f'say "{i}", twice', "2025-01-01T10:00:00Z"] for i in range(60)]).encode().rstrip(b"\n")
    )
    for place, fault in faults:
        data[place % len(data) : place % len(data) + 1] = fault
    lines = [line for line in bytes(data).split(b"\n") if line.strip(b" \t\r")]
    content = b"ticket_id,topic,created_at\n" + bytes(data)
    for old in landing.iterdir():
        old.unlink()
    write(landing, {"tickets.csv.gz": gzip.compress(content)} if packed else {"tickets.csv": content})
    loaded = load()
    [accepted] = loaded.column("SELECT count(*) FROM raw.tickets")
    [refused] = loaded.column("SELECT count(*) FROM raw.load_rejects WHERE severity = 'row'")
    assert loaded.summary.landed["tickets"] == len(lines) == accepted + refused
    numbered = content.split(b"\n")
    for number, topic in loaded.rows("SELECT landed_line_number, topic FROM raw.tickets"):
        assert next(csv.reader([numbered[number - 1].decode().rstrip("\r")]))[1].strip(SPACES) == (
            topic or ""
        )


@given(st.binary(max_size=60))
def test_any_line_is_either_read_or_refused_with_a_rule(line):
    try:
        assert len(fields_of(line.replace(b"\n", b""), 3)) == 3
    except Refused as rule:
        assert str(rule) in {"ragged_line", "unclosed_quote", "not_utf8", "nul_byte", "oversized_field"}


# Limits


def test_a_line_far_too_long_is_refused_and_takes_little_memory(landing, load, monkeypatch):
    """A line of 300 MB; Python's own memory, since a line is never in it as a whole."""
    with gzip.open(landing / "tickets.csv.gz", "wb", 1) as file:
        file.write(TICKETS.encode())
        for _ in range(300):
            file.write(b"x" * 1_000_000)
        file.write(b"\n2,2025-01-02T00:00:00Z\n")
    tracemalloc.start()
    loaded = load()
    _, peak = tracemalloc.get_traced_memory()
    tracemalloc.stop()
    assert peak < 50_000_000
    assert loaded.column("SELECT ticket_id FROM raw.tickets ORDER BY 1") == ["1", "2"]
    assert loaded.rejects() == [(3, None, None, None, "oversized_field", "row")]


@pytest.mark.parametrize("line", [b" " * 1_200_000 + b"x", b" " * 3_000_000, b" " * (1 << 20)])
def test_a_line_of_far_too_many_blanks_is_no_blank_line(landing, load, line):
    write(landing, {"tickets.csv": TICKETS.encode() + line + b"\n2,2025-01-02T00:00:00Z\n"})
    assert [reject[0] for reject in load().rejects()] == [3]


def test_too_many_blank_lines_are_named(landing, load, monkeypatch):
    monkeypatch.setattr("service_kpis.load.files.BLANK_LINE_LIMIT", 100)
    write(landing, {"tickets.csv": TICKETS + "\n" * 100})
    load()
    write(landing, {"tickets.csv": TICKETS + "\n" * 101})
    with pytest.raises(CannotStart, match=r"tickets\.csv: more than 100 blank lines"):
        load()


@pytest.mark.parametrize(
    ("header", "said"), [("x" * (1 << 20), "longer than 1 MiB"), (",".join("abcde" * 201), "1,005 columns")]
)
def test_a_header_has_its_limits(landing, load, header, said):
    write(landing, {"tickets.csv": header + "\n1\n"})
    with pytest.raises(CannotStart, match=said):
        load()


def test_a_column_name_far_too_long_is_cut_and_takes_no_time(landing, load):
    """To look for an address in 300,000 characters took twenty minutes."""
    write(landing, {"tickets.csv": f"ticket_id,{'y' * 300_000}\n1,2\n"})
    begun = time.monotonic()
    with pytest.raises(CannotStart, match=f"found: ticket_id, {'y' * 100}$"):
        load()
    write(landing, {"tickets.csv": f"ticket_id,created_at,{'y' * 300_000}\n1,2025-01-01,2\n"})
    assert load().summary.extra_columns == {"tickets": ["y" * 100]}
    assert time.monotonic() - begun < 60


@pytest.mark.parametrize("kind", ["csv", "parquet", "text as parquet"])
def test_a_word_far_too_long_is_refused_and_listed_with_its_place(landing, load, kind):
    """1,000 characters are a word, 1,001 are none."""
    topics, created = ["a" * 1_001, "a" * 1_000], [NOON, NOON]
    if kind == "csv":
        lines = [f"{number},{NOON}Z,{topic}\n" for number, topic in enumerate(topics)]
        write(landing, {"tickets.csv": "ticket_id,created_at,topic\n" + "".join(lines)})
    else:
        created = list(map(str, created)) if kind == "text as parquet" else created
        write_parquet(landing / "tickets.parquet", ticket_id=["0", "1"], created_at=created, topic=topics)
    loaded = load()
    assert loaded.column("SELECT length(topic) FROM raw.tickets") == [1_000]
    first = 2 if kind == "csv" else 1
    assert loaded.rejects() == [(first, "0", "topic", None, "oversized_text", "row")]
    (text,) = loaded.summary.findings.stops
    assert "column topic" in text and f":{first}; a text is longer than 1,000 characters" in text


def test_too_many_lines_that_cannot_be_read_are_named(landing, load, monkeypatch):
    """A quote left open in a file of many short lines; the finding says the rule."""
    monkeypatch.setattr("service_kpis.load.sieve.REFUSED_LINE_LIMIT", 100)
    write(landing, {"tickets.csv": TICKETS + '"x\n' + "y\n" * 99})
    load()
    write(landing, {"tickets.csv": TICKETS + '"x\n' + "y\n" * 100})
    with pytest.raises(CannotStart, match=r"tickets\.csv: more than 100 lines .* for ragged_line"):
        load()


@pytest.mark.parametrize(
    ("column", "text"),
    [
        *(
            ("topic", f"anna@canary.example {'a' * 1_000}"),
            ("customer_email", f"{'a' * 1_000}@canary.example"),
        ),
        *(("customer_id", "%41" * 500), ("source_system", "s" * 1_001), ("priority", "é" * 1_001)),
    ],
)
@pytest.mark.parametrize("kind", ["csv", "parquet"])
def test_a_text_far_too_long_is_refused_whatever_it_holds(landing, load, column, text, kind):
    """Judged as it landed: not as the pseudonym that stands for it, nor decoded."""
    short = "a@example.org" if column == "customer_email" else "a"
    if kind == "csv":
        lines = f"1,{NOON}Z,{text}\n2,{NOON}Z,{short}\n"
        write(landing, {"tickets.csv": f"ticket_id,created_at,{column}\n{lines}"})
    else:
        write_parquet(
            landing / "tickets.parquet",
            ticket_id=["1", "2"],
            created_at=[NOON, NOON],
            **{column: [text, short]},
        )
    loaded = load()
    assert loaded.column("SELECT ticket_id FROM raw.tickets") == ["2"]
    [(_, key, *defect)] = loaded.rejects()
    assert key.endswith("1") and defect == [column, None, "oversized_text", "row"]


def test_a_number_far_too_long_is_no_number(landing, load):
    """A thousand noughts before a seven: cut, it would be nought."""
    lines = [f"{noughts},t,{NOON}Z,work_logged,{'0' * noughts}7\n" for noughts in (999, 1_000)]
    head = "event_id,ticket_id,occurred_at,event_type,work_seconds\n"
    write(landing, {"ticket_events.csv": head + "".join(lines)})
    loaded = load()
    assert loaded.column("SELECT work_seconds FROM raw.ticket_events ORDER BY event_id DESC") == [7, None]
    assert loaded.rejects() == [(3, "1000", "work_seconds", "0" * 200, "unparseable", "value")]


def test_a_long_text_that_is_dropped_anyway_refuses_no_row(landing, load):
    head = "event_id,ticket_id,occurred_at,event_type,to_value\n"
    write(landing, {"ticket_events.csv": f"{head}1,t,{NOON}Z,assignment,{'a' * 1_001}\n"})
    loaded = load()
    assert loaded.column("SELECT to_value FROM raw.ticket_events") == [None] and loaded.rejects() == []


@pytest.mark.parametrize("kind", ["csv", "parquet"])
def test_long_texts_take_little_memory_and_time(landing, load, monkeypatch, kind):
    """Texts of 900 kB, which are refused: in 400 lines, and one of a dictionary in 1,000 rows."""
    monkeypatch.setenv("SERVICE_KPIS_MEMORY", "300MB")
    text = "é" + "x" * 900_000
    if kind == "csv":
        with gzip.open(landing / "tickets.csv.gz", "wt", 1) as file:
            file.write("ticket_id,created_at,topic\n")
            file.writelines(f"{number},{NOON}Z,{text}\n" for number in range(400))
    else:
        words = pa.DictionaryArray.from_arrays(pa.array([0] * 1_000, pa.int32()), pa.array([text]))
        ids = [str(number) for number in range(1_000)]
        table = pa.table({"ticket_id": ids, "created_at": [NOON] * 1_000, "topic": words})
        pq.write_table(table, landing / "tickets.parquet")
    held, begun = peak_memory_mb(), time.process_time()
    rejects = load().rejects()
    assert {reject[4] for reject in rejects} == {"oversized_text"} and len(rejects) in (400, 1_000)
    assert time.process_time() - begun < 60
    assert peak_memory_mb() - held < 400


def peak_memory_mb() -> int:
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss // 1024


def test_an_id_far_too_long_is_not_repeated(landing, load):
    write(landing, {"tickets.csv": f"ticket_id,created_at\n{'a' * 500_000},2025-01-01\n"})
    [(_, key, *_)] = load().rejects()
    assert key == "a" * 200


def test_the_loader_keeps_to_the_memory_that_a_run_may_take(landing, load, monkeypatch):
    monkeypatch.setenv("SERVICE_KPIS_MEMORY", "300MB")
    write(landing, {"tickets.csv": TICKETS})
    seen = []
    monkeypatch.setattr(
        Zones,
        "check",
        lambda _, connection: seen.extend(
            connection.execute("SELECT current_setting('memory_limit')").fetchone()
        ),
    )
    load()
    assert seen == ["286.1 MiB"]


# Instants


@pytest.mark.parametrize("blank", ["T", " "])
@pytest.mark.parametrize(
    ("offset", "minutes"),
    [
        ("Z", 0),
        ("+02:00", 120),
        ("+0200", 120),
        (" +0000", 0),
        ("+02", 120),
        ("-0500", -300),
        (" -03:30", -210),
    ],
)
def test_offsets_are_instants(landing, load, blank, offset, minutes):
    clocks = {"10:20:30": 0, "10:20": 0, "10:20:30.5": 500_000, "10:20:30.123456789": 123_456}
    write(landing, {"tickets.csv": instants(*(f"2025-03-30{blank}{clock}{offset}" for clock in clocks))})
    zone = timezone(timedelta(minutes=minutes))
    expected = [
        datetime(2025, 3, 30, 10, 20, 30 if clock.count(":") == 2 else 0, micros, zone).astimezone(UTC)
        for clock, micros in clocks.items()
    ]
    found = load(zones=Zones("Asia/Tokyo")).column("SELECT created_at FROM raw.tickets ORDER BY ticket_id")
    assert found == [instant.replace(tzinfo=None) for instant in expected]


def instant_of(wall: datetime, zone: str) -> datetime:
    aware = wall.replace(tzinfo=ZoneInfo(zone), fold=1)
    is_skipped = aware.astimezone(UTC).astimezone(ZoneInfo(zone)).replace(tzinfo=None) != wall
    return aware.replace(fold=0 if is_skipped else 1).astimezone(UTC).replace(tzinfo=None)


WALLS = st.lists(st.datetimes(datetime(1971, 1, 1), datetime(2037, 1, 1)), min_size=30, max_size=60)


@SLOW_SETTINGS
@given(WALLS, st.sampled_from(["Europe/Amsterdam", "America/St_Johns", "Asia/Tokyo"]))
def test_wall_times_are_those_of_the_zone(landing, load, walls, zone):
    write(landing, {"tickets.csv": instants(*(wall.isoformat(sep=" ") for wall in walls))})
    found = load(zones=Zones(zone)).column("SELECT created_at FROM raw.tickets ORDER BY landed_line_number")
    assert found == [instant_of(wall, zone) for wall in walls]


def test_clock_changes_are_read_as_documented(landing, load):
    write(landing, {"tickets.csv": instants("2025-03-30 02:30", "2025-10-26 02:30", "2025-07-01")})
    assert load(zones=Zones("Europe/Amsterdam")).column("SELECT created_at FROM raw.tickets ORDER BY 1") == [
        datetime(2025, 3, 30, 1, 30),
        datetime(2025, 6, 30, 22, 0),
        datetime(2025, 10, 26, 1, 30),
    ]


@pytest.mark.parametrize("form", ["csv", "parquet"])
def test_each_source_system_has_its_zone(landing, load, form):
    systems = ["ams", " tyo ", "", None]
    walls = [datetime(2025, 1, 1, 12)] * 4
    if form == "csv":
        rows = [[i, system or "", wall] for i, (system, wall) in enumerate(zip(systems, walls, strict=True))]
        write(landing, {"tickets.csv": as_csv([["ticket_id", "source_system", "created_at"], *rows])})
    else:
        write_parquet(
            landing / "tickets.parquet", ticket_id=list("0123"), source_system=systems, created_at=walls
        )
    zones = parse_zones(["America/New_York", "ams=Europe/Amsterdam", "tyo=Asia/Tokyo"])
    hours = load(zones=zones).column("SELECT hour(created_at) FROM raw.tickets ORDER BY ticket_id")
    assert hours == [11, 3, 17, 17]


UNPARSEABLE = [
    "infinity",
    "-infinity",
    "now",
    "epoch",
    "today",
    "yesterday",
    "2025-13-01",
    "2025-02-29",
    "2025-01-01T24:61",
    "2025-01-01T25:00",
    "31/12/2025",
    "20250101",
    "2025-1-1",
    "0000-01-01",
    "10000-01-01",
    "0001-01-01T00:00:00+02:00",
    "9999-12-31T23:30:00-01:00",
    "2025-01-01T10:00+25:00",
    "2025-01-01T10:00:00,5Z",
    "2025-01-01T",
    "2025-01-01T10:00:00Europe/Paris",
]


def test_what_is_no_instant_is_refused_and_what_is_optional_becomes_null(landing, load):
    write(
        landing,
        {
            "tickets.csv": as_csv(
                [
                    ["ticket_id", "source_system", "created_at", "solved_at"],
                    *([f"r{i}", "zd", text, "never"] for i, text in enumerate(UNPARSEABLE)),
                    *([f"v{i}", "zd", "2025-01-01", text] for i, text in enumerate(UNPARSEABLE)),
                ]
            )
        },
    )
    loaded = load()
    # The year 10000 has as many digits as a telephone number: of such a value only the shape is shown.
    shown = [inert(text).replace("10000-01-01", "99999-99-99") for text in UNPARSEABLE]
    count = len(UNPARSEABLE)
    assert loaded.rejects() == [
        *((2 + i, f"r{i}", "created_at", text, "unparseable", "row") for i, text in enumerate(shown)),
        *((2 + count + i, f"v{i}", "solved_at", x, "unparseable", "value") for i, x in enumerate(shown)),
    ]
    assert loaded.rows("SELECT count(*), count(solved_at) FROM raw.tickets") == [(count, 0)]
    assert loaded.column("SELECT DISTINCT source_system FROM raw.load_rejects") == ["zd"]
    assert loaded.summary.refused["tickets"] == count


def test_a_required_value_that_is_empty_is_not_the_loaders_business(landing, load):
    write(landing, {"tickets.csv": "ticket_id,created_at\n , \n"})
    loaded = load()
    assert loaded.rows("SELECT ticket_id, created_at FROM raw.tickets") == [(None, None)]
    assert loaded.rejects() == []


def test_what_exports_write_for_nothing_is_nothing(landing, load):
    """Else all tickets would be merged into a ticket called NULL."""
    rows = [[f"t{i}", word, word, word, "2025-01-01"] for i, word in enumerate(NOTHING)]
    header = ["ticket_id", "merged_into_ticket_id", "topic", "status", "created_at"]
    write(landing, {"tickets_1.csv": as_csv([header, *rows])})
    write_parquet(
        landing / "tickets_2.parquet",
        ticket_id=[f"p{i}" for i in range(len(NOTHING))],
        topic=NOTHING,
        created_at=pa.array([NOON] * len(NOTHING), pa.timestamp("us")),
    )
    loaded = load()
    query = "SELECT count(*), count(merged_into_ticket_id), count(topic), count(status) FROM raw.tickets"
    assert loaded.rows(query) == [(2 * len(NOTHING), 0, 0, 0)]
    assert loaded.rejects() == []


def test_words_that_only_begin_like_nothing_stay(landing, load):
    topics = ["none of these", "null_pointer", "n", "na", "unknown"]
    rows = [[f"t{i}", topic, "2025-01-01"] for i, topic in enumerate(topics)]
    write(landing, {"tickets.csv": as_csv([["ticket_id", "topic", "created_at"], *rows])})
    assert load().column("SELECT topic FROM raw.tickets ORDER BY ticket_id") == topics


def test_a_row_is_not_deleted_at_an_instant_called_null(landing, load):
    marks = ["NULL", "None", "\\N", "0.0", "", "2025-01-02T10:00:00Z"]
    rows = [[f"c{i}", "2025-01-01", mark] for i, mark in enumerate(marks)]
    write(landing, {"calls.csv": as_csv([["call_id", "started_at", "_sdc_deleted_at"], *rows])})
    assert load().column("SELECT call_id FROM raw.calls ORDER BY call_id") == ["c0", "c1", "c2", "c3", "c4"]


# Other types

VALUES = {
    "is_bot": (["true", "TRUE", "t", "1", "1.0", "Yes", "y"], [True] * 7, ["2", "on", "wahr", "1.5"]),
    "left_at": (["2025-01-01T24:00"], [datetime(2025, 1, 2)], ["soon"]),
    "hourly_cost": (
        ["7", "-7.5", ".5", "5.", "1e3", "+2E-1", "007"],
        [7, -7.5, 0.5, 5, 1000, 0.2, 7],
        ["7,5", "NaN", "inf", "-Infinity", "1e400", "0x10", "1_000", "7 EUR"],
    ),
    "max_concurrent_chats": (
        ["7", "7.0", "-3", "+3", "007", "7."],
        [7, 7, -3, 3, 7, 7],
        ["7.6", "1e3", "99999999999999999999", "1_000", "0x10", "seven"],
    ),
}


@pytest.mark.parametrize("column", VALUES)
def test_values_become_types_or_null(landing, load, column):
    good, expected, bad = VALUES[column]
    rows = [[f"{i:02}", f" {text} "] for i, text in enumerate([*good, *bad, ""])]
    write(landing, {"agents.csv": as_csv([["agent_id", column], *rows])})
    loaded = load()
    found = loaded.column(f"SELECT {column} FROM raw.agents ORDER BY agent_id")
    assert found == [*expected, *[None] * (len(bad) + 1)]
    assert [(value, rule, kind) for _, _, _, value, rule, kind in loaded.rejects()] == [
        (inert(text), "unparseable", "value") for text in bad
    ]


def test_falsehoods(landing, load):
    rows = [[i, text] for i, text in enumerate(["false", "FALSE", "f", "0", "0.0", "No", "n"])]
    write(landing, {"agents.csv": as_csv([["agent_id", "is_bot"], *rows])})
    assert load().column("SELECT is_bot FROM raw.agents") == [False] * 7


def test_cost_months_and_keys_of_several_columns(landing, load):
    months = ["2025-03", "2025-03-17", "2025-13", "2025-02-30", "03/2025"]
    write(
        landing, {"costs.csv": as_csv([["cost_month", "pool", "amount"], *([m, "other", 1] for m in months)])}
    )
    loaded = load()
    assert loaded.column("SELECT cost_month FROM raw.costs") == [date(2025, 3, 1)] * 2
    assert [(key, value, kind) for _, key, _, value, _, kind in loaded.rejects()] == [
        (f"{month}|other", month, "row") for month in months[2:]
    ]


def test_a_refused_row_has_one_reject_and_values_are_cut(landing, load):
    write(landing, {"agent_shifts.csv": f"shift_id,agent_id,started_at,ended_at\n1,2,{'x' * 500},y\n"})
    [(_, key, column, value, _, kind)] = load().rejects()
    assert (key, column, value, kind) == ("1", "started_at", "x" * 200, "row")


# Parquet and databases

NOON = datetime(2025, 7, 1, 12, 0, 0, 250_000)


def kind_of(loaded: Loaded, name: str) -> str:
    return loaded.column(f"SELECT table_type FROM information_schema.tables WHERE table_name = '{name}'")[0]


def test_typed_parquet_is_a_view_whatever_its_widths_and_units(landing, load):
    for i, unit in enumerate(("s", "ms", "us", "ns")):
        write_parquet(
            landing / f"agents_{i}.parquet",
            agent_id=pa.array([i], pa.int32()),
            hired_at=pa.array([NOON], pa.timestamp("us", "Europe/Paris")).cast(
                pa.timestamp(unit, "UTC"), False
            ),
            left_at=pa.array([NOON], pa.timestamp("us")).cast(pa.timestamp(unit), False),
            hourly_cost=pa.array([1.5], pa.float32()),
            max_concurrent_chats=pa.array([3], pa.int8()),
            note=["extra"],
        )
    loaded = load(zones=Zones("Asia/Tokyo"))
    assert kind_of(loaded, "agents") == "VIEW"
    rows = loaded.rows("SELECT * EXCLUDE (source_system, team, is_bot) FROM raw.agents ORDER BY agent_id")
    for i, row in enumerate(rows):
        exact = NOON if i else NOON.replace(microsecond=0)
        tokyo = exact - timedelta(hours=9)
        assert row == (str(i), exact, tokyo, 1.5, 3, f"agents_{i}.parquet", 1)
    assert loaded.summary.extra_columns == {"agents": ["note"]}
    assert [row[1] for row in loaded.rows("DESCRIBE raw.agents")][4:8] == [
        "TIMESTAMP",
        "TIMESTAMP",
        "DOUBLE",
        "BIGINT",
    ]


def test_views_do_not_depend_on_the_readers_time_zone(landing, load):
    instant = pa.array([NOON], pa.timestamp("us", "UTC"))
    write_parquet(landing / "tickets.parquet", ticket_id=["1"], created_at=instant)
    loaded = load()
    with duckdb.connect(str(loaded.build)) as connection:
        connection.execute("SET TimeZone = 'America/New_York'")
        assert connection.execute("SELECT created_at FROM raw.tickets").fetchone() == (NOON,)


def test_text_in_parquet_is_parsed_like_csv(landing, load):
    write_parquet(
        landing / "agents.parquet",
        agent_id=["a", "b"],
        hired_at=["2025-07-01T12:00:00+02:00", "whenever"],
        is_bot=[1, 0],
        max_concurrent_chats=[7.0, 7.5],
    )
    loaded = load()
    assert loaded.rows(
        "SELECT agent_id, hired_at, is_bot, max_concurrent_chats FROM raw.agents ORDER BY 1"
    ) == [
        ("a", datetime(2025, 7, 1, 10), True, 7),
        ("b", None, False, None),
    ]
    assert [(line, key, column, value) for line, key, column, value, *_ in loaded.rejects()] == [
        (2, "b", "hired_at", "whenever"),
        (2, "b", "max_concurrent_chats", "7.5"),
    ]


def test_numbers_that_are_not_finite_and_years_out_of_range_end_as_rejects(landing, load):
    write_parquet(landing / "agents_1.parquet", agent_id=["ok"], hourly_cost=[1.0])
    write_parquet(
        landing / "agents_2.parquet",
        agent_id=["no_number", "infinite", "fine"],
        hourly_cost=[float("nan"), float("inf"), 2.0],
    )
    with duckdb.connect(config={"autoinstall_known_extensions": "false", "TimeZone": "UTC"}) as connection:
        connection.execute(
            "COPY (SELECT 't' || i AS ticket_id, instant::TIMESTAMPTZ AS created_at"
            " FROM (VALUES (1, 'infinity'), (2, '2025-01-01'), (3, '12025-01-01')) AS t(i, instant))"
            f" TO '{landing}/tickets.parquet'"
        )
    loaded = load()
    assert [(key, value, kind) for _, key, _, value, _, kind in loaded.rejects()] == [
        ("no_number", "nan", "value"),
        ("t1", "infinity", "row"),
        ("infinite", "inf", "value"),
        ("t3", "12025-01-01 00:00:00+00", "row"),
    ]
    assert loaded.rows("SELECT agent_id, hourly_cost FROM raw.agents ORDER BY 1") == [
        ("fine", 2.0),
        ("infinite", None),
        ("no_number", None),
        ("ok", 1.0),
    ]
    assert loaded.rows("SELECT ticket_id, created_at FROM raw.tickets") == [("t2", datetime(2025, 1, 1))]
    assert (loaded.summary.landed["tickets"], loaded.summary.refused["tickets"]) == (3, 2)


def test_csv_and_parquet_of_one_table_are_one_view(landing, load):
    write(landing, {"agents_late.csv": "agent_id,hourly_cost\nc,3\nd,cheap\n"})
    write_parquet(landing / "agents_1.parquet", agent_id=["a"], hourly_cost=[1.0])
    write_parquet(landing / "agents_2.parquet", hourly_cost=["2"], agent_id=["b"])
    loaded = load()
    assert loaded.rows(
        "SELECT agent_id, hourly_cost, landed_file_name, landed_line_number FROM raw.agents ORDER BY 1"
    ) == [
        ("a", 1.0, "agents_1.parquet", 1),
        ("b", 2.0, "agents_2.parquet", 1),
        ("c", 3.0, "agents_late.csv", 2),
        ("d", None, "agents_late.csv", 3),
    ]
    assert kind_of(loaded, "agents") == "VIEW"
    assert loaded.summary.landed["agents"] == 4


def test_float_ids_of_data_frames_read_as_whole_numbers(landing, load):
    write_parquet(
        landing / "tickets.parquet",
        ticket_id=[1, 2, 3],
        customer_id=[12.0, float("nan"), 1.5],
        created_at=[NOON] * 3,
    )
    texts = "".join(f"{4 + i},{text},2025-01-01\n" for i, text in enumerate(["12", "", "1.5"]))
    write(landing, {"tickets_2.csv": "ticket_id,customer_id,created_at\n" + texts})
    found = load().column("SELECT customer_id FROM raw.tickets ORDER BY ticket_id")
    floats, texts = found[:3], found[3:]
    assert floats == texts and floats[1] is None and floats[0] != floats[2]


@pytest.mark.parametrize("gaps", [["nan", "nan"], ["inf", "nan"]], ids="+".join)
@pytest.mark.parametrize("ids", [[12.0], [12.0, 13.0], [0.5], []], ids=str)
def test_a_gap_among_float_ids_is_no_id_whatever_the_others_are(landing, load, ids, gaps):
    values = [*ids, *map(float, gaps)]
    write_parquet(
        landing / "chats.parquet",
        chat_id=list(range(len(values))),
        source_system=["desk"] * len(values),
        agent_id=values,
        customer_id=pa.array(values, pa.float32()),
        started_at=[NOON] * len(values),
    )
    found = load().rows("SELECT agent_id, customer_id FROM raw.chats ORDER BY chat_id::int")
    assert [agent_id for agent_id, _ in found] == [*(f"{id:g}" for id in ids), None, None]
    assert [customer_id is None for _, customer_id in found] == [False] * len(ids) + [True] * 2


def test_a_number_of_32_bits_is_the_same_whatever_lands_beside_it(landing, load):
    cost = pa.array([20.1], pa.float32())
    write_parquet(landing / "agents_1.parquet", agent_id=["a"], hourly_cost=cost)
    alone = load().column("SELECT hourly_cost FROM raw.agents")
    gap = pa.array([float("nan")], pa.float32())
    write_parquet(landing / "agents_2.parquet", agent_id=["b"], hourly_cost=gap)
    assert load().column("SELECT hourly_cost FROM raw.agents ORDER BY agent_id") == [*alone, None]


def test_month_columns_may_be_dates_or_timestamps(landing, load):
    write_parquet(landing / "costs_1.parquet", cost_month=[date(2025, 3, 17)], pool=["other"], amount=[1])
    write_parquet(landing / "costs_2.parquet", cost_month=[datetime(2025, 4, 1)], pool=["other"], amount=[1])
    assert load().column("SELECT cost_month FROM raw.costs ORDER BY 1") == [
        date(2025, 3, 1),
        date(2025, 4, 1),
    ]


@pytest.fixture
def database(tmp_path) -> Path:
    path = tmp_path / "source.duckdb"
    with duckdb.connect(str(path)) as connection:
        connection.execute("CREATE SCHEMA Landing")
        connection.execute("CREATE TABLE Landing.tickets (ticket_id INT, created_at TIMESTAMP, note INT)")
        connection.execute(
            "INSERT INTO Landing.tickets"
            " SELECT i, TIMESTAMP '2025-01-01' + to_days(i::INT), 0 FROM range(1, 4) AS t(i)"
        )
        connection.execute("CREATE TABLE Landing.agents AS SELECT 'a' AS agent_id, 'maybe' AS is_bot")
        connection.execute("CREATE TABLE Landing.other (x INT)")
    return path


SECRET = "getvariable('inner_pad')::VARCHAR"


def test_views_of_a_database_are_refused_whatever_they_read(database, load):
    with duckdb.connect(str(database)) as connection:
        connection.execute(f"CREATE MACRO Landing.key() AS {SECRET}")
        connection.execute(
            "CREATE VIEW Landing.calls AS SELECT Landing.key() AS call_id, now() AS started_at"
            " UNION ALL SELECT content, now() FROM read_text('/etc/hostname')"
        )
    with pytest.raises(CannotStart, match=r"source\.duckdb#Landing\.calls is a view, and only tables are"):
        load(f"{database}#landing")


def test_what_a_database_computes_sees_no_key(database, load):
    with duckdb.connect(str(database)) as connection:
        connection.execute(
            "CREATE TABLE Landing.calls (started_at TIMESTAMP,"
            f" call_id VARCHAR GENERATED ALWAYS AS (coalesce({SECRET}, 'nothing')))"
        )
        connection.execute("INSERT INTO Landing.calls VALUES (now())")
    assert load(f"{database}#landing").column("SELECT call_id FROM raw.calls") == ["nothing"]


def test_bodies_of_a_database_are_not_copied(database, tmp_path):
    with duckdb.connect(str(database)) as connection:
        connection.execute("ALTER TABLE Landing.tickets ADD COLUMN body VARCHAR DEFAULT 'dear all'")
    copy_tables(database, "landing", tmp_path / "copy.duckdb", {"tickets": {"ticket_id"}})
    with duckdb.connect(str(tmp_path / "copy.duckdb")) as connection:
        assert connection.execute("SELECT ticket_id, body, note FROM tickets LIMIT 1").fetchall() == [
            (1, None, None)
        ]


def test_a_database_is_loaded_text_or_typed(database, load):
    before = database.read_bytes()
    loaded = load(f"{database}#landing")
    assert loaded.rows("SELECT * EXCLUDE (landed_file_name) FROM raw.tickets")[0][:1] == ("1",)
    assert loaded.rows(
        "SELECT ticket_id, created_at, landed_file_name, landed_line_number FROM raw.tickets ORDER BY 1"
    ) == [(str(i), datetime(2025, 1, 1 + i), "source.duckdb#Landing.tickets", i) for i in (1, 2, 3)]
    assert loaded.rejects() == [(1, "a", "is_bot", "maybe", "unparseable", "value")]
    assert loaded.summary.extra_columns == {"tickets": ["note"]}
    assert database.read_bytes() == before


def test_a_database_without_landing_tables_is_named(database, load):
    with pytest.raises(CannotStart, match=r"no table that is read in schema 'main' of .*source\.duckdb"):
        load(f"{database}#main")


def test_raw_is_rebuilt_whole_and_other_schemas_stay(landing, load):
    write_parquet(landing / "tickets.parquet", ticket_id=["1"], created_at=[NOON])
    loaded = load()
    with duckdb.connect(str(loaded.build)) as connection:
        connection.execute("CREATE SCHEMA core")
        connection.execute("CREATE TABLE core.kept AS SELECT 1 AS x")
    (landing / "tickets.parquet").unlink()
    write(landing, {"tickets.csv": TICKETS + "2,2025-01-02\n", "agents.csv": "agent_id\n1\n"})
    loaded = load()
    assert kind_of(loaded, "tickets") == "BASE TABLE"
    assert loaded.column("SELECT count(*) FROM raw.tickets") == [2]
    assert loaded.column("SELECT count(*) FROM raw.landed_files") == [2]
    assert loaded.column("SELECT x FROM core.kept") == [1]
    assert sorted(path.name for path in loaded.build.parent.iterdir()) == [
        ".build.duckdb.ours",
        "build.duckdb",
    ]


# Zones, progress, real data


def test_zone_options():
    assert parse_zones(["Asia/Tokyo", "a=UTC", " b = Europe/Paris "]) == Zones(
        "Asia/Tokyo", {"a": "UTC", "b": "Europe/Paris"}
    )
    assert parse_zones([]) == Zones("UTC", {})
    for wrong in (["=UTC"], ["a="], [""], ["UTC", "Asia/Tokyo"], ["a=UTC", "a=Asia/Tokyo"]):
        with pytest.raises(CannotStart, match="zone"):
            parse_zones(wrong)


def test_an_unknown_zone_is_named(landing, load):
    write(landing, {"tickets.csv": TICKETS})
    with pytest.raises(CannotStart, match="unknown time zone 'Mars/Olympus' of source system 'zd'"):
        load(zones=Zones("UTC", {"zd": "Mars/Olympus"}))


def test_progress_names_each_table_once(landing, tmp_path):
    write(landing, {"tickets.csv": TICKETS})
    calls = []
    load_landing(str(landing), tmp_path / "b.duckdb", Zones(), lambda *call: calls.append(call))
    assert sorted(name for name, *_ in calls) == sorted(landing_tables())
    assert [done for _, done, _ in calls] == list(range(1, 13))
    assert {total for *_, total in calls} == {12}


@pytest.mark.skipif(not REAL.is_dir(), reason="the real sample landings are not beside this checkout")
def test_real_landings_load_without_a_refusal(load):
    helpdesk = load(REAL / "thunderbird")
    assert helpdesk.summary.landed["tickets"] == 47_270
    assert helpdesk.summary.landed["ticket_messages"] == 105_684
    assert helpdesk.rejects() == []
    bank = load(REAL / "anonymousbank_feb", Zones("Asia/Jerusalem"))
    assert bank.summary.landed["calls"] == 33_344
    # The bank writes 0 for a customer whom it does not know.
    assert [refused[2:] for refused in bank.rejects()] == [("customer_id", None, "nobody", "value")] * 21
    # The file's second line: 1999-02-01 07:02:47 in Israel, two hours ahead of UTC in winter.
    assert bank.rows("SELECT started_at, call_id FROM raw.calls WHERE landed_line_number = 2") == [
        (datetime(1999, 2, 1, 5, 2, 47), "990201-AA0101-34536")
    ]
