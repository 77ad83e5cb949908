"""The runner, on a tiny dbt project: exit codes, what stays after failures, what is published."""

import io
import json
import shutil
import subprocess
import sys
import textwrap
from dataclasses import replace
from datetime import datetime
from pathlib import Path

import duckdb
import pytest
from places import Place, load_and_bar_the_way, load_and_free_the_way, load_numbers
from rich.console import Console
from typer.testing import CliRunner

from service_kpis import dbt, history
from service_kpis.cli import app
from service_kpis.engine import connect
from service_kpis.errors import CannotStart
from service_kpis.load import Loaded, Zones, load_landing
from service_kpis.load.loaded import _stamp
from service_kpis.lock import AnotherRun, hold
from service_kpis.publish import publish, unfinished_file
from service_kpis.run import parse_as_of
from service_kpis.summary import print_summary, shown


@pytest.fixture(scope="module")
def story(tmp_path_factory, tiny_project):
    """A good run, three that fail each in its own way, a good one again: exit code, text, digest."""
    place = Place(tmp_path_factory.mktemp("story"), tiny_project)
    landings = {
        "first": ("1,2,3", load_numbers),
        "audit": ("1,1,-1,13", load_numbers),
        "build": ("-2", load_numbers),
        "publish": ("1", load_and_bar_the_way),
        "last": ("1,2,3,13", load_and_free_the_way),
    }
    told = {name: (*place.run(*landing), place.digest()) for name, landing in landings.items()}
    return place, told


def test_exit_codes_tell_what_failed(story):
    _, told = story
    assert {name: code for name, (code, _, _) in told.items()} == {
        "first": 0, "audit": 1, "build": 1, "publish": 3, "last": 0,
    }  # fmt: skip


def test_a_failed_run_leaves_the_old_warehouse_byte_for_byte(story):
    _, told = story
    digests = {name: digest for name, (_, _, digest) in told.items()}
    assert digests["first"] == digests["audit"] == digests["build"] == digests["publish"] != digests["last"]


def test_a_failing_test_is_printed_with_its_rows_and_without_personal_values(story):
    _, told = story
    text = told["audit"][1]
    assert "Failed: test no_number_is_minus_one (tests/sql/no_number_is_minus_one.sql)" in text
    assert "Got 1 result" in text
    assert "n=-1, customer_email=***" in text
    assert "someone@example.org" not in text
    assert "few_numbers_are_odd" not in text.split("Failed:")[0]


def test_a_failing_test_names_its_column_and_the_file_with_all_its_rows(place):
    _, text = place.run("1,1," + ",".join(["-1"] * 7))
    title = "test unique_fct_conversations_conversation_id (models/core/core.yml, column conversation_id)"
    assert f"Failed: {title}" in text
    assert "Mend the landed rows" in text and f"{place.warehouse} is as it was" in text
    (line,) = [line for line in text.splitlines() if "All rows" in line and "minus_one" in line]
    file = Path(line.partition(": ")[2])
    assert file.read_text() == "n,customer_email\n" + "-1,***\n" * 7
    assert place.run("1")[0] == 0
    assert not file.exists()


def test_a_failing_model_is_printed_with_its_message_and_the_log(story):
    place, told = story
    text = told["build"][1]
    assert "Failed: model fct_conversations (models/core/fct_conversations.sql)" in text
    assert "minus two" in text  # DuckDB's own message names the value
    assert "1 failed, 2 skipped" in text
    log = place.work / "logs" / "dbt.log"
    assert str(log) in text and log.exists()


def test_a_failed_publish_says_so_and_leaves_no_file_behind(story):
    place, told = story
    assert "Not published" in told["publish"][1] and "service_kpis.duckdb.previous" in told["publish"][1]
    assert place.files() == {
        "service_kpis.duckdb", ".service_kpis.duckdb.lock", "service_kpis.duckdb.previous"
    }  # fmt: skip


def test_a_warning_is_printed_and_stops_nothing(story):
    _, told = story
    assert "Warning: few_numbers_are_odd" in told["last"][1]


def test_each_step_is_printed_with_its_time(story):
    _, told = story
    lines = [line.split() for line in told["first"][1].splitlines()[:5]]
    assert [line[0] for line in lines] == ["load", "parse", "build", "audit", "publish"]
    assert all(float(line[1]) >= 0 and line[2:] == ["s"] for line in lines)
    assert told["build"][1].splitlines()[2].split()[::3] == ["build", "failed"]


def test_only_published_schemas_are_published(story):
    place, _ = story
    found = place.query(
        "select table_schema || '.' || table_name from information_schema.tables order by all"
    )
    assert [name for (name,) in found] == [
        "core.fct_conversations", "marts.after_the_fact", "marts.of_the_fact", "marts.said",
        "quality.run_steps", "quality.runs",
    ]  # fmt: skip


def test_a_view_is_published_and_can_be_read_under_any_name(story):
    place, _ = story
    assert place.query("select n from marts.of_the_fact order by n") == [(1,), (2,), (3,), (13,)]
    with duckdb.connect() as connection:
        connection.execute(f"attach '{place.warehouse}' as another (read_only)")
        assert connection.execute("select count(*) from another.marts.of_the_fact").fetchall() == [(4,)]


def test_a_view_of_what_is_not_published_is_not_published(place, tmp_path):
    project = shutil.copytree(place.project, tmp_path / "project")
    (project / "models/marts/looks_behind.sql").write_text(
        "{{ config(materialized='view') }} select word from {{ ref('words') }}"
    )
    code, text = place.run("1", project=project)
    assert code == 3
    assert "Not published" in text and "private" in text
    assert place.files() == {".service_kpis.duckdb.lock"}


def test_what_is_not_published_is_kept_where_somebody_wants_to_look_at_it(place, tmp_path, monkeypatch):
    private = tmp_path / "private.duckdb"
    monkeypatch.setenv("SERVICE_KPIS_PRIVATE", str(private))
    for _ in range(2):
        assert place.run("1")[0] == 0
        with duckdb.connect(private, read_only=True) as connection:
            assert connection.execute("select word from seeds.words").fetchall() == [("hello",)]


def test_what_is_described_has_a_comment(story):
    place, _ = story
    assert place.query(
        "select comment from duckdb_tables() where table_name = 'fct_conversations'"
        " union all select comment from duckdb_columns() where comment is not null and not internal"
        " order by 1"
    ) == [("It's an id.",), ("One row per number.",)]


def test_a_run_names_itself_to_dbt_and_in_the_history_alike(story):
    place, _ = story
    [(run_id, started_at, versions)] = place.query(
        "select run_id, started_at, versions from quality.runs order by started_at desc limit 1"
    )
    assert place.query("select run_id, run_started_at, as_of from marts.said") == [
        (run_id, started_at, "None")
    ]
    assert json.loads(versions)["duckdb"] == duckdb.__version__


def load_as_if_nothing_had_landed(*job):
    """It does load the numbers, so that what was built of them can be told from what was not."""
    return replace(load_numbers(*job), loaded=Loaded({"numbers.csv": "as it was"}, [], [], ""))


def test_where_nothing_has_landed_nothing_is_built_unless_an_instant_has_come(place):
    def published(landing: str, **options) -> tuple[bool, list[int]]:
        code, text = place.run(landing, load_as_if_nothing_had_landed, **options)
        assert code == 0, text
        numbers = place.query("select conversation_id from core.fct_conversations order by 1")
        return "Nothing has landed" in text, [n for (n,) in numbers]

    def say_of_the_run_before(**facts: str) -> None:
        (file,) = place.work.glob("*.whole")
        note = json.loads(file.read_text())
        file.write_text(json.dumps({**note, "facts": {**note["facts"], **facts}}))

    assert published("1,2") == (False, [1, 2])
    assert published("2") == (True, [1, 2])
    say_of_the_run_before(ahead_at="2999-01-01 00:00:00")
    assert published("2") == (True, [1, 2])
    say_of_the_run_before(ahead_at="2026-01-01 00:00:00")
    assert published("3") == (False, [3]), "what lay ahead has come"
    say_of_the_run_before(as_of="2999-01-01 00:00:00")
    assert published("3,1") == (False, [1, 3]), "the clock went back"
    assert published("3") == (True, [1, 3])
    assert published("3", from_nothing=True) == (False, [3])
    assert published("1", as_of="2025-12-04 00:00:00") == (False, [1])
    assert published("2") == (False, [2]), "the cut-off was asked for"
    assert place.query("select count(*) from quality.runs where outcome = 'published'") == [(9,)]


def test_what_is_as_before_is_copied_with_the_file_unless_somebody_wrote_in_it(place, monkeypatch):
    copied = []

    def copyfile(source, target):
        copied.append(source)
        target.write_bytes(source.read_bytes())

    def published() -> tuple[int, int, list[tuple]]:
        """How many files were copied, how many rows the run says, and which conversations are there."""
        code, text = place.run("1,2", load_as_if_nothing_had_landed)
        assert code == 0, text
        events = map(json.loads, max((place.work / "runs").glob("*.jsonl")).read_text().splitlines())
        (rows,) = [event["rows"] for event in events if event.get("step") == "publish"]
        return len(copied), rows, place.query("select conversation_id from core.fct_conversations order by 1")

    monkeypatch.setattr("service_kpis.publish.shutil.copyfile", copyfile)
    assert published() == (0, 4, [(1,), (2,)])
    assert published() == (1, 4, [(1,), (2,)])
    with duckdb.connect(place.warehouse) as connection:
        connection.execute("insert into core.fct_conversations values (3, 1)")
    assert published() == (1, 4, [(1,), (2,)])
    assert published() == (2, 4, [(1,), (2,)])
    assert place.query("select count(*) from quality.runs") == [(4,)]
    # A run by a version that did not note what it published, and the file is gone.
    (note,) = place.work.glob("*.whole")
    note.write_text(json.dumps({**json.loads(note.read_text()), "published": None}))
    place.warehouse.unlink()
    assert published() == (2, 4, [(1,), (2,)])


def test_dbt_writes_into_the_work_folder_only(story, tiny_project):
    place, _ = story
    assert (place.work / "target" / "partial_parse.msgpack").exists()
    assert not (tiny_project / "target").exists() and not (tiny_project / "logs").exists()


def test_older_duckdb_can_open_the_published_file(story):
    place, _ = story
    # Storage version 67 is that of DuckDB 1.4; the number stands in the header after checksum and magic.
    assert int.from_bytes(place.warehouse.read_bytes()[12:20], "little") == 67


def test_another_process_holding_the_work_folder_means_75_and_is_named(place):
    script = """
        import sys, pathlib
        from service_kpis.lock import hold
        with hold(pathlib.Path(sys.argv[1])):
            print("held", flush=True)
            sys.stdin.read()
    """
    command = [sys.executable, "-c", textwrap.dedent(script), str(place.work / "run.lock")]
    with subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True) as holder:
        assert holder.stdout.readline() == "held\n"
        code, text = place.run("1")
        holder.stdin.close()
    assert code == 75
    assert f"pid {holder.pid}, since 20" in text
    with hold(place.work / "run.lock"):
        pass  # its holder's end has freed it


def test_a_run_on_the_same_warehouse_from_another_work_folder_means_75(place):
    with hold(place.warehouse.with_name(".service_kpis.duckdb.lock")):
        code, text = place.run("1")
    assert code == 75
    assert "another run is going on" in text


def test_a_lock_is_not_given_twice_in_one_process(tmp_path):
    with hold(tmp_path / "x.lock"), pytest.raises(AnotherRun), hold(tmp_path / "x.lock"):
        pass


def refuse(location, build, zones, report, before=None):
    raise CannotStart("no landing table in nowhere")


def break_in_the_middle(location, build, zones, report, before=None):
    raise duckdb.IOException("disk is full")


@pytest.mark.parametrize(
    ("load", "said"), [(refuse, "no landing table in nowhere"), (break_in_the_middle, "disk is full")]
)
def test_a_landing_that_cannot_be_loaded_means_2(place, load, said):
    code, text = place.run("nowhere", load)
    assert code == 2
    assert said in text
    assert not place.warehouse.exists()


def test_a_dbt_project_that_cannot_be_read_means_2(place, tiny_project, tmp_path):
    broken = tmp_path / "broken"
    (broken / "models").mkdir(parents=True)
    (broken / "profiles").symlink_to(tiny_project / "profiles")
    (broken / "dbt_project.yml").write_text("name: broken\nprofile: service_kpis\n")
    (broken / "models" / "lost.sql").write_text("select * from {{ ref('nobody') }}")
    code, text = place.run("1", project=broken)
    assert code == 2
    assert "nobody" in text


@pytest.mark.parametrize("content", [b"not a database, but long enough to be one" * 500, b""])
def test_a_file_that_is_no_warehouse_is_not_overwritten(place, content):
    place.warehouse.parent.mkdir(parents=True)
    place.warehouse.write_bytes(content)
    code, text = place.run("1")
    assert code == 2
    assert "cannot be read" in text
    assert place.warehouse.read_bytes() == content


def test_what_dbt_has_read_is_read_again_only_where_it_changed_or_is_damaged(place, tmp_path, monkeypatch):
    def read(project: Path, as_of: str | None = None) -> int:
        """How often dbt read the project for one run."""
        readings, reader = [], dbt.Project._read
        with monkeypatch.context() as patch:
            patch.setattr(dbt.Project, "_read", lambda *given: readings.append(1) or reader(*given))
            code, text = place.run("1", project=project, as_of=as_of)
        assert code == 0, text
        return len(readings)

    project = tmp_path / "project"
    shutil.copytree(place.project, project)
    assert [read(project), read(project), read(project, as_of="2025-12-04 00:00:00")] == [1, 0, 0]
    for damaged in (b"", b"not what dbt wrote", b"\x80"):
        (kept,) = (place.work / "target").glob(f"*{dbt.MANIFEST}")
        kept.write_bytes(damaged)
        assert [read(project), read(project)] == [1, 0]
    (project / "models" / "marts" / "said.sql").write_text("select 2 as said")
    assert [read(project), read(project)] == [1, 0]
    assert place.query("select said from marts.said") == [(2,)]


def test_who_mistypes_the_landing_folder_does_not_wait_until_the_project_is_read(place, monkeypatch):
    read = []
    monkeypatch.setattr("service_kpis.run.dbt.Project", lambda *given: read.append(given))
    code, text = place.run(str(place.folder / "landnig"), load_landing, zones=Zones())
    assert (code, read) == (2, []) and "no landing folder" in text


def test_a_file_replaced_between_load_and_publish_means_2_and_the_old_warehouse(place):
    """Parquet is judged when it is loaded, and read again when it is built."""
    place.run("1")
    before, file = place.digest(), place.folder / "numbers.parquet"

    def land(number):
        with duckdb.connect() as connection:
            connection.execute(f"copy (select {number}::bigint as n) to '{file}'")

    land(7)

    def load(location, build, *job):
        loaded = Loaded({file.name: _stamp(file)}, [file.name], [], "")
        summary = replace(load_numbers("1", build, *job), loaded=loaded)
        with duckdb.connect(build) as connection:
            connection.execute("drop table raw.numbers")
            connection.execute(f"create view raw.numbers as from '{file}'")
        land(8)
        return summary

    code, text = place.run(str(place.folder), load)
    assert code == 2 and f"Could not start: {file} has changed or vanished" in text
    assert place.digest() == before


@pytest.mark.parametrize("amount", ["4", "lots", "-5GB", "none", "", "500%", "0GB"])
def test_a_wrong_amount_of_memory_means_2_before_anything_else(place, monkeypatch, amount):
    monkeypatch.setenv("SERVICE_KPIS_MEMORY", amount)
    code, text = place.run("1", refuse)
    assert code == 2 and text.count("\n") == 1
    assert f"SERVICE_KPIS_MEMORY is {amount!r}: expected an amount of memory such as 4GB or 60%" in text
    assert not place.work.exists()


def test_what_opens_a_file_keeps_to_the_memory_and_reaches_no_other(tmp_path, monkeypatch):
    """Though another connection of this process has it open already."""
    monkeypatch.setenv("SERVICE_KPIS_MEMORY", "300MB")
    (tmp_path / "other.txt").write_text("other")
    file = tmp_path / "file.duckdb"
    duckdb.connect(file).close()
    with duckdb.connect(file, read_only=True), connect(file, read_only=True) as connection:
        (limit,) = connection.execute("select current_setting('memory_limit')").fetchone()
        assert limit == "286.1 MiB"
        with pytest.raises(duckdb.PermissionException):
            connection.execute(f"from read_text('{tmp_path / 'other.txt'}')")


def test_a_warehouse_that_somebody_writes_in_means_2(place):
    place.warehouse.parent.mkdir(parents=True)
    duckdb.connect(place.warehouse).close()
    place.warehouse.with_name("service_kpis.duckdb.wal").write_bytes(b"unfinished")
    code, text = place.run("1")
    assert code == 2
    assert "writing in the warehouse" in text


def test_leftovers_of_dead_runs_are_swept(place):
    place.warehouse.parent.mkdir(parents=True)
    for name in (".service_kpis.duckdb.20250101T000000Z-abcdef.tmp", ".service_kpis.duckdb.x.tmp.wal"):
        (place.warehouse.parent / name).write_text("half built")
    (place.warehouse.parent / ".other.duckdb.x.tmp").write_text("somebody else's")
    assert place.run("1", refuse)[0] == 2
    assert place.files() == {".other.duckdb.x.tmp", ".service_kpis.duckdb.lock"}


def test_variables_reach_dbt_as_they_are(tmp_path, tiny_project):
    note = "it's \"quoted\": # é, \\\n- '; drop table x; --"
    variables = {"note": note, "as_of": "2025-06-01"}
    this_run = {"SERVICE_KPIS_RUN_ID": "r", "SERVICE_KPIS_RUN_STARTED_AT": "2026-01-01 00:00:00"}
    load_numbers("1", tmp_path / "build.duckdb", None, lambda *_: None)
    project = dbt.Project(tiny_project, tmp_path, variables, lambda *_: None, this_run)
    seen = []
    try:
        project.build(lambda what, done, total: seen.append((done, total)))
        built = project.described_columns(["core", "marts"])
    finally:
        project.close()
    with duckdb.connect(tmp_path / "build.duckdb", read_only=True) as connection:
        assert connection.execute("select note, as_of from marts.said").fetchall() == [(note, "2025-06-01")]
    assert built.pop("core.fct_conversations") == ["conversation_id"]
    assert built.keys() == {"marts.after_the_fact", "marts.of_the_fact", "marts.said"}
    assert seen[-1] == (6, 6)


@pytest.mark.parametrize(
    ("text", "utc"),
    [
        ("2025-12-31T23:59:59Z", "2025-12-31 23:59:59"),
        ("2025-12-31 23:59:59", "2025-12-31 23:59:59"),
        ("2026-01-01T00:30:00+02:00", "2025-12-31 22:30:00"),
        ("2025-07-01T12:00:00.5-0430", "2025-07-01 16:30:00.500000"),
        ("2025-07-01", "2025-07-01 00:00:00"),
    ],
)
def test_as_of_is_brought_to_utc(text, utc):
    assert parse_as_of(text) == utc


@pytest.mark.parametrize("text", ["", "now", "yesterday", "2025-13-01", "0001-01-01T00:00+02:00", "1'; drop"])
def test_an_as_of_that_is_no_instant_is_refused(text):
    with pytest.raises(CannotStart, match="ISO 8601"):
        parse_as_of(text)


@pytest.mark.parametrize(
    ("options", "said"),
    [
        ([], "one landing location is needed"),
        (["--landing", "a", "--source", "landing=b"], "2 were given"),
        (["--source", "zendesk=dump"], "dump is not there"),
        (["--source", "folder"], "NAME=LOCATION"),
        (["--landing", "a", "--as-of", "now"], "ISO 8601"),
        (["--landing", "a", "--source-timezone", "Mars/Olympus"], "Mars/Olympus"),
        (["--landing", "no/such/folder"], "no/such/folder"),
    ],
)
def test_options_that_cannot_be_used_mean_2_and_one_line(options, said, tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    result = CliRunner().invoke(app, ["run", *options])
    assert result.exit_code == 2
    *before, last = result.output.strip().splitlines()
    assert last.startswith("Could not start: ") and said in last
    assert [line.split()[::3] for line in before] in ([], [["load", "failed"]])


def build_anew(warehouse: Path, value: int) -> None:
    unfinished = unfinished_file(warehouse)
    with duckdb.connect(unfinished) as connection:
        connection.execute("create schema core")
        connection.execute(f"create table core.t as select {value} as v from range(20000)")
        connection.execute("create view core.u as select v + 1 as v from core.t")


def test_a_reader_that_polls_never_sees_a_mix_or_an_error(tmp_path):
    warehouse, stop = tmp_path / "w.duckdb", tmp_path / "stop"
    reader = """
        import pathlib, sys, time, duckdb
        warehouse, stop = map(pathlib.Path, sys.argv[1:])
        seen, deadline = set(), time.monotonic() + 60
        while not stop.exists() and time.monotonic() < deadline:
            with duckdb.connect(warehouse, read_only=True) as connection:
                [(low, high, count, follower)] = connection.execute(
                    "select min(v), max(v), count(*), (select min(v) from core.u) from core.t"
                ).fetchall()
            assert low == high == follower - 1 and count == 20000, (low, high, count, follower)
            seen.add(low)
        print(len(seen))
    """

    def swap(value: int) -> None:
        this = history.Run(f"run{value}", datetime(2026, 1, 1), outcome="published")
        build_anew(warehouse, value)
        publish(warehouse, history.of([this], []), {})

    swap(0)
    command = [sys.executable, "-c", textwrap.dedent(reader), str(warehouse), str(stop)]
    with subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True) as process:
        for value in range(1, 13):
            swap(value)
        stop.touch()
        out, error = process.communicate(timeout=60)
    assert process.returncode == 0, error
    assert int(out) > 3  # it did read between the swaps


def test_the_summary_shows_the_newest_complete_month(tmp_path):
    warehouse = tmp_path / "w.duckdb"
    with duckdb.connect(warehouse) as connection:
        connection.execute("create schema marts; create schema quality")
        connection.execute("""
            create table marts.kpi_definitions as
            from (values
                ('fcr', 'First contact resolution', 'ratio', 0.95, true),
                ('nps', 'Promoter score', 'points', 0.95, true),
                ('aht', 'Handle time', 'seconds', 0.95, true),
                ('ces', 'Effort score', 'score', 0.95, true),
                ('aside', 'Seldom asked for', 'ratio', 0.95, false)
            ) as t(kpi_id, name_en, unit, mature_from, is_headline)
        """)
        connection.execute("""
            create table marts.kpi_values as
            from (values
                ('fcr', 'month', date '2025-11-01', 'all', 0.66912, 0.65, 0.68, 12345, 0, 1.0, null),
                ('fcr', 'month', date '2025-12-01', 'all', 0.99, 0.98, 1.0, 500, 7000, 0.9, null),
                ('fcr', 'week', date '2025-12-08', 'all', 0.5, 0.4, 0.6, 5, 0, 1.0, null),
                ('fcr', 'month', date '2025-12-01', 'topic', 0.4, 0.3, 0.5, 5, 0, 1.0, null),
                ('aht', 'month', date '2025-11-01', 'all', 61.0, null, null, 70, 0, 1.0, null),
                ('aht', 'month', date '2025-12-01', 'all', 62.0, null, null, 30, 0, 1.0, null),
                ('ces', 'month', date '2025-11-01', 'all', 5.5, 5.0, 6.0, 16, 1, 0.94, null),
                ('ces', 'month', date '2025-12-01', 'all', null, null, null, 0, 1, 0.0, 'pending'),
                ('nps', 'month', date '2025-12-01', 'all', null, null, null, 0, 0, null, 'no_source'),
                ('aside', 'month', date '2025-12-01', 'all', 0.31, 0.3, 0.32, 99, 0, 1.0, null)
            ) as t(kpi_id, grain, period_start, slice, value, ci_low, ci_high, n, n_pending, maturity_rate,
                   no_value_reason)
        """)
        connection.execute("""
            create table marts.review_pack as
            from (values
                ('fcr', 'month', date '2025-11-01', true),
                ('fcr', 'month', date '2025-12-01', true),
                ('aht', 'month', date '2025-11-01', true),
                ('aht', 'month', date '2025-12-01', false),
                ('ces', 'month', date '2025-11-01', true),
                ('ces', 'month', date '2025-12-01', false)
            ) as t(kpi_id, grain, period_start, is_complete)
        """)
        connection.execute("""
            create table quality.reconciliation as
            from (values ('r', 'tickets', 1005, 1000, 5)) as t(run_id, table_name, landed_rows, accepted_rows,
                                                                rejected_rows)
        """)
        connection.execute("""
            create table quality.rejects as
            select
                'value' as severity, 'tickets' as table_name, 'solved_at' as column_name,
                'before_start' as rule
            from range(1200)
            union all select 'value', 'calls', 'answered_at', 'before_start' from range(3)
            union all select 'row', 'calls', null, 'superseded' from range(2)
            union all select 'mapping', 'calls', 'outcome', 'rule ' || i % 11 from range(11) as rules (i)
        """)
        connection.execute("""
            create schema core;
            create table core.fct_conversations as
            from (values (null), (null), ('outbound'), ('record_of_contact'), ('outbound'))
                as t (exclusion_reason)
        """)
    text = io.StringIO()
    print_summary(Console(file=text, width=160), warehouse)
    lines = [" ".join(line.split()) for line in text.getvalue().splitlines()]
    assert "First contact resolution 2025-11 66.9 % 65.0 % to 68.0 % 12,345 0" in lines
    assert "Promoter score 2025-12 (no_source) 0 0" in lines
    assert any(line.startswith("Handle time 2025-11 ") for line in lines)  # December is not over
    assert any(
        line.startswith("Effort score 2025-11 ") for line in lines
    )  # nor is it here; November has one pending
    assert "tickets 1,005 1,000 5" in lines
    assert "before_start emptied 1,203 tickets.solved_at 1200, calls.answered_at 3" in lines
    assert "superseded refused 2 calls 2" in lines
    assert "rule 0 mapped 1 calls.outcome 1" in lines
    assert "1 rules more 1" in lines
    assert "5 contacts, of which 2 count in KPIs; excluded: 2 outbound, 1 record_of_contact" in lines
    assert not any("99.0 %" in line or "50.0 %" in line or "40.0 %" in line for line in lines)
    assert not any("Seldom" in line for line in lines)


def test_the_summary_says_where_no_month_is_complete(tmp_path):
    with duckdb.connect(tmp_path / "w.duckdb") as connection:
        connection.execute("create schema marts; create schema quality")
        connection.execute("""
            create table marts.kpi_definitions as
            select
                'fcr' as kpi_id, 'Resolved' as name_en, 'ratio' as unit, 0.9 as mature_from,
                true as is_headline
        """)
        connection.execute("""
            create table marts.kpi_values as
            select
                'fcr' as kpi_id, 'month' as grain, date '2025-12-01' as period_start, 'all' as slice,
                0.5 as value, 0.4 as ci_low, 0.6 as ci_high, 90 as n, 0 as n_pending, 1.0 as maturity_rate,
                null as no_value_reason
        """)
        connection.execute("""
            create table marts.review_pack as
            select kpi_id, grain, period_start, false as is_complete from marts.kpi_values
        """)
    text = io.StringIO()
    print_summary(Console(file=text, width=160), tmp_path / "w.duckdb")
    assert "KPIs; no month is complete yet" in text.getvalue() and "Resolved" in text.getvalue()
    assert "newest complete month" not in text.getvalue()


def test_the_summary_of_a_bare_warehouse_only_says_where_it_is(tmp_path):
    duckdb.connect(tmp_path / "w.duckdb").close()
    text = io.StringIO()
    print_summary(Console(file=text, width=160), tmp_path / "w.duckdb")
    assert str(tmp_path / "w.duckdb") in text.getvalue()
    assert "KPI" not in text.getvalue()
    assert "run --landing YOUR_FOLDER" in text.getvalue()


def test_who_ran_on_a_tool_of_their_own_is_shown_its_numbers_beside_ours(tmp_path):
    with duckdb.connect(tmp_path / "w.duckdb") as connection:
        connection.execute(
            "create schema marts; create table marts.acme_comparison_by_month as select 1 as n"
        )
        connection.execute("create table marts.other_comparison_by_month as select 1 as n limit 0")
    text = io.StringIO()
    print_summary(Console(file=text, width=160), tmp_path / "w.duckdb")
    assert 'w.duckdb "from marts.acme_comparison_by_month"' in text.getvalue()
    assert "other_comparison" not in text.getvalue() and "YOUR_FOLDER" not in text.getvalue()


def test_who_ran_on_a_tool_without_numbers_of_its_own_is_not_told_to_land_a_folder(tmp_path):
    with duckdb.connect(tmp_path / "w.duckdb") as connection:
        connection.execute("""
            create schema quality;
            create table quality.reconciliation as
            select 'acme.tickets' as table_name, 2 as landed_rows, 2 as accepted_rows, 0 as rejected_rows
        """)
    text = io.StringIO()
    print_summary(Console(file=text, width=160), tmp_path / "w.duckdb")
    assert "acme.tickets" in text.getvalue() and "YOUR_FOLDER" not in text.getvalue()


@pytest.mark.parametrize(
    ("value", "unit", "text"),
    [
        (0.5, "ratio", "50.0 %"),
        (30.04, "points", "+30.0"),
        (45.0, "seconds", "45.0 s"),
        (90.0, "seconds", "1.5 min"),
        (5400.0, "seconds", "1.5 h"),
        (129600.0, "seconds", "1.5 d"),
        (1234567.0, "count", "1,234,567"),
        (1.13, "count", "1.13"),
        (4.256, "currency", "4.26"),
        (None, "ratio", ""),
    ],
)
def test_values_are_shown_in_their_unit(value, unit, text):
    assert shown(value, unit) == text
