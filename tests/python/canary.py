"""What is planted to be searched, and the search: texts made plain as an attacker would."""

import gzip
import re
from collections.abc import Iterator
from pathlib import Path

import duckdb
from spellings import ADDRESSES, MONEY, NAMES, NUMBERS, WORD_NUMBERS

from service_kpis.load.contract import Column
from service_kpis.personal import plain

# What is left of the spellings without marks, blanks and case; of numbers the digits.
LETTERS = (
    "canaryexample",
    "канарейка",
    "wilhelminaquetzal",
    "quetzalwilhelmina",
    "山田太郎",
    "gb82west",
    "fr1420041010",
)
DIGITS = (
    "15775550199",
    "370400440532013000",
    "9386011117947",
    "4012888888881881",
    "5105105105105100",
    "378282246310005",
)

STRETCH = re.compile(
    rb"(?:[\t\r\n -~]|[\xc2-\xdf][\x80-\xbf]|\xe0[\xa0-\xbf][\x80-\xbf]|[\xe1-\xec\xee\xef][\x80-\xbf]{2}"
    rb"|\xed[\x80-\x9f][\x80-\xbf]|\xf0[\x90-\xbf][\x80-\xbf]{2}|[\xf1-\xf3][\x80-\xbf]{3}){4,}"
)


def spellings(column: Column) -> list[str]:
    """What is promised to be hidden in that column."""
    if column.is_personal:
        return [*ADDRESSES, *NUMBERS, *WORD_NUMBERS, *NAMES, *MONEY]
    if column.type != "varchar":
        # A number that stands where a number should is one.
        texts = [*ADDRESSES, *NUMBERS, *WORD_NUMBERS, *NAMES, *MONEY]
        return [text for text in texts if not re.fullmatch(r"[+\d\s.]+", text)]
    is_id = column.name == "id" or column.name.endswith("_id")
    return [*ADDRESSES, *NUMBERS, *MONEY, *(NAMES if is_id else WORD_NUMBERS)]


def birds(text: str) -> set[str]:
    """Who is found in a text once it is plain, without its marks, blanks and case."""
    text = plain(text).casefold()
    letters = "".join(filter(str.isalnum, text))
    digits = re.sub("[^0-9]", "", text)
    return {word for word in LETTERS if word in letters} | {number for number in DIGITS if number in digits}


def readable(content: bytes) -> str:
    """All stretches of bytes that are UTF-8, and as long as the shortest of those that are looked for."""
    return "\n".join(stretch.decode() for stretch in STRETCH.findall(content))


def texts(file: Path) -> Iterator[tuple[str, str]]:
    """Where and what: each text of each table and view of a DuckDB file, all names in it, and what reads as
    text among its bytes; the same of another file's bytes, unpacked."""
    yield "bytes", readable(file.read_bytes())
    if file.suffix == ".gz":
        yield "unpacked", readable(gzip.decompress(file.read_bytes()))
    if file.suffix != ".duckdb":
        return
    with duckdb.connect(file, read_only=True) as connection:
        columns = connection.execute(
            "SELECT schema_name, table_name, column_name FROM duckdb_columns() WHERE NOT internal"
        ).fetchall()
        for schema, table, column in columns:
            found = connection.execute(
                f'SELECT DISTINCT "{column}"::VARCHAR FROM "{schema}"."{table}"'
            ).fetchall()
            yield f"{schema}.{table}.{column}", "\n".join(text for (text,) in found if text is not None)
        yield (
            "views",
            "\n".join(sql for (sql,) in connection.execute("SELECT sql FROM duckdb_views()").fetchall()),
        )
