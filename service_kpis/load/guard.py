"""What is personal goes no further than the loader.

Customers' identifiers become keyed hashes (HMAC-SHA-256 cut to 128 bits), what serves nothing is dropped, and
whatever looks personal in another column becomes a keyed pseudonym, which still joins.
"""

import hashlib
import hmac
import re
from collections.abc import Callable, Iterable
from functools import cache, lru_cache

import duckdb
import phonenumbers

from service_kpis import personal
from service_kpis.engine import connect
from service_kpis.errors import CannotStart
from service_kpis.load.contract import Column, Table
from service_kpis.load.nobody import is_nobody
from service_kpis.load.sql import SYSTEM, named, quoted
from service_kpis.load.words import landed_words, plain_sql
from service_kpis.privacy import HashKey, hash_key

HASH_CHARACTERS = 32
"""128 of HMAC-SHA-256's 256 bits, hexadecimal."""

_SHORTEST_NUMBER, _LONGEST_NUMBER = 6, 15
_ANONYMOUS_ON_A_KEYPAD = "266696687"
# Who types a number because they must.
_TYPED_IN_ORDER = ("1234567890", "01234567890")

# An address has something on both sides of its @: a letter or digit of any script.
_SOMETHING = r"[^@]*[^\x00-/:-@\[-`{-\x7f][^@]*"
_IS_AN_ADDRESS = f"{_SOMETHING}@{_SOMETHING}"

# Texts whose judgement is remembered, since most come many times; how long such a text is at most.
_REMEMBERED, _LONGEST_REMEMBERED = 1 << 16, 200

# What stands around an address where it was copied from somewhere.
_AN_ADDRESS = r"""^[\s"'(<\[;,]*(?:mailto:\s*)?(.*?)(?:[?](?:subject|body|cc|bcc)=.*)?[\s"')>\];,.:]*$"""


# An address in a text that holds one, and what may stand at its ends.
_ONE_OF_A_TEXT = r"""[^\s@"<>(),;:\[\]“”„«»‹›]+@[^\s@"<>(),;:\[\]“”„«»‹›?]+"""  # noqa: RUF001
_AT_ITS_ENDS = r"""^['‘’`*|{}/!.]+|['‘’`*|{}/!.]+$"""  # noqa: RUF001
# What an ASCII text holds that does not read as it stands.
_CODED = r"[%&=\\(\[{<]"


def _guarding_macros(kind: str, doubtful: str, stripped: str) -> str:
    """What may not pass as it is, and what passes instead: one pattern finds the few values to be judged."""
    return rf"""
CREATE TEMP MACRO guarded_{kind}(value) AS CASE
    WHEN regexp_matches(trim(value), {quoted(f"{doubtful}|{personal.FORMULA}|[.]0$")}, 's') THEN
        CASE
            WHEN reads_personal({stripped}, {quoted(kind)})
                THEN 'hidden_' || left(keyed_hash('text', {stripped}), 16)
            ELSE inert({stripped})
        END
    ELSE value
END;
CREATE TEMP MACRO is_open_{kind}(value) AS guarded_{kind}(value) IS DISTINCT FROM value;
"""


_MACROS = rf"""
CREATE TEMP MACRO keyed_hash(kind, value) AS left(
    sha256(
        getvariable('outer_pad')
        || unhex(sha256(getvariable('inner_pad') || encode(kind || ':' || value)))
    ),
    {HASH_CHARACTERS}
);
CREATE TEMP MACRO is_nobody(value) AS {is_nobody("value")};
CREATE TEMP MACRO plain_id(value) AS CASE
    WHEN ends_with(value, '.0') AND regexp_full_match(value, '[0-9]+[.]0') THEN left(value, length(value) - 2)
    ELSE value
END;
CREATE TEMP MACRO system_or_default(source_system) AS {SYSTEM};
CREATE TEMP MACRO hashed_id(source_system, value) AS CASE
    WHEN NOT is_nobody(value)
        THEN keyed_hash('id', system_or_default(source_system) || ':' || nullif(plain_id(trim(value)), ''))
END;

CREATE TEMP MACRO plain(value) AS CASE
    WHEN strlen(value) <> length(value) OR regexp_matches(value, {quoted(_CODED)})
        THEN plain_text(value)
    ELSE value
END;
CREATE TEMP MACRO bracketed(value) AS coalesce(nullif(regexp_extract(value, '<([^<>]*)>', 1), ''), value);
CREATE TEMP MACRO closed(value) AS regexp_replace(value, '\s*@\s*', '@', 'g');
CREATE TEMP MACRO addresses(value) AS regexp_extract_all(closed(value), {quoted(_ONE_OF_A_TEXT)});
CREATE TEMP MACRO address_in(value) AS lower(CASE
    WHEN len(addresses(value)) = 1 THEN regexp_replace(addresses(value)[1], {quoted(_AT_ITS_ENDS)}, '', 'g')
    ELSE closed(regexp_extract(bracketed(value), {quoted(_AN_ADDRESS)}, 1, 'is'))
END);
CREATE TEMP MACRO is_nobodys_address(value) AS
    NOT regexp_full_match(address_in(value), {quoted(_IS_AN_ADDRESS)}, 's');
CREATE TEMP MACRO hashed_email(value) AS CASE
    WHEN NOT is_nobodys_address(value) THEN keyed_hash('email', address_in(value))
END;

CREATE TEMP MACRO is_international(value) AS regexp_matches(value, '^[^0-9+]*([+]|00)');
CREATE TEMP MACRO dialled(value) AS CASE
    WHEN is_international(value) THEN replace(plain_id(trim(value)), '(0)', '')
    ELSE plain_id(trim(value))
END;
CREATE TEMP MACRO digits_of(value) AS
    regexp_replace(regexp_replace(dialled(value), '[^0-9]', '', 'g'), '^00', '');
CREATE TEMP MACRO is_nobodys_number(value) AS
    is_nobody(value)
    OR length(digits_of(value)) NOT BETWEEN {_SHORTEST_NUMBER} AND {_LONGEST_NUMBER}
    OR replace(digits_of(value), left(digits_of(value), 1), '') = ''
    OR {" OR ".join(f"starts_with({quoted(digits)}, digits_of(value))" for digits in _TYPED_IN_ORDER)}
    OR digits_of(value) = '{_ANONYMOUS_ON_A_KEYPAD}';

CREATE TEMP MACRO inert(value) AS regexp_replace(value, {quoted(personal.FORMULA)}, '''\0', 's');
{_guarding_macros("id", personal.DOUBTFUL_ID, "plain_id(trim(value))")}
{_guarding_macros("word", personal.DOUBTFUL_WORD, "trim(value)")}

CREATE TEMP MACRO shape(value) AS
    regexp_replace(regexp_replace(value, '[0-9]', '9', 'g'), '[^0-9\s!-/:-@\[-`{{-~]', 'x', 'g');
CREATE TEMP MACRO shown(value) AS
    inert(CASE WHEN reads_personal(value, 'value') THEN shape(value) ELSE value END);
"""

IDENTITY = {
    "customer_id": "hashed_id({system}, {column})",
    "customer_email": "hashed_email({column})",
    "customer_phone": "hashed_phone({system}, {column})",
}
"""Each identity column, and the SQL that hashes it."""

NOBODYS = {
    "customer_id": "is_nobody({column})",
    "customer_email": "is_nobodys_address({column})",
    "customer_phone": "is_nobodys_number({column})",
}
"""Each identity column, and the SQL that says that what stands there names nobody."""

# Values that serve in some rows only, and are dropped elsewhere: by column, the words of ours of which the
# row must hold one. So a customer's id as the sender goes, and to whom a ticket was assigned.
SERVING = {
    "sender_id": {"sender_type": ("agent", "bot")},
    "actor_id": {"actor_type": ("agent", "bot"), "event_type": ("work_logged",)},
    "from_value": {"event_type": ("status_change", "team_change", "priority_change", "escalation")},
    "to_value": {"event_type": ("status_change", "team_change", "priority_change", "escalation")},
}
_VOCABULARY = {"sender_type": "sender_type", "actor_type": "sender_type", "event_type": "event_type"}


def prepare(
    connection: duckdb.DuckDBPyConnection,
    key: HashKey,
    erased: list[str],
    countries: dict[str, str] | None = None,
    note_national: Callable[[str, str], str] = lambda system, digits: digits,
) -> None:
    """Make the connection able to run the SQL below; the key stays in its memory.

    `countries` has the country of the national telephone numbers of each source system, and of all others
    under an empty name. `note_national` hears of each number of no known country, and gives its digits back.
    """
    # HMAC's pads (RFC 2104).
    secret = hashlib.sha256(key.secret).digest() if len(key.secret) > 64 else key.secret
    for name, byte in (("inner_pad", 0x36), ("outer_pad", 0x5C)):
        pad = bytes(value ^ byte for value in secret.ljust(64, b"\0"))
        connection.execute(f"SET VARIABLE {name} = ?::BLOB", [pad])
    connection.create_function("plain_text", personal.plain, ["VARCHAR"], "VARCHAR")
    connection.create_function("reads_personal", _reads_personal, ["VARCHAR", "VARCHAR"], "BOOLEAN")
    connection.execute(_MACROS)
    connection.create_function("noted", note_national, ["VARCHAR", "VARCHAR"], "VARCHAR")
    connection.execute(_hashed_phone(connection, countries or {}))
    connection.execute("CREATE TEMP TABLE erased AS SELECT unnest(?::VARCHAR[]) AS identifier", [erased])


def hashed(
    key: HashKey,
    emails: Iterable[str],
    phones: Iterable[str],
    ids: Iterable[str],
    systems: Iterable[str] = ("default",),
    countries: dict[str, str] | None = None,
) -> set[str]:
    """The hashes of a customer's identifiers, as the loader makes them; ids are [SYSTEM=]ID.

    A national telephone number is another's in each of the source `systems`. Raises CannotStart, without its
    value, for an identifier that is none, such as a number of five digits.
    """
    with connect() as connection:
        prepare(connection, key, [], countries)

        def answer(option: str, position: int, sql: str, *values: str) -> str:
            ((digest,),) = connection.execute(f"SELECT {sql}", values).fetchall()
            if digest is None:
                # Not with the value: whatever was typed there may be anything, and this is logged.
                raise CannotStart(f"{option}: number {position} of those given is none, and names nobody")
            return digest

        digests = {
            answer("--customer-email", at, "hashed_email(plain(?))", value) for at, value in _numbered(emails)
        }
        for at, value in _numbered(phones):
            digests |= {
                answer("--customer-phone", at, "hashed_phone(?, plain(?))", each, value) for each in systems
            }
        for at, value in _numbered(ids):
            digests.add(answer("--customer-id", at, "hashed_id(?, ?)", *system_and_id(value)))
    return digests


def system_and_id(text: str) -> tuple[str, str]:
    """The source system, empty where none is told, and the id of [SYSTEM=]ID."""
    system, _, customer_id = text.partition("=") if "=" in text else ("", "", text)
    return system.strip(), customer_id.strip()


def keyed_hash(key: HashKey, kind: str, value: str) -> str:
    """What the loader's SQL of the same name gives."""
    return hmac.new(key.secret, f"{kind}:{value}".encode(), hashlib.sha256).hexdigest()[:HASH_CHARACTERS]


def shown_name(name: str, may_be_data: bool = False) -> str:
    """A column's name as it may be said, of one that looks personal its shape; `may_be_data`: it stands in a
    line that may be no header.
    """
    if personal.reads_personal(name, "value" if may_be_data else "word"):
        name = re.sub(r"[^\W\d_]", "x", re.sub(r"\d", "9", name))
    return re.sub(personal.FORMULA, r"'\g<0>", name, flags=re.DOTALL)


def shown_file(name: str, ending: str) -> str:
    """A file's name as it may be said, of one that looks personal a pseudonym with its ending."""
    if not personal.reads_personal(name, "file"):
        return name
    return f"hidden_{keyed_hash(hash_key(), 'file', name)[:16]}{ending}"


def is_identity(column: Column) -> bool:
    """Whether the column is hashed."""
    return column.name in IDENTITY


def told(column: Column, value: str) -> str:
    """SQL for an identity column's text before all else: an address or a number as it reads."""
    return f"plain({value})" if column.name in ("customer_email", "customer_phone") else value


def is_nobodys(column: Column, value: str) -> str:
    """SQL for whether an identity column's text names nobody."""
    return NOBODYS[column.name].format(column=value)


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
    """SQL for `value` where it serves; `texts` is SQL for the row's columns by name.

    Of a vendor's columns the source YAML says so itself.
    """
    if column.name not in SERVING or column.places:
        return value
    conditions = [
        f"{plain_sql(texts[name])} IN ({', '.join(map(quoted, landed_words(_VOCABULARY[name], ours)))})"
        for name, ours in SERVING[column.name].items()
        if name in texts
    ]
    return f"CASE WHEN {' OR '.join(conditions)} THEN {value} END"


def is_word(column: Column) -> bool:
    """Whether the column holds words, which may be somebody's name, and nothing that a reject is found by."""
    return column.type == "varchar" and _kind(column) == "word" and column.name != "source_system"


def _kind(column: Column) -> str:
    return "id" if column.name == "id" or column.name.endswith("_id") else "word"


_judged = lru_cache(_REMEMBERED)(personal.reads_personal)


def _reads_personal(text: str, kind: str) -> bool:
    return (_judged if len(text) <= _LONGEST_REMEMBERED else personal.reads_personal)(text, kind)


def _numbered(values: Iterable[str]) -> Iterable[tuple[int, str]]:
    return enumerate(values, start=1)


def _hashed_phone(connection: duckdb.DuckDBPyConnection, countries: dict[str, str]) -> str:
    """The macro that hashes a telephone number: as it is dialled from anywhere, if that is known.

    A national number of no known country goes with its system, and is marked: its first character is n.
    """
    international = "CASE WHEN is_international(value) THEN digits_of(value) END"
    if countries:
        connection.create_function(
            *("international_digits", international_digits, ["VARCHAR", "VARCHAR"], "VARCHAR"),
            null_handling="special",
        )
        cases = "".join(
            f" WHEN {quoted(system)} THEN {quoted(country)}"
            for system, country in countries.items()
            if system
        )
        default = quoted(countries[""]) if "" in countries else "NULL"
        country = f"CASE system_or_default(source_system){cases} WHEN '' THEN NULL ELSE {default} END"
        international = f"coalesce({international}, international_digits(dialled(value), {country}))"
    return f"""
        CREATE TEMP MACRO hashed_phone(source_system, value) AS CASE
            WHEN NOT is_nobodys_number(value) THEN coalesce(
                keyed_hash('phone', {international}),
                CASE WHEN NOT is_international(value) THEN 'n' || left(
                    keyed_hash(
                        'phone',
                        system_or_default(source_system) || ':'
                        || noted(system_or_default(source_system), digits_of(value))
                    ),
                    {HASH_CHARACTERS - 1}
                ) END
            )
        END
    """


@cache
def international_digits(number: str | None, country: str | None) -> str | None:
    """A national number with its country's code, digits only; None where it is none of that country."""
    if number is None or country is None:
        return None
    try:
        parsed = phonenumbers.parse(number, country)
    except phonenumbers.NumberParseException:
        return None
    if not phonenumbers.is_possible_number(parsed):
        return None
    return phonenumbers.format_number(parsed, phonenumbers.PhoneNumberFormat.E164).removeprefix("+")
