"""What is personal goes no further than the loader.

Customers' identifiers become keyed hashes (HMAC-SHA-256 cut to 128 bits), what serves nothing is dropped, and
whatever looks personal in another column becomes a keyed pseudonym, which still joins.
"""

import csv
import hashlib
import re
from collections.abc import Iterable
from functools import cache

import duckdb

from service_kpis.errors import CannotStart
from service_kpis.load.contract import MODELS, Column, Table
from service_kpis.load.sql import named, quoted
from service_kpis.privacy import HashKey

_EMAIL = r"[^\s@]+@[^\s@]+\.[^\s@]+"
_INTERNATIONAL = r"\+[1-9][\d ()./-]{6,}\d"
# Digits that may be a phone's, and such with blanks or brackets, which no id has.
_BARE = r"\(?\d([ ()./-]*\d){8,14}\)?"
_SPACED = r"\(?\d[\d./-]*[ ()][\d ()./-]{5,}\d"
# Two words or more, of what is no digit and no mark of an id (RE2 takes long to compile \pL).
_PART = r"[^0-9\s_:/@+#=()&|]+"
_NAME = f"{_PART}( +{_PART})+"
_ANYWHERE = f"{_EMAIL}|{_INTERNATIONAL}"

# Ids may be long numbers, words may be several: each looks personal in a way of its own.
_PERSONAL_ID = f"{_ANYWHERE}|^({_SPACED}|{_NAME})$"
_PERSONAL_WORD = f"{_ANYWHERE}|^({_BARE})$"
_PERSONAL_VALUE = f"{_ANYWHERE}|^({_BARE}|{_NAME})$"

# A spreadsheet computes a cell that begins so; a number with its sign it leaves alone.
_FORMULA = r"^([=@\t\r]|[+-](.*[^\d.,]|$))"

HASH_CHARACTERS = 32
"""128 of HMAC-SHA-256's 256 bits, hexadecimal."""

_MACROS = rf"""
CREATE TEMP MACRO keyed_hash(kind, value) AS left(
    sha256(
        getvariable('outer_pad')
        || unhex(sha256(getvariable('inner_pad') || encode(kind || ':' || value)))
    ),
    {HASH_CHARACTERS}
);
CREATE TEMP MACRO hashed_id(source_system, value) AS keyed_hash(
    'id', coalesce(nullif(trim(source_system), ''), 'default') || ':' || nullif(trim(value), '')
);
CREATE TEMP MACRO hashed_email(value) AS keyed_hash('email', nullif(lower(trim(value)), ''));
CREATE TEMP MACRO digits_of(value) AS regexp_replace(value, '[^0-9]', '', 'g');
CREATE TEMP MACRO hashed_phone(value) AS CASE
    WHEN length(digits_of(value)) >= 6
        THEN keyed_hash('phone', regexp_replace(digits_of(value), '^00', ''))
END;

CREATE TEMP MACRO inert(value) AS regexp_replace(value, {quoted(_FORMULA)}, '''\0', 's');
CREATE TEMP MACRO guarded(value, personal) AS CASE
    WHEN regexp_matches(value, personal) THEN 'hidden_' || left(keyed_hash('text', value), 16)
    ELSE inert(value)
END;
CREATE TEMP MACRO is_open_id(value) AS
    regexp_matches(trim(value), {quoted(f"{_PERSONAL_ID}|{_FORMULA}")}, 's');
CREATE TEMP MACRO guarded_id(value) AS CASE
    WHEN is_open_id(value) THEN guarded(trim(value), {quoted(_PERSONAL_ID)}) ELSE value
END;
CREATE TEMP MACRO is_open_word(value) AS
    regexp_matches(trim(value), {quoted(f"{_PERSONAL_WORD}|{_FORMULA}")}, 's');
CREATE TEMP MACRO guarded_word(value) AS CASE
    WHEN is_open_word(value) THEN guarded(trim(value), {quoted(_PERSONAL_WORD)}) ELSE value
END;

CREATE TEMP MACRO shape(value) AS
    regexp_replace(regexp_replace(value, '[0-9]', '9', 'g'), '[^0-9\s!-/:-@\[-`{{-~]', 'x', 'g');
CREATE TEMP MACRO shown(value) AS
    inert(CASE WHEN regexp_matches(value, {quoted(_PERSONAL_VALUE)}) THEN shape(value) ELSE value END);
"""

IDENTITY = {
    "customer_id": "hashed_id({system}, {column})",
    "customer_email": "hashed_email({column})",
    "customer_phone": "hashed_phone({column})",
}
"""Each identity column, and the SQL that hashes it."""

# Values that serve in some rows only, and are dropped elsewhere: by column, the words of ours of which the
# row must hold one. So a customer's id as the sender goes, and to whom a ticket was assigned.
SERVING = {
    "sender_id": {"sender_type": ("agent", "bot")},
    "actor_id": {"actor_type": ("agent", "bot"), "event_type": ("work_logged",)},
    "from_value": {"event_type": ("status_change", "team_change", "priority_change", "escalation")},
    "to_value": {"event_type": ("status_change", "team_change", "priority_change", "escalation")},
}
_VOCABULARY = {"sender_type": "sender_type", "actor_type": "sender_type", "event_type": "event_type"}


def prepare(connection: duckdb.DuckDBPyConnection, key: HashKey, erased: list[str]) -> None:
    """Make the connection able to run the SQL below; the key stays in its memory."""
    # HMAC's pads (RFC 2104).
    secret = hashlib.sha256(key.secret).digest() if len(key.secret) > 64 else key.secret
    for name, byte in (("inner_pad", 0x36), ("outer_pad", 0x5C)):
        pad = bytes(value ^ byte for value in secret.ljust(64, b"\0"))
        connection.execute(f"SET VARIABLE {name} = ?::BLOB", [pad])
    connection.execute(_MACROS)
    connection.execute("CREATE TEMP TABLE erased AS SELECT unnest(?::VARCHAR[]) AS identifier", [erased])


def hashed(key: HashKey, emails: Iterable[str], phones: Iterable[str], ids: Iterable[str]) -> set[str]:
    """The hashes of a customer's identifiers, as the loader makes them; ids are [SYSTEM=]ID.

    Raises CannotStart for one that is none, such as a number of five digits.
    """
    with duckdb.connect() as connection:
        prepare(connection, key, [])
        digests = {}
        for macro, values in (("hashed_email", emails), ("hashed_phone", phones)):
            for value in values:
                digests[value] = connection.execute(f"SELECT {macro}(?)", [value]).fetchone()[0]
        for value in ids:
            system, _, customer_id = value.partition("=") if "=" in value else ("", "", value)
            answer = connection.execute("SELECT hashed_id(?, ?)", [system, customer_id])
            digests[value] = answer.fetchone()[0]
    if nobody := [value for value, digest in digests.items() if digest is None]:
        raise CannotStart(f"{nobody[0]!r} names nobody")
    return set(digests.values())


def shown_name(name: str, may_be_data: bool = False) -> str:
    """A column's name as it may be said, of one that looks personal its shape; `may_be_data`: it stands in a
    line that may be no header.
    """
    pattern = _PERSONAL_VALUE if may_be_data else _PERSONAL_WORD
    if re.search(pattern, name, re.ASCII):
        name = re.sub(r"[^\W\d_]", "x", re.sub(r"\d", "9", name))
    return re.sub(_FORMULA, r"'\g<0>", name, flags=re.DOTALL)


def is_identity(column: Column) -> bool:
    """Whether the column is hashed."""
    return column.name in IDENTITY


def is_open(column: Column, value: str) -> str:
    """SQL for whether `value` may not pass as it is."""
    return f"is_open_{_kind(column)}({value})"


def guarded(column: Column, value: str, system: str) -> str:
    """SQL for what of a text `value` may pass; `system` is SQL for the row's source system."""
    if is_identity(column):
        return IDENTITY[column.name].format(system=system, column=value)
    return f"guarded_{_kind(column)}({value})"


def unless_erased(table: Table) -> str:
    """SQL that makes a row anonymous if one of its hashed identifiers was erased; for SELECT * REPLACE."""
    columns = [named(column.name) for column in table.columns if is_identity(column)]
    is_erased = " OR ".join(f"coalesce({column} IN (FROM temp.erased), false)" for column in columns)
    return ", ".join(f"CASE WHEN NOT ({is_erased}) THEN {column} END AS {column}" for column in columns)


def serving(column: Column, value: str, texts: dict[str, str]) -> str:
    """SQL for `value` where it serves; `texts` is SQL for the row's columns by name."""
    if column.name not in SERVING:
        return value
    conditions = [
        f"lower(trim({texts[name]})) IN ({', '.join(map(quoted, _words(name, ours)))})"
        for name, ours in SERVING[column.name].items()
        if name in texts
    ]
    return f"CASE WHEN {' OR '.join(conditions)} THEN {value} END"


def is_word(column: Column) -> bool:
    """Whether the column holds words, which may be somebody's name, and nothing that a reject is found by."""
    return column.type == "varchar" and _kind(column) == "word" and column.name != "source_system"


def _kind(column: Column) -> str:
    return "id" if column.name.endswith("_id") else "word"


@cache
def _words(column: str, ours: tuple[str, ...]) -> list[str]:
    """The landed words that mean one of `ours`, from the seed that the models map them by."""
    with (MODELS.parents[2] / "seeds" / "words" / "word_map.csv").open(encoding="utf-8", newline="") as file:
        return [
            row["landed_word"]
            for row in csv.DictReader(file)
            if row["vocabulary"] == _VOCABULARY[column] and row["word"] in ours
        ]
