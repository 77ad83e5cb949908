"""One clean world, and how tools would have landed it: in their words, spellings, instants and files.

`tongues.csv` has the words: what the tools' documentation says and what people who speak the language
would write, not what the word map knows. A word of ours that a tongue lacks is landed as it is.
"""

import csv
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

import duckdb
import numpy as np
import pytest
from worlds import Row

from service_kpis.generate import dirt, generate
from service_kpis.load.contract import Column, Table, landing_tables

Landing = dict[str, list[Row]]

CONVERSATIONS = 1_000
WORDS = Path(__file__).with_suffix(".csv")
SPELLINGS: tuple[Callable[[str], str], ...] = (
    str,
    str.upper,
    str.lower,
    str.title,
    lambda word: f" {word} ",
    lambda word: word.replace("_", "-").replace(" ", "-"),
    lambda word: word.replace("_", " "),
)


def clean_world(folder: Path, seed: int) -> Landing:
    """The generator's world without its dirt, every value typed; instants are naive UTC."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(dirt._Soiling, "choose", lambda *_: np.empty(0, np.int64))
        generate(CONVERSATIONS, seed, folder)
    return {table.name: list(_typed(folder, table)) for table in landing_tables().values()}


def _typed(folder: Path, table: Table) -> Iterator[Row]:
    pieces = (table.name, f"{table.name}_000", f"{table.name}_late")
    files = sorted(file for file in folder.iterdir() if file.name.split(".")[0] in pieces)
    columns = ", ".join(f'CAST("{c.name}" AS {_type(c)}) AS "{c.name}"' for c in table.columns)
    config = {"autoinstall_known_extensions": "false", "TimeZone": "UTC"}
    with duckdb.connect(config=config) as connection:
        cursor = connection.execute(
            " UNION ALL ".join(f"SELECT {columns} FROM {_reader(file)}" for file in files)
        )
        names = [column[0] for column in cursor.description]
        for values in cursor.fetchall():
            yield {name: _naive(value) for name, value in zip(names, values, strict=True)}


def _reader(file: Path) -> str:
    if file.suffix == ".parquet":
        return f"read_parquet('{file}')"
    return f"read_csv('{file}', header = true, all_varchar = true)"


def _type(column: Column) -> str:
    return {"timestamp": "TIMESTAMPTZ", "date": "VARCHAR"}.get(column.type, column.type)


def _naive(value: object) -> object:
    return value.replace(tzinfo=None) if isinstance(value, datetime) else value


def speak(landing: Landing, tongues: Iterable[str]) -> None:
    """Put the words of the tongues in the place of ours, row by row in turn, and in many spellings."""
    words = _words(set(tongues))
    for table in landing_tables().values():
        changes_status = [row.get("event_type") == "status_change" for row in landing[table.name]]
        for column in table.columns:
            if not column.vocabulary:
                continue
            for number, row in enumerate(landing[table.name]):
                ours = row[column.name]
                # Of events, only a change of status speaks of statuses.
                if ours is None or (column.name in ("from_value", "to_value") and not changes_status[number]):
                    continue
                theirs = words.get((column.vocabulary, ours), [ours])
                spelling = SPELLINGS[number // len(theirs) % len(SPELLINGS)]
                row[column.name] = spelling(theirs[number % len(theirs)])


def _words(tongues: set[str]) -> dict[tuple[str, str], list[str]]:
    words: dict[tuple[str, str], list[str]] = {}
    with WORDS.open(encoding="utf-8", newline="") as file:
        for line in csv.DictReader(file):
            if line["tongue"] in tongues:
                theirs = words.setdefault((line["vocabulary"], line["word"]), [])
                theirs += line["landed_words"].split("|")
    return words


def _iso(instant: datetime) -> str:
    return f"{instant.isoformat()}Z"


@dataclass(frozen=True)
class Form:
    """How values and files are written; `separator` and `encoding` other than these are refused."""

    instant: Callable[[datetime], str] = _iso
    truth: tuple[str, str] = ("true", "false")
    header: Callable[[str], str] = str
    encoding: str = "utf-8"
    line_end: str = "\n"
    separator: str = ","

    def write(self, landing: Landing, folder: Path) -> Path:
        """Write one CSV file per table; returns the folder."""
        folder.mkdir(parents=True)
        for table, rows in landing.items():
            columns = list(dict.fromkeys(column for row in rows for column in row))
            with (folder / f"{table}.csv").open("w", newline="", encoding=self.encoding) as file:
                writer = csv.writer(file, delimiter=self.separator, lineterminator=self.line_end)
                writer.writerow(map(self.header, columns))
                writer.writerows([self._text(row.get(column)) for column in columns] for row in rows)
        return folder

    def _text(self, value: object) -> str:
        if isinstance(value, bool):
            return self.truth[0] if value else self.truth[1]
        if isinstance(value, datetime):
            return self.instant(value)
        return "" if value is None else str(value)
