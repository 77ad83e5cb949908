"""Where files were added to a landing only these are loaded; after anything else all is loaded anew."""

import os
import shutil
from datetime import datetime
from pathlib import Path

import duckdb
import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from service_kpis.errors import CannotStart
from service_kpis.load import LoadSummary, Zones, load, load_landing, parse_zones

NOON = datetime(2025, 3, 1, 12)
CALL = "call_id,source_system,started_at,direction\n"


def calls(first: int, count: int, system: str = "desk") -> str:
    """A file of calls numbered on from `first`."""
    rows = range(first, first + count)
    return CALL + "".join(f"c{number},{system},2025-03-01T12:00:00Z,inbound\n" for number in rows)


def write_parquet(path: Path, **columns: list) -> None:
    pq.write_table(pa.table(columns), path)


@pytest.fixture
def landing(tmp_path) -> Path:
    """Calls as CSV, one line broken; agents as Parquet that stays in place, tickets as Parquet to hash."""
    folder = tmp_path / "landing"
    folder.mkdir()
    (folder / "calls.csv").write_text(calls(0, 20) + "broken,desk,yesterday,inbound\n")
    write_parquet(folder / "agents.parquet", agent_id=["ann", "bob"], source_system=["desk"] * 2)
    write_parquet(
        folder / "tickets.parquet",
        ticket_id=["1", "2"],
        source_system=["desk"] * 2,
        created_at=[NOON, NOON],
        customer_email=["ann@example.org", None],
    )
    return folder


class Build:
    """A build file, loaded once; `load` loads it again."""

    def __init__(self, landing: Path, file: Path):
        self.landing, self.file = landing, file
        self.summary = load_landing(str(landing), file, Zones())

    def load(self, zones: Zones | None = None) -> LoadSummary:
        before = self.summary.loaded
        self.summary = load_landing(str(self.landing), self.file, zones or Zones(), before=before)
        return self.summary

    def write_by_hand(self) -> None:
        """Change a row, which stays so until all is loaded anew."""
        with duckdb.connect(self.file) as connection:
            connection.execute("update raw.calls set call_id = 'by hand' where call_id = 'c1'")

    def is_loaded_anew(self) -> bool:
        return self.rows("select count(*) from raw.calls where call_id = 'by hand'") == [(0,)]

    def rows(self, sql: str) -> list[tuple]:
        with duckdb.connect(self.file, read_only=True) as connection:
            return connection.execute(sql).fetchall()

    def raw(self) -> dict[str, list[tuple]]:
        """All that was loaded, and what was noted of it."""
        tables = "select table_name from information_schema.tables where table_schema = 'raw'"
        return {name: sorted(map(str, self.rows(f"from raw.{name}"))) for (name,) in self.rows(tables)}


@pytest.fixture
def build(landing, tmp_path) -> Build:
    return Build(landing, tmp_path / "work" / "build.duckdb")


def test_new_files_are_added_and_give_what_a_whole_load_gives(build, landing, tmp_path):
    """CSV beside a view, a view beside CSV, more of each, and a broken line again."""
    (landing / "calls_2.csv").write_text(calls(20, 1) + "broken too,desk,tomorrow,inbound\n")
    (landing / "agents_2.csv").write_text("agent_id,source_system\ncem,desk\n")
    write_parquet(landing / "agents_3.parquet", agent_id=["dan"], source_system=["desk"])
    write_parquet(landing / "tickets_2.parquet", ticket_id=["3"], source_system=["desk"], created_at=[NOON])
    for _ in range(2):
        build.load()
        whole = Build(landing, tmp_path / "whole.duckdb")
        assert build.raw() == whole.raw()
        assert build.summary == whole.summary
        (tmp_path / "whole.duckdb").unlink()


def test_files_that_are_there_already_are_not_read_again(build, landing):
    build.write_by_hand()
    (landing / "calls_2.csv").write_text(calls(20, 1))
    build.load()
    assert not build.is_loaded_anew()
    assert build.rows("select count(*) from raw.calls") == [(21,)]


def test_a_landing_is_the_same_until_a_file_comes(build, landing):
    before = build.summary.loaded
    assert before.has_all_of(build.load().loaded)
    (landing / "calls_2.csv").write_text(calls(20, 1))
    assert not before.has_all_of(build.load().loaded)


def test_whether_the_tables_of_a_database_are_the_same_nobody_knows(tmp_path):
    with duckdb.connect(tmp_path / "landing.duckdb") as connection:
        connection.execute("create table calls as select 'c1' as call_id, now()::timestamp as started_at")
    build = Build(Path(f"{tmp_path / 'landing.duckdb'}#main"), tmp_path / "build.duckdb")
    before = build.summary.loaded
    assert build.load().loaded == before
    assert not before.has_all_of(before)


def gone(landing: Path) -> None:
    (landing / "agents.parquet").unlink()


def written_anew(landing: Path) -> None:
    file = landing / "calls.csv"
    times = file.stat()
    file.write_text(file.read_text().replace("c0,", "d0,"))
    os.utime(file, ns=(times.st_atime_ns, times.st_mtime_ns))


def replaced_by_a_copy(landing: Path) -> None:
    shutil.copy2(landing / "calls.csv", landing / "_calls.csv")
    (landing / "_calls.csv").rename(landing / "calls.csv")


@pytest.mark.parametrize("happens", [gone, written_anew, replaced_by_a_copy])
def test_where_files_were_not_only_added_all_is_loaded_anew(build, landing, tmp_path, happens):
    before = build.summary.loaded
    build.write_by_hand()
    happens(landing)
    assert not before.has_all_of(build.load().loaded)
    assert build.is_loaded_anew()
    assert build.raw() == Build(landing, tmp_path / "whole.duckdb").raw()


@pytest.mark.parametrize(
    ("file", "text"),
    [
        ("calls_2.csv", calls(20, 1, system="another")),
        ("costs.csv", "cost_month,pool,amount\n2025-03,other,1\n"),
    ],
)
def test_a_new_system_and_a_table_that_was_absent_are_added_too(build, landing, tmp_path, file, text):
    build.write_by_hand()
    (landing / file).write_text(text)
    build.load()
    assert not build.is_loaded_anew()
    with duckdb.connect(build.file) as connection:
        connection.execute("update raw.calls set call_id = 'c1' where call_id = 'by hand'")
    assert build.raw() == Build(landing, tmp_path / "whole.duckdb").raw()


def test_with_another_zone_all_is_loaded_anew(build):
    build.write_by_hand()
    build.load(parse_zones(["desk=Europe/Amsterdam"]))
    assert build.is_loaded_anew()


def test_with_another_key_all_is_loaded_anew(build, monkeypatch):
    build.write_by_hand()
    monkeypatch.setenv("SERVICE_KPIS_HASH_KEY", "another key that is long enough for a hash")
    build.load()
    assert build.is_loaded_anew()


def test_another_folder_is_loaded_anew(build, landing):
    build.write_by_hand()
    build.landing = landing.rename(landing.with_name("elsewhere"))
    build.load()
    assert build.is_loaded_anew()


def changes(file: Path) -> None:
    file.write_text(file.read_text() + "c99,desk,2025-03-01T12:00:00Z,inbound\n")


def vanishes(file: Path) -> None:
    file.unlink()


@pytest.mark.parametrize("happens", [changes, vanishes])
@pytest.mark.parametrize("moment", ["count_lines", "insert_parsed", "look"])
def test_a_file_that_changes_while_it_is_read_is_not_loaded(landing, tmp_path, monkeypatch, happens, moment):
    """Before its lines are counted or parsed, and when all is done."""
    original, file = getattr(load, moment), landing / "calls.csv"

    def disturbed(*arguments):
        if file.exists() and "c99" not in file.read_text():
            happens(file)
        return original(*arguments)

    monkeypatch.setattr(load, moment, disturbed)
    with pytest.raises(CannotStart, match=r"calls\.csv has changed or vanished while it was read"):
        Build(landing, tmp_path / "build.duckdb")


def test_a_file_that_views_read_is_the_one_that_was_judged(build, landing):
    loaded = build.summary.loaded
    loaded.refuse_changed(str(landing))
    changes(landing / "calls.csv")
    loaded.refuse_changed(str(landing))
    write_parquet(landing / "agents.parquet", agent_id=["ann@example.org"], source_system=["desk"])
    with pytest.raises(CannotStart, match=r"agents\.parquet has changed"):
        loaded.refuse_changed(str(landing))


def test_what_comes_while_the_load_begins_waits_for_the_next(build, landing, monkeypatch):
    """Stamped before it came, the landing is loaded without it."""
    zones = Zones()

    def check(_: object, connection: object) -> None:
        (landing / "calls_2.csv").write_text(calls(20, 1))

    with monkeypatch.context() as patched:
        patched.setattr(Zones, "check", check)
        build.load(zones)
    assert build.rows("select count(*) from raw.calls") == [(20,)]
    build.load()
    assert build.rows("select count(*), count(distinct call_id) from raw.calls") == [(21, 21)]
