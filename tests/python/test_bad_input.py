"""A run that must not publish says why, and leaves the warehouse of yesterday as it was."""

import hashlib
import shutil

import pytest
from runs import publish, rows

pytestmark = pytest.mark.slow


@pytest.fixture(scope="module")
def published(demo, tmp_path_factory):
    """A copy, since runs that must not publish are to be started in it."""
    return shutil.copytree(demo, tmp_path_factory.mktemp("bad") / "demo")


def fingerprint(folder):
    return hashlib.sha256((folder / "warehouse.duckdb").read_bytes()).hexdigest()


def copied(published, tmp_path, edit):
    """A copy of the landing with its agents.csv edited."""
    landing = tmp_path / "landing"
    shutil.copytree(published / "landing", landing)
    file = landing / "agents.csv"
    file.write_text(edit(file.read_text()))
    return landing


def test_more_rejects_than_allowed_stop_the_run_with_table_rule_and_five_examples(published, tmp_path):
    before = fingerprint(published)
    header = (published / "landing" / "agents.csv").read_text().splitlines()[0].split(",")
    nameless = ",".join("" if column == "agent_id" else "livechat" for column in header)
    landing = copied(published, tmp_path, lambda text: text + f"{nameless}\n" * 9)
    with pytest.raises(AssertionError) as stopped:
        publish(landing, published)
    output = str(stopped.value)
    assert "rejected_rows_stay_under_the_limit" in output
    assert output.count("table_name=agents, rule=missing") == 5
    assert fingerprint(published) == before
    assert rows(published / "warehouse.duckdb", "select count(*) from quality.runs") == [(1,)]


def test_rejects_within_the_limit_do_not_stop_the_run(published, tmp_path):
    share = rows(
        published / "warehouse.duckdb",
        "select max(rejected_rows / landed_rows) from quality.reconciliation where landed_rows > 0",
    )
    assert 0 < share[0][0] <= 0.02


@pytest.mark.parametrize(
    ("edit", "said"),
    [
        (lambda text: text.replace("agent_id", "agent_number", 1), ("agents", "agent_id", "agent_number")),
        (lambda text: "", ("agents.csv",)),
    ],
    ids=["a renamed required column", "an empty file"],
)
def test_what_cannot_be_read_stops_before_anything_is_built(published, tmp_path, edit, said):
    before = fingerprint(published)
    with pytest.raises(AssertionError) as stopped:
        publish(copied(published, tmp_path, edit), published)
    (line,) = [line for line in str(stopped.value).splitlines() if "Could not start" in line]
    assert all(word in line for word in said)
    publish(copied(published, tmp_path / "again", edit), published, expected=2)
    assert fingerprint(published) == before


def test_an_unknown_zone_and_an_empty_folder_cannot_start(published, tmp_path):
    before = fingerprint(published)
    publish(published / "landing", published, "--source-timezone", "Mars/Olympus", expected=2)
    (tmp_path / "empty").mkdir()
    publish(tmp_path / "empty", published, expected=2)
    assert fingerprint(published) == before
