"""Whoever has DuckDB 1.4, 1.5 or 2.0 can read the published file."""

import json
import os
import subprocess
import sys
from pathlib import Path

import duckdb
import pytest
from pypi import install
from runs import publish
from worlds import World, at

pytestmark = pytest.mark.slow

VERSIONS = ("1.4.5", "1.5.6")
COUNT = """
import json, sys
import duckdb
connection = duckdb.connect(sys.argv[1], read_only=True)
relations = connection.execute(
    "select table_schema || '.' || table_name from information_schema.tables"
    " where table_schema in ('core', 'marts', 'quality')"
).fetchall()
counts = {name: connection.execute(f"select count(*) from {name}").fetchone()[0] for (name,) in relations}
first = {name: str(connection.execute(f"from {name} limit 1").fetchone()) for name in counts}
print(json.dumps({"version": duckdb.__version__, "counts": counts, "read": len(first)}))
"""


@pytest.fixture(scope="module")
def warehouse(tmp_path_factory) -> Path:
    folder = tmp_path_factory.mktemp("versions")
    world = World()
    world.call("first", at("2025-01-01 10:00"))
    world.solved_ticket("t1", at("2025-02-03 10:00"), at("2025-02-03 10:10"), at("2025-02-03 10:20"))
    world.chat("c1", at("2025-02-03 11:00"), [(0, "customer"), (5, "bot"), (20, "customer")])
    world.survey("s1", "nps", 9, at("2025-02-03 12:00"), ticket_id="t1")
    return publish(world.write(folder / "landing"), folder, "--as-of", "2025-03-01T00:00:00")


def counted(warehouse: Path, packages: Path | None) -> dict:
    """What a Python process counts in the file with the DuckDB that lies in `packages`."""
    environment = {**os.environ, "PYTHONPATH": str(packages)} if packages else None
    done = subprocess.run(
        [sys.executable, "-c", COUNT, str(warehouse)],
        env=environment,
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stderr
    return json.loads(done.stdout)


@pytest.mark.parametrize("version", VERSIONS)
def test_an_older_duckdb_counts_every_published_relation(warehouse, tmp_path, version):
    install(f"duckdb=={version}", tmp_path)
    older, ours = counted(warehouse, tmp_path), counted(warehouse, None)
    assert older["version"] == version
    assert ours["version"] == duckdb.__version__ == "2.0.1"
    assert older["counts"] == ours["counts"]
    assert older["read"] == len(ours["counts"]) > 60
    assert ours["counts"]["core.fct_conversations"] == 3
