"""The step of a run that checks its edges."""

import json
import shutil
from contextlib import closing
from dataclasses import asdict
from pathlib import Path

import duckdb

from service_kpis.dbt import BuildFailed, Failure, build_file, memory_limit
from service_kpis.edges import watch
from service_kpis.edges.figures import TABLE, Figures, columns_of, keep, kept, measure
from service_kpis.edges.suites import CRITICAL, WARNING, Seen, suites
from service_kpis.edges.worker import Worker

DOCS_KEPT = 10


def are_watched(project: Path) -> bool:
    """Whether a project says what it expects at its edges."""
    return (project / watch.FILE).exists()


def check(
    worker: Worker,
    project: Path,
    work: Path,
    relations: list[tuple[str, str]],
    warehouse: Path,
    run_id: str,
) -> tuple[list[tuple[str, str]], list[Failure]]:
    """Check what was loaded and what will be published against the last good run, that of `warehouse`.

    Data Docs go to `runs/<run_id>/data_docs` of the folder `work`. Returns the relations to publish, now with
    the table of this run's figures, which the next run compares itself with, and the expectations that only
    warn. Raises BuildFailed where a critical one was not met, or where nobody can say.
    """
    docs = work / "runs" / run_id / "data_docs"
    try:
        watched = watch.read(project)
        seen = _look(watched, relations, work, warehouse, run_id)
        request = {
            "run_id": run_id,
            "build": str(build_file(work)),
            "settings": _settings(),
            "docs": str(docs),
            "suites": [asdict(suite) for suite in suites(watched, seen)],
        }
        unmet = worker.answer(request, docs)
        drop_old_docs(work / "runs")
    except (duckdb.Error, OSError) as error:
        raise BuildFailed("audit_failed", f"the edges of the run cannot be checked: {error}") from error
    failures = {CRITICAL: [], WARNING: []}
    for found in unmet:
        failures[found["severity"]].append(_failure(found, docs / "index.html"))
    if failures[CRITICAL]:
        raise BuildFailed("audit_failed", f"{len(failures[CRITICAL])} failed", failures[CRITICAL])
    return [*relations, TABLE], failures[WARNING]


def _failure(found: dict[str, str], page: Path) -> Failure:
    measure = f" ({found['measure']})" if found["measure"] else ""
    return Failure(
        name=f"{found['suite']}, not met: {found['sentence']}",
        kind="expectation",
        file=str(page),
        column=None,
        message=f"observed: {found['observed']}{measure}",
        query=None,
    )


def _look(
    watched: watch.Watched, relations: list[tuple[str, str]], work: Path, warehouse: Path, run_id: str
) -> Seen:
    """Take the figures of this run, and keep them in its build for the next one."""
    with closing(duckdb.connect(str(build_file(work)), config=_settings())) as connection:
        columns = columns_of(connection)
        now = {
            each.relation: measure(connection, each.within(columns[each.relation]))
            for each in watched.relations
        }
        keep(connection, run_id, now)
        (as_of,) = connection.execute("select as_of from staging.stg_landing__as_of").fetchone()
    documented = _documented(work / "target" / "manifest.json")
    published = {f"{schema}.{name}": documented[f"{schema}.{name}"] for schema, name in relations}
    return Seen(as_of, columns, published, now, _last_figures(warehouse))


def _last_figures(warehouse: Path) -> dict[str, Figures]:
    if not warehouse.exists():
        return {}
    with closing(duckdb.connect(str(warehouse), read_only=True)) as connection:
        return kept(connection)


def _settings() -> dict[str, str]:
    """Of the connections to the build file."""
    return {"autoinstall_known_extensions": "false", "TimeZone": "UTC", "memory_limit": memory_limit()}


def _documented(manifest: Path) -> dict[str, list[str]]:
    """The columns that the project describes, by relation."""
    nodes = json.loads(manifest.read_text(encoding="utf-8"))["nodes"].values()
    return {
        f"{node['schema']}.{node['alias']}": list(node["columns"])
        for node in nodes
        if node["resource_type"] == "model"
    }


def drop_old_docs(runs: Path) -> None:
    """Data Docs are some megabytes a run; the ids of runs sort by time."""
    for docs in sorted(runs.glob("*/data_docs"))[:-DOCS_KEPT]:
        shutil.rmtree(docs.parent)
