"""What a fault is: what it does to the clean landing, and what the product has to make of it."""

import hashlib
import hmac
import os
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from worlds import Row, World

KEYS = {
    "tickets": ("ticket_id",),
    "ticket_messages": ("message_id",),
    "ticket_events": ("event_id",),
    "chats": ("chat_id",),
    "chat_messages": ("message_id",),
    "calls": ("call_id",),
    "surveys": ("survey_id",),
    "agents": ("agent_id",),
    "agent_shifts": ("shift_id",),
    "agent_training": ("agent_id", "course_id"),
    "self_service_sessions": ("session_id",),
    "costs": ("cost_month", "pool", "team"),
}
"""The columns whose values, joined with `|`, name a row here; ids of one system only."""

Edit = Callable[[World], None]
FileEdit = Callable[[Path], None]


@dataclass(frozen=True)
class Reject:
    """A row that quality.rejects has to hold."""

    table: str
    key: str | None
    rule: str
    column: str | None = None
    value: Any = None
    severity: str = "row"
    line: int | None = None
    """The line in the file, where the row has no key."""


@dataclass(frozen=True)
class Fault:
    """One fault and its outcome; what is not named stays as in the clean landing.

    `gone` and `added` are accepted rows like `calls/c50`; `changed` holds their new values. `tests` are the
    data tests that fail, `error` the words with which the load stops. `facts` are queries with their answer.
    `to_the_end`: what is accepted is so strange that marts are built of it and tested, too.
    """

    name: str
    rows: Edit | None = None
    files: FileEdit | None = None
    rejects: tuple[Reject, ...] = ()
    gone: tuple[str, ...] = ()
    added: tuple[str, ...] = ()
    changed: dict[str, Row] = field(default_factory=dict)
    tests: tuple[str, ...] = ()
    error: tuple[str, ...] = ()
    facts: dict[str, Any] = field(default_factory=dict)
    zone: str = "UTC"
    to_the_end: bool = False
    note: str = ""

    @property
    def id(self) -> str:
        """The name as pytest shows it."""
        return self.name.replace(" ", "_")


def refused(table: str, key: str | None, rule: str, column: str | None = None, value: Any = None) -> Reject:
    """A row that is not accepted."""
    return Reject(table, key, rule, column, value)


def unread(table: str, line: int, rule: str) -> Reject:
    """A line that the loader cannot read."""
    return Reject(table, None, rule, line=line)


def repaired(table: str, key: str, rule: str, column: str, value: Any) -> Reject:
    """A value that became NULL."""
    return Reject(table, key, rule, column, value, "value")


def mapped(table: str, key: str, column: str, value: str) -> Reject:
    """A word that became `other`."""
    return Reject(table, key, "unknown_word", column, value, "mapping")


def hashed_id(customer_id: str) -> str:
    """What the loader makes of a customer's id: HMAC-SHA-256 under the key of the tests, half of it."""
    key = os.environ.get("SERVICE_KPIS_HASH_KEY", "").encode()
    return hmac.new(key, f"id:default:{customer_id}".encode(), hashlib.sha256).hexdigest()[:32]


def together(name: str, faults: Iterable[Fault]) -> Fault:
    """Faults of different rows as one."""
    faults = list(faults)
    return Fault(
        name,
        all_of(*(fault.rows for fault in faults)),
        rejects=tuple(reject for fault in faults for reject in fault.rejects),
        gone=tuple(row for fault in faults for row in fault.gone),
        changed={row: columns for fault in faults for row, columns in fault.changed.items()},
        to_the_end=True,
    )


def put(table: str, key: str, **columns: Any) -> Edit:
    """Give columns of one row other values."""
    return lambda world: find(world, table, key).update(columns)


def copy(table: str, key: str, **columns: Any) -> Edit:
    """Add a copy of one row, with other values in some columns."""
    return lambda world: world.tables[table].append({**find(world, table, key), **columns})


def add(table: str, **columns: Any) -> Edit:
    """Add a row."""
    return lambda world: world.add(table, **columns)


def leave_out(table: str, *columns: str) -> Edit:
    """Drop columns of a table."""
    return lambda world: [row.pop(column, None) for row in world.tables[table] for column in columns]


def without(table: str) -> Edit:
    """Drop a table."""
    return lambda world: world.tables.pop(table)


def all_of(*edits: Edit) -> Edit:
    """Several edits, one after the other."""
    return lambda world: [edit(world) for edit in edits]


def find(world: World, table: str, key: str) -> Row:
    """The row of a key."""
    (row,) = (row for row in world.tables[table] if key_of(table, row) == key)
    return row


def key_of(table: str, row: Row) -> str:
    """How a row is named here."""
    return "|".join(str(row[column]) for column in KEYS[table] if row.get(column) is not None)


def content(table: str, edit: Callable[[bytes], bytes]) -> FileEdit:
    """Change the bytes of a table's file."""

    def change(folder: Path) -> None:
        file = folder / f"{table}.csv"
        file.write_bytes(edit(file.read_bytes()))

    return change


def line(table: str, number: int, edit: Callable[[bytes], bytes]) -> FileEdit:
    """Change one line of a table's file; the header is line 1."""

    def change(text: bytes) -> bytes:
        lines = text.split(b"\n")
        lines[number - 1] = edit(lines[number - 1])
        return b"\n".join(lines)

    return content(table, change)


def header(table: str, **names: str) -> FileEdit:
    """Rename columns in a table's header; two may exchange their names."""

    def change(text: bytes) -> bytes:
        columns = text.decode().split(",")
        return ",".join(names.get(column, column) for column in columns).encode()

    return line(table, 1, change)
