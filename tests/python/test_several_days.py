"""Runs day by day in one work folder: what they keep, and that they give what a run from nothing gives."""

import random
from collections import Counter, defaultdict
from collections.abc import Iterator
from pathlib import Path

import duckdb
import pytest
from runs import publish, rows, tables
from strange_worlds import Rows, drawn, together
from worlds import Row

from service_kpis import dbt, project
from service_kpis.load import Loaded, Zones, load_landing

WORLD_COUNT = 60
DAYS = 3
# Which share of a table's rows lands later, is corrected, is gone.
LATE, CORRECTED, GONE = 0.3, 0.01, 0.01
# Until a ticket or chat lands, its messages and events are refused; where more than 2 % of a table are, a run
# stops. So only those come late or go of which nothing else is known.
PARENTS = ("tickets", "chats")
# What a correction says of a row that landed before.
CORRECTIONS = {
    "tickets": {"topic": "parcel_lost"},
    "chats": {"topic": "parcel_lost"},
    "calls": {"topic": "parcel_lost"},
    "surveys": {"score": 1},
    "ticket_messages": {"is_automated": True},
    "chat_messages": {"is_automated": True},
}
FILES = (
    "dbt_project.yml",
    "profiles/profiles.yml",
    "macros/one.sql",
    "models/a/b.sql",
    "seeds/kpi_targets.csv",
    "tests/sql/one.sql",
    "expectations/edges.yml",
)


class Story:
    """What lands on which day, by chance: rows come on any day in any order, and are corrected; at last rows
    and a file are gone."""

    def __init__(self, seed: int):
        self.chance = random.Random(seed)
        self.days: list[Rows] = [defaultdict(list) for _ in range(DAYS)]
        landed = [(table, row) for world in drawn(WORLD_COUNT) for table in world for row in world[table]]
        self.children = Counter(_parent(row) for table, row in landed if table not in PARENTS)
        self.chance.shuffle(landed)
        for table, row in landed:
            is_late = self.chance.random() < LATE and self._can_move(table, row)
            self.days[self.chance.randrange(1, DAYS) if is_late else 0][table].append(row)
        for day in range(1, DAYS):
            for table, correction in CORRECTIONS.items():
                corrected = self._some(self.days[day - 1][table], CORRECTED)
                # Two of the few surveys would be more than 2 %.
                if table != "surveys" or day == 1:
                    self.days[day][table] += [{**row, **correction} for row in corrected]

    def land(self, landing: Path) -> Iterator[None]:
        """Let the landing become what it is on each day."""
        landing.mkdir()
        for day in range(DAYS):
            self._write(day, landing)
            yield
        for day, rows_of_day in enumerate(self.days):
            for table, landed in rows_of_day.items():
                gone = self._some([row for row in landed if self._can_move(table, row)], GONE)
                rows_of_day[table] = [row for row in landed if row not in gone]
            self._write(day, landing)
        (landing / "surveys_1.csv").unlink()
        yield

    def _can_move(self, table: str, row: Row) -> bool:
        return table not in PARENTS or not self.children[_parent(row)]

    def _some(self, rows: list[Row], share: float) -> list[Row]:
        """So large a share of the rows, and at least one where there are any."""
        return self.chance.sample(rows, min(len(rows), max(1, int(len(rows) * share))))

    def _write(self, day: int, landing: Path) -> None:
        rows = {table: rows for table, rows in self.days[day].items() if rows}
        for table in self.days[day].keys() - rows.keys():
            (landing / f"{table}_{day}.csv").unlink(missing_ok=True)
        for file in together([rows]).write(landing / "_day").iterdir():
            file.rename(landing / f"{file.stem}_{day}.csv")
        (landing / "_day").rmdir()


def _parent(row: Row) -> tuple[str, str]:
    """The ticket or chat that a row is of."""
    return row["source_system"], row.get("ticket_id") or row.get("chat_id") or ""


def test_loads_day_by_day_give_what_one_load_gives(tmp_path):
    loaded: Loaded | None = None
    for day, _ in enumerate(Story(1).land(tmp_path / "landing")):
        loaded = load(tmp_path / "landing", tmp_path / "build.duckdb", loaded)
        load(tmp_path / "landing", tmp_path / f"whole_{day}.duckdb")
        assert raw(tmp_path / "build.duckdb") == raw(tmp_path / f"whole_{day}.duckdb")


def load(landing: Path, build: Path, before: Loaded | None = None) -> Loaded:
    return load_landing(str(landing), build, Zones(), before=before).loaded


def raw(build: Path) -> dict[str, list[tuple]]:
    """All that was loaded."""
    with duckdb.connect(build, read_only=True) as connection:
        names = connection.execute("select table_name from information_schema.tables").fetchall()
        return {name: connection.execute(f"from raw.{name} order by all").fetchall() for (name,) in names}


@pytest.fixture(scope="module")
def folder(tmp_path_factory) -> Path:
    """A work folder after a run on the first day and one on the last on which the landing has only grown."""
    folder = tmp_path_factory.mktemp("days")
    for day, _ in enumerate(Story(1).land(folder / "landing")):
        if day in (0, DAYS - 1):
            publish(folder / "landing", folder)
        if day == DAYS - 1:
            break
    return folder


@pytest.mark.slow
def test_runs_day_by_day_give_what_a_run_from_nothing_gives(folder, tmp_path):
    found = tables(folder / "warehouse.duckdb")
    expected = tables(publish(folder / "landing", tmp_path))
    assert {name for name in expected if found[name] != expected[name]} == set()


@pytest.mark.slow
def test_a_run_on_which_nothing_has_landed_publishes_the_same_in_its_own_name(folder):
    log = dbt.log_file(folder / "work")
    before, logged = tables(folder / "warehouse.duckdb"), log.stat().st_size
    warehouse = publish(folder / "landing", folder)
    assert log.stat().st_size == logged
    assert tables(warehouse) == before
    (last,) = rows(warehouse, "select max_by(run_id, started_at) from quality.runs")
    for table in ("reconciliation", "rejects", "landed_files"):
        assert rows(warehouse, f"select distinct run_id from quality.{table}") == [last]


def test_the_build_file_is_kept_only_whole_and_by_the_same_project(tmp_path):
    build = dbt.build_file(tmp_path)

    def is_kept(version: str, from_nothing: bool = False) -> bool:
        note = dbt.begin_build(tmp_path, version, from_nothing)
        assert (note is not None) == build.exists()
        return build.exists()

    def end(version: str) -> None:
        build.write_text("built")
        dbt.end_build(tmp_path, version, {})

    assert not is_kept("one")
    end("one")
    assert is_kept("one")
    assert not is_kept("one"), "the run before did not end"
    end("one")
    assert not is_kept("two")
    end("two")
    assert not is_kept("two", from_nothing=True)
    end("two")
    build.write_text("built by hand")
    assert not is_kept("two"), "somebody has written in it"


@pytest.mark.parametrize("file", FILES)
def test_each_file_that_says_how_tables_are_built_makes_another_version(file, tmp_path):
    for name in FILES:
        (tmp_path / name).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / name).write_text("as it was")
    before = project.version(tmp_path)
    assert project.version(tmp_path) == before
    (tmp_path / file).write_text("as it is")
    assert project.version(tmp_path) != before
