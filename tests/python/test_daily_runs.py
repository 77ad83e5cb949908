"""A daily run builds only the periods that changed, and gives the tables that a full refresh gives."""

import os
import random
import shutil
import subprocess
import sys
from collections import Counter, defaultdict
from pathlib import Path

import duckdb
import pytest
from runs import publish, tables
from strange_worlds import Rows, drawn, together
from worlds import Row

from service_kpis import dbt, project

CHECKOUT = Path(__file__).resolve().parents[2]
WORLD_COUNT, DAYS = 60, 3
# Which share of a table's rows lands on any later day, is gone again, is corrected.
LATE, GONE, CORRECTED = 0.1, 0.01, 0.01
# Until a ticket or chat lands, its messages and events are refused; where more than 2 % of a table are, a run
# stops. So only those come late or go of which hardly anything else is known.
PARENTS = {"tickets": "ticket_id", "chats": "chat_id"}
CHILDREN = ("ticket_messages", "ticket_events", "chat_messages")
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
)


def landings(seed: int, folder: Path) -> list[Path]:
    """What lies in the landing on each of three days, by chance: worlds come on one of them or row by row, in
    any order; rows are corrected or gone again, a file is gone, two customers turn out to be one."""
    chance = random.Random(seed)
    worlds = drawn(WORLD_COUNT)
    children = Counter(_parent(row) for world in worlds for table in CHILDREN for row in world.get(table, []))

    def can_move(table: str, row: Row) -> bool:
        return table not in PARENTS or children[_parent(row)] < 2

    days: list[Rows] = [defaultdict(list) for _ in range(DAYS)]
    for world in worlds:
        begins = chance.choice([0, 0, 0, 1])
        for table, rows in world.items():
            for row in rows:
                is_late = chance.random() < LATE and can_move(table, row)
                days[chance.randint(begins, DAYS - 1) if is_late else begins][table].append(row)
    for day in range(1, DAYS):
        for table, correction in CORRECTIONS.items():
            corrected = _some(days[day - 1][table], CORRECTED, chance)
            days[day][table] += [{**row, **correction} for row in corrected]
    one, other = chance.sample([row for row in days[0]["calls"] if row.get("customer_email")], 2)
    both = {**one, "call_id": "both", "customer_phone": "+49 30 000000"}
    days[2]["calls"] += [both, {**both, "call_id": "same", "customer_email": other["customer_email"]}]
    landed = []
    for day in range(DAYS):
        landing = folder / f"landing_{day}"
        landing.mkdir(parents=True)
        for number, rows in enumerate(days[: day + 1]):
            for file in together([rows]).write(folder / f"day_{day}_{number}").iterdir():
                file.rename(landing / f"{file.stem}_{number}.csv")
            for table, landed_rows in rows.items():
                gone = _some([row for row in landed_rows if can_move(table, row)], GONE, chance)
                rows[table] = [row for row in landed_rows if row not in gone]
        landed.append(landing)
    (landed[2] / "surveys_1.csv").unlink()
    return landed


def _parent(row: Row) -> tuple[str, str]:
    """The ticket or chat that a row is of."""
    return row["source_system"], row.get("ticket_id") or row["chat_id"]


def _some(rows: list[Row], share: float, chance: random.Random) -> list[Row]:
    """So large a share of the rows, and at least one."""
    return chance.sample(rows, min(len(rows), max(1, int(len(rows) * share))))


@pytest.fixture(scope="module")
def folder(tmp_path_factory) -> Path:
    """A work folder after a run a day."""
    return tmp_path_factory.mktemp("daily")


@pytest.fixture(scope="module")
def days(folder) -> list[tuple[Path, Path, tuple[int, int]]]:
    """Of each day its landing, a copy of what was published, and what `periods` said."""
    return [
        (
            landing,
            Path(shutil.copy(publish(landing, folder), landing.with_suffix(".duckdb"))),
            periods(folder),
        )
        for landing in landings(1, folder)
    ]


@pytest.mark.slow
@pytest.mark.parametrize("day", range(1, DAYS))
def test_daily_runs_give_what_a_full_refresh_gives(days, tmp_path, day):
    landing, published, (changed, every) = days[day]
    assert 0 < changed < every
    expected = tables(publish(landing, tmp_path, "--full-refresh"))
    found = tables(published)
    assert {name for name in expected if found[name] != expected[name]} == set()


def periods(folder: Path) -> tuple[int, int]:
    """How many days, weeks and months the last run in a work folder built, and how many there are."""
    with duckdb.connect(dbt.build_file(folder / "work"), read_only=True) as build:
        (counts,) = build.execute("""
            select
                (select count(distinct (grain, period_start)) from kpis.int_periods_changed),
                (select count(distinct (grain, period_start)) from kpis.int_periods)
        """).fetchall()
    return counts


def run_dbt(build: Path, folder: Path, *options: str) -> None:
    """dbt alone on a build file."""
    command = [str(Path(sys.executable).with_name("dbt")), "run", *options]
    places = ["--profiles-dir", CHECKOUT / "profiles", "--target-path", folder / "target"]
    subprocess.run(
        [*command, "--project-dir", CHECKOUT, *places, "--log-path", folder / "logs"],
        check=True,
        capture_output=True,
        env={**os.environ, "SERVICE_KPIS_BUILD": str(build)},
    )


@pytest.mark.slow
def test_what_a_broken_off_run_left_half_built_is_built_again(folder, days, tmp_path):
    """A run that ends after the measures leaves values that are not theirs."""
    build = shutil.copy(dbt.build_file(folder / "work"), tmp_path / "build.duckdb")
    by_period = "int_period_versions+"
    with duckdb.connect(build) as connection:
        connection.execute("""
            delete from marts.kpi_resolution
            where kpi_date in (select distinct kpi_date from marts.kpi_resolution order by kpi_date limit 3)
        """)
        (before,) = connection.execute("select count(*) from marts.kpi_values").fetchone()
    run_dbt(build, tmp_path, "--select", "int_period_versions", "int_periods_changed", "kpi_measures")
    run_dbt(build, tmp_path, "--select", by_period)
    daily = tables(build)
    run_dbt(build, tmp_path, "--select", by_period, "--full-refresh")
    full = tables(build)
    assert {name for name in full if daily[name] != full[name]} == set()
    assert len(full["marts.kpi_values"]) != before


def test_the_build_file_is_kept_only_whole_and_by_the_same_project(tmp_path):
    build = dbt.build_file(tmp_path)

    def is_kept(version: str, full_refresh: bool = False) -> bool:
        build.write_text("built")
        dbt.begin_build(tmp_path, version, full_refresh)
        return build.exists()

    assert not is_kept("one")
    dbt.end_build(tmp_path, "one")
    assert is_kept("one")
    assert not is_kept("one"), "the run before did not end"
    dbt.end_build(tmp_path, "one")
    assert not is_kept("two")
    dbt.end_build(tmp_path, "two")
    assert not is_kept("two", full_refresh=True)


@pytest.mark.parametrize(
    "file", ["dbt_project.yml", "macros/one.sql", "models/a/b.sql", "seeds/kpi_targets.csv"]
)
def test_each_file_that_says_how_tables_are_built_makes_another_version(file, tmp_path):
    for name in FILES:
        (tmp_path / name).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / name).write_text("as it was")
    before = project.version(tmp_path)
    assert project.version(tmp_path) == before
    (tmp_path / file).write_text("as it is")
    assert project.version(tmp_path) != before
