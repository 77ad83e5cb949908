"""What stays of runs: their history in the warehouse, their logs, the files published before."""

import errno
import json
import os
import shutil
import subprocess
import sys
import time
from datetime import datetime, timedelta
from pathlib import Path

import duckdb
import pytest
from places import Place, load_and_bar_the_way, load_and_free_the_way, load_numbers
from typer.testing import CliRunner

from service_kpis import dbt, history, log
from service_kpis.cli import app
from service_kpis.dbt import BuildFailed, Failure
from service_kpis.lock import hold
from service_kpis.privacy import hash_key, note_erased
from service_kpis.publish import kept_files


@pytest.fixture(scope="module")
def story(tmp_path_factory, tiny_project):
    """A good run, three that fail each in its own way, one that cannot start, a good one again."""
    place = Place(tmp_path_factory.mktemp("history"), tiny_project)
    place.run("1,2,3")
    place.run("1,-1,13")
    place.run("-2")
    place.run("1,3", load_and_bar_the_way)
    place.run("nowhere", break_down)
    place.run("1,2,3,13", load_and_free_the_way)
    return place


def break_down(location, build, zones, report, before=None):
    raise duckdb.InvalidInputException(f"cannot read {location}")


def logs(place: Place) -> list[list[dict]]:
    """The events of all runs, the oldest run first, read without the code under test."""
    files = (place.work / "runs").iterdir()
    runs = [[json.loads(line) for line in file.read_text().splitlines()] for file in files]
    return sorted(runs, key=lambda events: events[0]["started_at"])


def test_every_run_has_its_row_whatever_came_of_it(story):
    runs = story.query("select outcome, rows, as_of from quality.runs order by started_at")
    as_of = datetime(2025, 12, 31, 23, 59, 59)
    assert runs == [
        ("published", 3, as_of),
        ("audit_failed", 3, as_of),
        ("build_failed", None, as_of),
        ("publish_failed", 2, as_of),
        ("could_not_start", None, None),
        ("published", 4, as_of),
    ]
    ordered = "select count(distinct run_id), bool_and(finished_at >= started_at) from quality.runs"
    assert story.query(ordered) == [(6, True)]


def test_every_step_of_every_run_has_its_row(story):
    steps = story.query("""
        select runs.outcome, step, steps.items, steps.rows, steps.outcome
        from quality.run_steps as steps
        join quality.runs as runs using (run_id)
        order by runs.started_at, step_number
    """)
    build, audit = ("build", 6), ("audit", 3)
    assert steps == [
        ("published", "load", 1, 3, "ok"),
        ("published", "parse", None, None, "ok"),
        ("published", *build, None, "ok"),
        ("published", *audit, None, "ok"),
        ("published", "publish", None, 5, "ok"),
        ("audit_failed", "load", 1, 3, "ok"),
        ("audit_failed", "parse", None, None, "ok"),
        ("audit_failed", *build, None, "ok"),
        ("audit_failed", *audit, None, "failed"),
        ("build_failed", "load", 1, 1, "ok"),
        ("build_failed", "parse", None, None, "ok"),
        ("build_failed", *build, None, "failed"),
        ("publish_failed", "load", 1, 2, "ok"),
        ("publish_failed", "parse", None, None, "ok"),
        ("publish_failed", *build, None, "ok"),
        ("publish_failed", *audit, None, "ok"),
        ("publish_failed", "publish", None, None, "failed"),
        ("could_not_start", "load", None, None, "failed"),
        ("published", "load", 1, 4, "ok"),
        ("published", "parse", None, None, "ok"),
        ("published", *build, None, "ok"),
        ("published", *audit, None, "ok"),
    ]
    assert story.query("select step, attempts from quality.run_steps where seconds < 0 or attempts <> 1") == [
        ("publish", 2)
    ]


def test_the_log_says_what_happened_line_by_line(story):
    first, audit, build, _, load, _ = logs(story)
    assert [event["event"] for event in first] == ["run_started", *["step_ended"] * 5, "run_ended"]
    assert {event["run_id"] for event in first} == set(
        story.query("select run_id from quality.runs order by started_at limit 1")[0]
    )
    assert first[0]["warehouse"] == str(story.warehouse) and first[0]["landing"] == "1,2,3"
    assert first[-1]["rows"] == 3 and first[-1]["outcome"] == "published"
    assert [run[-1]["exit_code"] for run in (first, audit, build, load)] == [0, 1, 1, 2]
    (failed,) = [event for event in audit if event["event"] == "node_failed"]
    assert failed["node"] == "no_number_is_minus_one" and failed["kind"] == "test"
    assert failed["file"] == "tests/sql/no_number_is_minus_one.sql"


def test_no_log_holds_a_value_of_the_data(story):
    text = "".join(file.read_text() for file in (story.work / "runs").iterdir())
    assert "someone@example.org" not in text and "minus two" not in text


KILLED = """
import sys, time
from pathlib import Path
from places import Place, load_and_bar_the_way, load_and_free_the_way, load_numbers

place = Place(*map(Path, sys.argv[1:]))

def load(location, build, zones, report, before=None):
    load_numbers(location, build, zones, report)
    build.with_name(build.name + ".load_x").mkdir()
    (place.folder / "loaded").touch()
    time.sleep(60)

place.run("1", load)
"""


def test_a_killed_run_is_remembered_and_the_next_one_heals(place):
    """Left behind: torn files of the build and of dbt, the load's scratch folder, half a published file."""
    place.run("1,2")
    before = place.digest()
    environment = {**os.environ, "PYTHONPATH": str(Path(__file__).parent)}
    command = [sys.executable, "-c", KILLED, str(place.folder), str(place.project)]
    with subprocess.Popen(command, env=environment) as process:
        deadline = time.monotonic() + 120
        while not (place.folder / "loaded").exists() and time.monotonic() < deadline:
            time.sleep(0.05)
        process.kill()
    assert place.digest() == before
    for file in (dbt.build_file(place.work), place.work / "target" / "partial_parse.msgpack"):
        assert file.exists()
        file.write_bytes(b"torn")
    (place.warehouse.parent / ".service_kpis.duckdb.x.tmp").write_text("half built")
    code, text = place.run("1,2,3")
    assert code == 0, text
    runs = place.query("select outcome, finished_at is null from quality.runs order by started_at")
    assert runs == [("published", False), ("killed", True), ("published", False)]
    left = [file.name for file in (*place.work.iterdir(), *place.warehouse.parent.iterdir())]
    assert not [name for name in left if "load_x" in name or name.endswith(".tmp")]


def test_a_run_that_filled_the_disk_makes_room_for_how_it_ended(place, monkeypatch):
    """It had been written down as killed, since its end could not be: the half build took all the room."""
    place.run("1,2")

    full = OSError(errno.ENOSPC, "No space left on device")
    filled = place.work / "filled"

    def fill(location, build, zones, report, before=None):
        load_numbers(location, build, zones, report)
        filled.touch()
        raise full

    def opened(file, *arguments, **options):
        if filled.exists() and dbt.build_file(place.work).exists():
            raise full
        return open(file, *arguments, **options)

    monkeypatch.setattr(log, "open", opened, raising=False)
    code, text = place.run("1,2,3", fill)
    assert code == 2 and "No space left on device" in text
    monkeypatch.undo()
    assert place.run("1,2,3")[0] == 0
    assert place.query("select outcome from quality.runs order by started_at") == [
        ("published",), ("could_not_start",), ("published",)
    ]  # fmt: skip


def test_a_log_line_that_was_cut_short_hides_nothing_else(place):
    place.run("-2")
    (file,) = (place.work / "runs").iterdir()
    with open(file, "a") as text:
        text.write('{"at": "2026-01-01T00:0')
    assert place.run("1")[0] == 0
    assert place.query("select outcome from quality.runs order by started_at") == [
        ("build_failed",),
        ("published",),
    ]


def test_a_log_that_cannot_be_written_stops_nothing(place):
    place.work.mkdir()
    (place.work / "runs").write_text("in the way")
    code, text = place.run("1")
    assert code == 0
    assert text.count("cannot be written") == 1


def test_passwords_in_urls_are_masked_in_log_and_text(place):
    location = "postgresql://reader:s3cret@db.example.org/kpi#landing"
    code, text = place.run(location, break_down)
    assert code == 2
    told = text + "".join(file.read_text() for file in (place.work / "runs").iterdir())
    assert "s3cret" not in told and told.count("postgresql://reader:***@db.example.org/kpi#landing") >= 2


def test_a_list_of_erased_that_was_lost_since_the_last_publication_stops_the_run(
    place, monkeypatch, tmp_path
):
    monkeypatch.setenv("SERVICE_KPIS_CONFIG", str(tmp_path / "config"))
    note_erased(hash_key(), ["a" * 32, "b" * 32])
    assert place.run("1")[0] == 0
    before = place.digest()
    (tmp_path / "config" / "erased.csv").unlink()
    code, text = place.run("1,2")
    assert code == 2 and place.digest() == before
    assert "lists 0 erased identifiers" in text and f"{place.warehouse} was published with 2" in text
    note_erased(hash_key(), ["a" * 32, "b" * 32])
    assert place.run("1,2")[0] == 0


def test_logs_are_kept_for_the_newest_runs_only(place, monkeypatch):
    monkeypatch.setattr(log, "KEPT_LOGS", 1)
    for landing in ("-2", "1", "2"):
        place.run(landing)
    assert len(logs(place)) == 1
    assert place.query("select count(*) from quality.runs") == [(3,)]


def test_the_last_published_files_are_kept_and_one_can_go_back(place):
    for landing in ("1", "1,2", "1,2,3"):
        place.run(landing, keep=1)
    (kept,) = kept_files(place.warehouse)
    rows = "select count(*) from core.fct_conversations"
    [(newest,)] = place.query("select max_by(run_id, started_at) from quality.runs")
    with duckdb.connect(kept, read_only=True) as connection:
        assert connection.execute(rows).fetchall() == [(2,)]

    restored = CliRunner().invoke(app, ["restore", kept.stem, "--warehouse", str(place.warehouse)])
    assert restored.exit_code == 0, restored.output
    assert place.query(rows) == [(2,)]
    assert [file.stem for file in kept_files(place.warehouse)] == [kept.stem, newest]

    assert place.run("1,2,3,4", keep=1)[0] == 0
    assert place.query("select rows from quality.runs order by started_at") == [(1,), (2,), (3,), (4,)]


def test_every_replaced_file_is_kept_though_the_clock_goes_back(place, monkeypatch):
    """Each run begins a day before the one before; the last two of three replaced files are kept."""
    days = iter(range(4))

    class Clock(datetime):
        @classmethod
        def now(cls, zone=None):
            return datetime.now(zone) - timedelta(days=day)

    monkeypatch.setattr("service_kpis.run.datetime", Clock)
    published = []
    for day in days:
        assert place.run(",".join(map(str, range(day + 1))), keep=2)[0] == 0
        [(newest,)] = place.query("select run_id from quality.runs order by started_at limit 1")
        published.append(newest)
    assert published == sorted(published, reverse=True)
    assert [file.stem for file in kept_files(place.warehouse)] == published[1:3]
    for file, rows in zip(kept_files(place.warehouse), (2, 3), strict=True):
        with duckdb.connect(file, read_only=True) as connection:
            assert connection.execute("select count(*) from core.fct_conversations").fetchall() == [(rows,)]
    assert history.published(place.warehouse).last_run.run_id == published[-1]


def test_a_damaged_warehouse_can_be_restored(place):
    place.run("1")
    place.run("1,2")
    place.warehouse.write_bytes(b"damaged")
    (kept,) = kept_files(place.warehouse)
    done = CliRunner().invoke(app, ["restore", kept.stem, "--warehouse", str(place.warehouse)])
    assert done.exit_code == 0
    assert place.query("select count(*) from core.fct_conversations") == [(1,)]


def test_what_cannot_be_restored_is_said_and_changes_nothing(place):
    place.run("1")
    place.run("1,2")
    before, (kept,) = place.digest(), kept_files(place.warehouse)
    restore = ["restore", "--warehouse", str(place.warehouse)]
    unknown = CliRunner().invoke(app, [*restore, "20200101T000000Z-aaaaaa"])
    assert unknown.exit_code == 2 and kept.stem in unknown.output
    with hold(place.warehouse.with_name(".service_kpis.duckdb.lock")):
        busy = CliRunner().invoke(app, [*restore, kept.stem])
    assert busy.exit_code == 75
    wal = place.warehouse.with_name("service_kpis.duckdb.wal")
    wal.write_bytes(b"unfinished")
    written = CliRunner().invoke(app, [*restore, kept.stem])
    assert written.exit_code == 2 and "writing in the warehouse" in written.output
    assert place.digest() == before


def test_somebody_elses_database_is_not_replaced(place):
    place.warehouse.parent.mkdir(parents=True)
    with duckdb.connect(place.warehouse) as connection:
        connection.execute("create table mine as select 1 as n")
    before = place.digest()
    code, text = place.run("1")
    assert code == 2 and "no warehouse of this project" in text
    assert place.digest() == before


@pytest.mark.parametrize("database_broke_down", [False, True])
def test_a_step_that_fails_for_the_disk_is_tried_once_more(place, monkeypatch, database_broke_down):
    """The landed Parquet file is away when the models are built, and back a moment later."""
    if database_broke_down:
        monkeypatch.setattr("service_kpis.dbt.Project._is_sound", lambda project: False)
    file, away = place.folder / "numbers.parquet", place.folder / "away.parquet"
    with duckdb.connect() as connection:
        connection.execute(f"copy (select 7::bigint as n) to '{file}'")

    def load(location, build, zones, report, before=None):
        summary = load_numbers("1", build, zones, report)
        with duckdb.connect(build) as connection:
            connection.execute("drop table raw.numbers")
            connection.execute(f"create view raw.numbers as from '{file}'")
        shutil.move(file, away)
        return summary

    monkeypatch.setattr("service_kpis.run.time.sleep", lambda seconds: shutil.move(away, file))
    code, text = place.run("1", load)
    assert code == 0, text
    assert "build failed, and is tried once more" in text
    assert place.query("select n from marts.of_the_fact") == [(7,)]
    assert place.query("select step, attempts from quality.run_steps where attempts > 1") == [("build", 2)]
    (events,) = logs(place)
    assert [event["step"] for event in events if event["event"] == "step_repeated"] == ["build"]


def test_only_what_all_failures_have_in_common_may_pass():
    """What dbt said when DuckDB 2.0.0 broke off in one of eight models, and never again."""
    first = "Runtime Error in model one\n  INTERNAL Error: global dictionary column 3 changed identity"
    others = 'Runtime Error\n  FATAL Error: Failed: database has been invalidated. Original error: "global'
    ours = "Runtime Error in model two\n  Binder Error: no such column"
    assert cause(first, others, others) == first
    assert cause(first, ours) is None
    assert cause() is None


def cause(*messages: str) -> str | None:
    failures = [Failure("one", "model", "one.sql", None, message) for message in messages]
    return BuildFailed("build_failed", "", failures).passing_cause


def test_a_disk_that_stays_broken_fails_the_run_after_the_second_attempt(place):
    calls = []

    def load(location, build, zones, report, before=None):
        calls.append(location)
        raise duckdb.IOException("disk is full")

    assert place.run("1", load)[0] == 2
    assert len(calls) == 2
