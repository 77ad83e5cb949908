"""The words of the sources: which of ours each means, and which nobody knows."""

import csv
import re
from dataclasses import dataclass
from difflib import get_close_matches
from functools import cache
from pathlib import Path

import duckdb

from service_kpis.load.contract import MODELS, Column, Table, loaded_tables
from service_kpis.load.sql import named, quoted

SEEDS = MODELS.parents[2] / "seeds"
WORD_MAP = SEEDS / "words" / "word_map.csv"
UNKNOWN_SHARE_LIMIT = 0.02
"""Of the rows of a column that decides KPIs: above it a run does not start."""

# Of events, only a change of status speaks of statuses.
_ONLY_OF = {"from_value": "status_change", "to_value": "status_change"}


@dataclass(frozen=True)
class UnknownWord:
    """A word that the map does not know, as it landed: its column, in how many rows, of how many."""

    table: str
    column: Column
    word: str
    rows: int
    of_rows: int

    @property
    def place(self) -> str:
        """The column that it stands in."""
        return f"{self.table}.{self.column.name}"

    @property
    def nearest(self) -> tuple[str, str] | None:
        """The known word that looks most like it, and ours; None where none does."""
        known = word_map()[self.column.vocabulary]
        near = get_close_matches(re.sub(r"[\s_-]+", " ", self.word.strip().lower()), known, n=1, cutoff=0.75)
        return (near[0], known[near[0]]) if near else None


def plain_sql(value: str) -> str:
    """SQL for a text as words are compared; the macro plain_word gives the same."""
    blanks = f"replace(replace(trim({value}), '_', ' '), '-', ' ')"
    return f"lower(replace(replace(replace({blanks}, '   ', ' '), '  ', ' '), '\u2019', ''''))"


@cache
def word_map() -> dict[str, dict[str, str]]:
    """By vocabulary, each plain landed word with ours, where the models look it up: in one seed each."""
    words: dict[str, dict[str, str]] = {}
    with duckdb.connect() as connection:
        for file in [*_vendor_seeds(), WORD_MAP]:
            lines = f"read_csv({quoted(str(file))}, header = true, all_varchar = true)"
            found = connection.execute(
                f"SELECT vocabulary, {plain_sql('landed_word')}, word FROM {lines}"
            ).fetchall()
            known = {*words}
            for vocabulary, landed, word in found:
                if vocabulary not in known:
                    words.setdefault(vocabulary, {})[landed] = word
    return words


def seed_of(vocabulary: str) -> str:
    """The seed that a vocabulary's words stand in: the vendor's own, else that of all landing tables."""
    for file in _vendor_seeds():
        with file.open(encoding="utf-8", newline="") as lines:
            if any(line["vocabulary"] == vocabulary for line in csv.DictReader(lines)):
                return file.relative_to(SEEDS.parent).as_posix()
    return "seeds/words/word_map.csv"


def _vendor_seeds() -> list[Path]:
    return sorted(SEEDS.glob("vendors/*/*_words.csv"))


def landed_words(vocabulary: str, ours: tuple[str, ...]) -> list[str]:
    """The plain landed words that mean one of `ours`."""
    return [landed for landed, word in word_map()[vocabulary].items() if word in ours]


def our_words(vocabulary: str) -> list[str]:
    """What a landed word may mean."""
    return sorted(set(word_map()[vocabulary].values()))


def unknown_words(connection: duckdb.DuckDBPyConnection) -> list[UnknownWord]:
    """All landed words that the map does not know, the most frequent of each column first."""
    return [
        found
        for table in loaded_tables(connection)
        for column in table.columns
        if column.vocabulary
        for found in _unknown_in(connection, table, column)
    ]


def too_many(unknown: list[UnknownWord]) -> list[UnknownWord]:
    """Those of columns in which they are more than a run can do with."""
    rows: dict[str, int] = {}
    for found in unknown:
        rows[found.place] = rows.get(found.place, 0) + found.rows
    return [
        found
        for found in unknown
        if found.column.decides_kpis and rows[found.place] > UNKNOWN_SHARE_LIMIT * found.of_rows
    ]


def write_lines(unknown: list[UnknownWord], file: Path) -> None:
    """Write the lines that the word map lacks, to be filled in: our word is empty."""
    lines = dict.fromkeys((found.column.vocabulary, found.word) for found in unknown)
    file.parent.mkdir(parents=True, exist_ok=True)
    with file.open("w", encoding="utf-8", newline="") as target:
        writer = csv.writer(target, lineterminator="\n")
        writer.writerow(["vocabulary", "landed_word", "word", "source"])
        writer.writerows((vocabulary, word, "", "own") for vocabulary, word in lines)


def _unknown_in(connection: duckdb.DuckDBPyConnection, table: Table, column: Column) -> list[UnknownWord]:
    value = named(column.name)
    condition = f"nullif(trim({value}), '') IS NOT NULL"
    if only_of := _ONLY_OF.get(column.name):
        events = ", ".join(map(quoted, landed_words("event_type", (only_of,))))
        condition += f" AND {plain_sql('event_type')} IN ({events})"
    counted = connection.execute(
        f"SELECT {plain_sql(value)}, min(trim({value})), count(*) FROM {table.place} WHERE {condition}"
        " GROUP BY 1 ORDER BY 3 DESC, 1"
    ).fetchall()
    known, of_rows = word_map()[column.vocabulary], sum(rows for *_, rows in counted)
    return [
        UnknownWord(table.title, column, landed, rows, of_rows)
        for plain, landed, rows in counted
        if plain not in known
    ]
