"""Files that are not what their name says, and lines that cannot be read."""

import gzip
from datetime import datetime
from pathlib import Path

import pyarrow as pa
import pyarrow.parquet as pq

from faults.fault import (
    Fault,
    content,
    header,
    leave_out,
    line,
    refused,
    unread,
)
from faults.golden import golden
from faults.times import NUMBER

C50_LINE = 52
"""The line of call c50: the header is line 1, c0 line 2."""
CALLS = golden().tables["calls"]
TRAINING = golden().tables["agent_training"]


def _line(name: str, edit, rule: str, note: str = "") -> Fault:
    """A line that is refused alone."""
    return Fault(
        name,
        files=line("calls", C50_LINE, edit),
        rejects=(unread("calls", C50_LINE, rule),),
        gone=("calls/c50",),
        note=note,
    )


def _harmless(name: str, edit, note: str = "") -> Fault:
    """A form of the file that changes nothing."""
    return Fault(name, files=content("calls", edit), note=note or "No fault.")


def _as(extension: str):
    """The calls under another extension, with the same bytes."""

    def rename(folder: Path) -> None:
        (folder / "calls.csv").rename(folder / f"calls{extension}")

    return rename


def _breaks_off(folder: Path) -> None:
    text = (folder / "calls.csv").read_bytes()
    (folder / "calls.csv").unlink()
    (folder / "calls.csv.gz").write_bytes(gzip.compress(text)[:-20])


def _typed(**columns):
    """The calls as Parquet, only their ids and the given columns (by call number)."""

    def write(folder: Path) -> None:
        (folder / "calls.csv").unlink()
        keys = {"call_id": [row["call_id"] for row in CALLS]}
        values = {name: [value(number) for number in range(100)] for name, value in columns.items()}
        pq.write_table(pa.table({**keys, **values}), folder / "calls.parquet")

    return write


def _epoch(started_at: datetime) -> int:
    return int((started_at - datetime(1970, 1, 1)).total_seconds())


FAULTS = (
    _line("a line with a field too few", lambda text: text.rpartition(b",")[0], "ragged_line"),
    _line("a line with a field too many", lambda text: text + b",surplus", "ragged_line"),
    _line(
        "a quote that is never closed", lambda text: text.replace(b"invoice", b'"invoice'), "unclosed_quote"
    ),
    _line("a NUL byte", lambda text: text.replace(b"invoice", b"inv\0ice"), "nul_byte"),
    _line(
        "a letter in Latin-1",
        lambda text: text.replace(b"invoice", "rückfrage".encode("latin-1")),
        "not_utf8",
    ),
    _line("a field of 3 MB", lambda text: text.replace(b"invoice", b"i" * 3_000_000), "oversized_field"),
    Fault(
        "a text of 1,011 characters",
        files=line("calls", C50_LINE, lambda text: text.replace(b"invoice", b"i" * 1_002)),
        rejects=(refused("calls", "c50", "oversized_text", "topic"),),
        gone=("calls/c50",),
    ),
    Fault(
        "a line break within quotes",
        files=line("calls", C50_LINE, lambda text: text.replace(b"invoice_question", b'"invoice\nquestion"')),
        rejects=(
            unread("calls", C50_LINE, "unclosed_quote"),
            unread("calls", C50_LINE + 1, "ragged_line"),
        ),
        gone=("calls/c50",),
        note="A physical line is a record: texts with line breaks never land.",
    ),
    _harmless("a byte order mark", lambda text: b"\xef\xbb\xbf" + text),
    _harmless("line ends of Windows", lambda text: text.replace(b"\n", b"\r\n")),
    _harmless("no line end behind the last line", lambda text: text.rstrip(b"\n")),
    _harmless("blank lines", lambda text: text.replace(b"\n", b"\n\n", 3) + b"\n\n"),
    _harmless("a header in capitals", lambda text: text.replace(b"call_id", b" CALL_ID ", 1)),
    Fault("a renamed required column", files=header("calls", call_id="id"), error=("calls", "call_id")),
    Fault("a missing required column", leave_out("calls", "started_at"), error=("calls", "started_at")),
    Fault(
        "a column that stands twice",
        files=header("calls", topic="started_at"),
        error=("calls", "started_at", "twice"),
    ),
    Fault(
        "a missing optional column",
        leave_out("agent_training", "passed"),
        changed={f"agent_training/a{number}|privacy": {"is_passed": None} for number in range(100)},
        facts={
            "select missing_columns from quality.landed_files where table_name = 'agent_training'": "passed"
        },
        note="NULL, and listed.",
    ),
    Fault(
        "a column that the contract does not know",
        files=content("calls", lambda text: b"\n".join(row and row + b",mood" for row in text.split(b"\n"))),
        facts={
            "select extra_columns from quality.landed_files where table_name = 'calls'": "mood",
        },
        note="Left out, and listed.",
    ),
    Fault(
        "a renamed optional column",
        files=header("agent_training", passed="success"),
        changed={f"agent_training/a{number}|privacy": {"is_passed": None} for number in range(100)},
        facts={
            "select missing_columns || ' ' || extra_columns from quality.landed_files"
            " where table_name = 'agent_training'": "passed success"
        },
        note="One column is missing, one too many; both are listed.",
    ),
    Fault(
        "start and end exchanged",
        files=header("calls", started_at="ended_at", ended_at="started_at"),
        rejects=tuple(
            refused("calls", row["call_id"], "end_before_start", "ended_at", row["started_at"])
            for row in CALLS
        ),
        gone=tuple(f"calls/{row['call_id']}" for row in CALLS),
        tests=("rejected_rows_stay_under_the_limit",),
    ),
    Fault(
        "starts as numbers in Parquet",
        files=_typed(started_at=lambda number: _epoch(CALLS[number]["started_at"])),
        rejects=tuple(refused("calls", row["call_id"], "unparseable", "started_at", NUMBER) for row in CALLS),
        gone=tuple(f"calls/{row['call_id']}" for row in CALLS),
        tests=("rejected_rows_stay_under_the_limit",),
        note="A column of another type is read as text.",
    ),
    Fault("an empty file", files=content("calls", lambda text: b""), error=("calls.csv", "no header")),
    Fault(
        "a header and nothing else",
        files=content("agent_training", lambda text: text.split(b"\n")[0] + b"\n"),
        gone=tuple(f"agent_training/{row['agent_id']}|privacy" for row in TRAINING),
        note="An empty table.",
    ),
    Fault("a workbook", files=_as(".xlsx"), error=("calls.xlsx", ".csv")),
    Fault("a packed file without its extension", files=content("calls", gzip.compress), error=("calls.csv",)),
    Fault("a packed file that breaks off", files=_breaks_off, error=("calls.csv.gz", "cannot be read")),
    Fault("text that calls itself Parquet", files=_as(".parquet"), error=("calls.parquet", "Parquet")),
    Fault(
        "semicolons instead of commas",
        files=content("calls", lambda text: text.replace(b",", b";")),
        error=("calls", "call_id"),
    ),
    Fault(
        "the same line in two files",
        files=lambda folder: (folder / "calls_2.csv").write_bytes(
            b"\n".join((folder / "calls.csv").read_bytes().split(b"\n")[i] for i in (0, C50_LINE - 1))
        ),
        rejects=(refused("calls", "c50", "superseded"),),
    ),
)
