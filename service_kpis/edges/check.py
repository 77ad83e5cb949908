"""The step of a run that checks its edges."""

import shutil
from dataclasses import asdict
from pathlib import Path

import duckdb

from service_kpis.dbt import BuildFailed, Failure, Project, build_file
from service_kpis.edges import watch
from service_kpis.edges.figures import Figures, columns_of, keep, kept, measure, without_number
from service_kpis.edges.suites import CRITICAL, WARNING, Seen, suites
from service_kpis.edges.worker import Worker
from service_kpis.engine import SETTINGS, connect, memory_limit
from service_kpis.publish import SCHEMAS


def are_watched(project: Path) -> bool:
    """Whether a project says what it expects at its edges."""
    return (project / watch.FILE).exists()


def look(project: Project, warehouse: Path, run_id: str) -> Seen:
    """Take the figures of what was loaded and will be published, and those of the last good run, `warehouse`.

    They are kept in what will be published, for the next run to compare itself with. Raises BuildFailed.
    """
    try:
        with project.connection() as connection:
            columns, watched = columns_of(connection), watch.read(project.folder)
            now = {
                each.relation: measure(connection, each.within(columns[each.relation]))
                for each in watched.relations
            }
            keep(connection, run_id, now)
            published = project.described_columns(SCHEMAS)
            broken = without_number(connection, columns, published.keys() - watched.audited)
            (as_of,) = connection.execute("select as_of from staging.stg_landing__as_of").fetchone()
            here = _systems(connection)
        last, before = _last_run(warehouse)
        return Seen(as_of, columns, published, broken, now, last, before - here)
    except duckdb.Error as error:
        raise _cannot_say(error) from error


def check(worker: Worker, project: Project, seen: Seen, run_id: str) -> list[Failure]:
    """Check what was seen, and the files that `project` has let go of; returns expectations that only warn.

    Data Docs go to `runs/<run_id>/data_docs` of its work folder. Raises BuildFailed where a critical
    expectation was not met, or where nobody can say.
    """
    runs = project.work / "runs"
    docs = runs / run_id / "data_docs"
    request = {
        "run_id": run_id,
        "landed": str(build_file(project.work)),
        "published": str(project.unfinished),
        "settings": SETTINGS | {"memory_limit": memory_limit()},
        "docs": str(docs),
        "suites": [asdict(suite) for suite in suites(watch.read(project.folder), seen)],
    }
    try:
        unmet = worker.answer(request, docs)
        drop_other_docs(runs, run_id)
    except OSError as error:
        raise _cannot_say(error) from error
    failures = {CRITICAL: [], WARNING: []}
    for found in unmet:
        failures[found["severity"]].append(_failure(found, docs / "index.html"))
    if failures[CRITICAL]:
        gone = _of_other_sources(seen.systems_gone)
        raise BuildFailed("audit_failed", f"{len(failures[CRITICAL])} failed{gone}", failures[CRITICAL])
    return failures[WARNING]


def _cannot_say(error: Exception) -> BuildFailed:
    return BuildFailed("audit_failed", f"the edges of the run cannot be checked: {error}")


def _failure(found: dict[str, str], page: Path) -> Failure:
    measure = f" ({found['measure']})" if found["measure"] else ""
    return Failure(
        name=f"{found['suite']}, not met: {found['sentence']}",
        kind="expectation",
        file=str(page),
        column=None,
        message=f"observed: {found['observed']}{measure}",
    )


def _of_other_sources(gone: set[str]) -> str:
    if not gone:
        return ""
    return (
        f". Of {', '.join(sorted(gone))}, which the last good run of this warehouse had, no conversation"
        " landed: if that is meant, publish to another file (--warehouse)"
    )


def _last_run(warehouse: Path) -> tuple[dict[str, Figures], set[str]]:
    """The figures of the last good run, and the source systems of its conversations."""
    if not warehouse.exists():
        return {}, set()
    with connect(warehouse, read_only=True) as connection:
        return kept(connection), _systems(connection)


def _systems(connection: duckdb.DuckDBPyConnection) -> set[str]:
    try:
        rows = connection.execute("select distinct source_system from core.fct_conversations").fetchall()
    except (duckdb.CatalogException, duckdb.BinderException):
        return set()
    return {system for (system,) in rows}


def drop_other_docs(runs: Path, run_id: str) -> None:
    """Data Docs are a hundred files a run: only the last run's are kept."""
    for docs in runs.glob("*/data_docs"):
        if docs.parent.name != run_id:
            shutil.rmtree(docs.parent)
