"""What must not change when the same things land otherwise: in pieces, twice, renamed, earlier, elsewhere."""

import csv
import gzip
import os
import shutil
import subprocess
import sys
from collections import Counter
from datetime import datetime, timedelta
from pathlib import Path

import pytest
from rebuilt import Build, connected
from runs import publish, rows, tables
from strange_scene import AS_OF
from strange_worlds import Rows, drawn, placed, together
from worlds import Row, Warehouse

pytestmark = pytest.mark.slow

CHECKOUT = Path(__file__).resolve().parents[2]
WORLD_COUNT = 120
ELSEWHERE = "America/New_York"
SHIFT = timedelta(weeks=5)


@pytest.fixture(scope="module")
def worlds() -> list[Rows]:
    return drawn(WORLD_COUNT)


@pytest.fixture(scope="module")
def folder(tmp_path_factory) -> Path:
    return tmp_path_factory.mktemp("metamorphic")


@pytest.fixture(scope="module")
def whole(worlds, folder) -> Build:
    """What the worlds give when they land in one file per table."""
    return Build(together(worlds).write(folder / "landing"), folder, variables={"as_of": str(AS_OF)})


@pytest.fixture(scope="module")
def expected(whole) -> dict[str, list[tuple]]:
    return tables(whole.build)


def build(whole: Build, landing: Path, folder: Path) -> Path:
    """What another landing gives."""
    file = whole.load(landing, folder)
    with connected(file) as connection:
        whole.run(connection)
        assert whole.failed(connection) == []
    return file


def test_pieces_of_files_read_in_another_time_zone_give_the_same_tables(
    folder, expected, tmp_path, monkeypatch
):
    monkeypatch.setenv("TZ", ELSEWHERE)
    pieces = tmp_path / "landing"
    for file in (folder / "landing").iterdir():
        header, *lines = file.read_text().splitlines(keepends=True)
        third = len(lines) // 3
        (pieces / file.stem).mkdir(parents=True)
        (pieces / f"{file.stem}_1.csv").write_text("".join([header, *lines[:third]]))
        (pieces / file.stem / "second.csv").write_text("".join([header, *lines[third : 2 * third]]))
        with gzip.open(pieces / file.stem / "third.csv.gz", "wt") as rest:
            rest.write("".join([header, *lines[2 * third :]]))
    assert tables(publish(pieces, tmp_path, "--as-of", AS_OF.isoformat())) == expected


def test_a_batch_that_lands_twice_is_superseded_and_changes_nothing(whole, expected, folder, tmp_path):
    landing = shutil.copytree(folder / "landing", tmp_path / "landing")
    repeated = Counter()
    for file in list(landing.iterdir()):
        header, *lines = file.read_text().splitlines(keepends=True)
        # Fewer than the share of rejected rows that stops a run: none of a short table.
        if len(lines) < 100:
            continue
        batch = lines[:: max(100, len(lines) // 20)]
        repeated[file.stem] = len(batch)
        file.with_name(f"{file.stem}_again.csv").write_text("".join([header, *batch]))
    twice = build(whole, landing, tmp_path)
    found = tables(twice)
    quality = {"quality.rejects", "quality.reconciliation"}
    assert {name for name in expected if found[name] != expected[name]} == quality
    rejects = rows(
        twice, "select table_name, rule, count(*) from quality.rejects where severity = 'row' group by all"
    )
    assert {(table, rule): count for table, rule, count in rejects} == {
        (table, "superseded"): count for table, count in repeated.items()
    }


def test_other_names_for_the_customers_change_no_number(worlds, whole, expected, tmp_path):
    renamed = together([{t: [renamed_row(row) for row in of] for t, of in world.items()} for world in worlds])
    found = tables(build(whole, renamed.write(tmp_path / "landing"), tmp_path))
    without_names = [
        name for name in expected if name.startswith("marts.") or name == "quality.reconciliation"
    ]
    assert len(without_names) > 30
    assert {name for name in without_names if found[name] != expected[name]} == set()
    assert found["core.dim_customers"] != expected["core.dim_customers"]


def renamed_row(row: Row) -> Row:
    """One name for another, in every spelling of it."""
    new = dict(row)
    if row.get("customer_id"):
        new["customer_id"] = "x" + row["customer_id"][::-1]
    if row.get("customer_email"):
        new["customer_email"] = row["customer_email"].replace("xample", "lsewhere").replace("0", "zero")
    if row.get("customer_phone"):
        new["customer_phone"] = row["customer_phone"].replace("49", "81", 1)
    return new


def test_five_weeks_earlier_the_same_happens_five_weeks_earlier(worlds, whole, tmp_path):
    """The same worlds twice, in two teams without hours of their own (those of UTC hold), now and earlier."""
    chosen = [world for world in worlds if is_over(world) and is_one_by_one(world)]
    assert len(chosen) > 10
    now = [in_team(world, "now", timedelta()) for world in chosen]
    earlier = [placed(in_team(world, "earlier", SHIFT), WORLD_COUNT) for world in chosen]
    landing = together(now + earlier).write(tmp_path / "landing")
    warehouse = Warehouse(build(whole, landing, tmp_path))
    now_found, earlier_found = (kpis_of(warehouse, team) for team in ("now", "earlier"))
    warehouse.close()
    # The first week of all is cut by the calendar's first day.
    first = min(start for _, _, start in earlier_found) + SHIFT
    whole = {
        key: row
        for key, row in now_found.items()
        if first < key[2] and key[2] + timedelta(weeks=1) <= AS_OF.date()
    }
    assert sum(row["value"] is not None for row in whole.values()) > 100
    assert sum(bool(row["weighed"]) for row in whole.values()) > 1_000
    different = {
        (kpi_id, grain, start): (row, earlier_found.get((kpi_id, grain, start - SHIFT)))
        for (kpi_id, grain, start), row in whole.items()
        if row != earlier_found.get((kpi_id, grain, start - SHIFT))
    }
    assert different == {}


def is_over(world: Rows) -> bool:
    """Long enough before the cut-off that nothing is pending."""
    instants = [v for of in world.values() for row in of for v in row.values() if isinstance(v, datetime)]
    return max(instants) < AS_OF - timedelta(days=14)


def is_one_by_one(world: Rows) -> bool:
    """Of contacts of one instant the key decides which was first, and a key is of a system."""
    starts = [row["created_at"] for row in world.get("tickets", [])]
    starts += [row["started_at"] for table in ("calls", "chats") for row in world.get(table, [])]
    return len(set(starts)) == len(starts)


def in_team(world: Rows, team: str, earlier: timedelta) -> Rows:
    def moved(row: Row) -> Row:
        new = {name: v - earlier if isinstance(v, datetime) else v for name, v in row.items()}
        return {**new, "team": team} if "team" in row else new

    return {table: [moved(row) for row in of] for table, of in world.items()}


def kpis_of(warehouse: Warehouse, team: str) -> dict[tuple, Row]:
    """Days and weeks of a team, without what depends on the date, as targets do.

    The sums also of what is too few to show.
    """
    found = warehouse.rows(
        "select kpi_id, grain, period_start, shown.numerator, shown.denominator, value, shown.n,"
        " shown.n_pending, shown.n_excluded, ci_low, ci_high, maturity_rate, no_value_reason,"
        " sums.numerator as summed, sums.denominator as weighed,"
        " sums.n_pending as summed_pending, sums.n_excluded as summed_excluded"
        " from kpis.int_kpi_sums as sums full join marts.kpi_values as shown"
        " using (kpi_id, grain, period_start, slice, team)"
        " where slice = 'team' and team = ? and grain in ('day', 'week')",
        team,
    )
    return {(row.pop("kpi_id"), row.pop("grain"), row.pop("period_start")): row for row in found}


def test_a_percentile_rests_on_the_values_that_it_is_one_of(whole):
    """Its n is how many are known: a row of an unknown duration says nothing of a median."""
    registry = csv.DictReader((CHECKOUT / "seeds" / "kpis" / "kpi_registry.csv").open(encoding="utf-8"))
    durations = {
        row["kpi_id"]: row["numerator"].rpartition("_")[0]
        for row in registry
        if row["statistic"] == "percentile"
    }
    with connected(whole.build) as connection:
        known = {
            name: count
            for name, count in connection.execute(
                "unpivot (select count(columns(* exclude (conversation_id, kpi_date)))"
                " from kpis.int_conversation_durations"
                " inner join core.dim_dates on date_day = kpi_date and is_reported) on *"
            ).fetchall()
        }
        told = dict(
            connection.execute(
                "select kpi_id, sum(n)::bigint from marts.kpi_values"
                " where grain = 'month' and slice = 'all' group by 1"
            ).fetchall()
        )
    expected = {kpi: known[name] for kpi, name in durations.items() if name in known}
    assert len(expected) > 20 and 0 < min(expected.values()) < max(expected.values())
    assert {kpi: told[kpi] for kpi in expected} == expected


def test_another_time_zone_of_the_session_gives_the_same_tables(whole, expected, tmp_path):
    """dbt alone on what was loaded, with a profile whose sessions live elsewhere."""
    build = shutil.copy(whole.build, tmp_path / "build.duckdb")
    profile = (CHECKOUT / "profiles" / "profiles.yml").read_text()
    assert "TimeZone: UTC" in profile
    (tmp_path / "profiles.yml").write_text(profile.replace("TimeZone: UTC", f"TimeZone: {ELSEWHERE}"))
    subprocess.run(
        [
            *(str(Path(sys.executable).with_name("dbt")), "build"),
            *("--exclude-resource-type", "test", "unit_test"),
            *("--project-dir", str(CHECKOUT), "--profiles-dir", str(tmp_path)),
            *("--target-path", str(tmp_path / "target"), "--log-path", str(tmp_path / "logs")),
            *("--vars", f"{{as_of: '{AS_OF}'}}"),
        ],
        check=True,
        capture_output=True,
        env={**os.environ, "SERVICE_KPIS_BUILD": str(build), "TZ": ELSEWHERE},
    )
    assert tables(build) == expected
