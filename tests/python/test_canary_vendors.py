"""The canaries in each column of each vendor's tables: none is in the build that is loaded."""

import csv
from collections.abc import Iterator

import pytest
from canary import DIGITS, LETTERS, birds, spellings, texts
from spellings import ADDRESSES, NUMBERS

from service_kpis.load import load_landing, parse_zones
from service_kpis.load.contract import Column, Table, vendor_tables, vendors
from service_kpis.load.sources import Tool

pytestmark = pytest.mark.slow

SOUND = {"timestamp": "2025-06-03T10:00:00Z", "date": "2025-06-01", "boolean": "true"}
NOBODYS = ("body", "name", "email_of_a_stranger")
"""Columns of which nothing is read."""


def place(column: Column) -> str | None:
    """The column of a flat file where a value may stand, if it may."""
    return next((each for each in column.places if "." not in each and not each.startswith("^")), None)


def flat(table: Table) -> list[Column]:
    """The columns that a flat file can have."""
    return [column for column in table.columns if place(column)]


def promised(table: Table, column: Column) -> list[str]:
    """What is hidden wherever the column's place is read: a requester is told apart by the same number."""
    readers = [set(spellings(other)) for other in flat(table) if place(other) == place(column)]
    return [text for text in spellings(column) if all(text in reader for reader in readers)]


def planted(table: Table) -> Iterator[dict[str, str]]:
    """A sound row, and one with each spelling in each column, beside the word for which it is kept."""
    sound = {place(column): SOUND.get(column.type, "7") for column in flat(table)}
    yield sound
    for at, column in enumerate(flat(table)):
        words = {name: told[0] for name, told in column.only_where}
        beside = {place(other): words[other.name] for other in flat(table) if other.name in words}
        key = place(flat(table)[0])
        for number, text in enumerate(promised(table, column)):
            yield {**sound, key: f"{at}-{number}", **beside, place(column): text}
    for text in (*ADDRESSES, *NUMBERS):
        yield {**sound, **dict.fromkeys(NOBODYS, text)}


@pytest.mark.parametrize("vendor", vendors())
def test_nobody_planted_in_a_vendors_tables_is_in_the_build(vendor, tmp_path):
    folder, build = tmp_path / "landed", tmp_path / "build.duckdb"
    folder.mkdir()
    tables = [table for table in vendor_tables(vendor).values() if flat(table)]
    for table in tables:
        names = [*dict.fromkeys([*map(place, flat(table)), *NOBODYS])]
        with (folder / f"{table.name}.csv").open("w", newline="", encoding="utf-8") as file:
            writer = csv.DictWriter(file, names, restval="")
            writer.writeheader()
            writer.writerows(planted(table))
    there = "".join(file.read_text(encoding="utf-8") for file in folder.iterdir())
    assert birds(there) == {*LETTERS, *DIGITS}
    load_landing(None, build, parse_zones([]), tools=(Tool(vendor, vendor, str(folder)),))
    found = {(where, bird) for where, text in texts(build) for bird in birds(text)}
    assert found == set()


def test_the_tables_that_are_planted_hold_most_columns():
    """All but those that stand inside of JSON alone."""
    for vendor in vendors():
        columns = [c for table in vendor_tables(vendor).values() for c in table.columns if c.places]
        assert len([c for t in vendor_tables(vendor).values() for c in flat(t)]) > 0.9 * len(columns)
