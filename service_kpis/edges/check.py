"""The step of a run that checks its edges."""

import json
import os
import shutil
import subprocess
import sys
from contextlib import closing
from dataclasses import asdict
from pathlib import Path

import duckdb

from service_kpis.dbt import BuildFailed, Failure, build_file
from service_kpis.edges import watch
from service_kpis.edges.figures import TABLE, Figures, keep, kept, measure
from service_kpis.edges.suites import CRITICAL, Seen, Suite, suites

QUIET = {"GX_ANALYTICS_ENABLED": "false", "DO_NOT_TRACK": "1", "TQDM_DISABLE": "1"}
DOCS_KEPT = 10


def are_watched(project: Path) -> bool:
    """Whether a project says what it expects at its edges."""
    return (project / watch.FILE).exists()


def check(
    project: Path, work: Path, relations: list[tuple[str, str]], warehouse: Path, run_id: str
) -> tuple[list[tuple[str, str]], list[Failure]]:
    """Check what was loaded and what will be published against the last good run, that of `warehouse`.

    Data Docs go to `runs/<run_id>/data_docs` of the folder `work`. Returns the relations to publish, now with
    the table of this run's figures, which the next run compares itself with, and the expectations that only
    warn. Raises BuildFailed where a critical one was not met.
    """
    watched = watch.read(project, relations)
    seen = _look(watched, work, warehouse, run_id)
    docs = work / "runs" / run_id / "data_docs"
    unmet = _validate(suites(watched, seen), build_file(work), docs, run_id)
    _drop_old_docs(work / "runs")
    failures = {CRITICAL: [], "warning": []}
    for found in unmet:
        name = f"{found['suite']}: {found['description']}"
        failure = Failure(name, "expectation", str(docs / "index.html"), f"observed: {found['observed']}")
        failures[found["severity"]].append(failure)
    if failures[CRITICAL]:
        raise BuildFailed("audit_failed", failures[CRITICAL], 0)
    return [*relations, TABLE], failures["warning"]


def _look(watched: watch.Watched, work: Path, warehouse: Path, run_id: str) -> Seen:
    """Take the figures of this run, and keep them in its build for the next one."""
    config = {"autoinstall_known_extensions": "false", "TimeZone": "UTC"}
    with closing(duckdb.connect(str(build_file(work)), config=config)) as connection:
        now = {entry.relation: measure(connection, entry) for entry in watched.landing + watched.published}
        keep(connection, run_id, now)
        (as_of,) = connection.execute("select as_of from staging.stg_landing__as_of").fetchone()
        doubles = connection.execute(
            "select schema_name || '.' || table_name, list(column_name order by column_index)"
            " from duckdb_columns() where data_type = 'DOUBLE' group by 1"
        ).fetchall()
    documented = _documented(work / "target" / "manifest.json")
    return Seen(as_of, now, _last_figures(warehouse), documented, dict(doubles))


def _last_figures(warehouse: Path) -> dict[str, Figures]:
    if not warehouse.exists():
        return {}
    with closing(duckdb.connect(str(warehouse), read_only=True)) as connection:
        return kept(connection)


def _documented(manifest: Path) -> dict[str, list[str]]:
    """The columns that the project describes, by relation."""
    nodes = json.loads(manifest.read_text(encoding="utf-8"))["nodes"].values()
    return {
        f"{node['schema']}.{node['alias']}": list(node["columns"])
        for node in nodes
        if node["resource_type"] == "model"
    }


def _validate(expected: list[Suite], build: Path, docs: Path, run_id: str) -> list[dict[str, str]]:
    docs.mkdir(parents=True, exist_ok=True)
    request, answer = docs / "request.json", docs / "unmet.json"
    asked = {
        "run_id": run_id,
        "build": str(build),
        "docs": str(docs),
        "suites": [asdict(suite) for suite in expected],
    }
    request.write_text(json.dumps(asked, indent=1))
    command = [sys.executable, "-m", "service_kpis.edges.validate", str(request), str(answer)]
    done = subprocess.run(command, env={**os.environ, **QUIET}, capture_output=True, text=True, check=False)
    if done.returncode:
        failure = Failure("the edges of the run", "check", str(watch.FILE), done.stderr.strip()[-2000:])
        raise BuildFailed("audit_failed", [failure], 0)
    return json.loads(answer.read_text())


def _drop_old_docs(runs: Path) -> None:
    """Data Docs are some megabytes a run; the ids of runs sort by time."""
    for folder in sorted(runs.glob("*/data_docs"))[:-DOCS_KEPT]:
        shutil.rmtree(folder)
