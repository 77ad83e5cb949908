"""The project stays within what dbt 2 accepts, the engine written anew: it is stricter, and parses faster."""

import json
import os
import shutil
import subprocess
from pathlib import Path

import pytest
from pypi import install

from service_kpis.load.contract import vendors

CHECKOUT = Path(__file__).resolve().parents[2]
NEWEST = "dbt==2.0.0rc196"


@pytest.mark.slow
def test_dbt_2_reads_the_project_and_has_nothing_to_say_against_it(tmp_path):
    install(NEWEST, tmp_path / "packages")
    # It writes into the project's folder.
    project = tmp_path / "project"
    for part in ("analyses", "macros", "models", "profiles", "seeds", "semantic", "tests/sql"):
        shutil.copytree(CHECKOUT / part, project / part)
    shutil.copy(CHECKOUT / "dbt_project.yml", project)
    done = subprocess.run(
        [
            *(tmp_path / "packages" / "bin" / "dbt", "parse", "--project-dir", project),
            *("--profiles-dir", project / "profiles", "--target-path", tmp_path / "target"),
            *("--log-path", tmp_path / "logs"),
            *("--vars", json.dumps({"vendors": vendors()})),
        ],
        capture_output=True,
        text=True,
        check=False,
        env={**os.environ, "SERVICE_KPIS_BUILD": str(tmp_path / "build.duckdb"), "DO_NOT_TRACK": "1"},
    )
    said = done.stdout + done.stderr
    assert done.returncode == 0, said
    assert not any(word in said.lower() for word in ("warning", "error")), said
    nodes = json.loads((tmp_path / "target" / "manifest.json").read_text())["nodes"]
    models = {node["name"] for node in nodes.values() if node["resource_type"] == "model"}
    assert models == {file.stem for file in (CHECKOUT / "models").rglob("*.sql")}
