"""Landings that somebody wrote to break a load: each made by chance, the same for the same seed."""

import gzip
import io
import os
import random
import shutil
from collections.abc import Callable
from datetime import date, datetime, time, timedelta
from decimal import Decimal
from pathlib import Path

import duckdb
import pyarrow as pa
import pyarrow.parquet as pq

from service_kpis.load.contract import Table, landing_tables

NOON = datetime(2025, 1, 1, 12)
ADDRESS = "ann.planted@example.org"
"""Stands in many a value, and must not come back."""

PIECES = (
    *(ADDRESS, "1", "a", "", " ", "\t", ",", '"', '""', "'", ";", "|", "\\", "=1+1", "-1", "NULL", "NaN"),
    *("1e999", "2025-01-01T00:00:00Z", "2025-02-30", "0000-00-00", "9999-12-31 23:59:59.999999", "infinity"),
    *("é", "\u202e", "\ufeff", "\0", "\r", "\U0001f600", "x" * 1_001, "%s", "{}", "../..", "$1", "--"),
)
NAMES = (
    *("_2025", "-1", " (copy)", "'; DROP TABLE x; --", "[1]*", "{a}", "%20", "é", "\U0001f600", "\\"),
    *("$HOME", "~", "=1", ".csv", "?", "#raw", "_" + "x" * 150),
)
UNREADABLE_NAMES = ("tickets_\udcff.csv", "tickets\n.csv", "tickets.txt", "tickets", "chats.csv.zip")
EXTENSIONS = (".csv", ".csv.gz", ".parquet", ".CSV")
VALUES: tuple[Callable[[random.Random], list], ...] = (
    lambda chance: [chance.choice(PIECES) for _ in range(5)],
    lambda chance: [chance.randint(-(2**63), 2**63 - 1) for _ in range(5)],
    lambda chance: [chance.choice([0.0, float("nan"), float("inf"), 1e300, None]) for _ in range(5)],
    lambda chance: [datetime(1, 1, 1), datetime(9999, 12, 31), None, datetime(2025, 1, 1), datetime.min],
    lambda chance: [chance.randbytes(9) for _ in range(5)],
    lambda chance: [[1, None], [], None, [2], [3]],
    lambda chance: [{"a": ADDRESS}, {"a": None}, None, {"a": "x"}, {"a": ""}],
    lambda chance: [None] * 5,
    lambda chance: [date(1, 1, 1), date(9999, 12, 31), None, date(2025, 1, 1), date(2025, 1, 2)],
    lambda chance: [time(1), time(23, 59), None, time(0), time(2)],
    lambda chance: [timedelta(1), timedelta(-9), None, timedelta(0), timedelta(2)],
    lambda chance: [Decimal("1.50"), Decimal("-9999999999.99"), None, Decimal("0"), Decimal("2")],
    lambda chance: [True, False, None, True, False],
)


def write_landing(folder: Path, seed: int) -> str:
    """Make a hostile landing in the new folder; returns its location."""
    chance = random.Random(seed)
    folder.mkdir()
    write_clean(folder)
    acts = (_csv, _csv, _csv, _csv, _packed, _parquet, _parquet, _parquet, _many, _bytes, _entry)
    for _ in range(chance.randint(1, 3)):
        chance.choice(acts)(folder, chance)
    return _database(folder, chance) if chance.random() < 0.1 else str(folder)


def write_clean(folder: Path) -> None:
    """Four tables with nothing wrong, one with so many rows that a line or two may be refused."""
    (folder / "agents.csv").write_text("agent_id,name\nann,A\n")
    calls = "".join(f"c{number},2025-01-01T00:00:00Z\n" for number in range(200))
    (folder / "calls.csv").write_text("call_id,started_at\n" + calls)
    (folder / "chats.csv.gz").write_bytes(gzip.compress(b"chat_id,started_at\nc1,2025-01-01T00:00:00Z\n"))
    pq.write_table(pa.table({"ticket_id": ["t1"], "created_at": [NOON]}), folder / "tickets.parquet")


def disturb(folder: Path, chance: random.Random) -> None:
    """Replace, lengthen, cut short or remove one of the folder's files."""
    files = sorted(path for path in folder.rglob("*") if path.is_file()) if folder.is_dir() else [folder]
    file = chance.choice(files or [folder])
    if file.is_dir():
        return
    kind = chance.randrange(4)
    if kind == 0:
        file.unlink()
    elif kind == 1:
        with file.open("ab") as stream:
            stream.write(chance.randbytes(20) + b"\n")
    elif kind == 2:
        os.truncate(file, file.stat().st_size // 2)
    else:
        other = file.with_name("_other")
        shutil.copy(file, other)
        os.replace(other, file)


def _table(chance: random.Random) -> Table:
    return chance.choice(list(landing_tables().values()))


def _name(chance: random.Random, extension: str = "") -> str:
    return _table(chance).name + chance.choice(("", *NAMES)) + (extension or chance.choice(EXTENSIONS))


def _write(file: Path, content: bytes) -> None:
    if not file.exists():
        file.write_bytes(content)


def _columns(chance: random.Random) -> list[str]:
    """Most of a table's columns, and some that are twice, unknown, blank or strange."""
    names = [column.name for column in _table(chance).columns if chance.random() < 0.95]
    if chance.random() < 0.3:
        names += [chance.choice([*names, "", "body", ADDRESS, "a b", "select", "é", "x" * 500, "is_deleted"])]
    if chance.random() < 0.3:
        chance.shuffle(names)
    if chance.random() < 0.1:
        names = [name.upper() for name in names]
    return names


def _text(chance: random.Random, names: list[str]) -> bytes:
    good = {name: "2025-01-01T00:00:00Z" if name.endswith("_at") else "1" for name in names}
    lines = [",".join(names)]
    for _ in range(chance.choice((0, 1, 5, 50))):
        row = list(good.values())
        if row and chance.random() < 0.5:
            row[chance.randrange(len(row))] = "".join(chance.choices(PIECES, k=chance.randint(1, 3)))
        lines.append(",".join(row))
    text = chance.choice(("\n", "\n", "\r\n", "\r", "\n\n")).join(lines).encode("utf-8", "replace")
    for _ in range(chance.choice((0, 0, 0, 0, 1, 3))):
        at = chance.randrange(len(text) + 1)
        text = text[:at] + chance.choice((b"\xff", b'"', b"\n", b",", b"\0", b"y" * 2_000_000)) + text[at:]
    return text


def _bytes(folder: Path, chance: random.Random) -> None:
    _write(folder / _name(chance), chance.randbytes(chance.choice((0, 1, 100, 10_000))))


def _csv(folder: Path, chance: random.Random) -> None:
    table = _table(chance)
    names = _columns(chance) if chance.random() < 0.2 else [column.name for column in table.columns]
    _write(folder / (table.name + chance.choice(("", *NAMES)) + ".csv"), _text(chance, names))


def _packed(folder: Path, chance: random.Random) -> None:
    packed = gzip.compress(_text(chance, [column.name for column in _table(chance).columns]))
    packed = chance.choice((packed, packed, packed[:-5], packed + b"x", packed * 2, packed[:20]))
    if chance.random() < 0.2:
        packed = gzip.compress(b"call_id,started_at\n" + chance.choice((b"\0", b"\n", b"x")) * 20_000_000)
    _write(folder / _name(chance, ".csv.gz"), packed)


def _parquet(folder: Path, chance: random.Random) -> None:
    table = _table(chance)
    columns = {
        column.name: chance.choice(VALUES)(chance)
        for column in table.columns
        if column.is_required or chance.random() < 0.5
    }
    if chance.random() < 0.5:
        columns |= {name: [NOON] * 5 for name in columns if name.endswith("_at")}
    content = io.BytesIO()
    pq.write_table(pa.table(columns).slice(0, chance.choice((0, 5))), content)
    written = content.getvalue()
    if chance.random() < 0.1:
        at = chance.randrange(len(written))
        written = chance.choice((written[:at], written[:at] + b"\xff" + written[at + 1 :], b"PAR1PAR1"))
    _write(folder / (table.name + chance.choice(("", *NAMES)) + ".parquet"), written)


def _entry(folder: Path, chance: random.Random) -> None:
    """What is no file, or another one by another name."""
    place = folder / chance.choice((_name(chance), chance.choice(UNREADABLE_NAMES)))
    kind = chance.randrange(7)
    if place.exists() or place.is_symlink():
        return
    if kind == 0:
        place.mkdir()
    elif kind == 1:
        place.symlink_to(place)
    elif kind == 2:
        place.symlink_to("/dev/zero")
    elif kind == 3:
        os.mkfifo(place)
    elif kind == 4:
        place.symlink_to(folder / "calls.csv")
    elif kind == 5:
        place.write_text("a,b\n")
    else:
        inner = folder / _table(chance).name
        inner.mkdir(exist_ok=True)
        _csv(inner, chance)


def _many(folder: Path, chance: random.Random) -> None:
    """Many small files, some of another header or broken."""
    for number in range(20):
        header = "started_at,call_id" if chance.random() < 0.1 else "call_id,started_at"
        line = chance.choice(("c,2025-01-01", "c,2025-01-01\n", "c,2025-01-01,", '"c', "\n\nc,2025-01-01"))
        _write(folder / f"calls_{number}.csv", f"{header}\n{line}".encode())


def _database(folder: Path, chance: random.Random) -> str:
    file = folder / "landing.duckdb"
    if chance.random() < 0.2:
        file.write_bytes(chance.randbytes(20_000))
        return f"{file}#main"
    with duckdb.connect(file) as connection:
        connection.execute("CREATE MACRO key() AS getvariable('inner_pad')::VARCHAR")
        for statement in chance.sample(
            [
                "CREATE VIEW tickets AS SELECT key() AS ticket_id, now() AS created_at",
                "CREATE VIEW agents AS SELECT content AS agent_id FROM read_text('/etc/hostname')",
                "CREATE TABLE calls (call_id BLOB, started_at TIME, direction INTERVAL)",
                "CREATE TABLE chats (chat_id UUID, started_at TIMESTAMP_NS, topic STRUCT(a INT))",
                "CREATE TABLE costs (cost_month DATE, pool VARCHAR AS (repeat('x', 2000)), amount HUGEINT)",
                'CREATE TABLE "Surveys" (survey_id INT[], question VARCHAR, sent_at VARCHAR, "a ""b" INT)',
            ],
            chance.randint(1, 4),
        ):
            connection.execute(statement)
        connection.execute(chance.choice(["SELECT 1", "DROP TABLE IF EXISTS calls"]))
    return f"{file}#{chance.choice(['main', 'MAIN', 'nowhere', ''])}"
