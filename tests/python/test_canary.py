"""A canary test that thinks like an attacker: every spelling, in every column, file name and header.

What a run leaves anywhere is made plain as an attacker would, then searched for those who were planted.
"""

import csv
import json
import os
import signal
import subprocess
import sys
import threading
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, HTTPServer
from pathlib import Path

import duckdb
import pyarrow as pa
import pyarrow.parquet as pq
import pytest
from canary import DIGITS, LETTERS, birds, readable, spellings, texts
from runs import START
from shared import read_once
from spellings import ADDRESSES, MONEY, NAMES, NUMBERS, WORD_NUMBERS

from service_kpis.dbt import MANIFEST
from service_kpis.load.contract import Table, landing_tables
from service_kpis.load.files import NO_TEXT

pytestmark = pytest.mark.slow

WHEN = "2025-06-03T10:00:00Z"
KILLED = -signal.SIGKILL
SOUND = {"timestamp": WHEN, "date": "2025-06-01", "double": "1", "bigint": "1", "boolean": "true"}
# Most of what is planted is refused: of a landing this would be said, and nothing be published.
TOLERANT = """
from service_kpis import dbt
from service_kpis.load import findings, words
words.UNKNOWN_SHARE_LIMIT = 1
findings.rejected_share_limit = lambda: 1
make = dbt.Project.__init__
def tolerate(self, folder, work, variables, *others):
    make(self, folder, work, {**variables, "rejected_share_limit": 1}, *others)
dbt.Project.__init__ = tolerate
"""
# Lines of which one has too many fields are sorted in plain text, beside the build.
KILLED_THEN = """
import os, signal
from service_kpis.load import load
sieve = load.sieve
def sieve_and_be_killed(*arguments):
    sieve(*arguments)
    os.kill(os.getpid(), signal.SIGKILL)
load.sieve = sieve_and_be_killed
"""


def planted(table: Table) -> Iterator[dict[str, str]]:
    """A sound row, and one with each spelling in each column."""
    sound = {
        column.name: SOUND.get(column.type, "x") for column in table.columns if column.name != "source_system"
    }
    ids = [column.name for column in table.columns if column.name.endswith("_id")]
    yield {**sound, "source_system": "desk"}
    for at, column in enumerate(table.columns):
        for number, text in enumerate(spellings(column)):
            own = {name: f"{name}-{at}-{number}" for name in ids[:1]}
            if column.name == "currency":
                # A second currency would stop the run, but not of a row that is refused.
                own["cost_month"] = "no month"
            yield {**sound, "source_system": "desk", **own, column.name: text}


def land(landing: Path, tables: list[Table]) -> None:
    """Each table as CSV and as Parquet, with spellings in headers and file names too."""
    headers = [text for text in (*ADDRESSES, *NUMBERS, *WORD_NUMBERS, *MONEY) if "\n" not in text]
    landing.mkdir()
    for table in tables:
        rows = list(planted(table))
        columns = [column.name for column in table.columns]
        # A CSV file's line is a row: an address with a line break in it is none there, but in Parquet.
        of_one_line = [row for row in rows if "\n" not in "".join(row.values())]
        _write(landing / f"{table.name}.csv", columns, of_one_line)
        _write(landing / f"{table.name}_headers.csv", [*columns, *dict.fromkeys(headers)], rows[:1])
        _write(landing / f"{table.name}_torn.csv", columns, of_one_line[:2])
        with (landing / f"{table.name}_torn.csv").open("a", encoding="utf-8") as lines:
            lines.write(f"{ADDRESSES[0]}," * len(columns) + "\n")
        texts = [[row.get(column, "") for row in rows] for column in columns]
        file = landing / f"{table.name}_{ADDRESSES[1]}.parquet"
        pq.write_table(pa.table(texts, names=columns), file)
    # A name with a line end or the like is refused before anything is read: test_paths.
    names = [text for text in (*ADDRESSES, *NUMBERS, *MONEY) if "/" not in text and not NO_TEXT.search(text)]
    for at, name in enumerate(names):
        table = tables[at % len(tables)]
        columns = [column.name for column in table.columns]
        _write(landing / f"{table.name}_{name}.csv", columns, list(planted(table))[:1])
        (landing / name).write_text("a stranger")


def _write(file: Path, columns: list[str], rows: list[dict[str, str]]) -> None:
    with file.open("w", newline="", encoding="utf-8") as lines:
        writer = csv.DictWriter(lines, columns, lineterminator="\n", restval="", extrasaction="ignore")
        writer.writeheader()
        writer.writerows(rows)


class Place:
    """All that commands touch: `left` is what they leave, beside what they printed and sent."""

    def __init__(self, folder: Path):
        self.landing, self.few, self.left = folder / "landing", folder / "few", folder / "left"
        self.said: dict[str, str] = {}
        for name in ("home", "tmp"):
            (self.left / name).mkdir(parents=True)

    def run(self, command: str, *options: str, expected: int, work: str = "work") -> None:
        paths = {
            "HOME": self.left / "home",
            "TMPDIR": self.left / "tmp",
            "SERVICE_KPIS_CONFIG": self.left / "config",
        }
        environment = {name: value for name, value in os.environ.items() if name != "SERVICE_KPIS_HASH_KEY"}
        program = TOLERANT + (KILLED_THEN if expected == KILLED else "") + START
        with read_once(self.left / work):
            done = subprocess.run(
                [sys.executable, "-c", program, command, *options, "--work", str(self.left / work)],
                stdout=subprocess.PIPE,
                stderr=subprocess.STDOUT,
                text=True,
                check=False,
                env=environment | {name: str(path) for name, path in paths.items()},
                cwd=self.left,
            )
        self.said[f"{command} {len(self.said)}"] = done.stdout
        assert done.returncode == expected, self.said


@pytest.fixture(scope="module")
def place(tmp_path_factory) -> Iterator[Place]:
    place = Place(tmp_path_factory.mktemp("birds"))
    got = []

    class Handler(BaseHTTPRequestHandler):
        def do_POST(self):
            got.append(self.rfile.read(int(self.headers["content-length"])).decode())
            self.send_response(200)
            self.end_headers()

        def log_message(self, *_):
            pass

    land(place.landing, [*landing_tables().values()])
    # One run reads them all; what else a command prints or leaves, it does of any table.
    land(place.few, [landing_tables()[name] for name in ("tickets", "agents")])
    warehouse = ("--warehouse", str(place.left / "out" / "warehouse.duckdb"))
    with HTTPServer(("127.0.0.1", 0), Handler) as server:
        threading.Thread(target=server.serve_forever, daemon=True).start()
        told = ("--notify", f"json://127.0.0.1:{server.server_port}/")
        here, few = ("--landing", str(place.landing)), ("--landing", str(place.few))
        place.run("check", *few, expected=0)
        # What it leaves in plain text goes with the next run.
        place.run("run", *few, *warehouse, expected=KILLED)
        (sorted_lines,) = place.left.rglob("clean.csv")
        assert birds(sorted_lines.read_text())
        place.run("run", *here, *warehouse, *told, expected=0)
        erased = ("erase", "--customer-phone", ADDRESSES[0])
        place.run(*erased, *few, *warehouse, *told, expected=2, work="others")
        (place.few / f"agents_{ADDRESSES[0]}.csv.gz").write_bytes(b"no gzip")
        place.run("run", *few, *warehouse, *told, expected=2, work="others")
        server.shutdown()
    place.said["notifications"] = "\n".join(json.dumps(json.loads(body), ensure_ascii=False) for body in got)
    assert len(got) >= 2
    yield place


def test_the_search_finds_every_spelling_that_was_planted():
    unseen = [
        text for text in (*ADDRESSES, *NUMBERS, *WORD_NUMBERS, *NAMES, *MONEY) if not birds(f"a {text} b")
    ]
    assert unseen == []
    hidden = b"\0\xff\x80".join(text.encode() for text in (*ADDRESSES, *NUMBERS, *NAMES, *MONEY))
    assert birds(readable(hidden)) == {*LETTERS, *DIGITS}


def test_all_spellings_landed(place):
    landed = set().union(*(birds(file.read_text(errors="replace")) for file in place.landing.glob("*.csv")))
    assert landed == {*LETTERS, *DIGITS}
    with duckdb.connect(place.left / "out" / "warehouse.duckdb", read_only=True) as warehouse:
        rows = warehouse.execute("SELECT table_name, landed_rows FROM quality.reconciliation").fetchall()
    assert len(rows) == len(landing_tables()) and all(landed > 200 for _, landed in rows)


def test_no_file_that_a_run_leaves_holds_one(place):
    files = [file for file in place.left.rglob("*") if file.is_file()]
    names = {file.name for file in files}
    assert {"warehouse.duckdb", "build.duckdb", "dbt.log", "unknown_words.csv", "index.html"} <= names
    assert MANIFEST in {file.suffix for file in files}
    found, seen = set(), set()
    for file in files:
        for where, text in texts(file):
            # Both work folders and all boards hold much of the same.
            new = [line for line in text.split("\n") if line not in seen]
            seen |= {*new}
            found |= {(file.name, where, bird) for bird in birds("\n".join(new))}
    assert found == set()
    assert [name for name in names if birds(name)] == []


def test_nothing_that_is_printed_or_sent_holds_one(place):
    assert {name: birds(text) for name, text in place.said.items() if birds(text)} == {}
