"""The script that `make bench` times says what the project says, and would be found out if it did not."""

import gzip
from pathlib import Path

import duckdb
import pytest
from compare import MARTS, differences
from landings import split
from run_bare import SCRIPT, run_bare

from service_kpis import dbt
from service_kpis.generate import generate
from service_kpis.load.load import load_landing
from service_kpis.load.zones import Zones
from service_kpis.run import PROJECT_DIR

pytestmark = pytest.mark.slow

CONVERSATIONS = 3_000


@pytest.fixture(scope="module", params=[5, 23])
def folder(request, tmp_path_factory) -> Path:
    """A folder with a landing and, in its build file, the tables that the script makes too."""
    folder = tmp_path_factory.mktemp("bench")
    generate(CONVERSATIONS, request.param, folder / "landing")
    load_landing(str(folder / "landing"), dbt.build_file(folder), Zones())
    project = dbt.Project(PROJECT_DIR, folder, {"run_id": "bench"}, _silent)
    try:
        project.build_only(["fct_conversations", *MARTS], _silent)
    finally:
        project.close()
    return folder


def test_the_script_says_what_the_project_says(folder):
    run_bare(folder / "landing", folder / "bare.duckdb")
    with duckdb.connect(folder / "bare.duckdb", read_only=True) as connection:
        (count,) = connection.execute("select count(*) from conversations where fcr_48h").fetchone()
    assert count > 1_000
    assert differences(dbt.build_file(folder), folder / "bare.duckdb") == []


@pytest.mark.parametrize(
    ("rule", "broken", "column"),
    [
        ("ended_at + interval 48 hours", "ended_at + interval 47 hours", "repeats_within_48h"),
        ("coalesce(length_of_work(wrap_seconds), 0)", "0", "handle_seconds"),
        ("select id, phone from evidence", "select id, email from evidence", "customer_id"),
        ("score between 7 and 8", "score between 6 and 8", "passive_count"),
    ],
)
def test_a_broken_rule_is_found(folder, rule, broken, column):
    script = SCRIPT.read_text(encoding="utf-8")
    assert rule in script
    run_bare(folder / "landing", folder / "broken.duckdb", script.replace(rule, broken))
    found = differences(dbt.build_file(folder), folder / "broken.duckdb")
    assert any(column in line for line in found)


def test_the_days_rows_and_the_others_are_the_whole(folder):
    parts = folder / "base", folder / "day"
    split(folder / "landing", *parts)
    whole, base, day = (_lines(place) for place in (folder / "landing", *parts))
    assert sorted(base + day) == sorted(whole)
    assert 50 < len(day) < len(whole) / 2
    assert {path.name for path in (folder / "base").glob("*.parquet")} == {
        path.name for path in (folder / "landing").glob("*.parquet")
    }


def _silent(what: str, done: int, total: int) -> None:
    """A report that nobody reads."""


def _lines(place: Path) -> list[bytes]:
    """The data lines of all CSV files, each with its table."""
    found = []
    for path in place.glob("*.csv*"):
        table = path.name.split(".")[0].removesuffix("_late").removesuffix("_day").encode()
        with (gzip.open if path.suffix == ".gz" else open)(path, "rb") as file:
            found += [table + b":" + line for line in file.readlines()[1:]]
    return found
