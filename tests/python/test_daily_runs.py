"""A daily run builds what changed, and gives the tables that a full refresh gives."""

import os
import random
import re
import shutil
import subprocess
import sys
from collections import Counter, defaultdict
from collections.abc import Iterator
from datetime import datetime
from pathlib import Path

import duckdb
import pytest
from rebuilt import compiled
from runs import publish, rows, tables
from strange_scene import AS_OF
from strange_worlds import Rows, drawn, together
from worlds import Row, hours

from service_kpis import dbt, project

CHECKOUT = Path(__file__).resolve().parents[2]
WORLD_COUNT = 60
# What happened until then lands on the first day, and on the second; all that is left on the third. On these
# the landing only grows; on the fourth, rows and a file of it are gone.
DAY_ENDS = (AS_OF - hours(72), AS_OF - hours(24))
GROWING_DAYS = len(DAY_ENDS) + 1
# Which share of a table's rows lands later, is corrected, is gone.
LATE, CORRECTED, GONE = 0.1, 0.01, 0.01
# Until a ticket or chat lands, its messages and events are refused; where more than 2 % of a table are, a run
# stops. So only those come late or go of which hardly anything else is known.
PARENTS = {"tickets": "created_at", "chats": "started_at"}
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
# Columns that name a contact, and of which kind it is.
CONTACTS = {
    "ticket_id": "ticket",
    "merged_into_ticket_id": "ticket",
    "follow_up_of_ticket_id": "ticket",
    "chat_id": "chat",
    "call_id": "call",
    "root_call_id": "call",
}
FILES = (
    "dbt_project.yml",
    "profiles/profiles.yml",
    "macros/one.sql",
    "models/a/b.sql",
    "seeds/targets/kpi_targets.csv",
)


class Numbers:
    """Numbers for names: tickets, chats and calls of a system are each counted from 1, as many tools do."""

    def __init__(self) -> None:
        self.known: defaultdict[tuple[str, str], dict[str, str]] = defaultdict(dict)

    def of(self, row: Row) -> Row:
        """The row with its contacts so named."""
        named = {
            column: self._number(row["source_system"], kind, row[column])
            for column, kind in CONTACTS.items()
            if row.get(column)
        }
        if row.get("conversation_id"):
            named["conversation_id"] = self._number(
                row["conversation_source_system"], row["conversation_type"], row["conversation_id"]
            )
        return {**row, **named}

    def _number(self, system: str, kind: str, name: str) -> str:
        known = self.known[system, kind]
        return known.setdefault(name, str(len(known) + 1))


class Story:
    """What lands on which day, by chance: rows come when they happened or later, in any order, and are
    corrected; two customers turn out to be one; at last rows and a file are gone."""

    def __init__(self, seed: int):
        self.chance = random.Random(seed)
        self.days: list[Rows] = [defaultdict(list) for _ in range(GROWING_DAYS)]
        numbers = Numbers()
        rows = [
            (table, numbers.of(row))
            for world in drawn(WORLD_COUNT)
            for table in world
            for row in world[table]
        ]
        self.children = Counter(_parent(row) for table, row in rows if table in CHILDREN)
        # Where a table of a system is new, everything is built: each has a row from the first day on.
        first = {(table, row["source_system"]): row for table, row in reversed(rows)}
        at_once = {_parent(row) for (table, _), row in first.items() if table in (*PARENTS, *CHILDREN)}
        parent_days: dict[tuple[str, str], int] = {}
        for table, row in sorted(rows, key=lambda found: found[0] not in PARENTS):
            day = 0 if first[table, row["source_system"]] is row else self._day(table, row)
            if table in PARENTS:
                day = parent_days[_parent(row)] = 0 if _parent(row) in at_once else day
            elif table in CHILDREN and self.children[_parent(row)] > 1:
                day = max(day, parent_days.get(_parent(row), 0))
            self.days[day][table].append(row)
        for table, correction in CORRECTIONS.items():
            # Rows of contacts are corrected twice: of a key that had copies there is then a new one.
            is_survey = table == "surveys"
            days = [self.chance.randint(1, GROWING_DAYS - 1)] if is_survey else range(1, GROWING_DAYS)
            corrected = self._some(self.days[days[0] - 1][table], CORRECTED)
            for day in days:
                self.days[day][table] += [{**row, **correction} for row in corrected]
        known = [row for row in self.days[0]["calls"] if row.get("customer_email")]
        one, other = self.chance.sample(known, 2)
        both = {**one, "call_id": "both", "customer_phone": "+49 30 000000"}
        self.days[2]["calls"] += [
            both,
            {**both, "call_id": "same", "customer_email": other["customer_email"]},
        ]

    def land(self, landing: Path) -> Iterator[bool]:
        """Let the landing become what it is on each day; yields whether it has only grown."""
        landing.mkdir()
        for day in range(GROWING_DAYS):
            self._write(day, landing)
            yield day > 0
        for day, rows_of_day in enumerate(self.days):
            for table, landed in rows_of_day.items():
                gone = self._some([row for row in landed if self._can_move(table, row)], GONE)
                rows_of_day[table] = [row for row in landed if row not in gone]
            self._write(day, landing)
        (landing / "surveys_1.csv").unlink()
        yield False

    def _day(self, table: str, row: Row) -> int:
        """The day on which a row lands: that on which it had happened, or a later one."""
        last = row[PARENTS[table]] if table in PARENTS else max(filter(_is_instant, row.values()))
        day = sum(last > end for end in DAY_ENDS)
        is_late = self.chance.random() < LATE and self._can_move(table, row)
        return self.chance.randint(day, GROWING_DAYS - 1) if is_late else day

    def _can_move(self, table: str, row: Row) -> bool:
        return table not in PARENTS or self.children[_parent(row)] < 2

    def _some(self, rows: list[Row], share: float) -> list[Row]:
        """So large a share of the rows, and at least one."""
        return self.chance.sample(rows, min(len(rows), max(1, int(len(rows) * share))))

    def _write(self, day: int, landing: Path) -> None:
        for file in together([self.days[day]]).write(landing / "_day").iterdir():
            file.rename(landing / f"{file.stem}_{day}.csv")
        (landing / "_day").rmdir()


def _parent(row: Row) -> tuple[str, str]:
    """The ticket or chat that a row is of."""
    return row["source_system"], row.get("ticket_id") or row.get("chat_id") or ""


def _is_instant(value: object) -> bool:
    return isinstance(value, datetime)


@pytest.fixture(scope="module")
def folder(tmp_path_factory) -> Path:
    """A work folder after a run a day."""
    return tmp_path_factory.mktemp("daily")


@pytest.fixture(scope="module")
def days(folder) -> list[Path]:
    """Of each day a folder with a copy of its landing, and of what was published."""
    kept = []
    for day, has_grown in enumerate(Story(1).land(folder / "landing")):
        warehouse = publish(folder / "landing", folder)
        changed, every = periods(folder)
        assert (0 < changed < every) or day == 0
        assert grown(folder) == has_grown
        kept.append(folder / f"day_{day}")
        shutil.copytree(folder / "landing", kept[-1] / "landing")
        shutil.copy(warehouse, kept[-1])
    return kept


@pytest.mark.slow
@pytest.mark.parametrize("day", [GROWING_DAYS - 1, GROWING_DAYS])
def test_daily_runs_give_what_a_full_refresh_gives(days, tmp_path, day):
    expected = tables(publish(days[day] / "landing", tmp_path, "--full-refresh"))
    found = tables(days[day] / "warehouse.duckdb")
    assert {name for name in expected if found[name] != expected[name]} == set()


@pytest.mark.slow
def test_a_period_is_another_where_two_families_of_one_shape_exchange_their_cells(folder, days, tmp_path):
    models, _ = compiled(folder / "work" / "target" / "manifest.json")
    (versions,) = [model.sql for model in models if model.relation == '"kpis"."int_period_versions"']
    build = shutil.copy(dbt.build_file(folder / "work"), tmp_path / "build.duckdb")
    day = "(select max(date_day) from kpis.int_periods)"

    def versions_with(**cells: str) -> list[tuple]:
        with duckdb.connect(build) as connection:
            connection.execute("begin")
            for family, measures in cells.items():
                dimensions = f"{day}, 'a', 'b', 'c', 'd'"
                connection.execute(f"insert into marts.{family} values ({dimensions}, {measures})")
            found = sorted(connection.execute(versions).fetchall())
            connection.execute("rollback")
        return found

    one, other = "1, 0, 0, 0", "1, 1, 0, 0"
    before = versions_with(kpi_due_tickets=one, kpi_routing=other)
    assert before == versions_with(kpi_due_tickets=one, kpi_routing=other)
    after = versions_with(kpi_due_tickets=other, kpi_routing=one)
    assert sorted(grain for grain, *_ in set(after) - set(before)) == ["day", "month", "week"]


@pytest.mark.slow
def test_a_run_on_which_nothing_has_landed_builds_the_quality_tables_alone(folder, days):
    log = dbt.log_file(folder / "work")
    before, logged = tables(days[-1] / "warehouse.duckdb"), log.stat().st_size
    warehouse = publish(folder / "landing", folder)
    built = re.findall(r"OK created sql \w+ model (\S+)", log.read_text()[logged:])
    assert {name.partition(".")[0] for name in built} == {"staging", "quality"}
    assert tables(warehouse) == before
    (last,) = rows(warehouse, "select max_by(run_id, started_at) from quality.runs")
    for table in ("reconciliation", "rejects", "landed_files"):
        assert rows(warehouse, f"select distinct run_id from quality.{table}") == [last]


def grown(folder: Path) -> bool:
    """Whether the last run in a work folder found that the landing had only grown."""
    with duckdb.connect(dbt.build_file(folder / "work"), read_only=True) as build:
        return build.execute("select count(*) > 0 from raw.growth").fetchone()[0]


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
        note = dbt.begin_build(tmp_path, version, full_refresh)
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
    assert not is_kept("two", full_refresh=True)
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
