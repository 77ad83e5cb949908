"""The places of a run are apart, and a file that is not known to be a run's own is not removed."""

import os
from pathlib import Path

import duckdb
import pytest
from places import Place

from service_kpis import own
from service_kpis.errors import CannotStart
from service_kpis.paths import refuse_meeting


@pytest.fixture
def folder(tmp_path, monkeypatch) -> Path:
    """A landing folder, a work folder, an empty warehouse and a key, all apart."""
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("SERVICE_KPIS_CONFIG", str(tmp_path / "config"))
    for name in ("landing", "work/runs", "out", "config"):
        (tmp_path / name).mkdir(parents=True)
    for name in ("landing/calls.csv", "out/kpis.duckdb", "config/hash.key", "work/build.duckdb"):
        (tmp_path / name).write_text(name)
    return tmp_path


def refused(folder: Path, landing="landing", warehouse="out/kpis.duckdb", work="work") -> str:
    """Why the places are refused, in one line; empty if they are not."""
    try:
        refuse_meeting(landing, Path(warehouse), Path(work))
    except CannotStart as error:
        assert "\n" not in str(error)
        return str(error)
    return ""


def test_places_that_are_apart_are_not_refused(folder):
    assert refused(folder) == ""
    assert refused(folder, warehouse="work/kpis.duckdb") == ""
    assert refused(folder, landing="out/landing.duckdb#main") == ""


@pytest.mark.parametrize(
    "given",
    [
        {"warehouse": "work/build.duckdb"},
        {"warehouse": "out/../work/build.duckdb"},
        {"warehouse": "work/build.duckdb.whole"},
        {"warehouse": "work/run.lock"},
        {"warehouse": "work/runs/kpis.duckdb"},
        {"warehouse": "work/target/kpis.duckdb"},
        {"warehouse": "config/hash.key"},
        {"warehouse": "config/erased.csv"},
        {"warehouse": "landing/calls.csv"},
        {"warehouse": "landing"},
        {"landing": "work/build.duckdb#raw"},
        {"landing": "out/kpis.duckdb#core"},
        {"landing": "out/.kpis.duckdb.tmp#main"},
        {"landing": "out/kpis.duckdb.previous/one.duckdb#core"},
        {"landing": "work/failed_tests"},
        {"work": "out/kpis.duckdb.previous"},
    ],
    ids=lambda given: "=".join(*given.items()),
)
def test_places_that_meet_are_refused(folder, given):
    assert "name another place" in refused(folder, **given)


@pytest.mark.parametrize("link", [os.symlink, os.link])
@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("out/kpis.duckdb", "work/build.duckdb"),
        ("out/kpis.duckdb", "work/run.lock"),
        ("landing/calls.csv", "work/unknown_words.csv"),
        ("config/hash.key", "out/.kpis.duckdb.lock"),
    ],
)
def test_links_hide_nothing(folder, link, one, other):
    (folder / other).unlink(missing_ok=True)
    link(folder / one, folder / other)
    assert "name another place" in refused(folder)


def test_a_private_database_is_a_place_too(folder, monkeypatch):
    monkeypatch.setenv("SERVICE_KPIS_PRIVATE", "out/kpis.duckdb")
    assert "the private database" in refused(folder)


def test_the_key_in_a_folder_that_is_emptied_is_refused(folder, monkeypatch):
    monkeypatch.setenv("SERVICE_KPIS_CONFIG", "work/logs/config")
    assert "which a run empties" in refused(folder)


def test_a_name_that_is_no_text_is_refused(folder):
    assert "no text" in refused(folder, warehouse=os.fsdecode(b"out/\xff.duckdb"))


def test_a_run_that_would_empty_its_warehouse_does_not_start(place, monkeypatch):
    place.run("1,2")
    before = place.digest()
    (place.work / "build.duckdb").unlink()
    os.link(place.warehouse, place.work / "build.duckdb")
    code, text = place.run("1")
    assert code == 2 and text.count("\n") == 1
    assert place.digest() == before


def stranger(file: Path) -> None:
    with duckdb.connect(file) as connection:
        connection.execute("create schema raw; create table raw.numbers as select 1 as n")


def unreadable(file: Path) -> None:
    file.write_text("neither a database nor ours")


@pytest.mark.parametrize("content", [stranger, unreadable])
@pytest.mark.parametrize("name", ["work/build.duckdb", "private.duckdb"])
def test_somebody_elses_file_is_not_removed(place: Place, content, name, monkeypatch):
    monkeypatch.setenv("SERVICE_KPIS_PRIVATE", str(place.folder / "private.duckdb"))
    file = place.folder / name
    file.parent.mkdir(exist_ok=True)
    content(file)
    before = file.read_bytes()
    code, text = place.run("1")
    assert code == 2 and f"{file} is not replaced" in text
    assert file.read_bytes() == before


def test_what_was_made_here_is_removed_torn_too(tmp_path):
    file = tmp_path / "made.duckdb"
    for _ in range(2):
        own.make(file)
        own.remove(file)
    own.make(file)
    file.write_bytes(b"torn")
    own.remove(file)
    assert not [*tmp_path.iterdir()]


def test_a_build_is_its_owners_alone(place):
    """Whoever reads the published file need not read the build: the agents' keys can be told by it."""
    assert place.run("1")[0] == 0
    assert (place.work / "build.duckdb").stat().st_mode & 0o077 == 0
    assert place.warehouse.stat().st_mode & 0o044


def test_what_lies_beside_the_build_stays(place):
    place.work.mkdir()
    (place.work / "build.duckdb.backup").write_text("somebody's")
    assert place.run("1")[0] == 0
    assert (place.work / "build.duckdb.backup").exists()
